"""较上年: two years of a unit, or of many, over common leaves only; what entered and what left is listed beside.

Many units are compared like for like (同口径): those that report in both years, each over the leaves of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from analytics import trend
from analytics.distribution import FEWEST
from analytics.drilldown import STEP_NAMES, DrillPath
from analytics.filters import Filters
from analytics.style import BLUE, change, listed, percent
from analytics.view import View, remakable
from data import derive
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
_COLUMNS = {
    "name": "三级指标", "mapped": "指标维度", "kind": "与上年", "before_rate": "上年得分率", "score_rate": "本年得分率",
    "change_points": "变化（百分点）", "value_before": "上年完成值", "value_text": "本年完成值",
    "weight_before": "上年权重", "weight": "本年权重",
}  # fmt: skip


def leaves(cursor: duckdb.DuckDBPyConnection, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    """One row a leaf of either year: item, name, mapped, kind (共有, 新增, 取消), weights, scores, values and rates of
    both years. A name that stands twice in one report is left out: it cannot be matched surely."""
    return cursor.execute(named(_SQL)["leaves"], {"unit_id": unit_id, "fiscal_year": fiscal_year}).df()


@remakable("unit", "fiscal_year")
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
    table = df.assign(change_points=(df["score_rate"] - df["before_rate"]) * 100)
    return View(title, "", table, None, _COLUMNS, notes, filters, title)


def alike(cursor: duckdb.DuckDBPyConnection, filters: Filters, dimension: str) -> pd.DataFrame:
    """One row a year in view that has a year before: fiscal_year, alike_units, alike_leaves, and the mean score rates
    of both years, alike_before_rate and alike_rate (0 to 1), in a dimension or in 全部."""
    return cursor.execute(named(_SQL)["alike"], filters.parameters() | {"dimension": dimension}).df()


def alike_words(df: pd.DataFrame, fiscal_year: int | None) -> str:
    """A year beside the one before, like for like, in words; empty where no unit has both."""
    row = df[df["fiscal_year"] == fiscal_year]
    if row.empty:
        return ""
    before, now = float(row["alike_before_rate"].iloc[0]), float(row["alike_rate"].iloc[0])
    units, leaves = int(row["alike_units"].iloc[0]), int(row["alike_leaves"].iloc[0])
    pair = f"{percent(before)} 至 {percent(now)}，{change(now - before)}"
    return f"同口径（{units} 个单位两年共有的 {leaves} 项指标）平均得分率由上年 {pair}"


_TREND_COLUMNS = {
    "fiscal_year": "年度", "reports": "报告数", "mean_rate": "平均得分率", "q1_rate": "下四分位",
    "middle_rate": "中位数", "q3_rate": "上四分位", "alike_before_rate": "同口径上年", "alike_rate": "同口径本年",
    "alike_change_points": "同口径变化（百分点）", "alike_units": "同口径单位数",
}  # fmt: skip


@remakable("what")
def trend_view(
    years: pd.DataFrame, pairs: pd.DataFrame, reasons: Mapping[int, str], filters: Filters, what: str
) -> View:
    """Mean score rates over the years, from ``distribution.groups`` by year and ``alike``; the plain line breaks where
    years cannot be compared, a dotted piece from year to year is like for like. ``what``: a dimension or 全部指标."""
    table = years.assign(fiscal_year=years["item"].astype(int)).sort_values("fiscal_year")
    table = table.merge(pairs, "left", "fiscal_year").reset_index(drop=True)
    enough = table["reports"] >= FEWEST
    table = table.assign(
        alike_change_points=(table["alike_rate"] - table["alike_before_rate"]) * 100,
        **{quarter: table[quarter].where(enough) for quarter in ("q1_rate", "middle_rate", "q3_rate")},
    )
    last = table.iloc[-1]
    year = int(last["fiscal_year"])
    title = f"{what}：{year} 年 {int(last['reports'])} 份报告的平均得分率 {percent(last['mean_rate'])}"
    words = []
    if trend.comparable(table, reasons):
        words.append(f"较 {year - 1} 年 {change(last['mean_rate'] - table.iloc[-2]['mean_rate'])}")
    words.append(alike_words(pairs, year) or f"没有 {year - 1} 年与 {year} 年均报送的单位，不作同口径比较")
    sentence = "；".join(words) + "。"
    notes = [
        *trend.notes(table["fiscal_year"], reasons),
        "虚线为同口径：相邻两年均报送的单位、逐单位两年共有的指标，左端为上年、右端为本年；带状为上、下四分位之间。",
    ]
    if not enough.all():
        notes.append(f"不足 {FEWEST} 份报告的年份不概括分布。")
    parts = trend.pieces(table, reasons)
    of_years = listed(f"{r['fiscal_year']} 年 {percent(r['mean_rate'])}" for r in table.to_dict("records"))
    alt = f"{title}。{sentence}各年平均得分率：{of_years}。"
    table, chart = trend.chart(table, [("mean_rate", "平均得分率", BLUE, parts)])
    figure = trend.figure(parts, "mean_rate", "平均得分率", ("q1_rate", "q3_rate", "上、下四分位之间"), reasons)
    both = table[table["alike_rate"].notna() & (table["fiscal_year"] - 1).isin(table["fiscal_year"])]
    if len(both):
        rates = zip(both["fiscal_year"], both["alike_before_rate"], both["alike_rate"], strict=True)
        pieces = (((year - 1, before), (year, now)) for year, before, now in rates)
        trend.add_alike(figure, pieces, "同口径（上年至本年）", "同口径")
    return View(title, sentence, table, figure, _TREND_COLUMNS, tuple(notes), filters, alt, chart)


_STEP_COLUMNS = {
    "item": "", "units": "单位数", "leaves": "共有指标", "before_rate": "上年得分率", "score_rate": "本年得分率",
    "change_points": "变化（百分点）", "entered": "新增", "gone": "取消", "entered_names": "新增的指标",
    "gone_names": "取消的指标",
}  # fmt: skip


MOST_UNITS = 1000
"""Most units that are listed beside the year before."""
_SUMS = ("leaves", "entered", "gone", "weight_before", "weight", "score_before", "score")


def steps(cursor: duckdb.DuckDBPyConnection, filters: Filters, path: DrillPath, fiscal_year: int) -> pd.DataFrame:
    """The open step of 指标下钻 beside the year before, one row an item: units, leaves (common), before_rate,
    score_rate, entered, gone (leaves of these units that only one year has) and up to 20 of their names.

    Of units at most ``MOST_UNITS``, the largest changes first. all_… columns speak of all rows.
    """
    chosen = path.up_to(path.step)
    given = {"fiscal_year": fiscal_year, "dimension": chosen.dimension, "level2": chosen.level2}
    given |= {"most": derive.MOST_NAMES}
    viewed = {name: value for name, value in filters.parameters().items() if name != "years"}
    if path.step == "unit":
        given |= viewed | {"level3": path.level3, "listed": MOST_UNITS}
        return cursor.execute(named(_SQL)["unit_steps"], given).df()
    given |= {"step": path.step}
    if filters.scopes is not None:
        statement = named(_SQL)["steps_of_provinces"]
        found = cursor.execute(statement, given | {"scopes": list(filters.scopes)}).df()
    else:
        found = cursor.execute(named(_SQL)["steps"], given | viewed).df()
    return found.assign(all_rows=len(found), **{f"all_{name}": found[name].sum() for name in _SUMS})


@remakable("path", "fiscal_year")
def steps_view(df: pd.DataFrame, filters: Filters, path: DrillPath, fiscal_year: int) -> View:
    """The open step of 指标下钻, this year beside the last, over common units and leaves."""
    columns = _STEP_COLUMNS | {"item": STEP_NAMES[path.step]}
    before = fiscal_year - 1
    if df.empty or not int(df["all_leaves"].iloc[0]):
        title = f"{fiscal_year} 年与 {before} 年没有可比的单位和指标"
        return View(title, "", df.head(0), None, columns, (), filters)
    whole = df.iloc[0]
    then = float(whole["all_score_before"] / whole["all_weight_before"])
    now = float(whole["all_score"] / whole["all_weight"])
    title = f"{before} 年至 {fiscal_year} 年同口径得分率由 {percent(then)} 至 {percent(now)}，{change(now - then)}"
    leaves, entered, gone = (int(whole[f"all_{what}"]) for what in ("leaves", "entered", "gone"))
    sentence = f"{leaves} 项共有指标；新增 {entered} 项、取消 {gone} 项，不参与比较。"
    notes = ["只含两年均报送的单位，逐单位只比两年共有且均有得分的指标；得分率 = 得分合计 ÷ 权重合计。"]
    if whole["all_rows"] > len(df):
        notes.append(f"列出变化较大的 {len(df)} 个单位，共 {int(whole['all_rows'])} 个。")
    table = df.assign(change_points=(df["score_rate"] - df["before_rate"]) * 100)
    return View(title, sentence, table, None, columns, tuple(notes), filters, title)
