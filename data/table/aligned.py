"""A row with fewer or more cells than the header, put under its columns where just one way makes its numbers fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from data.normalise import chinese_count, folded, number
from data.table.columns import Columns, name_like, reads_as_rule, reads_as_value

GRADES = frozenset({"优", "良", "中", "差", "优秀", "良好", "合格", "不合格"})
"""Grades as they are printed in or beside a total."""
_MAX_LOST_CELLS = 2
_VALUE_LENGTH = 30


def aligned(texts: list[str], columns: Columns, kind: str | None) -> tuple[bool, list[str]] | None:
    """The only way to read a row of the wrong length as a leaf (or total) row: (cells were inserted, texts).

    ``kind`` is what one of its first cells calls it (``row_word``). Trailing blanks that the extraction dropped are not
    a shift. ``None`` if no or several readings fit.
    """
    lost = columns.width - len(texts)
    if lost < 0 and kind == "total":
        beyond = {folded(text) for text in texts[columns.width :]}
        return (False, texts[: columns.width]) if beyond <= {*GRADES, ""} else None
    if lost > 0 and kind is not None:
        return _aligned_total(texts, columns)
    if lost < 0:
        return _without_extra_blanks(texts, columns)
    padded = texts + [""] * lost
    if _fits(padded, columns) or _fits(padded, columns, any_value=True):
        return False, padded
    if lost > _MAX_LOST_CELLS:
        return None
    readings = {
        tuple(candidate): _plausibility(candidate, columns)
        for spots in combinations(range(columns.width), lost)
        if _fits(candidate := _spread(texts, spots, columns.width), columns)
    }
    best = [reading for reading, rank in readings.items() if rank == max(readings.values())]
    return (True, list(best[0])) if len(best) == 1 else None


def _without_extra_blanks(texts: list[str], columns: Columns) -> tuple[bool, list[str]] | None:
    """A row with one or two blank cells too many, if just one way of leaving them out fits."""
    extra = len(texts) - columns.width
    blanks = [i for i, text in enumerate(texts) if not text]
    if extra > _MAX_LOST_CELLS:
        return None
    readings = {
        tuple(text for i, text in enumerate(texts) if i not in spots): None for spots in combinations(blanks, extra)
    }
    fitting = [list(reading) for reading in readings if _fits(list(reading), columns)]
    return (True, fitting[0]) if len(fitting) == 1 else None


def _plausibility(texts: list[str], columns: Columns) -> int:
    """Of readings whose numbers fit, the better one has a value under value and a name that is no value."""
    name, value = columns.text(texts, "level3"), columns.text(texts, "value")
    return (not reads_as_value(name)) + bool(value and reads_as_value(value))


def _aligned_total(texts: list[str], columns: Columns) -> tuple[bool, list[str]] | None:
    """A short total row: pad at the end if its last number then stands under score or weight."""
    padded = texts + [""] * (columns.width - len(texts))
    points = [columns.by_role[r] for r in ("weight", "score") if r in columns.by_role]
    stray = [i for i, t in enumerate(padded) if number(t) is not None and i not in points]
    return None if stray else (False, padded)


def _spread(texts: list[str], spots: Sequence[int], width: int) -> list[str]:
    cells = iter(texts)
    return ["" if i in spots else next(cells) for i in range(width)]


def _fits(texts: list[str], columns: Columns, *, any_value: bool = False) -> bool:
    """Whether the cells of a leaf row all stand under the right kind of column.

    ``any_value``: short words of any kind pass as a value, if weight and score are both printed.
    """
    score = columns.text(texts, "score")
    w, s = columns.weight(texts), number(score)
    if "weight" in columns.by_role and w is None:
        return False
    if (score and s is None) or (w is not None and s is not None and s > w):
        return False
    if not name_like(columns.text(texts, "level3")):
        return False
    value, rule = columns.text(texts, "value"), columns.text(texts, "rule")
    short = len(value) <= _VALUE_LENGTH and not reads_as_rule(value)
    if value and not reads_as_value(value) and not (any_value and short and s is not None):
        return False
    if rule and not reads_as_rule(rule) and chinese_count(rule) < 6:
        return False
    return not any(
        number(columns.text(texts, role)) is not None or reads_as_rule(columns.text(texts, role))
        for role in ("level1", "level2")
    )
