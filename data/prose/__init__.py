"""What the prose of a report states: its sections, the scores it repeats, its budget amounts."""
