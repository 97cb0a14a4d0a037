"""总览: how many reports, how they score, where points were lost, what was doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics import definitions, yearly
from analytics.definitions import KeyFigure
from analytics.filters import Filters
from analytics.style import BLUE, ORANGE, TEMPLATE, between, change, listed, literal, money, percent, points, signed
from analytics.view import Chart, View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True, slots=True)
class Summary:
    """A year in view: counts, 可比得分 (``None`` where no report has one), money (yuan), findings.

    Money is that of the ``whole_reports`` (部门整体): a project's is part of its unit's. ``due`` and ``arrived`` are
    ``None`` without an 应报名单; ``excellent`` reports reach ``excellent_from``; ``before`` is the year before, if
    it is in view; ``due_until`` the last year for which somebody in view is due."""

    fiscal_year: int | None = None
    due: int | None = None
    arrived: int | None = None
    reports: int = 0
    units: int = 0
    scored: int = 0
    average: float | None = None
    lowest: float | None = None
    highest: float | None = None
    excellent: int = 0
    excellent_from: float | None = None
    whole_reports: int = 0
    with_amounts: int = 0
    expenditure: float | None = None
    adjusted_budget: float | None = None
    findings: int = 0
    finding_units: int = 0
    finding_budget: float | None = None
    finding_budget_units: int = 0
    doubts: int = 0
    in_review: int = 0
    due_until: int | None = None
    before: Summary | None = None

    @property
    def projects(self) -> int:
        """The reports that are not of 部门整体."""
        return self.reports - self.whole_reports

    @property
    def excellent_rate(self) -> float | None:
        """优占比, 0 to 1."""
        return self.excellent / self.scored if self.scored else None

    @property
    def execution_rate(self) -> float | None:
        """全年执行数 / 全年预算数, pooled over the reports that state both."""
        return (
            self.expenditure / self.adjusted_budget if self.expenditure is not None and self.adjusted_budget else None
        )


def summaries(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """One row a year in view, the columns of :class:`Summary`."""
    return cursor.execute(named(_SQL)["summary"], filters.parameters()).df()


def summary(df: pd.DataFrame) -> Summary:
    """The last year of a table of years, with the one before it."""
    found: Summary | None = None
    for row in df.sort_values("fiscal_year").to_dict("records"):
        known: dict[str, Any] = {str(k): None if pd.isna(v) else v for k, v in row.items()}
        follows = found is not None and found.fiscal_year == int(row["fiscal_year"]) - 1
        found = Summary(**known, before=replace(found, before=None) if found is not None and follows else None)
    return found or Summary()


MOST_LISTED = 2000
"""Reports that a page lists; files hold all."""


def units(
    cursor: duckdb.DuckDBPyConnection, filters: Filters, band: str | None = None, most: int | None = None
) -> pd.DataFrame:
    """One row a report, of one 分数段 if ``band`` names it, at most so many (``None``: all): item (unit_id:year), unit,
    fiscal_year, region, comparable_score, stated_total, grade, leaves, inferred, doubts, form, template_name; the
    highest 可比得分 first. In all_… columns how many reports and units there are, how many reports print no total and
    another one, and the lowest and highest 可比得分."""
    return cursor.execute(named(_SQL)["units"], filters.parameters() | {"band": band, "most": most}).df()


def bands(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """分数段 of 可比得分: item, reports, units, projects (项目 among the reports); a band holds its lower bound."""
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
    "findings": "存疑事项",
    "doubts": "提取存疑",
}
_BAND_COLUMNS = {"item": "分数段", "reports": "报告数", "units": "单位数"}


@remakable("band")
def units_view(df: pd.DataFrame, filters: Filters, band: str | None = None) -> View:
    """Every report, or those of a 分数段, with 可比得分 beside the printed total."""
    if df.empty:
        title = "各单位得分：没有可显示的数据" if band is None else f"分数段 {band}：没有报告"
        return View(title, "", df, None, _UNIT_COLUMNS, (), filters)
    whole = df.iloc[0]
    title = f"{whole['all_units']} 个单位 {whole['all_reports']} 份报告"
    if band is not None:
        title = f"分数段 {band}：{title}"
    else:
        title += f"，{whole['all_differing']} 份的报告总计与可比得分不同"
        title += f"，{whole['all_unprinted']} 份未印总计" if whole["all_unprinted"] else ""
    sentence = f"可比得分{between(points(whole['all_lowest']), points(whole['all_highest']))}。"
    notes = ["可比得分 = 三级指标得分合计 ÷ 权重合计 × 100，不含加减分；报告总计按原文，可能含加减分。"]
    if whole["all_reports"] > len(df):
        notes.append(f"列出可比得分较高的 {len(df)} 份，共 {whole['all_reports']} 份。")
    return View(title, sentence, df, None, _UNIT_COLUMNS, tuple(notes), filters, f"{title}。{sentence}")


@remakable()
def bands_view(df: pd.DataFrame, filters: Filters) -> View:
    """How many reports stand in each 分数段."""
    total = int(df["reports"].sum())
    if not total:
        return View("分数段：没有可显示的数据", "", df.head(0), None, _BAND_COLUMNS, (), filters)
    filled = df[df["reports"] > 0]
    title = f"{total} 份报告分布在 {len(filled)} 个分数段"
    sentence = "，".join(f"{row.item} {row.reports} 份" for row in filled.itertuples()) + "。"
    hover = "%{x}<br>%{y} 份<extra></extra>"
    figure = _bars(df["item"], df["reports"], [str(n) for n in df["reports"]], hover, upright=True)
    chart = Chart("column", "item", ("reports",), "个")
    notes = ["按可比得分划分，各段含下限、不含上限。"]
    projects = int(df["projects"].sum())
    if projects:
        notes.append(f"{with_projects(projects)}。")
    return View(title, sentence, df, figure, _BAND_COLUMNS, tuple(notes), filters, f"{title}：{sentence}", chart)


@remakable()
def lost_view(df: pd.DataFrame, filters: Filters) -> View:
    """Where points were lost by 指标维度, from the first step of the drill-down."""
    columns = {
        "item": "指标维度",
        "printed": "原文一级指标",
        "lost": "失分",
        "weight": "权重合计",
        "score_rate": "得分率",
        "leaves": "指标数",
    }
    if df.empty:
        return View("失分分布：没有可显示的数据", "", df, None, columns, (), filters)
    total = float(df["lost"].sum())
    most = df.sort_values("lost", kind="stable").iloc[-1]
    title = f"失分 {points(total)} 分，其中{most['item']} {points(float(most['lost']))} 分"
    sentence = f"{int((df['lost'] > 0).sum())} 个维度有失分，{int((df['lost'] <= 0).sum())} 个维度为满分。"
    ordered = df.sort_values("lost", ascending=True, kind="stable")
    texts = [f"{points(v)} 分" for v in ordered["lost"]]
    printed = [literal(f"{r['item']}（{r['printed']}）") for r in ordered.to_dict("records")]
    hover = "%{hovertext}<br>失分 %{x:.2f} 分<extra></extra>"
    figure = _bars(ordered["item"], ordered["lost"], texts, hover, printed, upright=False)
    figure.update_traces(y=[_with_printed(*names) for names in zip(ordered["item"], ordered["printed"], strict=True)])
    shown = df.sort_values("lost", ascending=False, kind="stable")
    chart = Chart("bar", "item", ("lost",), "分")
    each = listed(f"{name} {points(value)} 分" for name, value in zip(shown["item"], shown["lost"], strict=True))
    alt = f"{title}。{each}。"
    notes = ("失分 = 权重合计 − 得分合计，不含无得分的指标；维度下为原文一级指标。",)
    return View(title, sentence, shown, figure, columns, notes, filters, alt, chart)


def _with_printed(dimension: str, printed: str) -> str:
    """A dimension over the 一级指标 that its reports print, where they call it otherwise."""
    small = f"<br><span style='font-size:11px'>{literal(printed, 11)}</span>"
    return dimension if printed == dimension else dimension + small


def _bars(
    items: pd.Series, values: pd.Series, texts: list[str], hover: str, names: list[str] | None = None, *, upright: bool
) -> go.Figure:
    """One bar an item with its number beside it: counts upright in blue, points lost lying in orange."""
    category = {"type": "category", "fixedrange": True, "showgrid": False}
    value = {"visible": False, "fixedrange": True, "rangemode": "tozero"}
    (x, y), (across, up) = ((items, values), (category, value)) if upright else ((values, items), (value, category))
    bars = go.Bar(
        x=x, y=y, orientation="v" if upright else "h", text=texts, textposition="outside", customdata=items,
        marker={"color": BLUE if upright else ORANGE}, hovertext=names, hovertemplate=hover, cliponaxis=False,
    )  # fmt: skip
    return go.Figure(bars).update_layout(
        template=TEMPLATE, height=280, margin={"t": 28} if upright else {"r": 72}, xaxis=across, yaxis=up,
        clickmode="event+select", dragmode=False,
    )  # fmt: skip


def headline(found: Summary) -> str:
    """The answer in one sentence."""
    if not found.reports:
        return "当前筛选下没有可比较的报告。"
    words = f"{found.fiscal_year} 年，"
    if found.due:
        words += f"应报 {found.due} 个单位、已报 {found.arrived} 个，"
    words += f"{found.units} 个单位报送 " if found.arrived != found.units else "共 "
    words += f"{found.reports} 份自评价报告，平均可比得分 {points(found.average)}"
    if found.scored > 1:
        words += f"，{between(points(found.lowest), points(found.highest))}"
    if found.findings:
        words += f"；存疑事项 {found.findings} 项（{found.finding_units} 个单位"
        if found.finding_budget:
            some = found.finding_budget_units < found.finding_units
            words += f"，其中 {found.finding_budget_units} 个列明预算、涉及" if some else "，涉及预算"
            words += f" {money(found.finding_budget)}"
        words += "）"
    return f"{words}。"


def figures(found: Summary, reasons: Mapping[int, str], basis: definitions.Definition) -> list[KeyFigure]:
    """The figures that head the page, changes on the year before where it can be compared; ``basis``: 预算执行率."""
    before = found.before if found.fiscal_year not in reasons else None
    moved = None
    if before and before.average is not None and found.average is not None:
        moved = f"{signed(found.average - before.average)} 分"
    excellent = _moved(found.excellent_rate, before.excellent_rate if before else None)
    rate = _moved(found.execution_rate, before.execution_rate if before else None)
    return [
        KeyFigure(f"{found.arrived}/{found.due}", definitions.REPORTED, None, "progress")
        if found.due
        else KeyFigure(f"{found.units}", definitions.UNITS),
        KeyFigure(points(found.average), definitions.AVERAGE, moved, "distribution"),
        KeyFigure(
            percent(found.excellent_rate),
            definitions.excellent_rate(found.excellent_from),
            excellent,
            "distribution",
        ),
        KeyFigure(percent(found.execution_rate), basis, rate, "execution"),
        KeyFigure(f"{found.findings} 项", definitions.FINDINGS, None, "checks"),
    ]


def _moved(now: float | None, before: float | None) -> str | None:
    return None if now is None or before is None else change(now - before)


def with_projects(projects: int) -> str:
    """That scores are those of both forms, and of how many 项目."""
    return f"含 {projects} 份项目支出自评"


def scope_of(df: pd.DataFrame) -> str:
    """How many of the reports of all years in view are of 项目, from a table of years; empty where none is."""
    projects = int((df["reports"] - df["whole_reports"]).sum())
    return f"{int(df['reports'].sum())} 份报告{with_projects(projects)}" if projects else ""


def basis(found: Summary, reasons: Mapping[int, str], alike: pd.DataFrame) -> str:
    """What the figures rest on, in a line; ``alike``: the table of ``yearly.alike``."""
    words = []
    if found.execution_rate is not None:
        amounts = f"全年执行数 {money(found.expenditure)} ÷ 全年预算数 {money(found.adjusted_budget)}"
        of_reports = f"{found.whole_reports} 份部门整体自评报告中 {found.with_amounts} 份列明金额"
        words.append(f"预算执行率按调整预算口径：{amounts}（{of_reports}）")
    else:
        words.append("各报告未同时列明全年执行数和全年预算数，不计算预算执行率")
    reason = reasons.get(found.fiscal_year or 0)
    if found.before and reason:
        words.append(f"与上年不作比较：{reason}")
    elif found.before:
        words.append(f"箭头为较 {found.before.fiscal_year} 年变化")
    if found.projects:
        words.append(f"报告数、平均可比得分和优占比{with_projects(found.projects)}")
    words.append(yearly.alike_words(alike, found.fiscal_year))
    words.append(f"提取存疑 {found.doubts} 条")
    if found.due_until and found.fiscal_year and found.due_until > found.fiscal_year:
        words.append(f"应报名单已列至 {found.due_until} 年，该年尚无可比较的报告")
    if found.in_review:
        words.append(f"另有 {found.in_review} 份报告待复核，未纳入")
    return "；".join(word for word in words if word) + "。"
