"""Filters: what a view looks at, as one frozen value, and what there is to choose from.

Filters narrow the view, never the peer base.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from data.statements import named

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
        return {name: value for name, value in self.parameters().items() if f"${name}" in statement}


def prefix(region_code: str) -> str:
    """A region code without its trailing zero pairs: 320100 -> 3201, 320115 stays, 320000 -> 32."""
    for end in (2, 4):
        if region_code[end:] == "0" * (6 - end):
            return region_code[:end]
    return region_code


def choices(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row a year and unit that has reports: fiscal_year, region_code, department, unit_id, unit, reports,
    in_review, and unit_code and short_names where the roster has them."""
    found: pd.DataFrame = cursor.execute(named(_SQL)["reports"]).to_arrow_table().to_pandas()
    return found


def regions(cursor: duckdb.DuckDBPyConnection, codes: tuple[str, ...]) -> dict[str, str]:
    """Region code -> full name, for the codes given and the regions above them."""
    above = {c for code in codes for c in (code, code[:4] + "00", code[:2] + "0000")}
    return dict(cursor.execute(named(_SQL)["regions"], {"codes": sorted(above)}).fetchall())
