"""退回重报前后对照: what a resubmission changed in leaves, totals and findings."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from analytics.style import points
from analytics.view import View
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")


def submissions(cursor: duckdb.DuckDBPyConnection, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    """Every submission of the reports of a unit and year: report_id, submission, is_current, file_name, received_at."""
    return cursor.execute(named(_SQL)["submissions"], {"unit_id": unit_id, "fiscal_year": fiscal_year}).df()


def pairs(found: pd.DataFrame) -> dict[str, tuple[str, int, int]]:
    """What can be compared: words for the reader -> report_id, earlier and current submission, the last two first."""
    result = {}
    for report_id, of_report in found.groupby("report_id", sort=False):
        current = of_report[of_report["is_current"]]
        if current.empty:
            continue
        after = current.iloc[-1]
        earlier = of_report[of_report["submission"] < after["submission"]]
        for before in reversed(earlier.to_dict("records")):
            subject = f"{before['subject']}：" if before["subject"] else ""
            first = f"第 {before['submission']} 次（{before['file_name']}）"
            words = f"{subject}{first}与第 {after['submission']} 次（{after['file_name']}）"
            result[words] = (str(report_id), int(before["submission"]), int(after["submission"]))
    return result


def part(cursor: duckdb.DuckDBPyConnection, name: str, report_id: str, before: int, after: int) -> pd.DataFrame:
    """``totals`` (one row), ``leaves`` (those that changed) or ``findings`` (gone, new, changed, unchanged) of two
    submissions of a report."""
    return cursor.execute(named(_SQL)[name], {"report_id": report_id, "before": before, "after": after}).df()


def leaves_view(totals: pd.DataFrame, leaves: pd.DataFrame) -> View:
    """Totals of both submissions in the title, the leaves that changed in the table."""
    columns = {
        "level2": "二级指标",
        "level3": "三级指标",
        "change": "变化",
        "before_value": "前次完成值",
        "after_value": "本次完成值",
        "before_weight": "前次权重",
        "after_weight": "本次权重",
        "before_score": "前次得分",
        "after_score": "本次得分",
        "moved": "得分变化",
    }
    row = totals.iloc[0]
    title = (
        f"第 {int(row['before_submission'])} 次报送总计 {points(row['before_total'])}，"
        f"第 {int(row['after_submission'])} 次 {points(row['after_total'])}"
    )
    comparable = f"可比得分由 {points(row['before_comparable'])} 至 {points(row['after_comparable'])}"
    sentence = f"{comparable}；三级指标有变化的 {len(leaves)} 项。"
    return View(title, sentence, leaves, None, columns, (), alt=f"{title}。{sentence}")


def findings_view(df: pd.DataFrame) -> View:
    """What became of the findings."""
    columns = {"check_name": "核对项目", "change": "变化", "before_message": "前次内容", "after_message": "本次内容"}
    counts = df["change"].value_counts()
    order = ("新出现", "有变化", "未变", "已消除")
    words = "，".join(f"{name} {counts[name]} 条" for name in order if name in counts)
    return View(f"存疑事项的变化：{words or '两次均无'}", "", df, None, columns)
