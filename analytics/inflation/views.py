"""What 自评质量核查 shows: units by 核查优先级, three lanes, one unit's card down to its leaves, the population."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.inflation import estimators as est
from analytics.inflation.evidence import FAMILIES, RANKED
from analytics.inflation.signals import CUT, WINDOW_REPORTS
from analytics.style import BLUE, GREY, ORANGE, TEMPLATE, literal, points
from analytics.view import Chart, View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
PRIORITIES = ("高", "中", "低", "—")
STRONG, MIDDLE, WEAK = 6.0, 3.0, 1.0
"""Evidence of a family that is called 高, 中, 低: the odds about four times, twice, a quarter more."""
MOST_ROWS = 300
_BASE_NOTE = "同类：同一年度、同一表类、一级指标相同的全部报告，不受左侧筛选影响。"
_HEARING = "以上均为存疑、待复核，不是结论；单位可作说明。"


def in_view(cursor: duckdb.DuckDBPyConnection, reports: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The assessed reports that filters let see; what they are compared with stays."""
    seen = cursor.execute(named(_SQL)["in_view"], filters.parameters()).df()["report_id"]
    return reports[reports["report_id"].isin(seen)].reset_index(drop=True)


def report_leaves(cursor: duckdb.DuckDBPyConnection, report_id: str) -> pd.DataFrame:
    """What a report prints: ordinal, level2, level3, value_text, weight, score, rule_text, working, place."""
    return cursor.execute(named(_SQL)["leaves"], {"report_id": report_id}).df()


def strength_words(evidence: float) -> str:
    """证据强度 of a family or a report in words."""
    for least, word in ((STRONG, "高"), (MIDDLE, "中"), (WEAK, "低")):
        if evidence >= least:
            return word
    return "无"


def _with_words(reports: pd.DataFrame) -> pd.DataFrame:
    evidence = reports[list(FAMILIES)].to_numpy(float)
    reasons = [
        "、".join(family.name for family, e in zip(FAMILIES.values(), row, strict=True) if e >= WEAK) or "—"
        for row in evidence
    ]
    return reports.assign(
        item=reports["report_id"],
        reasons=reasons,
        covered=[f"9 类中可用 {k} 类" for k in reports["coverage"]],
        band=[
            "—" if pd.isna(low) else f"{low}–{high} / {n}"
            for low, high, n in zip(reports["rank_low"], reports["rank_high"], reports["peers"], strict=True)
        ],
        order=reports["priority"].map(PRIORITIES.index),
    )


def why_unranked(reports: pd.DataFrame) -> str:
    """Why reports have no 核查优先级; empty where all have one."""
    small = reports[(reports["peers"] < RANKED) & (reports["peers"] > 0)]
    waiting = int((reports["peers"] == 0).sum())
    words = []
    if len(small):
        words.append(f"{len(small)} 份报告的同类不足 {RANKED} 份，不排先后，也不作统计异常，只列已核实差异和待核线索。")
    if waiting:
        words.append(f"{waiting} 份报告待复核，未纳入比较。")
    return "".join(words)


_PRIORITY_COLUMNS = {
    "unit": "填报单位", "region": "区划", "priority": "核查优先级", "band": "位次区间 / 同类报告数",
    "covered": "可用证据",
    "reasons": "有证据的类别", "gap_high": "高于规则（分）", "gap_low": "低于规则（分）", "exposure": "存疑分值",
}  # fmt: skip


@remakable("fiscal_year")
def priority_view(reports: pd.DataFrame, filters: Filters, fiscal_year: int) -> View:
    """Units by 核查优先级, the first at most ``MOST_ROWS``."""
    title = f"{fiscal_year} 年没有可显示的报告"
    if reports.empty:
        return View(title, "", reports, None, _PRIORITY_COLUMNS, (), filters)
    table = _with_words(reports).sort_values(["order", "sii_db"], ascending=[True, False], kind="stable")
    counts = [int((table["priority"] == word).sum()) for word in PRIORITIES]
    ranked = sum(counts[:3])
    title = f"{fiscal_year} 年 {len(table)} 份报告：核查优先级高 {counts[0]} 份，中 {counts[1]} 份，低 {counts[2]} 份"
    if not ranked:
        title = f"{fiscal_year} 年 {len(table)} 份报告：同类不足 {RANKED} 份，不排核查优先级"
    over, under = int((table["gap_high"] > 0).sum()), int((table["gap_low"] > 0).sum())
    sentence = (
        f"按评分规则测算，{over} 份报告有得分高于规则的指标，合计 {points(table['gap_high'].sum())} 分；"
        f"{under} 份有低于规则的指标，合计 {points(table['gap_low'].sum())} 分。"
    )
    figure = None
    if ranked:
        bars = go.Bar(
            x=list(PRIORITIES[:3]), y=counts[:3], text=[f"{n} 份" for n in counts[:3]], textposition="outside",
            marker={"color": [ORANGE, BLUE, GREY]}, customdata=list(PRIORITIES[:3]), cliponaxis=False,
            hovertemplate="核查优先级%{x}：%{y} 份<extra></extra>",
        )  # fmt: skip
        figure = go.Figure(bars).update_layout(
            template=TEMPLATE, height=240, margin={"t": 28}, dragmode=False,
            xaxis={"type": "category", "fixedrange": True, "title": {"text": "核查优先级"}},
            yaxis={"visible": False, "fixedrange": True},
        )  # fmt: skip
    notes = [_BASE_NOTE, "位次区间：去掉五分之一指标重排 60 次，九成落在其中。", _HEARING]
    if len(table) > MOST_ROWS:
        notes.append(f"列出靠前的 {MOST_ROWS} 份，共 {len(table)} 份。")
    return View(title, sentence, table.head(MOST_ROWS), figure, _PRIORITY_COLUMNS, tuple(notes), filters,
                f"{title}。{sentence}")  # fmt: skip


@remakable()
def verified_view(reports: pd.DataFrame, filters: Filters) -> View:
    """已核实差异: points above and below the rule, both ways alike."""
    found = reports[(reports["gap_high"] > 0) | (reports["gap_low"] > 0)]
    found = found.assign(item=found["report_id"], most=found[["gap_high", "gap_low"]].max(axis=1))
    found = found.sort_values(["most", "report_id"], ascending=[False, True]).head(MOST_ROWS)
    high, low = int((reports["gap_high"] > 0).sum()), int((reports["gap_low"] > 0).sum())
    title = f"已核实差异：{high} 份报告有自评偏高的指标，{low} 份有自评偏低的指标"
    columns = {"unit": "填报单位", "region": "区划", "gap_high": "自评偏高（分）", "gap_low": "自评偏低（分）"}
    notes = ("按报告自己印出的完成值和评分规则测算；口径、进位或规则文字有误也会造成差异。",)
    return View(title, "", found, None, columns, notes, filters, title)


@remakable()
def significant_view(reports: pd.DataFrame, filters: Filters) -> View:
    """统计异常: reports that stand out beyond chance, corrected for how many were looked at."""
    table = _with_words(reports[reports["significant"]]).sort_values(["q_value", "report_id"], kind="stable")
    title = f"统计异常：{len(table)} 份报告"
    columns = {"unit": "填报单位", "region": "区划", "q_value": "校正后的偶然可能", "reasons": "有证据的类别"}
    notes = ("已按同时核查的报告数校正；列入的报告少而可靠，未列入不说明没有差异。",)
    return View(title, "", table.head(MOST_ROWS), None, columns, notes, filters, title)


@remakable()
def leads_view(reports: pd.DataFrame, filters: Filters) -> View:
    """待核线索: each family of a report that has evidence."""
    long = reports.melt(["report_id", "unit", "region", "priority"], list(FAMILIES), "family", "evidence")
    long = long[long["evidence"] >= MIDDLE].sort_values(["evidence", "report_id"], ascending=[False, True])
    table = long.assign(
        item=long["report_id"],
        name=long["family"].map({code: family.name for code, family in FAMILIES.items()}),
        words=long["evidence"].map(strength_words),
    ).head(MOST_ROWS)
    title = f"待核线索：{len(long)} 条证据强度中或高的线索，涉及 {long['report_id'].nunique()} 份报告"
    columns = {"unit": "填报单位", "region": "区划", "name": "类别", "words": "证据强度", "priority": "核查优先级"}
    notes = (f"列出证据较强的 {len(table)} 条。",) if len(long) > len(table) else ()
    return View(title, "", table, None, columns, notes, filters, title)


@remakable()
def card_view(report: pd.Series, n: pd.Series, filters: Filters) -> View:
    """One report: evidence of each family as bars; they add up to the whole."""
    rows = []
    for code, family in FAMILIES.items():
        used = int(max(n.get(s, 0) for s in family.statistics))
        known = used > 0 and report[code] != 0
        words = strength_words(float(report[code])) if known else "资料不足" if used else "无此项资料"
        rows.append({"item": code, "name": family.name, "evidence": float(report[code]), "words": words, "used": used})
    table = pd.DataFrame(rows)
    ranked = "" if report["priority"] == "—" else f"核查优先级{report['priority']}，"
    title = f"{report['unit']}：{ranked}9 类证据可用 {int(report['coverage'])} 类"
    strong = table[table["evidence"] >= WEAK].sort_values("evidence", ascending=False)
    sentence = "有证据的类别：" + "、".join(strong["name"]) + "。" if len(strong) else "各类均无明显证据。"
    sentence += (
        f"按规则测算，自评偏高合计 {points(report['gap_high'])} 分，自评偏低合计 {points(report['gap_low'])} 分；"
        f"存疑分值 {points(report['exposure'])} 分。"
    )
    bars = go.Bar(
        y=list(table["name"]), x=table["evidence"], orientation="h", customdata=table["item"], text=table["words"],
        textposition="outside", textangle=0, cliponaxis=False,
        marker={"color": [ORANGE if e >= MIDDLE else BLUE for e in table["evidence"]]},
        hovertemplate="%{y}：证据 %{x:.2f}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(bars).update_layout(
        template=TEMPLATE, height=360, dragmode=False, yaxis={"autorange": "reversed", "fixedrange": True},
        xaxis={"fixedrange": True, "title": {"text": "证据（各类之和即总的证据强度）"}},
    )  # fmt: skip
    columns = {"name": "类别", "words": "证据强度", "evidence": "证据", "used": "所用指标数"}
    return View(title, sentence, table, figure, columns, (_BASE_NOTE, _HEARING), filters, f"{title}。{sentence}",
                Chart("bar", "name", ("evidence",), "个"))  # fmt: skip


def leaves_view(report: pd.Series, brought: pd.DataFrame, printed: pd.DataFrame, family: str, filters: Filters) -> View:
    """The leaves behind one family of a report: value, rule, working and place; picked, the original opens."""
    statistics = FAMILIES[family].statistics
    parts = [brought[f"by_{s}"] for s in statistics if f"by_{s}" in brought]
    table = brought[["report_id", "ordinal"]].assign(brings=sum(parts) if parts else 0.0)
    least = 0.5 / len(table) ** 2 if family == "struct" and len(table) else 1e-9
    table = table[table["brings"] > least].merge(printed, on="ordinal", how="inner")
    table = table.assign(item=table["report_id"] + ":" + table["ordinal"].astype(str))
    table = table.sort_values(["brings", "ordinal"], ascending=[False, True], kind="stable").head(20)
    title = f"{FAMILIES[family].name}：{len(table)} 项三级指标"
    columns = {
        "level2": "二级指标", "level3": "三级指标", "value_text": "完成值", "weight": "权重", "score": "自评得分",
        "rule_text": "评分规则", "working": "测算过程", "place": "原文位置",
    }  # fmt: skip
    notes = ("按对该类证据的影响由大到小，最多列出 20 项。",)
    if family == "cut":
        title = "等级分数线：看总分，不涉及单项指标"
    return View(title, "", table, None, columns, notes, filters, title)


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
    return View(title, "", table, figure, columns, notes, filters, title)


@remakable()
def generosity_view(reports: pd.DataFrame, filters: Filters) -> View:
    """Described leaves against peers with the same measured leaves, one point a report, over how many leaves say so."""
    table = reports[reports["z_gap"].notna()].assign(item=lambda d: d["report_id"])
    columns = {"unit": "填报单位", "z_gap": "偏离度", "n_gap": "所用指标数"}
    if table.empty:
        return View("偏离度：资料不足，不作图", "", table, None, columns, (), filters)
    far = int((table["z_gap"] > 2).sum())
    title = f"{len(table)} 份报告中 {far} 份的定性得分明显高于定量表现相近的单位"
    dots = go.Scattergl(
        x=table["n_gap"], y=table["z_gap"], mode="markers", customdata=table["item"],
        marker={"color": [ORANGE if z > 2 else BLUE for z in table["z_gap"]], "size": 6, "opacity": 0.6},
        hovertext=[literal(str(u)) for u in table["unit"]],
        hovertemplate="%{hovertext}<br>偏离度 %{y:.2f}<extra></extra>",
    )  # fmt: skip
    figure = go.Figure(dots).update_layout(
        template=TEMPLATE, height=340, dragmode=False, xaxis={"fixedrange": True, "title": {"text": "所用定性指标数"}},
        yaxis={"fixedrange": True, "title": {"text": "偏离度"}},
    )  # fmt: skip
    notes = ("偏离度：0 为同类居中，2 约为前 2.5%；确实长于此类工作的单位也会偏高。",)
    return View(title, "", table, figure, columns, notes, filters, title)
