"""level1 and level2 of every leaf, where the format does not tell which rows a merged label covers.

Each column is cut into contiguous blocks, one label each. A cut costs what it leaves unexplained: a label away from
the centre of its block (or from its first row, where labels stand there), points that the block's weights do not sum
to, an indicator known under another label, a level2 that belongs under another level1. The cheapest cut wins (a
shortest path over row boundaries); the price of the best cut that puts a row elsewhere is that row's margin, and a
row with a small margin is flagged, never decided in silence.

Units of one document that share a template are read twice: the second time with what the sister units showed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from data.codes import problem
from data.normalise import chinese_count, label_of, search_key, stripped_name
from data.submission import TOLERANCE, Problem, plain
from data.table.blocks import CLEAR, COSTS, NO_SISTERS, Column, Cut, Sisters, Table
from data.table.marks import Marks, read_marks, spelled
from data.table.rows import LeafRow
from data.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Assigned:
    """level1 and level2 of one row, how each is known, and how clear the choice was."""

    level1: str
    level2: str
    method: str
    margin1: float
    margin2: float
    rival1: str = ""
    rival2: str = ""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    rows: tuple[Assigned, ...]
    problems: tuple[Problem, ...]


def resolve(tables: Sequence[Table], vocabulary: Vocabulary) -> list[Hierarchy]:
    """The hierarchy of each table of a document; tables without true spans are considered together."""
    searched = iter(_searched([t for t in tables if not t.certain], vocabulary))
    return [_from_spans(table) if table.certain else next(searched) for table in tables]


def _from_spans(table: Table) -> Hierarchy:
    """level1 and level2 as the cells that cover each row say; points in a label are compared with its rows."""
    rows: list[Assigned] = []
    sums: dict[tuple[int, str], tuple[Decimal, Decimal, LeafRow]] = {}
    for row in table.rows:
        printed = row.labels or ("", "")
        labels = [label_of(text) for text in printed]
        names = [stripped_name(found.name) for found in labels]
        level1, level2 = names[0], names[1] or names[0]
        rows.append(Assigned(level1, level2, "span" if level1 else "absent", inf, inf))
        for level, (text, found) in enumerate(zip(printed, labels, strict=True)):
            if found.points is not None and not found.capped:
                key = (level, text if level == 0 else "/".join(printed))
                total = sums[key][1] if key in sums else Decimal(0)
                sums[key] = (found.points, total + (row.weight or Decimal(0)), sums[key][2] if key in sums else row)
    problems = [
        problem("LABEL_POINTS_MISMATCH", f"“{text}”印 {points} 分，合计 {total} 分", first.place)
        for (_, text), (points, total, first) in sums.items()
        if abs(total - points) > TOLERANCE
    ]
    return Hierarchy(tuple(rows), tuple(problems))


def _searched(tables: Sequence[Table], vocabulary: Vocabulary) -> list[Hierarchy]:
    """Tables whose merged labels have to be searched for, all considered together."""
    if not tables:
        return []
    prepared = [_Unit(table, tables, vocabulary) for table in tables]
    styles1 = _style([unit.column1 for unit in prepared])
    if styles1 == "first" and _plainly_first(tables):
        prepared = [_Unit(table, tables, vocabulary, as_printed=True) for table in tables]
    styles2 = _style([unit.column2 for unit in prepared], COSTS.same_style if styles1 == "first" else 0.0)
    first = [unit.solve(styles1, styles2, NO_SISTERS) for unit in prepared]
    if len(tables) < 2:
        return [unit.result(answer) for unit, answer in zip(prepared, first, strict=True)]
    results = []
    for i, unit in enumerate(prepared):
        others = [(u, a) for j, (u, a) in enumerate(zip(prepared, first, strict=True)) if j != i]
        results.append(unit.result(unit.solve(styles1, styles2, _sisters(others))))
    lost = [_with_lost_labels(i, results, prepared) for i in range(len(results))]
    return [_with_other_sums(i, lost, prepared) for i in range(len(lost))]


def _with_other_sums(own: int, results: Sequence[Hierarchy], units: Sequence[_Unit]) -> Hierarchy:
    """Flag a unit whose level1 sums differ from those on which all its sisters of the same template agree."""
    sums = []
    for result, unit in zip(results, units, strict=True):
        found: dict[str, Decimal] = {}
        for row, assigned in zip(unit.table.rows, result.rows, strict=True):
            found[assigned.level1] = found.get(assigned.level1, Decimal(0)) + (row.weight or Decimal(0))
        sums.append(found)
    sisters = [s for i, s in enumerate(sums) if i != own and list(s) == list(sums[own])]
    if len(sisters) < 2 or any(s != sisters[0] for s in sisters) or sums[own] == sisters[0]:
        return results[own]
    place = units[own].table.rows[0].place
    doubts = [
        problem("TEMPLATE_SUM_DIFFERS", f"“{name}”合计 {plain(total)}，其他单位均为 {plain(sisters[0][name])}", place)
        for name, total in sums[own].items()
        if total != sisters[0][name]
    ]
    return Hierarchy(results[own].rows, (*results[own].problems, *doubts))


def _with_lost_labels(own: int, results: Sequence[Hierarchy], units: Sequence[_Unit]) -> Hierarchy:
    """Flag rows that may have lost their level2: all sisters print a label under their level1 that this unit lacks."""
    held = [{(row.level1, row.level2) for row in result.rows} for result in results]
    sisters = [pairs for i, pairs in enumerate(held) if i != own]
    if len(sisters) < 2:
        return results[own]
    lost = {pair for pair in set.intersection(*sisters) if pair not in held[own]}
    unit, result = units[own], results[own]
    doubts = [
        problem("LEVEL2_UNCERTAIN", f"“{row.name}”可归“{assigned.level2}”或“{level2}”", row.place)
        for level1, level2 in sorted(lost)
        for i, (row, assigned) in enumerate(zip(unit.table.rows, result.rows, strict=True))
        if assigned.level1 == level1 and i not in unit.column2.mark_at
    ]
    return Hierarchy(result.rows, (*result.problems, *doubts))


def _style(columns: Sequence[Column], favour: float = 0.0) -> str:
    """Whether labels stand on the first row or at the centre of their blocks, by total cost over all units.

    Labels of both levels usually stand alike: ``favour`` is what that is worth to the first row.
    """
    first = sum(column.cut("first", NO_SISTERS).cost for column in columns)
    centre = sum(column.cut("centre", NO_SISTERS).cost for column in columns)
    return "first" if first <= centre + favour else "centre"


def _plainly_first(tables: Sequence[Table]) -> bool:
    """Whether the labels clearly stand on the first rows of their blocks: the first row has both, no label of level1
    stands without one of level2, and none is garbled."""
    for table in tables:
        first = table.rows[0]
        heads = [row for row in table.rows if row.level1_cell]
        if not (first.level1_cell and first.level2_cell) or any(not row.level2_cell for row in heads):
            return False
        if any(chinese_count(row.level1_cell) < 2 or chinese_count(row.level2_cell) < 2 for row in heads):
            return False
    return True


def _sisters(others: Sequence[tuple[_Unit, _Answer]]) -> Sisters:
    level1_of: dict[str, dict[str, float]] = {}
    level2_of: dict[str, dict[str, float]] = {}
    points: dict[str, set[Decimal]] = {}
    for unit, answer in others:
        sums: dict[str, Decimal] = {}
        for row, one, two in zip(unit.table.rows, answer.level1.rows, answer.level2.rows, strict=True):
            name = search_key(row.name)
            level1_of.setdefault(name, {}).setdefault(one.key, 0.0)
            level1_of[name][one.key] += min(one.margin, CLEAR) / CLEAR
            level2_of.setdefault(name, {}).setdefault(two.key, 0.0)
            level2_of[name][two.key] += min(two.margin, CLEAR) / CLEAR
            sums[one.key] = sums.get(one.key, Decimal(0)) + (row.weight or Decimal(0))
        if all(row.weight is not None for row in unit.table.rows):
            for key, total in sums.items():
                points.setdefault(key, set()).add(total)
    return Sisters(level1_of, level2_of, {k: frozenset(v) for k, v in points.items()})


@dataclass(frozen=True, slots=True)
class _Answer:
    level1: Cut
    level2: Cut
    style1: str
    style2: str
    sisters: Sisters


class _Unit:
    """One table while it is being resolved."""

    def __init__(
        self, table: Table, tables: Sequence[Table], vocabulary: Vocabulary, *, as_printed: bool = False
    ) -> None:
        """``as_printed``: the labels stand clearly where they belong, whatever the vocabulary knows of them."""
        self.as_printed = as_printed
        self.table = table
        self.vocabulary = vocabulary
        one = {key: key for key in vocabulary.level1_labels}
        two = {key: key for key in vocabulary.level2_labels}
        one |= _attested([[row.level1_cell for row in t.rows] for t in tables], one, two)
        two |= _attested([[row.level2_cell for row in t.rows] for t in tables], two, one)
        one |= {key: key for key in table.declared}
        pairs = [p for row in table.rows for p in vocabulary.indicator_pairs.get(search_key(row.name), ())]
        cells1, cells2 = [r.level1_cell for r in table.rows], [r.level2_cell for r in table.rows]
        only1, only2 = frozenset(one) - frozenset(two), frozenset(two) - frozenset(one)
        others = [t for t in tables if t is not table]
        elsewhere1 = _printed([row.level1_cell for t in others for row in t.rows])
        elsewhere2 = _printed([row.level2_cell for t in others for row in t.rows])
        hints1 = table.spoken | frozenset(p[0] for p in pairs)
        hints2 = table.spoken | frozenset(p[1] for p in pairs)
        if as_printed:
            only1 = only2 = frozenset()
        self.marks1 = read_marks(table.rows, cells1, one, only2, table.declared, elsewhere1, hints1)
        self.marks2 = read_marks(table.rows, cells2, two, only1, {}, elsewhere2, hints2)
        self.vouched = {*vocabulary.level1_labels, *vocabulary.level2_labels, *table.spoken, *elsewhere1, *elsewhere2}
        self.column1 = Column(1, table, self.marks1, vocabulary, self.marks2, printed_only=as_printed)
        self.column2 = Column(2, table, self.marks2, vocabulary, self.marks1, printed_only=as_printed)

    def solve(self, style1: str, style2: str, sisters: Sisters) -> _Answer:
        loose = self.column2.cut(style2, sisters)
        level1 = self.column1.cut(style1, sisters, boundary=loose.boundary)
        level2 = self.column2.cut(style2, sisters, parents=level1)
        return _Answer(level1, level2, style1, style2, sisters)

    def result(self, answer: _Answer) -> Hierarchy:
        problems: list[Problem] = [*self.marks1.problems, *self.marks2.problems]
        used1 = {c.key for c in answer.level1.rows}
        used2 = {c.key for c in answer.level2.rows}
        problems += self._unused(self.marks1, used1, answer.style1, 1) + self._unused(
            self.marks2, used2, answer.style2, 2
        )
        problems += self._points(answer.level1, self.column1) + self._points(answer.level2, self.column2)
        problems += self._returning(answer.level1)
        rows = []
        for i, (row, one, two) in enumerate(zip(self.table.rows, answer.level1.rows, answer.level2.rows, strict=True)):
            level1, level2 = self.column1.names.get(one.key, ""), self.column2.names.get(two.key, "")
            against1 = self.column1.contradiction(i, one, answer.sisters)
            if not against1 and not self.as_printed:
                against1 = self._wrong_parent(i, one.key)
            against2 = self.column2.contradiction(i, two, answer.sisters)
            if one.margin < COSTS.margin or not level1 or against1:
                rival = against1 or self.column1.names.get(one.rival, "")
                problems.append(self._uncertain("LEVEL1_UNCERTAIN", row, level1, rival, level2))
            if two.margin < COSTS.margin or not level2 or against2:
                rival = against2 or self.column2.names.get(two.rival, "")
                problems.append(self._uncertain("LEVEL2_UNCERTAIN", row, level2, rival, level1))
            method1 = self.column1.method(i, one, answer.style1, answer.sisters)
            method2 = self.column2.method(i, two, answer.style2, answer.sisters)
            method = method1 if method1 == method2 else f"{method1}/{method2}"
            rows.append(Assigned(level1, level2, method, one.margin, two.margin, one.rival, two.rival))
        return Hierarchy(tuple(rows), tuple(problems))

    def _wrong_parent(self, row: int, level1: str) -> str:
        """The dimension that a row's own printed level2 belongs to, if its level1 is of another one."""
        wanted, actual = self.column1.own_parent[row], self.column1.dimension_of(level1)
        return wanted if wanted and actual and wanted != actual else ""

    def _returning(self, cut: Cut) -> list[Problem]:
        """A level1 that comes back after another one: pages or rows are not in the order of the table."""
        keys = [c.key for c in cut.rows]
        runs = [i for i, key in enumerate(keys) if i == 0 or keys[i - 1] != key]
        seen: set[str] = set()
        found = []
        for start in runs:
            if keys[start] in seen:
                found.append(
                    problem("PAGE_ORDER_DOUBT", self.column1.names.get(keys[start], ""), self.table.rows[start].place)
                )
            seen.add(keys[start])
        return found

    def _uncertain(self, code: str, row: LeafRow, chosen: str, rival: str, beside: str) -> Problem:
        severity = None
        if code == "LEVEL1_UNCERTAIN":
            form, dimension = self.table.form, self.vocabulary.dimension
            same = chosen and rival and dimension(form, chosen, beside) == dimension(form, rival, beside)
            severity = "warning" if same else "error"
        readings = f"“{row.name}”可归“{chosen or '空'}”或“{rival or '其他'}”"
        return problem(code, readings, row.place, severity=severity)  # type: ignore[arg-type]

    def _unused(self, marks: Marks, used: set[str], style: str, level: int) -> list[Problem]:
        """Labels not taken, and labels taken that the vocabulary lacks: in doubt where they may be misread."""
        found = []
        for mark in marks.marks:
            place = self.table.rows[mark.rows[0]].place
            unmapped = level == 1 and self.vocabulary.dimension(self.table.form, mark.key) is None
            if mark.key not in used:
                found.append(problem("LABEL_HALF", f"“{mark.name}”", place))
            elif mark.strength == "maybe":
                severity = "error" if unmapped else "warning" if style == "centre" else "info"
                found.append(problem("LABEL_UNKNOWN", f"“{mark.name}”", place, severity=severity))  # type: ignore[arg-type]
            elif not mark.fused and mark.key not in self.vouched:
                found.append(problem("LABEL_UNKNOWN", f"“{mark.name}”", place, severity="warning"))
        return found

    def _points(self, cut: Cut, column: Column) -> list[Problem]:
        found = []
        for key, points in column.points.items():
            rows = [i for i, c in enumerate(cut.rows) if c.key == key]
            weights = [self.table.rows[i].weight for i in rows]
            total = sum((w for w in weights if w is not None), Decimal(0))
            if rows and abs(total - points) > TOLERANCE:
                place = self.table.rows[rows[0]].place
                found.append(problem("LABEL_POINTS_MISMATCH", f"“{key}”印 {points} 分，合计 {total} 分", place))
        return found


def _printed(cells: Sequence[str]) -> frozenset[str]:
    """Keys of readable labels among cells."""
    keys = (search_key(label_of(cell).name) for cell in cells)
    return frozenset(key for key in keys if chinese_count(key) >= 2 and len(key) >= 2)


def _attested(columns: Sequence[Sequence[str]], known: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Labels the vocabulary lacks that most units print in the same column.

    Beside another label an unknown one may be its other half, however often it is printed: it must stand free of known
    labels somewhere, and of two unknown neighbours only the more frequent one counts.
    """
    keyed = [[search_key(label_of(cell).name) for cell in cells] for cells in columns]
    seen: Counter[str] = Counter()
    for keys in keyed:
        seen.update({key for key in keys if chinese_count(key) >= 2})
    free: set[str] = set()
    halves: set[str] = set()
    for keys in keyed:
        for i, key in enumerate(keys):
            beside = [k for k in (keys[i - 1] if i else "", keys[i + 1] if i + 1 < len(keys) else "") if k]
            if not any(k in known for k in beside):
                free.add(key)
            if any(k not in known and seen[k] > seen[key] for k in beside):
                halves.add(key)
    wanted = max(2, (len(columns) + 1) // 2)
    return {
        k: k
        for k, n in seen.items()
        if n >= wanted and k in free and not (k in halves or k in known or k in other or spelled(k, known))
    }
