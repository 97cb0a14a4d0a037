"""情况汇报: the numbers of the pages in sentences, in Chinese fonts, with heads that repeat."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest

from analytics import findings, overview
from analytics.filters import Filters
from analytics.style import points
from data.warehouse import Warehouse
from exports.edition import Edition
from exports.report import briefing
from exports.report.spec import ReportSpec, prepare


def made(warehouse: Warehouse, spec: ReportSpec) -> bytes:
    with warehouse.cursor() as cursor:
        return briefing.docx(cursor, prepare(cursor, warehouse, 1, spec))


@pytest.fixture(scope="module")
def content(sample_warehouse: Warehouse) -> bytes:
    return made(sample_warehouse, ReportSpec(bureau="某市财政局"))


def test_it_has_three_sections_with_the_numbers_of_the_pages(content: bytes, sample_warehouse: Warehouse) -> None:
    document = docx.Document(io.BytesIO(content))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert [s for s in said if s[1:2] == "、" and s[0] in "一二三"] == [
        "一、总体情况",
        "二、主要问题",
        "三、下一步建议",
    ]
    with sample_warehouse.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, Filters(years=(2024,))))
        summed = findings.summary(cursor, Filters(years=(2024,)))
    whole = "\n".join(said)
    assert f"平均可比得分 {points(found.average)}" in whole and found.units == 4
    assert f"共 {summed.findings} 条" in whole and summed.findings > 0
    assert f"偏低合计 {points(summed.under_points)} 分" in whole, "under-scoring as visible as over-scoring"
    assert not re.search(r"\b(nan|None|NaT)\b", whole + "".join(c.text for t in document.tables for c in t._cells))


def test_every_run_names_a_chinese_font_and_every_table_repeats_its_head(content: bytes) -> None:
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert all("w:eastAsia=" in run for run in re.findall(r"<w:r>.*?</w:r>", xml))
    assert xml.count("<w:tblHeader/>") == xml.count("<w:tbl>") == 3


def test_without_names_no_unit_and_no_place_is_named(sample_warehouse: Warehouse) -> None:
    archive = zipfile.ZipFile(io.BytesIO(made(sample_warehouse, ReportSpec(edition=Edition(anonymous=True)))))
    whole = "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist())
    assert "南京" not in whole and "江宁" not in whole and "脱敏" in whole
