"""A document cut into what each of its units printed, and what a part says of itself: region, year, another form."""
