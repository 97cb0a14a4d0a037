"""What a decision on a finding (存疑事项) is, and how one is added to ``decisions.sqlite``; none is ever changed.

``data/decided/decisions.py`` takes and shows decisions; this module is below the ingest, which takes them from filled
核查意见单.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from data.codes import refusal
from data.statements import named
from data.warehouse import prepare_decisions

STATES = ("待核", "已退回", "部门已说明", "采纳", "不采纳", "已整改")
OPEN = STATES[0]
"""The state of a finding on which nobody decided."""
EXPLAINED = STATES[2]
LONGEST_NAME, LONGEST_REASON = 40, 1000
FILE = "decisions.sqlite"
WAIT = 10.0
_SQL = Path(__file__).with_name("decided.sql")


@dataclass(frozen=True, slots=True)
class Opinion:
    """A decision as a filled 核查意见单 tells it; ``where`` is the row it stands in, in words."""

    finding_id: str
    working_hash: str
    state: str
    reason: str
    decided_by: str
    where: str = ""


def working_hash(working: str) -> str:
    """What tells one working from another."""
    return sha256(working.encode()).hexdigest()[:16]


def add(folder: Path, opinions: Sequence[Opinion]) -> list[tuple[int, str]]:
    """Add decisions, all or none; number and time of each. Raises ``Refusal`` E10, E11.

    One that only repeats the last decision on its finding is not added again, so that a sheet taken twice counts once.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    file = folder / FILE
    try:
        prepare_decisions(file)
        with closing(sqlite3.connect(file, timeout=WAIT)) as connection, connection:
            return [_added(connection, one, at) for one in opinions]
    except sqlite3.OperationalError as error:
        raise refusal("E10", FILE) from error


def _added(connection: sqlite3.Connection, one: Opinion, at: str) -> tuple[int, str]:
    row = (one.finding_id, one.working_hash, one.state, one.reason, one.decided_by)
    last = connection.execute(named(_SQL)["history"], (one.finding_id,)).fetchone()
    if last is not None and last[1:6] == row:
        return int(last[0]), str(last[6])
    return int(connection.execute(named(_SQL)["add"], (*row, at)).lastrowid or 0), at
