"""Reports in review that a person accepts, with name and reason: rows in ``decisions.sqlite``, applied to each version.

A decision holds for the figures that were accepted: the same figures read again are accepted at once, other figures of
the same report are for review again. Rows are added, never changed; the latest of a report counts.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb

from data.codes import refusal
from data.statements import named
from data.warehouse import Warehouse

_SQL = Path(__file__).with_suffix(".sql")
_FILE = "decisions.sqlite"
_LONGEST = 500
State = Literal["确认", "撤销"]


@dataclass(frozen=True, slots=True)
class _Decision:
    figures: str
    state: str
    reason: str
    decided_by: str


def decide(warehouse: Warehouse, seen: int, report_id: str, state: State, reason: str, by: str) -> int:
    """Accept a report in review (确认) or take that back (撤销) and publish the version that says so; its number.

    ``seen`` is the version the person looked at. Raises ``Refusal`` E32 without name or reason, if the version is
    another one by now, or if the report is not in the state to be changed; E13, E10.
    """
    reason, by = reason.strip()[:_LONGEST], by.strip()[:_LONGEST]
    if not reason or not by:
        raise refusal("E32")
    with warehouse.writing():
        if warehouse.current() != seen:
            raise refusal("E32", "数据版本已变动")
        with warehouse.cursor() as cursor:
            found = cursor.execute(named(_SQL)["figures"], {"report_ids": [report_id]}).fetchone()
        if found is None or (found[2] != "review" if state == "确认" else found[3] is None):
            raise refusal("E32")
        _record(warehouse.folder, report_id, found[4], state, reason, by)

        def change(connection: duckdb.DuckDBPyConnection) -> None:
            apply(connection, warehouse.folder)

        return warehouse.publish(change, "decision", f"{state}报告 {report_id}")


def apply(connection: duckdb.DuckDBPyConnection, folder: Path) -> frozenset[str]:
    """Bring the current reports of a draft to what was decided about their figures; those that a decision accepts."""
    decisions = _latest(folder)
    if not decisions:
        return frozenset()
    accepted = set()
    rows = connection.execute(named(_SQL)["figures"], {"report_ids": list(decisions)}).fetchall()
    for report_key, report_id, status, accepted_by, figures in rows:
        said = decisions[report_id]
        holds = said.state == "确认" and said.figures == figures
        if holds and (status == "review" or accepted_by is not None):
            accepted.add(report_id)
            connection.execute(
                named(_SQL)["accept"],
                {"report_key": report_key, "decided_by": said.decided_by, "reason": said.reason},
            )
        elif not holds and accepted_by is not None:
            connection.execute(named(_SQL)["withdraw"], {"report_key": report_key})
    return frozenset(accepted)


def _record(folder: Path, report_id: str, figures: str, state: State, reason: str, by: str) -> None:
    row = {
        "report_id": report_id,
        "figures": figures,
        "state": state,
        "reason": reason,
        "decided_by": by,
        "decided_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with closing(sqlite3.connect(folder / _FILE)) as connection, connection:
        connection.execute(named(_SQL)["record"], row)


def _latest(folder: Path) -> dict[str, _Decision]:
    """The latest decision of each report."""
    with closing(sqlite3.connect(folder / _FILE)) as connection:
        rows = connection.execute(named(_SQL)["latest"]).fetchall()
    return {report_id: _Decision(*rest) for report_id, *rest in rows}
