"""核查意见单: what it lists, what it can not carry, and that a filled one comes back as decisions."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from analytics import findings
from analytics.filters import Filters
from cli import jixiao
from data.batch.ingest import IngestResult
from data.batch.uploads import Visitor, ingest_uploads
from data.byhand import opinion
from data.decided.decisions import history, latest
from data.warehouse import Warehouse
from exports.anonymous import names
from exports.byhand import letters
from tests.asked import publish_classified
from tests.checked import publish
from tests.ruled import PAYLOADS, RULE, SOURCE, UNIT, text
from tests.visitors import LOCAL, OUTSIDE


def made(warehouse: Warehouse) -> dict[str, bytes]:
    """The letter of the unit, by format."""
    with warehouse.cursor() as cursor:
        return {name[-4:]: content for name, content in letters.every(cursor, Filters(), SOURCE)}


def cells(content: bytes) -> list[list[Any]]:
    """The rows of a workbook, sheet after sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [list(row) for page in book for row in page.iter_rows(values_only=True)]


def filled(content: bytes, said: dict[str, tuple[str, str]], by: str = "王五") -> bytes:
    """A letter as it comes back: 部门说明 and 采纳情况 by 三级指标, in xlsx or docx."""
    out = io.BytesIO()
    if b"word/document.xml" in content:
        document = docx.Document(io.BytesIO(content))
        document.tables[0].rows[1].cells[5].text = by
        for row in (row for table in document.tables[1:] for row in table.rows):
            for column, words in zip((9, 10), said.get(row.cells[1].text, ("", "")), strict=True):
                if words:
                    row.cells[column].text = words
        document.save(out)
        return out.getvalue()
    book = openpyxl.load_workbook(io.BytesIO(content))
    for page in book:
        for row in page.iter_rows():
            for cell, after in pairwise(row):
                if cell.value == opinion.BY:
                    after.value = by
            for column, words in zip((9, 10), said.get(str(row[1].value), ("", "")), strict=True):
                if words:
                    row[column].value = words
    book.save(out)
    return out.getvalue()


def take(warehouse: Warehouse, content: bytes, name: str = "意见单", who: Visitor = LOCAL) -> IngestResult:
    return ingest_uploads(warehouse, [(name, content)], who)


def decided(warehouse: Warehouse) -> dict[str, tuple[str, str, str]]:
    """State, reason and name of the last decision, by 三级指标."""
    with warehouse.cursor() as cursor:
        leaf = dict(
            cursor.execute(
                "select finding_id, level3 from finding join leaf_score using (report_key, ordinal)"
            ).fetchall()
        )
    return {leaf[f]: (d.state, d.reason, d.decided_by) for f, d in latest(warehouse).items()}


def test_both_directions_stand_with_rule_working_and_place(ruled_warehouse: Warehouse) -> None:
    rows = {row[1]: row for row in cells(made(ruled_warehouse)["xlsx"])}
    assert rows["甲项工作完成率"][2:6] == ["95%", 25, 20, 5]
    assert rows["乙项工作完成率"][2:6] == ["98%", 10, 18, -8]
    assert rows["甲项工作完成率"][6] == RULE and "0.txt 第" in rows["甲项工作完成率"][8]
    assert rows["甲项工作完成率"][9:11] == [None, None], "部门说明 and 采纳情况 are left to fill in"
    assert rows["企业满意度"][3:5] == ["中性", None], "the second table: 方向, 分值"
    document = docx.Document(io.BytesIO(made(ruled_warehouse)["docx"]))
    printed = [[cell.text.split("\n")[0] for cell in row.cells] for row in document.tables[1].rows]
    assert [row[1:6] for row in printed[1:]] == [
        ["甲项工作完成率", "95%", "25.00", "20.00", "+5.00"],
        ["乙项工作完成率", "98%", "10.00", "18.00", "-8.00"],
    ]


def test_a_docx_repeats_heads_names_chinese_fonts_and_lies_across(ruled_warehouse: Warehouse) -> None:
    content = made(ruled_warehouse)["docx"]
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader/>") == 2
    assert all("w:eastAsia=" in run for run in re.findall(r"<w:r>.*?</w:r>", xml))
    assert 'w:orient="landscape"' in xml


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_a_filled_letter_comes_back_as_decisions(ruled: Warehouse, kind: str) -> None:
    said = {
        "甲项工作完成率": ("计算口径不同", "采纳"),
        "乙项工作完成率": ("另附说明", ""),
        "企业满意度": ("", "已整改"),
    }
    result = take(ruled, filled(made(ruled)[kind], said))
    assert [(d.outcome, d.reason) for d in result.documents] == [("accepted", "核查意见 3 项")]
    assert decided(ruled) == {
        "甲项工作完成率": ("采纳", "计算口径不同", "王五"),
        "乙项工作完成率": ("部门已说明", "另附说明", "王五"),
        "企业满意度": ("已整改", opinion.UNEXPLAINED, "王五"),
    }
    with ruled.cursor() as cursor:
        assert cursor.execute("select count(*) from report").fetchall() == [(1,)], "it brings no report"


def test_the_same_letter_twice_decides_once_and_a_later_one_is_added(ruled: Warehouse) -> None:
    letter = made(ruled)["xlsx"]
    take(ruled, filled(letter, {"甲项工作完成率": ("口径不同", "")}))
    assert [d.outcome for d in take(ruled, filled(letter, {"甲项工作完成率": ("口径不同", "")})).documents] != [
        "refused"
    ]
    take(ruled, filled(letter, {"甲项工作完成率": ("口径不同", "不采纳")}))
    ((finding_id, last),) = latest(ruled).items()
    assert last.state == "不采纳"
    assert [d.state for d in history(ruled, finding_id)] == ["不采纳", "部门已说明"]


def test_a_decision_belongs_to_the_working_that_was_printed(ruled: Warehouse) -> None:
    def printed_before(page: Any) -> None:
        for row in page.iter_rows():
            if opinion.WORDS not in str(row[9].value) and str(row[11].value).startswith("F"):
                row[11].value = row[11].value[:-16] + "0" * 16

    book = openpyxl.load_workbook(io.BytesIO(filled(made(ruled)["xlsx"], {"甲项工作完成率": ("口径不同", "采纳")})))
    for page in book:
        printed_before(page)
    out = io.BytesIO()
    book.save(out)
    take(ruled, out.getvalue())
    with ruled.cursor() as cursor:
        shown = findings.rows(cursor, Filters(), findings.Choice(check="rule_gap"), latest(ruled))
    assert sorted(shown["state"]) == ["待核", "采纳（需重新确认）"]


@pytest.mark.parametrize(
    ("said", "by", "told"),
    [
        ({"甲项工作完成率": ("", "同意")}, "王五", "“采纳情况”：“同意”应为待核、"),
        ({"甲项工作完成率": ("长" * 1001, "")}, "王五", "超过 1000 字"),
        ({"甲项工作完成率": ("口径不同", "")}, "", "“填写人”：应填写姓名"),
        ({}, "王五", "两栏均未填写"),
    ],
)
def test_what_is_filled_in_wrongly_is_told_with_row_column_and_value(
    ruled: Warehouse, said: dict[str, tuple[str, str]], by: str, told: str
) -> None:
    (outcome,) = take(ruled, filled(made(ruled)["xlsx"], said, by)).documents
    assert (outcome.outcome, outcome.reason_code) == ("refused", "E45")
    assert told in (outcome.reason or "")
    assert latest(ruled) == {}, "nothing half-written"


def test_a_letter_about_findings_that_are_not_there_is_refused(ruled: Warehouse, tmp_path: Path) -> None:
    other = Warehouse(tmp_path / "other")
    publish(other, text("南京市玄武区教育局"))
    (outcome,) = take(ruled, filled(made(other)["xlsx"], {"甲项工作完成率": ("口径不同", "")})).documents
    assert outcome.reason_code == "E45" and "不在当前数据版本内" in (outcome.reason or "")
    assert latest(ruled) == {}


def test_a_letter_is_taken_from_nobody_without_permission(ruled: Warehouse) -> None:
    letter = filled(made(ruled)["xlsx"], {"甲项工作完成率": ("口径不同", "")})
    with pytest.raises(Exception, match="不能写入"):
        take(ruled, letter, who=OUTSIDE)
    assert latest(ruled) == {}


def test_no_payload_becomes_a_formula_a_link_or_markup(ruled_warehouse: Warehouse) -> None:
    item = {
        "code": "F" + "0" * 16 + "-" + "0" * 16, "subject": "", "score": 1.0, "gap": 1.0, "low": 0.0, "high": 0.0,
        "admitted": None, "points": None, "check_name": "核对", "direction": "偏高", "place": None, "against_place": None,
    }  # fmt: skip
    texts = ("level3", "value_text", "rule_text", "working", "message", "reading", "against")
    rows = tuple(item | dict.fromkeys(texts, payload) for payload in PAYLOADS)
    for payload in PAYLOADS:
        letter = letters.Letter(payload, 2024, payload, rows, rows)
        for content in (letters.xlsx(letter, SOURCE), letters.docx(letter, SOURCE)):
            archive = zipfile.ZipFile(io.BytesIO(content))
            xml = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith((".xml", ".rels")))
            assert not re.search(r"<f[ >]|<(w:)?hyperlink[ >]|relationships/hyperlink|TargetMode", xml)
            assert xml.count("<w:fldSimple") <= 1, "the page number alone"


def test_a_unit_marked_classified_has_no_letter_and_names_can_be_replaced(ruled: Warehouse) -> None:
    with ruled.cursor() as cursor:
        said = list(letters.every(cursor, Filters(), SOURCE, names=names(cursor)))
    for name, content in said:
        archive = zipfile.ZipFile(io.BytesIO(content))
        whole = name + "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist())
        assert "玄武" not in whole and "商务局" not in whole and "0.txt" not in whole and "单位001" in whole
    publish_classified(ruled)
    assert made(ruled) == {}


def test_the_command_writes_a_letter_a_unit(ruled_warehouse: Warehouse, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(
        jixiao, ["letters", "--out", str(out), "--year", "2024", "--warehouse", str(ruled_warehouse.folder)]
    )
    assert done.exit_code == 0, done.output
    assert "核查意见单 1 份" in done.output
    assert sorted(f.name for f in out.iterdir()) == [
        f"2024_江苏省南京市玄武区_{UNIT}_核查意见单_v000001.{kind}" for kind in ("docx", "xlsx")
    ]
