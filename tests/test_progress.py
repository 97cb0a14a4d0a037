"""报送进度: counts worked by hand, refused files attributed only where they name one unit, names confirmed by a person."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from analytics import overview, progress
from analytics.filters import Filters
from data.batch.ingest import ingest
from data.batch.uploads import Visitor, name_unit
from data.derive import prepare
from data.submission import Refusal
from data.units import identity, roster
from data.units.roster import RosterRow
from data.vocabulary import Vocabulary
from data.warehouse import Warehouse
from exports.source import Source
from exports.views.sheets import sheets
from tests.conftest import ROOT
from tests.reports import report
from tests.test_roster import add_report

JIANGNING, CITY = "320115", "320100"
HERE = Visitor("127.0.0.1")
SOURCE = Source("本单位数据", "v000001", "2024", "全部区划", "2025-03-01")
LISTED = [
    RosterRow(2024, JIANGNING, "南京市江宁区商务局", "115001", None, "区商务局", "商务", Decimal("6091.91")),
    RosterRow(2024, JIANGNING, "南京市江宁区人力资源和社会保障局", "115002", "江宁区人社局", "区人社局"),
    RosterRow(2024, JIANGNING, "南京市江宁区水务局", "115003", None, "区水务局"),
    RosterRow(2024, JIANGNING, "南京市江宁区教育局", "115004", None, "区教育局"),
    RosterRow(2024, JIANGNING, "南京市江宁区商务服务中心", "115005", None, "区商务局"),
    RosterRow(2024, JIANGNING, "南京市江宁区某涉密单位", "115009", classified=True),
    RosterRow(2024, CITY, "南京市数据局", "100001", None, "市数据局"),
    RosterRow(2023, CITY, "南京市数据局", "100001", None, "市数据局"),
]


def add_refused(connection: duckdb.DuckDBPyConnection, key: int, file_name: str, reason: str = "文件为空") -> None:
    row = [key, f"{key:064d}", file_name, reason]
    connection.execute(
        "insert into document_store values ($1, $2, $3, 0, '2025-03-01', 'refused', 'E02', $4)",
        row,
    )


@pytest.fixture
def city(database: duckdb.DuckDBPyConnection, words: Vocabulary) -> duckdb.DuckDBPyConnection:
    """商务局 reported; 人社局 under its short name, in review; 水务局 a project form only; 教育局 refused; 水利局 unknown."""
    database.execute(
        "insert into document_store values (1, repeat('a', 64), 'x', 0, '2025-03-01', 'accepted', null, null)"
    )
    database.execute("insert into template_store values (1, '部门整体', null, 'x', null)")
    add_report(database, 1, "南京市江宁区商务局")
    add_report(database, 2, "江宁区人社局")
    add_report(database, 3, "南京市江宁区水务局")
    add_report(database, 4, "南京市江宁区水利局")
    add_report(database, 5, "南京市数据局", year=2023, region=CITY)
    database.execute("update report_store set status = 'review' where report_key = 2")
    database.execute("update report_store set form = '项目', subject = '河道整治' where report_key = 3")
    add_refused(database, 10, "报送/2024年度南京市江宁区教育局自评报告.docx")
    roster.load(database, LISTED)
    roster.match(database, words)
    prepare(database)
    return database


def test_each_listed_unit_has_one_state(city: duckdb.DuckDBPyConnection) -> None:
    units, elsewhere, classified = progress.units(city, Filters(), 2024)
    assert list(zip(units["unit"], units["state"], strict=True)) == [
        ("南京市数据局", "未报"),
        ("南京市江宁区人力资源和社会保障局", "待补录"),
        ("南京市江宁区商务局", "已报"),
        ("南京市江宁区商务服务中心", "未报"),
        ("南京市江宁区教育局", "退回"),
        ("南京市江宁区水务局", "未报"),
    ]
    assert (elsewhere, classified) == (0, 1)
    why = dict(zip(units["unit"], units["why"], strict=True))
    assert why["南京市江宁区水务局"] == "仅报送项目自评 1 份"
    assert why["南京市江宁区人力资源和社会保障局"] == "报告待复核，须补录或确认；报告所印名称：江宁区人社局"
    assert why["南京市江宁区教育局"] == "报送/2024年度南京市江宁区教育局自评报告.docx：文件为空（E02）"


def test_counts_by_district_and_department_add_up(city: duckdb.DuckDBPyConnection) -> None:
    units, _, _ = progress.units(city, Filters(), 2024)
    table = progress.summary(units, "region")
    assert table.values.tolist() == [
        ["江苏省南京市", 1, 0, 0, 1, 0, 0.0],
        ["江苏省南京市江宁区", 5, 2, 1, 3, 1, 0.4],  # 2 of 5
    ]
    by_department = progress.summary(units, "department").set_index("item")
    assert by_department.loc["区商务局", ["listed", "reported", "missing"]].tolist() == [2, 1, 1]
    assert (by_department["listed"] == by_department["reported"] + by_department["missing"]).all()
    assert progress.figures(units) == [
        ("应报", "6"), ("已报", "2"), ("其中待补录", "1"), ("未报", "4"), ("其中退回", "1"), ("报送率", "33.33%"),
    ]  # fmt: skip
    view = progress.summary_view(units, "region", Filters(), 2024)
    assert view.title == "2024 年度报送进度：2 个区划中 2 个尚有未报单位"
    assert view.sentence == "应报 6 个单位，已报 2 个，未报 4 个，报送率 33.33%。"


@pytest.mark.parametrize(
    ("filters", "listed"),
    [
        (Filters(regions=(CITY,)), 6),
        (Filters(regions=(CITY,), own_level_only=True), 1),
        (Filters(regions=(JIANGNING,)), 5),
        (Filters(departments=("区商务局",)), 2),
        (Filters(units=(identity.unit_id(JIANGNING, "江宁区人社局"),)), 1),
        (Filters(units=("nobody",)), 0),
    ],
)
def test_filters_narrow_the_list_also_by_the_name_a_unit_reported_under(
    city: duckdb.DuckDBPyConnection, filters: Filters, listed: int
) -> None:
    units, _, _ = progress.units(city, filters, 2024)
    assert len(units) == listed
    assert len(progress.summary_view(units, "region", filters, 2024).table) <= 2


def test_the_overview_counts_who_is_due_as_the_progress_does(city: duckdb.DuckDBPyConnection) -> None:
    city.execute("update report_store set status = 'accepted' where report_key = 2")
    prepare(city)
    by_short_name = Filters(years=(2024,), units=(identity.unit_id(JIANGNING, "江宁区人社局"),))
    for filters, counts in ((by_short_name, (1, 1)), (Filters(years=(2024,), regions=(JIANGNING,)), (5, 2))):
        found = overview.summary(overview.summaries(city, filters))
        assert (found.due, found.arrived) == counts
        units, _, _ = progress.units(city, filters, 2024)
        assert (len(units), int(units["state"].isin(["已报", "待补录"]).sum())) == counts


@pytest.mark.parametrize(
    ("file_name", "reason", "state"),
    [
        ("南京市江宁区水务局_2024.pdf", "文件为空", "退回"),
        ("关于2024年南京市江宁区水务局部门整体支出绩效自评的报告.doc", "文件为空", "退回"),
        ("2024.xlsx", "南京市江宁区水务局：未找到绩效自评指标表", "退回"),
        ("汇总.zip/南京市江宁区水务局（本级）2024.docx", "文件为空", "退回"),
        ("南京市江宁区水务局_2023.pdf", "文件为空", "未报"),
        ("南京市江宁区水务局.pdf", "文件为空", "未报"),
        ("南京市江宁区水务局下属中心2024.pdf", "文件为空", "未报"),
        ("溧水区水务局2024.pdf", "文件为空", "未报"),
        ("扫描件2024.pdf", "文件为空", "未报"),
    ],
)
def test_a_refused_file_counts_only_for_the_one_unit_and_year_it_names(
    city: duckdb.DuckDBPyConnection, file_name: str, reason: str, state: str
) -> None:
    add_refused(city, 11, file_name, reason)
    units, elsewhere, _ = progress.units(city, Filters(), 2024)
    assert units.set_index("unit").loc["南京市江宁区水务局", "state"] == state
    assert elsewhere == (0 if state == "退回" or "2023" in file_name else 1)
    notes = progress.reminder_view(units, Filters(), 2024, elsewhere, 0).notes
    assert any("未能对应到应报单位" in note for note in notes) == bool(elsewhere)


def test_a_short_name_of_two_units_attributes_no_refused_file(
    city: duckdb.DuckDBPyConnection, words: Vocabulary
) -> None:
    both = [
        RosterRow(2024, CITY, "南京市政务服务中心", short_names="政务服务中心"),
        RosterRow(2024, JIANGNING, "南京市江宁区政务服务中心", short_names="政务服务中心"),
    ]
    roster.load(city, both)
    roster.match(city, words)
    prepare(city)
    add_refused(city, 11, "政务服务中心2024.pdf")
    units, elsewhere, _ = progress.units(city, Filters(), 2024)
    assert set(units["state"]) == {"未报"}
    assert elsewhere == 2


def test_the_reminders_are_a_workbook_of_text_and_numbers_only(city: duckdb.DuckDBPyConnection) -> None:
    units, elsewhere, classified = progress.units(city, Filters(), 2024)
    units.loc[0, "unit"] = '=HYPERLINK("http://x","y")'
    view = progress.reminder_view(units, Filters(), 2024, elsewhere, classified)
    assert view.title == "2024 年度催报名单：5 个单位"
    assert view.sentence == "未报 3 个，退回 1 个，待补录 1 个。"
    book = openpyxl.load_workbook(io.BytesIO(sheets([view], SOURCE)))
    page = book.active
    assert page is not None
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[4] == ["区划", "主管部门", "单位编码", "单位名称", "状态", "说明", "预算规模（万元）"]
    assert rows[5][:5] == ["江苏省南京市", "市数据局", "100001", '\'=HYPERLINK("http://x","y")', "未报"]
    assert [row[3] for row in rows[6:10]] == [
        "南京市江宁区人力资源和社会保障局", "南京市江宁区商务服务中心", "南京市江宁区教育局", "南京市江宁区水务局",
    ]  # fmt: skip
    cells = [cell for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert "涉密单位 1 个" in str(rows[-1][0])
    assert not [cell for cell in cells if "某涉密单位" in str(cell.value)]


def test_an_unknown_name_is_listed_with_the_unit_it_may_be(city: duckdb.DuckDBPyConnection, words: Vocabulary) -> None:
    assert progress.unknown_names(city, 2024)["candidate_id"].isna().all()  # 水务局 has a report of its own
    city.execute("delete from report_store where report_key = 3")
    roster.match(city, words)
    table = progress.unknown_names(city, 2024)
    first = table.iloc[0]
    assert set(table["unit"]) == {"南京市江宁区水利局"}
    assert (first["candidate"], round(first["likeness_rate"], 4)) == ("南京市江宁区水务局", 0.6667)
    view = progress.names_view(table, Filters(), 2024)
    assert view.title == "2024 年度有 1 个填报单位名称未对应到应报名单，待确认"
    assert progress.unknown_names(city, 2023).empty


@pytest.fixture
def waiting(folder: Path, tmp_path: Path, words: Vocabulary) -> Warehouse:
    """A warehouse with one report of 南京市江宁区测试局, whose name the roster writes otherwise."""
    (tmp_path / "a.txt").write_text(report(), encoding="utf-8")
    made = Warehouse(folder)
    ingest(made, [tmp_path / "a.txt"])
    with made.cursor() as cursor:
        ((unit, region),) = cursor.execute("select unit, region_code from report").fetchall()

    def listed(connection: duckdb.DuckDBPyConnection) -> None:
        roster.load(
            connection, [RosterRow(2024, region, f"{unit}（新）"), RosterRow(2024, region, "另一完全不同之单位")]
        )
        roster.match(connection, words)

    with made.writing():
        made.publish(listed, "ingest", "应报名单")
    return made


def waiting_row(warehouse: Warehouse) -> tuple[str, str | None, str]:
    with warehouse.cursor() as cursor:
        row = progress.unknown_names(cursor, 2024).iloc[0]
    return str(row["unit"]), row["region_code"], str(row["candidate_id"])


def reported(warehouse: Warehouse) -> int:
    with warehouse.cursor() as cursor:
        units, _, _ = progress.units(cursor, Filters(), 2024)
    return int(units["state"].isin(["已报", "待补录"]).sum())


def test_a_confirmed_name_counts_for_its_unit_in_a_new_version(waiting: Warehouse) -> None:
    alias, region, unit_id = waiting_row(waiting)
    before = waiting.current()
    assert reported(waiting) == 0
    version = name_unit(waiting, alias, region, unit_id, True, HERE)
    assert (version, waiting.current()) == (before + 1, before + 1)  # type: ignore[operator]
    assert reported(waiting) == 1
    with waiting.cursor() as cursor:
        assert progress.unknown_names(cursor, 2024).empty
        assert cursor.execute("select unit from report").fetchall() == [(alias,)]


def test_a_name_ruled_out_is_not_proposed_again_and_counts_for_nobody(waiting: Warehouse) -> None:
    name_unit(waiting, *waiting_row(waiting), False, HERE)
    assert reported(waiting) == 0
    with waiting.cursor() as cursor:
        table = progress.unknown_names(cursor, 2024)
    assert table["candidate_id"].isna().all()
    assert "没有相近的应报单位" in progress.names_view(table, Filters(), 2024).notes[0]


def test_only_who_may_write_confirms_and_only_what_waits(waiting: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIXIAO_ADMIN_KEY", raising=False)
    alias, region, unit_id = waiting_row(waiting)
    before = waiting.current()
    with pytest.raises(Refusal) as refused:
        name_unit(waiting, alias, region, unit_id, True, Visitor("192.0.2.1"))
    assert refused.value.code == "E25"
    for wrong in ((f"{alias}x", region, unit_id), (alias, "110000", unit_id), (alias, region, "nobody")):
        with pytest.raises(Refusal) as refused:
            name_unit(waiting, *wrong, True, HERE)
        assert refused.value.code == "E42"
    assert waiting.current() == before


def page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    return app.switch_page("pages/manage/progress.py").run()


def test_the_page_confirms_a_name(waiting: Warehouse) -> None:
    app = page()
    assert not app.exception
    assert [m.value for m in app.metric] == ["2", "0", "0", "2", "0", "0.00%"]
    next(button for button in app.button if button.label == "确认为同一单位").click().run()
    assert not app.exception
    assert [m.value for m in app.metric][1::2] == ["1", "1", "50.00%"]


def test_without_a_roster_the_page_says_how_to_load_one(folder: Path) -> None:
    app = page()
    assert not app.exception
    assert [s.value for s in app.subheader] == ["尚未载入应报名单"]
    assert [b.label for b in app.get("download_button")] == ["下载空白应报名单"]
