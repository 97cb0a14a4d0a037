"""The evidence of a fiscal year as a file: one row a report, without units marked 涉密."""

from __future__ import annotations

from pathlib import Path

import duckdb

from analytics.filters import Filters
from analytics.inflation import COLUMNS, assess
from data.statements import named
from exports.anonymous import cleared
from exports.tables.public import write_result

_SQL = Path(__file__).with_suffix(".sql")


def export_signals(cursor: duckdb.DuckDBPyConnection, fiscal_year: int, out: Path) -> int:
    """Write the evidence of a year to ``out`` (.parquet, .csv, .xlsx); the number of rows. Errors: ``write_result``."""
    found = assess(cursor, fiscal_year).reports
    units = cleared(cursor, Filters()).units
    kept = found[found["unit_id"].isin(units)] if units else found
    cursor.register("signals", kept[list(COLUMNS)].round(6))
    cursor.execute(named(_SQL)["signals"])
    return write_result(cursor, "signals", out)
