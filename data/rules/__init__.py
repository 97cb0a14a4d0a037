"""Scoring rules (评分规则): their text as structure, and the scores they admit.

``parse`` reads a text (tokens -> clauses -> ``Rule``); ``store`` parses every distinct text of a warehouse once;
``macros.sql`` computes scores and their working from rule, value and weight; ``recompute.sql`` does so for all leaves.
"""
