"""复核工作底稿: exactly the columns of the trade, typed numbers, and a filled one comes back as 财政复核 rows."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data.batch.uploads import ingest_uploads
from data.byhand import worksheet
from data.door.worker import Request, answer
from data.warehouse import Warehouse
from exports.anonymous import Names
from exports.byhand import worksheets
from tests.asked import publish_classified
from tests.checked import publish
from tests.ruled import LEAVES, PAYLOADS, SOURCE, UNIT, text
from tests.visitors import LOCAL

HEAD = "一级|二级|三级|指标性质|指标值|计量单位|权重|自评完成值|自评得分|复核完成值|复核得分|偏离度|备注"


def unit_ids(warehouse: Warehouse) -> list[str]:
    with warehouse.cursor() as cursor:
        return [u for (u,) in cursor.execute("select unit_id from report").fetchall()]


def made(warehouse: Warehouse, names: Names | None = None) -> bytes:
    with warehouse.cursor() as cursor:
        ((name, content),) = worksheets.every(cursor, unit_ids(warehouse), 2024, SOURCE, names or Names({}))
    assert name == f"2024_江苏省南京市玄武区_{UNIT}_复核工作底稿_v000001.xlsx" or names
    return content


def rows(content: bytes) -> list[list[Any]]:
    page = openpyxl.load_workbook(io.BytesIO(content))[worksheet.SHEET]
    return [list(row) for row in page.iter_rows(values_only=True)]


def filled(content: bytes, said: dict[str, tuple[Any, Any, Any]], *changes: tuple[str, Any]) -> bytes:
    """A 底稿 as it comes back: value, score and remark by 三级; ``changes``: cells of the sheet set to something."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[worksheet.SHEET]
    for row in page.iter_rows(min_row=2):
        for column, value in zip((9, 10, 12), said.get(str(row[2].value), ()), strict=False):
            row[column].value = value
    for cell, value in changes:
        page[cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take(warehouse: Warehouse, content: bytes, name: str = "底稿.xlsx") -> tuple[str, str | None, str]:
    (found,) = ingest_uploads(warehouse, [(name, content)], LOCAL).documents
    return found.outcome, found.reason_code, found.reason or ""


def reviewed(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    with warehouse.cursor() as cursor:
        return cursor.execute("select ordinal, value, score, reason from review_score order by ordinal").fetchall()


def test_the_sheet_has_exactly_the_columns_typed_numbers_and_no_formula(ruled_warehouse: Warehouse) -> None:
    content = made(ruled_warehouse)
    head, *body = rows(content)
    assert "|".join(head) == HEAD
    assert body == [
        ["决策", "目标设定", "绩效目标合理性", "定性", None, None, 50, None, 50, None, None, None, None],
        ["产出", "产出数量", "甲项工作完成率", "定量", None, "%", 25, 95, 25, None, None, None, None],
        ["产出", "产出数量", "乙项工作完成率", "定量", None, "%", 20, 98, 10, None, None, None, None],
        ["满意度", "服务对象满意度", "企业满意度", "定性", None, None, 5, None, 5, None, None, None, None],
    ]
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert not [n for n in archive.namelist() if "worksheets" in n and b"<f>" in archive.read(n)]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert {page.title: page.sheet_state for page in book} == {
        worksheet.SHEET: "visible", "填写说明": "visible", worksheet.KEYS: "veryHidden",
    }  # fmt: skip
    assert UNIT in book[worksheet.SHEET].oddHeader.center.text


def test_a_filled_sheet_comes_back_as_review_rows_and_is_printed_with_its_deviation(ruled: Warehouse) -> None:
    """甲: 25 of 25 becomes 20, so 偏离度 is 5/25 = 20 %; 乙: 10 becomes 18, so −8/20 = −40 %."""
    said = {"甲项工作完成率": (95, 20, "按规则扣分"), "乙项工作完成率": ("98%", 18, None)}
    content = filled(made(ruled), said)
    assert take(ruled, content) == ("accepted", None, "复核 2 项，其中 1 项改动得分而未写备注")
    assert reviewed(ruled) == [(2, "95", Decimal(20), "按规则扣分"), (3, "98%", Decimal(18), None)]
    assert take(ruled, content)[0] == "unchanged"
    again = made(ruled)
    assert [row[9:] for row in rows(again)[2:4]] == [[95, 20, 0.2, "按规则扣分"], ["98%", 18, -0.4, None]]
    whole = {"绩效目标合理性": (None, 40.5, "无佐证材料"), "企业满意度": ("未调查", 0, "没有调查数据")}
    assert take(ruled, filled(again, whole))[0] == "accepted"
    assert reviewed(ruled) == [
        (0, None, Decimal("78.5"), "各三级指标复核得分之和"), (1, None, Decimal("40.5"), "无佐证材料"),
        (2, "95", Decimal(20), "按规则扣分"), (3, "98%", Decimal(18), None), (4, "未调查", Decimal(0), "没有调查数据"),
    ]  # fmt: skip


def test_rows_may_be_sorted_and_names_replaced(ruled: Warehouse) -> None:
    content = made(ruled, Names({"甲项工作": "某项工作"}))
    assert rows(content)[2][2] == "某项工作完成率"
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[worksheet.SHEET]
    values = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    for row, cells in zip(page.iter_rows(min_row=2), reversed(values), strict=True):
        for cell, value in zip(row, cells, strict=True):
            cell.value = value
    out = io.BytesIO()
    book.save(out)
    assert take(ruled, filled(out.getvalue(), {"某项工作完成率": (95, 21, "核减")}))[0] == "accepted"
    assert reviewed(ruled) == [(2, "95", Decimal(21), "核减")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((("K3", 25.5),), "第3行“复核得分”：“25.5”高于权重 25"),
        ((("K3", -1),), "第3行“复核得分”：“-1”不能为负数"),
        ((("K3", "二十"),), "第3行“复核得分”：“二十”不是数字"),
        ((("K3", 20), ("I3", 24)), "第3行“三级”：“甲项工作完成率”该行的自评内容已被改动"),
        ((("K3", 20), ("G3", 30)), "该行的自评内容已被改动"),
        ((("K7", 20), ("C7", "另加的指标")), "第7行“三级”：“另加的指标”该行的自评内容已被改动"),
        ((("M3", "长" * 2001),), "超过 2000 字"),
        ((), "三栏均未填写"),
    ],
)
def test_what_cannot_be_taken_is_told_by_row_and_column_and_nothing_is_kept(
    ruled: Warehouse, changes: tuple[tuple[str, Any], ...], words: str
) -> None:
    outcome, code, reason = take(ruled, filled(made(ruled), {}, *changes))
    assert (outcome, code) == ("refused", "E47")
    assert words in reason
    assert reviewed(ruled) == []


def test_a_sheet_without_its_numbers_is_refused(ruled: Warehouse) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(made(ruled), {"甲项工作完成率": (95, 20, "核减")})))
    del book[worksheet.KEYS]
    out = io.BytesIO()
    book.save(out)
    assert take(ruled, out.getvalue())[:2] == ("refused", "E47")


def test_a_sheet_of_an_unknown_report_or_of_another_version_is_refused(ruled: Warehouse, tmp_path: Path) -> None:
    content = filled(made(ruled), {"甲项工作完成率": (95, 20, "核减")})
    other = Warehouse(tmp_path / "other")
    publish(other, text("南京市玄武区教育局"))
    outcome, code, reason = take(other, content)
    assert (outcome, code) == ("refused", "E48")
    assert "不在当前数据版本内" in reason
    anew = [(*leaf[:4], "24", *leaf[5:]) if leaf[2] == "甲项工作完成率" else leaf for leaf in LEAVES]
    publish(ruled, text(leaves=anew, total="89"))
    outcome, code, reason = take(ruled, content)
    assert (outcome, code) == ("refused", "E48")
    assert "工作表“复核工作底稿”第3行：自评内容已与当前数据版本不同" in reason
    assert reviewed(ruled) == []


def test_a_unit_marked_classified_has_no_sheet(ruled: Warehouse) -> None:
    publish_classified(ruled)
    with ruled.cursor() as cursor:
        assert list(worksheets.every(cursor, unit_ids(ruled), 2024, SOURCE)) == []
    content = worksheets.archive(ruled, ruled.current() or 0, unit_ids(ruled), 2024, SOURCE)
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["说明.txt"]


def test_texts_that_look_like_formulas_come_back_as_the_leaf_they_stand_for() -> None:
    texts = (*PAYLOADS, "100", "08", "'引号", "1,234.50", " 前后 空格 ", "两\n行", "９０％")
    leaves = [("产出", "数量", text, "定性", text, None, Decimal(5), text, Decimal("4.5")) for text in texts]
    lines = tuple(
        worksheet.Line("R" + "0" * 12, i, cells, False, score=Decimal(4)) for i, cells in enumerate(leaves, 1)
    )
    paper = worksheets.Paper("=cmd&单位", "区划", 2024, "部门整体", "", lines)
    reply = answer(Request("底稿.xlsx"), worksheets.xlsx(paper, SOURCE))
    assert reply.reason is None
    assert [(r.ordinal, r.source) for r in reply.reviews] == list(enumerate(worksheet.hashes(leaves), 1))
