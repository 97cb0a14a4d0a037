"""存疑事项 with both readings, the decisions on them, and every identity and rate that was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.style import BLUE, GREY, ORANGE, TEMPLATE, label, points
from analytics.view import Chart, View, remakable
from data.decided.decisions import OPEN, Decision, working_hash
from data.findings import catalogue
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
MOST_ROWS = 2_000
"""Rows a page shows of a long list; the export holds all."""
AGAIN = "需重新确认"


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the reports in scope. ``over_points`` and ``under_points``: the distance of self-scores above and
    below what the nearest reading admits, one distance a leaf."""

    reports: int
    with_findings: int
    findings: int
    over: int
    under: int
    over_points: float
    under_points: float
    identities: int
    holding: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the findings is looked at: a check, a direction, a state of the decisions; ``None`` means all."""

    check: str | None = None
    direction: str | None = None
    state: str | None = None


ALL = Choice()


def summary(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> Summary:
    (row,) = cursor.execute(named(_SQL)["summary"], filters.parameters()).fetchall()
    return Summary(*row)


def part(cursor: duckdb.DuckDBPyConnection, name: str, filters: Filters) -> pd.DataFrame:
    """``by_check``: one row a check, also those that found nothing. ``identities`` and ``rates``: one row each, those
    that do not hold first, at most ``MOST_ROWS`` (``total``: how many there are)."""
    parameters = filters.parameters() | ({} if name == "by_check" else {"most": MOST_ROWS})
    return cursor.execute(named(_SQL)[name], parameters).df()


def rows(
    cursor: duckdb.DuckDBPyConnection, filters: Filters, choice: Choice, decided: Mapping[str, Decision]
) -> pd.DataFrame:
    """Findings with the decision on each: state, decided_by, decided_at, reason; at most ``MOST_ROWS``."""
    of_state = [finding for finding, decision in decided.items() if decision.state == choice.state]
    is_open = choice.state == OPEN
    others = [finding for finding, decision in decided.items() if decision.state != OPEN]
    parameters = filters.parameters() | {
        "check": choice.check,
        "direction": choice.direction,
        "only": None if choice.state is None or is_open else of_state,
        "without": others if is_open else [],
        "most": MOST_ROWS,
    }
    return with_decisions(cursor.execute(named(_SQL)["rows"], parameters).df(), decided)


def with_decisions(df: pd.DataFrame, decided: Mapping[str, Decision]) -> pd.DataFrame:
    """The state of each finding beside it; 需重新确认 where its working changed after the decision."""
    found = [decided.get(item) for item in df["item"]]
    states = [
        OPEN if d is None else d.state if d.working_hash == working_hash(w) else f"{d.state}（{AGAIN}）"
        for d, w in zip(found, df["working"], strict=True)
    ]
    return df.assign(
        state=pd.Series(states, dtype="object"),
        decided_by=pd.Series([d.decided_by if d else None for d in found], dtype="object"),
        decided_at=pd.Series([d.decided_at[:10] if d else None for d in found], dtype="object"),
        reason=pd.Series([d.reason if d else None for d in found], dtype="object"),
    )


def one(cursor: duckdb.DuckDBPyConnection, finding_id: str) -> pd.DataFrame:
    """One finding of the current submissions with all it stands on; no row if unknown."""
    return cursor.execute(named(_SQL)["one"], {"finding_id": finding_id}).df()


def of_leaf(cursor: duckdb.DuckDBPyConnection, report_id: str, ordinal: int) -> pd.DataFrame:
    """The findings on one leaf."""
    return cursor.execute(named(_SQL)["of_leaf"], {"report_id": report_id, "ordinal": ordinal}).df()


def of_unit(cursor: duckdb.DuckDBPyConnection, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    """The findings on the reports of a unit and year."""
    return cursor.execute(named(_SQL)["of_unit"], {"unit_id": unit_id, "fiscal_year": fiscal_year}).df()


def thresholds(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The thresholds of the version: 核对项目, 阈值, 数值, 单位, 出处, 代码 (its name in ``thresholds.toml``)."""
    found = cursor.execute(named(_SQL)["thresholds"]).df()
    known = {limit.name: limit for limit in catalogue.thresholds()}
    labels = [known[name].label if name in known else name for name in found["代码"]]
    units = [known[name].unit if name in known else "" for name in found["代码"]]
    return found.assign(阈值=labels, 单位=units)[["核对项目", "阈值", "数值", "单位", "出处", "代码"]]


def catalogue_table(by_check: pd.DataFrame) -> pd.DataFrame:
    """The catalogue for the reader: 核对项目, 程度, 说明, 没有查出时, 条数."""
    names = ("name", "severity", "explanation", "when_empty", "findings")
    labels = {**_CHECK_COLUMNS, "findings": "条数"}
    return by_check[list(names)].rename(columns=labels)


_COLUMNS = {
    "unit": "填报单位",
    "fiscal_year": "年度",
    "check_name": "核对项目",
    "direction": "方向",
    "points": "分值",
    "message": "内容",
    "state": "处理状态",
    "severity": "程度",
    "reading": "所印",
    "against": "对照",
    "place": "原文位置",
    "against_place": "对照位置",
    "decided_by": "处理人",
    "decided_at": "处理日期",
    "reason": "理由",
    "working": "测算过程",
}
_CHECK_COLUMNS = {
    "name": "核对项目",
    "severity": "程度",
    "findings": "条数",
    "reports": "报告数",
    "over_points": "偏高分值",
    "under_points": "偏低分值",
    "explanation": "说明",
    "when_empty": "没有查出时",
}
_IDENTITY_COLUMNS = {
    "unit": "填报单位",
    "fiscal_year": "年度",
    "kind": "类别",
    "subject": "勾稽关系",
    "status": "结果",
    "working": "测算过程",
    "place": "原文位置",
    "against_place": "对照位置",
}
_RATE_COLUMNS = {
    "unit": "填报单位",
    "fiscal_year": "年度",
    "ratio": "比率",
    "basis": "口径",
    "score_rate": "数值",
    "working": "测算过程",
}


def headline(found: Summary) -> str:
    """The answer in one sentence, both directions beside each other."""
    if not found.reports:
        return "当前筛选下没有报告。"
    if not found.findings:
        return f"{found.reports} 份报告未查出存疑事项；勾稽核对 {found.identities} 项，相符 {found.holding} 项。"
    neutral = found.findings - found.over - found.under
    return (
        f"{found.reports} 份报告中 {found.with_findings} 份有存疑事项，共 {found.findings} 条："
        f"自评偏高 {found.over} 条、偏低 {found.under} 条、中性 {neutral} 条。"
    )


def figures(found: Summary) -> list[tuple[str, str]]:
    """Label and value of the figures that head the page."""
    return [
        ("存疑事项", f"{found.findings} 条"),
        ("自评偏高合计", f"{points(found.over_points)} 分"),
        ("自评偏低合计", f"{points(found.under_points)} 分"),
        ("勾稽相符", f"{found.holding}/{found.identities} 项"),
    ]


@remakable()
def checks_view(df: pd.DataFrame, filters: Filters) -> View:
    """How many findings each check has; the table also says what an empty check means."""
    found = df[df["findings"] > 0].reset_index(drop=True)
    columns = _CHECK_COLUMNS
    title = f"{len(df)} 个核对项目中 {len(found)} 个查出存疑事项"
    if found.empty:
        return View(title, "", found, None, columns, (), filters)
    most = found.sort_values("findings", ascending=False, kind="stable")
    sentence = (
        "，".join(
            f"{row.name_} {row.findings} 条" for row in most.rename(columns={"name": "name_"}).head(3).itertuples()
        )
        + "。"
    )
    chart = Chart("bar", "name", ("findings",), "个")
    notes = ("按词语、数值对照得出，供人工核查；核对项目、阈值及其来源见“核对项目目录”。",)
    return View(title, sentence, most, _counts(most), columns, notes, filters, f"{title}。{sentence}", chart)


def _counts(df: pd.DataFrame) -> go.Figure:
    """Counts by check, lying: over, under and neutral in colours of equal weight."""
    names = [label(str(name), 14) for name in df["name"]]
    parts = {
        "偏高": (df["over"], ORANGE),
        "偏低": (df["under"], BLUE),
        "中性": (df["findings"] - df["over"] - df["under"], GREY),
    }
    figure = go.Figure()
    for name, (values, colour) in parts.items():
        if values.sum():
            figure.add_bar(
                x=values,
                y=names,
                orientation="h",
                name=name,
                customdata=df["item"],
                marker={"color": colour},
                text=[str(v) if v else "" for v in values],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                hovertemplate="%{y}<br>" + name + " %{x} 条<extra></extra>",
            )
    return figure.update_layout(
        template=TEMPLATE,
        height=max(200, 70 + 34 * len(df)),
        barmode="stack",
        xaxis={"visible": False, "fixedrange": True},
        yaxis={"autorange": "reversed", "fixedrange": True, "type": "category"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        clickmode="event+select",
        dragmode=False,
    )


@remakable("what", "choice")
def rows_view(df: pd.DataFrame, filters: Filters, what: str = "", choice: Choice = ALL) -> View:
    """The findings with both readings, both places and the state of each."""
    total = int(df["total"].iloc[0]) if len(df) else 0
    title = f"{what or '存疑事项'}：{total} 条"
    if df.empty:
        return View(title, "", df, None, _COLUMNS, (), filters)
    states = df["state"].str.replace(f"（{AGAIN}）", "", regex=False).value_counts()
    listed = f"列出的 {len(df)} 条中，" if total > len(df) else ""
    sentence = listed + "，".join(f"{state} {n} 条" for state, n in states.items()) + "。"
    notes = ["自评得分不因此改动；方向指自评得分高于或低于最近的可得分，分值为两者之差。"]
    if total > len(df):
        notes.append(f"列出前 {len(df)} 条，可用筛选缩小范围；全部可用 jixiao export finding 导出。")
    if df["state"].str.contains(AGAIN).any():
        notes.append(f"{AGAIN}：作出处理之后，该事项的测算过程有变化。")
    return View(title, sentence, df, None, _COLUMNS, tuple(notes), filters, f"{title}。{sentence}")


@remakable()
def balance_view(found: Summary, filters: Filters) -> View:
    """Totals of over- and under-scoring side by side."""
    df = pd.DataFrame(
        {
            "item": ["自评偏高", "自评偏低"],
            "points": [found.over_points, found.under_points],
            "findings": [found.over, found.under],
        }
    )
    title = f"自评偏高合计 {points(found.over_points)} 分，偏低合计 {points(found.under_points)} 分"
    sentence = f"偏高 {found.over} 条，偏低 {found.under} 条；分值为自评得分与最近的可得分之差。"
    figure = go.Figure(
        go.Bar(
            x=df["points"],
            y=df["item"],
            orientation="h",
            marker={"color": [ORANGE, BLUE]},
            cliponaxis=False,
            text=[f"{points(p)} 分，{n} 条" for p, n in zip(df["points"], df["findings"], strict=True)],
            textposition="outside",
            hovertemplate="%{y}<br>%{x:.2f} 分<extra></extra>",
            customdata=df["item"],
        )
    ).update_layout(
        template=TEMPLATE,
        height=150,
        margin={"r": 130},
        xaxis={"visible": False, "fixedrange": True, "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "fixedrange": True},
        dragmode=False,
    )
    columns = {"item": "方向", "points": "分值", "findings": "条数"}
    notes = ("同一项三级指标有多条的，每个方向只计分值最大的一条。",)
    return View(
        title,
        sentence,
        df,
        figure,
        columns,
        notes,
        filters,
        f"{title}。{sentence}",
        Chart("bar", "item", ("points",), "分"),
    )


@remakable()
def identities_view(df: pd.DataFrame, found: Summary, filters: Filters) -> View:
    """Every identity with its result, those that do not hold first."""
    wrong = found.identities - found.holding - found.unknown
    title = f"勾稽核对 {found.identities} 项：相符 {found.holding} 项，不符 {wrong} 项，未能核对 {found.unknown} 项"
    notes = ["未能核对：所印项目不足以核对，如分项可能未列全、某一口径所需金额未印。"]
    return View(
        title,
        "所印总分、得分、金额、人数和比率，凡印有两处以上或可相互推算的，逐项核对。",
        df,
        None,
        _IDENTITY_COLUMNS,
        _limited(df, notes),
        filters,
    )


@remakable()
def rates_view(df: pd.DataFrame, filters: Filters) -> View:
    """The rates that the printed amounts imply, on every basis."""
    title = f"由所印金额和人数算得的比率：{int(df['total'].iloc[0]) if len(df) else 0} 项"
    return View(title, "分子、分母取自报告所印金额，各口径并列。", df, None, _RATE_COLUMNS, _limited(df, []), filters)


def unit_view(df: pd.DataFrame, unit: str) -> View:
    """The findings of one unit, for its page."""
    columns = {
        "check_name": "核对项目",
        "severity": "程度",
        "direction": "方向",
        "points": "分值",
        "level3": "三级指标",
        "message": "内容",
        "state": "处理状态",
        "working": "测算过程",
        "place": "原文位置",
    }
    return View(f"{unit}：存疑事项 {len(df)} 条", "", df, None, columns)


def words(finding: Mapping[Any, Any]) -> str:
    """Direction and distance of a finding in a few words."""
    distance = finding["points"]
    return (
        finding["direction"]
        if distance is None or distance != distance
        else f"{finding['direction']} {points(distance)} 分"
    )


def _limited(df: pd.DataFrame, notes: list[str]) -> tuple[str, ...]:
    total = int(df["total"].iloc[0]) if len(df) else 0
    return (*notes, f"列出前 {len(df)} 项，共 {total} 项。") if total > len(df) else tuple(notes)
