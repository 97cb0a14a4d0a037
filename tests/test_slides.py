"""Slides: what PowerPoint opens is read back from the file, not asked of the code that wrote it."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Inches

from analytics import drilldown
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from analytics.style import BLUE, ORANGE
from analytics.view import Chart, View
from data.warehouse import Warehouse
from exports.source import Source
from exports.views.slides import slides
from exports.views.typeset import FONT, shown
from tests.decks import HOSTILE, SOURCE, A, C, chart_of, members, parts, table_of, words, workbooks

SIMULATED = Source("模拟数据", "v000002", "全部年度", "全部区划", "2026-01-15")


def rates(names: list[str], values: list[Any], **chart: Any) -> View:
    table = pd.DataFrame({"item": names, "score_rate": values})
    drawn = Chart(**{"kind": "bar", "category": "item", "values": ("score_rate",), "unit": "%", "maximum": 1.0} | chart)
    columns = {"item": "指标维度", "score_rate": "得分率"}
    notes = ("得分率 = 得分合计 ÷ 权重合计。",)
    return View("3 个指标维度中 2 个有失分", "得分率 97.03%。", table, None, columns, notes, chart=drawn)


THREE = rates(["决策", "过程", "效益"], [0.96969696, 0.9272, 1.0])
TABLE = View(
    "2 个单位的得分",
    "",
    pd.DataFrame(
        {
            "unit": ["商务局", "投资促进中心"],
            "hidden": ["x", "y"],
            "score_rate": [0.85, None],
            "score": [8.5, float("nan")],
            "weight": [Decimal("10.0"), None],
            "leaves": [26, 4],
            "value_text": ["85. 00%", None],
        }
    ),
    None,
    {
        "unit": "填报单位",
        "score_rate": "得分率",
        "score": "得分",
        "weight": "权重",
        "leaves": "指标数",
        "value_text": "完成值",
    },
)
EMPTY = View("没有报告", "", pd.DataFrame(), None, {"item": "指标"})


def opened(*views: View, source: Source = SOURCE) -> Any:
    return Presentation(io.BytesIO(slides(views, source)))


def caches(chart: ElementTree.Element, kind: str) -> list[list[str | None]]:
    """Names or values of each series as the chart part holds them."""
    return [[v.text for v in found.iter(C + "v")] for found in chart.iter(C + kind)]


def test_a_deck_is_16_to_9_and_nothing_in_it_is_left_of_4_to_3() -> None:
    deck = opened(THREE, TABLE, EMPTY)
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    assert len(deck.slides) == 3
    assert len(deck.slide_layouts) == 1
    for shape in [*deck.slide_master.shapes, *deck.slides[0].slide_layout.shapes, *deck.slides[0].shapes]:
        assert shape.left >= 0
        assert shape.left + shape.width <= deck.slide_width
        assert shape.top + shape.height <= deck.slide_height
    for name, content in members(slides([THREE], SOURCE)):
        assert b"4x3" not in content, name
        assert b"(4:3)" not in content, name
        assert not name.endswith((".jpeg", ".bin")), name


def test_no_views_make_a_deck_that_opens() -> None:
    assert len(opened().slides) == 0


def test_the_title_is_the_title_placeholder_and_as_wide_as_the_slide() -> None:
    deck = opened(THREE, TABLE)
    for slide, view in zip(deck.slides, (THREE, TABLE), strict=True):
        title = slide.shapes.title
        assert title.placeholder_format.type == PP_PLACEHOLDER.TITLE
        assert title.text_frame.text == view.title
        assert title.width > deck.slide_width * 0.85
        assert abs(title.left * 2 + title.width - deck.slide_width) < Inches(0.1)
    assert THREE.sentence in words(deck.slides[0])


def test_a_chart_is_native_and_holds_categories_values_and_formats() -> None:
    blob = slides([THREE], SOURCE)
    (chart,) = parts(blob, r"ppt/charts/chart\d+\.xml")
    assert caches(chart, "cat") == [["决策", "过程", "效益"]]
    assert [float(v or "nan") for v in caches(chart, "val")[0]] == [0.96969696, 0.9272, 1.0]
    labels = chart.find(f".//{C}barChart/{C}dLbls")
    assert labels is not None
    assert labels.find(C + "numFmt").get("formatCode") == "0.00%"  # type: ignore[union-attr]
    assert labels.find(C + "showVal").get("val") == "1"  # type: ignore[union-attr]
    drawn = chart_of(opened(THREE).slides[0])
    assert drawn.chart_type == XL_CHART_TYPE.BAR_CLUSTERED
    assert (drawn.value_axis.minimum_scale, drawn.value_axis.maximum_scale) == (0, 1)
    assert drawn.value_axis.axis_title.text_frame.text == "得分率"
    assert not drawn.has_legend
    assert not drawn.has_title


def test_the_chart_points_at_the_cells_of_its_workbook() -> None:
    blob = slides([THREE], SOURCE)
    (chart,), (sheet,) = parts(blob, r"ppt/charts/chart\d+\.xml"), workbooks(blob)
    references = [f.text or "" for f in chart.iter(C + "f")]
    assert references == ["Sheet1!$B$1", "Sheet1!$A$2:$A$4", "Sheet1!$B$2:$B$4"]
    assert sheet.title == "Sheet1"
    assert sheet["B1"].value == "得分率"
    assert [c[0].value for c in sheet["A2:A4"]] == ["决策", "过程", "效益"]
    assert [c[0].value for c in sheet["B2:B4"]] == [0.96969696, 0.9272, 1.0]
    assert sheet["B2"].number_format == "0.00%"


def test_bars_start_at_the_top_with_the_first_row_and_the_value_axis_stays_below() -> None:
    (chart,) = parts(slides([THREE], SOURCE), r"ppt/charts/chart\d+\.xml")
    assert chart.find(f".//{C}catAx/{C}scaling/{C}orientation").get("val") == "maxMin"  # type: ignore[union-attr]
    assert chart.find(f".//{C}valAx/{C}crosses").get("val") == "max"  # type: ignore[union-attr]
    assert chart.find(f".//{C}barDir").get("val") == "bar"  # type: ignore[union-attr]


def test_points_below_the_maximum_are_orange() -> None:
    series = chart_of(opened(THREE).slides[0]).plots[0].series[0]
    assert str(series.format.fill.fore_color.rgb) == BLUE.lstrip("#")
    (chart,) = parts(slides([THREE], SOURCE), r"ppt/charts/chart\d+\.xml")
    marked = {p.find(C + "idx").get("val"): p.find(f".//{A}srgbClr").get("val") for p in chart.iter(C + "dPt")}  # type: ignore[union-attr]
    assert marked == {"0": ORANGE.lstrip("#"), "1": ORANGE.lstrip("#")}


@pytest.mark.parametrize(("unit", "expected"), [("分", "0.00"), ("个", "0")])
def test_columns_stand_in_the_order_of_the_rows_in_their_unit(unit: str, expected: str) -> None:
    view = rates(["优", "良"], [3, 1], kind="column", unit=unit, maximum=None)
    (chart,) = parts(slides([view], SOURCE), r"ppt/charts/chart\d+\.xml")
    assert chart.find(f".//{C}barDir").get("val") == "col"  # type: ignore[union-attr]
    assert chart.find(f".//{C}barChart/{C}dLbls/{C}numFmt").get("formatCode") == expected  # type: ignore[union-attr]
    assert chart.find(f".//{C}orientation[@val='maxMin']") is None
    assert not list(chart.iter(C + "dPt"))
    assert f"（{unit}）" in "".join(t.text or "" for t in chart.iter(A + "t"))


def test_two_series_have_a_legend_and_keep_their_own_colours() -> None:
    table = pd.DataFrame({"unit": ["甲", "乙"], "a": [0.9, 0.8], "b": [1.0, 0.7]})
    columns = {"unit": "单位", "a": "自评", "b": "复评"}
    view = View("两列", "", table, None, columns, chart=Chart("bar", "unit", ("a", "b"), "%", 1.0))
    drawn = chart_of(opened(view).slides[0])
    assert drawn.has_legend
    assert [s.name for s in drawn.plots[0].series] == ["自评", "复评"]
    assert len({str(s.format.fill.fore_color.rgb) for s in drawn.plots[0].series}) == 2
    (chart,) = parts(slides([view], SOURCE), r"ppt/charts/chart\d+\.xml")
    assert not list(chart.iter(C + "dPt"))


def test_a_rate_above_the_maximum_is_not_cut_off() -> None:
    drawn = chart_of(opened(rates(["甲", "乙"], [1.234, 0.5])).slides[0])
    assert drawn.value_axis.maximum_scale == pytest.approx(1.25)


def test_a_chart_shows_the_first_twenty_and_says_so() -> None:
    view = rates([f"第{i}项" for i in range(23)], [0.5] * 23)
    slide = opened(view).slides[0]
    assert len(list(chart_of(slide).plots[0].categories)) == 20
    assert any("仅列前 20 项，共 23 项" in text for text in words(slide))
    assert "仅列前 20 项，共 23 项" in slide.notes_slide.notes_text_frame.text
    assert not any("仅列前" in text for text in words(opened(THREE).slides[0]))


def test_long_names_are_cut_and_missing_values_are_named_not_drawn_as_zero() -> None:
    view = rates(["很长的名称" * 8, "乙", "丙"], [0.5, None, float("inf")])
    blob = slides([view], SOURCE)
    (chart,), (sheet,) = parts(blob, r"ppt/charts/chart\d+\.xml"), workbooks(blob)
    names = caches(chart, "cat")[0]
    long = "很长的名称" * 8
    assert names == [f"{long[:12]}…{long[-11:]}", "乙（无数据）", "丙（无数据）"]
    assert [c[0].value for c in sheet["A2:A4"]] == names
    assert [c[0].value for c in sheet["B2:B4"]] == [0.5, None, None]
    assert caches(chart, "val") == [["0.5"]]


def test_a_unit_with_two_years_has_two_names() -> None:
    table = pd.DataFrame({"unit": ["甲", "甲", "乙"], "fiscal_year": [2023, 2024, 2024], "score_rate": [0.5, 0.6, 1.0]})
    view = View("甲乙", "", table, None, {"unit": "单位"}, chart=Chart("bar", "unit", ("score_rate",), "%", 1.0))
    assert list(chart_of(opened(view).slides[0]).plots[0].categories) == ["甲 2023", "甲 2024", "乙 2024"]


def test_without_a_chart_or_without_a_value_to_draw_the_table_stands() -> None:
    slide = opened(TABLE).slides[0]
    assert table_of(slide) == [
        ["填报单位", "得分率", "得分", "权重", "指标数", "完成值"],
        ["商务局", "85.00%", "8.50", "10.00", "26", "85. 00%"],
        ["投资促进中心", "—", "—", "—", "4", "—"],
    ]
    nothing = opened(rates(["甲", "乙"], [None, None])).slides[0]
    assert table_of(nothing) == [["指标维度", "得分率"], ["甲", "—"], ["乙", "—"]]


def test_times_are_shown_to_the_second_and_truth_in_chinese() -> None:
    table = pd.DataFrame({"at": [pd.Timestamp("2026-01-15 09:08:07.654321"), pd.NaT], "current": [True, False]})
    slide = opened(View("报送", "", table, None, {"at": "收到时间", "current": "当前"})).slides[0]
    assert table_of(slide)[1:] == [["2026-01-15 09:08:07", "是"], ["—", "否"]]


def test_a_table_is_cut_to_fourteen_rows_and_eight_columns_and_says_so() -> None:
    table = pd.DataFrame({f"c{i}": [f"很长的文字内容{i}" * 12] * 17 for i in range(10)})
    slide = opened(View("宽表", "", table, None, {c: c for c in table})).slides[0]
    cells = table_of(slide)
    assert (len(cells), len(cells[0])) == (15, 8)
    note = "".join(words(slide))
    assert "仅列前 14 行，共 17 行" in note
    assert "仅列前 8 列，共 10 列" in note
    frame = next(shape for shape in slide.shapes if shape.has_table)
    footer = next(shape for shape in slide.shapes if shape.name == "注")
    assert frame.top + sum(row.height for row in frame.table.rows) <= footer.top


def test_an_empty_view_says_that_there_is_nothing_to_show() -> None:
    table = pd.DataFrame({"item": [], "score_rate": []})
    chart = Chart("bar", "item", ("score_rate",), "%", 1.0)
    deck = opened(EMPTY, View("空", "", table, None, {"item": "指标"}, chart=chart))
    for slide in deck.slides:
        assert "没有可显示的数据" in words(slide)
        assert not any(shape.has_chart or shape.has_table for shape in slide.shapes)
    assert deck.slides[0].shapes.title.text_frame.text == "没有报告"


def test_every_run_in_slides_charts_and_notes_has_an_east_asian_font() -> None:
    two = View("两列", "", THREE.table, None, {}, chart=Chart("column", "item", ("score_rate", "score_rate"), "分"))
    blob = slides([THREE, TABLE, EMPTY, two], SIMULATED)
    found = parts(blob, r"ppt/(slides|charts|notesSlides)/\w+\.xml")
    assert len(found) == 4 + 2 + 4
    checked = 0
    for root in found:
        for run in [*root.iter(A + "r"), *root.iter(A + "fld")]:
            assert run.find(A + "rPr") is not None
        for properties in [*root.iter(A + "rPr"), *root.iter(A + "defRPr"), *root.iter(A + "endParaRPr")]:
            for script in ("latin", "ea", "cs"):
                (font,) = properties.findall(A + script)
                assert font.get("typeface") == FONT
            checked += 1
    assert checked > 60
    for chart in parts(blob, r"ppt/charts/\w+\.xml"):
        for path in (f"./{C}txPr", f".//{C}catAx/{C}txPr", f".//{C}valAx/{C}txPr", f".//{C}barChart/{C}dLbls/{C}txPr"):
            assert chart.find(f"{path}//{A}defRPr/{A}ea") is not None, path
    for theme in parts(blob, r"ppt/theme/\w+\.xml"):
        for fonts in ("majorFont", "minorFont"):
            assert theme.find(f".//{A}{fonts}/{A}ea").get("typeface") == FONT  # type: ignore[union-attr]


def test_hostile_names_stay_text_in_every_workbook_of_the_file() -> None:
    view = rates(list(HOSTILE), [0.5] * len(HOSTILE))
    series = View(**{f: getattr(view, f) for f in ("title", "sentence", "table", "figure", "notes", "chart")},
                  columns={"item": "=1+1", "score_rate": '=HYPERLINK("http://evil.example")'})  # fmt: skip
    blob = slides([view, series], SOURCE)
    for name, content in members(blob):
        if "/embeddings/" in name and name.endswith((".xml", ".rels")):
            assert not re.search(rb"<(\w+:)?f[ >/]", content), name
            assert not re.search(rb"<(\w+:)?hyperlinks?[ >/]", content), name
            assert b"TargetMode" not in content, name
    first, second = workbooks(blob)
    assert [c[0].value for c in first[f"A2:A{len(HOSTILE) + 1}"]] == list(HOSTILE)
    assert {c[0].data_type for c in first[f"A2:A{len(HOSTILE) + 1}"]} == {"s"}
    assert all(c[0].quotePrefix for c in first[f"A2:A{len(HOSTILE) + 1}"])
    assert (second["B1"].value, second["B1"].data_type) == ('=HYPERLINK("http://evil.example")', "s")
    chart = parts(blob, r"ppt/charts/chart\d+\.xml")[0]
    assert caches(chart, "cat")[0] == list(HOSTILE)


def test_hostile_text_is_shown_as_it_is_and_links_to_nothing() -> None:
    table = pd.DataFrame({"item": list(HOSTILE)})
    title = '<a:hlinkClick r:id="rId9"/> =1+1 & http://evil.example'
    blob = slides([View(title, HOSTILE[0], table, None, {"item": "=1+1"}, (HOSTILE[6],))], SOURCE)
    slide = Presentation(io.BytesIO(blob)).slides[0]
    assert slide.shapes.title.text_frame.text == title
    assert [row[0] for row in table_of(slide)] == ["=1+1", *HOSTILE]
    for name, content in members(blob):
        assert b"<a:hlinkClick" not in content, name
        assert b'TargetMode="External"' not in content, name


def test_characters_that_xml_forbids_are_removed_and_lines_are_joined() -> None:
    bad = "甲\x00\x0b乙\ud800\ufffe\n丙\x1b"
    names = pd.Series([bad, "丁"], dtype=object)
    view = View(bad, bad, pd.DataFrame({"item": names[:1]}), None, {"item": bad}, (bad,), alt=bad)
    table = pd.DataFrame({"item": names, "score_rate": [0.5, 1.0]})
    chart = View("图", "", table, None, {"score_rate": bad}, chart=THREE.chart)
    deck = opened(view, chart)
    assert deck.slides[0].shapes.title.text_frame.text == "甲 乙 丙"
    assert table_of(deck.slides[0]) == [["甲 乙 丙"], ["甲 乙 丙"]]
    assert next(iter(chart_of(deck.slides[1]).plots[0].categories)) == "甲 乙 丙"


def test_a_box_is_stacked_columns_that_meet_at_the_median_with_whiskers() -> None:
    table = pd.DataFrame(
        [("甲区", 0.88, 0.80, 0.91, 0.99, 0.95), ("乙区", None, None, None, None, None)],
        columns=["label", "q1", "low", "middle", "high", "q3"],
    )
    names = ("下四分位", "下须", "中位数", "上须", "上四分位")
    chart = Chart("box", "label", ("q1", "low", "middle", "high", "q3"), "%", names=names)
    drawn = chart_of(opened(View("分布", "", table, None, {"label": "区划"}, chart=chart)).slides[0])
    base, lower, upper = drawn.plots[0].series
    assert [s.name for s in (base, lower, upper)] == ["下四分位", "下四分位至中位数", "中位数至上四分位"]
    assert base.values == (0.88, None)
    assert lower.values == pytest.approx((0.03, None)) and upper.values == pytest.approx((0.04, None))
    assert lower.points[0].data_label.text_frame.text == "91.00%"
    whiskers = [
        float(v.text) for v in drawn._chartSpace.iter(qn("c:v")) if v.getparent().getparent().tag == qn("c:numLit")
    ]
    assert whiskers == pytest.approx([0.08, 0.04])


def test_a_text_too_long_for_its_box_is_cut_on_the_slide_and_whole_in_the_notes() -> None:
    long = "很长的标题" * 60
    slide = opened(View(long, long, TABLE.table, None, TABLE.columns, (long,) * 3)).slides[0]
    assert slide.shapes.title.text_frame.text.endswith("…")
    assert slide.notes_slide.notes_text_frame.text.count(long) == 5


def test_speaker_notes_and_footer_carry_source_version_filters_and_date() -> None:
    slide = opened(TABLE, THREE).slides[1]
    lines = slide.notes_slide.notes_text_frame.text.split("\n")
    assert lines == [
        THREE.title,
        THREE.sentence,
        "注：得分率 = 得分合计 ÷ 权重合计。",
        "数据来源：公开示例",
        "数据版本：v000001",
        "年度：2024",
        "区划：江苏省南京市江宁区",
        "制表日期：2026-01-15",
    ]
    footer = "公开示例，数据版本 v000001，2024，江苏省南京市江宁区，制表日期 2026-01-15"
    assert footer in words(slide)
    assert "注：得分率 = 得分合计 ÷ 权重合计。" in words(slide)
    (root,) = parts(slides([TABLE, THREE], SOURCE), r"ppt/slides/slide2\.xml")
    assert [(f.get("type"), f.find(A + "t").text) for f in root.iter(A + "fld")] == [("slidenum", "2")]  # type: ignore[union-attr]


def test_simulated_data_are_marked_on_every_slide_and_others_on_none() -> None:
    for slide in opened(THREE, TABLE, EMPTY, source=SIMULATED).slides:
        (mark,) = [shape for shape in slide.shapes if shape.name == "模拟数据"]
        assert "模拟数据" in mark.text_frame.text
        assert str(mark.fill.fore_color.rgb) == ORANGE.lstrip("#")
        assert "模拟数据" in slide.notes_slide.notes_text_frame.text
    for slide in opened(THREE, TABLE, EMPTY).slides:
        assert not any("模拟" in text for text in words(slide))


def test_charts_and_tables_have_a_text_for_those_who_do_not_see_them() -> None:
    view = View("标题", "说明。", THREE.table, None, THREE.columns, alt="三个维度的得分率", chart=THREE.chart)
    for slide, expected in zip(opened(view, TABLE).slides, ("三个维度的得分率", "2 个单位的得分。"), strict=True):
        frame = next(shape for shape in slide.shapes if shape.has_chart or shape.has_table)
        assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == expected


def test_the_drill_down_of_the_samples_becomes_slides(sample_warehouse: Warehouse) -> None:
    views = []
    with sample_warehouse.cursor() as cursor:
        for path in (DrillPath(), DrillPath("过程"), DrillPath("过程", "预算执行", "预算执行率")):
            views.append(drilldown.view(drilldown.table(cursor, Filters(), path), Filters(), path))
    deck = opened(*views)
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == [view.title for view in views]
    plot = chart_of(deck.slides[0]).plots[0]
    assert list(plot.categories) == ["决策", "过程", "履职产出", "效益", "满意度", "可持续发展"]
    assert [round(v, 4) for v in plot.series[0].values] == [0.9697, 0.9272, 0.9846, 1, 1, 1]


@pytest.mark.parametrize(
    ("values", "ends", "form"),
    [
        ([0.9391, 0.9403], (0.939, 0.9405), "0.000%"),
        ([0.945, 0.9667], (0.945, 0.97), "0.0%"),
        ([0.2, 0.9], (0.2, 1.0), "0%"),
    ],
)
def test_the_numbers_of_an_axis_differ_however_close_the_values_are(
    values: list[float], ends: tuple[float, float], form: str
) -> None:
    axis = chart_of(opened(rates(["2023", "2024"], values, kind="line", maximum=None)).slides[0]).value_axis
    assert (axis.minimum_scale, axis.maximum_scale) == pytest.approx(ends)
    assert axis.tick_labels.number_format == form


def test_negative_values_leave_the_names_of_their_bars_free() -> None:
    view = rates(["甲", "乙"], [-0.4, 0.2], unit="", maximum=None)
    drawn = chart_of(opened(view).slides[0])
    assert drawn.value_axis.minimum_scale < 0 < drawn.value_axis.maximum_scale
    assert drawn.category_axis.tick_label_position == XL_TICK_LABEL_POSITION.LOW


def test_what_rounds_to_nothing_has_no_sign_and_small_chances_have_four_decimals() -> None:
    assert (shown(-0.001, "difference"), shown(0.0, "gap"), shown(-1.239, "gap")) == ("0.00", "0.00", "-1.24")
    assert shown(0.0123, "q_value") == "0.0123"


@pytest.mark.parametrize(("kind", "most"), [("bar", 24), ("column", 14)])
def test_long_names_of_one_place_are_told_apart_on_an_axis(kind: str, most: int) -> None:
    place = "江苏省南京市江宁区经济技术开发区管理委员会下属青少年活动与志愿服务促进指导中心"
    names = [f"{place}第{number}工作组" for number in range(1, 4)]
    shown_names = list(chart_of(opened(rates(names, [0.5, 0.6, 0.7], kind=kind)).slides[0]).plots[0].categories)
    assert len(set(shown_names)) == 3
    assert all(name.startswith("江苏省") and "…" in name and len(name) <= most for name in shown_names)
    assert [name[-5:] for name in shown_names] == ["第1工作组", "第2工作组", "第3工作组"]
