"""Pieces that pages share: the data set and filters, cached queries, panels, literal text."""
