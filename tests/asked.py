"""A warehouse asked in SQL, and its units marked 涉密."""

from __future__ import annotations

from typing import Any

import duckdb

from data.warehouse import Warehouse


def ask(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query of the current version."""
    with warehouse.cursor() as cursor:
        return cursor.execute(sql).fetchall()


def publish_classified(warehouse: Warehouse) -> None:
    """A next version in which every unit is marked 涉密 in the 应报名单 of 2024."""

    def mark(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            "insert into roster_store (fiscal_year, unit_id, unit, region_code, classified) "
            "select 2024, unit_id, unit, region_code, true from unit_store"
        )

    with warehouse.writing():
        warehouse.publish(mark, "ingest", "")
