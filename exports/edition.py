"""For whom a report is: 内部版, or 通报版 in which units with low scores are unnamed; 脱敏 where it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb

from analytics.filters import Filters
from data.statements import named
from exports import anonymous
from exports.anonymous import Names

_SQL = Path(__file__).with_suffix(".sql")
NAMED_FROM = 80.0
"""可比得分 from which on 通报版 names a unit: the lower bound of 良."""
UNNAMED = "某单位"
_NOT_LISTED = "（不列示单位）"


@dataclass(frozen=True, slots=True)
class Edition:
    """``public``: 通报版. ``anonymous``: 脱敏, units and places go by pseudonyms."""

    public: bool = False
    anonymous: bool = False

    @property
    def words(self) -> str:
        return ("通报版" if self.public else "内部版") + ("（脱敏）" if self.anonymous else "")


INTERNAL = Edition()


def naming(cursor: duckdb.DuckDBPyConnection, filters: Filters, edition: Edition) -> Names:
    """What stands for the names that an edition of the reports in view does not print.

    Units marked 涉密 are out of every view made with ``anonymous.cleared``; their names may still stand in what a
    report says, and are replaced there.
    """
    steps = named(_SQL)
    replaced: dict[str, str] = {}
    if edition.public:
        low = cursor.execute(steps["low"], filters.parameters() | {"below": NAMED_FROM}).fetchall()
        units = sorted({unit for unit, _ in low}, key=lambda unit: sha256(unit.encode()).hexdigest())
        numbers = {unit: f"{UNNAMED}{n:02d}" for n, unit in enumerate(units, start=1)}
        replaced = {name: numbers[unit] for unit, name in low}
    if edition.anonymous:
        replaced = dict(anonymous.names(cursor).replacements)
    return Names(replaced | {name: _NOT_LISTED for (name,) in cursor.execute(steps["classified"]).fetchall()})
