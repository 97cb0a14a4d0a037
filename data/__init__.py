"""Documents in, warehouse out. Imports neither streamlit nor analytics."""
