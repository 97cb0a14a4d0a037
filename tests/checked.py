"""Reports read, loaded and checked in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from data import findings, warehouse
from data.batch.load import DocumentRow, ReportRow, load
from data.rules.store import recompute
from data.warehouse import Warehouse
from tests.reports import read


@contextmanager
def checked(*texts: str, folder: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that holds these reports, one document each, checked."""
    connection = duckdb.connect()
    try:
        warehouse.create(connection)
        add(connection, *texts, folder=folder)
        yield connection
    finally:
        connection.close()


def add(connection: duckdb.DuckDBPyConnection, *texts: str, folder: Path | None = None) -> int:
    """Load reports into a database and check what is new; the number of reports checked."""
    documents, reports = batch(*texts)
    load(connection, documents, [], [reports])
    recompute(connection)
    return findings.run(connection, folder)


def publish(warehouse: Warehouse, *texts: str) -> int:
    """Load reports into the next version of a warehouse, without a reading child; its number."""
    documents, reports = batch(*texts)
    with warehouse.writing():
        return warehouse.publish(lambda connection: load(connection, documents, [], [reports]), "ingest", "")


def batch(*texts: str) -> tuple[list[DocumentRow], list[ReportRow]]:
    documents, reports = [], []
    for number, text in enumerate(texts):
        reading = read(text)
        assert not reading.refusals, reading.refusals
        document_id = sha256(text.encode()).hexdigest()
        size = len(text.encode())
        documents.append(DocumentRow(document_id, f"{number}.txt", size, datetime(2025, 1, 1), "accepted", None, None))
        reports += [ReportRow(s, document_id) for s in reading.submissions]
    return documents, reports


def rows(connection: duckdb.DuckDBPyConnection, check_id: str) -> list[dict[str, Any]]:
    """The findings of a check with the unit they concern, by unit and leaf."""
    found = connection.execute(
        "select f.*, r.unit, l.level3 from finding f join report r using (report_id) "
        "left join leaf_score l on l.report_id = f.report_id and l.ordinal = f.ordinal "
        "where check_id = $check_id order by r.unit, f.ordinal, f.finding_id",
        {"check_id": check_id},
    )
    names = [c[0] for c in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def ids(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The checks that found something."""
    return {name for (name,) in connection.execute("select distinct check_id from finding").fetchall()}


def identities(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """(kind, subject, status) of every identity."""
    return connection.execute("select kind, subject, status from checked_identity order by all").fetchall()


def rates(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], float]:
    """Percentages by rate and basis."""
    found = connection.execute("select rate, basis, value::double * 100 from budget_rate").fetchall()
    return {(rate, basis): round(value, 2) for rate, basis, value in found}
