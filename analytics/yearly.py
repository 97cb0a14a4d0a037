"""较上年: a unit against its year before, over common leaves only; what entered and what left is listed beside."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.style import change, percent
from analytics.view import View
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
_COLUMNS = {
    "name": "三级指标", "mapped": "指标维度", "kind": "与上年", "before_rate": "上年得分率", "score_rate": "本年得分率",
    "change_rate": "变化（百分点）", "value_before": "上年完成值", "value_text": "本年完成值",
    "weight_before": "上年权重", "weight": "本年权重",
}  # fmt: skip


def leaves(cursor: duckdb.DuckDBPyConnection, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    """One row a leaf of either year: item, name, mapped, kind (共有, 新增, 取消), weights, scores, values and rates of
    both years. A name that stands twice in one report is left out: it cannot be matched surely."""
    return cursor.execute(named(_SQL)["leaves"], {"unit_id": unit_id, "fiscal_year": fiscal_year}).df()


def view(df: pd.DataFrame, unit: str, fiscal_year: int) -> View:
    """The two years side by side, leaves of both first, the largest change on top."""
    filters = Filters(years=(fiscal_year,))
    if not (df["kind"] != "新增").any():
        return View(f"{unit}：没有 {fiscal_year - 1} 年的报告可比", "", df.head(0), None, _COLUMNS, (), filters)
    common = df[(df["kind"] == "共有") & df["score"].notna() & df["score_before"].notna()]
    entered, left = int((df["kind"] == "新增").sum()), int((df["kind"] == "取消").sum())
    if common.empty:
        title = f"{unit}：{fiscal_year} 年与上年没有共有的指标"
    else:
        now = float(common["score"].sum() / common["weight"].sum())
        before = float(common["score_before"].sum() / common["weight_before"].sum())
        moved = f"{percent(before)} 至 {percent(now)}，{change(now - before)}"
        title = f"{unit}：{len(common)} 项共有指标的得分率由 {moved}"
    notes = (
        "只比较两年都有的指标；得分率 = 得分合计 ÷ 权重合计。",
        f"新增 {entered} 项、取消 {left} 项，列于其后，不参与比较。",
    )
    table = df.assign(change_rate=df["score_rate"] - df["before_rate"])
    return View(title, "", table, None, _COLUMNS, notes, filters, title)
