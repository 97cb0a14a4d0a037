"""The report as a page to print: self-contained, escaped, with every kind of chart drawn from the numbers of the table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import etree
from lxml import html as parser

from analytics.view import Chart, View
from data.warehouse import Warehouse
from exports.report import printable
from exports.report.spec import ReportSpec, prepare
from exports.source import Source
from exports.views.svg import MOST, svg
from tests.decks import HOSTILE, SOURCE
from tests.terminal import jixiao

KINDS = {
    "bar": Chart("bar", "item", ("a",), "分"),
    "column": Chart("column", "item", ("a", "b"), "个"),
    "line": Chart("line", "item", ("a", "gap"), "分"),
    "stacked": Chart("stacked", "item", ("a",), "万元", base="b"),
    "scatter": Chart("scatter", "item", ("a",), "分", across="rate"),
    "box": Chart("box", "item", ("b", "a", "c", "e", "d"), "分"),
}


def table(names: Any) -> pd.DataFrame:
    n = len(names)
    return pd.DataFrame({
        "item": list(names), "a": [float(i) for i in range(1, n + 1)], "b": [2.0] * n, "c": [3.0] * n, "d": [4.0] * n,
        "e": [9.0] * n, "rate": [0.5 + i / 100 for i in range(n)],
        "gap": [None if i == 1 else float(i) for i in range(n)],
    })  # fmt: skip


def drawn(kind: str, names: Any = ("甲局", "乙局", "丙局")) -> Any:
    columns = {"a": "得分", "b": "底", "c": "中", "d": "上", "e": "高", "rate": "率", "gap": "断"}
    view = View("三个单位的得分", "", table(names), None, columns, chart=KINDS[kind])
    return etree.fromstring(svg(view, KINDS[kind]))


def texts(root: Any) -> list[str]:
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def elements(root: Any, name: str) -> list[Any]:
    return list(root.iter("{http://www.w3.org/2000/svg}" + name))


def test_bars_are_as_long_as_their_values_and_say_them() -> None:
    root = drawn("bar")
    widths = [float(r.get("width")) for r in elements(root, "rect")]
    assert [round(w / widths[0], 2) for w in widths] == [1, 2, 3]
    assert [t for t in texts(root) if t in ("1.00", "2.00", "3.00")] == ["1.00", "2.00", "3.00"]
    assert texts(root)[0] == "甲局"


def test_columns_stand_side_by_side_with_a_legend() -> None:
    root = drawn("column")
    *legend, first, _, third, _, _, _ = elements(root, "rect")
    assert len(legend) == 2
    assert float(third.get("height")) == pytest.approx(float(first.get("height")) * 3, abs=0.3)
    assert {"得分", "底"} <= set(texts(root))


def test_a_line_breaks_where_a_value_is_missing() -> None:
    root = drawn("line")
    thick = [line for line in elements(root, "line") if line.get("stroke-width") == "2.5"]
    assert len(thick) == 2, "two pieces of the whole line, none of the broken one"
    assert len(elements(root, "circle")) == 5


def test_a_stack_stands_on_its_invisible_base() -> None:
    root = drawn("stacked")
    first, second, _ = elements(root, "rect")
    bottoms = [float(r.get("y")) + float(r.get("height")) for r in (first, second)]
    assert bottoms[0] == pytest.approx(bottoms[1], abs=0.2)
    assert bottoms[0] < max(float(line.get("y2")) for line in elements(root, "line"))


def test_a_scatter_has_a_point_a_row_and_both_axes_named() -> None:
    root = drawn("scatter")
    xs = [float(c.get("cx")) for c in elements(root, "circle")]
    assert len(xs) == 3 and xs == sorted(xs)
    assert {"得分（分）", "率"} <= set(texts(root))


def test_a_box_has_its_whiskers_and_its_median() -> None:
    root = drawn("box")
    assert len(elements(root, "rect")) == 3
    assert texts(root).count("3.00") == 3
    assert drawn("box", ["甲"] * 40) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_and_long_names_stay_text_and_forty_fit(kind: str) -> None:
    names = [*HOSTILE, "<script>alert(1)</script>", "很长的单位名称" * 9, "😀𠮷"]
    root = drawn(kind, names + [f"示例部门{i:02d}" for i in range(MOST)])
    assert {e.tag.rpartition("}")[2] for e in root.iter()} <= {"svg", "text", "rect", "line", "circle"}
    assert not {name for e in root.iter() for name in e.attrib if name.lower().startswith("on") or "href" in name}
    width, height = map(float, root.get("viewBox").split()[2:])
    for element in elements(root, "text"):
        assert -1 <= float(element.get("x")) <= width + 1 and 0 <= float(element.get("y")) <= height + 1, element.text


@pytest.fixture(scope="module")
def page(sample_warehouse: Warehouse) -> str:
    with sample_warehouse.cursor() as cursor:
        return printable.html(cursor, prepare(cursor, sample_warehouse, 1, ReportSpec())).decode()


def test_the_page_asks_nothing_of_a_network_and_runs_nothing(page: str) -> None:
    root = parser.document_fromstring(page)
    assert not root.xpath("//script|//link|//img|//iframe|//a|//object|//*[@href]|//*[@src]|//form")
    assert "default-src 'none'" in page and "@import" not in page and "url(" not in page


def test_every_table_has_a_head_that_repeats_and_every_page_breaks(page: str) -> None:
    root = parser.document_fromstring(page)
    tables = root.xpath("//table")
    assert len(tables) > 4 and all(len(one.xpath("./thead/tr/th")) for one in tables)
    assert "thead { display: table-header-group }" in page and "break-before: page" in page
    assert re.search(r"@page \{ size: A4 landscape", page)


def test_what_it_says_are_the_numbers_of_the_slides(page: str, sample_warehouse: Warehouse) -> None:
    text = parser.document_fromstring(page).text_content()
    assert "平均可比得分 97.03" in text and "失分 11.88 分" in text
    assert "公开示例" in text and "数据版本 v000001" in text


def test_markup_in_names_is_text(page: str) -> None:
    view = View("<b>题</b>", "a & b", table(["<img src=x>"]), None, {"item": "<i>单位", "a": "得分"}, ("<u>注",))
    section = printable._section(view, Source("模拟数据", "v000001", "2024", "<x>", "2025-01-01"))
    root = parser.fragment_fromstring(section)
    assert not root.xpath(".//b|.//img|.//i|.//u|.//x")
    assert "<img src=x>" in root.text_content() and "模拟数据：单位与数值均为虚构" in root.text_content()
    assert SOURCE.dataset in page


def test_the_command_writes_it_by_name_or_into_a_folder_under_its_own(
    sample_warehouse: Warehouse, tmp_path: Path
) -> None:
    done = jixiao("report", "--out", tmp_path, "--format", "html", "--warehouse", sample_warehouse.folder)
    assert done.returncode == 0, done.stderr
    assert [f.name for f in tmp_path.iterdir()] == ["2024_全部区划_绩效自评情况汇报_v000001.html"]
    for arguments in (("--region", "999999"), ("--format", "gif"), ("--format", "html", "--out", tmp_path / "no")):
        wrong = jixiao("report", "--out", tmp_path, *arguments, "--warehouse", sample_warehouse.folder)
        assert wrong.returncode == 2, arguments
        assert "Traceback" not in wrong.stderr
