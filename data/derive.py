"""What follows from rows already loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from data import findings
from data.rules.store import recompute
from data.statements import asked_by, named

_HERE = Path(__file__).parent
_PREPARE, _PAIRS = _HERE / "prepare.sql", _HERE / "pairs.sql"
_PARTS = {"years": "year_", "provinces": "province_"}
FEWEST_REPORTS = 30
"""Fewest reports of one year and form in which a name must stand to be counted as full or not."""
MOST_NAMES = 20
"""Most names of leaves that entered or left which are listed beside a step of 较上年."""
NEARLY_ALL = 0.95
"""Share of the reports that must be full for a name to tell units apart no longer."""


def derive(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """What follows from rows already loaded: recomputed leaves, findings, prepared tables.

    Called on the draft of a version after its change and before its checks, also when an older version is carried over
    into a new schema. What was derived before is found in the draft; only what is missing or outdated is made again.
    ``folder``: the warehouse, which may set thresholds of its own.
    """
    recompute(connection)
    findings.run(connection, folder)
    prepare(connection)
    pair(connection)


def prepare(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Make the prepared tables of the years and regions whose reports changed; the years among them.

    One year at a time, so that memory depends on the reports of a year, not on all.
    """
    return _by_part(connection, named(_PREPARE), {"fewest": FEWEST_REPORTS, "share": NEARLY_ALL})


def pair(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Put the reports of two years beside each other where those of a year and province changed; the later years."""
    return _by_part(connection, named(_PAIRS), {"most": MOST_NAMES})


def _by_part(connection: duckdb.DuckDBPyConnection, steps: Mapping[str, str], given: Mapping[str, float]) -> list[int]:
    """Run named steps in their order, those called ``year_…`` once for each row of the step ``years``, those called
    ``province_…`` once for each of the step ``provinces``; the years among the former."""
    years: set[int] = set()
    for name, step in steps.items():
        if name in _PARTS:
            rows = connection.execute(step).to_arrow_table().to_pylist()
            for row in rows:
                for own in (text for of, text in steps.items() if of.startswith(_PARTS[name])):
                    connection.execute(own, asked_by(own, {**row, **given}))
            years |= {row["year"] for row in rows if "year" in row}
        elif not name.startswith(tuple(_PARTS.values())):
            connection.execute(step)
    return sorted(years)
