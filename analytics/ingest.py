"""数据入库: what became of the files of a batch, and the versions there are, as tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.style import points
from data.batch.papers import Draft, IngestResult
from data.warehouse import Version, version_name

OUTCOMES = {"accepted": "已入库", "review": "待复核", "refused": "退回", "unchanged": "未变"}


_BEFORE = OUTCOMES | {"accepted": "可入库"}
"""The same words for what is not yet published."""


def headline(result: IngestResult, published: bool = True) -> str:
    """The batch in a sentence."""
    counts = pd.Series([d.outcome for d in result.documents]).value_counts()
    words = "，".join(
        f"{word} {counts[code]} 份" for code, word in (OUTCOMES if published else _BEFORE).items() if code in counts
    )
    return f"共 {len(result.documents)} 个文件：{words}；读出报告 {len(result.reports)} 份。"


def files(draft: Draft, published: bool = True) -> pd.DataFrame:
    """One row a file: 文件, 结果, 填报单位, 三级指标, 得分合计, 报告总计, 推定得分, 修复与提示, 须确认, 编号, 说明.

    Sums stand only where a file holds one report; a file that belongs to another's report names it with its role.
    """
    words = OUTCOMES if published else _BEFORE
    rows = []
    for d in draft.result.documents:
        own = [c for c in draft.claims if c.document_id == d.document_id and d.document_id]
        parts = [f"{c.outcome.unit}（{role}）" for c in draft.claims for i, role in c.attached if i == d.document_id]
        told = draft.reports_of(d.document_id) if d.document_id else []
        units = list(dict.fromkeys([r.unit for r in told] + parts))
        more = f" 等 {len(units)} 个" if len(units) > 3 else ""
        one = told[0] if len(told) == 1 else None
        rows.append(
            (
                d.file_name, words[d.outcome], "、".join(units[:3]) + more,
                sum(r.leaves for r in told),
                points(float(one.leaf_total) if one is not None and one.leaf_total is not None else None),
                points(float(one.stated_total) if one is not None and one.stated_total is not None else None),
                sum(r.inferred for r in told), sum(c.repaired for c in own),
                sum(len(c.doubts) for c in own), d.reason_code or "", d.reason or "",
            )
        )  # fmt: skip
    names = [
        "文件",
        "结果",
        "填报单位",
        "三级指标",
        "得分合计",
        "报告总计",
        "推定得分",
        "修复与提示",
        "须确认",
        "编号",
        "说明",
    ]
    return pd.DataFrame(rows, columns=names)


def reports(result: IngestResult, published: bool = True) -> pd.DataFrame:
    """One row a report: 填报单位, 年度, 表类, 状态, 三级指标, 得分合计, 报告总计, 推定得分, 提取存疑."""
    words = OUTCOMES if published else _BEFORE
    rows = [
        (
            r.unit, r.fiscal_year, r.form, words[r.status], r.leaves,
            points(None if r.leaf_total is None else float(r.leaf_total)),
            points(None if r.stated_total is None else float(r.stated_total)), r.inferred, r.problems,
        )
        for r in result.reports
    ]  # fmt: skip
    names = ["填报单位", "年度", "表类", "状态", "三级指标", "得分合计", "报告总计", "推定得分", "提取存疑"]
    return pd.DataFrame(rows, columns=names)


def versions(found: Sequence[Version]) -> pd.DataFrame:
    """One row a version, newest first: 数据版本, 时间, 内容, 状态."""
    rows = [
        (version_name(v.number), v.created_at, v.detail, "当前" if v.current else "可退回" if v.kept else "已清理")
        for v in found
    ]
    return pd.DataFrame(rows, columns=["数据版本", "时间（UTC）", "内容", "状态"])
