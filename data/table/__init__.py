"""The indicator table of one unit: which column holds what, what each row is, level1 and level2 of every leaf."""
