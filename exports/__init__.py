"""The same tables as files: what leaves the dashboard."""
