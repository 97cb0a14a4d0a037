"""Small reports written for tests, and readings of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from data import readers, vocabulary
from data.door.intake import receive
from data.parse import NOTHING_GIVEN, Given, parse
from data.submission import Reading, Submission
from data.vocabulary import Vocabulary

Leaf = tuple[str, str, str, str, str]
"""level1, level2, level3, weight, score as printed."""

LEAVES: tuple[Leaf, ...] = (
    ("决策", "目标设定", "绩效目标合理性", "10", "10"),
    ("", "", "绩效指标明确性", "10", "9"),
    ("过程", "预算执行", "预算执行率", "20", "18"),
    ("", "", "预算调整率", "10", "10"),
    ("产出", "产出数量", "重点工作办结率", "30", "28"),
    ("效益", "社会效益", "服务企业情况", "10", "10"),
    ("满意度", "服务对象满意度", "企业满意度", "10", "9.5"),
)


def report(
    leaves: Sequence[Leaf] = LEAVES,
    unit: str = "南京市玄武区商务局",
    title: str = "2024年度部门整体支出绩效自评价报告",
    total: str | None = "94.5",
    prose: str = "",
    header: Sequence[str] = ("一级指标", "二级指标", "三级指标", "分值", "得分"),
) -> str:
    """A report as text: title, 填报单位, prose, table, total row. The weights of ``LEAVES`` sum to 100."""
    lines = [title, "", f"填报单位:{unit}", "", prose, "", "\t".join(header)]
    lines += ["\t".join(leaf) for leaf in leaves]
    if total is not None:
        lines.append("\t".join(["合计", "", "", "100", total]))
    return "\n".join(lines) + "\n"


def read(text: str | bytes | Path, words: Vocabulary | None = None, given: Given = NOTHING_GIVEN) -> Reading:
    """Read a text, bytes or file as ingest does."""
    content = text.read_bytes() if isinstance(text, Path) else text.encode() if isinstance(text, str) else text
    return parse(readers.read(receive(content, "测试.txt")), words or vocabulary.load(), given)


def one(text: str | bytes | Path, words: Vocabulary | None = None, given: Given = NOTHING_GIVEN) -> Submission:
    """The only report of a text."""
    reading = read(text, words, given)
    assert len(reading.submissions) == 1, reading.refusals
    return reading.submissions[0]


def codes(submission: Submission) -> set[str]:
    return {p.code for p in submission.problems}
