"""What 自评质量核查 shows: units by 核查优先级, three lanes, one unit's card down to its leaves, the population."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.inflation.evidence import FAMILIES, RANKED
from analytics.style import BLUE, GREY, ORANGE, TEMPLATE, points
from analytics.view import Chart, View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
PRIORITIES = ("高", "中", "低", "—")
STRONG, MIDDLE, WEAK = 6.0, 3.0, 1.0
"""Evidence of a family that is called 高, 中, 低: the odds about four times, twice, a quarter more."""
HIGH, LOW = "偏高", "偏低"
FAR = 2.0
"""偏离度 (normal score) from which on a report is called far from its peers: about the last 2.5 %."""
MOST_ROWS = 300
TRACES = {"gap_high": "自评偏高（分）", "gap_low": "自评偏低（分）", "exposure": "存疑分值"}
"""Numbers of a card in points, each the sum of what its leaves bring."""
_BASE_NOTE = "同类：同一年度、同一表类、一级指标相同的全部报告，不受左侧筛选影响。"
_HEARING = "以上均为存疑、待复核，不是结论；单位可作说明。"


def in_view(cursor: duckdb.DuckDBPyConnection, reports: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The assessed reports that filters let see, by 核查优先级; what they are compared with stays."""
    seen = cursor.execute(named(_SQL)["in_view"], filters.parameters()).df()["report_id"]
    shown = reports[reports["report_id"].isin(seen)]
    order = shown["priority"].map(PRIORITIES.index)
    return shown.assign(order=order).sort_values(["order", "sii_db"], ascending=[True, False], ignore_index=True)


def report_leaves(cursor: duckdb.DuckDBPyConnection, report_id: str) -> pd.DataFrame:
    """What a report prints: ordinal, level2, level3, value_text, weight, score, rule_text, working, place."""
    return cursor.execute(named(_SQL)["leaves"], {"report_id": report_id}).df()


def admissions(cursor: duckdb.DuckDBPyConnection, report_id: str) -> list[tuple[str, str]]:
    """What a report says under 存在问题, with the place it stands in."""
    return cursor.execute(named(_SQL)["admissions"], {"report_id": report_id}).fetchall()


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
    )


def why_unranked(reports: pd.DataFrame) -> str:
    """Why reports have no 核查优先级; empty where all have one."""
    small = reports[(reports["peers"] < RANKED) & (reports["peers"] > 0)]
    waiting = int((reports["peers"] == 0).sum())
    off = int(reports["blocked"].sum())
    words = []
    if off:
        words.append(f"{off} 份报告所印合计与各项之和相差 1 分以上，须先核对合计，只列已核实差异，不作比较。")
    if len(small):
        words.append(f"{len(small)} 份报告的同类不足 {RANKED} 份，不排先后，也不作统计异常，只列已核实差异和待核线索。")
    if waiting:
        words.append(f"{waiting} 份报告待复核，未纳入比较。")
    return "".join(words)


_PRIORITY_COLUMNS = {
    "unit": "填报单位", "priority": "核查优先级", "band": "位次区间 / 同类报告数", "covered": "可用证据",
    "gap_high": "高于规则（分）", "gap_low": "低于规则（分）", "exposure": "存疑分值",
    "reasons": "有证据的类别", "region": "区划",
}  # fmt: skip


def ranks_any(reports: pd.DataFrame) -> bool:
    """Whether a report in view has a 核查优先级."""
    return bool((reports["priority"] != PRIORITIES[-1]).any())


def overview(reports: pd.DataFrame, fiscal_year: int) -> str:
    """The year in a sentence: how many are to be looked at first, and points above and below the rules alike."""
    high, middle, low, _ = _counts(reports)
    first = f"{high + middle + low} 份排核查优先级，高 {high} 份、中 {middle} 份"
    if not ranks_any(reports):
        first = f"同类不足 {RANKED} 份，不排核查优先级"
    over, under = (reports[column][reports[column] > 0] for column in ("gap_high", "gap_low"))
    return (
        f"{fiscal_year} 年 {len(reports)} 份报告：{first}；按评分规则测算，{len(over)} 份有自评偏高的指标，"
        f"合计 {points(over.sum())} 分，{len(under)} 份有自评偏低的指标，合计 {points(under.sum())} 分。"
    )


def _counts(reports: pd.DataFrame) -> list[int]:
    """Reports of each of ``PRIORITIES``."""
    return [int((reports["priority"] == word).sum()) for word in PRIORITIES]


@remakable("fiscal_year")
def priority_view(reports: pd.DataFrame, filters: Filters, fiscal_year: int) -> View:
    """Units by 核查优先级, the first at most ``MOST_ROWS``."""
    title = f"{fiscal_year} 年没有可显示的报告"
    if reports.empty:
        return View(title, "", reports, None, _PRIORITY_COLUMNS, (), filters)
    counts = _counts(reports)
    ranked = sum(counts[:3])
    title = f"核查优先级高 {counts[0]} 份，中 {counts[1]} 份，低 {counts[2]} 份"
    if not ranked:
        title = f"同类不足 {RANKED} 份，不排核查优先级"
    first = reports[reports["order"] == 0]
    often = {f.name: int((first[code] >= MIDDLE).sum()) for code, f in FAMILIES.items()}
    told = [f"{name} {n} 份" for name, n in sorted(often.items(), key=lambda pair: -pair[1]) if n][:3]
    sentence = f"优先级高的报告中，证据较强的类别：{'、'.join(told)}。" if told else ""
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
    if len(reports) > MOST_ROWS:
        notes.append(f"列出靠前的 {MOST_ROWS} 份，共 {len(reports)} 份。")
    return View(title, sentence, _with_words(reports.head(MOST_ROWS)), figure, _PRIORITY_COLUMNS, tuple(notes), filters,
                f"{title}。{sentence}")  # fmt: skip


@remakable("side")
def verified_view(reports: pd.DataFrame, filters: Filters, side: str) -> View:
    """已核实差异 of one ``side`` (偏高, 偏低): points above the rule, or points below it."""
    column = "gap_high" if side == HIGH else "gap_low"
    found = reports[["report_id", "unit", "region", column]]
    found = found[found[column] > 0].sort_values([column, "report_id"], ascending=[False, True])
    title = f"自评{side}线索：{len(found)} 份报告，合计 {points(found[column].sum())} 分"
    columns = {"unit": "填报单位", column: f"{'高于' if side == HIGH else '低于'}规则（分）", "region": "区划"}
    notes = ["按报告自己印出的完成值和评分规则测算；口径、进位或规则文字有误也会造成差异。"]
    return View(title, "", found.assign(item=found["report_id"]).head(MOST_ROWS), None, columns,
                _shortened(notes, len(found)), filters, title)  # fmt: skip


def _shortened(notes: list[str], rows: int) -> tuple[str, ...]:
    return (*notes, f"列出前 {MOST_ROWS} 条，共 {rows} 条。") if rows > MOST_ROWS else tuple(notes)


@remakable()
def significant_view(reports: pd.DataFrame, filters: Filters) -> View:
    """统计异常: reports that stand out beyond chance, corrected for how many were looked at."""
    table = _with_words(reports[reports["significant"]]).sort_values(["q_value", "report_id"], kind="stable")
    title = f"统计异常：{len(table)} 份报告"
    columns = {"unit": "填报单位", "region": "区划", "q_value": "校正后的偶然可能", "reasons": "有证据的类别"}
    notes = ("已按同时核查的报告数校正；列入的报告少而可靠，未列入不说明没有差异。",)
    return View(title, "", table.head(MOST_ROWS), None, columns, notes, filters, title)


@remakable("side")
def leads_view(reports: pd.DataFrame, filters: Filters, side: str) -> View:
    """待核线索 of one ``side``. 偏高: each family of a report that has evidence; 偏低: points below the rule, and
    described leaves far below peers with the same measured leaves."""
    rows = _high_leads(reports) if side == HIGH else _low_leads(reports)
    title = f"自评{side}线索：{len(rows)} 条，涉及 {rows['report_id'].nunique()} 份报告"
    columns = {"unit": "填报单位", "words": "证据强度" if side == HIGH else "依据", "name": "类别", "region": "区划"}
    return View(title, "", rows.assign(item=rows["report_id"]).head(MOST_ROWS), None, columns,
                _shortened([], len(rows)), filters, title)  # fmt: skip


def _high_leads(reports: pd.DataFrame) -> pd.DataFrame:
    long = reports.melt(["report_id", "unit", "region"], list(FAMILIES), "family", "evidence")
    rows = long[long["evidence"] >= MIDDLE].sort_values(["evidence", "report_id"], ascending=[False, True])
    names = {code: family.name for code, family in FAMILIES.items()}
    return rows.assign(name=rows["family"].map(names), words=rows["evidence"].map(strength_words))


def _low_leads(reports: pd.DataFrame) -> pd.DataFrame:
    reports = reports[["report_id", "unit", "region", "gap_low", "z_gap"]]
    under = reports[reports["gap_low"] > 0].sort_values(["gap_low", "report_id"], ascending=[False, True])
    under = under.assign(name=FAMILIES["rule"].name, words=[f"低于规则 {points(gap)} 分" for gap in under["gap_low"]])
    below = reports[reports["z_gap"] <= -FAR].sort_values(["z_gap", "report_id"])
    below = below.assign(name=FAMILIES["gap"].name, words=[f"偏离度 {z:+.2f}" for z in below["z_gap"]])
    return pd.concat([part[["report_id", "unit", "region", "name", "words"]] for part in (under, below)])


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
        xaxis={"fixedrange": True, "range": _roomy(table["evidence"]),
               "title": {"text": "证据（各类之和即总的证据强度）"}},
    )  # fmt: skip
    columns = {"name": "类别", "words": "证据强度", "evidence": "证据", "used": "所用指标数"}
    return View(title, sentence, table, figure, columns, (_BASE_NOTE, _HEARING), filters, f"{title}。{sentence}",
                Chart("bar", "name", ("evidence",), ""))  # fmt: skip


def _roomy(values: pd.Series) -> list[float]:
    """The range of an axis with room for words at the ends of bars."""
    low, high = min(float(values.min()), 0), max(float(values.max()), 1)
    return [low - 0.15 * (high - low), high + 0.15 * (high - low)]


@remakable("trace")
def leaves_view(report: pd.Series, brought: pd.DataFrame, printed: pd.DataFrame, trace: str, filters: Filters) -> View:
    """The leaves behind a family or a number of a report: value, rule, working and place; picked, the original opens.

    ``trace`` is a family or one of ``TRACES``; the points of the latter add up to the number on the card.
    """
    whole = trace == "cut"
    statistics = (trace,) if trace in TRACES else FAMILIES[trace].statistics
    parts = [brought[f"by_{s}"] for s in statistics if f"by_{s}" in brought]
    table = brought[["report_id", "ordinal"]].assign(brings=sum(parts) if parts else 0.0)
    table = table.merge(printed, on="ordinal", how="inner")
    if whole:
        table["brings"] = table["score"].astype(float)
    least = 0.5 / len(table) ** 2 if trace == "struct" and len(table) else 1e-9
    table = table[table["brings"] > least]
    table = table.assign(item=table["report_id"] + ":" + table["ordinal"].astype(str))
    table = table.sort_values(["brings", "ordinal"], ascending=[False, True], kind="stable")
    columns = {"brings": "计入（分）"} if trace in TRACES else {}
    columns |= {
        "level2": "二级指标", "level3": "三级指标", "value_text": "完成值", "weight": "权重", "score": "自评得分",
        "rule_text": "评分规则", "working": "测算过程", "place": "原文位置",
    }  # fmt: skip
    if trace in TRACES:
        total = points(float(report[trace]))
        title = f"{TRACES[trace].removesuffix('（分）')} {total} 分"
        title += f"，由 {len(table)} 项三级指标合计" if len(table) else "：没有涉及的三级指标"
        notes = ["按计入的分值由大到小。"]
    elif whole:
        total = points(float(report["total"]))
        title = f"{FAMILIES[trace].name}：看总分，可比得分 {total}，由 {len(table)} 项三级指标得出"
        notes = ["可比得分 = 得分合计 ÷ 权重合计 × 100。"]
    else:
        title = f"{FAMILIES[trace].name}：{len(table)} 项三级指标"
        notes = ["按对该类证据的影响由大到小，最多列出 20 项。"]
        table = table.head(20)
    return View(title, "", table, None, columns, tuple(notes), filters, title)
