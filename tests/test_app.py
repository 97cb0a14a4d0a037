"""The pages through ``app.py``, as Streamlit runs them: numbers, links, empty states, literal text."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.batch.ingest import ingest
from data.warehouse import Warehouse
from tests.conftest import ROOT
from tests.opened import opened, words
from tests.reports import LEAVES, report


def table(app: AppTest) -> list[dict[str, object]]:
    return app.dataframe[0].value.to_dict("records")


def test_the_first_start_builds_the_samples_and_opens_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(tmp_path / "w"))
    monkeypatch.chdir(ROOT)
    app = opened("overview")
    assert not app.exception
    assert [e.value for e in app.title] == ["总览"]
    assert [m.value for m in app.metric][:4] == ["4", "97.03", "100.00%", "97.83%"]
    assert [m.label for m in app.metric][4:] == ["存疑事项"]
    app = opened()
    assert not app.exception
    assert [e.value for e in app.title] == ["指标下钻"]
    assert "公开示例" in words(app)
    assert (tmp_path / "w" / "samples" / "CURRENT").exists()
    assert [(r["item"], r["leaves"]) for r in table(app)] == [
        ("决策", 26), ("过程", 91), ("履职产出", 22), ("效益", 13), ("满意度", 4), ("可持续发展", 4),
    ]  # fmt: skip
    assert [round(float(r["score_rate"]), 2) for r in table(app)] == [96.97, 92.72, 98.46, 100, 100, 100]


def test_own_reports_are_opened_before_the_samples(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(report(), encoding="utf-8")
    ingest(Warehouse(folder), [tmp_path / "a.txt"])
    app = opened()
    assert not app.exception
    assert "本单位数据" in words(app)
    assert sum(int(r["leaves"]) for r in table(app)) == 7  # type: ignore[call-overload]


def test_where_every_report_waits_for_review_the_page_says_so(folder: Path, tmp_path: Path) -> None:
    rows = [f"2023,江宁区甲局,320115,产出,数量,{name},50,40,待复核\n" for name in ("任务完成率", "按时完成率")]
    head = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分,状态\n"
    (tmp_path / "leaf.csv").write_text(head + "".join(rows), encoding="utf-8-sig")
    ingest(Warehouse(folder / "own"), [tmp_path / "leaf.csv"])
    app = opened("execution")
    assert not app.exception
    assert "当前数据集有 1 份报告待复核，未纳入比较" in words(app)


def test_a_link_opens_the_step_it_names(folder: Path) -> None:
    app = opened(d="过程", l2="预算执行", l3="预算执行率")
    assert not app.exception
    assert [(r["unit"], r["score"]) for r in table(app)] == [
        ("南京市江宁区商务局(本级)", 8.5),
        ("南京市江宁区中小商贸流通企业服务中心", 9.58),
        ("南京市江宁区投资促进中心", 9.61),
    ]


def test_a_leaf_shows_its_place_and_the_original_characters(folder: Path) -> None:
    listed = opened(d="过程", l2="预算执行", l3="预算执行率")
    key = str(table(listed)[0]["place"])
    with Warehouse(folder / "samples").cursor() as cursor:
        report_id, ordinal, place = cursor.execute(
            "select report_id, ordinal, place from leaf_score where level3 = '预算执行率' and score = 8.5"
        ).fetchone()  # type: ignore[misc]
    app = opened(d="过程", l2="预算执行", l3="预算执行率", leaf=f"{report_id}:{ordinal}")
    assert not app.exception
    assert place == key
    assert place in words(app)
    assert "85.00%\t10\t8.5" in app.code[0].value
    assert [m.value for m in app.metric] == ["8.50", "10.00", "85\\.00%"]


def test_filters_from_the_url_narrow_the_numbers(folder: Path) -> None:
    app = opened(region="江苏省南京市", own_level="true")
    assert not app.exception
    assert sum(int(r["leaves"]) for r in table(app)) == 39  # type: ignore[call-overload]
    app = opened(year="2024", region="江苏省南京市江宁区")
    assert sum(int(r["leaves"]) for r in table(app)) == 121  # type: ignore[call-overload]


def test_changing_a_filter_changes_the_table(folder: Path) -> None:
    app = opened()
    app.multiselect(key="region").select("320115").run()
    assert not app.exception
    assert sum(int(r["leaves"]) for r in table(app)) == 121  # type: ignore[call-overload]


def test_the_breadcrumb_leads_back(folder: Path) -> None:
    app = opened(d="过程", l2="预算执行")
    app.button(key="crumb-dimension").click().run()
    assert not app.exception
    assert len(table(app)) == 6


@pytest.mark.parametrize(
    "parameters",
    [
        {"d": "没有的维度"}, {"d": "过程", "l2": "<b>x</b>"}, {"d": "过程", "l2": "预算执行", "l3": "' or 1=1 --"},
        {"year": "1999"}, {"year": "abc"}, {"region": "999999"}, {"data": "nothing"}, {"d": "$x$ :red[y]"}, {"l3": "预算执行率"},
        {"d": "过程", "leaf": "x:y"}, {"d": "过程", "l2": "预算执行", "l3": "预算执行率", "leaf": "nothing"},
    ],
)  # fmt: skip
def test_strange_links_give_an_empty_state_never_an_exception(folder: Path, parameters: dict[str, str]) -> None:
    app = opened(**parameters)
    assert not app.exception
    assert [e.value for e in app.title] == ["指标下钻"]


def test_names_with_markup_are_shown_literally(folder: Path, tmp_path: Path) -> None:
    name = "很**粗** :red[红] $x^2$ <b>b</b> 指标"
    leaves = [*LEAVES[:-1], ("满意度", "服务对象满意度", name, "10", "9.5")]
    (tmp_path / "a.txt").write_text(report(leaves), encoding="utf-8")
    ingest(Warehouse(folder), [tmp_path / "a.txt"])
    app = opened(d="满意度", l2="服务对象满意度")
    stored = str(table(app)[0]["item"])
    app = opened(d="满意度", l2="服务对象满意度", l3=stored)
    assert not app.exception
    assert "很\\*\\*粗\\*\\*" in words(app)
    assert "\\:\u200bred\\[红\\]" in words(app)
    assert "&lt;b&gt;" in opened(d="满意度", l2="服务对象满意度").get("plotly_chart")[0].proto.spec


def test_a_warehouse_with_refused_files_only_does_not_hide_the_samples(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("没有表", encoding="utf-8")
    ingest(Warehouse(folder), [tmp_path / "a.txt"])
    app = opened()
    assert not app.exception
    assert "公开示例" in words(app)
    app.selectbox(key="data").select("own").run()
    assert not app.exception
    assert "没有可显示的数据" in words(app)


def test_a_unit_and_year_in_the_url_open_its_page(folder: Path) -> None:
    app = opened("department")
    assert not app.exception
    assert "南京市数据局 2024" in words(app)
    with Warehouse(folder / "samples").cursor() as cursor:
        (unit_id,) = cursor.execute("select unit_id from report where unit like '%投资促进中心'").fetchall()[0]
    app = opened("department", u=unit_id, y="2024")
    assert not app.exception
    assert [m.value for m in app.metric] == ["96.54", "96.54", "未印", "37 项"]


@pytest.mark.parametrize(
    "parameters",
    [{"u": "nobody"}, {"u": "'--", "y": "x"}, {"y": "1999"}, {"leaf": "x:y"}, {"unit": "没有的单位"}, {"year": "1999"}],
)
@pytest.mark.parametrize("page", ["overview", "department"])
def test_strange_links_on_the_other_pages_raise_nothing(folder: Path, page: str, parameters: dict[str, str]) -> None:
    app = opened(page, **parameters)
    assert not app.exception
    assert len(app.title) == 1


def test_the_unit_filter_narrows_every_page(folder: Path) -> None:
    app = opened("overview", unit="南京市数据局")
    assert not app.exception
    assert app.metric[0].value == "1"
    assert sum(int(r["leaves"]) for r in table(opened(unit="南京市数据局"))) == 39  # type: ignore[call-overload]
    assert "南京市江宁区商务局" in words(opened("department", unit="南京市江宁区商务局(本级)"))


def test_too_many_units_are_offered_once_a_region_is_chosen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offered(app: AppTest) -> tuple[list[str], list[str], str]:
        unit, department = (next(x for x in app.multiselect if x.label == label) for label in ("单位", "主管部门"))
        return list(unit.options), list(department.options), str(unit.placeholder)

    assert len(offered(opened("overview"))[0]) == 4
    monkeypatch.setattr("analytics.filters.MOST_OFFERED", 3)
    assert offered(opened("overview")) == ([], [], "请先选区划（共 4 个单位）")
    named = opened("overview", unit="南京市数据局")
    assert offered(named)[0] == ["南京市数据局"]
    assert named.metric[0].value == "1"
    units, _, placeholder = offered(opened("overview", region="320115"))
    assert len(units) == 3
    assert all(unit.startswith("南京市江宁区") for unit in units)
    assert placeholder == "输入全称、简称或编码"


@pytest.mark.parametrize(
    ("figure", "page", "years"),
    [("平均可比得分", "得分分布", ["2022"]), ("预算执行率", "预算执行", []), ("已报 / 应报", "报送进度", ["2022"])],
)
def test_a_figure_opens_its_page_of_its_year_or_over_the_years(
    simulated_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, figure: str, page: str, years: list[str]
) -> None:
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(simulated_warehouse.folder.parent))
    monkeypatch.chdir(ROOT)
    app = opened("overview", data="simulated")
    (button,) = [b for b in app.main.button if b.key and b.key.endswith(f"-{figure}")]
    button.click().run()
    assert not app.exception
    assert [e.value for e in app.title] == [page]
    assert app.session_state["year"] == years


def test_the_drill_down_compares_with_the_year_before_where_asked(
    simulated_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(simulated_warehouse.folder.parent))
    monkeypatch.chdir(ROOT)
    app = opened("drilldown", data="simulated", d="过程")
    assert "同口径得分率" not in words(app)
    app.toggle(key="yearly").set_value(True).run()
    assert not app.exception
    assert "2021 年至 2022 年同口径得分率由" in words(app)
