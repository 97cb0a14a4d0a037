"""One label column cut into contiguous blocks: the cheapest cut, and how much dearer the next best is for each row.

A block's price is what it leaves unexplained; the prices stand in :class:`Costs`. Rows outside a block's own evidence
are judged by what the vocabulary and the sister units know of the indicator. The search is a shortest path over row
boundaries; running it from both ends gives the margin of every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf

from data.normalise import likeness, quantity, search_key
from data.submission import TOLERANCE
from data.table.marks import Mark, Marks
from data.table.rows import LeafRow
from data.vocabulary import Vocabulary


@dataclass(frozen=True)
class Costs:
    """Prices of what a cut leaves unexplained. One unit is a mild surprise; below ``margin`` a row is flagged."""

    off_centre: float = 0.6
    off_centre_most: float = 3.0
    off_first: float = 1.2
    unmarked_page: float = 0.3
    late_mark: float = 1.0
    no_mark: float = 3.0
    fused: float = 0.5
    nameless: float = 6.0
    new_label_centre: float = 1.0
    new_label_first: float = 0.3
    half_label: float = 0.5
    lost_label_centre: float = 3.0
    lost_label_first: float = 4.0
    wrong_points: float = 6.0
    right_points: float = -2.0
    known_elsewhere: float = 4.0
    sister_elsewhere: float = 2.0
    sister_points: float = -1.0
    prefix_elsewhere: float = 1.5
    unlike: float = 0.7
    wrong_parent: float = 2.5
    again: float = 2.0
    block: float = 0.05
    alike1: float = 0.6
    alike2: float = 0.15
    even: float = 0.1
    same_style: float = 1.5
    margin: float = 1.0


COSTS = Costs()


@dataclass(frozen=True, slots=True)
class Table:
    """The leaf rows of one unit in reading order, and the points its prose declares for level1 labels."""

    rows: tuple[LeafRow, ...]
    declared: Mapping[str, Decimal] = field(default_factory=dict)
    spoken: frozenset[str] = frozenset()
    """Labels that the prose names with a score."""
    form: str = "部门整体"

    @property
    def certain(self) -> bool:
        """Whether true spans tell the labels of every row."""
        return bool(self.rows) and all(row.labels is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Sisters:
    """What the other units showed: name -> label -> how clearly (1 a unit at most); level1 -> its points."""

    level1_of: Mapping[str, Mapping[str, float]]
    level2_of: Mapping[str, Mapping[str, float]]
    points: Mapping[str, frozenset[Decimal]]


CLEAR = 2.0
NO_SISTERS = Sisters({}, {}, {})


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    margin: float
    rival: str
    segment: int


@dataclass(frozen=True, slots=True)
class Cut:
    """One column cut into blocks: cost, the choice of each row, and the extra cost of a boundary before each row."""

    cost: float
    rows: tuple[Choice, ...]
    boundary: tuple[float, ...]


def _traits(row: LeafRow) -> tuple[Decimal | None, bool, str]:
    """What neighbouring indicators of one block tend to share: weight, whether a rule is printed, kind of value."""
    value = row.texts.get("value", "")
    kind = "" if not value else "number" if quantity(value)[0] is not None else "words"
    return row.weight, bool(row.texts.get("rule")), kind


class Column:
    """One label column of one table, ready to be cut."""

    def __init__(
        self,
        level: int,
        table: Table,
        marks: Marks,
        vocabulary: Vocabulary,
        other: Marks,
        *,
        printed_only: bool = False,
    ) -> None:
        """``printed_only``: no label is looked for that the column does not print."""
        self.level = level
        self.alike = COSTS.alike1 if level == 1 else COSTS.alike2
        self.table = table
        self.rows = table.rows
        self.marks = marks
        self.vocabulary = vocabulary
        self.labels = [*marks.marks, *(mark for _, mark in marks.floating)]
        printed = [m.key for m in self.labels]
        self.names = {m.key: m.name for m in self.labels}
        self.other_keys = frozenset(m.key for m in (*other.marks, *(mark for _, mark in other.floating)))
        self.row_names = [search_key(row.name) for row in self.rows]
        unprinted = [] if printed_only else self._unprinted(frozenset(printed))
        self.names |= {key: key for key in unprinted if key not in self.names}
        self.keys = list(dict.fromkeys([*printed, *unprinted]))
        self.printed = frozenset(printed)
        self.points = {m.key: m.points for m in self.labels if m.points is not None}
        self.strength = {m.key: m.strength for m in sorted(self.labels, key=lambda m: m.strength == "sure")}
        self.floating = {mark.key: row for row, mark in marks.floating}
        self.dimension = {k: vocabulary.dimension(table.form, k) for k in self.keys} if level == 1 else {}
        self.mark_at: dict[int, Mark] = {row: m for m in marks.marks for row in m.rows}
        self.traits = [_traits(row) for row in self.rows]
        self.known = [self._known(name) for name in self.row_names]
        self.own_parent = self._own_parents(other if level == 1 else None)
        self.afloat = [self._afloat(row) for row in range(len(self.rows))]
        self.likes = [{key: likeness(key, name) for key in self.keys} for name in self.row_names] if level == 2 else []
        self.most_like = [max(likes.values(), default=0.0) for likes in self.likes]
        self.heads = [{key for key in self.keys if name.startswith(key)} for name in self.row_names]

    def _unprinted(self, printed: frozenset[str]) -> list[str]:
        """Labels no cell prints, that an indicator is known under together with a label the other column prints."""
        mine, beside = self.level - 1, 2 - self.level
        covered = {self.dimension_of(key) for key in printed} - {None} if self.level == 1 else set()
        found = []
        for name in self.row_names:
            pairs = self.vocabulary.indicator_pairs.get(name, frozenset())
            if not any(pair[mine] in printed for pair in pairs):
                found += [pair[mine] for pair in sorted(pairs) if pair[beside] in self.other_keys]
        return [key for key in dict.fromkeys(found) if not covered or self.dimension_of(key) not in covered]

    def contradiction(self, row: int, choice: Choice, sisters: Sisters) -> str:
        """A label that the vocabulary, a clear sister majority or the row's own name gives instead; '' if none.

        A label printed in the row itself needs no other witness.
        """
        mark = self.mark_at.get(row)
        if mark is not None and mark.key == choice.key and not mark.fused and mark.strength == "sure":
            return ""
        if self.known[row] and choice.key not in self.known[row]:
            return min(self.known[row])
        votes = (sisters.level1_of if self.level == 1 else sisters.level2_of).get(self.row_names[row], {})
        best = max(votes, key=lambda k: votes[k], default="")
        if best and best != choice.key and votes[best] >= votes.get(choice.key, 0.0) + 1.0:
            return best
        named_after = [k for k in self.printed if self.level == 2 and self.row_names[row].startswith(k)]
        if named_after and choice.key not in named_after:
            return max(named_after, key=len)
        return "" if choice.key in self.printed or not choice.key else "未印该名称"

    def dimension_of(self, key: str) -> str | None:
        return self.vocabulary.dimension(self.table.form, key) if key else None

    def _known(self, name: str) -> frozenset[str]:
        """Labels of this column that the vocabulary knows an indicator under."""
        pairs = self.vocabulary.indicator_pairs.get(name, frozenset())
        exact = frozenset(pair[self.level - 1] for pair in pairs) & frozenset(self.keys)
        if exact or self.level == 2:
            return exact
        wanted = {self.vocabulary.dimension(self.table.form, one, two) for one, two in pairs} - {None}
        return frozenset(k for k in self.keys if self.dimension[k] in wanted)

    def _own_parents(self, finer: Marks | None) -> list[str | None]:
        """For level1: the dimension that a row's own level2 label is known to stand under."""
        parents: list[str | None] = [None] * len(self.rows)
        if finer is not None:
            for mark in finer.marks:
                for row in mark.rows:
                    parents[row] = self.vocabulary.level2_labels.get(mark.key) or None
        return parents

    def method(self, row: int, choice: Choice, style: str, sisters: Sisters) -> str:
        """How the label of a row is known, the strongest evidence first."""
        mark = self.mark_at.get(row)
        if mark is not None and mark.key == choice.key and not mark.fused:
            return "printed"
        if choice.key in self.points:
            return "points"
        if choice.key in self.known[row]:
            return "indicator"
        votes = (sisters.level1_of if self.level == 1 else sisters.level2_of).get(self.row_names[row])
        if votes and max(votes, key=lambda k: votes[k]) == choice.key:
            return "sister"
        return style

    def cut(
        self,
        style: str,
        sisters: Sisters,
        boundary: Sequence[float] | None = None,
        parents: Cut | None = None,
    ) -> Cut:
        """The cheapest cut of the column into blocks, with margins.

        ``boundary`` prices a cut before each row (level2 evidence for level1); ``parents`` is the finished level1,
        whose boundaries level2 may not straddle.
        """
        n = len(self.rows)
        row_cost = self._row_costs(sisters, parents)
        segments = self._segments(style, row_cost, sisters, parents)
        starts: list[list[tuple[int, str, float]]] = [[] for _ in range(n + 1)]
        for a, b, key, cost in segments:
            price = boundary[a] if boundary is not None and a > 0 else 0.0
            starts[a].append((b, key, cost + price))
        forward = [inf] * (n + 1)
        backward = [inf] * (n + 1)
        forward[0] = backward[n] = 0.0
        came: list[tuple[int, str] | None] = [None] * (n + 1)
        for a in range(n):
            if forward[a] == inf:
                continue
            for b, key, cost in starts[a]:
                before = came[a]
                again = COSTS.again if before is not None and before[1] == key else 0.0
                if forward[a] + cost + again < forward[b]:
                    forward[b], came[b] = forward[a] + cost + again, (a, key)
        for a in range(n - 1, -1, -1):
            backward[a] = min((cost + backward[b] for b, _, cost in starts[a]), default=inf)
        best = forward[n]
        chosen: list[tuple[str, int]] = [("", 0)] * n
        at = n
        while at > 0 and (step := came[at]) is not None:
            a, key = step
            chosen[a:at] = [(key, a)] * (at - a)
            at = a
        margin, rival = [inf] * n, [""] * n
        for a in range(n):
            for b, key, cost in starts[a]:
                through = forward[a] + cost + backward[b]
                for i in range(a, b):
                    if key != chosen[i][0] and through - best < margin[i]:
                        margin[i], rival[i] = through - best, key
        rows = tuple(Choice(chosen[i][0], margin[i], rival[i], chosen[i][1]) for i in range(n))
        edge = tuple(min(forward[i] + backward[i] - best, 10.0) if i else 0.0 for i in range(n))
        return Cut(best, rows, edge)

    def _segments(
        self, style: str, row_cost: Mapping[str, Sequence[float]], sisters: Sisters, parents: Cut | None
    ) -> list[tuple[int, int, str, float]]:
        """Every block worth considering: (first row, row after last, label, cost)."""
        n = len(self.rows)
        suggested = [self._suggested(i, sisters) for i in range(n)]
        found: list[tuple[int, int, str, float]] = []
        for a in range(n):
            inside: list[Mark] = []
            sure: set[str] = set()
            hints: set[str] = set()
            for b in range(a + 1, n + 1):
                if parents is not None and parents.rows[b - 1].segment != parents.rows[a].segment:
                    break
                mark = self.mark_at.get(b - 1)
                if mark is not None and mark not in inside:
                    inside.append(mark)
                    if mark.strength == "sure":
                        sure.add(mark.key)
                if len(sure) > 1:
                    break
                hints |= suggested[b - 1]
                if mark is not None and b < n and self.mark_at.get(b) is mark:
                    continue
                keys = sure or ({m.key for m in inside} | hints | self.afloat[a])
                for key in sorted(keys):
                    cost = self._block(a, b, key, inside, style, sisters)
                    if parents is not None:
                        cost += self._parent_cost(key, parents.rows[a].key)
                    costs = row_cost[key]
                    found.append((a, b, key, cost + costs[b] - costs[a]))
                if not sure and not inside:
                    found.append((a, b, "", COSTS.nameless + row_cost[""][b] - row_cost[""][a]))
        return found

    def _suggested(self, row: int, sisters: Sisters) -> set[str]:
        """Labels of this column that a row may have although no cell in its block prints them."""
        votes = (sisters.level1_of if self.level == 1 else sisters.level2_of).get(self.row_names[row], {})
        return set(self.known[row]) | (set(votes) & set(self.keys))

    def _afloat(self, a: int) -> set[str]:
        """Labels read out of a fused cell above, with no other sure label between that cell and the row."""
        return {
            key
            for key, row in self.floating.items()
            if a > row and not any(m.strength == "sure" and row < m.rows[0] < a for m in self.marks.marks)
        }

    def _block(self, a: int, b: int, key: str, inside: Sequence[Mark], style: str, sisters: Sisters) -> float:
        """Cost of the block [a, b) under a label, apart from its rows."""
        cost = COSTS.block + (self.alike if a > 0 and self.traits[a] == self.traits[a - 1] else 0.0)
        own = [m for m in inside if m.key == key]
        rows_of_own = {r for m in own for r in m.rows}
        for mark in inside:
            if mark.key != key:
                beside = any(abs(r - o) == 1 for r in mark.rows for o in rows_of_own)
                if style == "centre":
                    cost += COSTS.half_label if beside else COSTS.lost_label_centre
                    if beside:
                        rows_of_own |= set(mark.rows)
                else:
                    cost += COSTS.lost_label_first
        if not own:
            cost += COSTS.fused if key in self.afloat[a] else COSTS.no_mark
        elif self.strength[key] == "maybe":
            cost += COSTS.new_label_first if style == "first" else COSTS.new_label_centre
        if own:
            fused = all(m.fused for m in own)
            noise = {r for r in self.marks.noise if any(abs(r - o) == 1 for o in rows_of_own) and a <= r < b}
            cost += self._geometry(a, b, rows_of_own | noise if style == "centre" else rows_of_own, style) * (
                0.5 if fused else 1.0
            )
        points = self.points.get(key)
        seen = sisters.points.get(key, ()) if self.level == 1 else ()
        total = self._weight(a, b) if points is not None or seen else None
        if total is None:
            return cost
        if points is not None:
            return cost + (COSTS.right_points if abs(total - points) <= TOLERANCE else COSTS.wrong_points)
        return cost + (COSTS.sister_points if total in seen else 0.0)

    def _weight(self, a: int, b: int) -> Decimal | None:
        """Sum of the weights of rows [a, b), ``None`` where one of them has none."""
        weights = [row.weight for row in self.rows[a:b] if row.weight is not None]
        return sum(weights, Decimal(0)) if len(weights) == b - a else None

    def _geometry(self, a: int, b: int, marked: set[int], style: str) -> float:
        """How badly the label stands in its block, page by page."""
        cost = 0.0
        first = True
        start = a
        while start < b:
            end = start
            while end < b and self.rows[end].chunk == self.rows[start].chunk:
                end += 1
            here = sorted(r for r in marked if start <= r < end)
            if not here:
                cost += COSTS.late_mark if first else COSTS.unmarked_page
            elif style == "centre":
                off = abs(sum(here) / len(here) - (start + end - 1) / 2)
                if len(here) == 1 and (end - start) % 2 == 0:
                    off = max(0.0, off - 0.5)
                    cost += COSTS.even
                cost += min(COSTS.off_centre * off, COSTS.off_centre_most)
            elif first or here[0] != start:
                cost += COSTS.off_first * (here[0] - start)
            first = False
            start = end
        return cost

    def _row_costs(self, sisters: Sisters, parents: Cut | None) -> dict[str, list[float]]:
        """Per label: running sums of what each row costs under it."""
        votes = sisters.level1_of if self.level == 1 else sisters.level2_of
        sums: dict[str, list[float]] = {}
        for key in [*self.keys, ""]:
            running = [0.0]
            for i, name in enumerate(self.row_names):
                cost = 0.0
                if self.known[i] and key not in self.known[i]:
                    cost += COSTS.known_elsewhere
                seen = votes.get(name)
                if seen:
                    cost += COSTS.sister_elsewhere * (max(seen.values()) - seen.get(key, 0.0))
                if self.level == 2:
                    cost += COSTS.unlike * (self.most_like[i] - self.likes[i].get(key, 0.0))
                    if self.heads[i] and key not in self.heads[i]:
                        cost += COSTS.prefix_elsewhere
                elif self.own_parent[i] and self.dimension.get(key) not in (None, self.own_parent[i]):
                    cost += COSTS.wrong_parent
                running.append(running[-1] + cost)
            sums[key] = running
        return sums

    def _parent_cost(self, key: str, parent: str) -> float:
        wanted = self.vocabulary.level2_labels.get(key)
        actual = self.vocabulary.dimension(self.table.form, parent)
        return COSTS.wrong_parent if wanted and actual and wanted != actual else 0.0
