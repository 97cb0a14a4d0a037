"""Streamlit scripts, one folder per menu section; shared pieces in ``parts``. No script stands directly in here."""
