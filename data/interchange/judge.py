"""Whether a report of an interchange table reconciles: the same rules as for a document, most of them as sets.

The database finds the reports about which there is nothing to say beyond what one pass over the sums tells. The others
go through ``data.reconcile`` one by one, as a document does: missing scores are proved there and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import duckdb

from data.codes import problem, refusal
from data.interchange.arrivals import Arrivals, Named
from data.parse import FEWEST_LEAVES, MOST_LEAVES
from data.reconcile import in_total, reconcile
from data.statements import named
from data.submission import (
    TOLERANCE,
    Adjustment,
    Leaf,
    Place,
    Problem,
    Refusal,
    Scope,
    StatedFigure,
    Status,
    comparable_score,
    plain,
    status_of,
)

_SQL = Path(__file__).with_name("judge.sql")
_AT_ONCE = 500
_TOTAL = "总计"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A report that a leaf table claims, as it is to be loaded; ``template`` as in ``Submission``."""

    number: int
    report: Named
    place: Place
    template: str
    leaves: int
    weight_total: Decimal | None
    leaf_total: Decimal | None
    leaf_total_printed: Decimal
    stated: tuple[StatedFigure, ...]
    comparable_score: Decimal | None
    problems: tuple[Problem, ...]
    added: StatedFigure | None
    """报告总计 of the leaf table, where no table of stated figures has a total."""
    inferred: Mapping[int, Decimal] = field(default_factory=dict)
    """Ordinal -> proved score."""
    contested: bool = False

    @property
    def stated_total(self) -> Decimal | None:
        return next((s.value for s in self.stated if s.scope == Scope.TOTAL), None)

    @property
    def status(self) -> Status:
        return status_of(self.problems)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be loaded, and what is refused: document_id -> reasons, each with its unit (or empty)."""

    reports: tuple[Judgement, ...]
    refused: Mapping[str, tuple[tuple[str, Refusal], ...]]
    attached: frozenset[int]
    """Numbers of reports that are in the warehouse already; tables of the batch add to them."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """What one pass over the leaves of a report tells."""

    template: str
    leaves: int
    without_weight: int
    weight_total: Decimal | None
    without_score: int
    printed: Decimal
    odd: int
    unmapped: int
    unmapped_row: int | None


def judge(
    connection: duckdb.DuckDBPyConnection, arrivals: Arrivals, contested: frozenset[str], known: frozenset[str]
) -> Verdict:
    """Judge every claimed report. The incoming tables are registered with the connection.

    ``contested``: report_ids that other files of the batch claim too; ``known``: report_ids that the warehouse holds.
    """
    sql = named(_SQL)
    refused: dict[str, list[tuple[str, Refusal]]] = defaultdict(list)
    for file, number, ordinal, row in connection.execute(sql["repeated"]).fetchall():
        source, unit = arrivals.sources[file], arrivals.reports[number].unit
        words = f"{source.at(row).words}“序号”列：“{ordinal}”，{unit}的序号应从 1 起且不重复"
        refused[source.document_id].append(("", refusal("E40", words)))
    tolerance = {"tolerance": TOLERANCE}
    stated, adjustments = _stated(connection, arrivals), _adjustments(connection, arrivals)
    off = {number for (number,) in connection.execute(sql["parts_off"], tolerance).fetchall()}
    broken = frozenset(refused)
    found: list[Judgement] = []
    doubtful: list[Judgement] = []
    claimed: set[int] = set()
    for number, *values in connection.execute(sql["sums"], tolerance).fetchall():
        report, sums = arrivals.reports[number], _Sums(*values)
        document_id = arrivals.sources[report.source].document_id
        if document_id in broken:
            continue
        claimed.add(number)
        try:
            _refuse_unusable(sums)
        except Refusal as reason:
            refused[document_id].append((report.unit, reason))
            continue
        twice = report.report_id in contested or len(arrivals.claims[report.report_id]) > 1
        one, clear = _judged(number, report, arrivals, sums, stated[number], adjustments[number], twice)
        (found if clear and number not in off else doubtful).append(one)
    found += _one_by_one(connection, arrivals, doubtful, adjustments)
    attached: set[int] = set()
    for file, number, row in connection.execute(sql["lone"]).fetchall():
        report, source = arrivals.reports[number], arrivals.sources[file]
        if number in claimed:
            continue
        if report.report_id in known:
            attached.add(number)
        else:
            words = f"{source.at(row).words}：{report.fiscal_year} {report.unit}"
            refused[source.document_id].append(("", refusal("E41", words)))
    found.sort(key=lambda j: j.number)
    return Verdict(tuple(found), {d: tuple(reasons) for d, reasons in refused.items()}, frozenset(attached))


def _refuse_unusable(sums: _Sums) -> None:
    if sums.leaves > MOST_LEAVES:
        raise refusal("E19", f"{sums.leaves} 行，上限 {MOST_LEAVES} 行")
    if sums.leaves < FEWEST_LEAVES:
        raise refusal("E06", f"仅有 {sums.leaves} 行指标")
    if sums.without_score == sums.leaves or sums.without_weight == sums.leaves:
        raise refusal("E09")


def _judged(
    number: int, report: Named, arrivals: Arrivals, sums: _Sums, stated: Sequence[StatedFigure],
    adjustments: Sequence[Adjustment], twice: bool,
) -> tuple[Judgement, bool]:  # fmt: skip
    """A report judged by its sums, and whether they say all there is to say."""
    source = arrivals.sources[report.source]
    place = source.at(report.row)
    added = None
    if report.stated_total is not None and not any(s.scope == Scope.TOTAL for s in stated):
        added = StatedFigure(Scope.TOTAL, _TOTAL, "表", report.stated_total, None, place)
        stated = (*stated, added)
    row, counted, inside = budget_row(adjustments, sums.weight_total if not sums.without_weight else None)
    problems = _about(report, place, twice)
    if sums.unmapped:
        at = source.at(sums.unmapped_row) if sums.unmapped_row is not None else place
        problems.append(problem("DIMENSION_UNMAPPED", f"{sums.unmapped} 项", at))
    problems += _of_budget_row(row, inside)
    totals = [s.value - (counted.score or 0) if counted else s.value for s in stated if s.scope == Scope.TOTAL]
    if not totals:
        problems.append(problem("TOTAL_MISSING", place=place))
    weights = None if sums.without_weight else sums.weight_total
    wanted = 100 - (counted.cap or 0) if counted else 100
    clear = (
        weights is not None
        and not sums.without_score
        and not sums.odd
        and abs(weights - wanted) <= TOLERANCE
        and all(abs(total - sums.printed) <= TOLERANCE for total in totals)
    )
    total = None if sums.without_score else sums.printed
    comparable = comparable_score(total, weights, counted)
    return (
        Judgement(
            number, report, place, sums.template, sums.leaves, weights, total, sums.printed, tuple(stated), comparable,
            tuple(problems), added, contested=twice,
        ),
        clear,
    )  # fmt: skip


def budget_row(
    adjustments: Sequence[Adjustment], weights: Decimal | None
) -> tuple[Adjustment | None, Adjustment | None, bool | None]:
    """The scored budget row; the same where it is inside the total, else ``None``; whether it is, if that is known."""
    row = next((a for a in adjustments if a.kind == "预算执行"), None)
    inside = in_total(weights, row.cap or Decimal(0)) if row is not None and weights is not None else None
    return row, row if inside else None, inside


def budget_row_problem(adjustments: Sequence[Adjustment], leaves: Sequence[Leaf]) -> list[Problem]:
    """Whether the scored budget row is inside the total, as a doubt of ours."""
    weights = [x.weight for x in leaves]
    total = None if None in weights else sum((w for w in weights if w is not None), Decimal(0))
    row, _, inside = budget_row(adjustments, total)
    return _of_budget_row(row, inside)


def _of_budget_row(row: Adjustment | None, inside: bool | None) -> list[Problem]:
    if row is None or inside is None:
        return []
    words = f"{row.label} {_points(row.score)} / {_points(row.cap)} 分"
    return [problem("BUDGET_ROW_IN_TOTAL" if inside else "TOTAL_EXCLUDES_BUDGET_ROW", words, row.place)]


def _points(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _about(report: Named, place: Place, twice: bool) -> list[Problem]:
    problems = []
    if report.region_code is None:
        problems.append(problem("REGION_UNKNOWN", report.unit, place))
    elif report.given:
        problems.append(problem("REGION_GIVEN", report.region_code, place))
    if report.status == "review":
        problems.append(problem("REVIEW_IN_SOURCE", place=place))
    if twice:
        problems.append(problem("DUPLICATE_IN_BATCH", report.unit, place))
    return problems


def _stated(connection: duckdb.DuckDBPyConnection, arrivals: Arrivals) -> Mapping[int, list[StatedFigure]]:
    found: dict[int, list[StatedFigure]] = defaultdict(list)
    cursor = connection.execute(named(_SQL)["stated"])
    for number, file, row, scope, label, source, value, out_of in _rows(cursor):
        place = arrivals.sources[file].at(row)
        found[number].append(StatedFigure(Scope(scope), label, source, value, out_of, place))
    return found


def _adjustments(connection: duckdb.DuckDBPyConnection, arrivals: Arrivals) -> Mapping[int, list[Adjustment]]:
    found: dict[int, list[Adjustment]] = defaultdict(list)
    cursor = connection.execute(named(_SQL)["adjustments"])
    for number, file, row, kind, label, score, cap, rule_text in _rows(cursor):
        place = arrivals.sources[file].at(row)
        found[number].append(Adjustment(kind, label, score, cap, rule_text, place))
    return found


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while chunk := cursor.fetchmany(10_000):
        yield from chunk


def _one_by_one(
    connection: duckdb.DuckDBPyConnection, arrivals: Arrivals, doubtful: Sequence[Judgement],
    adjustments: Mapping[int, Sequence[Adjustment]],
) -> Iterator[Judgement]:  # fmt: skip
    """Reports with something to settle, their leaves fetched some hundred reports at a time."""
    for start in range(0, len(doubtful), _AT_ONCE):
        some = {j.number: j for j in doubtful[start : start + _AT_ONCE]}
        rows = connection.execute(named(_SQL)["leaves"], {"numbers": list(some)}).fetchall()
        for number, group in groupby(rows, key=lambda row: int(row[0])):
            leaves = [leaf(row[3:], arrivals.sources[row[1]].at(row[2])) for row in group]
            yield _completed(some[number], leaves, adjustments[number])


def leaf(row: Sequence[Any], place: Place) -> Leaf:
    """A leaf with what reconciliation looks at: ordinal, level1, level2, level3, weight, score."""
    ordinal, level1, level2, level3, weight, score = row
    applicability: Literal["unknown"] = "unknown"
    return Leaf(
        ordinal, level1, level2, level3, level1, level2, "", None, None, weight, score, None, None, None, None, None,
        None, None, None, applicability, None, None, place,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settled:
    """What ``reconcile`` makes of a report: total, 可比得分, every sum that does not come out, proved scores."""

    total: Decimal | None
    comparable: Decimal | None
    problems: tuple[Problem, ...]
    inferred: Mapping[int, Decimal]


def settle(
    leaves: Sequence[Leaf], adjustments: Sequence[Adjustment], stated: Sequence[StatedFigure],
    earlier: Sequence[Problem], place: Place,
) -> Settled:  # fmt: skip
    """Reconcile a report exactly as a document's; ``earlier``: what is known of it already."""
    weights = [x.weight for x in leaves]
    weight_total = None if None in weights else sum((w for w in weights if w is not None), Decimal(0))
    _, counted, _ = budget_row(adjustments, weight_total)
    budget = (counted.cap or Decimal(0), counted.score or Decimal(0)) if counted else None
    bonus = [a for a in adjustments if a.kind != "预算执行"]
    checked = reconcile(leaves, bonus, stated, earlier, place, budget)
    scores = [x.counted_score for x in checked.leaves]
    total = None if None in scores else sum((s for s in scores if s is not None), Decimal(0))
    inferred = {x.ordinal: x.score_inferred for x in checked.leaves if x.score_inferred is not None}
    return Settled(total, comparable_score(total, weight_total, counted), checked.problems, inferred)


def _completed(judgement: Judgement, leaves: Sequence[Leaf], adjustments: Sequence[Adjustment]) -> Judgement:
    earlier = [p for p in judgement.problems if p.code != "TOTAL_MISSING"]
    found = settle(leaves, adjustments, judgement.stated, earlier, judgement.place)
    return replace(
        judgement,
        leaf_total=found.total,
        comparable_score=found.comparable,
        problems=(*earlier, *found.problems),
        inferred=found.inferred,
    )
