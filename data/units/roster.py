"""应报名单: who should report in a year, and by which names units are known.

What a roster says of a unit (full name, short names, code) is 已确认. A reporting unit that no roster row of its year
and region answers to gets candidates by likeness, 待确认: a person decides, nothing is merged by itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
from rapidfuzz import fuzz

from data.normalise import folded
from data.statements import named
from data.units import identity
from data.vocabulary import Vocabulary

_SQL = Path(__file__).with_name("roster.sql")
_BETWEEN_NAMES = re.compile(r"[、,，;；/|\n]+")
_LIKE_ENOUGH = 50.0
_ABBREVIATED = 75.0
_MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A unit that should report: ``budget_wan`` is 预算规模 in 万元, ``short_names`` as listed, ``classified`` 涉密."""

    fiscal_year: int
    region_code: str | None
    unit: str
    unit_code: str | None = None
    short_names: str | None = None
    department: str | None = None
    sector: str | None = None
    budget_wan: Decimal | None = None
    classified: bool = False


@dataclass(frozen=True, slots=True)
class _Alias:
    unit_id: str
    alias: str
    alias_normalised: str
    region_code: str | None
    kind: str
    likeness: float | None = None


_ROSTER = pa.schema(
    {
        "fiscal_year": pa.int16(), "region_code": pa.string(), "unit": pa.string(), "unit_code": pa.string(),
        "short_names": pa.string(), "department": pa.string(), "sector": pa.string(),
        "budget_wan": pa.decimal128(18, 6), "classified": pa.bool_(), "unit_id": pa.string(),
    }
)  # fmt: skip
_ALIAS = pa.schema(
    {
        "unit_id": pa.string(), "alias": pa.string(), "alias_normalised": pa.string(), "region_code": pa.string(),
        "kind": pa.string(), "likeness": pa.float64(),
    }
)  # fmt: skip


def load(connection: duckdb.DuckDBPyConnection, rows: Sequence[RosterRow]) -> None:
    """Write a roster: it replaces earlier rows of the same years and regions, and its names become 已确认.

    A unit whose code is known keeps its unit_id under a new name; the earlier name stays as 曾用名.
    """
    sql = named(_SQL)
    known = {(region, code): unit_id for region, code, unit_id in connection.execute(sql["codes"]).fetchall()}
    ids = [
        known.get((row.region_code, row.unit_code or ""), identity.unit_id(row.region_code, row.unit)) for row in rows
    ]
    earlier: dict[str, set[str]] = defaultdict(set)
    for unit_id, _, unit in connection.execute(sql["names"]).fetchall():
        earlier[unit_id].add(unit)
    aliases: dict[tuple[str, str | None, str], _Alias] = {}
    for row, unit_id in zip(rows, ids, strict=True):
        for alias in _names(row, unit_id, earlier[unit_id]):
            aliases.setdefault((alias.unit_id, alias.region_code, alias.alias_normalised), alias)
    table = [asdict(row) | {"unit_id": unit_id} for row, unit_id in zip(rows, ids, strict=True)]
    _run(
        connection,
        {
            "batch_roster": pa.Table.from_pylist(table, schema=_ROSTER),
            "batch_alias": pa.Table.from_pylist([asdict(a) for a in aliases.values()], schema=_ALIAS),
        },
        ("forget_earlier", "rows", "no_longer_open", "aliases"),
    )


def match(connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary) -> None:
    """After reports, rosters or finance data came in, or a name was confirmed: everything that hangs on who is who.

    主管部门 of units from the newest roster; 财政数据 beside the reports of their units; and fresh candidates for the
    units that no roster row answers to (at most three each, of units of the same year and region without a report).
    """
    sql = named(_SQL)
    finance = ("finance_wanted", "finance_changed", "forget_finance_figures", "finance_figures", "finance_done")
    for step in ("departments", *finance, "forget_candidates"):
        connection.execute(sql[step])
    unmatched = connection.execute(sql["unmatched"]).fetchall()
    if not unmatched:
        return
    open_: dict[tuple[int, str | None], list[tuple[str, str]]] = defaultdict(list)
    for year, region, unit_id, unit in connection.execute(sql["open"]).fetchall():
        open_[year, region].append((unit_id, _core(unit, vocabulary)))
    same_code = set(connection.execute(sql["same_code"]).fetchall())
    ruled_out = set(connection.execute(sql["ruled_out"]).fetchall())
    found: list[_Alias] = []
    for own_id, unit, region, years in unmatched:
        key = identity.normalised(unit)
        core = _core(unit, vocabulary)
        likeness: dict[str, float] = {}
        for year in years:
            for unit_id, name in open_[year, region]:
                likeness[unit_id] = 100.0 if (own_id, unit_id) in same_code else _likeness(core, name)
        best = sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0]))
        good = [(i, x) for i, x in best if x >= _LIKE_ENOUGH and (i, key, region) not in ruled_out]
        found += [_Alias(i, unit, key, region, "曾用名", round(x, 2)) for i, x in good[:_MOST_CANDIDATES]]
    table = pa.Table.from_pylist([asdict(a) for a in found], schema=_ALIAS)
    _run(connection, {"batch_alias": table}, ("candidates",))


def _names(row: RosterRow, unit_id: str, earlier: set[str]) -> list[_Alias]:
    """Full name first, so that a short name that says the same does not count twice."""

    def alias(text: str, kind: str) -> _Alias:
        return _Alias(unit_id, text, identity.normalised(text), row.region_code, kind)

    names = [alias(row.unit, "全称")]
    names += [alias(s.strip(), "简称") for s in _BETWEEN_NAMES.split(row.short_names or "") if s.strip()]
    if row.unit_code:
        names.append(alias(row.unit_code, "编码"))
    return names + [alias(name, "曾用名") for name in sorted(earlier) if name != row.unit]


def _core(unit: str, vocabulary: Vocabulary) -> str:
    """A unit's name without the region it starts with: what tells it from its neighbours."""
    whole = folded(unit)
    for length in range(min(len(whole) - 2, 24), 1, -1):
        if whole[:length] in vocabulary.region_names:
            return whole[length:]
    return whole


def _likeness(name: str, other: str) -> float:
    """0 to 100: share of equal characters in order; an abbreviation (人社局) counts as likely."""
    ratio = float(fuzz.ratio(name, other))
    short, long = sorted((name, other), key=len)
    rest = iter(long)
    abbreviated = len(short) >= 2 and all(c in rest for c in short)
    return max(ratio, _ABBREVIATED) if abbreviated else ratio


def _run(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], steps: Sequence[str]) -> None:
    for name, table in tables.items():
        connection.register(name, table)
    try:
        for step in steps:
            connection.execute(named(_SQL)[step])
    finally:
        for name in tables:
            connection.unregister(name)
