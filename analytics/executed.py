"""各单位预算执行: every report of a year with its rate on a basis, its amounts and source, against its 可比得分."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics.distribution import FEWEST
from analytics.execution import Basis
from analytics.filters import Filters
from analytics.style import BLUE, TEMPLATE, between, literal, percent, points
from analytics.view import MOST_POINTS, Chart, View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
MOST_LISTED = 1_000
"""Reports that a page lists; files hold all. So many fit what a page sends of one table."""
_FEWEST_POINTS = 3
_REASONS = {"all_unstated": "未列所需金额", "all_stated_only": "自填·口径不明", "all_zero": "预算数为 0",
            "all_negative": "预算数为负数"}  # fmt: skip
"""Why reports have no rate: how many, and what stands in their 金额来源."""


def units(
    cursor: duckdb.DuckDBPyConnection, filters: Filters, fiscal_year: int, basis: str, most: int | None = None
) -> pd.DataFrame:
    """One row a report of a year, at most so many (``None``: all), the lowest rate first: item (unit_id:year), unit,
    region, department, comparable_score, numerator and denominator (yuan), rate, source (why there is no rate, where
    there is none), own_gap_points, and what else is stated. Of more reports those are listed with the lowest rates, the
    highest above 100 %, and those without a rate. In all_… columns what is said of all of them: counts, the lowest,
    middle and highest rate, and the mean 可比得分 of the quarters (all_quarter reports) with lower and higher rates."""
    return _asked(cursor, "units", filters, fiscal_year, basis, most)


def dots(cursor: duckdb.DuckDBPyConnection, filters: Filters, fiscal_year: int, basis: str) -> pd.DataFrame:
    """The points of the scatter, at most ``MOST_POINTS`` reports at even distances in the order of their rates: item,
    unit, rate, comparable_score."""
    return _asked(cursor, "dots", filters, fiscal_year, basis, MOST_POINTS)


def _asked(
    cursor: duckdb.DuckDBPyConnection, name: str, filters: Filters, fiscal_year: int, basis: str, most: int | None
) -> pd.DataFrame:
    statement = named(_SQL)[name]
    given = {"fiscal_year": fiscal_year, "basis": basis, "most": most}
    return cursor.execute(statement, filters.parameters_of(statement) | given).df()


_COLUMNS = {
    "unit": "填报单位", "fiscal_year": "年度", "rate": "执行率", "numerator_wan": "全年执行数（万元）",
    "denominator_wan": "预算数（万元）", "source": "金额来源", "stated_rate": "表内所填执行率",
    "own_gap_points": "财政数据与自评报告之差（百分点）", "adjustment_rate": "预算调整率（净额）",
    "gross_adjustment_rate": "预算调整率（总额）", "carry_over_rate": "结转结余率",
    "carry_over_change_rate": "结转结余变动率", "staff_rate": "在职人员控制率", "three_public_rate": "“三公”经费变动率",
    "comparable_score": "可比得分", "region": "区划", "department": "主管部门",
}  # fmt: skip


@remakable("basis", "fiscal_year")
def view(df: pd.DataFrame, drawn: pd.DataFrame, filters: Filters, basis: Basis, fiscal_year: int) -> View:
    """The reports of a year (``units``) with their rates, and those drawn (``dots``) against their 可比得分."""
    name = f"{fiscal_year} 年各单位预算执行率（{basis.name}）"
    if df.empty:
        return View(f"{name}：没有可显示的数据", "", df, None, _COLUMNS, (), filters)
    whole = df.iloc[0]
    table = df.assign(numerator_wan=df["numerator"] / 1e4, denominator_wan=df["denominator"] / 1e4)
    if not whole["all_rated"]:
        lacking = "，".join(f"{whole[count]} 份{why}" for count, why in _REASONS.items() if whole[count])
        words = f"{whole['all_reports']} 份报告均无法按该口径计算：{lacking}。"
        return View(f"{name}：缺少金额", words, table, None, _COLUMNS, _listed(df, whole), filters)
    spread = between(percent(whole["all_lowest"]), percent(whole["all_highest"]))
    title = f"{name}{spread}" if whole["all_rated"] > 1 else f"{name}：1 份报告列明金额"
    beside = _beside_scores(whole)
    sentence = (
        f"{whole['all_reports']} 份报告中 {whole['all_rated']} 份有金额，中位数 {percent(whole['all_middle'])}"
        + (f"；{whole['all_over']} 份超过 100%" if whole["all_over"] else "")
        + (f"；{whole['all_zero']} 份预算数为 0，不计算" if whole["all_zero"] else "")
        + (f"；{whole['all_negative']} 份预算数为负数，不计算" if whole["all_negative"] else "")
        + (f"；{whole['all_differing']} 份的财政数据与自评报告所算执行率不同" if whole["all_differing"] else "")
        + beside
        + "。"
    )
    notes = [
        *_listed(df, whole),
        *_stated_besides(whole),
        f"{basis.name}：{basis.formula}。金额以财政数据为先，其次为自评报告。",
        "预算调整率：净额为（全年预算数 − 年初预算数）÷ 年初预算数；总额为各收入来源增减的绝对值之和 ÷ 年初预算数，"
        "只在报告列明两项预算的各来源且合计相符时计算。",
    ]
    if beside:
        notes.append("四分之一的界限处执行率相同的报告，按其平均可比得分计入。")
    enough = whole["all_scored"] >= _FEWEST_POINTS
    if enough and whole["all_scored"] > len(drawn):
        notes.append(f"图中为按执行率等距抽取的 {len(drawn)} 份。")
    return View(
        title,
        sentence,
        table,
        _scatter(drawn) if enough else None,
        _COLUMNS,
        tuple(notes),
        filters,
        f"{title}。{sentence}",
        Chart("scatter", "unit", ("comparable_score",), "分", across="rate") if enough else None,
    )


def _beside_scores(whole: pd.Series) -> str:
    """可比得分 of the quarters with the lower and the higher rates, where each has enough reports."""
    quarter = int(whole["all_quarter"])
    if quarter < FEWEST:
        return ""
    low, high = points(whole["all_low_score"]), points(whole["all_high_score"])
    return f"；执行率较低的四分之一（{quarter} 份）平均可比得分 {low}，较高的四分之一 {high}"


def _stated_besides(whole: pd.Series) -> list[str]:
    """What reports state of staff and of the three public expenses, counted."""
    words = []
    if whole["all_staff"]:
        over = f"{whole['all_staff_over']} 份超过 100%"
        words.append(f"在职人员控制率（在职人数 ÷ 编制数）{whole['all_staff']} 份列明，{over}")
    if whole["all_three_public"]:
        more = f"{whole['all_three_public_up']} 份为增加"
        words.append(f"“三公”经费变动率（表内所填）{whole['all_three_public']} 份列明，{more}")
    return [f"{'；'.join(words)}。"] if words else []


def _listed(df: pd.DataFrame, whole: pd.Series) -> tuple[str, ...]:
    """Which reports are listed, where that is not all of them."""
    if len(df) == whole["all_reports"]:
        return ()
    over, without = int((df["rate"] > 1).sum()), int(df["rate"].isna().sum())
    beyond, unrated = int(whole["all_over"]), int(whole["all_reports"] - whole["all_rated"])
    kinds = (
        (len(df) - over - without, "执行率较低的"),
        (over, "超过 100% 的" if over == beyond else f"超过 100% 的 {beyond} 份中较高的"),
        (without, "无法计算的" if without == unrated else f"无法计算的 {unrated} 份中的"),
    )
    words = "、".join(f"{kind} {reports} 份" for reports, kind in kinds if reports)
    return (f"列出 {len(df)} 份（{words}），共 {whole['all_reports']} 份；“导出表格”含全部。",)


def _scatter(df: pd.DataFrame) -> go.Figure:
    dots = go.Scatter(
        x=df["rate"] * 100,
        y=df["comparable_score"],
        mode="markers",
        customdata=df["item"],
        hovertext=[literal(str(u)) for u in df["unit"]],
        hovertemplate="%{hovertext}<br>执行率 %{x:.2f}%<br>可比得分 %{y:.2f}<extra></extra>",
        marker={"color": BLUE, "size": 8 if len(df) < 300 else 5, "opacity": 0.65},
    )
    return go.Figure(dots).update_layout(
        template=TEMPLATE,
        height=380,
        xaxis={"title": {"text": "预算执行率"}, "ticksuffix": "%", "fixedrange": True},
        yaxis={"title": {"text": "可比得分"}, "fixedrange": True, "showgrid": True},
        clickmode="event+select",
        dragmode=False,
    )
