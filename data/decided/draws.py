"""抽查名单: lists of units drawn for a re-check, kept append-only in ``decisions.sqlite`` with all they came from.

A draw made again stands beside the first with its own number, so that none can be tried in silence until it pleases.
How units are drawn: ``analytics/inflation/draw.py``.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, astuple, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from data.batch.uploads import Visitor, permit
from data.codes import refusal
from data.decided.decision import FILE, LONGEST_NAME, WAIT
from data.statements import named
from data.warehouse import Warehouse, prepare_decisions, version_name

_SQL = Path(__file__).with_suffix(".sql")
Arm = Literal["证据", "随机", "指定"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A unit of a list. ``probability`` of inclusion where it was drawn at random, else ``None``."""

    unit_id: str
    unit: str
    arm: Arm
    reason: str
    stratum: str
    probability: float | None
    classified: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """A list as it was fixed: ``parameters`` as text, data version with its digest, UTC time (ISO); ``frame`` has the
    units that could be drawn."""

    number: int
    fiscal_year: int
    version: str
    digest: str
    seed: str
    parameters: str
    list_hash: str
    drawn_by: str
    drawn_at: str
    rows: tuple[Drawn, ...]


def list_hash(rows: Sequence[Drawn]) -> str:
    """What tells one list from another: SHA-256 over its rows in order."""
    return sha256(json.dumps([astuple(row) for row in rows], ensure_ascii=False).encode()).hexdigest()


def freeze(
    warehouse: Warehouse,
    seen: str,
    fiscal_year: int,
    seed: str,
    parameters: str,
    frame: str,
    rows: Sequence[Drawn],
    drawn_by: str,
    visitor: Visitor,
) -> Frozen:
    """Keep a list, whole or not at all. ``seen`` is what ``Warehouse.published()`` said when it was drawn.

    Raises ``Refusal`` E25 without permission; E46 without a name, without units, or if the version is another by now;
    E10, E11.
    """
    permit(visitor)
    by = " ".join(drawn_by.split())
    if not by or len(by) > LONGEST_NAME:
        raise refusal("E46", f"请填写抽取人姓名，不超过 {LONGEST_NAME} 字")
    if not rows:
        raise refusal("E46", "名单为空")
    if warehouse.published() != seen or not seen:
        raise refusal("E46", "数据版本已变动")
    number, digest = seen.split()
    at = datetime.now(UTC).isoformat(timespec="seconds")
    kept = Frozen(
        0, fiscal_year, version_name(int(number)), digest, seed, parameters, list_hash(rows), by, at, tuple(rows)
    )
    file = warehouse.folder / FILE
    try:
        prepare_decisions(file)
        with closing(sqlite3.connect(file, timeout=WAIT)) as connection, connection:
            row = {name: value for name, value in asdict(kept).items() if name not in ("number", "rows")}
            row["frame"] = frame
            key = int(connection.execute(named(_SQL)["add"], row).lastrowid or 0)
            units = [(key, place, *astuple(one)) for place, one in enumerate(rows, start=1)]
            connection.executemany(named(_SQL)["add_unit"], units)
    except sqlite3.OperationalError as error:
        raise refusal("E10", FILE) from error
    return replace(kept, number=key)


def of_year(warehouse: Warehouse, fiscal_year: int) -> list[Frozen]:
    """Every list of a fiscal year, the last first. Raises E11 if the file is damaged."""
    file = warehouse.folder / FILE
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(file, timeout=WAIT)) as connection:
            if not connection.execute(named(_SQL)["is_there"]).fetchall():
                return []
            kept = connection.execute(named(_SQL)["of_year"], (fiscal_year,)).fetchall()
            return [Frozen(*(*row, _units(connection, row[0]))) for row in kept]
    except sqlite3.DatabaseError as error:
        raise refusal("E11", file.name) from error


def frame(warehouse: Warehouse, number: int) -> str:
    """The text of the units that could be drawn for a list, empty if there is no such list."""
    with closing(sqlite3.connect(warehouse.folder / FILE, timeout=WAIT)) as connection:
        found = connection.execute(named(_SQL)["frame"], (number,)).fetchone()
    return str(found[0]) if found else ""


def _units(connection: sqlite3.Connection, number: int) -> tuple[Drawn, ...]:
    rows = connection.execute(named(_SQL)["units"], (number,)).fetchall()
    return tuple(Drawn(*(*row[:-1], bool(row[-1]))) for row in rows)
