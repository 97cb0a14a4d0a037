"""同条线对比: which units are offered beside each other, and what stays chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Multiselect

from analytics import sector
from analytics.filters import Filters
from data.batch.ingest import ingest
from data.warehouse import Warehouse
from pages.parts import cached
from pages.parts.explore import spread
from tests.conftest import ROOT
from tests.opened import opened, words


@pytest.fixture
def city(simulated_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(simulated_warehouse.folder.parent))
    monkeypatch.chdir(ROOT)
    return simulated_warehouse


def shown(**parameters: str) -> AppTest:
    return opened("distribution", tab="同条线对比", data="simulated", **parameters)


def offered(app: AppTest) -> Multiselect:
    return next(box for box in app.multiselect if box.label.startswith("单位（"))


def test_the_units_of_the_open_sector_are_offered_and_stay_chosen_as_far_as_they_are_in_view(city: Warehouse) -> None:
    with city.cursor() as cursor:
        found = sector.sectors(cursor, Filters(), 2022)
        of, count = found.sort_values("units")[["sector", "units"]].iloc[-1]
        whole, one, other = (
            sector.units(cursor, Filters(regions=regions), 2022, of)["unit_id"]
            for regions in ((), ("990101",), ("990102",))
        )
    app = shown()
    assert app.selectbox(key="sector-").value == found["sector"].iloc[0]
    app.selectbox(key="sector-").set_value(of).run()
    assert len(offered(app).options) == count == len(whole)
    assert offered(app).value == list(whole)[: sector.MOST]
    picked = [one.iloc[0], other.iloc[0]]
    offered(app).set_value(picked).run()
    assert "2 个单位共有" in words(app)
    app.multiselect(key="region").set_value(["990101"]).run()
    assert offered(app).value == picked[:1]
    app.multiselect(key="region").set_value(["990102"]).run()
    assert offered(app).value == list(other)
    assert not app.warning


def test_the_units_of_a_link_are_offered_first_with_others_of_their_sector(city: Warehouse) -> None:
    with city.cursor() as cursor:
        last = sector.sectors(cursor, Filters(), 2022)["sector"].iloc[-1]
        wanted = sector.units(cursor, Filters(), 2022, last)["unit_id"].iloc[-1]
    app = shown(unit=wanted)
    assert app.selectbox(key=f"sector-{wanted}").value == last
    assert offered(app).value[0] == wanted
    assert len(offered(app).value) > 1


def test_too_many_units_are_offered_by_region_except_those_chosen(
    city: Warehouse, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    with city.cursor() as cursor:
        found = sector.sectors(cursor, Filters(), 2022)
        of, count = found.sort_values("units")[["sector", "units"]].iloc[-1]
        units = sector.units(cursor, Filters(), 2022, of)
    request.addfinalizer(cached.sector_units.clear)
    cached.sector_units.clear()
    for module in (sector, spread):
        monkeypatch.setattr(module, "MOST_OFFERED", int(count) - 1)
    app = shown()
    app.selectbox(key="sector-").set_value(of).run()
    assert offered(app).options == []
    assert offered(app).proto.placeholder == f"请先选区划（共 {count} 个单位）"
    assert "请选择 2 至 12 个单位" in words(app)
    wanted = units["unit_id"].iloc[-1]
    app = shown(unit=wanted)
    assert offered(app).value == [wanted] and len(offered(app).options) == 1
    app = shown(region="990101")
    app.selectbox(key="sector-").set_value(of).run()
    assert 2 <= len(offered(app).value) == len(offered(app).options) < count
    picked = offered(app).value
    app.multiselect(key="region").set_value([]).run()
    assert sorted(offered(app).value) == sorted(picked) and len(offered(app).options) == len(picked)


def test_a_unit_whose_sector_the_roster_does_not_say_is_offered_apart(folder: Path, tmp_path: Path) -> None:
    leaves = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分\n" + "".join(
        f"2024,江宁区{unit}局,320115,{leaf}\n"
        for unit, score in (("甲", 90), ("乙", 80), ("丙", 70), ("丁", 60))
        for leaf in (f"产出,数量,任务完成率,90,{score - 10}", "效益,社会,影响,10,10")
    )
    roster = "年度,单位名称,区划代码,单位编码,条线\n2024,江宁区甲局,320115,1,商务\n2024,江宁区乙局,320115,2,商务\n"
    for name, text in (("leaf", leaves), ("roster", roster)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    own = Warehouse(folder / "own")
    assert not ingest(own, [tmp_path / "leaf.csv", tmp_path / "roster.csv"]).refused
    app = opened("distribution", tab="同条线对比")
    assert app.selectbox(key="sector-").options == ["商务", "条线未载明"]
    assert sorted(offered(app).options) == ["江宁区乙局", "江宁区甲局"]
    assert "2 个单位共有 2 项三级指标，1 项得分率不同" in words(app)
    app.selectbox(key="sector-").set_value("").run()
    assert sorted(offered(app).options) == ["江宁区丁局", "江宁区丙局"]
    assert "2 个单位共有 2 项三级指标，1 项得分率不同" in words(app)


def test_without_a_roster_any_units_are_compared(folder: Path) -> None:
    app = opened("distribution", tab="同条线对比")
    assert "尚未带入应报名单，条线未知" in words(app)
    assert len(offered(app).options) == len(offered(app).value) == 4
