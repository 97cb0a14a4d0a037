"""得分分布: summaries by hand, small groups as points, positions on a stated base, sectors side by side."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analytics import distribution, heat, overview, sector
from analytics.filters import Filters, spanning
from data.warehouse import Warehouse
from tests.opened import opened, words

RATES = {  # unit -> (Σ得分, Σ权重) as printed, blanks proved full
    "南京市数据局": 97.5,
    "南京市江宁区商务局(本级)": 96.5,
    "南京市江宁区中小商贸流通企业服务中心": 97.58,
    "南京市江宁区投资促进中心": 96.54,
}


def groups(warehouse: Warehouse, by: str, dimension: str = "全部", filters: Filters | None = None) -> pd.DataFrame:
    with warehouse.cursor() as cursor:
        return distribution.groups(cursor, filters or Filters(), by, dimension).set_index("label")


def test_a_district_is_summarised_over_its_reports(sample_warehouse: Warehouse) -> None:
    found = groups(sample_warehouse, "region")
    row = found.loc["江苏省南京市江宁区"]
    assert row["reports"] == 3
    assert row["mean_rate"] == pytest.approx((0.965 + 0.9758 + 0.9654) / 3)
    assert row["middle_rate"] == pytest.approx(0.9654)
    assert (row["lowest_rate"], row["highest_rate"]) == pytest.approx((0.965, 0.9758))
    assert found.loc["江苏省南京市（本级）", "mean_rate"] == pytest.approx(0.975)


def test_a_dimension_is_summarised_over_the_reports_that_have_it(sample_warehouse: Warehouse) -> None:
    found = groups(sample_warehouse, "dimension")
    assert found.loc["决策", "reports"] == 4
    assert found.loc["可持续发展", "reports"] == 1
    assert found.loc["过程", "lowest_rate"] == pytest.approx(30.54 / 34)
    assert list(found.index)[:2] == ["决策", "过程"]


def test_filters_narrow_the_view_and_leave_the_peer_base_alone(sample_warehouse: Warehouse) -> None:
    only = Filters(regions=("320115",), own_level_only=True)
    assert list(groups(sample_warehouse, "region", filters=only).index) == ["江苏省南京市江宁区"]
    with sample_warehouse.cursor() as cursor:
        ((unit_id,),) = cursor.execute("select unit_id from report where unit like '%投资促进中心'").fetchall()
        base = distribution.position(cursor, unit_id, 2024)
    assert base["reports"].unique().tolist() == [3]
    process = base.set_index("item").loc["过程"]
    assert (process["below"], process["same"]) == (0, 1)


@pytest.mark.parametrize("by", distribution.GROUPS)
@pytest.mark.parametrize("regions", [(), ("990100",)])
def test_every_year_named_is_the_same_as_no_year_named(
    simulated_warehouse: Warehouse, by: str, regions: tuple[str, ...]
) -> None:
    dimension = distribution.WHOLE if by == "dimension" else "过程"
    none, some, every = (Filters(years, regions) for years in ((), (2020, 2021), (2020, 2021, 2022)))
    with simulated_warehouse.cursor() as cursor:
        assert spanning(cursor, every) == spanning(cursor, none) == none
        assert spanning(cursor, some) == some
        for table in (distribution.groups, distribution.outliers, distribution.points):
            pd.testing.assert_frame_equal(table(cursor, every, by, dimension), table(cursor, none, by, dimension))
        fewer = distribution.groups(cursor, some, by, dimension)["reports"].sum()
        assert fewer < distribution.groups(cursor, every, by, dimension)["reports"].sum()


def test_a_base_of_three_reports_gives_no_position(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        ((unit_id,),) = cursor.execute("select unit_id from report where unit like '%投资促进中心'").fetchall()
        view = distribution.position_view(distribution.position(cursor, unit_id, 2024), Filters(), "单位", 2024)
    assert "不排位置" in view.title
    assert "place" not in view.columns and view.figure is None


def test_groups_too_small_to_summarise_are_drawn_as_points(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = distribution.groups(cursor, Filters(), "region", "全部")
        far = distribution.outliers(cursor, Filters(), "region", "全部")
        near = distribution.points(cursor, Filters(), "region", "全部")
    view = distribution.box_view(found, far, near, Filters(), "region", "全部")
    assert view.figure is not None
    assert [t.type for t in view.figure.data] == ["scatter"]
    assert sorted(view.figure.data[0].x) == pytest.approx(sorted(RATES.values()))
    assert "不足 5 份" in distribution.too_few(found)


def test_bands_hold_their_lower_bound_and_every_report_once(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = distribution.columns(cursor, Filters(), "全部").set_index("item")["reports"]
        satisfied = distribution.columns(cursor, Filters(), "满意度").set_index("item")["reports"]
    assert found.to_dict() == {"98以上": 0, "95–98": 4, "90–95": 0, "80–90": 0, "60–80": 0, "60以下": 0}
    assert satisfied["98以上"] == 4


def test_other_bands_are_counted_and_named_as_they_are_set(sample_warehouse: Warehouse, tmp_path: Path) -> None:
    shutil.copy(next(sample_warehouse.folder.glob("v*.duckdb")), tmp_path / "v.duckdb")
    with duckdb.connect(str(tmp_path / "v.duckdb")) as own:
        own.execute("delete from score_band where kind = '分数段'")
        for place, (name, low, below) in enumerate([("甲", 97, 1e9), ("乙", 96.54, 97), ("丙", -1e9, 96.54)], start=1):
            own.execute("insert into score_band values ('分数段', $1, $2, $3, $4)", [place, name, low, below])
        found = distribution.columns(own, Filters(), "全部")
        bands = overview.bands(own, Filters())
        drilled = distribution.columns_view(found, Filters(), "全部")
    expected = {"甲": 2, "乙": 1, "丙": 1}  # 96.54 belongs to the band it begins
    assert dict(zip(found["item"], found["reports"], strict=True)) == expected
    assert dict(zip(bands["item"], bands["reports"], strict=True)) == expected
    assert drilled.title == "可比得分：4 份报告中 2 份在 甲"


def test_the_heat_table_repeats_the_sums(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = heat.table(cursor, Filters(), "region").set_index(["item", "dimension"])
    row = found.loc[("江苏省南京市江宁区", "过程")]
    assert (row["score"], row["weight"]) == pytest.approx((32.5 + 31.58 + 30.54, 102))
    view = heat.view(found.reset_index(), Filters(), "region")
    assert view.columns["d0_rate"] == "全部"


def test_a_link_names_a_column_and_lists_its_reports(folder: Path) -> None:
    app = opened("distribution", band="95–98", dimension="满意度")
    assert "份报告的满意度得分率×100在" not in words(app), "a column without reports lists none"
    app = opened("distribution", band="95–98")
    assert "4 份报告的可比得分在 95–98" in words(app)
    assert list(app.dataframe[0].value["rate"]) == pytest.approx(sorted(RATES.values()))


def test_a_link_names_a_step_of_the_curve_and_lists_the_reports_up_to_it(folder: Path) -> None:
    app = opened("distribution", tab="分析视图", upto="0.9654")
    assert "2 份报告的得分率不高于 96" in words(app)
    listed = app.dataframe[-1].value
    assert list(listed["unit"]) == ["南京市江宁区商务局(本级)", "南京市江宁区投资促进中心"]
    assert list(listed["rate"]) == pytest.approx([96.5, 96.54])
    assert "份报告的得分率不高于" not in words(opened("distribution", tab="分析视图", upto="0.5"))


def test_a_list_of_undiscriminating_leaves_needs_thirty_reports(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = distribution.undiscriminating(cursor, Filters())
    assert found.empty
    assert "没有符合条件" in distribution.undiscriminating_view(found, Filters()).title


def test_nothing_in_view_is_said_in_words(sample_warehouse: Warehouse) -> None:
    none = Filters(years=(1999,))
    with sample_warehouse.cursor() as cursor:
        for view in (
            distribution.columns_view(distribution.columns(cursor, none, "全部"), none, "全部"),
            distribution.groups_view(distribution.groups(cursor, none, "region", "全部"), none, "region", "全部"),
            heat.view(heat.table(cursor, none, "region"), none, "region"),
            distribution.ecdf_view(distribution.ecdf(cursor, none, "全部"), none, "全部"),
        ):
            assert view.figure is None and view.title


def test_units_stand_side_by_side_leaf_by_leaf_differences_first(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        units = sector.units(cursor, Filters(regions=("320115",)), 2024, None)
        found = sector.leaves(cursor, tuple(units["unit_id"]), 2024)
    view = sector.view(found, Filters(), 2024)
    row = view.table.set_index("name").loc["预算调整率"]
    assert row["difference_points"] == pytest.approx(100)
    assert (
        view.sentence
        == "2024 年；得分率相差较大的有政府采购执行率 100.00、非税收入预算完成率 100.00、预算调整率 100.00（百分点）。"
    )
    cells = [row[c] for c in view.columns if c.startswith("u")]
    assert "0.00%（0.40%）" in cells
    shared = view.table[view.table["difference_points"].notna()]
    assert shared["difference_points"].is_monotonic_decreasing
    assert len(view.table) > len(shared)


def test_one_unit_is_not_a_comparison(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        units = sector.units(cursor, Filters(), 2024, None)
        view = sector.view(sector.leaves(cursor, (units["unit_id"].iloc[0],), 2024), Filters(), 2024)
    assert view.table.empty and "2 至 12" in view.title
