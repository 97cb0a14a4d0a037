"""总览: how many reports, how they score, where points were lost, what was doubtful."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.style import BLUE, ORANGE, TEMPLATE, points
from analytics.view import Chart, View
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
FEWEST_FOR_SUPERLATIVES = 30


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and 可比得分 over the reports in view; scores are ``None`` where no report has one."""

    reports: int
    units: int
    scored: int
    average: float | None
    lowest: float | None
    highest: float | None
    doubts: int
    in_review: int


def summary(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> Summary:
    (row,) = cursor.execute(named(_SQL)["summary"], filters.parameters()).fetchall()
    return Summary(*row)


def units(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """One row a report: item (unit_id:year), unit, fiscal_year, region, comparable_score, stated_total, grade, leaves,
    inferred, doubts, form, template_name; the highest 可比得分 first."""
    return cursor.execute(named(_SQL)["units"], filters.parameters()).df()


def bands(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """分数段 of 可比得分: item, reports, units; a band holds its lower bound."""
    return cursor.execute(named(_SQL)["bands"], filters.parameters()).df()


_UNIT_COLUMNS = {
    "unit": "填报单位",
    "fiscal_year": "年度",
    "region": "区划",
    "comparable_score": "可比得分",
    "stated_total": "报告总计",
    "grade": "等级",
    "leaves": "三级指标",
    "inferred": "推定得分",
    "doubts": "提取存疑",
}
_BAND_COLUMNS = {"item": "分数段", "reports": "报告数", "units": "单位数"}


def units_view(df: pd.DataFrame, filters: Filters) -> View:
    """Every report with 可比得分 beside the printed total."""
    if df.empty:
        return View("各单位得分：没有可显示的数据", "", df, None, _UNIT_COLUMNS, (), filters)
    differing = int((df["comparable_score"] - df["stated_total"]).abs().gt(0.005).sum())
    title = f"{df['unit'].nunique()} 个单位 {len(df)} 份报告，{differing} 份的报告总计与可比得分不同"
    sentence = f"可比得分 {points(df['comparable_score'].min())} 至 {points(df['comparable_score'].max())}。"
    notes = ("可比得分 = 三级指标得分合计 ÷ 权重合计 × 100，不含加减分；报告总计按原文，可能含加减分。",)
    return View(title, sentence, df, None, _UNIT_COLUMNS, notes, filters, f"{title}。{sentence}")


def bands_view(df: pd.DataFrame, filters: Filters) -> View:
    """How many reports stand in each 分数段."""
    total = int(df["reports"].sum())
    if not total:
        return View("分数段：没有可显示的数据", "", df.head(0), None, _BAND_COLUMNS, (), filters)
    filled = df[df["reports"] > 0]
    title = f"{total} 份报告分布在 {len(filled)} 个分数段"
    sentence = "，".join(f"{row.item}分 {row.reports} 份" for row in filled.itertuples()) + "。"
    figure = _bars(list(df["item"]), list(df["reports"]), [str(n) for n in df["reports"]], "份", upright=True)
    chart = Chart("column", "item", ("reports",), "个")
    notes = ("按可比得分划分，各段含下限、不含上限。",)
    return View(title, sentence, df, figure, _BAND_COLUMNS, notes, filters, f"{title}：{sentence}", chart)


def lost_view(df: pd.DataFrame, filters: Filters) -> View:
    """Where points were lost by 指标维度, from the first step of the drill-down."""
    columns = {"item": "指标维度", "lost": "失分", "weight": "权重合计", "score_rate": "得分率", "leaves": "指标数"}
    if df.empty:
        return View("失分分布：没有可显示的数据", "", df, None, columns, (), filters)
    total = float(df["lost"].sum())
    most = df.sort_values("lost", kind="stable").iloc[-1]
    title = f"失分 {points(total)} 分，其中{most['item']} {points(float(most['lost']))} 分"
    sentence = f"{int((df['lost'] > 0).sum())} 个维度有失分，{int((df['lost'] <= 0).sum())} 个维度为满分。"
    ordered = df.sort_values("lost", ascending=True, kind="stable")
    texts = [f"{points(v)} 分" for v in ordered["lost"]]
    figure = _bars(list(ordered["item"]), list(ordered["lost"]), texts, "分", upright=False)
    shown = df.sort_values("lost", ascending=False, kind="stable")
    chart = Chart("bar", "item", ("lost",), "分")
    notes = ("失分 = 权重合计 − 得分合计，不含无得分的指标。",)
    return View(title, sentence, shown, figure, columns, notes, filters, f"{title}。{sentence}", chart)


def _bars(items: list[str], values: list[float], texts: list[str], unit: str, *, upright: bool) -> go.Figure:
    """One bar an item with its number beside it: counts upright in blue, points lost lying in orange."""
    category = {"type": "category", "fixedrange": True, "showgrid": False}
    value = {"visible": False, "fixedrange": True, "rangemode": "tozero"}
    bars = go.Bar(
        x=items if upright else values,
        y=values if upright else items,
        orientation="v" if upright else "h",
        text=texts,
        textposition="outside",
        customdata=items,
        marker={"color": BLUE if upright else ORANGE},
        hovertemplate="%{x}<br>%{y} " + unit + "<extra></extra>"
        if upright
        else "%{y}<br>%{x:.2f} " + unit + "<extra></extra>",
        cliponaxis=False,
    )
    return go.Figure(bars).update_layout(
        template=TEMPLATE,
        height=280,
        margin={"t": 28} if upright else {"r": 72},
        xaxis=category if upright else value,
        yaxis=value if upright else category,
        clickmode="event+select",
        dragmode=False,
    )


def headline(found: Summary) -> str:
    """The answer in one sentence."""
    if not found.reports:
        return "当前筛选下没有可比较的报告。"
    words = f"{found.units} 个单位报送 {found.reports} 份自评价报告，平均可比得分 {points(found.average)}"
    spread = f"，由 {points(found.lowest)} 至 {points(found.highest)}" if found.scored > 1 else ""
    doubts = f"；读取中提取存疑 {found.doubts} 条" if found.doubts else ""
    return f"{words}{spread}{doubts}。"


def figures(found: Summary) -> list[tuple[str, str]]:
    """Label and value of the figures that head the page."""
    return [
        ("单位", f"{found.units}"),
        ("平均可比得分", points(found.average)),
        (
            "最高 / 最低" if found.units >= FEWEST_FOR_SUPERLATIVES else "可比得分范围",
            f"{points(found.lowest)}–{points(found.highest)}",
        ),
        ("提取存疑", f"{found.doubts} 条"),
    ]


def in_band(units: View, bands: View, band: str) -> View:
    """The units of one 分数段 out of all that are shown."""
    row = bands.table[bands.table["item"] == band]
    if row.empty:
        return units
    low, high = float(row["lowest"].iloc[0]), float(row["below"].iloc[0])
    score = units.table["comparable_score"]
    kept = units.table[(score >= low) & (score < high)].reset_index(drop=True)
    title = f"分数段 {band}：{kept['unit'].nunique()} 个单位 {len(kept)} 份报告"
    return replace(units, title=title, table=kept)
