"""The bureau's workbook: what its sheets say, typed, to print and in detail, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analytics import overview
from analytics.filters import Filters
from data.warehouse import Warehouse
from exports.edition import Edition
from exports.report import workbook
from exports.report.spec import ReportSpec, prepare
from tests.checked import publish
from tests.reports import report as text

UNIT, OTHER = "南京市玄武区商务局", "南京市玄武区教育局"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Two units with 94.50 of 100; one is reviewed with 78 points and has 1234.5 万元 in the roster."""
    made = Warehouse(tmp_path_factory.mktemp("workbook") / "own")
    publish(made, text(unit=UNIT), text(unit=OTHER))

    def reviewed(connection: Any) -> None:
        connection.execute(
            "insert into review_score_store select report_id, 0, null, 78, null from report where unit = $u",
            {"u": UNIT},
        )
        connection.execute(
            "insert into roster_store (fiscal_year, unit_id, unit, region_code, budget_wan) "
            "select 2024, unit_id, unit, region_code, 1234.5 from unit_store where unit = $u",
            {"u": UNIT},
        )

    with made.writing():
        made.publish(reviewed, "ingest", "")
    return made


def written(warehouse: Warehouse, spec: ReportSpec | None = None) -> bytes:
    with warehouse.cursor() as cursor:
        return workbook.xlsx(cursor, prepare(cursor, warehouse, 2, spec or ReportSpec()))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def detail(book: Any, name: str) -> list[dict[str, Any]]:
    heads, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def book(kept: Warehouse) -> Any:
    return opened(written(kept))


def test_self_score_and_review_stand_beside_each_other_with_grade_and_difference(book: Any) -> None:
    rows = {row["部门"]: row for row in detail(book, "自评情况一览表_明细")}
    one, other = rows[UNIT], rows[OTHER]
    assert (one["自评得分"], one["复核得分"], one["复核等级"], one["差异"]) == (94.5, 78, "中", 16.5)
    assert one["预算规模（万元）"] == 1234.5
    assert [other[name] for name in ("复核得分", "复核等级", "差异", "预算规模（万元）")] == [None] * 4
    assert one["自评等级"] is None, "no grade is printed"


def test_a_region_sums_its_reports(book: Any) -> None:
    (row,) = detail(book, "分区汇总_明细")
    assert (row["单位数"], row["报告数"], row["平均可比得分"], row["“优”的报告数"]) == (2, 2, 94.5, 2)


def test_every_leaf_stands_with_numbers_as_numbers(book: Any) -> None:
    rows = detail(book, "三级指标得分_明细")
    assert len(rows) == 14
    assert sum(row["自评得分"] for row in rows) == 189


def test_what_is_printed_has_title_unit_date_and_repeated_heads_across(book: Any) -> None:
    page = book["自评情况一览表"]
    assert page["A1"].value == "2024 年度自评情况一览表"
    assert re.match(r"单位：万元　制表日期：\d{4}-\d\d-\d\d　本单位数据　数据版本 v000002", page["A2"].value)
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.print_title_rows == "$3:$3" and page.page_setup.fitToHeight == 0
    assert [cell.value for cell in page[3]][:2] == ["部门", "主管部门"]
    assert all(f"{name}_明细" in book.sheetnames for name in ("自评情况一览表", "分数段分布", "分区汇总", "存疑事项"))


PAYLOADS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "=HYPERLINK(1)", "=cmd|' /C calc'!A0", "http://example.com")


def test_no_name_becomes_a_formula_or_a_link(kept: Warehouse, tmp_path: Path) -> None:
    own = Warehouse(shutil.copytree(kept.folder, tmp_path / "own"))

    def hostile(connection: Any) -> None:
        for number, payload in enumerate(PAYLOADS):
            connection.execute(
                "update indicator_dim set level3 = $text where indicator_key = "
                "(select indicator_key from indicator_dim order by indicator_key limit 1 offset $n)",
                {"text": payload, "n": min(number, 6)},
            )
        connection.execute("update unit_store set unit = '=HYPERLINK(1)' where unit = $u", {"u": UNIT})

    with own.writing():
        own.publish(hostile, "ingest", "")
    archive = zipfile.ZipFile(io.BytesIO(written(own)))
    xml = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith((".xml", ".rels")))
    assert "HYPERLINK(1)" in xml
    assert not re.search(r"<f[ >]|<hyperlink[ >]|relationships/hyperlink|TargetMode", xml)


def test_without_names_no_unit_and_no_place_is_named(kept: Warehouse) -> None:
    archive = zipfile.ZipFile(io.BytesIO(written(kept, ReportSpec(edition=Edition(anonymous=True)))))
    whole = "".join(archive.read(n).decode() for n in archive.namelist())
    assert "玄武" not in whole and "商务局" not in whole and "单位00" in whole


def test_the_views_say_what_the_pages_say(kept: Warehouse, book: Any) -> None:
    with kept.cursor() as cursor:
        found = overview.bands(cursor, Filters(years=(2024,)))
    assert {row["分数段"]: row["报告数"] for row in detail(book, "分数段分布_明细")} == dict(
        zip(found["item"], found["reports"], strict=True)
    )
