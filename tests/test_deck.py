"""The standard deck and the kinds of native charts, read back from the file."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from analytics import distribution, executed, execution
from analytics.filters import Filters
from analytics.view import Chart, View
from data.batch.ingest import ingest
from data.simulate import City, write
from data.submission import Refusal
from data.units import roster
from data.units.roster import RosterRow
from data.vocabulary import Vocabulary
from data.warehouse import Warehouse
from exports.edition import NAMED_FROM, Edition, naming
from exports.report import deck, formats
from exports.report.spec import ReportSpec, prepare
from exports.views.slides import Cover, Words, presentation, slides
from tests.decks import HOSTILE, SOURCE, A, C, chart_of, members, parts, table_of, words, workbooks
from tests.terminal import jixiao


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    made = Warehouse(tmp_path_factory.mktemp("city") / "simulated", "simulated")
    shape = City(districts=2, units=15, first_year=2022, years=3, renewed_in=2023)
    ingest(made, [write(shape, tmp_path_factory.mktemp("made")).folder])
    return made


def pages(warehouse: Warehouse, spec: ReportSpec) -> list[deck.Named]:
    with warehouse.cursor() as cursor:
        return deck.standard(cursor, prepare(cursor, warehouse, 1, spec))


def opened(*views: Any) -> Any:
    return Presentation(io.BytesIO(presentation(views, SOURCE)))


def test_the_line_of_a_native_chart_breaks_where_the_page_breaks_it_and_holds_its_numbers(city: Warehouse) -> None:
    basis = execution.BASES[0]
    with city.cursor() as cursor:
        years = execution.years(cursor, Filters(), basis.code)
        view = execution.trend_view(years, {2023: "更换表式"}, Filters(), basis)
    drawn = chart_of(opened(view).slides[0])
    assert drawn.chart_type == XL_CHART_TYPE.LINE_MARKERS
    assert list(drawn.plots[0].categories) == ["2022", "2023", "2024"]
    first, second, *_ = drawn.plots[0].series
    rate = list(years["rate"])
    assert (first.name, list(first.values)) == ("执行率（2022）", [rate[0], None, None])
    assert (second.name, list(second.values)) == ("执行率（2023—2024）", [None, rate[1], rate[2]])
    assert str(first.format.line.color.rgb) == str(second.format.line.color.rgb)


def test_a_scatter_holds_both_values_and_the_name_of_each_point(city: Warehouse) -> None:
    with city.cursor() as cursor:
        units = executed.units(cursor, Filters(), 2024, "adjusted")
    view = executed.view(units, units, Filters(), execution.BASES[0], 2024)
    blob = slides([view], SOURCE)
    (chart,), (sheet,) = parts(blob, r"ppt/charts/chart\d+\.xml"), workbooks(blob)
    both = units.dropna(subset=["rate", "comparable_score"])
    assert len(both) > 10
    for axis, column in (("xVal", "rate"), ("yVal", "comparable_score")):
        (found,) = [[float(v.text or "nan") for v in part.iter(C + "v")] for part in chart.iter(C + axis)]
        assert found == list(both[column])
    assert [c[0].value for c in sheet[f"C2:C{len(both) + 1}"]] == list(both["unit"])
    assert chart.find(f".//{C}marker//{A}srgbClr") is not None


def test_a_bridge_stands_on_an_invisible_base_and_never_below_nothing() -> None:
    row = pd.DataFrame([{"reports": 1, "initial_budget": 100e4, "adjusted_budget": 90e4, "carried_in": 20e4,
                         "expenditure": 80e4, "carried_out": 30e4}])  # fmt: skip
    drawn = chart_of(opened(execution.bridge_view(row, Filters(), 2024)).slides[0])
    assert drawn.chart_type == XL_CHART_TYPE.COLUMN_STACKED
    base, up, down, level = [list(series.values) for series in drawn.plots[0].series]
    assert base == [0, 90, 90, 30, 0]
    assert up == [None, None, 20, None, None]
    assert down == [None, 10, None, 80, None]
    assert level == [100, None, None, None, 30]
    below = execution.bridge_view(row.assign(carried_in=-200e4), Filters(), 2024)
    assert below.chart is None
    assert len(table_of(opened(below).slides[0])) == len(below.table) + 1


def test_a_box_holds_the_quantiles_of_the_page_and_leaves_small_groups_empty() -> None:
    groups = pd.DataFrame({
        "item": ["1", "2"], "label": ["甲区", "乙区"], "reports": [9, 4], "units": [9, 4], "mean_rate": [0.9, 0.8],
        "middle_rate": [0.91, 0.81], "q1_rate": [0.85, 0.75], "q3_rate": [0.95, 0.85], "low_rate": [0.8, 0.7],
        "high_rate": [0.99, 0.9], "lowest_rate": [0.8, 0.7], "highest_rate": [0.99, 0.9], "outliers": [0, 0],
        "full_reports": [0, 0],
    }).assign(all_groups=2, all_small=1, all_reports=13, all_low_middle=0.91, all_high_middle=0.91, all_lowest=0.7,
              all_highest=0.99, all_outliers=0)  # fmt: skip
    none = pd.DataFrame({"item": [], "grouped": [], "unit": [], "fiscal_year": [], "rate": []})
    view = distribution.box_view(groups, none, none, Filters(), "region", distribution.WHOLE)
    (chart,) = parts(slides([view], SOURCE), r"ppt/charts/chart\d+\.xml")
    assert [[v.text for v in values.iter(C + "v")] for values in chart.iter(C + "val")] == [
        ["0.85"],
        ["0.06"],
        ["0.04"],
    ]
    bars = [
        (side.tag, [v.text for v in side.iter(C + "v")]) for e in chart.iter(C + "errBars") for side in e if len(side)
    ]
    assert [x for x in bars if x[1]] == [(C + "minus", ["0.05"]), (C + "plus", ["0.04"])]


def test_hostile_names_stay_text_in_every_kind_of_chart() -> None:
    n = len(HOSTILE)
    table = pd.DataFrame({"item": list(HOSTILE), "a": range(1, n + 1), "b": range(n), "rate": [0.5] * n})
    columns = {"a": "=1+1", "b": "@SUM(A1)", "rate": "+1"}
    charts = [
        Chart("line", "item", ("a", "b"), "分"),
        Chart("stacked", "item", ("a",), "分", base="b"),
        Chart("scatter", "item", ("a",), "分", across="rate"),
        Chart("box", "item", ("a", "b", "a", "b", "a"), "分"),
    ]
    blob = slides([View("图", "", table, None, columns, chart=chart) for chart in charts], SOURCE)
    for name, content in members(blob):
        if "/embeddings/" in name and name.endswith((".xml", ".rels")):
            assert b"<f>" not in content, name
            assert b"hyperlink" not in content, name
        assert b'TargetMode="External"' not in content, name
    for sheet in workbooks(blob):
        names = {c.value for row in sheet.iter_rows() for c in row if c.data_type == "s"}
        assert {name for name in HOSTILE if len(name) < 14} <= names, "longer ones are cut in the middle"
    for root in parts(blob, r"ppt/charts/chart\d+\.xml"):
        for properties in [*root.iter(A + "rPr"), *root.iter(A + "defRPr")]:
            assert properties.find(A + "ea") is not None


def test_the_standard_deck_has_at_most_eight_pages_before_its_appendix(city: Warehouse) -> None:
    found = pages(city, ReportSpec(bureau="示例市财政局"))
    names = [page.name for page in found if not page.appendix]
    assert names == ["cover", "summary", "bands", "lost", "drilldown", "execution", "units", "findings"]
    assert [page.appendix for page in found] == sorted(page.appendix for page in found)
    cover, summary = found[0].page, found[1].page
    assert isinstance(cover, Cover)
    assert isinstance(summary, Words)
    assert cover.lines[0] == "示例市财政局"
    assert any("数据版本 v000001" in line for line in cover.lines)
    assert len(summary.paragraphs) >= 4


def test_a_title_may_be_changed_and_every_slide_is_marked_as_simulated(city: Warehouse) -> None:
    with city.cursor() as cursor:
        prepared = prepare(cursor, city, 1, ReportSpec(titles=(("bands", "得分集中在中段"),)))
        made = Presentation(io.BytesIO(deck.pptx(cursor, prepared)))
    assert "得分集中在中段" in [slide.shapes.title.text_frame.text for slide in made.slides]
    for number, slide in enumerate(made.slides, start=1):
        assert any(shape.name == "模拟数据" for shape in slide.shapes)
        assert str(number) in words(slide)


def low(city: Warehouse) -> set[str]:
    with city.cursor() as cursor:
        sql = "select unit from report where fiscal_year = 2024 and comparable_score < $1"
        return {unit for (unit,) in cursor.execute(sql, [NAMED_FROM]).fetchall()}


def every_text(found: list[deck.Named]) -> str:
    return "\n".join(
        f"{p.title} {p.sentence} {p.notes} {p.table.to_csv()}" if isinstance(p := named.page, View) else str(p)
        for named in found
    )


def test_the_public_edition_names_no_unit_with_a_low_score_and_the_internal_one_does(
    city: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exports.edition.NAMED_FROM", 92.0)
    monkeypatch.setattr("tests.test_deck.NAMED_FROM", 92.0)
    names = low(city)
    assert names
    public = every_text(pages(city, ReportSpec(edition=Edition(public=True))))
    internal = every_text(pages(city, ReportSpec()))
    assert [name for name in names if name in public] == []
    assert [name for name in names if name in internal]
    assert "某单位01" in public


def test_without_names_no_unit_and_no_place_stands_anywhere_in_the_file(city: Warehouse) -> None:
    with city.cursor() as cursor:
        units = [u for (u,) in cursor.execute("select distinct unit from report").fetchall()]
        spec = ReportSpec(edition=Edition(anonymous=True), filters=Filters(regions=("990100",)))
        blob = deck.pptx(cursor, prepare(cursor, city, 1, spec))
    found = b"\n".join(content for _, content in members(blob)).decode("utf-8", "replace")
    assert [unit for unit in units if unit in found] == []
    assert "模拟市" not in found
    assert "单位" in found


@pytest.fixture
def secret(database: duckdb.DuckDBPyConnection, words: Vocabulary) -> Iterator[duckdb.DuckDBPyConnection]:
    roster.load(database, [RosterRow(2024, "320115", "南京市江宁区某处", "1", classified=True)])
    roster.match(database, words)
    yield database


def test_a_name_marked_secret_is_replaced_also_in_what_others_say(secret: duckdb.DuckDBPyConnection) -> None:
    named = naming(secret, Filters(), Edition())
    assert named.text("正文与南京市江宁区某处相同") == "正文与（不列示单位）相同"


def test_nothing_to_report_on_and_other_endings_are_refused_by_their_codes(city: Warehouse, tmp_path: Path) -> None:
    for spec, out, code in (
        (ReportSpec(2019), "a.pptx", "E43"),
        (ReportSpec(filters=Filters(regions=("110000",))), "a.pptx", "E43"),
        (ReportSpec(), "a.txt", "E16"),
    ):
        with pytest.raises(Refusal) as refused:
            formats.write(city, spec, tmp_path / out)
        assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_template_of_the_bureau_gives_its_layouts_and_loses_its_own_slides(tmp_path: Path) -> None:
    template: Any = Presentation()
    template.slide_width, template.slide_height = Inches(13.333), Inches(7.5)
    template.slides.add_slide(template.slide_layouts[0]).shapes.title.text = "旧稿"
    template.save(str(tmp_path / "t.pptx"))
    made = Presentation(
        io.BytesIO(presentation([Cover("汇报", ("一",)), Words("口径", ("甲",))], SOURCE, tmp_path / "t.pptx"))
    )
    assert [slide.shapes.title.text_frame.text for slide in made.slides] == ["汇报", "口径"]
    assert [slide.slide_layout.name for slide in made.slides] == ["Title Slide", "Title Only"]
    assert not [s for slide in made.slides for s in slide.placeholders if not s.text_frame.text]


def test_a_template_that_cannot_be_used_is_refused_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "text.pptx").write_text("不是演示文稿", encoding="utf-8")
    narrow: Any = Presentation()
    narrow.save(str(tmp_path / "narrow.pptx"))
    bare: Any = Presentation()
    bare.slide_width, bare.slide_height = Inches(13.333), Inches(7.5)
    for layout in [one for one in bare.slide_layouts if one.name != "Blank"]:
        bare.slide_layouts.remove(layout)
    bare.save(str(tmp_path / "bare.pptx"))
    with zipfile.ZipFile(tmp_path / "bomb.pptx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("ppt/presentation.xml", b"<" + b" " * 50_000_000)
    with zipfile.ZipFile(tmp_path / "macro.pptx", "w") as macro:
        macro.writestr("ppt/vbaProject.bin", b"x")
    for name, reason in (
        ("text", "不是可读的"),
        ("bomb", "压缩比异常"),
        ("macro", "含宏"),
        ("narrow", "25.40 × 19.05"),
        ("bare", "没有带标题占位符的版式"),
    ):
        with pytest.raises(Refusal, match=reason) as refused:
            presentation([Words("口径", ("甲",))], SOURCE, tmp_path / f"{name}.pptx")
        assert refused.value.code == "E44"


def test_forty_rows_show_twenty_and_say_what_the_rest_come_to() -> None:
    table = pd.DataFrame({"unit": [f"单位{i}" for i in range(40)], "score_rate": [0.5 + i / 100 for i in range(40)]})
    chart = Chart("bar", "unit", ("score_rate",), "%", 1.0)
    view = View("得分率", "", table, None, {"unit": "单位", "score_rate": "得分率"}, chart=chart)
    note = "".join(words(opened(view).slides[0]))
    assert "仅列前 20 项，共 40 项。其余 20 项得分率 70.00% 至 89.00%。" in note


def test_too_many_words_are_cut_on_the_slide_and_whole_in_its_notes() -> None:
    texts = tuple(f"第{i}段：" + "很长的说明" * 30 for i in range(12))
    slide = opened(Words("口径", texts)).slides[0]
    assert any("其余见备注。" in text for text in words(slide))
    assert all(text in slide.notes_slide.notes_text_frame.text for text in texts)


def test_twenty_slides_with_fifteen_charts_take_little_time() -> None:
    table = pd.DataFrame({"unit": [f"单位{i}" for i in range(20)], "score_rate": [0.5] * 20})
    chart = Chart("bar", "unit", ("score_rate",), "%", 1.0)
    views = [View("得分率", "", table, None, {"unit": "单位", "score_rate": "得分率"}, chart=chart)] * 15
    start = time.process_time()
    slides([*views, *[View("表", "", table, None, {"unit": "单位"})] * 5], SOURCE)
    assert time.process_time() - start < 4


def test_the_command_writes_a_deck_and_says_which_version_it_holds(city: Warehouse, tmp_path: Path) -> None:
    out = tmp_path / "汇报.pptx"
    done = jixiao("report", "--out", out, "--year", 2024, "--warehouse", city.folder)
    assert done.returncode == 0, done.stderr
    assert "数据版本 v000001" in done.stdout
    assert len(Presentation(str(out)).slides) > 8
