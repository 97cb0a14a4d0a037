"""Warehouse in, tables and figures out. Imports no streamlit."""
