"""规则复算与勾稽: what the printed rule of a leaf yields beside its self-score, in both directions.

The score and its working (测算过程) are stored with each data version (``data/rules``). 口径试算 scores again under
another reading as a comparison; nothing of it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd

from analytics.execution import BASES
from analytics.filters import Filters
from analytics.findings import MOST_ROWS
from analytics.view import View, remakable
from data.rules import store
from data.rules.rule import STATUSES
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")

COLUMNS: dict[str, str] = {
    "fiscal_year": "年度", "region": "区划", "unit": "填报单位", "level1": "一级指标",
    "level2": "二级指标", "level3": "三级指标",
    "value_text": "完成值", "weight": "权重", "score": "自评得分", "low": "按评分规则测算得分（低）",
    "high": "按评分规则测算得分（高）", "gap": "差异", "direction": "方向", "working": "测算过程",
    "status_words": "测算结果",
    "rule_text": "评分规则", "rule_note": "规则文字的疑点", "place": "原文位置",
}  # fmt: skip
"""Columns of ``recomputed`` as the reader sees them."""

COVERAGE_COLUMNS: dict[str, str] = {
    "fiscal_year": "年度", "region": "区划", "unit": "填报单位", "leaves": "三级指标", "with_rule": "有评分规则",
    "parsed": "规则已解析", "with_value": "有完成值", "recomputed": "已测算得分", "ranged": "已测算区间",
    "offered": "仅知可得分数", "weight_measured": "已测算权重", "weight": "权重合计",
    "above": "自评偏高合计", "below": "自评偏低合计",
}  # fmt: skip
"""Columns of ``coverage`` as the reader sees them."""

SatisfactionReading = Literal["proportional", "full_from_90"]


def recomputed(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """One row a measured leaf: fiscal_year, region, unit, level1, level2, level3, value_text, weight, score (points),
    low and high (the least and most its rule admits), status, status_words, gap (score against the admissible set,
    + above, - below, 0 within rounding), direction, working, rule_form, rule_text, rule_note, report_id, ordinal,
    locator, place.
    """
    found = cursor.execute(named(_SQL)["recomputed"], filters.parameters()).df()
    return found.assign(status_words=found["status"].map(STATUSES))


def coverage(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """One row a report: leaves, with_rule, parsed, with_value, recomputed (a score or a few from a printed value),
    ranged (an interval), offered (what can be had where nothing but words decides), weight_measured, weight, above and
    below (points over the most and under the least that the rules admit, both positive)."""
    return cursor.execute(named(_SQL)["coverage"], filters.parameters()).df()


def satisfaction_tried(
    cursor: duckdb.DuckDBPyConnection, filters: Filters, reading: SatisfactionReading
) -> pd.DataFrame:
    """满意度 in proportion to its value, or in full from 90% and 0 below; one row a report that prints one: leaves,
    score, tried, difference (points), comparable_score, tried_score."""
    return cursor.execute(named(_SQL)["satisfaction"], filters.parameters() | {"reading": reading}).df()


def not_applicable_tried(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """Without leaves that do not apply, or print 0 and score 0 and may not; one row a report that has some: leaves,
    weight_dropped, comparable_score, tried_score (both of 100)."""
    return cursor.execute(named(_SQL)["not_applicable"], filters.parameters()).df()


def execution_tried(cursor: duckdb.DuckDBPyConnection, filters: Filters, basis: str) -> pd.DataFrame:
    """Leaves ruled by 预算执行率, their own rules applied to the rate that the amounts give on a basis (see
    ``execution.BASES``): tried_value, weight, score, tried_low, tried_high, gap, working; of the report
    comparable_score, tried_score and tried_most (the total with the least and the most that the rules admit)."""
    steps = named(_SQL)
    cursor.execute(steps["execution_leaves"], filters.parameters() | {"basis": basis})
    store.measure_cases(cursor)
    found = cursor.execute(steps["execution"]).df()
    for name in ("forget_input", "forget_outcome"):
        cursor.execute(steps[name])
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading under which scores are tried: its code, name, and what it does in words."""

    code: str
    name: str
    words: str


READINGS: tuple[Reading, ...] = (
    Reading("proportional", "满意度按比例计分", "有百分比完成值的满意度指标，得分 = 完成值 × 权重。"),
    Reading("full_from_90", "满意度达到 90% 得满分", "有百分比完成值的满意度指标，达到 90% 得满分，否则不得分。"),
    Reading("not_applicable", "去掉不适用的指标", "去掉不适用的、完成值和得分都为 0 的指标，其余承担全部权重。"),
    *(
        Reading(f"execution:{b.code}", f"预算执行率：{b.name}", f"执行率 = {b.formula}，按指标的评分规则计分。")
        for b in BASES
    ),
)  # fmt: skip
"""The readings of 口径试算."""

_TRIED_COLUMNS = {
    "fiscal_year": "年度", "region": "区划", "unit": "填报单位", "level3": "三级指标", "leaves": "涉及指标数",
    "weight_dropped": "去掉的权重", "tried_value": "该口径的执行率", "score": "自评得分", "tried": "试算得分",
    "tried_low": "试算得分（低）", "tried_high": "试算得分（高）", "difference": "试算减自评",
    "comparable_score": "可比得分（自评）", "tried_score": "可比得分（试算）", "tried_most": "可比得分（试算，高）",
    "working": "测算过程",
}  # fmt: skip


def tried(cursor: duckdb.DuckDBPyConnection, filters: Filters, code: str) -> pd.DataFrame:
    """The table of the reading with a code: that of ``satisfaction_tried``, ``not_applicable_tried`` or
    ``execution_tried``. Raises ``KeyError`` for another code."""
    if code == "proportional":
        return satisfaction_tried(cursor, filters, "proportional")
    if code == "full_from_90":
        return satisfaction_tried(cursor, filters, "full_from_90")
    if code == "not_applicable":
        return not_applicable_tried(cursor, filters)
    return execution_tried(cursor, filters, {f"execution:{b.code}": b.code for b in BASES}[code])


@remakable("reading")
def tried_view(df: pd.DataFrame, filters: Filters, reading: Reading) -> View:
    """Self totals beside the totals under another reading; nothing of it is stored."""
    reports = df.drop_duplicates(["fiscal_year", "region", "unit"])
    most = reports["tried_most"] if "tried_most" in df else reports["tried_score"]
    up = int((reports["tried_score"] > reports["comparable_score"] + 0.005).sum())
    down = int((most < reports["comparable_score"] - 0.005).sum())
    title = f"口径试算（{reading.name}）：涉及 {len(reports)} 份报告，可比得分 {up} 份升高、{down} 份降低"
    sentence = f"{reading.words}仅供比较：自评得分不因此改动，试算结果不保存。"
    columns = {name: words for name, words in _TRIED_COLUMNS.items() if name in df}
    return View(title, sentence, df, None, columns, (), filters, f"{title}。{sentence}")


def measured(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """The measured leaves, those farthest from their rule first, at most ``MOST_ROWS`` (``total``: how many there are):
    item (report_id:ordinal), unit_id, fiscal_year, unit, level3, value_text, weight, score, admitted (in words), gap,
    direction, working, rule_note, place."""
    return cursor.execute(named(_SQL)["measured"], filters.parameters() | {"most": MOST_ROWS}).df()


_MEASURED_COLUMNS = {
    "unit": "填报单位",
    "level3": "三级指标",
    "value_text": "完成值",
    "weight": "权重",
    "score": "自评得分",
    "admitted": "按评分规则测算得分",
    "gap": "差异",
    "working": "测算过程",
    "direction": "方向",
    "fiscal_year": "年度",
    "rule_note": "规则文字的疑点",
    "place": "原文位置",
}
_ON_A_SLIDE = ("unit", "level3", "value_text", "score", "admitted", "gap", "working")
_WORKINGS_ON_A_SLIDE = 5


@remakable()
def measured_view(df: pd.DataFrame, filters: Filters) -> View:
    """Self-score, score by the printed rule, difference, direction and working of each measured leaf."""
    total = int(df["total"].iloc[0]) if len(df) else 0
    over, under, between = (int((df["direction"] == way).sum()) for way in ("偏高", "偏低", "不在可得分之列"))
    others = f"，{between} 项不在可得分之列" if between else ""
    title = f"按评分规则测算 {total} 项三级指标：{over} 项自评偏高，{under} 项自评偏低{others}"
    sentence = "差异为自评得分减去最近的可得分，偏高为正、偏低为负；自评得分不因此改动。"
    notes = ["测算得分为一段的，规则或完成值留有余地，落在其中即无差异。"]
    if total > len(df):
        notes.append(f"列出差异最大的 {len(df)} 项。")
    return View(title, sentence, df, None, _MEASURED_COLUMNS, tuple(notes), filters, f"{title}。{sentence}")


@remakable()
def slide_view(view: View) -> View:
    """The measured leaves farthest from their rule, few enough that a slide shows each 测算过程 whole."""
    kept = view.table.head(_WORKINGS_ON_A_SLIDE)
    columns = {name: view.columns[name] for name in _ON_A_SLIDE}
    notes = view.notes if len(kept) == len(view.table) else (f"列出差异最大的 {len(kept)} 项，其余见明细表。",)
    return replace(view, table=kept, columns=columns, notes=notes)


@remakable()
def coverage_view(df: pd.DataFrame, filters: Filters) -> View:
    """How far the rules reach, report by report; the whole in the title."""
    leaves, with_rule, done, ranged, offered = (
        int(df[name].sum()) for name in ("leaves", "with_rule", "recomputed", "ranged", "offered")
    )
    title = f"测算覆盖：{leaves} 项三级指标中 {with_rule} 项有评分规则，{done} 项由完成值测算出得分"
    sentence = f"另 {ranged} 项测算出得分区间，{offered} 项只知规则可得的分数。"
    return View(title, sentence, df, None, COVERAGE_COLUMNS, (), filters, f"{title}。{sentence}")
