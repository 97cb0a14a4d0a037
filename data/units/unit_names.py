"""Names of reporting units that a person confirms or rules out as another name of a unit of 应报名单."""

from __future__ import annotations

from pathlib import Path

import duckdb

from data import vocabulary
from data.codes import refusal
from data.statements import named
from data.units import identity, roster
from data.warehouse import Warehouse

_SQL = Path(__file__).with_suffix(".sql")


def decide(warehouse: Warehouse, alias: str, region_code: str | None, unit_id: str, same: bool) -> int:
    """Publish the version in which a 待确认 name is one of the unit (已确认), or is not (已排除); its number.

    Raises ``Refusal`` E42 if the name does not wait to be confirmed as this unit; E15, E13, E10.
    """
    parameters = {
        "status": "已确认" if same else "已排除",
        "unit_id": unit_id,
        "alias": identity.normalised(alias),
        "region_code": region_code,
    }

    def change(connection: duckdb.DuckDBPyConnection) -> None:
        connection.begin()
        try:
            changed = connection.execute(named(_SQL)["decide"], parameters).fetchall()
            if not changed:
                raise refusal("E42", alias)
            roster.match(connection, vocabulary.load())
            connection.commit()
        except BaseException:
            connection.rollback()
            raise

    with warehouse.writing():
        if warehouse.current() is None:
            raise refusal("E15")
        return warehouse.publish(change, "names", f"{'确认' if same else '排除'}单位名称 {alias}")
