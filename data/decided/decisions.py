"""What people decide on findings (存疑事项), append-only in ``decisions.sqlite`` beside the versions.

A decision belongs to a finding's id, so it outlives re-ingest, resubmission and rollback. It keeps a hash of the
working (测算过程) it was taken on: once that is another, the finding shows 需重新确认.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from data.batch.uploads import Visitor, permit
from data.codes import refusal
from data.decided.decision import FILE, LONGEST_NAME, LONGEST_REASON, OPEN, STATES, WAIT, Opinion, add, working_hash
from data.statements import named
from data.warehouse import Warehouse

__all__ = [
    "LONGEST_NAME",
    "LONGEST_REASON",
    "OPEN",
    "STATES",
    "Decision",
    "decide",
    "history",
    "latest",
    "newest",
    "working_hash",
]
_SQL = Path(__file__).with_name("decided.sql")


@dataclass(frozen=True, slots=True)
class Decision:
    """One row: what was decided on a finding, by whom, when (UTC, ISO) and why."""

    number: int
    finding_id: str
    working_hash: str
    state: str
    reason: str
    decided_by: str
    decided_at: str


def decide(
    warehouse: Warehouse, finding_id: str, state: str, reason: str, decided_by: str, visitor: Visitor
) -> Decision:
    """Add a decision on a finding of the current version.

    Raises ``Refusal`` E25 without permission, E37 for an unknown finding or state, or a missing name or reason.
    """
    permit(visitor)
    by, why = " ".join(decided_by.split()), reason.strip()
    if state not in STATES:
        raise refusal("E37", "处理状态不在所列范围内")
    if not by or len(by) > LONGEST_NAME:
        raise refusal("E37", f"请填写姓名，不超过 {LONGEST_NAME} 字")
    if not why or len(why) > LONGEST_REASON:
        raise refusal("E37", f"请填写理由，不超过 {LONGEST_REASON} 字")
    with warehouse.cursor() as cursor:
        found = cursor.execute(named(_SQL)["working"], {"finding_id": finding_id}).fetchall()
    if not found:
        raise refusal("E37", "该存疑事项不在当前数据版本内")
    opinion = Opinion(finding_id, working_hash(found[0][0]), state, why, by)
    ((number, at),) = add(warehouse.folder, [opinion])
    return Decision(number, finding_id, opinion.working_hash, state, why, by, at)


def newest(warehouse: Warehouse) -> int:
    """Number of the newest decision, 0 before the first: another number is another state of affairs."""
    with _reading(warehouse) as connection:
        return int(connection.execute(named(_SQL)["newest"]).fetchall()[0][0]) if connection else 0


def latest(warehouse: Warehouse) -> dict[str, Decision]:
    """The last decision on each finding that has one."""
    with _reading(warehouse) as connection:
        rows = connection.execute(named(_SQL)["latest"]).fetchall() if connection else []
    return {row[1]: Decision(*row) for row in rows}


def history(warehouse: Warehouse, finding_id: str) -> list[Decision]:
    """Every decision on a finding, the last first."""
    with _reading(warehouse) as connection:
        rows = connection.execute(named(_SQL)["history"], (finding_id,)).fetchall() if connection else []
    return [Decision(*row) for row in rows]


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, timeout=WAIT)) as connection:
        yield connection


@contextmanager
def _reading(warehouse: Warehouse) -> Iterator[sqlite3.Connection | None]:
    """The decisions of a warehouse, ``None`` before there are any. Raises E11 if the file is damaged."""
    file = warehouse.folder / FILE
    if not file.exists():
        yield None
        return
    try:
        with _opened(file) as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        raise refusal("E11", file.name) from error
