"""Forms of other places: sub-items, subtotals, bonus rows with a weight, reviewed scores, goals above the levels …

Every form is read as text, as a workbook with merged cells and as a document; what must come out is written down here.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from data.submission import Submission
from tests import formats
from tests.formats import Sheet, sheet_of
from tests.reports import codes, one

Row = tuple[str, str, str, int | float, int | float | None]
WRITERS: dict[str, Callable[[Sheet], bytes]] = {
    "text": lambda sheet: as_text(sheet).encode(),
    "xlsx": formats.xlsx,
    "docx": formats.docx_bytes,
}
in_every_format = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


def form(table: str, title: str = "2024年度部门整体支出绩效自评表") -> Sheet:
    """A sheet from a table written with bars between its cells, a row a line."""
    lines = [line.replace("|", "\t") for line in table.strip().splitlines()]
    return sheet_of("\n".join([title, "填报单位:南京市玄武区商务局", *lines]))


def as_text(sheet: Sheet) -> str:
    return "\n".join([*sheet.before, *("\t".join(row) for row in (sheet.head, *sheet.rows)), *sheet.after])


def rows(submission: Submission) -> list[Row]:
    return [
        (x.level1, x.level2, x.level3, float(x.weight or 0), None if x.score is None else float(x.score))
        for x in submission.leaves
    ]


PLAIN = [("决策", "目标设定", "目标合理性", 20, 18), ("产出", "产出数量", "完成率", 80, 79)]


@in_every_format
@pytest.mark.parametrize(
    "parts",
    [
        "||其中:符合规划||\n||其中:符合职责||",
        "||其中:符合规划||\n||符合职责||",
        "||其中：符合规划|12|11\n||符合职责|8|7",
        "||其中:符合规划|12|11\n||其中:符合职责|8|7",
        "决策|目标设定|其中:符合规划|12|11\n决策|目标设定|符合职责|8|7",
        "||其中:符合规划|12|11",
    ],
    ids=["bare", "said once", "weighted, said once", "weighted", "labels repeated", "a single one"],
)
def test_sub_items_are_parts_of_the_leaf_above(write: Callable[[Sheet], bytes], parts: str) -> None:
    head = "一级指标|二级指标|三级指标|分值|得分\n决策|目标设定|目标合理性|20|18"
    submission = one(write(form(f"{head}\n{parts}\n产出|产出数量|完成率|80|79\n合计|||100|97")))
    assert rows(submission) == PLAIN
    assert (submission.leaf_total, submission.status) == (97, "accepted")
    assert "SUB_ITEM" in codes(submission)


@in_every_format
def test_a_leaf_after_sub_items_that_fill_nothing_stays_a_leaf(write: Callable[[Sheet], bytes]) -> None:
    submission = one(
        write(
            form("""
一级指标|二级指标|三级指标|分值|得分
决策|目标设定|目标合理性|20|18
||其中:符合规划|12|11
||目标明确性|8|8
产出|产出数量|完成率|72|71
合计|||100|97
""")
        )
    )
    assert [(x.level3, x.weight) for x in submission.leaves] == [("目标合理性", 20), ("目标明确性", 8), ("完成率", 72)]
    assert submission.status == "accepted"


@in_every_format
@pytest.mark.parametrize("place", ["小计||", "|小计|", "||小计", "决策小计||"])
def test_a_subtotal_is_no_leaf(write: Callable[[Sheet], bytes], place: str) -> None:
    table = f"""
一级指标|二级指标|三级指标|分值|得分
决策|目标设定|目标合理性|12|11
||目标明确性|8|8
{place}|20|19
产出|产出数量|完成率|80|79
小计|||80|79
合计|||100|98
"""
    submission = one(write(form(table)))
    assert rows(submission) == [
        ("决策", "目标设定", "目标合理性", 12, 11),
        ("决策", "目标设定", "目标明确性", 8, 8),
        ("产出", "产出数量", "完成率", 80, 79),
    ]
    assert submission.status == "accepted"
    wrong = one(write(form(table.replace("|20|19", "|20|18"))))
    assert "SUBTOTAL_MISMATCH" in codes(wrong)
    assert rows(wrong) == rows(submission)


@in_every_format
def test_bonus_rows_with_a_weight_stand_outside_the_hundred(write: Callable[[Sheet], bytes]) -> None:
    table = """
一级指标|二级指标|三级指标|分值|得分
决策|目标设定|目标合理性|20|18
产出|产出数量|完成率|80|79
加分项||获得表彰|5|2
减分项||受到通报|5|-1
合计|||100|98
"""
    submission = one(write(form(table)))
    assert rows(submission) == PLAIN
    assert [(a.kind, a.label, a.score, a.cap) for a in submission.adjustments] == [
        ("加分", "获得表彰", 2, 5),
        ("减分", "受到通报", -1, 5),
    ]
    assert (submission.comparable_score, submission.stated_total, submission.status) == (97, 98, "accepted")


@in_every_format
def test_a_bonus_row_that_the_hundred_needs_is_a_leaf(write: Callable[[Sheet], bytes]) -> None:
    table = """
一级指标|二级指标|三级指标|分值|得分
决策|目标设定|目标合理性|20|18
产出|产出数量|完成率|75|74
加减分项|工作实绩|获得表彰|5|2
合计|||100|94
"""
    submission = one(write(form(table)))
    assert [(x.level3, x.weight, x.score) for x in submission.leaves][-1] == ("获得表彰", 5, 2)
    assert submission.adjustments == ()


@in_every_format
@pytest.mark.parametrize("head", ["分值|自评得分|复核得分", "分值|复核得分|自评得分"])
def test_a_reviewed_score_is_never_the_units_own(write: Callable[[Sheet], bytes], head: str) -> None:
    order = (18, 17, 79, 75, 97, 92) if head.index("自评") < head.index("复核") else (17, 18, 75, 79, 92, 97)
    a, b, c, d, e, f = order
    table = f"""
一级指标|二级指标|三级指标|{head}
决策|目标设定|目标合理性|20|{a}|{b}
产出|产出数量|完成率|80|{c}|{d}
合计|||100|{e}|{f}
"""
    submission = one(write(form(table)))
    assert rows(submission) == PLAIN
    assert (submission.stated_total, submission.status) == (97, "accepted")


def test_a_score_merged_over_two_leaves_is_neither_missing_nor_proved() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(
            formats.xlsx(
                form("""
一级指标|二级指标|三级指标|分值|得分
决策|目标设定|目标合理性|20|18
||目标明确性|10|
产出|产出数量|完成率|70|70
合计|||100|88
""")
            )
        )
    )
    page = book.active
    assert page is not None
    row = next(c.row for line in page.iter_rows() for c in line if c.value == "目标合理性")
    page.merge_cells(start_row=row, end_row=row + 1, start_column=5, end_column=5)
    stream = io.BytesIO()
    book.save(stream)
    submission = one(stream.getvalue())
    assert (submission.leaves[1].score, submission.leaves[1].score_inferred) == (None, None)
    assert "SCORE_SHARED" in codes(submission)
    assert submission.status == "review"
