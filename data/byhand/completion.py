"""A filled 待补录表 held against the warehouse: is it the report it was made for, and do its sums come out.

Hand-entered figures are reconciled by the same rules as read ones, with what the prose of the original states. A later
machine reading of the same original does not displace them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from data.codes import problem, refusal
from data.door.worker import Reply
from data.reconcile import budget_row_in_total, reconcile
from data.statements import named
from data.submission import (
    BudgetFigure,
    Entered,
    Narrative,
    Place,
    Problem,
    Reading,
    Refusal,
    Scope,
    StatedFigure,
    Submission,
)
from data.units import identity
from data.warehouse import Warehouse

_SQL = Path(__file__).with_suffix(".sql")


def finish(warehouse: Warehouse, reply: Reply) -> Reply:
    """A reply whose hand-entered report is checked against the warehouse and reconciled; others as they are."""
    if reply.reading is None or not any(s.entered for s in reply.reading.submissions):
        return reply
    try:
        if warehouse.current() is None:
            raise refusal("E35", "原件尚未入库，请先提交原件")
        with warehouse.cursor() as cursor:
            return replace(reply, reading=Reading(tuple(_finished(cursor, s) for s in reply.reading.submissions)))
    except Refusal as refused:
        return Reply(None, refused.code, refused.reason)


def completed(warehouse: Warehouse) -> frozenset[tuple[str, str]]:
    """(report_id, document_id of the original) of every report that is completed by hand now."""
    if warehouse.current() is None:
        return frozenset()
    with warehouse.cursor() as cursor:
        return frozenset(cursor.execute(named(_SQL)["completed"]).fetchall())


def _finished(cursor: duckdb.DuckDBPyConnection, entered: Submission) -> Submission:
    of = entered.entered
    assert of is not None  # noqa: S101 - finish() looked
    outcome = cursor.execute(named(_SQL)["document"], {"document_id": of.document_id}).fetchone()
    if outcome is None:
        raise refusal("E35", "原件尚未入库，请先提交原件")
    same = _of_report(cursor, entered, of) if of.report_id else _of_refused(cursor, entered, of, outcome[0])
    return _reconciled(_with_prose(cursor, same, of.report_id or identity.of_submission(same)))


def _of_report(cursor: duckdb.DuckDBPyConnection, entered: Submission, of: Entered) -> Submission:
    """The sheet of a report that was read: of its identity it may add the region, where that was unknown."""
    stored = cursor.execute(named(_SQL)["current"], {"report_id": of.report_id}).fetchone()
    if stored is None:
        raise refusal("E35", f"报告编号 {of.report_id} 不存在")
    unit, year, form, subject, region, basis, original = stored
    if original != of.document_id:
        raise refusal("E35", "该报告已有更新的报送")
    changed = [
        name
        for name, differs in (
            ("填报单位", identity.normalised(entered.unit) != unit),
            ("年度", entered.fiscal_year != year),
            ("表类", entered.form != form),
            ("项目名称", entered.subject != subject),
            ("区划代码", region is not None and entered.region_code != region),
        )
        if differs
    ]
    if changed:
        raise refusal("E35", f"{'、'.join(changed)}与原报告不一致")
    return replace(entered, year_basis=basis)


def _of_refused(cursor: duckdb.DuckDBPyConnection, entered: Submission, of: Entered, outcome: str) -> Submission:
    """The sheet of a document that was refused: it brings a report that is not there yet, or completes it again."""
    stored = cursor.execute(named(_SQL)["current"], {"report_id": identity.of_submission(entered)}).fetchone()
    if outcome != "refused":
        raise refusal("E35", "报告编号缺失")
    if stored is not None and stored[-1] != of.document_id:
        raise refusal("E35", "该单位该年度已有报送")
    return entered


def _with_prose(cursor: duckdb.DuckDBPyConnection, entered: Submission, report_id: str) -> Submission:
    """What was read of the report's prose stays with it, each line in the document it stands in, and so do doubts
    about it."""

    def rows(name: str) -> Iterator[list[Any]]:
        found = cursor.execute(named(_SQL)[name], {"report_id": report_id}).fetchall()
        for *values, position, words, document_id in found:
            yield [*values, Place(position, words, document_id) if position else None]

    stated = [StatedFigure(Scope(scope), *rest) for scope, *rest in rows("stated_figures")]
    return replace(
        entered,
        stated_figures=(*entered.stated_figures, *stated),
        budget_figures=tuple(BudgetFigure(*values) for values in rows("budget_figures")),
        narratives=tuple(Narrative(*values) for values in rows("narratives")),
        problems=tuple(Problem(*values) for values in rows("problems")),
    )


def _reconciled(entered: Submission) -> Submission:
    """Sums checked and scores proved as for a report that was read."""
    start = entered.place
    own = list(entered.problems)
    if entered.region_code is None:
        own.append(problem("REGION_UNKNOWN", entered.unit, start))
    unmapped = [leaf for leaf in entered.leaves if leaf.dimension is None]
    if unmapped:
        own.append(problem("DIMENSION_UNMAPPED", f"{len(unmapped)} 项", unmapped[0].place))
    figures = entered.stated_figures
    extras = [a for a in entered.adjustments if a.kind != "预算执行"]
    scored = [(a.cap, a.score) for a in entered.adjustments if a.kind == "预算执行"]
    counted = next(
        ((w, s) for w, s in scored if w is not None and s is not None and budget_row_in_total(entered.leaves, w)), None
    )
    checked = reconcile(entered.leaves, extras, figures, own, start, counted)
    totals = [f.value for f in figures if f.scope == Scope.TOTAL]
    return replace(
        entered,
        leaves=checked.leaves,
        problems=(*own, *checked.problems),
        stated_total=totals[0] if totals else None,
        budget_row_in_total=counted is not None,
    )
