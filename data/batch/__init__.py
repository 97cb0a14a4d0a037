"""A batch: from files to the next version, of the command line and of the page alike."""
