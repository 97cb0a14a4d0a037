"""A report of the warehouse judged again when stated figures or adjustments come after it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.batch.load import batch_rows, batch_table, registered
from data.interchange.columns import POINTS
from data.interchange.judge import budget_row_problem, leaf, settle
from data.statements import named
from data.submission import Adjustment, Place, Problem, Scope, StatedFigure

_SQL = Path(__file__).with_name("again.sql")
_SETTLED = (
    "WEIGHT_MISSING", "WEIGHT_NOT_100", "SCORE_ABOVE_WEIGHT", "SCORE_NEGATIVE", "SCORE_MISSING", "SCORE_INFERRED",
    "TOTAL_MISSING", "TOTAL_MISMATCH", "TOTAL_WITH_ADJUSTMENT", "STATED_SCORE_MISMATCH", "BUDGET_ROW_IN_TOTAL",
    "TOTAL_EXCLUDES_BUDGET_ROW",
)  # fmt: skip
"""Doubts that reconciliation finds; those of an earlier one go."""
_INFERRED = pa.schema({"number": pa.int64(), "ordinal": pa.int16(), "score_inferred": POINTS})
_SIX = Decimal("0.000001")


def settle_again(connection: duckdb.DuckDBPyConnection) -> None:
    """Totals, proved scores, doubts and status of the reports that ``batch_attached`` touches."""
    for report_key, position in connection.execute(named(_SQL)["touched"]).fetchall():
        _settle(connection, report_key, position)


def _settle(connection: duckdb.DuckDBPyConnection, report_key: int, at: str) -> None:
    sql, of = named(_SQL), {"report_key": report_key}

    def rows(name: str) -> Sequence[tuple[Any, ...]]:
        return connection.execute(sql[name], of).fetchall()

    leaves = [leaf(row[:6], Place(*row[6:])) for row in rows("leaves")]
    adjustments = [
        Adjustment(kind, label, score, cap, rule_text, Place(position, place))
        for kind, label, score, cap, rule_text, position, place in rows("adjustments")
    ]
    stated = [
        StatedFigure(Scope(scope), label, source, value, out_of, Place(position, place))
        for scope, label, source, value, out_of, position, place in rows("stated")
    ]
    kept = [
        Problem(row[0], row[1], row[2], Place(row[3], row[4]) if row[3] else None, row[5])
        for row in rows("problems")
        if row[0] not in _SETTLED
    ]
    found = settle(leaves, adjustments, stated, kept, Place(at, ""))
    problems = (*budget_row_problem(adjustments, leaves), *found.problems)
    inferred = [{"number": report_key, "ordinal": o, "score_inferred": s} for o, s in found.inferred.items()]
    tables = {
        "again_problem": batch_table("batch_problem", batch_rows("batch_problem", report_key, problems)),
        "again_inferred": pa.Table.from_pylist(inferred, _INFERRED),
    }
    with registered(connection, tables):
        connection.execute(sql["forget_problems"], of | {"codes": list(_SETTLED)})
        connection.execute(sql["new_problems"])
        connection.execute(sql["inferred"], of)
    comparable = found.comparable
    connection.execute(
        sql["report"],
        of
        | {
            "stated_total": next((s.value for s in stated if s.scope == Scope.TOTAL), None),
            "leaf_total": found.total,
            "comparable_score": None if comparable is None else comparable.quantize(_SIX, rounding=ROUND_HALF_EVEN),
            "status": "review" if any(p.severity == "error" for p in (*kept, *problems)) else "accepted",
        },
    )
