"""汇报: views collected on pages, kept as how they were made, made into files in a process of their own."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from analytics import distribution, execution, overview
from analytics.filters import Filters
from analytics.view import Made, View
from data.warehouse import Warehouse
from exports.edition import Edition
from exports.report import child, remade
from exports.report.child import Build, kept, made_of
from exports.report.formats import FORMATS
from exports.report.spec import Collected, ReportSpec, prepare
from tests.decks import chart_of
from tests.opened import opened, words

JIANGNING = Filters((2024,), ("320115",))


def two_views(warehouse: Warehouse) -> list[View]:
    with warehouse.cursor() as cursor:
        units = overview.units_view(overview.units(cursor, JIANGNING), JIANGNING)
        bands = distribution.columns_view(distribution.columns(cursor, Filters(), "全部"), Filters(), "全部")
    return [units, bands]


def collected(views: list[View], *titles: str) -> tuple[Collected, ...]:
    return tuple(Collected(view.made, title) for view, title in zip(views, titles, strict=True) if view.made)


def test_how_a_view_was_made_survives_a_session_as_plain_values(sample_warehouse: Warehouse) -> None:
    basis = execution.BASES[1]
    made = Made("execution.trend_view", Filters((2023, 2024), ("320100",), True), (("basis", basis.code),))
    with sample_warehouse.cursor() as cursor:
        view = remade.remade(cursor, sample_warehouse, sample_warehouse.current() or 0, made)
    assert view is not None and view.made == made
    assert made_of(json.loads(json.dumps(kept(made)))) == made


@pytest.mark.parametrize("ending", list(FORMATS))
def test_the_collected_views_stand_in_order_with_their_titles(sample_warehouse: Warehouse, ending: str) -> None:
    units, bands = two_views(sample_warehouse)
    spec = ReportSpec(title="专题汇报", collected=collected([bands, units], "", "江宁区三个单位"))
    with sample_warehouse.cursor() as cursor:
        content = FORMATS[ending](cursor, prepare(cursor, sample_warehouse, 1, spec))
    said = _texts(ending, content)
    assert said.index(bands.title) < said.index("江宁区三个单位")
    assert units.title not in said or ending == ".xlsx"
    assert "南京市江宁区投资促进中心" in said and "南京市数据局" not in said, "each view keeps its filters"
    assert "专题汇报" in said or ending == ".xlsx"


def _texts(ending: str, content: bytes) -> str:
    match ending:
        case ".pptx":
            shapes = [shape for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes]
            cells = [c.text for s in shapes if s.has_table for row in s.table.rows for c in row.cells]
            return "\n".join([s.text_frame.text for s in shapes if s.has_text_frame] + cells)
        case ".docx":
            found = docx.Document(io.BytesIO(content))
            return "\n".join([p.text for p in found.paragraphs] + [c.text for t in found.tables for c in t._cells])
        case ".xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            return "\n".join(str(c) for page in book for row in page.values for c in row if c is not None)
        case _:
            return content.decode()


def test_a_chart_of_the_file_holds_the_numbers_of_the_page(sample_warehouse: Warehouse) -> None:
    _, bands = two_views(sample_warehouse)
    with sample_warehouse.cursor() as cursor:
        prepared = prepare(cursor, sample_warehouse, 1, ReportSpec(collected=collected([bands], "")))
        deck = Presentation(io.BytesIO(FORMATS[".pptx"](cursor, prepared)))
    assert prepared.source.years == "全部年度"
    assert list(chart_of(deck.slides[1]).plots[0].series[0].values) == list(bands.table["reports"])


def test_without_names_the_titles_a_reader_typed_name_nobody(sample_warehouse: Warehouse) -> None:
    units, _ = two_views(sample_warehouse)
    typed = "南京市江宁区投资促进中心领先"
    for spec in (
        ReportSpec(edition=Edition(anonymous=True), title=typed, collected=collected([units], typed)),
        ReportSpec(edition=Edition(anonymous=True), title=typed, titles=(("bands", typed),)),
    ):
        with sample_warehouse.cursor() as cursor:
            content = FORMATS[".html"](cursor, prepare(cursor, sample_warehouse, 1, spec)).decode()
        assert "江宁" not in content and "单位00" in content and content.count("领先") == 3, "title, cover, page"


def built(build: Build) -> Build:
    build.start().thread.join(90)
    assert not build.is_running
    return build


def test_a_file_is_made_in_a_process_of_its_own_and_says_how_far_it_is(sample_warehouse: Warehouse) -> None:
    spec = ReportSpec(collected=collected(two_views(sample_warehouse), "甲", "乙"))
    build = built(Build(sample_warehouse, 1, spec, ".html"))
    assert build.refused is None
    assert (build.done, build.of) == (2, 2)
    assert build.file_name == "全部年度_全部区划_绩效自评情况汇报_v000001.html"
    assert b"<svg" in build.content


@pytest.mark.parametrize(
    ("spec", "ending", "template", "code"),
    [
        (ReportSpec(2019), ".docx", b"", "E43"),
        (ReportSpec(), ".pptx", b"no template", "E44"),
        (ReportSpec(collected=(Collected(Made("nothing.view", Filters())),)), ".html", b"", "E12"),
    ],
)
def test_what_cannot_be_made_is_said_by_its_code(
    sample_warehouse: Warehouse, tmp_path: Path, spec: ReportSpec, ending: str, template: bytes, code: str
) -> None:
    given = tmp_path / "template.pptx"
    given.write_bytes(template)
    asked = child._asked(Build(sample_warehouse, 1, spec, ending), tmp_path, given if template else None)
    assert child._answer(json.loads(json.dumps(asked)))["code"] == code
    assert [file.name for file in tmp_path.iterdir()] == ["template.pptx"]


def test_a_file_given_up_leaves_nothing_behind(sample_warehouse: Warehouse) -> None:
    build = Build(sample_warehouse, 1, ReportSpec(), ".pptx").start()
    build.stop()
    build.thread.join(30)
    assert build.content == b"" and build.refused is None


def entry(view: View, number: int) -> dict[str, Any]:
    assert view.made is not None
    return {
        "id": f"e{number}",
        "made": kept(view.made),
        "shown": view.title,
        "title": "",
        "page": "总览",
        "of": "2024，全部区划",
    }


def deck_page(app: AppTest) -> AppTest:
    return app.switch_page("pages/manage/deck.py").run()


def test_the_page_orders_retitles_removes_and_makes_the_file(folder: Path, sample_warehouse: Warehouse) -> None:
    app = opened("overview")
    views = two_views(sample_warehouse)
    app.session_state["collected_samples"] = [entry(view, n) for n, view in enumerate(views)]
    deck_page(app)
    assert not app.exception
    assert [t.label for t in app.text_input][:2] == ["第 1 项 总览（2024，全部区划）", "第 2 项 总览（2024，全部区划）"]
    app.button(key="下移-e0").click().run()
    assert [t.value for t in app.text_input][:2] == [views[1].title, views[0].title]
    app.text_input(key="title-e1").set_value("分数段一览").run()
    app.button(key="预览-e1").click().run()
    assert "分数段一览" in words(app) and not app.exception
    app.button(key="移除-e0").click().run()
    assert [e["title"] for e in app.session_state["collected_samples"]] == ["分数段一览"]
    app.segmented_control(key="report-form").set_value(".html").run()
    next(b for b in app.button if b.label == "生成文件").click().run()
    deadline = time.monotonic() + 60
    while not app.get("download_button") and time.monotonic() < deadline:
        time.sleep(0.5)
        app.run()
    assert not app.error and not app.exception
    assert "绩效自评情况汇报" in app.get("download_button")[0].label


def test_an_empty_list_says_what_to_do_and_makes_nothing(folder: Path) -> None:
    app = deck_page(opened("overview"))
    app.segmented_control(key="report-kind").set_value("own").run()
    assert "加入汇报" in words(app)
    assert next(b for b in app.button if b.label == "生成文件").disabled


def test_what_every_page_offers_is_made_again_as_the_page_shows_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[View] = []
    monkeypatch.setattr("pages.parts.collected.menu", lambda page, views: offered.extend(views))
    for page in ("overview", "drilldown", "department", "distribution", "execution", "checks", "inflation"):
        offered.clear()
        app = opened(page)
        assert not app.exception and not app.error and offered, page
        warehouse = Warehouse(folder / "samples", "samples")
        with warehouse.cursor() as cursor:
            for view in offered:
                assert view.made is not None
                again = remade.remade(cursor, warehouse, warehouse.current() or 0, view.made)
                assert again is not None
                assert (again.title, again.sentence) == (view.title, view.sentence), page
                assert list(again.table.columns) == list(view.table.columns) and len(again.table) == len(view.table)


def test_titles_of_the_standard_pages_are_changed_for_the_facts_they_were_written_of(folder: Path) -> None:
    app = opened("overview")
    app.session_state["report-titles"] = True
    deck_page(app)
    assert not app.exception and not app.error
    bands = next(t for t in app.text_input if t.value == "4 份报告分布在 1 个分数段")
    bands.set_value("四份报告都在同一分数段").run()
    about, titles = app.session_state["report_titles"]
    assert about[2] == 2024 and titles == (("bands", "四份报告都在同一分数段"),)
    app.multiselect(key="region").select("320115").run()
    assert app.session_state["report_titles"][1] == (), "three reports are another fact"
