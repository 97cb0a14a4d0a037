"""Submissions -> rows of the next version, set by set, in one transaction (``load.sql``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.batch.papers import Files
from data.statements import named
from data.submission import Identity, Place, Submission
from data.units import identity

_HERE = Path(__file__).parent
_POINTS = pa.decimal128(12, 6)
_NUMBER = pa.decimal128(24, 6)
_YUAN = pa.decimal128(18, 2)
_CLUSTER_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A file received and what became of it."""

    document_id: str
    file_name: str
    size_bytes: int
    received_at: datetime
    outcome: str
    reason_code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A report of which a refused file holds the prose: it waits for the file with the table."""

    document_id: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A submission with its document; ``is_current`` is false where two files of one batch claim the same report."""

    submission: Submission
    document_id: str
    is_current: bool = True
    attached: Files = ()
    """Other documents that belong to the report."""

    @property
    def documents(self) -> tuple[tuple[str, str], ...]:
        """(document_id, role) of the files it rests on."""
        of = self.submission.entered
        if of is None:
            return ((self.document_id, "自评表"), *self.attached)
        beside = tuple((other, role) for other, role in self.attached if other != of.document_id)
        return ((self.document_id, "人工补录"), (of.document_id, "原件"), *beside)

    @property
    def unit_id(self) -> str:
        return identity.unit_id(self.submission.region_code, self.submission.unit)

    @property
    def report_id(self) -> str:
        return identity.of_submission(self.submission)


_LOCATED = {"position": pa.string(), "place": pa.string(), "document_id": pa.string()}
_Schemas = Mapping[str, Mapping[str, pa.DataType]]
_DOCUMENTS: _Schemas = {
    "batch_document": {
        "number": pa.int64(), "document_id": pa.string(), "file_name": pa.string(), "size_bytes": pa.int64(),
        "received_at": pa.timestamp("us"), "outcome": pa.string(), "reason_code": pa.string(), "reason": pa.string(),
    },
    "batch_waiting": {
        "document_id": pa.string(), "unit": pa.string(), "region_code": pa.string(), "fiscal_year": pa.int16(),
        "form": pa.string(), "subject": pa.string(),
    },
}  # fmt: skip
_REPORTS: _Schemas = {
    "batch_report": {
        "number": pa.int64(), "report_id": pa.string(), "document_id": pa.string(), "is_current": pa.bool_(),
        "unit_id": pa.string(), "unit": pa.string(), "unit_normalised": pa.string(), "region_code": pa.string(),
        "fiscal_year": pa.int16(), "year_basis": pa.string(), "form": pa.string(), "subject": pa.string(),
        "template": pa.string(), "position": pa.string(), "stated_total": _POINTS, "leaf_total": _POINTS,
        "leaf_total_printed": _POINTS, "weight_total": _POINTS, "comparable_score": _POINTS, "grade": pa.string(),
        "status": pa.string(), "leaves": pa.int16(), "entered_by": pa.string(), "entered_at": pa.date32(),
        "replaces": pa.string(),
    },
    "batch_attached": {"number": pa.int64(), "report_id": pa.string()},
    "batch_report_document": {"number": pa.int64(), "document_id": pa.string(), "role": pa.string()},
    "batch_leaf": {
        "number": pa.int64(), "ordinal": pa.int16(), "level1": pa.string(), "level2": pa.string(),
        "level3": pa.string(), "level1_raw": pa.string(), "level2_raw": pa.string(), "hierarchy_method": pa.string(),
        "dimension": pa.string(), "canonical_leaf": pa.string(), "weight": _POINTS, "score": _POINTS,
        "score_inferred": _POINTS, "value_text": pa.string(), "value": _NUMBER, "value_unit": pa.string(),
        "target_text": pa.string(), "target": _NUMBER, "direction": pa.string(), "deviation_reason": pa.string(),
        "applicability": pa.string(), "definition_text": pa.string(), "rule_text": pa.string(), **_LOCATED,
    },
    "batch_adjustment": {
        "number": pa.int64(), "ordinal": pa.int32(), "kind": pa.string(), "label": pa.string(), "score": _POINTS,
        "cap": _POINTS, "rule_text": pa.string(), **_LOCATED,
    },
    "batch_stated_figure": {
        "number": pa.int64(), "ordinal": pa.int32(), "scope": pa.string(), "label": pa.string(), "source": pa.string(),
        "value": _POINTS, "out_of": _POINTS, **_LOCATED,
    },
    "batch_budget_figure": {
        "number": pa.int64(), "ordinal": pa.int32(), "item": pa.string(), "amount": _NUMBER, "amount_yuan": _YUAN,
        "printed": pa.string(), "printed_unit": pa.string(), "source": pa.string(), **_LOCATED,
    },
    "batch_narrative": {
        "number": pa.int64(), "ordinal": pa.int32(), "section": pa.string(), "heading": pa.string(),
        "text": pa.string(), "state": pa.string(), **_LOCATED,
    },
    "batch_problem": {
        "number": pa.int64(), "ordinal": pa.int32(), "leaf": pa.int16(), "code": pa.string(), "severity": pa.string(),
        "message": pa.string(), **_LOCATED,
    },
}  # fmt: skip


def load(
    connection: duckdb.DuckDBPyConnection,
    documents: Sequence[DocumentRow],
    waiting: Sequence[WaitingRow],
    reports: Iterable[Sequence[ReportRow]],
) -> None:
    """Write documents and reports in one transaction; earlier submissions of the same reports cease to be current.

    ``reports`` come some hundred at a time, so that memory stays flat. Raises ``duckdb.Error`` and leaves nothing
    behind if a row breaks a CHECK.
    """
    added = 0
    connection.begin()
    try:
        with registered(connection, document_tables(documents, waiting)):
            for statement in named(_HERE / "load_documents.sql").values():
                connection.execute(statement)
            for chunk in reports:
                tables = report_tables(chunk)
                added += tables["batch_leaf"].num_rows
                with registered(connection, tables):
                    for statement in named(_HERE / "load.sql").values():
                        connection.execute(statement)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    cluster(connection, added)


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> Iterator[None]:
    """Tables under their names for as long as the context lasts."""
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)


def cluster(connection: duckdb.DuckDBPyConnection, added: int) -> None:
    """Put leaf rows back in order once the new ones are a noticeable share of the table."""
    ((total,),) = connection.execute("select count(*) from leaf_fact").fetchall()
    if not added or added < total * _CLUSTER_SHARE:
        return
    connection.begin()
    try:
        for statement in named(_HERE / "cluster.sql").values():
            connection.execute(statement)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def document_tables(documents: Sequence[DocumentRow], waiting: Sequence[WaitingRow]) -> dict[str, pa.Table]:
    """The ``batch_…`` tables of ``load_documents.sql``."""
    rows = {
        "batch_document": [{"number": number} | asdict(d) for number, d in enumerate(documents)],
        "batch_waiting": [{"document_id": w.document_id} | asdict(w.identity) for w in waiting],
    }
    return {name: _table(rows[name], schema) for name, schema in _DOCUMENTS.items()}


def report_tables(reports: Sequence[ReportRow]) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _REPORTS}
    for number, report in enumerate(reports):
        s = report.submission
        rows["batch_report"].append(
            {
                "number": number, "report_id": report.report_id, "document_id": report.document_id,
                "is_current": report.is_current, "unit_id": report.unit_id, "unit": s.unit,
                "unit_normalised": identity.normalised(s.unit), "region_code": s.region_code,
                "fiscal_year": s.fiscal_year, "year_basis": s.year_basis, "form": s.form, "subject": s.subject,
                "template": s.template, "position": s.place.position, "stated_total": s.stated_total,
                "leaf_total": s.leaf_total, "leaf_total_printed": s.leaf_total_printed,
                "weight_total": s.weight_total, "comparable_score": s.comparable_score, "grade": s.grade,
                "status": s.status if report.is_current else "review", "leaves": len(s.leaves),
                "entered_by": s.entered.by if s.entered else None, "entered_at": s.entered.on if s.entered else None,
                "replaces": (s.entered.report_id or None) if s.entered else None,
            }
        )  # fmt: skip
        rows["batch_report_document"] += [
            {"number": number, "document_id": document_id, "role": role} for document_id, role in report.documents
        ]
        for name, values in (
            ("batch_leaf", s.leaves),
            ("batch_adjustment", s.adjustments),
            ("batch_stated_figure", s.stated_figures),
            ("batch_budget_figure", s.budget_figures),
            ("batch_narrative", s.narratives),
            ("batch_problem", s.problems),
        ):
            rows[name] += batch_rows(name, number, values)
    return {name: batch_table(name, rows[name]) for name in _REPORTS}


def batch_table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of one of the ``batch_…`` tables of ``load.sql``; numbers are rounded to what is stored."""
    return _table(rows, _REPORTS[name])


def batch_rows(name: str, number: int, values: Sequence[object]) -> list[dict[str, Any]]:
    """Leaves, figures, problems … of the report ``number`` as rows of a ``batch_…`` table."""
    return [_row(number, i, value, _REPORTS[name]) for i, value in enumerate(values, start=1)]


def _row(number: int, ordinal: int, value: object, schema: Iterable[str]) -> dict[str, Any]:
    """A value as a row: its attributes by column name, its place split in two."""
    place: Place | None = getattr(value, "place", None)
    row = {name: getattr(value, name, None) for name in schema}
    return row | {
        "number": number,
        "ordinal": ordinal,
        "position": place.position if place else None,
        "place": place.words if place else None,
        "document_id": (place.document if place else None) or None,
    }


def _table(rows: list[dict[str, Any]], schema: Mapping[str, pa.DataType]) -> pa.Table:
    for row in rows:
        for name, kind in schema.items():
            if isinstance(row[name], Decimal):
                row[name] = row[name].quantize(Decimal(1).scaleb(-kind.scale), rounding=ROUND_HALF_EVEN)
    return pa.Table.from_pylist(rows, schema=pa.schema(list(schema.items())))
