"""Judged interchange tables -> the next version, in bulk, by the statements documents use (``data/batch/load.sql``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa

from data.batch.load import DocumentRow, batch_rows, batch_table, cluster, document_tables, registered
from data.batch.papers import ReportOutcome
from data.interchange.again import settle_again
from data.interchange.arrivals import Arrivals, Received
from data.interchange.columns import POINTS
from data.interchange.judge import Judgement, Verdict, judge
from data.prose.budget import YUAN
from data.statements import named
from data.units import identity, roster
from data.units.roster import RosterRow

_HERE = Path(__file__).parent
_LOAD = _HERE.parent / "batch"
_TOLD = 5
_FIRST = ("replaced_adjustments", "replaced_stated_figures", "replaced_budget_figures", "replaced_narratives")
_THEN = (
    "replaced_finance_figures", "finance_figures", "replaced_review_scores", "review_scores", "codes", "departments",
)  # fmt: skip
Outcome = Literal["accepted", "review", "refused"]


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of an interchange document: the worst of its reports."""

    document: Received
    outcome: Outcome
    reason_code: str | None
    reason: str | None
    repeated: bool = False
    """It was refused before, for the same reason: nothing is written of it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The interchange documents of a batch as judged; ``before``: reasons why documents were refused before."""

    arrivals: Arrivals
    verdict: Verdict
    before: Mapping[str, str]

    @property
    def reports(self) -> tuple[ReportOutcome, ...]:
        return tuple(_outcome(j) for j in self.verdict.reports)

    @property
    def is_kept(self) -> bool:
        """Whether the rows are still there."""
        return self.arrivals.are_kept

    def reports_of(self, document_id: str) -> list[ReportOutcome]:
        """The reports that a document claims."""
        return [
            _outcome(j)
            for j in self.verdict.reports
            if self.arrivals.sources[j.report.source].document_id == document_id
        ]

    def told(self) -> list[Told]:
        """Each document with its outcome."""
        doubts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for j in self.verdict.reports:
            error = next((p for p in j.problems if p.severity == "error"), None)
            if error is not None:
                document_id = self.arrivals.sources[j.report.source].document_id
                doubts[document_id].append((error.code, f"{j.report.unit}：{error.message}"))
        return [self._told(d, doubts.get(d.document_id, [])) for d in self.arrivals.documents]

    def _told(self, document: Received, doubts: list[tuple[str, str]]) -> Told:
        refused = self.verdict.refused.get(document.document_id, ())
        said = [(r.code, f"{unit}：{r.reason}" if unit else r.reason) for unit, r in refused] or doubts
        if not said:
            notes = [] if document.rows else ["表内只有列名，没有数据"]
            notes += [f"“{name}”为未命名的行索引，未读入" for name in document.ignored]
            return Told(document, "accepted", None, "；".join(notes) or None)
        more = f"；共 {len(said)} 处" if len(said) > _TOLD else ""
        reason = "；".join(words for _, words in said[:_TOLD]) + more
        repeated = bool(refused) and self.before.get(document.document_id) == reason
        return Told(document, "refused" if refused else "review", said[0][0], reason, repeated)

    def load(self, connection: duckdb.DuckDBPyConnection, received_at: datetime) -> None:
        """Write the documents, their reports and what else the tables say, in one transaction.

        Raises ``duckdb.Error`` and leaves nothing behind if a row breaks a CHECK.
        """
        documents = [
            DocumentRow(t.document.document_id, t.document.file_name, t.document.size, received_at, t.outcome,
                        t.reason_code, t.reason)
            for t in self.told()
            if not t.repeated
        ]  # fmt: skip
        beside = named(_HERE / "beside.sql")
        tables = document_tables(documents, ()) | self._incoming() | self._batch()
        ((held,),) = connection.execute(beside["leaves_held"]).fetchall()
        connection.begin()
        try:
            with registered(connection, tables), _views(connection):
                for statement in named(_LOAD / "load_documents.sql").values():
                    connection.execute(statement)
                for step in _FIRST:
                    connection.execute(beside[step])
                for statement in named(_LOAD / "load.sql").values():
                    connection.execute(statement)
                for step in _THEN:
                    connection.execute(beside[step])
                settle_again(connection)
                listed = connection.execute(beside["roster"]).fetchall()
                if listed:
                    roster.load(connection, [RosterRow(*row) for row in listed])
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        if held:
            cluster(connection, tables["incoming_leaf_score"].num_rows)

    def _incoming(self) -> dict[str, pa.Table]:
        """The tables as they came, without documents that are refused as a whole, and what was found out of them."""
        broken = {d for d, reasons in self.verdict.refused.items() if any(not unit for unit, _ in reasons)}
        files = [
            {"file": i, "document_id": s.document_id, "position": s.position, "place": s.place}
            for i, s in enumerate(self.arrivals.sources)
            if s.document_id not in broken
        ]
        names = [
            {"number": n, "unit_code_normalised": identity.normalised(r.unit_code or "")}
            | {f: getattr(r, f) for f in _NAMED.names if hasattr(r, f)}
            for n, r in enumerate(self.arrivals.reports)
            if self.arrivals.sources[r.source].document_id not in broken
        ]
        inferred = [
            {"number": j.number, "ordinal": ordinal, "score_inferred": score}
            for j in self.verdict.reports
            for ordinal, score in j.inferred.items()
        ]
        totals = [
            {"number": j.number, "file": j.report.source, "row": j.report.row, "ordinal": 1, "scope": "total",
             "label": j.added.label, "source": "表", "value": j.added.value, "out_of": None}
            for j in self.verdict.reports
            if j.added is not None
        ]  # fmt: skip
        money = [{"name": name, "yuan": factor} for name, factor in YUAN.items()]
        made = {
            "file": pa.Table.from_pylist(files, _FILES),
            "named": pa.Table.from_pylist(names, _NAMED),
            "inferred": pa.Table.from_pylist(inferred, _INFERRED),
            "added_total": pa.Table.from_pylist(totals, _TOTALS),
            "unit_of_money": pa.Table.from_pylist(money, _MONEY),
        }
        return {f"incoming_{name}": table for name, table in (self.arrivals.tables() | made).items()}

    def _batch(self) -> dict[str, pa.Table]:
        """The ``batch_…`` tables that need no bulk: one row a report, and its problems."""
        reports = self.verdict.reports
        found = {
            "batch_report": [self._report(j) for j in reports],
            "batch_attached": [
                {"number": n, "report_id": self.arrivals.reports[n].report_id} for n in sorted(self.verdict.attached)
            ],
            "batch_report_document": [
                {
                    "number": j.number,
                    "document_id": self.arrivals.sources[j.report.source].document_id,
                    "role": "自评表",
                }
                for j in reports
            ],
            "batch_problem": [row for j in reports for row in batch_rows("batch_problem", j.number, j.problems)],
        }
        return {name: batch_table(name, rows) for name, rows in found.items()}

    def _report(self, j: Judgement) -> dict[str, Any]:
        r = j.report
        return {
            "number": j.number, "report_id": r.report_id,
            "document_id": self.arrivals.sources[r.source].document_id, "is_current": not j.contested,
            "unit_id": r.unit_id, "unit": r.unit, "unit_normalised": identity.normalised(r.unit),
            "region_code": r.region_code, "fiscal_year": r.fiscal_year, "year_basis": r.year_basis or "title",
            "form": r.form, "subject": r.subject, "template": j.template, "position": j.place.position,
            "stated_total": j.stated_total, "leaf_total": j.leaf_total, "leaf_total_printed": j.leaf_total_printed,
            "weight_total": j.weight_total, "comparable_score": j.comparable_score, "grade": r.grade,
            "status": j.status, "leaves": j.leaves, "entered_by": None, "entered_at": None, "replaces": None,
        }  # fmt: skip


def _outcome(j: Judgement) -> ReportOutcome:
    return ReportOutcome(
        j.report.report_id, j.report.unit, j.report.region_code, j.report.fiscal_year, j.report.form, j.status,
        j.leaves, j.leaf_total, j.stated_total, len(j.inferred), len(j.problems),
    )  # fmt: skip


_FILES = pa.schema({"file": pa.int16(), "document_id": pa.string(), "position": pa.string(), "place": pa.string()})
_NAMED = pa.schema(
    {
        "number": pa.int32(), "report_id": pa.string(), "unit_id": pa.string(), "unit": pa.string(),
        "region_code": pa.string(), "fiscal_year": pa.int16(), "form": pa.string(), "subject": pa.string(),
        "unit_code": pa.string(), "unit_code_normalised": pa.string(), "department": pa.string(),
    }
)  # fmt: skip
_INFERRED = pa.schema({"number": pa.int32(), "ordinal": pa.int16(), "score_inferred": POINTS})
_TOTALS = pa.schema(
    {
        "number": pa.int32(), "file": pa.int16(), "row": pa.int32(), "ordinal": pa.int16(), "scope": pa.string(),
        "label": pa.string(), "source": pa.string(), "value": POINTS, "out_of": POINTS,
    }
)  # fmt: skip
_MONEY = pa.schema({"name": pa.string(), "yuan": pa.decimal128(12, 0)})


@contextmanager
def _views(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The ``batch_…`` views over the incoming tables for as long as the context lasts."""
    statements = named(_HERE / "load.sql")
    for statement in statements.values():
        connection.execute(statement)
    yield
    for statement in named(_HERE / "forget.sql").values():
        connection.execute(statement)


def imported(
    arrivals: Arrivals, contested: frozenset[str], known: frozenset[str], before: Mapping[str, str]
) -> Imported:
    """The interchange documents of a batch, judged; see ``judge`` and ``Imported``."""
    connection = duckdb.connect(config={"threads": 2})
    try:
        with registered(connection, {f"incoming_{name}": rows for name, rows in arrivals.tables().items()}):
            return Imported(arrivals, judge(connection, arrivals, contested, known), before)
    finally:
        connection.close()
