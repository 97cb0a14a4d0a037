"""Forms of other places: sub-items, subtotals, bonus rows with a weight, reviewed scores, goals above the levels …

Every form is read as text, as a workbook with merged cells and as a document; what must come out is written down here.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import docx
import openpyxl
import pytest

from data.submission import Submission
from tests import formats
from tests.formats import Sheet, sheet_of
from tests.reports import codes, one, read

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


@in_every_format
@pytest.mark.parametrize(("first", "second"), [("自评得分", "评定得分"), ("评定得分", "自评得分")])
def test_of_two_score_columns_the_one_that_says_so_is_the_units_own(
    write: Callable[[Sheet], bytes], first: str, second: str
) -> None:
    own = first == "自评得分"
    a, b = (18, 17) if own else (17, 18)
    c, d = (79, 75) if own else (75, 79)
    submission = one(
        write(
            form(f"""
一级指标|二级指标|三级指标|分值|{first}|{second}
决策|目标设定|目标合理性|20|{a}|{b}
产出|产出数量|完成率|80|{c}|{d}
""")
        )
    )
    assert rows(submission) == PLAIN
    assert "SCORE_COLUMNS" not in codes(submission)


@in_every_format
def test_two_score_columns_that_cannot_be_told_apart_are_for_review(write: Callable[[Sheet], bytes]) -> None:
    table = """
一级指标|二级指标|三级指标|分值|综合得分|评定得分
决策|目标设定|目标合理性|20|18|17
产出|产出数量|完成率|80|79|75
"""
    submission = one(write(form(table)))
    assert "SCORE_COLUMNS" in codes(submission)
    assert submission.status == "review"
    alike = one(write(form(table.replace("|17", "|18").replace("|75", "|79"))))
    assert "SCORE_COLUMNS" not in codes(alike)


@in_every_format
def test_the_adjusted_target_is_the_one_in_force(write: Callable[[Sheet], bytes]) -> None:
    submission = one(
        write(
            form("""
一级指标|二级指标|三级指标|年初指标值|调整指标值|全年完成值|分值|得分
产出指标|数量指标|检查次数|≥10次|≥8次|9次|40|40
效益指标|社会效益指标|知晓率|≥80%||82%|60|57
总分||||||100|97
""")
        )
    )
    first, second = submission.leaves
    assert (first.target_text, first.target, first.direction, first.value) == ("≥8次", 8, "≥", 9)
    assert (second.target_text, second.target, second.value) == ("≥80%", 80, 82)
    (told,) = [p for p in submission.problems if p.code == "TARGET_ADJUSTED"]
    assert "≥10次" in told.message


@in_every_format
def test_goals_above_the_levels_are_no_level(write: Callable[[Sheet], bytes]) -> None:
    submission = one(
        write(
            form("""
年度绩效目标|一级指标|二级指标|三级指标|年初目标值(A)|实际完成值(B)|分值|得分
年度绩效目标1(40分)|产出指标|数量指标|检查次数|≥10次|12次|20|20
||质量指标|合格率|≥90%|95%|20|19
年度绩效目标2(60分)|产出指标|数量指标|培训人数|≥100人|120人|30|30
|效益指标|社会效益指标|知晓率|≥80%|82%|30|28
总分||||||100|97
""")
        )
    )
    assert [(x.level1, x.level2, x.level3, x.score) for x in submission.leaves] == [
        ("产出指标", "数量指标", "检查次数", 20),
        ("产出指标", "质量指标", "合格率", 19),
        ("产出指标", "数量指标", "培训人数", 30),
        ("效益指标", "社会效益指标", "知晓率", 28),
    ]
    assert (submission.stated_total, submission.status) == (97, "accepted")


@in_every_format
def test_a_form_of_one_level_has_no_level_above(write: Callable[[Sheet], bytes]) -> None:
    submission = one(
        write(
            form("""
指标名称|计量单位|指标性质|指标值|实际完成值|分值|得分
检查次数|次|≥|10|12|40|40
合格率|%|≥|90|95|60|59
合计|||||100|99
""")
        )
    )
    assert [
        (x.level1, x.level2, x.level3, x.target, x.direction, x.value, x.value_unit) for x in submission.leaves
    ] == [
        ("", "", "检查次数", 10, "≥", 12, "次"),
        ("", "", "合格率", 90, "≥", 95, "%"),
    ]
    assert submission.status == "accepted"
    assert {x.hierarchy_method for x in submission.leaves} == {"absent"}


@in_every_format
@pytest.mark.parametrize("total", ["总分|||100|97|优", "总分|||100|97|\n自评等级|优||||"])
def test_the_grade_beside_or_below_the_total(write: Callable[[Sheet], bytes], total: str) -> None:
    head = "一级指标|二级指标|三级指标|分值|得分|备注\n决策|目标设定|目标合理性|20|18|\n产出|产出数量|完成率|80|79|"
    submission = one(write(form(f"{head}\n{total}")))
    assert (submission.grade, submission.stated_total, submission.status) == ("优", 97, "accepted")


def test_a_grade_in_a_cell_beyond_the_table() -> None:
    table = "一级指标|二级指标|三级指标|分值|得分\n决策|目标设定|目标合理性|20|18\n产出|产出数量|完成率|80|79\n"
    submission = one((as_text(form(table)) + "\n总分|||100|97|优\n等级|良\n").replace("|", "\t"))
    assert (submission.grade, submission.stated_total, submission.status) == ("优", 97, "accepted")


WITHOUT_SCORES = """
一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分
产出指标|数量指标|检查次数|≥10次|{}|40|
效益指标|社会效益指标|知晓率|≥80%|{}|60|
"""


@in_every_format
@pytest.mark.parametrize(
    ("title", "table", "code"),
    [
        ("2024年度部门整体支出绩效目标申报表", WITHOUT_SCORES.format("", ""), "E33"),
        ("2024年度项目支出绩效目标表", WITHOUT_SCORES.format("", ""), "E33"),
        ("2024年度部门整体支出绩效运行监控表", WITHOUT_SCORES.format("6次", "70%"), "E34"),
        ("2024年度绩效执行情况表", WITHOUT_SCORES.replace("实际完成值", "全年预计完成情况").format("6次", "7%"), "E34"),
        ("2024年度部门整体支出绩效自评表", WITHOUT_SCORES.format("", ""), "E09"),
        (
            "2024年度部门整体支出绩效自评表",
            "一级指标|二级指标|三级指标|分值|得分\n产出|数量|指标1:||\n||指标2:||",
            "E09",
        ),
    ],
    ids=["declaration", "project declaration", "monitoring", "monitoring by its head", "not filled in", "blank"],
)
def test_other_forms_are_refused_in_their_own_words(
    write: Callable[[Sheet], bytes], title: str, table: str, code: str
) -> None:
    reading = read(write(form(table, title)))
    assert (reading.submissions, [found for _, found, _ in reading.refusals]) == ((), [code])


@in_every_format
def test_values_without_any_score_are_kept_for_review_and_prove_nothing(write: Callable[[Sheet], bytes]) -> None:
    submission = one(write(form(WITHOUT_SCORES.format("9次", "82%") + "总分|||||100|100")))
    assert [(x.value, x.weight, x.score, x.score_inferred) for x in submission.leaves] == [
        (9, 40, None, None),
        (82, 60, None, None),
    ]
    assert (submission.status, submission.comparable_score) == ("review", None)
    assert "VALUES_ONLY" in codes(submission)
    assert "SCORE_MISSING" not in codes(submission)


def test_a_declaration_beside_the_self_evaluation_refuses_nothing() -> None:
    declared = as_text(form(WITHOUT_SCORES.format("", ""), "2024年度部门整体支出绩效目标申报表"))
    scored = "一级指标\t二级指标\t三级指标\t分值\t得分\n产出\t产出数量\t完成率\t40\t40\n\t\t及时率\t60\t60\n合计\t\t\t100\t100"
    reading = read(f"{declared}\n2024年度部门整体支出绩效自评表\n{scored}\n")
    assert reading.refusals == ()
    assert [len(s.leaves) for s in reading.submissions] == [2]


def scored(name: str, score: int) -> str:
    return f"""
一级指标|二级指标|三级指标|分值|得分
产出|产出数量|{name}|40|40
||及时率|60|{score}
合计|||100|{40 + score}
"""


def stacked(*sheets: Sheet) -> dict[str, bytes]:
    """Several forms in one file, below each other."""
    text = "\n".join(as_text(sheet) for sheet in sheets)
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in text.split("\n"):
        page.append([float(c) if c.isdigit() else c for c in line.split("\t")])
    stream = io.BytesIO()
    book.save(stream)
    return {"text": text.encode(), "xlsx": stream.getvalue()}


@pytest.mark.parametrize("format_", ["text", "xlsx"])
def test_several_forms_of_one_unit_in_one_file_are_several_reports(format_: str) -> None:
    whole = form(scored("完成率", 59))
    first, second = (
        replace(
            form(scored(name, 58), "2024年度项目支出绩效自评表"),
            before=("2024年度项目支出绩效自评表", f"项目名称:{name}"),
        )
        for name in ("养护里程", "培训人数")
    )
    reading = read(stacked(whole, first, second)[format_])
    assert reading.refusals == ()
    assert [(s.form, s.subject, s.unit, s.leaf_total) for s in reading.submissions] == [
        ("部门整体", "", "南京市玄武区商务局", 99),
        ("项目", "养护里程", "南京市玄武区商务局", 98),
        ("项目", "培训人数", "南京市玄武区商务局", 98),
    ]
    assert ["UNIT_INHERITED" in codes(s) for s in reading.submissions] == [False, True, True]
    assert {s.status for s in reading.submissions} == {"accepted"}


@pytest.mark.parametrize("format_", ["text", "xlsx"])
def test_a_form_without_a_unit_among_several_units_is_for_review(format_: str) -> None:
    water = replace(
        form(scored("供水量", 57)), before=("2024年度部门整体支出绩效自评表", "填报单位:南京市玄武区水务局")
    )
    nameless = replace(form(scored("养护里程", 58)), before=("2024年度项目支出绩效自评表", "项目名称:养护"))
    reading = read(stacked(form(scored("完成率", 59)), water, nameless)[format_])
    assert [(s.unit, s.status) for s in reading.submissions] == [
        ("南京市玄武区商务局", "accepted"),
        ("南京市玄武区水务局", "accepted"),
        ("南京市玄武区水务局", "review"),
    ]


def test_a_title_and_head_repeated_on_every_page_open_nothing() -> None:
    top = "2024年度部门整体支出绩效自评表\n"
    head, one_, two, total = scored("完成率", 59).strip().replace("|", "\t").split("\n")
    text = f"{top}填报单位:南京市玄武区商务局\n{head}\n{one_}\n\n{top}{head}\n{two}\n{total}\n"
    submission = one(text)
    assert [x.level3 for x in submission.leaves] == ["完成率", "及时率"]
    assert submission.status == "accepted"


@pytest.mark.parametrize("write", [formats.xlsx, formats.docx_bytes], ids=["xlsx", "docx"])
def test_a_table_of_another_kind_after_the_total_is_no_part_of_it(write: Callable[[Sheet], bytes]) -> None:
    content = write(form(scored("完成率", 59)))
    stream = io.BytesIO()
    if write is formats.docx_bytes:
        document = docx.Document(io.BytesIO(content))
        document.add_paragraph("附:基础数据表")
        table = document.add_table(rows=2, cols=3)
        for cell, text in zip(
            (c for r in table.rows for c in r.cells), ["编制数", "在职人数", "车辆数", "20", "18", "3"], strict=True
        ):
            cell.text = text
        document.save(stream)
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        page = book.create_sheet("基础数据")
        page.append(["编制数", "在职人数", "车辆数"])
        page.append([20, 18, 3])
        book.save(stream)
    submission = one(stream.getvalue())
    assert [x.level3 for x in submission.leaves] == ["完成率", "及时率"]
    assert submission.status == "accepted"
