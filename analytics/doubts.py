"""提取存疑: what we doubted in reading the reports in view, by report and code, and the files that were refused."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.view import View
from data.codes import PROBLEMS, REFUSALS
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
_SEVERITIES = {"error": "须确认", "warning": "待核", "info": "提示"}
_GROUPS = {
    "degree": "程度",
    "state": "状态",
    "unit": "填报单位",
    "fiscal_year": "年度",
    "meaning": "存疑内容",
    "rows": "条数",
    "code": "编号",
}
_ROWS = {"degree": "程度", "message": "内容", "level3": "三级指标", "place": "原文位置", "code": "编号"}
_REFUSED = {
    "file_name": "文件",
    "reason_code": "编号",
    "reason": "原因",
    "advice": "怎么办",
    "completed": "补录",
    "received_at": "收到时间（UTC）",
}


def table(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """One row a doubt of the current reports in view, also of those in review: item (report_id:code), number, severity,
    code, message, ordinal and level3 of the leaf, place, locator, document, and the report's identity and state.

    Reports in review first, then those with the gravest doubts; inside a report by severity and code.
    """
    return cursor.execute(named(_SQL)["doubts"], filters.parameters()).df()


def refused(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row a refused file: item (document_id), file_name, received_at, reason_code, reason, entered_by (by whom it
    was completed by hand, if it was)."""
    return cursor.execute(named(_SQL)["refused"]).df()


def groups_view(df: pd.DataFrame, filters: Filters) -> View:
    """One row a report and code, in the order of the table."""
    if df.empty:
        return View("提取存疑：当前范围内没有记录", "", df, None, _GROUPS, (), filters)
    groups = df.groupby("item", sort=False).agg(
        unit=("unit", "first"),
        fiscal_year=("fiscal_year", "first"),
        status=("status", "first"),
        accepted_by=("accepted_by", "first"),
        severity=("severity", "first"),
        code=("code", "first"),
        rows=("number", "size"),
    )
    groups = groups.reset_index().assign(
        state=[_state(s, by) for s, by in zip(groups["status"], groups["accepted_by"], strict=True)],
        degree=groups["severity"].map(_SEVERITIES).to_numpy(),
        meaning=[PROBLEMS[code][1] if code in PROBLEMS else code for code in groups["code"]],
    )
    reports = df.drop_duplicates("report_id")
    title = f"提取存疑：{len(reports)} 份报告 {len(df)} 条，{int((reports['status'] == 'review').sum())} 份待复核"
    counts = df["severity"].value_counts()
    sentence = (
        "，".join(f"{word} {counts.get(code, 0)} 条" for code, word in _SEVERITIES.items()) + "。点一行查看原文。"
    )
    notes = ("提取存疑是读取中的修复、推定和疑问，属本系统，不是对报告的评价。",)
    return View(title, sentence, groups, None, _GROUPS, notes, filters, title)


def _state(status: str, accepted_by: object) -> str:
    if status == "review":
        return "待复核"
    return f"经{accepted_by}确认" if isinstance(accepted_by, str) else "已入库"


def report_view(df: pd.DataFrame, filters: Filters) -> View:
    """The doubts of one report, each with its leaf and place; ``df`` are its rows of the table."""
    first = df.iloc[0]
    title = f"{first['unit']} {first['fiscal_year']}：提取存疑 {len(df)} 条"
    source = f"{first['source']}（{first['entered_by']}）" if isinstance(first["entered_by"], str) else first["source"]
    rows = df.assign(item=df["number"].astype(str), degree=df["severity"].map(_SEVERITIES))
    sentence = f"来源：{source}；状态：{_state(first['status'], first['accepted_by'])}。"
    return View(title, sentence, rows.reset_index(drop=True), None, _ROWS, (), filters, title)


def refused_view(df: pd.DataFrame) -> View:
    """The refused files with what to do about each."""
    open_ = int(df["entered_by"].isna().sum())
    title = f"退回文件：{len(df)} 个，待补录 {open_} 个" if len(df) else "没有退回的文件"
    advice = [REFUSALS[code][1] if code in REFUSALS else "" for code in df["reason_code"]]
    rows = df.assign(
        advice=advice,
        reason=[reason.removesuffix(a) for reason, a in zip(df["reason"], advice, strict=True)],
        completed=["已补录" if isinstance(by, str) else "" for by in df["entered_by"]],
    )
    return View(title, "点一行下载该文件的待补录表。", rows, None, _REFUSED, (), Filters(), title)
