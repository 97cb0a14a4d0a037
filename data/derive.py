"""What follows from rows already loaded."""

from __future__ import annotations

from pathlib import Path

import duckdb

from data import findings
from data.rules.store import recompute
from data.statements import named

_HERE = Path(__file__).parent
_PREPARE, _PAIRS = _HERE / "prepare.sql", _HERE / "pairs.sql"
FEWEST_REPORTS = 30
"""Fewest reports of one year and form in which a name must stand to be counted as full or not."""


def derive(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """What follows from rows already loaded: recomputed leaves, findings, prepared tables.

    Called on the draft of a version after its change and before its checks, also when an older version is carried over
    into a new schema. What was derived before is found in the draft; only what is missing or outdated is made again.
    ``folder``: the warehouse, which may set thresholds of its own.
    """
    recompute(connection)
    findings.run(connection, folder)
    prepare(connection)
    for statement in named(_PAIRS).values():
        connection.execute(statement)


def prepare(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Make the prepared tables of the years and regions whose reports changed; the years among them.

    One year at a time, so that memory depends on the reports of a year, not on all.
    """
    steps = named(_PREPARE)
    of_year = [name for name in steps if name.startswith("year_")]
    for name in ("reports", "scopes", "labels", "forget_due", "due"):
        connection.execute(steps[name])
    years = [year for (year,) in connection.execute(steps["years"]).fetchall()]
    for year in years:
        for name in of_year:
            given = {"year": year, "fewest": FEWEST_REPORTS}
            connection.execute(steps[name], {key: value for key, value in given.items() if f"${key}" in steps[name]})
    if years:
        for name in ("forget_spans", "spans", "forget_scopes", "remember_scopes"):
            connection.execute(steps[name])
    connection.execute(steps["forget"])
    return years
