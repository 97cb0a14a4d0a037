"""A public table as a file: Parquet with types, CSV (UTF-8 with BOM, injection-safe), xlsx (no formulas or links)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from analytics.filters import Filters
from data.codes import refusal
from exports.anonymous import AS_PRINTED, Names, classified
from exports.cells import LITERAL, printed, safe_cell, write_cell
from exports.edition import INTERNAL, naming
from exports.whole import whole

PUBLIC_TABLES = (
    "roster",
    "document",
    "report",
    "report_document",
    "leaf_score",
    "adjustment",
    "stated_figure",
    "budget_figure",
    "narrative",
    "problem",
    "finding",
    "checked_identity",
    "budget_rate",
    "review_score",
)
_SQL = Path(__file__).parent / "table_sql"
_INTERCHANGE = Path(__file__).parent / "interchange_sql"
INTERCHANGE_TABLES = tuple(sorted(file.stem for file in _INTERCHANGE.glob("*.sql")))
"""Tables that are also written as ``ingest`` takes them."""
_XLSX_ROWS = 1_048_575


def export_table(cursor: duckdb.DuckDBPyConnection, table: str, out: Path, dataset: str | None = None) -> int:
    """Write a public table to ``out`` as ``write_result`` does, without units marked 涉密; the number of rows.

    With a ``dataset`` the table is written as interchange: the columns ``ingest`` takes, marked with that data set.
    """
    folder = _SQL if dataset is None else _INTERCHANGE
    given: dict[str, object] = {} if dataset is None else {"dataset": dataset}
    given["hidden"] = list(classified(cursor))
    names = naming(cursor, Filters(), INTERNAL)
    cursor.execute((folder / f"{table}.sql").read_text(encoding="utf-8"), given)
    return write_result(cursor, table, out, names)


def write_result(cursor: duckdb.DuckDBPyConnection, table: str, out: Path, names: Names = AS_PRINTED) -> int:
    """Write the rows a cursor holds to ``out`` (.parquet, .csv, .xlsx), whole or not at all; the number of rows.
    ``names`` are replaced in every text.

    Raises ``Refusal`` E16 for another ending, E10 if the file cannot be written.
    """
    writers = {".parquet": _parquet, ".csv": _csv, ".xlsx": _xlsx}
    write = writers.get(out.suffix.lower())
    if write is None:
        raise refusal("E16", out.suffix or out.name)
    with whole(out) as draft:
        return write(cursor, table, draft, names)


def _parquet(cursor: duckdb.DuckDBPyConnection, table: str, out: Path, names: Names) -> int:
    arrow = cursor.to_arrow_table() if hasattr(cursor, "to_arrow_table") else cursor.fetch_arrow_table()
    if names.replacements:
        texts = [field for field in arrow.schema if pa.types.is_string(field.type)]
        for field in texts:
            said = [text if text is None else names.text(text) for text in arrow[field.name].to_pylist()]
            arrow = arrow.set_column(arrow.schema.get_field_index(field.name), field, pa.array(said, field.type))
    pq.write_table(arrow, out, compression="zstd")
    return int(arrow.num_rows)


def _csv(cursor: duckdb.DuckDBPyConnection, table: str, out: Path, names: Names) -> int:
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_names(cursor))
        rows = 0
        for row in _rows(cursor, names):
            writer.writerow([printed(safe_cell(v)) for v in row])
            rows += 1
    return rows


def _xlsx(cursor: duckdb.DuckDBPyConnection, table: str, out: Path, names: Names) -> int:
    heads = _names(cursor)
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, LITERAL)
    try:
        sheet = book.add_worksheet(table)
        head = book.add_format({"bold": True, "bottom": 1})
        for column, name in enumerate(heads):
            sheet.write_string(0, column, name, head)
        rows = 0
        for rows, row in enumerate(_rows(cursor, names), start=1):
            if rows > _XLSX_ROWS:
                raise refusal("E16", f"超过 {_XLSX_ROWS} 行，请导出 .parquet 或 .csv")
            for column, value in enumerate(row):
                write_cell(sheet, rows, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, rows, max(len(heads) - 1, 0))
    finally:
        book.close()
    out.write_bytes(file.getvalue())
    return rows


def _names(cursor: duckdb.DuckDBPyConnection) -> Sequence[str]:
    return [d[0] for d in cursor.description or []]


def _rows(cursor: duckdb.DuckDBPyConnection, names: Names) -> Iterable[tuple[Any, ...]]:
    while chunk := cursor.fetchmany(10_000):
        if names.replacements:
            chunk = [tuple(names.text(v) if isinstance(v, str) else v for v in row) for row in chunk]
        yield from chunk
