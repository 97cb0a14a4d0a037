"""Filters: what a view looks at, as one frozen value, and what there is to choose from.

Filters narrow the view, never the peer base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.statements import asked_by, named

_SQL = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True, slots=True)
class Filters:
    """Years, region codes, departments and unit ids to show; empty means all.

    ``own_level_only`` (仅本级): a region without what lies below it.
    """

    years: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    own_level_only: bool = False
    departments: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def parameters(self) -> dict[str, Any]:
        """Named parameters of the table macros ``report_in_view`` and ``leaf_in_view``."""
        return {
            "years": list(self.years),
            "region_prefixes": [] if self.own_level_only else [prefix(code) for code in self.regions],
            "own_level_codes": list(self.regions) if self.own_level_only else [],
            "departments": list(self.departments),
            "units": list(self.units),
        }

    @property
    def scopes(self) -> tuple[int, ...] | None:
        """The whole provinces in view, as the first two digits of their codes, 0 for everything; ``None`` if the view
        is not made of whole provinces. What is prepared for whole provinces serves such a view."""
        if self.departments or self.units or self.own_level_only:
            return None
        prefixes = [prefix(code) for code in self.regions]
        return None if any(len(p) > 2 for p in prefixes) else tuple(sorted({int(p) for p in prefixes})) or (0,)

    def parameters_of(self, statement: str) -> dict[str, Any]:
        """Those of the parameters that a statement names."""
        return asked_by(statement, self.parameters())


def prefix(region_code: str) -> str:
    """A region code without its trailing zero pairs: 320100 -> 3201, 320115 stays, 320000 -> 32."""
    for end in (2, 4):
        if region_code[end:] == "0" * (6 - end):
            return region_code[:end]
    return region_code


MOST_OFFERED = 3000
"""More units, or their departments, are not offered at once: a page would send them all to the browser."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: reports and reports in review by year, the newest first, region codes and their
    names with those above them, and how many units report."""

    reports: Mapping[int, int]
    in_review: Mapping[int, int]
    regions: Mapping[str, str]
    units: int

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(self.reports)

    @property
    def too_many_units(self) -> bool:
        """Whether units are offered only once regions are chosen."""
        return self.units > MOST_OFFERED


def choices(cursor: duckdb.DuckDBPyConnection) -> Choices:
    """What there is to choose from in a version."""
    years = cursor.execute(named(_SQL)["years"]).fetchall()
    codes = tuple(code for (code,) in cursor.execute(named(_SQL)["region_codes"]).fetchall())
    ((units,),) = cursor.execute(named(_SQL)["reporting"]).fetchall()
    return Choices({y: n for y, n, _ in years}, {y: n for y, _, n in years}, regions(cursor, codes), units)


def spanning(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> Filters:
    """The filters without years where they name every year that has reports: what is prepared of all years answers."""
    ((others,),) = cursor.execute(named(_SQL)["other_years"], {"years": list(filters.years)}).fetchall()
    return filters if others else replace(filters, years=())


def units(
    cursor: duckdb.DuckDBPyConnection, regions: Filters, also: tuple[str, ...] = (), only_named: bool = False
) -> pd.DataFrame:
    """The units to choose from in the regions of ``regions``, at most ``MOST_OFFERED``, ``also`` those of these ids or
    names (``only_named``: none but these): unit_id, unit, region_code, department, and unit_code and short_names where
    the roster has them, by region and name."""
    return _offered(cursor, "units", regions, also, only_named).df()


def departments(
    cursor: duckdb.DuckDBPyConnection,
    regions: Filters,
    also: tuple[str, ...] = (),
    only_named: bool = False,
) -> tuple[str, ...]:
    """The departments to choose from, as ``units`` does."""
    return tuple(d for (d,) in _offered(cursor, "departments", regions, also, only_named).fetchall())


def _offered(
    cursor: duckdb.DuckDBPyConnection, what: str, regions: Filters, names: tuple[str, ...], only_named: bool
) -> duckdb.DuckDBPyConnection:
    statement = named(_SQL)[what]
    given = {"named": list(names), "only_named": only_named, "most": MOST_OFFERED}
    return cursor.execute(statement, regions.parameters_of(statement) | given)


def unit_years(cursor: duckdb.DuckDBPyConnection, unit_id: str) -> tuple[int, ...]:
    """The years of which a unit has reports, the newest first."""
    return tuple(year for (year,) in cursor.execute(named(_SQL)["unit_years"], {"unit_id": unit_id}).fetchall())


def first_unit(
    cursor: duckdb.DuckDBPyConnection, years: tuple[int, ...], units: tuple[str, ...]
) -> tuple[str, int] | None:
    """The first unit, by region and name, in the newest of these years, of these units (empty: all)."""
    given = {"years": list(years), "units": list(units)}
    return cursor.execute(named(_SQL)["first_unit"], given).fetchone()


def regions(cursor: duckdb.DuckDBPyConnection, codes: tuple[str, ...]) -> dict[str, str]:
    """Region code -> full name, for the codes given and the regions above them."""
    above = {c for code in codes for c in (code, code[:4] + "00", code[:2] + "0000")}
    return dict(cursor.execute(named(_SQL)["regions"], {"codes": sorted(above)}).fetchall())
