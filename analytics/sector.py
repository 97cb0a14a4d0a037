"""同条线对比: 2 to 12 units side by side, leaf by leaf, rate and printed value, the widest differences first.

Leaves are matched by their canonical name, else by the printed one, never by likeness; what some units lack is last.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.style import percent
from analytics.view import View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
FEWEST, MOST = 2, 12


def choices(cursor: duckdb.DuckDBPyConnection, filters: Filters, fiscal_year: int) -> pd.DataFrame:
    """Units of a year that may be compared: sector (条线; null without a roster), unit_id, unit, region."""
    parameters = {k: v for k, v in filters.parameters().items() if k != "years"} | {"fiscal_year": fiscal_year}
    return cursor.execute(named(_SQL)["choices"], parameters).df()


def leaves(cursor: duckdb.DuckDBPyConnection, units: tuple[str, ...], fiscal_year: int) -> pd.DataFrame:
    """One row a leaf of the units: unit_id, unit, name, mapped (dimension), value_text, rate, item, difference_rate
    (widest difference of rates of that name), units (how many have it)."""
    return cursor.execute(named(_SQL)["leaves"], {"compared": list(units), "fiscal_year": fiscal_year}).df()


@remakable("fiscal_year")
def view(df: pd.DataFrame, filters: Filters, fiscal_year: int) -> View:
    """The units side by side: for each leaf its score rate and printed value in every unit."""
    columns = {"name": "三级指标", "mapped": "指标维度", "difference_rate": "得分率相差"}
    if df["unit_id"].nunique() < FEWEST:
        return View("同条线对比：请选择 2 至 12 个单位", "", df.head(0), None, columns, (), filters)
    units = df.drop_duplicates("unit_id")[["unit_id", "unit"]].to_dict("records")
    first = df.drop_duplicates("name")[["name", "mapped", "difference_rate", "units"]].set_index("name")
    table = first.copy()
    for number, unit in enumerate(units):
        own = df[df["unit_id"] == unit["unit_id"]].drop_duplicates("name").set_index("name")
        table[f"u{number}"] = [_cell(own, name) for name in table.index]
        columns[f"u{number}"] = str(unit["unit"])
    shared = table[table["units"] == len(units)]
    differing = int((shared["difference_rate"] > 0).sum())
    title = f"{len(units)} 个单位共有 {len(shared)} 项三级指标，{differing} 项得分率不同"
    alone = len(table) - len(shared)
    notes = ["单元格为得分率与完成值；按得分率相差由大到小排列。"]
    if alone:
        notes.append(f"另有 {alone} 项并非各单位都有，列于其后；名称不同的指标不作对应。")
    table = table.reset_index().drop(columns="units")
    table.loc[table["name"].isin(set(first.index) - set(shared.index)), "difference_rate"] = None
    return View(
        title, f"{fiscal_year} 年。", table.assign(item=table["name"]), None, columns, tuple(notes), filters, title
    )


def _cell(own: pd.DataFrame, name: str) -> str | None:
    if name not in own.index:
        return None
    row = own.loc[name].to_dict()
    words, value = percent(row["rate"]), row["value_text"]
    return f"{words}（{value}）" if isinstance(value, str) and value else words
