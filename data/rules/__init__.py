"""Scoring rules (评分规则): their text as structure, and the scores they admit.

``reading`` makes a ``Rule`` of a text. ``store`` parses every distinct text of a warehouse once and
measures every case of rule, value and weight once (``recompute.sql``, ``outcome.sql``).
"""
