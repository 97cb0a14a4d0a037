"""What follows from rows already loaded."""

from __future__ import annotations

from pathlib import Path

import duckdb

from data import findings
from data.rules.store import recompute
from data.statements import named

_HERE = Path(__file__).parent


def derive(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """What follows from rows already loaded: recomputed leaves, findings.

    Called on the draft of a version after its change and before its checks, also when an older version is carried over
    into a new schema. What was derived before is found in the draft; only what is missing or outdated is made again.
    ``folder``: the warehouse, which may set thresholds of its own.
    """
    recompute(connection)
    for file in ("prepare.sql", "pairs.sql"):
        for statement in named(_HERE / file).values():
            connection.execute(statement)
    findings.run(connection, folder)
