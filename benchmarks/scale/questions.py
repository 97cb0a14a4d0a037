"""Seven questions, one or two a page, asked of each engine: what is asked, and this project's answers.

An answer is a table with one row a group; ``normal`` brings the answers of different engines into one form.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analytics import department, distribution, drilldown, execution, overview, sector
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from benchmarks.scale.sizes import FIRST_YEAR, Size
from data.statements import asked_by, named

_RAW = named(Path(__file__).with_name("raw.sql"))
_LEVEL2 = (("决策", "预算编制"), ("过程", "预算执行"), ("履职产出", "数量指标"), ("效益", "社会效益"))
SHARE = distribution.NEARLY_ALL
_MOST_RANGES = 12
"""Of keys, in ``raw.sql``."""
_BLOCK = 1024
_WORTH_RANGES = 100_000
"""Reports from which on a scan by ranges is tried."""
_MOST_FULL = 500
"""无区分度指标 lists at most so many."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What one call looks at: filters, a place in the indicators, and a unit with a year."""

    years: tuple[int, ...]
    regions: tuple[str, ...]
    dimension: str
    level2: str
    unit_id: str
    unit_key: int
    fiscal_year: int
    sector: str
    beside: tuple[str, ...]
    """Units of that sector to put side by side, the unit among them."""

    @property
    def filters(self) -> Filters:
        return Filters(self.years, self.regions)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The region filter as beginnings of region codes."""
        return tuple(self.filters.parameters()["region_prefixes"])

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """The region filter as lowest and highest region key of the prepared tables."""
        return [(int(p.ljust(6, "0")), int(p.ljust(6, "9"))) for p in self.prefixes]


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "years": ("fiscal_year", "reports", "units", "average", "excellent"),
    "lost": ("item", "leaves", "units", "weight_scored", "score"),
    "names": ("item", "leaves", "units", "weight_scored", "score"),
    "spread": ("item", "reports", "mean_rate", "q1_rate", "middle_rate", "q3_rate"),
    "full": ("item", "reports", "full_reports"),
    "spent": ("fiscal_year", "rated", "rate", "middle_rate"),
    "tree": ("ordinal", "weight", "score"),
}
PAGES = {
    "years": "总览：各年", "lost": "总览：失分", "names": "指标下钻：三级指标", "spread": "得分分布：各区划",
    "full": "得分分布：无区分度指标", "spent": "预算执行：各年", "tree": "部门画像：三级指标",
}  # fmt: skip


def picks(cursor: duckdb.DuckDBPyConnection, size: Size, rounds: int) -> list[Pick]:
    """Filters that differ call by call: everything, a year, a province, some years of some districts, a district, some
    years of everything."""
    held = cursor.execute("select unit_id, unit_key, region_code from unit_store order by unit_key").fetchall()
    codes = sorted({code for _, _, code in held})
    rng = random.Random(size.seed)  # noqa: S311 - which filters are asked for
    years = range(FIRST_YEAR, FIRST_YEAR + size.years)
    found = []
    for number in range(rounds):
        chosen: tuple[tuple[int, ...], tuple[str, ...]] = (
            ((), ()),
            ((rng.choice(years),), ()),
            ((), (rng.choice(codes)[:2] + "0000",)),
            (tuple(sorted(rng.sample(years, 3))), tuple(sorted(rng.sample(codes, 2)))),
            ((), (rng.choice(codes),)),
            (tuple(sorted(rng.sample(years, 3))), ()),
        )[number % 6]
        unit_id, unit_key, _ = rng.choice(held)
        number_in_region, region = (unit_key - 1) % size.units, (unit_key - 1) // size.units
        alike = [unit for unit, _, _ in held[number_in_region :: size.units]]
        first = max(0, min(region, size.regions - sector.MOST))
        found.append(
            Pick(*chosen, *rng.choice(_LEVEL2), unit_id, unit_key, rng.choice(years), f"条线{number_in_region}",
                 tuple(alike[first : first + sector.MOST]))
        )  # fmt: skip
    return found


def raw(cursor: duckdb.DuckDBPyConnection) -> Mapping[str, Callable[[Pick], pd.DataFrame]]:
    """The questions over the raw rows of the warehouse."""
    made: dict[str, str] = {}

    def make(**macros: str) -> None:
        """The macros as the filters ask for them, where they are not made so already."""
        for kind, step in macros.items():
            if made.get(kind) != step:
                cursor.execute(_RAW[step])
                made[kind] = step

    make(years="all_years", regions="all_regions", reports="reports", scan="scan", leaves="leaves")
    ((last_unit,),) = cursor.execute("select max(unit_key) from unit_store").fetchall()
    ((last_report,),) = cursor.execute("select max(report_key) from report_store").fetchall()

    def ask(name: str) -> Callable[[Pick], pd.DataFrame]:
        def answer(pick: Pick) -> pd.DataFrame:
            given: dict[str, object] = {
                "years": list(pick.years), "prefixes": list(pick.prefixes), "dimension": pick.dimension,
                "level2": pick.level2, "unit_id": pick.unit_id, "fiscal_year": pick.fiscal_year, "share": SHARE,
                "last_unit": last_unit, "block": _BLOCK, "lows": [], "highs": [],
            }  # fmt: skip
            make(
                years="some_years" if pick.years else "all_years",
                regions="some_regions" if pick.regions else "all_regions",
            )
            if "$lows" in _RAW[name] and last_report >= _WORTH_RANGES:
                blocks = cursor.execute(_RAW["blocks"], asked_by(_RAW["blocks"], given)).fetchall()
                given["lows"], given["highs"] = lows, _ = _ranges(blocks)
                make(scan="scan_by_ranges" if len(lows) > 1 else "scan")
            return cursor.execute(_RAW[name], asked_by(_RAW[name], given)).df()

        return answer

    return {name: ask(name) for name in COLUMNS}


def _ranges(blocks: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Lowest and highest keys of at most ``_MOST_RANGES`` ranges that hold the blocks: the widest gaps are left out."""
    if not blocks:
        return [], []
    lows, highs = zip(*sorted(blocks), strict=True)
    widths = ((low - high, at) for at, (high, low) in enumerate(zip(highs, lows[1:], strict=False), start=1))
    starts = [0, *sorted(at for _, at in heapq.nlargest(_MOST_RANGES - 1, (gap for gap in widths if gap[0] > 1)))]
    return [lows[at] for at in starts], [highs[at - 1] for at in (*starts[1:], len(blocks))]


def shipped(cursor: duckdb.DuckDBPyConnection) -> Mapping[str, Callable[[Pick], pd.DataFrame]]:
    """The questions as the pages ask them."""

    def tree(pick: Pick) -> pd.DataFrame:
        return department.part(cursor, "leaves", pick.unit_id, pick.fiscal_year).rename(columns={"score": "printed"})

    return {
        "years": lambda p: overview.summaries(cursor, p.filters),
        "lost": lambda p: drilldown.table(cursor, p.filters, DrillPath()),
        "names": lambda p: drilldown.table(cursor, p.filters, DrillPath(p.dimension, p.level2)),
        "spread": lambda p: distribution.groups(cursor, p.filters, "region", p.dimension, most=5_000),
        "full": lambda p: distribution.undiscriminating(cursor, p.filters),
        "spent": lambda p: execution.years(cursor, p.filters, "adjusted"),
        "tree": tree,
    }


def normal(name: str, answer: Any) -> pd.DataFrame:
    """The compared columns of an answer, in one order, numbers as floats."""
    table = pd.DataFrame(answer).rename(columns={"counted": "score"})[list(COLUMNS[name])]
    first = COLUMNS[name][0]
    table[first] = table[first].astype(str)
    numbers = {column: table[column].astype(float) for column in COLUMNS[name][1:]}
    return table.assign(**numbers).sort_values(list(COLUMNS[name])).reset_index(drop=True)


def same(name: str, ours: pd.DataFrame, theirs: pd.DataFrame) -> bool:
    """Whether two answers in normal form are equal: numbers to 1e-6; of a list that was cut, every row found."""
    if name == "full" and len(ours) == _MOST_FULL and len(theirs) > _MOST_FULL:
        theirs = theirs[theirs["item"].isin(ours["item"])].reset_index(drop=True)
    try:
        pd.testing.assert_frame_equal(ours, theirs, rtol=1e-6, atol=1e-6)
    except AssertionError:
        return False
    return True
