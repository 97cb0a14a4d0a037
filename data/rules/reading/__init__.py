"""The text of a rule -> ``Rule``: tokens -> sentences -> clauses -> a rule that a value or that words decide."""
