"""A row -> a leaf: its value and target with their numbers, units and signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from data.codes import problem
from data.normalise import folded, not_applicable, quantity, search_key, sign_of, target_of, unwrapped
from data.submission import Leaf, Problem
from data.table.hierarchy import Assigned
from data.table.rows import LeafRow
from data.vocabulary import Vocabulary

_WHOLE = Decimal(100)


def leaf_of(ordinal: int, row: LeafRow, assigned: Assigned, form: str, vocabulary: Vocabulary) -> Leaf:
    """A leaf from its row: value and target with their numbers, units and sign, dimension and canonical name."""

    def text(role: str) -> str | None:
        return unwrapped(row.texts.get(role, "")) or None

    value_text, target_text = text("value"), text("target")
    value, value_unit = quantity(value_text) if value_text else (None, None)
    target, sign = target_of(target_text) if target_text else (None, None)
    sign = sign_of(row.texts.get("comparator", "")) or sign
    if value is not None and value_unit is None:
        value_unit = text("unit")
    return Leaf(
        ordinal=ordinal,
        level1=assigned.level1,
        level2=assigned.level2,
        level3=row.name,
        level1_raw=row.level1_cell,
        level2_raw=row.level2_cell,
        hierarchy_method=assigned.method,
        dimension=vocabulary.dimension(form, assigned.level1, assigned.level2, row.name),
        canonical_leaf=vocabulary.canonical_names.get(search_key(row.name)),
        weight=row.weight if row.weight is None or row.weight >= 0 else None,
        score=row.score,
        score_inferred=None,
        value_text=value_text,
        value=value,
        value_unit=value_unit,
        target_text=target_text,
        target=target,
        direction=sign,
        deviation_reason=text("reason"),
        applicability=_applicability(value_text, value, row.score),
        definition_text=text("definition"),
        rule_text=text("rule"),
        place=row.place,
    )


def _applicability(
    value_text: str | None, value: Decimal | None, score: Decimal | None
) -> Literal["yes", "na", "unknown"]:
    """``na`` where the cell says so; ``unknown`` where a zero may mean it; else ``yes``."""
    if value_text and not_applicable(value_text):
        return "na"
    if value == 0 or (value_text is None and not score):
        return "unknown"
    return "yes"


def without_lost_signs(leaves: Sequence[Leaf]) -> tuple[list[Leaf], list[Problem]]:
    """Percentages such as 295 whose first digit may be a misread ≥ are no numbers where 95 is one as well."""
    found: list[Leaf] = []
    problems: list[Problem] = []
    for leaf in leaves:
        printed = folded(leaf.target_text or "")
        doubtful = leaf.direction is None and re.fullmatch(r"2(?:\d{2}(?:\.\d+)?|100(?:\.0+)?)%", printed)
        if doubtful and leaf.value is not None and leaf.value_unit == "%" and leaf.value <= _WHOLE:
            problems.append(problem("TARGET_SIGN_LOST", f"{leaf.level3}：{printed}", leaf.place, leaf.ordinal))
            leaf = replace(leaf, target=None)
        found.append(leaf)
    return found, problems
