"""What comes in and the child processes that read it."""
