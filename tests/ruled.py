"""A report whose rules yield other scores than it prints, and texts that no file may take for more than text."""

from __future__ import annotations

from collections.abc import Sequence

from exports.source import Source
from tests.reports import report

SOURCE = Source("本单位数据", "v000001", "2024 年", "全部区划", "2025-06-30")
HEAD = ("一级指标", "二级指标", "三级指标", "分值", "得分", "完成值", "评分规则")
RULE = "完成率达到100%得满分，每低1个百分点扣1分，扣完为止。"
UNIT = "南京市玄武区商务局"
LEAVES: Sequence[tuple[str, ...]] = (
    ("决策", "目标设定", "绩效目标合理性", "50", "50", "", ""),
    ("产出", "产出数量", "甲项工作完成率", "25", "25", "95%", RULE),
    ("", "", "乙项工作完成率", "20", "10", "98%", RULE),
    ("满意度", "服务对象满意度", "企业满意度", "5", "5", "", ""),
)
"""甲 scores 25 where its rule yields 20, 乙 10 where its rule yields 18; 满意度 is full without a number."""


def text(unit: str = UNIT, leaves: Sequence[tuple[str, ...]] = LEAVES, total: str = "90") -> str:
    return report(leaves, unit, total=total, header=HEAD)  # type: ignore[arg-type]


PAYLOADS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "＝1+1", "＋1", "－1", "＠A1", "  =1+1", '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0", '"=1+1', "http://example.com", "mailto:a@b.cn", "<w:fldSimple/>", "{=1+1}", "&lt;f&gt;",
)  # fmt: skip
