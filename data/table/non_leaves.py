"""Rows printed among the indicators that are none of them: sub-items (其中…), subtotals (小计), weighted bonus rows.

A sub-item is a part of the leaf above and would count its points twice. It says so itself (其中); the rows after it
belong to it only while their weights have not yet filled the weight of that leaf. A bonus row with a weight of its own
stands outside the 100 points where the other rows alone come to 100, and is an indicator like any other where not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from data.codes import problem
from data.normalise import folded, label_of, search_key
from data.submission import TOLERANCE, Place, Problem, plain
from data.table.rows import AdjustmentRow, LeafRow, TableRows, row_word
from data.vocabulary import Vocabulary

_WHOLE = Decimal(100)
_OUTSIDE = ("bonus", "deduction", "adjustment")


def leaves_only(rows: TableRows, vocabulary: Vocabulary) -> TableRows:
    """The rows of a table with sub-items and subtotals taken out and weighted bonus rows put where they belong."""
    leaves, sums = _without_level_sums(rows.leaves)
    leaves, removed, doubts = _without_subtotals(leaves, vocabulary)
    leaves, parts, told = _without_sub_items(leaves, vocabulary)
    leaves, adjustments = _without_bonus(leaves, vocabulary)
    gone = {*sums, *removed, *parts, *(a.place for a in adjustments)}
    kept = tuple(p for p in rows.problems if p.place not in gone)
    return replace(
        rows,
        leaves=tuple(leaves),
        adjustments=(*rows.adjustments, *adjustments),
        problems=(*kept, *doubts, *told),
    )


def _without_level_sums(rows: Sequence[LeafRow]) -> tuple[list[LeafRow], list[Place]]:
    """Rows that print a label, no name, and the exact sums of the rows below them: the points of that label.

    The label is handed to the row below, which leaves it blank."""
    leaves: list[LeafRow] = []
    removed: list[Place] = []
    label = ("", "")
    for at, row in enumerate(rows):
        one, two = row.level1_cell, row.level2_cell
        if not row.name and (one or two) and None not in (row.weight, row.score):
            end = next((n for n in range(at + 1, len(rows)) if _heads_again(row, rows[n])), len(rows))
            below = rows[at + 1 : end]
            weight, score = _sums([other for other in below if other.name])
            if below and None not in (weight, score) and _agrees(row, weight, score):
                label = (one or label[0], two)
                removed.append(row.place)
                continue
        if any(label):
            told = row.labels and (row.labels[0] or label[0], row.labels[1] or label[1])
            row = replace(row, level1_cell=one or label[0], level2_cell=two or label[1], labels=told)
        label = ("", "")
        leaves.append(row)
    return leaves, removed


def _heads_again(head: LeafRow, row: LeafRow) -> bool:
    """Whether a row ends what a row of sums stands over: another of its level, or of a higher one."""
    return not row.name and bool(row.level1_cell or (not head.level1_cell and row.level2_cell))


def _heads(row: LeafRow) -> tuple[str, str, str]:
    return row.level1_cell, row.level2_cell, row.name


def _without_subtotals(
    rows: Sequence[LeafRow], vocabulary: Vocabulary
) -> tuple[list[LeafRow], list[Place], list[Problem]]:
    """A subtotal must be the sum of a run of rows above it, from the head of the table or from another subtotal on."""
    leaves: list[LeafRow] = []
    removed: list[Place] = []
    doubts: list[Problem] = []
    starts = [0]
    for row in rows:
        if row_word(_heads(row), vocabulary) != "subtotal":
            leaves.append(row)
            continue
        removed.append(row.place)
        sums = [_sums(leaves[start:]) for start in starts]
        if not any(_agrees(row, weight, score) for weight, score in sums):
            words = f"小计印 {_shown(row.weight)} / {_shown(row.score)}，其上各行合计 " + "、".join(
                f"{_shown(weight)} / {_shown(score)}" for weight, score in sums[-1:]
            )
            doubts.append(problem("SUBTOTAL_MISMATCH", words, row.place))
        starts.append(len(leaves))
    return leaves, removed, doubts


def _sums(rows: Sequence[LeafRow]) -> tuple[Decimal | None, Decimal | None]:
    """Weight and score of some rows; ``None`` while one of them prints none."""
    weights, scores = [row.weight for row in rows], [row.score for row in rows]
    return (
        None if None in weights else sum((w for w in weights if w is not None), Decimal(0)),
        None if None in scores else sum((s for s in scores if s is not None), Decimal(0)),
    )


def _agrees(row: LeafRow, weight: Decimal | None, score: Decimal | None) -> bool:
    pairs = ((row.weight, weight), (row.score, score))
    return all(printed is None or own is None or abs(printed - own) <= TOLERANCE for printed, own in pairs)


def _shown(number: Decimal | None) -> str:
    return "空" if number is None else plain(number)


def _without_sub_items(
    rows: Sequence[LeafRow], vocabulary: Vocabulary, following: bool = True
) -> tuple[list[LeafRow], list[Place], list[Problem]]:
    """``following``: whether rows after one that says 其中 may belong to it; not where the weights then miss 100."""
    leaves: list[LeafRow] = []
    removed: list[Place] = []
    told: list[Problem] = []
    at = 0
    while at < len(rows):
        group = _sub_items(leaves[-1], rows[at:], vocabulary, following) if leaves else []
        if not group:
            leaves.append(rows[at])
            at += 1
            continue
        names = "、".join(f"{item.name} {_shown(item.score)} / {_shown(item.weight)}" for item in group)
        told.append(problem("SUB_ITEM", f"“{leaves[-1].name}”之下 {names}", leaves[-1].place))
        removed += [item.place for item in group]
        at += len(group)
    weight, _ = _sums(leaves)
    if following and removed and weight is not None and abs(weight - _WHOLE) > TOLERANCE:
        return _without_sub_items(rows, vocabulary, following=False)
    return leaves, removed, told


def _sub_items(leaf: LeafRow, below: Sequence[LeafRow], vocabulary: Vocabulary, following: bool) -> Sequence[LeafRow]:
    """The rows right below a leaf that are parts of it; none where the leaf has no weight that they could share."""
    said = next((n for n, row in enumerate(below) if not _is_sub_item(row, vocabulary)), len(below))
    if leaf.weight is None or not said or not following:
        return below[:said] if leaf.weight is not None else ()
    bare = all(row.weight is None for row in below[:said])
    filled, n = sum((row.weight or Decimal(0) for row in below[:said]), Decimal(0)), said
    while n < len(below) and _same_block(leaf, below[n]):
        weight = below[n].weight
        if bare:
            if weight is not None or below[n].score is not None:
                break
        elif weight is None or filled + weight > leaf.weight + TOLERANCE:
            break
        filled += weight or Decimal(0)
        n += 1
    return below[:n] if bare or abs(filled - leaf.weight) <= TOLERANCE else below[:said]


def _same_block(leaf: LeafRow, row: LeafRow) -> bool:
    """Whether a row prints no label but those of the leaf above it."""
    pairs = ((leaf.level1_cell, row.level1_cell), (leaf.level2_cell, row.level2_cell))
    return all(not own or own == above for above, own in pairs)


def _is_sub_item(row: LeafRow, vocabulary: Vocabulary) -> bool:
    name = search_key(row.name)
    return any(kind == "sub_item" and name.startswith(word) for word, kind in vocabulary.row_words.items())


def _without_bonus(rows: Sequence[LeafRow], vocabulary: Vocabulary) -> tuple[list[LeafRow], list[AdjustmentRow]]:
    """Rows under 加分项, 减分项 … as adjustments, if the others alone are the 100 points."""
    kinds: list[str | None] = []
    for row in rows:
        level1 = row.labels[0] if row.labels is not None else row.level1_cell
        kind = row_word([level1, row.level2_cell, row.name], vocabulary)
        kind = kind if kind in _OUTSIDE else None
        follows = kinds and kinds[-1] and not row.level1_cell and row.labels is None
        kinds.append(kind or (kinds[-1] if follows else None))
    inside = [row for row, kind in zip(rows, kinds, strict=True) if kind is None]
    weight, _ = _sums(inside)
    if len(inside) == len(rows) or weight is None or abs(weight - _WHOLE) > TOLERANCE:
        return list(rows), []
    found = [
        AdjustmentRow(
            "减分" if kind == "deduction" or "减分" in row.level2_cell else "加分",
            row.name or label_of(folded(row.level2_cell or row.level1_cell)).name,
            row.score,
            row.weight,
            row.texts.get("rule") or None,
            row.place,
        )
        for row, kind in zip(rows, kinds, strict=True)
        if kind is not None
    ]
    return inside, found
