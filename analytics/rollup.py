"""主管部门汇总: a department with its subordinate units. Two means, both labelled; nothing is summed in silence."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.view import View, remakable
from data.statements import asked_by, named

_SQL = Path(__file__).with_suffix(".sql")
MOST_LISTED = 2000
"""Most years of departments that are listed, the latest first."""
_COLUMNS = {
    "department": "主管部门", "region": "区划", "fiscal_year": "年度", "units": "单位数",
    "simple_score": "简单平均可比得分", "weighted_score": "按预算加权可比得分",
    "with_budget": "列明预算的单位", "budget_wan": "全年预算数（万元）",
    "lowest": "最低", "highest": "最高",
}  # fmt: skip


def departments(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """One row a department, region and year, at most ``MOST_LISTED``: item (department:year:region code), units,
    scored, simple_score and weighted_score (by 全年预算数, over the units that state one), with_budget, budget_wan
    (万元), lowest, highest, and in all_… columns how many rows, departments and departments of several units there
    are."""
    given = filters.parameters() | {"most": MOST_LISTED}
    whole = named(_SQL)["whole"]
    ((from_year, rows, every, several),) = cursor.execute(whole, asked_by(whole, given)).fetchall()
    found = cursor.execute(named(_SQL)["departments"], given | {"from_year": from_year}).df()
    return found.assign(all_rows=rows, all_departments=every, all_several=several)


def unnamed(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> int:
    """Reports in view whose department is not known."""
    ((count,),) = cursor.execute(named(_SQL)["unnamed"], filters.parameters()).fetchall()
    return int(count)


@remakable()
def view(df: pd.DataFrame, without: int, filters: Filters) -> View:
    """Departments with the simple and the weighted mean of their units."""
    notes = [
        "简单平均：各单位可比得分的平均数。按预算加权：以全年预算数为权数，只含列明预算的单位。",
        "单位归入主管部门依应报名单或报告所载；名称相同而区划不同的主管部门分列。",
    ]
    if without:
        notes.append(f"{without} 份报告的主管部门未载明，未列入。")
    if df.empty:
        return View("主管部门汇总：主管部门未载明", "", df, None, _COLUMNS, tuple(notes), filters)
    whole = df.iloc[0]
    if whole["all_rows"] > len(df):
        notes.append(f"列出年度较近、单位较多的 {len(df)} 行，共 {whole['all_rows']} 行。")
    title = f"主管部门汇总：{whole['all_departments']} 个主管部门，{whole['all_several']} 个含下属单位"
    return View(title, "", df, None, _COLUMNS, tuple(notes), filters, title)
