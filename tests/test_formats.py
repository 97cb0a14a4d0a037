"""One report in every format gives the same leaves; what the cells of a format tell is used, never guessed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from itertools import chain
from pathlib import Path

import docx
import openpyxl
import pytest

from data.batch.ingest import ingest
from data.submission import Leaf, Submission
from data.warehouse import Warehouse
from tests import formats
from tests.conftest import SAMPLES
from tests.formats import Sheet, sheet_of
from tests.reports import read, report

FILES = sorted(SAMPLES.glob("*.txt"))
HOW_IT_WAS_READ = {"place", "hierarchy_method", "level1_raw", "level2_raw"}
WRITERS: dict[str, Callable[[Sheet], bytes]] = {
    "xlsx": formats.xlsx,
    "xlsx without merged cells": lambda sheet: formats.xlsx(sheet, merged=False),
    "docx": formats.docx_bytes,
    "html": lambda sheet: formats.html(sheet).encode(),
    "html in GB18030": lambda sheet: formats.html(sheet).replace('"utf-8"', '"gb2312"').encode("gb18030"),
    "csv": lambda sheet: formats.comma(sheet).encode(),
    "csv with BOM": lambda sheet: formats.comma(sheet).encode("utf-8-sig"),
    "csv in GB18030": lambda sheet: formats.comma(sheet).encode("gb18030"),
    "pipes": lambda sheet: formats.pipes(sheet).encode(),
}


def one(content: bytes | str) -> Submission:
    reading = read(content)
    assert reading.refusals == ()
    (submission,) = reading.submissions
    return submission


def facts(leaf: Leaf) -> dict[str, object]:
    return {f.name: getattr(leaf, f.name) for f in fields(leaf) if f.name not in HOW_IT_WAS_READ}


def assert_same(found: Submission, wanted: Submission) -> None:
    assert [facts(x) for x in found.leaves] == [facts(x) for x in wanted.leaves]
    for name in ("unit", "region_code", "fiscal_year", "form", "stated_total", "comparable_score", "status"):
        assert getattr(found, name) == getattr(wanted, name), name
    assert len(found.adjustments) == len(wanted.adjustments)
    assert len(found.budget_figures) == len(wanted.budget_figures)


@pytest.mark.parametrize("ending", ["xlsx", "docx", "html", "pdf"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_shipped_samples_say_the_same_in_every_format(file: Path, ending: str) -> None:
    other = SAMPLES / ending / f"{file.stem}.{ending}"
    assert_same(one(other.read_bytes()), one(file.read_bytes()))


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_report_says_the_same_however_it_is_written(file: Path, writer: Callable[[Sheet], bytes]) -> None:
    text = file.read_text(encoding="utf-8")
    assert_same(one(writer(sheet_of(text))), one(text))


RENAMED = {"完成值": "实际完成值", "权重": "参考分值", "得分": "自评得分", "评分规则": "评价标准"}


IN_ORDER = {
    **WRITERS,
    "a cell a line": lambda sheet: "\n".join([*sheet.before, *sheet.head, *chain(*sheet.rows), *sheet.after]).encode(),
}


@pytest.mark.parametrize(
    "writer",
    [*IN_ORDER.values(), pytest.param(formats.pdf, marks=pytest.mark.browser)],
    ids=[*IN_ORDER, "pdf"],
)
def test_other_header_words_and_another_order_of_columns_change_nothing(writer: Callable[[Sheet], bytes]) -> None:
    text = (SAMPLES / "南京市江宁区商务局_2024.txt").read_text(encoding="utf-8")
    sheet = sheet_of(text)
    order = [0, 1, 2, 6, 4, 3, 5]
    assert sheet.head == ("一级指标", "二级指标", "三级指标", "完成值", "权重", "得分", "评分规则")
    other = replace(
        sheet,
        head=tuple(RENAMED.get(sheet.head[i], sheet.head[i]) for i in order),
        rows=tuple(tuple(row[i] for i in order) for row in sheet.rows),
    )
    assert_same(one(writer(other)), one(text))


def test_a_true_span_is_the_evidence_of_a_label() -> None:
    submission = one(formats.xlsx(sheet_of(FILES[0].read_text(encoding="utf-8"))))
    assert {leaf.hierarchy_method for leaf in submission.leaves} == {"span"}
    assert submission.leaves[0].place.words == "工作表“自评表”第9行" or submission.leaves[0].place.position.startswith(
        "自评表!A"
    )


def test_a_blank_score_under_a_merged_neighbour_is_not_filled_from_it() -> None:
    sheet = sheet_of(report(total=None))
    rows = [list(row) for row in sheet.rows]
    score = sheet.head.index("得分")
    rows[1][score] = ""
    submission = one(formats.docx_bytes(replace(sheet, rows=tuple(map(tuple, rows)))))
    assert submission.leaves[1].score is None
    assert submission.status == "review"


def test_a_formula_without_a_stored_value_is_no_number() -> None:
    book = openpyxl.load_workbook(io.BytesIO(formats.xlsx(sheet_of(report()))))
    page = book.active
    assert page is not None
    cell = next(c for row in page.iter_rows() for c in row if c.value == 28)
    cell.value = "=14*2"
    stream = io.BytesIO()
    book.save(stream)
    submission = one(stream.getvalue())
    leaf = next(x for x in submission.leaves if x.level3 == "重点工作办结率")
    assert leaf.score is None
    assert leaf.score_inferred in (None, Decimal(28))
    assert "SCORE_UNREADABLE" in {p.code for p in submission.problems}


def test_hidden_sheets_are_left_out_and_hidden_rows_are_read_and_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(formats.xlsx(sheet_of(report()))))
    page = book.active
    assert page is not None
    number = next(c.row for row in page.iter_rows() for c in row if c.value == "重点工作办结率")
    page.row_dimensions[number].hidden = True
    other = book.create_sheet("底稿")
    for row in page.iter_rows(values_only=True):
        other.append(row)
    other.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    submission = one(stream.getvalue())
    leaf = next(x for x in submission.leaves if x.level3 == "重点工作办结率")
    assert "隐藏行" in leaf.place.words


def test_a_percentage_is_read_as_it_is_shown() -> None:
    text = (SAMPLES / "南京市江宁区商务局_2024.txt").read_text(encoding="utf-8")
    submission = one(formats.xlsx(sheet_of(text)))
    leaf = next(x for x in submission.leaves if x.level3 == "预算执行率")
    assert (leaf.value_text, leaf.value, leaf.value_unit) == ("85.00%", Decimal("85.00"), "%")


def test_a_head_of_two_rows_names_the_columns() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    sheet = sheet_of(report())
    for line in sheet.before:
        page.append([line])
    top = page.max_row + 1
    page.append(["绩效指标", "", "", "评价", ""])
    page.append(list(sheet.head))
    page.merge_cells(start_row=top, end_row=top, start_column=1, end_column=3)
    page.merge_cells(start_row=top, end_row=top, start_column=4, end_column=5)
    for row in sheet.rows:
        page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    assert_same(one(stream.getvalue()), one(report()))


def test_the_unit_may_stand_in_the_cell_beside_its_label() -> None:
    document = docx.Document()
    document.add_paragraph("2024年度部门整体支出绩效自评表")
    sheet = sheet_of(report())
    table = document.add_table(rows=2 + len(sheet.rows), cols=len(sheet.head))
    table.cell(0, 0).text = "单位名称"
    table.cell(0, 1).merge(table.cell(0, len(sheet.head) - 1)).text = "南京市玄武区水务局"
    for r, row in enumerate((sheet.head, *sheet.rows), start=1):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    stream = io.BytesIO()
    document.save(stream)
    submission = one(stream.getvalue())
    assert (submission.unit, submission.region_code) == ("南京市玄武区水务局", "320102")


def test_rows_under_one_merged_leaf_add_text_never_a_leaf() -> None:
    document = docx.Document()
    for line in sheet_of(report()).before:
        document.add_paragraph(line)
    rows = [
        ("一级指标", "二级指标", "三级指标", "分值", "得分", "评分标准"),
        ("决策", "目标设定", "目标合理性", "50", "48", "符合规划得25分"),
        ("", "", "", "", "", "符合职责得25分"),
        ("过程", "预算执行", "预算执行率", "50", "49", "达到100%得满分"),
    ]
    table = document.add_table(rows=4, cols=6)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text:
                table.cell(r, c).text = text
    for c in range(5):
        text = rows[1][c]
        table.cell(1, c).merge(table.cell(2, c)).text = text
    stream = io.BytesIO()
    document.save(stream)
    submission = one(stream.getvalue())
    assert [(x.level3, x.score) for x in submission.leaves] == [
        ("目标合理性", Decimal(48)),
        ("预算执行率", Decimal(49)),
    ]
    assert "25分" in (submission.leaves[0].rule_text or "")
    assert "符合职责" in (submission.leaves[0].rule_text or "")


def test_a_batch_of_the_same_report_in_many_formats_is_one_report(own: Warehouse, tmp_path: Path) -> None:
    sheet = sheet_of(report())
    for name in ("xlsx", "docx", "html", "csv"):
        (tmp_path / f"报告.{name}").write_bytes(WRITERS[name](sheet))
    result = ingest(own, [tmp_path])
    assert [d.outcome for d in result.documents] == ["accepted"] * 4
    assert [(r.leaves, r.status) for r in result.reports] == [(7, "accepted")]
    with own.cursor() as cursor:
        roles = cursor.execute("select role, count(*) from report_document group by role order by role").fetchall()
    assert roles == [("副本", 3), ("自评表", 1)]


def test_a_zip_with_folders_and_names_of_chinese_windows_is_unpacked(own: Warehouse, tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("reports/a.txt")
        archive.writestr(entry, report())
        archive.writestr("__MACOSX/._a.txt", b"x")
    raw = stream.getvalue().replace(b"reports/a.txt", "自评报告.txt".encode("gb18030").ljust(13, b"_")[:13])
    (tmp_path / "全部.zip").write_bytes(raw)
    result = ingest(own, [tmp_path])
    assert [d.outcome for d in result.documents] == ["accepted"]
    assert result.documents[0].file_name.startswith("全部.zip/自评报告")


def test_a_file_is_known_by_its_content_not_by_its_name(own: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "报告.txt").write_bytes(formats.xlsx(sheet_of(report())))
    (tmp_path / "报告.xlsx").write_text(report(unit="南京市玄武区水务局"), encoding="utf-8")
    assert [d.outcome for d in ingest(own, [tmp_path]).documents] == ["accepted", "accepted"]


def project_form(score: str = "9.63", total: str = "96.63", unit: str = "（万元）", initial: str = "500") -> Sheet:
    """项目支出绩效自评表: 绩效指标 down the side, a budget block with 10 points above the indicators."""
    before = (
        ("项目名称", "", "农村公路养护", "", "", "", "", "", "", ""),
        ("主管部门", "", "南京市玄武区交通局", "", "", "实施单位", "", "南京市玄武区公路中心", "", ""),
        (f"项目资金{unit}", "", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
        ("", "", "年度资金总额", "", initial, "520", "500.5", "10", "96.25%", score),
        ("", "", "其中:财政拨款", "", "500", "520", "500.5", "—", "96.25%", "—"),
    )
    head = (
        "绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分",
        "偏差原因分析及改进措施", "",
    )  # fmt: skip
    rows = (
        ("绩效指标", "产出指标", "数量指标", "养护里程", "≥120公里", "125公里", "30", "30", "", ""),
        ("", "", "时效指标", "完成时间", "12月底前", "11月", "20", "20", "", ""),
        ("", "效益指标", "社会效益指标", "通行保障", "明显改善", "明显改善", "30", "28", "个别路段受施工影响", ""),
        ("", "满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "92%", "10", "9", "", ""),
        ("总分", "", "", "", "", "", "100", total, "", ""),
    )
    return Sheet(("项目支出绩效自评表", "(2023年度)"), before[0], (*before[1:], head, *rows), ())


def as_docx(sheet: Sheet, merges: list[tuple[int, int, int, int]]) -> bytes:
    document = docx.Document()
    for line in sheet.before:
        document.add_paragraph(line)
    rows = (sheet.head, *sheet.rows)
    table = document.add_table(rows=len(rows), cols=len(sheet.head))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    for top, left, bottom, right in merges:
        text = rows[top][left]
        table.cell(top, left).merge(table.cell(bottom, right)).text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


PROJECT_MERGES = [(6, 0, 9, 0), (6, 1, 7, 1), (10, 0, 10, 5), (0, 0, 0, 1), (0, 2, 0, 9), (2, 0, 2, 3), (5, 8, 5, 9)]


def test_a_project_form_with_its_budget_row_inside_the_total() -> None:
    submission = one(as_docx(project_form(), PROJECT_MERGES))
    assert (submission.form, submission.subject, submission.fiscal_year) == ("项目", "农村公路养护", 2023)
    assert submission.unit == "南京市玄武区公路中心"
    assert [(x.level1, x.level2, x.level3, x.weight, x.score) for x in submission.leaves] == [
        ("产出指标", "数量指标", "养护里程", 30, 30),
        ("产出指标", "时效指标", "完成时间", 20, 20),
        ("效益指标", "社会效益指标", "通行保障", 30, 28),
        ("满意度指标", "服务对象满意度指标", "群众满意度", 10, 9),
    ]
    first, second, third, _ = submission.leaves
    assert (first.target, first.direction, first.value, first.value_unit) == (120, "≥", 125, "公里")
    assert (second.value, second.value_text) == (None, "11月")
    assert third.deviation_reason == "个别路段受施工影响"
    assert [(b.item, b.amount_yuan) for b in submission.budget_figures] == [
        ("initial_budget", 5_000_000),
        ("adjusted_budget", 5_200_000),
        ("expenditure", 5_005_000),
    ]
    assert [(a.kind, a.score, a.cap) for a in submission.adjustments] == [("预算执行", Decimal("9.63"), 10)]
    assert submission.comparable_score == Decimal("96.63")
    assert submission.status == "accepted"
    assert "BUDGET_ROW_IN_TOTAL" in {p.code for p in submission.problems}


def test_a_budget_row_that_the_total_does_not_fit_puts_the_report_into_review() -> None:
    submission = one(as_docx(project_form(total="90.00"), PROJECT_MERGES))
    assert submission.status == "review"
    assert "TOTAL_MISMATCH" in {p.code for p in submission.problems}
    assert [x.score for x in submission.leaves] == [30, 20, 28, 9]


def test_amounts_without_a_printed_unit_are_not_taken() -> None:
    submission = one(as_docx(project_form(unit=""), PROJECT_MERGES))
    assert submission.budget_figures == ()
    assert "AMOUNT_WITHOUT_UNIT" in {p.code for p in submission.problems}


def test_an_amount_beyond_all_budgets_is_said_and_not_taken() -> None:
    submission = one(as_docx(project_form(initial="100000000000"), PROJECT_MERGES))
    assert {f.item for f in submission.budget_figures} == {"adjusted_budget", "expenditure"}
    assert "金额过大，未取数：年度资金总额 100000000000" in {p.message for p in submission.problems}


def test_three_weight_columns_give_the_weight_of_the_leaf() -> None:
    head = ("一级指标", "分值", "二级指标", "分值", "三级指标", "分值", "评分标准", "得分")
    rows = (
        ("投入", "40", "目标设定", "40", "目标合理性", "20", "合理得满分", "20"),
        ("", "", "", "", "指标明确性", "20", "明确得满分", "18"),
        ("产出", "60", "职责履行", "60", "实际完成率", "60", "按完成比例得分", "59"),
        ("总分", "100", "", "100", "", "100", "", "97"),
    )
    sheet = Sheet(("2023年度部门整体绩效自评表", "填报单位:长沙市岳麓区教育局"), head, rows, ())
    merges = [(1, c, 2, c) for c in range(4)]
    for content in (as_docx(sheet, merges), formats.xlsx(sheet, merged=False), formats.comma(sheet).encode()):
        submission = one(content)
        assert [(x.level1, x.level2, x.weight, x.score) for x in submission.leaves] == [
            ("投入", "目标设定", 20, 20),
            ("投入", "目标设定", 20, 18),
            ("产出", "职责履行", 60, 59),
        ]
        assert submission.status == "accepted"


def test_the_year_may_stand_in_the_cell_beside_its_label() -> None:
    document = docx.Document()
    document.add_paragraph("部门整体支出绩效自评表")
    sheet = sheet_of(report())
    table = document.add_table(rows=2 + len(sheet.rows), cols=len(sheet.head))
    for c, text in enumerate(("部门名称", "南京市玄武区水务局", "年度", "2022")):
        table.cell(0, c).text = text
    for r, row in enumerate((sheet.head, *sheet.rows), start=1):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    stream = io.BytesIO()
    document.save(stream)
    assert (one(stream.getvalue()).fiscal_year, one(stream.getvalue()).unit) == (2022, "南京市玄武区水务局")
