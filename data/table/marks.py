"""What a level1 or level2 cell says: a sure label, perhaps a label, or nothing readable.

Merged labels reach us as text in the middle of their block, halved by a row line, fused with a neighbour, or as
garbage. Nothing is repaired below a likeness of 70 with a margin of 20 to the runner-up; everything less is either
taken as printed (and doubted) or not taken at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from rapidfuzz import fuzz, process

from data.codes import problem
from data.normalise import Label, chinese_count, folded, has_chinese, label_of, search_key, stripped_name
from data.submission import Problem
from data.table.rows import LeafRow

REPAIR_LIKENESS = 70
REPAIR_MARGIN = 20
_REPAIR_LENGTH = 3
Strength = Literal["sure", "maybe"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A label printed at one row (or over two): ``key`` compares, ``name`` is shown."""

    rows: tuple[int, ...]
    key: str
    name: str
    strength: Strength
    points: Decimal | None = None
    fused: bool = False
    """Read out of a cell that holds two labels: its row says little about its block."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The labels of one column of one unit, and rows whose cell holds something that is no label."""

    marks: tuple[Mark, ...]
    noise: frozenset[int]
    floating: tuple[tuple[int, Mark], ...] = field(default=())
    """Labels read out of a fused cell that belong to a block after that row."""
    problems: tuple[Problem, ...] = field(default=())


def spelled(key: str, known: Mapping[str, str]) -> bool:
    """Whether a key is two known labels in one."""
    return _pieces(key, known) is not None


def read_marks(
    rows: Sequence[LeafRow],
    cells: Sequence[str],
    known: Mapping[str, str],
    other_level: frozenset[str],
    declared: Mapping[str, Decimal],
    elsewhere: frozenset[str] = frozenset(),
    hints: frozenset[str] = frozenset(),
) -> Marks:
    """The labels of a column.

    ``known``: search key -> name of labels that may stand in this column (vocabulary, or attested by sister units);
    ``other_level``: keys known only for the other column; ``declared``: points that the prose states for a label;
    ``elsewhere``: keys that sister units print in this column, enough to tell two fused labels apart;
    ``hints``: labels that indicators of this table are known under, or that the prose names. A misread cell is repaired
    only to a label that one of these vouches for: among all labels of the country likeness means little.
    """
    labels = [label_of(cell) for cell in cells]
    joined = _joined(rows, cells, labels, known)
    marks: list[Mark] = []
    noise: set[int] = set()
    floating: list[tuple[int, Mark]] = []
    problems: list[Problem] = []
    skip: set[int] = set()
    supported = frozenset(declared) | elsewhere | hints
    for i, cell in enumerate(cells):
        if not cell or i in skip:
            continue
        label = labels[i]
        at: tuple[int, ...] = (i,)
        if i in joined:
            label, at = joined[i], (i, i + 1)
            skip.add(i + 1)
            problems.append(problem("LABEL_JOINED", f"“{cell}”与“{cells[i + 1]}”读作“{label.name}”", rows[i].place))
        points = None if label.capped else label.points
        name = stripped_name(label.name)
        key = search_key(name)
        points = points if points is not None else declared.get(key)
        twin = None if key in known else _repaired(key, supported) or _without_broken_points(key, known)
        if key in known:
            marks.append(Mark(at, key, name, "sure", points))
        elif (cut := _cut_at_points(cell)) is not None:
            fused = [Mark(at, search_key(p.name), p.name, "sure", p.points, fused=True) for p in cut]
            marks.append(fused[0])
            floating += [(at[-1], replace(mark, rows=())) for mark in fused[1:]]
            names = "、".join(piece.name for piece in cut)
            problems.append(problem("LABEL_FUSED", f"“{cell}”读作“{names}”", rows[i].place))
        elif twin is not None and not _stands_for_itself(key, rows, cells, i):
            marks.append(Mark(at, twin, known.get(twin, twin), "sure", points))
            words = f"“{cell}”读作“{known.get(twin, twin)}”"
            problems.append(problem("LABEL_REPAIRED", words, rows[i].place))
        elif label.points is not None and has_chinese(name):
            marks.append(Mark(at, key, name, "sure", points))
        elif (pieces := _pieces(key, {**dict.fromkeys(elsewhere, ""), **known})) is not None:
            first, *rest = pieces
            marks.append(Mark(at, first, known.get(first, first), "sure", declared.get(first), fused=True))
            floating += [(at[-1], Mark((), p, known.get(p, p), "sure", declared.get(p), fused=True)) for p in rest]
            names = "、".join(known.get(p, p) for p in pieces)
            problems.append(problem("LABEL_FUSED", f"“{cell}”读作“{names}”", rows[i].place))
        elif key in other_level:
            noise.update(at)
            problems.append(problem("LABEL_WRONG_COLUMN", f"“{cell}”", rows[i].place))
        elif chinese_count(name) >= 2:
            marks.append(Mark(at, key, name, "maybe", points))
        else:
            noise.update(at)
            problems.append(problem("LABEL_GARBAGE", f"“{cell}”", rows[i].place))
    return Marks(tuple(marks), frozenset(noise), tuple(floating), tuple(problems))


def _joined(
    rows: Sequence[LeafRow], cells: Sequence[str], labels: Sequence[Label], known: Mapping[str, str]
) -> dict[int, Label]:
    """Labels whose two halves stand on neighbouring rows: 部门管理 / (20分), 可持续发展能力(5 / 分)."""
    found: dict[int, Label] = {}
    for i in range(len(cells) - 1):
        upper, lower = folded(cells[i]), folded(cells[i + 1])
        if not upper or not lower or i - 1 in found or rows[i].chunk != rows[i + 1].chunk:
            continue
        whole = label_of(upper + lower)
        split_points = whole.points is not None and (upper.count("(") > upper.count(")") or not labels[i + 1].name)
        key = search_key(stripped_name(whole.name))
        halves = search_key(upper) not in known and search_key(lower) not in known
        if (split_points and has_chinese(whole.name)) or (key in known and halves):
            found[i] = whole
    return found


def _stands_for_itself(key: str, rows: Sequence[LeafRow], cells: Sequence[str], own: int) -> bool:
    """Whether a label is printed right although it resembles another: it recurs, or indicators are named after it."""
    again = any(i != own and search_key(label_of(cell).name) == key for i, cell in enumerate(cells))
    return again or any(search_key(row.name).startswith(key) for row in rows)


def _without_broken_points(key: str, known: Mapping[str, str]) -> str | None:
    """A known label before points that cannot be read: 部门决策(15士)."""
    found = re.match(r"^(?P<name>[^(\[]{2,})[(\[][^)\]]*\d", key)
    return found["name"] if found and found["name"] in known else None


def _cut_at_points(cell: str) -> list[Label] | None:
    """Two labels printed in one cell, told apart by the points between them: 部门决策(15分)部门管理."""
    pieces = [label_of(p) for p in re.findall(r"[^()]+(?:\([^()]*\))?", folded(cell))]
    pieces = [p for p in pieces if has_chinese(p.name)]
    if len(pieces) < 2 or all(p.points is None for p in pieces):
        return None
    unique = {p.name: p for p in reversed(pieces)}
    return [unique[name] for name in dict.fromkeys(p.name for p in pieces)]


def _pieces(key: str, known: Mapping[str, str]) -> list[str] | None:
    """Two or more known labels that together spell the key, if just one such spelling exists; 过程过程 is one label."""
    spellings: list[list[str]] = []

    def spell(rest: str, taken: list[str]) -> None:
        if not rest:
            spellings.append(taken)
            return
        for end in range(2, len(rest) + 1):
            if rest[:end] in known:
                spell(rest[end:], [*taken, rest[:end]])

    spell(key, [])
    spellings = [s for s in spellings if len(s) > 1]
    return list(dict.fromkeys(spellings[0])) if len(spellings) == 1 else None


def _repaired(key: str, candidates: frozenset[str]) -> str | None:
    """The supported label a key was meant to be: likeness of whole strings at least 70, runner-up at least 20 below.

    A label that contains the key, or is contained in it, is another label, not a misreading.
    """
    if len(key) < _REPAIR_LENGTH or key in candidates:
        return None
    others = [k for k in candidates if k not in key and key not in k]
    best = process.extract(key, others, scorer=fuzz.ratio, limit=2)
    if not best or best[0][1] < REPAIR_LIKENESS:
        return None
    if len(best) > 1 and best[0][1] - best[1][1] < REPAIR_MARGIN:
        return None
    return str(best[0][0])
