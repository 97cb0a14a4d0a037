"""Scoring rules (评分规则): their text as structure, and the scores they admit.

``parse`` reads a text (tokens -> clauses -> ``Rule``). ``store`` parses every distinct text of a warehouse once and
measures every case of rule, value and weight once (``recompute.sql``, ``outcome.sql``).
"""
