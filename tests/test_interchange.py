"""Interchange: what is exported comes back the same, wrong cells are named, reports are judged as documents are."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from data.ingest import ingest
from data.warehouse import Warehouse
from exports.tables import export_table

TABLES = ("leaf_score", "adjustment", "stated_figure", "budget_figure", "narrative")
OF_DOCUMENTS = {"locator", "place", "document_id", "report_key", "template_key"}
"""Columns that say where a row stands in its document, or are keys of storage."""


def rows(warehouse: Warehouse, sql: str) -> list[tuple[object, ...]]:
    with warehouse.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def view(warehouse: Warehouse, name: str) -> list[tuple[object, ...]]:
    """The rows of a public view in an order of their own, without what belongs to the document."""
    with warehouse.cursor() as cursor:
        cursor.execute(f"select * from {name}")
        kept = [d[0] for d in cursor.description if d[0] not in OF_DOCUMENTS]
        found = cursor.execute(f"select {', '.join(kept)} from {name}").fetchall()
    return sorted(found, key=repr)


def exported(
    warehouse: Warehouse, folder: Path, ending: str, dataset: str = "own", tables: Sequence[str] = TABLES
) -> Path:
    with warehouse.cursor() as cursor:
        for table in tables:
            export_table(cursor, table, folder / f"{table}{ending}", dataset)
    return folder


def write(file: Path, header: Sequence[str], *lines: Sequence[object]) -> Path:
    """A csv file."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return file


@pytest.mark.parametrize("ending", [".parquet", ".csv", ".xlsx"])
def test_the_samples_come_back_as_they_were_exported(
    sample_warehouse: Warehouse, own: Warehouse, tmp_path: Path, ending: str
) -> None:
    result = ingest(own, [exported(sample_warehouse, tmp_path / "out", ending)])
    assert [(d.outcome, d.reason) for d in result.documents] == [("accepted", None)] * len(TABLES)
    assert len(result.reports) == 4
    for name in ("report", *TABLES):
        assert view(own, name) == view(sample_warehouse, name), name
    assert rows(own, "select count(*), count(score_inferred) from leaf_score") == [(160, 6)]
