"""数据入库: what became of the files of a batch, and the versions there are, as tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.style import points
from data.ingest import IngestResult
from data.warehouse import Version, version_name

OUTCOMES = {"accepted": "已入库", "review": "待复核", "refused": "退回", "unchanged": "未变"}


def headline(result: IngestResult) -> str:
    """The batch in a sentence."""
    counts = pd.Series([d.outcome for d in result.documents]).value_counts()
    words = "，".join(f"{word} {counts[code]} 份" for code, word in OUTCOMES.items() if code in counts)
    return f"共 {len(result.documents)} 个文件：{words}；读出报告 {len(result.reports)} 份。"


def documents(result: IngestResult) -> pd.DataFrame:
    """One row a file: 文件, 结果, 编号, 说明."""
    rows = [(d.file_name, OUTCOMES[d.outcome], d.reason_code or "", d.reason or "") for d in result.documents]
    return pd.DataFrame(rows, columns=["文件", "结果", "编号", "说明"])


def reports(result: IngestResult) -> pd.DataFrame:
    """One row a report: 填报单位, 年度, 表类, 状态, 三级指标, 得分合计, 报告总计, 推定得分, 提取存疑."""
    rows = [
        (
            r.unit, r.fiscal_year, r.form, OUTCOMES[r.status], r.leaves,
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
