"""待补录表: what it is prefilled with, what comes back, what is refused, and who stays current."""

from __future__ import annotations

import contextlib
import io
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from cli import jixiao
from data.batch.ingest import IngestResult, ingest
from data.batch.uploads import ingest_uploads
from data.byhand import sheet
from data.byhand.completion import finish
from data.door.worker import Reply, Request, answer
from data.normalise import number
from data.parse import Given
from data.warehouse import Warehouse
from exports.byhand import completion
from tests.asked import ask
from tests.reports import LEAVES, report
from tests.visitors import LOCAL

MISSING = (*LEAVES[:2], ("过程", "预算执行", "预算执行率", "20", ""), ("", "", "预算调整率", "10", ""), *LEAVES[4:])
"""Two scores are not printed and the total leaves more than one value for them: for review."""


def take(warehouse: Warehouse, *files: tuple[str, str | bytes]) -> IngestResult:
    content = [(name, one if isinstance(one, bytes) else one.encode()) for name, one in files]
    return ingest_uploads(warehouse, content, LOCAL)


def sheets(warehouse: Warehouse) -> list[tuple[str, bytes]]:
    with warehouse.cursor() as cursor:
        return list(completion.every(warehouse, cursor))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def fields(page: Any) -> dict[str, Any]:
    return {page.cell(row, 1).value: page.cell(row, 2) for row in range(2, len(sheet.FIELDS) + 2)}


def rows(page: Any) -> list[dict[str, Any]]:
    """The cells of the table by column name, those with a 三级指标."""
    top = len(sheet.FIELDS) + 3
    names = [cell.value for cell in page[top]]
    found = [dict(zip(names, row, strict=True)) for row in page.iter_rows(min_row=top + 1)]
    return [row for row in found if row[sheet.LEVEL3].value]


def filled(
    content: bytes,
    said: Mapping[str, Any] | None = None,
    scores: Mapping[str, Any] | None = None,
    change: Callable[[Any], None] | None = None,
) -> bytes:
    """A 待补录表 as a person sends it back: name and date, fields and scores (by 三级指标) filled in."""
    book = opened(content)
    page = book[sheet.SHEET]
    for name, value in {"填报人": "王五", "日期": "2025-06-30", **(said or {})}.items():
        fields(page)[name].value = value
    for row in rows(page):
        if row[sheet.LEVEL3].value in (scores or {}):
            row[sheet.SCORE].value = (scores or {})[row[sheet.LEVEL3].value]
    if change:
        change(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A report with two missing scores that nothing proves; for tests that publish nothing."""
    made = Warehouse(tmp_path_factory.mktemp("kept") / "own")
    assert [r.status for r in take(made, ("a.txt", report(MISSING, total="94.5"))).reports] == ["review"]
    return made


@pytest.fixture
def in_review(kept: Warehouse, tmp_path: Path) -> Warehouse:
    """The same, to be changed."""
    return Warehouse(shutil.copytree(kept.folder, tmp_path / "own"))


def test_a_report_in_review_is_prefilled_and_accepted_once_its_scores_are_entered(in_review: Warehouse) -> None:
    ((name, content),) = sheets(in_review)
    page = opened(content)[sheet.SHEET]
    assert name.startswith("待补录表_南京市玄武区商务局_2024_R")
    assert fields(page)["填报单位"].value == "南京市玄武区商务局"
    assert fields(page)["总计"].value == 94.5
    prefilled = [(r[sheet.LEVEL1].value, r[sheet.LEVEL3].value, r[sheet.WEIGHT].value, r[sheet.SCORE].value)
                 for r in rows(page)]  # fmt: skip
    assert prefilled[:3] == [
        ("决策", "绩效目标合理性", 10, 10), ("决策", "绩效指标明确性", 10, 9), ("过程", "预算执行率", 20, None),
    ]  # fmt: skip
    missing = next(r for r in rows(page) if r[sheet.LEVEL3].value == "预算执行率")
    assert "SCORE_MISSING" in missing[sheet.DOUBT].value
    assert missing[sheet.SCORE].fill.fgColor.rgb == "FFFBD9BD"
    assert "a.txt 第" in missing[sheet.WHERE].value

    result = take(in_review, ("补录.xlsx", filled(content, scores={"预算执行率": 18, "预算调整率": 10})))
    assert [(d.outcome, d.reason) for d in result.documents] == [("accepted", None)]
    ((_, *rest),) = ask(
        in_review,
        "select report_id, source, entered_by, entered_at::varchar, status, submission, leaf_total::double from report",
    )
    assert rest == ["人工补录", "王五", "2025-06-30", "accepted", 2, 94.5]
    assert ask(in_review, "select submission, role, file_name from report_document join document using (document_id) "
                          "order by submission, role") == [
        (1, "自评表", "a.txt"), (2, "人工补录", "补录.xlsx"), (2, "原件", "a.txt"),
    ]  # fmt: skip
    places = {place for (place,) in ask(in_review, "select place from leaf_score")}
    assert all(place.startswith("补录.xlsx 工作表“待补录表”第") for place in places)
    stored = ask(in_review, "select submission, is_current, status from report_store order by submission")
    assert stored == [(1, False, "review"), (2, True, "accepted")]


def test_what_is_left_blank_stays_null_and_the_report_for_review(in_review: Warehouse) -> None:
    ((_, content),) = sheets(in_review)
    result = take(in_review, ("补录.xlsx", filled(content, scores={"绩效指标明确性": 8})))
    assert [r.status for r in result.reports] == ["review"]
    assert ask(in_review, "select level3 from leaf_score where score is null and score_inferred is null order by 1") == [
        ("预算执行率",), ("预算调整率",),
    ]  # fmt: skip


def test_sums_are_reconciled_as_for_a_report_that_was_read(in_review: Warehouse) -> None:
    ((_, content),) = sheets(in_review)
    result = take(in_review, ("补录.xlsx", filled(content, scores={"预算执行率": 17, "预算调整率": 10})))
    assert [r.status for r in result.reports] == ["review"]
    assert ask(in_review, "select code from problem") == [("TOTAL_MISMATCH",)]
    ((_, again),) = sheets(in_review)
    result = take(in_review, ("再次补录.xlsx", filled(again, scores={"预算执行率": 18})))
    assert [r.status for r in result.reports] == ["accepted"]
    assert ask(in_review, "select submission, entered_by from report") == [(3, "王五")]
    originals = ask(in_review, "select submission, file_name from report_document join document using (document_id) "
                               "where role = '原件' order by submission")  # fmt: skip
    assert originals == [(2, "a.txt"), (3, "a.txt")]


def test_one_missing_score_is_still_proved_by_the_total_not_written_as_entered(in_review: Warehouse) -> None:
    ((_, content),) = sheets(in_review)
    take(in_review, ("补录.xlsx", filled(content, scores={"预算执行率": 18})))
    assert ask(in_review, "select score, score_inferred::double from leaf_score where level3 = '预算调整率'") == [
        (None, 10)
    ]


def test_the_same_sheet_or_the_original_again_changes_nothing(in_review: Warehouse, tmp_path: Path) -> None:
    ((_, content),) = sheets(in_review)
    done = filled(content, scores={"预算执行率": 18, "预算调整率": 10})
    take(in_review, ("补录.xlsx", done))
    for files in ([("补录.xlsx", done)], [("a.txt", report(MISSING, total="94.5"))]):
        result = take(in_review, *files)
        assert [d.outcome for d in result.documents] == ["unchanged"]
        assert result.version == 2
    assert ask(in_review, "select source from report") == [("人工补录",)]


def test_a_new_report_of_the_department_is_current_and_the_old_sheet_is_refused(in_review: Warehouse) -> None:
    ((_, content),) = sheets(in_review)
    take(in_review, ("b.txt", report()))
    result = take(in_review, ("补录.xlsx", filled(content, scores={"预算执行率": 18, "预算调整率": 10})))
    assert [d.reason_code for d in result.documents] == ["E35"]
    assert ask(in_review, "select source, submission from report") == [("自动读取", 2)]


def test_amounts_sections_and_what_the_prose_states_stay_with_the_completed_report(own: Warehouse) -> None:
    prose = "二、预算情况\n年初预算数100万元。\n自评得分94.5分。"
    take(own, ("a.txt", report(MISSING, total=None, prose=prose)))
    before = [ask(own, f"select * exclude (ordinal) from {t}") for t in ("budget_figure", "stated_figure", "narrative")]
    assert before[0], before[1]
    ((_, content),) = sheets(own)
    take(own, ("补录.xlsx", filled(content, {"总计": None}, {"预算执行率": 18, "预算调整率": 10})))
    after = [ask(own, f"select * exclude (ordinal) from {t}") for t in ("budget_figure", "stated_figure", "narrative")]
    assert after == before
    assert ask(own, "select status, stated_total::double from report") == [("accepted", 94.5)]


def test_a_scan_is_completed_from_a_blank_sheet_and_its_original_cannot_displace_it(own: Warehouse) -> None:
    scan = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" \
           b"trailer<</Root 1 0 R>>\n"  # fmt: skip
    assert [d.outcome for d in take(own, ("扫描件.pdf", scan)).documents] == ["refused"]
    ((name, content),) = sheets(own)
    assert name.startswith("待补录表_扫描件_")

    def table(page: Any) -> None:
        for at, (one, two, three, weight, score) in enumerate(LEAVES, start=len(sheet.FIELDS) + 4):
            for column, value in (
                (2, one or "过程"),
                (3, two or "其他"),
                (4, three),
                (5, float(weight)),
                (6, float(score)),
            ):
                page.cell(at, column).value = value

    said = {"填报单位": "南京市玄武区商务局", "区划代码": "320102", "年度": "2024年", "表类": "部门整体", "总计": 94.5}
    done = filled(content, said, change=table)
    result = take(own, ("补录.xlsx", done))
    assert [(d.outcome, d.reason) for d in result.documents] == [("accepted", None)]
    assert ask(own, "select source, leaves, leaf_total::double, year_basis from report") == [
        ("人工补录", 7, 94.5, "given")
    ]
    assert [d.outcome for d in take(own, ("扫描件.pdf", scan)).documents] == ["unchanged"]
    assert sheets(own) == []


def test_a_report_without_a_year_is_prefilled_with_all_but_the_year(own: Warehouse) -> None:
    text = report(title="部门整体支出绩效自评价报告")
    assert [d.reason_code for d in take(own, ("a.txt", text)).documents] == ["E07"]
    ((_, content),) = sheets(own)
    page = opened(content)[sheet.SHEET]
    assert [r[sheet.SCORE].value for r in rows(page)] == [10, 9, 18, 10, 28, 10, 9.5]
    assert fields(page)["年度"].value is None
    assert fields(page)["年度"].fill.fgColor.rgb == "FFFFF4BF"
    take(own, ("补录.xlsx", filled(content, {"年度": 2023})))
    assert ask(own, "select fiscal_year, source from report") == [(2023, "人工补录")]
    result = ingest_uploads(own, [("a.txt", text.encode())], LOCAL, Given(fiscal_year=2023))
    assert [d.outcome for d in result.documents] == ["unchanged"]
    assert ask(own, "select source from report") == [("人工补录",)]


def test_whatever_is_known_of_a_refused_document_is_prefilled_and_each_sheet_has_a_name_of_its_own(
    own: Warehouse,
) -> None:
    long = "南京市玄武区" + "很" * 70 + "长名称局"
    scoreless = [(*leaf[:4], "") for leaf in LEAVES]
    take(
        own,
        ("无单位.txt", report().replace("填报单位:南京市玄武区商务局", "")),
        ("无得分.txt", report(scoreless, unit="南京市玄武区统计局", total=None)),
        (
            "无表.txt",
            "2024年度部门整体支出绩效自评价报告\n填报单位:南京市玄武区审计局\n一、基本情况\n职责为审计监督。\n",
        ),
        ("甲.txt", report(unit=f"{long}甲", title="自评价报告")),
        ("乙.txt", report(unit=f"{long}乙", title="自评价报告")),
    )
    found = sheets(own)
    known = {}
    for name, content in found:
        page = opened(content)[sheet.SHEET]
        of = fields(page)
        known[name] = (of["填报单位"].value, of["年度"].value, len(rows(page)))
    assert sorted(known.values(), key=str) == sorted(
        [
            (None, 2024, 7),
            ("南京市玄武区统计局", 2024, 7),
            ("南京市玄武区审计局", 2024, 0),
            (f"{long}甲", None, 7),
            (f"{long}乙", None, 7),
        ],
        key=str,
    )
    assert len(known) == len(found) == 5
    assert max(map(len, known)) <= 85


def test_an_unknown_region_may_be_filled_in_and_the_report_read_before_gives_way(own: Warehouse) -> None:
    take(own, ("a.txt", report(unit="商务局")))
    assert ask(own, "select region_code, status from report") == [(None, "review")]
    ((_, content),) = sheets(own)
    take(own, ("补录.xlsx", filled(content, {"区划代码": "320102"})))
    assert ask(own, "select region_code, status, source from report") == [("320102", "accepted", "人工补录")]


def judged(warehouse: Warehouse, content: bytes) -> Reply:
    """What ingest makes of a filled sheet before anything is written."""
    return finish(warehouse, answer(Request("补录.xlsx"), content))


@pytest.mark.parametrize(("said", "code", "words"), [
    ({"填报人": None}, "E30", "填报人"),
    ({"日期": "昨天"}, "E30", "“日期”：“昨天”应为日期"),
    ({"日期": "2025-02-30"}, "E30", "日期"),
    ({"总计": "约94"}, "E30", "“总计”：“约94”不是数字"),
    ({"填报单位": "南京市玄武区水务局"}, "E35", "填报单位"),
    ({"年度": 2023}, "E35", "年度"),
    ({"年度": "去年"}, "E30", "应为四位年度"),
    ({"表类": "项目"}, "E35", "表类"),
    ({"区划代码": "320115"}, "E35", "区划代码"),
    ({"区划代码": "999999"}, "E30", "区划代码"),
    ({"报告编号": "R000000000000"}, "E35", "不存在"),
    ({"报告编号": None}, "E35", "报告编号缺失"),
    ({"文件编号": "0" * 64}, "E35", "原件尚未入库"),
    ({"文件编号": "a.txt"}, "E30", "文件编号"),
])  # fmt: skip
def test_a_sheet_with_a_wrong_field_is_refused_by_name(
    kept: Warehouse, said: dict[str, Any], code: str, words: str
) -> None:
    ((_, content),) = sheets(kept)
    reply = judged(kept, filled(content, said, {"预算执行率": 18, "预算调整率": 10}))
    assert (reply.reading, reply.code) == (None, code)
    assert words in (reply.reason or "")


def test_a_refused_sheet_leaves_the_report_as_it_was_and_asks_for_no_sheet_of_its_own(in_review: Warehouse) -> None:
    ((_, content),) = sheets(in_review)
    (document,) = take(in_review, ("补录.xlsx", filled(content, {"填报人": None}))).documents
    assert (document.outcome, document.reason_code) == ("refused", "E30")
    assert ask(in_review, "select source from report") == [("自动读取",)]
    assert len(sheets(in_review)) == 1


TYPED = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.decimals(-5, 120, places=2).map(float),
    st.sampled_from(
        ["9. 5", "10分", "满分", "85%", "=1+1", "①", "１２", "2025-06-30", "指标", "\u2047", "类别", "1e3", True]
    ),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(2, 30), st.integers(1, len(sheet.COLUMNS)), TYPED), max_size=6))
def test_whatever_is_typed_a_sheet_is_read_as_typed_or_refused_with_a_code(
    kept: Warehouse, typed: list[tuple[int, int, Any]]
) -> None:
    ((_, content),) = sheets(kept)

    def change(page: Any) -> None:
        for row, column, value in typed:
            with contextlib.suppress(IllegalCharacterError):
                page.cell(row, column).value = value

    done = filled(content, change=change)
    reply = answer(Request("补录.xlsx"), done)
    assert reply.reading is not None or reply.code in ("E30", "E05"), reply
    if reply.reading is not None:
        page = opened(done)[sheet.SHEET]
        for leaf in reply.reading.submissions[0].leaves:
            at = int(leaf.place.position.rpartition("!A")[2])
            cells = {name.value: cell.value for name, cell in zip(page[len(sheet.FIELDS) + 3], page[at], strict=True)}
            for printed, entered in ((leaf.weight, cells[sheet.WEIGHT]), (leaf.score, cells[sheet.SCORE])):
                assert printed == (None if entered in (None, "") else number(str(entered))), (leaf, entered)


def _set(column: str, value: Any, row: int = 0) -> Callable[[Any], None]:
    def change(page: Any) -> None:
        rows(page)[row][column].value = value

    return change


def _clear(page: Any) -> None:
    for row in rows(page):
        for cell in row.values():
            cell.value = None


def _other_mark(page: Any) -> None:
    page["A1"].value = "x"


@pytest.mark.parametrize(("change", "words"), [
    (_set(sheet.SCORE, "满分"), "第15行“得分”：“满分”不是数字"),
    (_set(sheet.SCORE, "=5+5"), "含公式：待补录表!F15"),
    (_set(sheet.KIND, "其他"), "“类别”：“其他”应为指标"),
    (_set(sheet.LEVEL3, None, 1), "该行有内容而无名称"),
    (_set(sheet.WEIGHT, -10), "不能为负数"),
    (_clear, "没有填写"),
    (_other_mark, "首行"),
    (lambda page: page.delete_cols(6), "缺少“得分”一列"),
    (lambda page: page.delete_rows(4), "缺少“填报单位”一行"),
])  # fmt: skip
def test_a_sheet_with_a_wrong_cell_is_refused_with_row_column_and_value(
    kept: Warehouse, change: Callable[[Any], None], words: str
) -> None:
    ((_, content),) = sheets(kept)
    reply = judged(kept, filled(content, change=change))
    assert (reply.reading, reply.code) == (None, "E30")
    assert words in (reply.reason or "")


def test_text_that_would_start_a_formula_stays_text_and_comes_back_as_it_was(own: Warehouse) -> None:
    odd = ("决策", "目标设定", '=HYPERLINK("x")', "10", "")
    take(own, ("a.txt", report((odd, *LEAVES[1:]), total=None)))
    ((_, content),) = sheets(own)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = b"".join(parts.read(n) for n in parts.namelist() if n.startswith("xl/worksheets/"))
        assert not [n for n in parts.namelist() if "comments" in n or "externalLink" in n or "drawing" in n]
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml
    name = ask(own, "select level3 from leaf_score order by ordinal limit 1")
    take(own, ("补录.xlsx", filled(content)))
    assert ask(own, "select level3 from leaf_score order by ordinal limit 1") == name


def test_ids_are_protected_and_what_is_to_be_filled_in_is_not(in_review: Warehouse) -> None:
    ((_, content),) = sheets(in_review)
    book = opened(content)
    page = book[sheet.SHEET]
    assert book.sheetnames == [sheet.SHEET, "填写说明", "存疑清单"]
    assert page.protection.sheet
    locked = {name: cell.protection.locked for name, cell in fields(page).items()}
    assert [name for name, is_locked in locked.items() if is_locked] == [
        "文件编号", "报告编号", "填报单位", "区划代码", "年度", "表类", "项目名称",
    ]  # fmt: skip
    assert not any(row[c].protection.locked for row in rows(page) for c in (sheet.LEVEL1, sheet.WEIGHT, sheet.SCORE))


def test_bonus_rows_and_untouched_cells_come_back_as_they_were_read(own: Warehouse) -> None:
    header = ("一级指标", "二级指标", "三级指标", "分值", "年度指标值", "实际完成值", "得分", "评分标准")
    lines = [(*leaf[:4], "≥95%", "96.5%", leaf[4], "完成得满分") for leaf in LEAVES]
    lines[2] = (*lines[2][:6], "", lines[2][7])
    text = report(lines, header=header, total=None) + "加减分项\t加分项\t获得表彰\t\t\t\t2\t\n合计\t\t\t100\t\t\t98\t\n"  # type: ignore[arg-type]
    take(own, ("a.txt", text))
    columns = "level1, level2, level3, weight, value_text, value, value_unit, target_text, target, direction, rule_text, " \
              "dimension, canonical_leaf, applicability"  # fmt: skip
    leaves = f"select {columns} from leaf_score order by ordinal"
    adjustments = "select kind, label, score, cap from adjustment"
    before = ask(own, leaves), ask(own, adjustments)
    assert len(before[0]) == 7
    assert before[1]
    for _, content in sheets(own):
        take(own, ("补录.xlsx", filled(content, scores={"预算执行率": 19})))
    assert ask(own, "select source from report") == [("人工补录",)]
    assert (ask(own, leaves), ask(own, adjustments)) == before


def test_the_published_report_with_blank_scores_is_completed(own: Warehouse, published: Sequence[Path]) -> None:
    ingest(own, published)
    before = ask(own, "select unit, level1, level2, level3, weight, value_text, rule_text, dimension from leaf_score order by report_id, ordinal")  # fmt: skip
    proved = ask(
        own, "select report_id, ordinal, score_inferred::double from leaf_score where score_inferred is not null"
    )
    assert len(proved) == 6
    amounts = ask(own, "select count(*) from budget_figure")
    files = []
    for at, (_, content) in enumerate(sheets(own)):
        blank = [r[sheet.LEVEL3].value for r in rows(opened(content)[sheet.SHEET]) if r[sheet.SCORE].value is None]
        weights = {r[sheet.LEVEL3].value: r[sheet.WEIGHT].value for r in rows(opened(content)[sheet.SHEET])}
        files.append((f"{at}.xlsx", filled(content, scores={name: weights[name] for name in blank})))
    result = take(own, *files)
    assert {d.outcome for d in result.documents} == {"accepted"}, result.documents
    assert {r.inferred for r in result.reports} == {0}
    after = ask(own, "select unit, level1, level2, level3, weight, value_text, rule_text, dimension from leaf_score order by report_id, ordinal")  # fmt: skip
    assert after == before
    entered = {(r, o): s for r, o, s in ask(own, "select report_id, ordinal, score::double from leaf_score")}
    assert [entered[r, o] for r, o, _ in proved] == [s for _, _, s in proved]
    assert ask(own, "select count(*) from budget_figure") == amounts


def test_the_command_line_writes_every_sheet(in_review: Warehouse, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        jixiao, ["complete", "--out", str(tmp_path / "表"), "--warehouse", str(in_review.folder)]
    )
    assert result.exit_code == 0, result.output
    assert "已生成待补录表 1 份" in result.output
    ((name, _),) = sheets(in_review)
    assert [f.name for f in (tmp_path / "表").iterdir()] == [name]
    assert rows(opened((tmp_path / "表" / name).read_bytes())[sheet.SHEET])[0][sheet.LEVEL3].value == "绩效目标合理性"
