"""同条线对比: 2 to 12 units side by side, leaf by leaf, rate and printed value, the widest differences first.

Leaves are matched by their canonical name, else by the printed one, never by likeness; what some units lack is last.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from analytics.filters import MOST_OFFERED, Filters
from analytics.style import percent
from analytics.view import View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
FEWEST, MOST = 2, 12


def sectors(cursor: duckdb.DuckDBPyConnection, filters: Filters, fiscal_year: int) -> pd.DataFrame:
    """条线 of a year: sector (null: not known, as without a roster), units (how many may be compared). The units of the
    filters do not narrow it: their sectors come first."""
    return _of_year(cursor, "sectors", filters, fiscal_year)


def units(cursor: duckdb.DuckDBPyConnection, filters: Filters, fiscal_year: int, sector: str | None) -> pd.DataFrame:
    """The units of a sector that may be compared: unit_id, unit, region; those of the filters first, and none but these
    if there are more than ``MOST_OFFERED``."""
    return _of_year(cursor, "units", filters, fiscal_year, sector=sector, most=MOST_OFFERED)


def leaves(cursor: duckdb.DuckDBPyConnection, units: tuple[str, ...], fiscal_year: int) -> pd.DataFrame:
    """One row a leaf of the units: unit_id, unit, region, name, mapped (dimension), value_text, rate, item,
    difference_rate (widest difference of rates of that name), units (how many have it)."""
    return cursor.execute(named(_SQL)["leaves"], {"compared": list(units), "fiscal_year": fiscal_year}).df()


def _of_year(
    cursor: duckdb.DuckDBPyConnection, name: str, filters: Filters, fiscal_year: int, **more: object
) -> pd.DataFrame:
    given = filters.parameters_of(named(_SQL)[name]) | {"fiscal_year": fiscal_year} | more
    return cursor.execute(named(_SQL)[name], given).df()


@remakable("fiscal_year")
def view(df: pd.DataFrame, filters: Filters, fiscal_year: int) -> View:
    """The units side by side: for each leaf its score rate and printed value in every unit."""
    columns = {"name": "三级指标", "mapped": "指标维度", "difference_points": "得分率相差（百分点）"}
    if df["unit_id"].nunique() < FEWEST:
        return View("同条线对比：请选择 2 至 12 个单位", "", df.head(0), None, columns, (), filters)
    units = labels(df.drop_duplicates("unit_id"))
    first = df.drop_duplicates("name")[["name", "mapped", "difference_rate", "units"]].set_index("name")
    table = first.assign(difference_points=first["difference_rate"] * 100)
    for number, (unit_id, label) in enumerate(units.items()):
        own = df[df["unit_id"] == unit_id]
        table[f"u{number}"] = [_cell(own[own["name"] == name]) for name in table.index]
        columns[f"u{number}"] = label
    shared = table[table["units"] == len(units)]
    differing = int((shared["difference_rate"] > 0).sum())
    title = f"{len(units)} 个单位共有 {len(shared)} 项三级指标，{differing} 项得分率不同"
    alone = len(table) - len(shared)
    notes = ["单元格为得分率与完成值；按得分率相差由大到小排列。"]
    if alone:
        notes.append(f"另有 {alone} 项并非各单位都有，列于其后；名称不同的指标不作对应。")
    table = table.reset_index().drop(columns="units")
    table.loc[table["name"].isin(set(first.index) - set(shared.index)), "difference_points"] = None
    most = zip(table["name"].head(3), table["difference_points"].head(3), strict=True)
    widest = [f"{name} {points:.2f}" for name, points in most if points > 0]
    sentence = f"{fiscal_year} 年" + (f"；得分率相差较大的有{'、'.join(widest)}（百分点）。" if widest else "。")
    return View(
        title, sentence, table.assign(item=table["name"]), None, columns, tuple(notes), filters, f"{title}。{sentence}"
    )


def labels(units: pd.DataFrame) -> dict[str, str]:
    """unit_id -> name, with the region where two units of one name are shown."""
    alike = units["unit"].duplicated(keep=False)
    rows = zip(units["unit_id"], units["unit"], units["region"].fillna("区划未知"), alike, strict=True)
    return {str(unit_id): f"{unit}（{region}）" if twice else str(unit) for unit_id, unit, region, twice in rows}


def _cell(rows: pd.DataFrame) -> str | None:
    """The rate and value of a leaf in one unit; several where its report prints the name several times."""
    words = [
        f"{percent(rate)}（{value}）" if isinstance(value, str) and value else percent(rate)
        for rate, value in zip(rows["rate"], rows["value_text"], strict=True)
    ]
    return "；".join(words) or None
