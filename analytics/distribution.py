"""得分分布: how score rates spread over districts, departments, years and dimensions.

The observation is a report's score rate (得分/权重) in a dimension, or over all its leaves (全部): rates can be
compared across templates, points cannot. Quantiles are exact and computed in SQL; the browser gets summaries only.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics import definitions
from analytics.filters import Filters, spanning
from analytics.style import BLUE, GREY, ORANGE, ROW, TEMPLATE, between, listed, literal, named_rows, percent
from analytics.view import Chart, View, remakable
from data import derive
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
WHOLE = "全部"
DIMENSIONS = (WHOLE, "决策", "过程", "履职产出", "效益", "满意度", "可持续发展")
GROUPS = {"region": "区划", "fiscal_year": "年度", "dimension": "指标维度", "department": "主管部门"}
DEFINITIONS = (
    definitions.RATE, definitions.MEAN_RATE, definitions.QUARTILES, definitions.ALIKE, definitions.CUMULATED,
    definitions.POSITION, definitions.UNDISCRIMINATING, definitions.ROLL_UP,
)  # fmt: skip
FEWEST = 5
"""Fewest reports of a group that are summarised; below, every report is a point."""
FEWEST_FOR_LEAVES = derive.FEWEST_REPORTS
NEARLY_ALL = derive.NEARLY_ALL
_MOST_GROUPS = 40
MOST_OUTLIERS = 200
_SUMMARISED = ("middle_rate", "q1_rate", "q3_rate", "outliers")
"""What is not said of a group of fewer than ``FEWEST`` reports."""
_BOX = ("q1_rate", "low_rate", "middle_rate", "high_rate", "q3_rate")
NOTES = {"department": ("主管部门按名称归组，不同区划名称相同的归为一组；按区划分列的见“主管部门汇总”。",)}
"""What a group is, where its name does not say it."""


def groups(
    cursor: duckdb.DuckDBPyConnection, filters: Filters, by: str, dimension: str, most: int | None = None
) -> pd.DataFrame:
    """One row a group: item (code), label, reports, units, mean_rate, middle_rate, q1_rate, q3_rate, low_rate,
    high_rate (Tukey whiskers), lowest_rate, highest_rate, outliers, full_reports. Rates are 0 to 1.

    The ``most`` groups with the lowest medians; else all years and dimensions, 40 regions and departments. Columns
    ``all_…``, alike in every row, speak of all groups.
    """
    filters = spanning(cursor, filters)
    return _rows(cursor, "groups", filters, **_grouped(filters, by, dimension), most=most or _most(by))


def outliers(cursor: duckdb.DuckDBPyConnection, filters: Filters, by: str, dimension: str) -> pd.DataFrame:
    """Reports beyond the whiskers of their group of five or more, at most ``MOST_OUTLIERS``: item, grouped,
    label (of the group), unit, fiscal_year, region, rate, middle_rate."""
    filters = spanning(cursor, filters)
    given = _grouped(filters, by, dimension) | {"listed": MOST_OUTLIERS}
    low, high = float("inf"), float("-inf")
    if given["year"] is not None or given["counted"]:
        reach = _rows(cursor, "reach", filters, **given, everywhere=_everywhere(filters))
        low, high = reach["low"].fillna(low).iloc[0], reach["high"].fillna(high).iloc[0]
    return _rows(cursor, "outliers", filters, **given, low=float(low), high=float(high))


def points(cursor: duckdb.DuckDBPyConnection, filters: Filters, by: str, dimension: str) -> pd.DataFrame:
    """Every report of the groups shown that have fewer than five: item, unit, fiscal_year, region, rate, grouped."""
    filters = spanning(cursor, filters)
    return _rows(cursor, "points", filters, **_grouped(filters, by, dimension), most=_most(by))


def columns(cursor: duckdb.DuckDBPyConnection, filters: Filters, dimension: str) -> pd.DataFrame:
    """分数段 of score rate × 100: item, reports, units; a band holds its lower bound."""
    return _rows(cursor, "columns", filters, dimension=dimension, everywhere=_everywhere(filters))


def ecdf(cursor: duckdb.DuckDBPyConnection, filters: Filters, dimension: str) -> pd.DataFrame:
    """share_rate and number of the reports at or below rate, at up to 30 steps: item (the rate as a link names it)."""
    return _rows(cursor, "ecdf", filters, dimension=dimension, everywhere=_everywhere(filters))


def lowest(
    cursor: duckdb.DuckDBPyConnection,
    filters: Filters,
    dimension: str,
    band: str | None = None,
    upto: float | None = None,
) -> pd.DataFrame:
    """The reports of a 分数段, or at or below a rate, the ``MOST_OUTLIERS`` lowest: item, unit, fiscal_year, region,
    rate."""
    return _rows(cursor, "lowest", filters, dimension=dimension, band=band, upto=upto, most=MOST_OUTLIERS)


def position(cursor: duckdb.DuckDBPyConnection, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    """A unit on its peer base (same fiscal year and template, all regions loaded), a row a dimension: item, rate,
    reports, below, same, q1_rate, middle_rate, q3_rate."""
    return cursor.execute(named(_SQL)["position"], {"unit_id": unit_id, "fiscal_year": fiscal_year}).df()


def undiscriminating(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """Leaves that at least 95 % of at least 30 reports score full: item, fiscal_year, template, region_code (of the
    template), level1 to level3, dimension, one_place (whether the form prints the name under one dimension and level2;
    else the first are named), reports, full_reports, full_rate, weight. A name that a report prints twice
    counts twice."""
    name = "undiscriminating_of_units" if filters.departments or filters.units else "undiscriminating"
    return _rows(cursor, name, filters, fewest=FEWEST_FOR_LEAVES, share=NEARLY_ALL)


def _rows(cursor: duckdb.DuckDBPyConnection, name: str, filters: Filters, **more: object) -> pd.DataFrame:
    statement = named(_SQL)[name]
    return cursor.execute(statement, filters.parameters_of(statement) | more).df()


def _grouped(filters: Filters, by: str, dimension: str) -> dict[str, object]:
    year = prepared_year(filters, by)
    counted = year is None and by == "dimension" and _everywhere(filters)
    return {"by": by, "dimension": dimension, "year": year, "counted": counted, "fewest": FEWEST}


def _most(by: str) -> int:
    return 1_000 if by in ("fiscal_year", "dimension") else _MOST_GROUPS


def _everywhere(filters: Filters) -> bool:
    return filters.scopes == (0,)


def prepared_year(filters: Filters, by: str) -> int | None:
    """The year of the prepared rows (0: all years) that hold the groups of a view whole; ``None`` if none do."""
    year = {0: 0, 1: sum(filters.years)}.get(len(filters.years))
    if by == "region":
        return None if filters.departments or filters.units else year
    if by == "department":
        return 0 if _everywhere(filters) and not filters.years else None
    if len(filters.scopes or ()) != 1:
        return None
    return {"fiscal_year": 0, "dimension": year}.get(by)


def _scored(dimension: str) -> str:
    """What a 分数段 is one of."""
    return "可比得分" if dimension == WHOLE else f"{dimension}得分率×100"


_BAND_COLUMNS = {"item": "分数段", "reports": "报告数", "units": "单位数"}


@remakable("dimension")
def columns_view(df: pd.DataFrame, filters: Filters, dimension: str) -> View:
    """How many reports stand in each 分数段."""
    what = _scored(dimension)
    total = int(df["reports"].sum())
    if not total:
        return View(f"{what}：没有可显示的数据", "", df.head(0), None, _BAND_COLUMNS, (), filters)
    most = df.sort_values("reports", kind="stable").iloc[-1]
    title = f"{what}：{total} 份报告中 {most['reports']} 份在 {most['item']}"
    sentence = "，".join(f"{r['item']} {r['reports']} 份" for r in df.to_dict("records") if r["reports"]) + "。"
    bars = go.Bar(
        x=list(df["item"]), y=df["reports"], text=df["reports"], textposition="outside", customdata=df["item"],
        marker={"color": BLUE}, hovertemplate="%{x}<br>%{y} 份<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    figure = go.Figure(bars).update_layout(
        template=TEMPLATE, height=300, margin={"t": 28}, xaxis={"type": "category", "fixedrange": True},
        yaxis={"visible": False, "fixedrange": True}, clickmode="event+select", dragmode=False,
    )  # fmt: skip
    notes = ("得分率 = 得分合计 ÷ 权重合计，各段含下限、不含上限。",)
    return View(title, sentence, df, figure, _BAND_COLUMNS, notes, filters, f"{title}。{sentence}",
                Chart("column", "item", ("reports",), "个"))  # fmt: skip


_GROUP_COLUMNS = {
    "label": "", "reports": "报告数", "units": "单位数", "mean_rate": "平均得分率", "middle_rate": "中位数",
    "q1_rate": "下四分位", "q3_rate": "上四分位", "lowest_rate": "最低", "highest_rate": "最高", "outliers": "离群",
    "full_reports": "满分报告",
}  # fmt: skip


@remakable("by", "dimension")
def groups_view(df: pd.DataFrame, filters: Filters, by: str, dimension: str) -> View:
    """The mean score rate of every group as bars."""
    shown, notes = _shown(df, by)
    name = GROUPS[by]
    column_names = {**_GROUP_COLUMNS, "label": name}
    if df.empty:
        return View(f"各{name}得分率：没有可显示的数据", "", shown, None, column_names, (), filters)
    every = df.iloc[0]
    spread = between(percent(every["all_low_mean"]), percent(every["all_high_mean"]))
    title = f"{every['all_groups']} 个{name}的平均{_what(by, dimension)}{spread}"
    if len(df) == 1:
        title = f"{_only(df, by)}：平均{_what(by, dimension)} {percent(df['mean_rate'].iloc[0])}"
    sentence = f"{_counted(df, by)}。"
    shown = shown.assign(**{c: shown[c].where(shown["reports"] >= FEWEST) for c in _SUMMARISED})
    ordered = shown if by in ("fiscal_year", "dimension") else shown.sort_values("mean_rate", kind="stable")
    bars = go.Bar(
        y=list(range(len(ordered))), x=ordered["mean_rate"] * 100, orientation="h", customdata=ordered["item"],
        text=[f"{percent(r['mean_rate'])}（{r['reports']} 份）" for r in ordered.to_dict("records")],
        textposition="inside", insidetextanchor="start", marker={"color": BLUE},
        hovertext=[literal(str(x)) for x in ordered["label"]],
        hovertemplate="%{hovertext}<br>平均得分率 %{x:.2f}%<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(bars).update_layout(
        template=TEMPLATE, height=max(160, 70 + ROW * len(ordered)), clickmode="event+select", dragmode=False,
        xaxis={"range": [0, 104], "ticksuffix": "%", "fixedrange": True},
        yaxis=named_rows(ordered["label"]),
    )  # fmt: skip
    return View(title, sentence, ordered, figure, column_names, (*notes, "平均得分率为各报告得分率的平均数。"), filters,
                f"{title}。{sentence}{_each(ordered, 'mean_rate')}。",
                Chart("bar", "label", ("mean_rate",), "%", 1.0, colours=(BLUE,)))  # fmt: skip


@remakable("by", "dimension")
def box_view(
    df: pd.DataFrame, far: pd.DataFrame, near: pd.DataFrame, filters: Filters, by: str, dimension: str
) -> View:
    """Boxes from quantiles, outliers as named points; groups of fewer than five reports as points only."""
    shown, notes = _shown(df, by)
    name = GROUPS[by]
    column_names = {**_GROUP_COLUMNS, "label": name}
    if df.empty:
        return View(f"各{name}分布：没有可显示的数据", "", shown, None, column_names, (), filters)
    every = df.iloc[0]
    summed = int(every["all_groups"] - every["all_small"])
    spread = between(percent(every["all_lowest"]), percent(every["all_highest"]))
    title = f"各报告{_what(by, dimension)}{spread}"
    place = {item: i for i, item in enumerate(shown["item"])}
    large = shown[shown["reports"] >= FEWEST]
    if summed:
        spread = between(percent(every["all_low_middle"]), percent(every["all_high_middle"]))
        title = f"{summed} 个{name}的{_what(by, dimension)}中位数{spread}"
    if summed == len(large) == 1:
        title = f"{_only(large, by)}：{_what(by, dimension)}中位数 {percent(large['middle_rate'].iloc[0])}"
    far_out = int(every["all_outliers"])
    sentence = _counted(df, by) + (f"；{far_out} {_measured(by)}在须线以外。" if far_out else "。")
    figure = go.Figure()
    if len(large):
        figure.add_box(
            orientation="h", y=[place[i] for i in large["item"]], q1=large["q1_rate"] * 100,
            median=large["middle_rate"] * 100, q3=large["q3_rate"] * 100, lowerfence=large["low_rate"] * 100,
            upperfence=large["high_rate"] * 100, marker={"color": BLUE}, fillcolor="rgba(0,114,178,0.25)", name="分布",
            hoverinfo="x", showlegend=False,
        )  # fmt: skip
    beyond = far[far["grouped"].isin(large["item"])]
    dots = pd.concat([beyond, near[near["grouped"].isin(shown["item"])]])
    figure.add_scatter(
        y=[place[g] for g in dots["grouped"]], x=dots["rate"] * 100, mode="markers", customdata=dots["item"],
        marker={"color": ORANGE, "size": 8, "symbol": "diamond"}, showlegend=False,
        hovertext=[literal(f"{r['unit']} {r['fiscal_year']}") for r in dots.to_dict("records")],
        hovertemplate="%{hovertext}<br>得分率 %{x:.2f}%<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        template=TEMPLATE, height=max(180, 80 + ROW * len(shown)), clickmode="event+select", dragmode=False,
        xaxis={"ticksuffix": "%", "title": {"text": "得分率"}, "fixedrange": True, "showgrid": True},
        yaxis=named_rows(shown["label"]),
    )  # fmt: skip
    small = int((shown["reports"] < FEWEST).sum())
    words = [*notes]
    if len(large):
        words.append("箱体为上、下四分位，中线为中位数，须线至 1.5 倍四分位距以内；菱形为须线以外的报告。")
    if far_out > len(beyond):
        here = "，且限于图中各组" if len(beyond) < len(far) else ""
        words.append(f"须线以外只画距中位数最远的 {len(far)} 个{here}。")
    if small:
        words.append(f"{small} 组不足 {FEWEST} 份报告，只画各报告的点（菱形），不作概括。")
    alt = f"{title}。{sentence}" + (f"中位数：{_each(large, 'middle_rate')}。" if len(large) else "")
    chart = None
    if small < len(shown):
        boxed = {f"box_{name}": shown[name].where(shown["reports"] >= FEWEST) for name in _BOX}
        shown = shown.assign(**boxed)
        chart = Chart("box", "label", tuple(boxed), "%", names=("下四分位", "下须", "中位数", "上须", "上四分位"))
    return View(title, sentence, shown, figure, column_names, tuple(words), filters, alt, chart)


_OUTLIER_COLUMNS = {
    "unit": "填报单位", "fiscal_year": "年度", "region": "区划", "rate": "得分率", "middle_rate": "本组中位数",
}  # fmt: skip


def outliers_view(far: pd.DataFrame, groups: pd.DataFrame, filters: Filters, by: str) -> View:
    """The reports beyond the whiskers of their group by name, the furthest first."""
    total = 0 if groups.empty else int(groups["all_outliers"].iloc[0])
    table = far.assign(group=far["label"])
    notes = (f"列出距中位数最远的 {len(table)} 行。",) if total > len(table) else ()
    title = f"{total} {_measured(by)}在须线以外" if total else "没有报告在须线以外"
    if _none_summarised(groups):
        title = f"各组不足 {FEWEST} 份报告，不判断离群"
    named = _OUTLIER_COLUMNS if by in _OUTLIER_COLUMNS else {"group": GROUPS[by]} | _OUTLIER_COLUMNS
    return View(title, "", table, None, named, notes, filters, title)


def _measured(by: str) -> str:
    """What a group counts: reports, of which each has a rate in every dimension."""
    return "个得分率（报告 × 维度）" if by == "dimension" else "份报告"


def _only(df: pd.DataFrame, by: str) -> str:
    """The name of the one group there is."""
    return f"{df['label'].iloc[0]}{' 年' if by == 'fiscal_year' else ''}"


def _each(df: pd.DataFrame, column: str) -> str:
    return listed(f"{r['label']} {percent(r[column])}" for r in df.to_dict("records"))


def _what(by: str, dimension: str) -> str:
    return "得分率" if by == "dimension" or dimension == WHOLE else f"{dimension}得分率"


def _counted(df: pd.DataFrame, by: str) -> str:
    """How many reports, and how many groups are too small to be summarised."""
    every = df.iloc[0]
    words = f"共 {every['all_largest'] if by == 'dimension' else every['all_reports']} 份报告"
    return words + (f"；{every['all_small']} 个{GROUPS[by]}不足 {FEWEST} 份报告" if every["all_small"] else "")


def _none_summarised(groups: pd.DataFrame) -> bool:
    """Whether no group has enough reports."""
    return groups.empty or bool(groups["all_small"].iloc[0] == groups["all_groups"].iloc[0])


def _shown(df: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """The groups without what is said of all, and the notes what they are and that there are more."""
    shown = df.loc[:, ~df.columns.str.startswith("all_")]
    notes = list(NOTES.get(by, ()))
    if df.empty or len(df) == df["all_groups"].iloc[0]:
        return shown, notes
    return shown, [*notes, f"图表列出中位数较低的 {len(df)} 组，共 {df['all_groups'].iloc[0]} 组。"]


_ECDF_COLUMNS = {"rate": "得分率", "share_rate": "不高于该得分率的报告占比"}


@remakable("dimension")
def ecdf_view(df: pd.DataFrame, filters: Filters, dimension: str) -> View:
    """The share of reports at or below each score rate."""
    if len(df) < 2 or df["rate"].nunique() < 2:
        return View("累计分布：报告不足或得分率相同，不作图", "", df.head(0), None, _ECDF_COLUMNS, (), filters)
    middle = float(df.loc[df["share_rate"] >= 0.5, "rate"].iloc[0])
    reached = "为" if middle == df["rate"].max() else "不高于"
    title = f"{'全部指标' if dimension == WHOLE else dimension}：至少一半报告的得分率{reached} {percent(middle)}"
    quarters = [float(df.loc[df["share_rate"] >= share, "rate"].iloc[0]) for share in (0.25, 0.75)]
    sentence = "，".join(
        f"至少{share}报告不高于 {percent(rate)}" for share, rate in zip(("四分之一", "四分之三"), quarters, strict=True)
    )
    line = go.Scatter(
        x=df["rate"] * 100, y=df["share_rate"] * 100, mode="lines+markers", customdata=df["item"],
        line={"color": BLUE, "width": 3, "shape": "hv"}, marker={"size": 7},
        hovertemplate="得分率不高于 %{x:.2f}%<br>占 %{y:.0f}%<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(line).update_layout(
        template=TEMPLATE, height=320, clickmode="event+select", dragmode=False,
        xaxis={"ticksuffix": "%", "title": {"text": "得分率"}, "fixedrange": True},
        yaxis={"ticksuffix": "%", "title": {"text": "报告占比"}, "fixedrange": True, "range": [0, 102]},
    )  # fmt: skip
    return View(title, f"{sentence}。", df, figure, _ECDF_COLUMNS, (), filters, f"{title}。{sentence}。")


def lowest_view(df: pd.DataFrame, filters: Filters, dimension: str, counted: Mapping[Hashable, Any]) -> View:
    """The reports that a row of ``columns`` or of ``ecdf`` counts, from the lowest."""
    total = int(counted["reports"])
    where = f"{_scored(dimension)}在 {counted['item']}"
    if "rate" in counted:
        where = f"{'' if dimension == WHOLE else dimension}得分率不高于 {percent(float(counted['rate']))}"
    title = f"{total} 份报告的{where}"
    notes = (f"列出得分率较低的 {len(df)} 份。",) if total > len(df) else ()
    named = {name: words for name, words in _OUTLIER_COLUMNS.items() if name in df}
    return View(title, "得分率由低到高排列。", df, None, named, notes, filters, title)


_POSITION_COLUMNS = {
    "item": "指标维度", "rate": "本单位得分率", "place": "在同类中的位置", "q1_rate": "同类下四分位",
    "middle_rate": "同类中位数", "q3_rate": "同类上四分位", "reports": "同类报告数",
}  # fmt: skip


@remakable("unit", "fiscal_year")
def position_view(df: pd.DataFrame, filters: Filters, unit: str, fiscal_year: int) -> View:
    """Where a unit stands on its peer base, dimension by dimension."""
    if df.empty:
        return View(f"{unit}：没有可比较的报告", "", df, None, _POSITION_COLUMNS, (), filters)
    n = int(df["reports"].iloc[0])
    base = f"同类：{fiscal_year} 年同一表式的全部 {n} 份报告，不受左侧筛选影响。"
    if n < FEWEST:
        return View(f"{unit}：同类仅 {n} 份报告，不排位置", base, df, None,
                    {k: v for k, v in _POSITION_COLUMNS.items() if k != "place"}, (), filters)  # fmt: skip
    table = df.assign(place=[f"高于 {r['below']} 份，相同 {r['same'] - 1} 份" for r in df.to_dict("records")])
    below = df[df["rate"] < df["q1_rate"]]
    title = f"{unit}：{len(df)} 个维度中 {len(below)} 个低于同类下四分位"
    bars = go.Scatter(
        y=list(range(len(df))), x=df["middle_rate"] * 100, mode="markers", name="同类中位数", customdata=df["item"],
        marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": GREY}},
        error_x={"type": "data", "symmetric": False, "array": (df["q3_rate"] - df["middle_rate"]) * 100,
                 "arrayminus": (df["middle_rate"] - df["q1_rate"]) * 100, "color": GREY, "thickness": 8, "width": 0},
        hovertemplate="同类中位数 %{x:.2f}%<extra></extra>",
    )  # fmt: skip
    own = go.Scatter(
        y=list(range(len(df))), x=df["rate"] * 100, mode="markers", name="本单位", customdata=df["item"],
        marker={"color": ORANGE, "size": 13, "symbol": "diamond"}, hovertemplate="本单位 %{x:.2f}%<extra></extra>",
    )  # fmt: skip
    figure = go.Figure([bars, own]).update_layout(
        template=TEMPLATE, height=100 + 44 * len(df), clickmode="event+select", dragmode=False,
        legend={"orientation": "h", "y": -0.25},
        xaxis={"ticksuffix": "%", "fixedrange": True}, yaxis=named_rows(df["item"]),
    )  # fmt: skip
    each = listed(
        f"{r['item']} {percent(r['rate'])}，同类中位数 {percent(r['middle_rate'])}" for r in df.to_dict("records")
    )
    alt = f"{title}。{base}{each}。"
    return View(title, base, table, figure, _POSITION_COLUMNS, ("灰条为同类上、下四分位之间。",), filters, alt)


_LEAF_COLUMNS = {
    "fiscal_year": "年度", "level1": "一级指标", "level2": "二级指标", "level3": "三级指标", "full_rate": "满分占比",
    "full_reports": "满分报告", "reports": "报告数", "weight": "平均权重", "template": "表式",
}  # fmt: skip


@remakable()
def undiscriminating_view(df: pd.DataFrame, filters: Filters) -> View:
    """无区分度指标清单: leaves that tell units apart no longer, for the next revision of the form."""
    rule = f"满分报告占 {NEARLY_ALL:.0%} 以上、同一年度同一表式不少于 {FEWEST_FOR_LEAVES} 份报告的三级指标。"
    if df.empty:
        return View("无区分度指标清单：没有符合条件的指标", rule, df, None, _LEAF_COLUMNS, (), filters)
    title = f"无区分度指标清单：{len(df)} 项"
    sentence = f"{rule}其中 {int((df['full_rate'] >= 1).sum())} 项各报告均为满分。"
    notes = ("供修订表式时参考，不说明单位得分是否恰当。", "同一份报告中名称相同的指标逐项计数。")
    return View(title, sentence, df, None, _LEAF_COLUMNS, notes, filters)


def too_few(df: pd.DataFrame) -> str:
    """What the page says where no group has enough reports to be summarised; empty where one has."""
    if df.empty or not _none_summarised(df):
        return ""
    return f"每组不足 {FEWEST} 份报告，只列出各报告，不概括分布。"
