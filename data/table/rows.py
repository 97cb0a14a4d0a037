"""Table rows -> what each row is: a leaf, a bonus or deduction, a total, or noise.

A total ends nothing, because a page fed upside down prints it first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from data.codes import problem
from data.normalise import folded, label_of, number, search_key, stripped_name, unwrapped
from data.parts.split import Part
from data.submission import NO_VALUE, Place, Problem, Row
from data.table import spans
from data.table.aligned import GRADES, aligned
from data.table.columns import Columns, header_role, reads_as_rule
from data.vocabulary import Vocabulary

_STUCK_LABEL = 6
_NO_NAME = re.compile(r"^(?:达成|部分达成|未达成|基本达成)|^[≥≤><=]?\d+(?:\.\d+)?%?$|^是否|是否.*[,。;]")
_TOTAL_CELLS = 3
_LEFT_OPEN = re.compile(r"(?:指标\d*:?)?(?:[/\-—–.·、_]*|无)")
"""The name cell of a row of the blank form that nobody filled in: 指标2:, ……, /."""


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A row that prints a 三级指标, before its level1 and level2 are known."""

    level1_cell: str
    level2_cell: str
    name: str
    weight: Decimal | None
    score: Decimal | None
    texts: dict[str, str]
    """Cells of the remaining roles: value, target, rule, definition, reason, unit."""
    place: Place
    chunk: int
    shifted: bool = False
    labels: tuple[str, str] | None = None
    """level1 and level2 as true spans tell them; ``None`` where the format does not tell."""


@dataclass(frozen=True, slots=True)
class AdjustmentRow:
    kind: str
    label: str
    score: Decimal | None
    cap: Decimal | None
    rule_text: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class TotalRow:
    label: str
    weight: Decimal | None
    score: Decimal | None
    grade: str | None
    place: Place
    chunk: int
    first_in_chunk: bool


@dataclass(frozen=True, slots=True)
class TableRows:
    leaves: tuple[LeafRow, ...]
    adjustments: tuple[AdjustmentRow, ...]
    totals: tuple[TotalRow, ...]
    problems: tuple[Problem, ...]


def full_rows(part: Part, vocabulary: Vocabulary, width: int) -> list[list[str]]:
    """Texts of the rows from which column roles are decided: full width, not a total, not a repeated header."""
    found = []
    for chunk in part.chunks:
        for row in chunk:
            texts = _trimmed(row, width)
            if (
                len(texts) >= width
                and row_word(texts[:_TOTAL_CELLS], vocabulary) is None
                and sum(map(bool, texts)) >= 3
            ):
                found.append(texts)
    return found


def row_word(texts: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """Kind of row that one of the first cells names (total, bonus, …), points and colons removed."""
    for text in texts:
        key = label_of(re.sub(r":$", "", search_key(text))).name
        kind = vocabulary.row_words.get(key) or ("subtotal" if key.endswith("小计") else None)
        if kind:
            return kind
    return None


def read_rows(part: Part, columns: Columns, vocabulary: Vocabulary) -> TableRows:
    """Classify every row of a part's table, in printed order."""
    leaves: list[LeafRow] = []
    adjustments: list[AdjustmentRow] = []
    totals: list[TotalRow] = []
    problems: list[Problem] = []
    adjusting = False
    heading = left = ""
    for number_of_chunk, chunk in enumerate(part.chunks):
        for i, row in enumerate(chunk):
            texts = _trimmed(row, columns.width)
            if sum(1 for t in texts if header_role(t, vocabulary)) >= 3:
                continue
            kind = row_word(texts[:_TOTAL_CELLS], vocabulary)
            if kind == "grade":
                totals.append(_grade(texts, row.place, number_of_chunk))
                continue
            shifted = False
            if len(texts) != columns.width:
                found = aligned(texts, columns, kind)
                if found is None:
                    if any(texts):
                        problems.append(
                            problem("ROW_UNALIGNED", unwrapped(" ".join(filter(None, texts)))[:40], row.place)
                        )
                    continue
                shifted, texts = found
            if leaves and _continues(row, columns):
                leaves[-1] = _with_more_text(leaves[-1], texts, columns)
                continue
            if "level3" in columns.by_role and part.exact:
                texts = _with_wide_name(texts, row, columns)
            heads = [columns.text(texts, role) for role in ("level1", "level2", "level3")]
            weight, score = columns.weight(texts), columns.score(texts)
            if columns.points_in_names:
                weight = label_of(heads[2]).points
            kind = row_word(texts[: columns.names_end], vocabulary)
            if kind == "total":
                grade = _grade_in(row.texts)
                totals.append(_total(texts, columns, grade, row.place, number_of_chunk, i == 0, vocabulary))
                adjusting = False
                continue
            adjusting = kind in ("bonus", "deduction", "adjustment") or (adjusting and weight is None and not heads[0])
            if adjusting and weight is None:
                adjustments.append(_adjustment(texts, columns, kind, score, row.place, adjustments, vocabulary))
                continue
            if totals and weight is None and score is None and not _says_more(texts, columns):
                problems.append(problem("ROW_NOISE", unwrapped(" ".join(filter(None, texts)))[:40], row.place))
                continue
            if weight is None and score is None and _is_heading(texts, columns, vocabulary):
                heading = columns.text(texts, "level3")
                continue
            left_open = _LEFT_OPEN.fullmatch(folded(heads[2])) and not _says_more(texts, columns)
            if (not heads[2] or left_open) and weight is None and score is None:
                problems.append(problem("ROW_NOISE", unwrapped(" ".join(filter(None, texts)))[:40], row.place))
                left = heads[0] if not _LEFT_OPEN.fullmatch(folded(heads[0])) else left
                continue
            leaf, doubts = _leaf(texts, columns, weight, score, row.place, number_of_chunk, shifted)
            doubts += _shared(row, columns, leaf) if part.exact else []
            told = (part.exact and not shifted) or not {"level1", "level2"} & set(columns.by_role)
            labels = (heading, "") if heading else _labels(row, columns) if told else None
            if left and not leaf.level1_cell and (labels is None or not labels[0]):
                leaf, labels = replace(leaf, level1_cell=left), labels and (left, labels[1])
            left = ""
            leaves.append(replace(leaf, labels=labels))
            problems.extend(doubts)
    return TableRows(tuple(leaves), tuple(adjustments), tuple(totals), tuple(problems))


def _is_heading(texts: Sequence[str], columns: Columns, vocabulary: Vocabulary) -> bool:
    """Whether a row of a table without label columns is a label over the rows below: 履职效果(50分), 二、产出."""
    if {"level1", "level2"} & set(columns.by_role) or _says_more(texts, columns):
        return False
    name = columns.text(texts, "level3")
    label = label_of(name)
    return bool(name) and (label.points is not None or search_key(label.name) in vocabulary.level1_labels)


def _says_more(texts: Sequence[str], columns: Columns) -> bool:
    """Whether a row prints a target or a value although its name was left open."""
    return any(not _LEFT_OPEN.fullmatch(folded(columns.text(texts, role))) for role in ("target", "value"))


def _labels(row: Row, columns: Columns) -> tuple[str, str] | None:
    """level1 and level2 of a row by true spans; a column the table lacks says nothing and hinders nothing."""
    found = []
    for role in ("level1", "level2"):
        at = columns.by_role.get(role)
        text = "" if at is None else spans.label(row.cells[at]) if at < len(row.cells) else None
        if text is None:
            return None
        found.append(text)
    return found[0], found[1]


def _continues(row: Row, columns: Columns) -> bool:
    """Whether name, weight and score of the leaf above cover this row too: it only adds text."""
    wanted = [columns.by_role[r] for r in ("level3", "weight", "score") if r in columns.by_role]
    return len(wanted) > 1 and spans.continues(row, wanted)


def _shared(row: Row, columns: Columns, leaf: LeafRow) -> list[Problem]:
    """A weight or score that a cell of the row above covers is not missing: it is that of several indicators."""
    points = [columns.by_role[role] for role in ("weight", "score") if role in columns.by_role]
    covered = any(spans.continues(row, [at]) for at in points)
    return [problem("SCORE_SHARED", leaf.name, row.place)] if covered else []


def _with_more_text(leaf: LeafRow, texts: Sequence[str], columns: Columns) -> LeafRow:
    more = {role: "\n".join(filter(None, (text, columns.text(texts, role)))) for role, text in leaf.texts.items()}
    return replace(leaf, texts=more)


def _with_wide_name(texts: Sequence[str], row: Row, columns: Columns) -> list[str]:
    """A name cell that is covered by its neighbour or by the row above has the text of the cell that covers it."""
    at = columns.by_role["level3"]
    found = list(texts)
    if at < len(row.cells) and row.cells[at].state == "covered" and not found[at]:
        found[at] = row.cells[at].under
    return found


def _trimmed(row: Row, width: int) -> list[str]:
    """Texts of a row without the blank cells that trail beyond the table's width."""
    texts = list(row.texts)
    while len(texts) > width and not texts[-1]:
        texts.pop()
    return texts


def _leaf(
    texts: list[str],
    columns: Columns,
    weight: Decimal | None,
    score: Decimal | None,
    place: Place,
    chunk: int,
    shifted: bool,
) -> tuple[LeafRow, list[Problem]]:
    problems: list[Problem] = []
    printed = columns.text(texts, "level3")
    if columns.points_in_names:
        printed = label_of(printed).name
    name = stripped_name(printed)
    if not name:
        problems.append(problem("NAME_MISSING", place=place))
    elif name != unwrapped(printed):
        problems.append(problem("NAME_REPAIRED", f"“{printed}”读作“{name}”", place))
    elif reads_as_rule(name) or _NO_NAME.search(folded(name)):
        problems.append(problem("NAME_DOUBTFUL", f"“{name}”", place))
    if shifted:
        problems.append(problem("ROW_SHIFTED", name, place))
    score_text = columns.text(texts, "score")
    if score_text and score is None and folded(score_text).strip("-—/"):
        problems.append(problem("SCORE_UNREADABLE", f"{name}：“{score_text}”", place))
    if any(text == NO_VALUE for text in texts):
        problems.append(problem("FORMULA_WITHOUT_VALUE", name, place))
    others = {
        role: columns.text(texts, role).replace(NO_VALUE, "")
        for role in columns.by_role
        if role not in ("level1", "level2", "level3", "weight", "score")
    }
    adjusted = others.pop("adjusted_target", "")
    if adjusted and adjusted != others.get("target"):
        problems.append(
            problem("TARGET_ADJUSTED", f"{name}：年初 {others.get('target') or '空'}，调整后 {adjusted}", place)
        )
        others["target"] = adjusted
    leaf = LeafRow(
        columns.text(texts, "level1"), columns.text(texts, "level2"), name, weight, score, others, place, chunk, shifted
    )
    return leaf, problems


def _grade_in(texts: Sequence[str]) -> str | None:
    return next((grade for text in texts if (grade := folded(text)) in GRADES), None)


def _grade(texts: Sequence[str], place: Place, chunk: int) -> TotalRow:
    """A row of its own for the grade: 自评等级 优."""
    return TotalRow(next(folded(t) for t in texts if t), None, None, _grade_in(texts), place, chunk, False)


def _total(
    texts: list[str],
    columns: Columns,
    grade: str | None,
    place: Place,
    chunk: int,
    first: bool,
    vocabulary: Vocabulary,
) -> TotalRow:
    label = next(folded(t) for t in texts[: columns.width] if row_word([t], vocabulary) == "total")
    return TotalRow(label, columns.weight(texts), number(columns.text(texts, "score")), grade, place, chunk, first)


_CAP = re.compile(r"(?:≤|<=|不超过|最高|上限为?|累计不超过)(\d+(?:\.\d+)?)分?")


def _adjustment(
    texts: list[str],
    columns: Columns,
    kind: str | None,
    score: Decimal | None,
    place: Place,
    earlier: Sequence[AdjustmentRow],
    vocabulary: Vocabulary,
) -> AdjustmentRow:
    heads = [columns.text(texts, role) for role in ("level1", "level2", "level3")]
    kinds = [row_word([h], vocabulary) for h in heads]
    sign = next((k for k in reversed(kinds) if k in ("bonus", "deduction")), None)
    if sign is None:
        sign = "deduction" if earlier and earlier[-1].kind == "减分" and kind is None else "bonus"
    rule = columns.text(texts, "rule")
    cap = next((p.points for h in heads if (p := label_of(h)).capped), None)
    if cap is None:
        found = _CAP.search(folded(heads[0] + rule))
        cap = Decimal(found[1]) if found else (earlier[-1].cap if earlier and not heads[0] else None)
    label = next((unwrapped(h) for h in reversed(heads) if h), "")
    return AdjustmentRow("加分" if sign == "bonus" else "减分", label, score, cap, rule or None, place)


def without_junk(leaves: Sequence[LeafRow], known: Set[str]) -> tuple[tuple[LeafRow, ...], list[Problem]]:
    """Names freed of a stray sign before them where the rest is a name of the vocabulary or of a sister unit.

    In a row whose cells were shifted the rest of a lost label may be stuck to the name; and where no list knows the
    name, the cell that was lost may have been the name itself.
    """
    found: list[LeafRow] = []
    problems: list[Problem] = []
    for leaf in leaves:
        key = search_key(leaf.name)
        most = _STUCK_LABEL if leaf.shifted else 1
        cut = 0 if key in known else next((n for n in range(1, min(most + 1, len(key))) if key[n:] in known), 0)
        if cut:
            shown = _ending(leaf.name, key[cut:])
            problems.append(problem("NAME_REPAIRED", f"“{leaf.name}”读作“{shown}”", leaf.place))
            leaf = replace(leaf, name=shown)
        elif leaf.shifted and key not in known:
            problems.append(problem("ROW_SHIFTED", f"“{leaf.name}”可能为级别名称", leaf.place, severity="error"))
        found.append(leaf)
    return tuple(found), problems


def _ending(name: str, key: str) -> str:
    """The shortest ending of a name whose search key is ``key``."""
    return next(name[i:] for i in range(len(name) - 1, -1, -1) if search_key(name[i:]) == key)
