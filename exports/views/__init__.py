"""A View as a slide, as a drawing of a printed page, as a worksheet."""
