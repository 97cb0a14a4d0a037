"""分析视图 of 自评质量核查: what a whole peer base shows, of which no single unit can be told."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.inflation import context
from analytics.inflation import estimators as est
from analytics.inflation.signals import CUT, WINDOW_REPORTS, bases
from analytics.style import BLUE, GREY, ORANGE, TEMPLATE, literal, percent
from analytics.view import Chart, View, evenly, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
INNER, OUTER = 1.96, 3.09
"""Limits of 95 % and 99.8 %."""
FEWEST_LEAVES = 10
MOST_INSIDE = 600
"""Points within the limits that are drawn; those outside all are."""
_TRIMMED = 0.1


def templates(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> pd.DataFrame:
    """One row a template of a year: reports, and medians over them of what the form itself brings about."""
    return cursor.execute(named(_SQL)["templates"], {"year": fiscal_year}).df()


def deviations(reports: pd.DataFrame, brought: pd.DataFrame, n: pd.DataFrame) -> pd.DataFrame:
    """Reports by how many points a described leaf stands above peers with the same measured leaves, on the average.

    Columns: item, unit, region, leaves, worth (leaves of the base's mean variance that tell as much), mean_off, limit.
    After Spiegelhalter, Stat Med 24 (2005) 1185-1202: the limit is that of the report's own variance under chance,
    widened by the over-dispersion of the base (mean square of its standardised reports, the outer tenths drawn in).
    """
    sums = brought.groupby("report_id")[["by_points_over_peers", "by_variance"]].sum()
    table = reports[reports["z_gap"].notna()].assign(item=lambda d: d["report_id"])
    table["leaves"] = table["item"].map(n.set_index("report_id")["points_over_peers"]).astype(float)
    off, variance = (table["item"].map(sums[name]).astype(float) for name in sums.columns)
    told = (table["leaves"] >= FEWEST_LEAVES) & (variance > 1e-12)
    table, off, variance = table[told], off[told], variance[told]
    columns = ["item", "unit", "region", "leaves", "worth", "mean_off", "limit"]
    if table.empty:
        return table.reindex(columns=columns)
    mean_off = off / table["leaves"] - float(off.sum() / table["leaves"].sum())
    error = np.sqrt(variance) / table["leaves"]
    z = mean_off / error
    drawn_in = z.clip(*z.quantile([_TRIMMED, 1 - _TRIMMED]))
    limit = OUTER * error * np.sqrt(max(1.0, float((drawn_in**2).mean())))
    worth = float(variance.sum() / table["leaves"].sum()) / error**2
    return table.assign(worth=worth, mean_off=mean_off, limit=limit)[columns].reset_index(drop=True)


@remakable()
def deviations_view(table: pd.DataFrame, filters: Filters) -> View:
    """Reports against the limits that chance alone sets for so many leaves; both sides alike."""
    columns = {
        "unit": "填报单位", "mean_off": "每项平均偏离（分）", "limit": "界限（分）", "leaves": "所用定性指标数",
        "region": "区划",
    }  # fmt: skip
    if table.empty:
        return View("偏离度与指标数：资料不足，不作图", "", table, None, columns, (), filters)
    above, below = table["mean_off"] > table["limit"], table["mean_off"] < -table["limit"]
    title = f"{len(table)} 份报告中 {int(above.sum())} 份的定性得分高出界限，{int(below.sum())} 份低出界限"
    outside = table[above | below].sort_values("mean_off", ascending=False, kind="stable")
    inside = table[~(above | below)]
    drawn = evenly(inside, MOST_INSIDE)
    across = np.linspace(0.95 * table["worth"].min(), 1.05 * table["worth"].max(), 40)
    unit = float((table["limit"] * np.sqrt(table["worth"])).iloc[0]) / OUTER
    lines = [
        go.Scatter(x=across, y=sign * times * unit / np.sqrt(across), mode="lines", hoverinfo="skip",
                   line={"color": GREY, "dash": dash, "width": 1}, name=name, showlegend=sign > 0)
        for times, dash, name in ((INNER, "dot", "95% 界限"), (OUTER, "solid", "99.8% 界限")) for sign in (1, -1)
    ]  # fmt: skip
    dots = [
        go.Scattergl(x=part["worth"], y=part["mean_off"], mode="markers", customdata=part["item"], name=name,
                     marker={"color": colour, "size": size, "opacity": 0.7},
                     hovertext=[literal(str(u)) for u in part["unit"]],
                     hovertemplate="%{hovertext}<br>每项平均偏离 %{y:+.3f} 分<extra></extra>")
        for part, name, colour, size in ((drawn, "界限以内", BLUE, 6), (outside, "界限以外", ORANGE, 9))
    ]  # fmt: skip
    figure = go.Figure([*dots, *lines]).update_layout(
        template=TEMPLATE, height=380, dragmode=False, legend={"orientation": "h", "y": 1.15},
        xaxis={"fixedrange": True, "title": {"text": "折合定性指标数"}},
        yaxis={"fixedrange": True, "title": {"text": "每项平均偏离（分）"}, "gridcolor": "rgba(128,128,128,0.25)"},
    )  # fmt: skip
    notes: tuple[str, ...] = ("偏离：定性指标得分与定量表现相近的单位相比，每项平均高（正）或低（负）多少分。",
             "折合指标数：指标越多、同类得分越一致，折合越多，界限越窄。",
             "确实长于此类工作的单位也会高出界限。")  # fmt: skip
    if len(drawn) < len(inside):
        notes = (*notes, f"界限以内的 {len(inside)} 份均匀取 {len(drawn)} 份作图，界限以外的全部画出。")
    return View(title, "", outside, figure, columns, notes, filters, title)


@remakable("base")
def totals_view(reports: pd.DataFrame, filters: Filters, base: str) -> View:
    """Totals of a base in half points, and what the shape on both sides of the cut-off lets expect."""
    totals = reports.loc[reports["base"] == base, "total"].to_numpy(float)
    totals = totals[np.isfinite(totals)]
    columns = {"lowest": "可比得分（含）", "reports": "报告数", "expected": "按两侧走势推算"}
    if len(totals) < WINDOW_REPORTS:
        return View(f"总分分布：同类不足 {WINDOW_REPORTS} 份，不作推算", "", pd.DataFrame(columns=list(columns)), None,
                    columns, (), filters)  # fmt: skip
    share, chance, lowest, expected = est.excess_above(totals, CUT)
    counts = np.histogram(totals, np.append(lowest, lowest[-1] + 0.5))[0]
    table = pd.DataFrame({"item": lowest, "lowest": lowest, "reports": counts, "expected": expected.round(2)})
    told = f"多出约 {share * 100:.2f}%" if chance < 0.05 else "没有明显多出"
    title = f"{CUT:g} 分以上 1 分内的报告与两侧走势相比{told}"
    figure = go.Figure(
        [
            go.Bar(x=lowest, y=counts, offset=0, width=0.48, marker={"color": BLUE}, name="报告数"),
            go.Scatter(x=lowest + 0.25, y=expected, mode="lines", line={"color": ORANGE}, name="按两侧走势推算"),
        ]
    ).update_layout(
        template=TEMPLATE, height=320, dragmode=False, legend={"orientation": "h", "y": 1.15},
        xaxis={"fixedrange": True, "title": {"text": "可比得分"}}, yaxis={"fixedrange": True, "title": {"text": "份"}},
    )  # fmt: skip
    notes = (f"同类 {len(totals)} 份。恰在分数线以上不说明该单位有差异。",)
    return View(title, "", table, figure, columns, notes, filters, title,
                Chart("column", "lowest", ("reports", "expected"), "个"))  # fmt: skip


@remakable()
def templates_view(df: pd.DataFrame, filters: Filters) -> View:
    """What the forms bring about themselves: how weight is spread, and how much of it needs no number."""
    columns = {
        "template_name": "表式", "region": "发布区划", "reports": "报告数", "comparable_score": "可比得分中位数",
        "leaves": "三级指标数", "effective": "有效指标数", "largest": "最大一项权重", "full_rate": "满分权重占比",
        "silent_rate": "满分而无数字的权重占比",
    }  # fmt: skip
    if df.empty:
        return View("表式影响：没有可显示的报告", "", df, None, columns, (), filters)
    title = f"表式影响：{len(df)} 种表式"
    low, high = (percent(float(value)) for value in (df["silent_rate"].min(), df["silent_rate"].max()))
    sentence = f"满分而无数字的权重占比在 {low} 至 {high} 之间。"
    notes = ("均为该表式各报告的中位数。有效指标数 = 1 ÷ Σ(权重占比²)，权重越集中越小；由表式规定的差别不归于单位。",)
    return View(title, sentence, df, None, columns, notes, filters, f"{title}。{sentence}")


def flat_leaves(cursor: duckdb.DuckDBPyConnection, fiscal_year: int, base: str) -> pd.DataFrame:
    """What the leaves of a peer base tell units apart by, as ``context.weak_leaves``; empty where there is no base."""
    found = [one for one in bases(cursor, fiscal_year)[0] if one.name == base]
    return context.weak_leaves(found[0].leaves) if found else pd.DataFrame()


@remakable("base")
def flat_view(df: pd.DataFrame, filters: Filters, base: str) -> View:
    """Leaves nearly all score full, unrelated to what else they score: for the next revision of the form."""
    columns = {
        "level2": "二级指标", "level3": "三级指标", "full_rate": "满分占比", "correlation": "与其余得分的相关",
        "weight": "平均权重", "n": "报告数",
    }  # fmt: skip
    rule = (
        f"满分占 {context.CEILING:.0%} 以上、与其余得分的相关低于 {context.DISCRIMINATES:g}、"
        f"同类不少于 {context.CEILING_REPORTS} 份报告的三级指标。"
    )
    if df.empty or not df["flat"].any():
        return View(
            "难以区分的指标：没有符合条件的指标", rule, pd.DataFrame(columns=list(columns)), None, columns, (), filters
        )
    table = df[df["flat"]].rename(columns={"full": "full_rate"})
    table = table.sort_values(["weight", "key"], ascending=[False, True], kind="stable").assign(item=lambda d: d["key"])
    title = f"难以区分的指标：{len(table)} 项"
    notes = ("供修订表式时参考，不说明单位得分是否恰当；得分全部相同的没有相关。",)
    return View(title, rule, table, None, columns, notes, filters, f"{title}。{rule}")
