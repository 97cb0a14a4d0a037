"""What the pages show of a simulated city is what plain Python counts over its exported rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics import (
    distribution,
    drilldown,
    executed,
    execution,
    heat,
    mapping,
    overview,
    progress,
    rollup,
    sector,
    yearly,
)
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from analytics.style import money, percent
from data.warehouse import Warehouse
from exports.tables.public import export_table
from tests import recount, recount_money, recount_scores
from tests.recount import City

YEARS = (2020, 2021, 2022)
"""2021: forms renewed; 2022: departments merged."""
Made = tuple[Warehouse, City]


@pytest.fixture(scope="module")
def city(simulated_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Made:
    place = tmp_path_factory.mktemp("recount")
    with simulated_warehouse.cursor() as cursor:
        for table in ("report", "leaf_score", "budget_figure", "roster", "finding", "problem"):
            export_table(cursor, table, place / f"{table}.csv")
    return simulated_warehouse, City(place)


def same(shown: Mapping[str, Any], counted: Mapping[str, Any], where: object) -> None:
    """Every number counted is the number shown; nothing counted is nothing shown."""
    assert counted, where
    for name, value in counted.items():
        known = None if shown[name] is None or pd.isna(shown[name]) else shown[name]
        assert known == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)), (where, name)


def rows(df: pd.DataFrame, *key: str) -> dict[Any, dict[str, Any]]:
    """A table by its key columns."""
    assert len(df), "nothing is shown"
    found = {tuple(r[k] for k in key) if len(key) > 1 else r[key[0]]: r for r in df.to_dict("records")}
    assert len(found) == len(df), "a key stands twice"
    return found


def all_same(df: pd.DataFrame, counted: Mapping[Any, Mapping[str, Any]], *key: str) -> None:
    shown = rows(df, *key)
    assert set(shown) == set(counted)
    for name, values in counted.items():
        same(shown[name], values, name)


def in_view(counted: City, filters: Filters) -> list[str]:
    return [
        i for i, r in counted.reports.items()
        if (not filters.years or int(r["fiscal_year"]) in filters.years)
        and (not filters.regions or r["region_code"] in filters.regions)
    ]  # fmt: skip


VIEWS = [
    Filters(years=(2022,)),
    Filters(),
    Filters(years=(2020, 2021), regions=("990102",)),
    Filters(years=(2020, 2022)),
]
VIEW_NAMES = ["one year", "all", "two years of a district", "two years"]


@pytest.mark.parametrize("year", YEARS)
def test_the_overview_of_a_year(city: Made, year: int) -> None:
    warehouse, counted = city
    filters = Filters(years=(year,))
    with warehouse.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, filters))
        bands = overview.bands(cursor, filters)
        lost = drilldown.table(cursor, filters, DrillPath())
        units = overview.units(cursor, filters)
    expected = counted.overview(year)
    same({name: getattr(found, name) for name in expected}, expected, year)
    assert {b["item"]: (b["reports"], b["units"]) for b in bands.to_dict("records")} == counted.bands(year)
    all_same(lost, counted.steps(counted.of_year(year), "dimension", {}), "item")
    all_same(units, counted.listed(year), "item")


def test_changes_on_the_year_before_and_none_where_it_cannot_be_compared(city: Made) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        reasons = execution.broken(execution.breaks(cursor, Filters()))
        found = overview.summary(overview.summaries(cursor, Filters()))
    assert set(reasons) == {2021, 2022}
    for compared, said in ((False, reasons), (True, {})):
        shown = overview.figures(found, said, execution.BASES[0].definition)
        assert [(figure.value, figure.change) for figure in shown] == counted.headed(2022, compared)


def test_a_step_of_the_drill_down(city: Made) -> None:
    warehouse, counted = city
    ids = counted.of_year(2022)
    with warehouse.cursor() as cursor:
        level2 = drilldown.table(cursor, Filters(years=(2022,)), DrillPath("过程"))
        name = str(level2["item"].iloc[0])
        level3 = drilldown.table(cursor, Filters(years=(2022,)), DrillPath("过程", name))
    all_same(level2, counted.steps(ids, "level2", {"dimension": "过程"}), "item")
    all_same(level3, counted.steps(ids, "level3", {"dimension": "过程", "level2": name}), "item")


@pytest.mark.parametrize("filters", VIEWS, ids=VIEW_NAMES)
def test_the_units_of_one_name(city: Made, filters: Filters) -> None:
    warehouse, counted = city
    ids = in_view(counted, filters)
    places = {
        (counted.dimension(leaf), leaf["level2"], leaf["level3"]) for i in ids for leaf in counted.leaves[i]
    }  # fmt: skip
    with warehouse.cursor() as cursor:
        for place in sorted(places)[::25]:
            found = drilldown.table(cursor, filters, DrillPath(*place))
            leaves, whole = counted.units_of_name(ids, place)
            all_same(found, leaves, "item")
            same(found.iloc[0].to_dict(), whole, place)


@pytest.mark.parametrize("filters", VIEWS, ids=VIEW_NAMES)
@pytest.mark.parametrize("by", ["region", "department", "fiscal_year", "dimension"])
@pytest.mark.parametrize("dimension", ["", "过程", "满意度"])
def test_the_distribution_by_group(city: Made, by: str, dimension: str, filters: Filters) -> None:
    warehouse, counted = city
    ids = in_view(counted, filters)
    with warehouse.cursor() as cursor:
        found = distribution.groups(cursor, filters, by, dimension or "全部", most=1_000)
        shown = distribution.groups(cursor, filters, by, dimension or "全部")
        far = distribution.outliers(cursor, filters, by, dimension or "全部")
        near = distribution.points(cursor, filters, by, dimension or "全部")
    expected_groups = recount_scores.groups(counted, ids, by, dimension)
    all_same(found, expected_groups, "label")
    pd.testing.assert_frame_equal(shown, found.head(40))
    for column, value in recount_scores.of_all(expected_groups).items():
        assert shown[column].tolist() == [pytest.approx(value)] * len(shown), column
    codes = {r["label"]: r["item"] for r in found.to_dict("records")}
    expected = {(item, codes[name]) for item, name in recount_scores.outliers(counted, ids, by, dimension)}
    listed = {(r["item"], r["grouped"]) for r in far.to_dict("records")}
    assert listed <= expected and len(listed) == min(200, len(expected))
    named = distribution.outliers_view(far, shown, filters, by)
    large = any(of["reports"] >= 5 for of in expected_groups.values())
    nobody = "没有报告在须线以外" if large else "各组不足 5 份报告，不判断离群"
    what = "个得分率（报告 × 维度）" if by == "dimension" else "份报告"
    assert named.title == (f"{len(expected)} {what}在须线以外" if expected else nobody)
    assert {(r["item"], codes[r["group"]]) for r in named.table.to_dict("records")} == listed
    small = {
        (counted.name(i), codes[name]): pytest.approx(rate)
        for name, of in recount_scores.grouped(counted, ids, by, dimension).items()
        for i, rate in of.items()
        if len(of) < distribution.FEWEST and name in set(shown["label"])
    }
    assert {(r["item"], r["grouped"]): r["rate"] for r in near.to_dict("records")} == small


@pytest.mark.parametrize("filters", VIEWS, ids=VIEW_NAMES)
@pytest.mark.parametrize("by", ["region", "fiscal_year", "dimension"])
def test_a_list_of_outliers_that_is_cut_holds_the_furthest(
    city: Made, by: str, filters: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse, counted = city
    ids = in_view(counted, filters)
    with warehouse.cursor() as cursor:
        whole = distribution.outliers(cursor, filters, by, "过程")
        for most in range(1, len(whole), 4):
            monkeypatch.setattr(distribution, "MOST_OUTLIERS", most)
            pd.testing.assert_frame_equal(distribution.outliers(cursor, filters, by, "过程"), whole.head(most))
    assert len(whole) == len(recount_scores.outliers(counted, ids, by, "过程"))
    assert len(whole) > 3 or filters != Filters()
    assert (whole["rate"] - whole["middle_rate"]).abs().is_monotonic_decreasing


@pytest.mark.parametrize("filters", VIEWS, ids=VIEW_NAMES)
@pytest.mark.parametrize("dimension", ["", "过程", "满意度"])
def test_bands_and_the_cumulated_curve(city: Made, dimension: str, filters: Filters) -> None:
    warehouse, counted = city
    ids = in_view(counted, filters)
    with warehouse.cursor() as cursor:
        columns = distribution.columns(cursor, filters, dimension or "全部")
        curve = distribution.ecdf(cursor, filters, dimension or "全部")
    assert dict(zip(columns["item"], columns["reports"], strict=True)) == recount_scores.columns(
        counted, ids, dimension
    )
    for band, n in zip(columns["item"], columns["reports"], strict=True):
        with warehouse.cursor() as cursor:
            listed = distribution.lowest(cursor, filters, dimension or "全部", band=band)
        assert len(listed) == min(n, distribution.MOST_OUTLIERS)
        held = {i: rate for i in ids if (rate := counted.rate(i, dimension)) is not None}
        assert recount_scores.columns(counted, [i for i in held if counted.name(i) in set(listed["item"])], dimension)[
            band
        ] == len(listed)
    expected = recount_scores.curve(counted, ids, dimension)
    assert list(curve["rate"]) == pytest.approx(sorted(expected))
    assert list(curve["share_rate"]) == pytest.approx([expected[rate] for rate in sorted(expected)])
    rates = {i: rate for i in ids if (rate := counted.rate(i, dimension)) is not None}
    for step in curve.iloc[[0, len(curve) // 3, -1]].to_dict("records"):
        with warehouse.cursor() as cursor:
            lowest = distribution.lowest(cursor, filters, dimension or "全部", upto=step["rate"])
        upto = {counted.name(i): rate for i, rate in rates.items() if rate <= step["rate"] + 1e-9}
        assert step["reports"] == len(upto) == round(step["share_rate"] * len(rates))
        assert list(lowest["rate"]) == pytest.approx(sorted(upto.values())[: distribution.MOST_OUTLIERS])
        assert {r["item"]: r["rate"] for r in lowest.to_dict("records")} == pytest.approx(
            {item: upto[item] for item in lowest["item"]}
        )


@pytest.mark.parametrize("by", ["region", "department", "unit"])
def test_the_heat_table(city: Made, by: str) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        found = heat.table(cursor, Filters(years=(2022,)), by)
    expected = recount_scores.heat(counted, counted.of_year(2022), by)
    whole = {row: score / weight for (row, dimension), (_, score, weight) in expected.items() if dimension == "全部"}
    lowest = set(sorted(whole, key=lambda row: (round(whole[row], 9), row))[:60])
    cells = {
        cell: {"reports": n, "score": score, "weight": weight, "score_rate": score / weight}
        for cell, (n, score, weight) in expected.items()
        if cell[0] in lowest
    }
    all_same(found, cells, "item", "dimension")
    for cell in found[found["dimension"] != "全部"].iloc[::11].to_dict("records"):
        narrowed = {
            "region": Filters(years=(2022,), regions=(cell["code"],), own_level_only=cell["code"].endswith("00")),
            "department": Filters(years=(2022,), departments=(cell["code"],)),
            "unit": Filters(years=(2022,), units=(cell["code"],)),
        }[by]
        with warehouse.cursor() as cursor:
            steps = drilldown.table(cursor, narrowed, DrillPath(cell["dimension"]))
        assert (steps["score"].sum(), steps["weight_scored"].sum()) == pytest.approx((cell["score"], cell["weight"]))


def test_the_position_of_every_unit_of_a_year(city: Made) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        for i in counted.of_year(2022):
            found = distribution.position(cursor, counted.reports[i]["unit_id"], 2022)
            all_same(found, recount_scores.position(counted, i), "item")


def test_leaves_that_tell_units_apart_no_longer(city: Made) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        found = distribution.undiscriminating(cursor, Filters())
    expected = recount_scores.undiscriminating(counted, list(counted.reports))
    assert len(found) == len(expected) > 0
    shown = [(r["fiscal_year"], r["template"], r["level3"], r["reports"], r["full_reports"], round(r["weight"], 6))
             for r in found.to_dict("records")]  # fmt: skip
    again = [(year, form, leaf, n, full, round(weight, 6))
             for (year, _, form, leaf), (n, full, weight) in expected.items()]  # fmt: skip
    assert sorted(shown) == sorted(again)
    assert found["one_place"].all()
    assert "同一份报告中名称相同的指标逐项计数。" in distribution.undiscriminating_view(found, Filters()).notes
    for row in found.to_dict("records"):
        region = row["region_code"]
        narrowed = Filters(years=(row["fiscal_year"],), regions=(region,), own_level_only=region.endswith("00"))
        with warehouse.cursor() as cursor:
            below = drilldown.table(cursor, narrowed, DrillPath(row["dimension"], row["level2"], row["level3"]))
        forms = [n for (year, code, _, leaf), (n, _, _) in expected.items()
                 if (year, code, leaf) == (row["fiscal_year"], region, row["level3"])]  # fmt: skip
        assert below["all_leaves"].iloc[0] >= sum(forms) >= row["reports"]


def test_units_of_a_sector_side_by_side(city: Made) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        sectors = sector.sectors(cursor, Filters(), 2022)
        units = {of: set(sector.units(cursor, Filters(), 2022, of)["unit_id"]) for of in sectors["sector"]}
        of = sectors["sector"].iloc[0]
        found = sector.leaves(cursor, tuple(units[of]), 2022)
    reporting = {counted.reports[i]["unit_id"] for i in counted.of_year(2022)}
    listed = {r["unit_id"]: r["sector"] for r in counted.roster if int(r["fiscal_year"]) == 2022}
    assert units == {s: {u for u in reporting if listed.get(u) == s} for s in {listed.get(u) for u in reporting}}
    assert dict(zip(sectors["sector"], sectors["units"], strict=True)) == {s: len(of_s) for s, of_s in units.items()}
    ids = [i for i in counted.of_year(2022) if counted.reports[i]["unit_id"] in units[of]]
    assert len(ids) >= sector.FEWEST
    expected = recount_scores.side_by_side(counted, ids)
    for row in found[found["rate"].notna()].to_dict("records"):
        rates, widest, units = expected[row["name"]]
        assert (row["rate"], row["difference_rate"]) == pytest.approx((rates[row["unit_id"]], widest))
        assert row["units"] == units
    shared = [widest for _, widest, units in expected.values() if units == len(ids)]
    differing = sum(widest > 1e-12 for widest in shared)
    assert (
        sector.view(found, Filters(), 2022).title
        == f"{len(ids)} 个单位共有 {len(shared)} 项三级指标，{differing} 项得分率不同"
    )


@pytest.mark.parametrize("filters", VIEWS, ids=VIEW_NAMES)
def test_departments_simple_and_weighted(city: Made, filters: Filters, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse, counted = city
    expected = recount_scores.departments(counted, in_view(counted, filters))
    named = {tuple(item.split(":")[::2]) for item in expected}
    several = {tuple(item.split(":")[::2]) for item, of in expected.items() if (of["units"] or 0) > 1}
    with warehouse.cursor() as cursor:
        found = rollup.departments(cursor, filters)
        for most in range(1, len(found), 5):
            monkeypatch.setattr(rollup, "MOST_LISTED", most)
            cut = rollup.departments(cursor, filters)
            of_all = found[found["item"].isin(cut["item"])]
            pd.testing.assert_frame_equal(cut, of_all.reset_index(drop=True))
            latest = ["fiscal_year", "units", "all_rows"]
            pd.testing.assert_frame_equal(cut[latest], found[latest].head(most))
    all_same(found, expected, "item")
    whole = found[["all_rows", "all_departments", "all_several"]].drop_duplicates()
    assert whole.to_numpy().tolist() == [[len(expected), len(named), len(several)]]
    assert several


def test_the_map_of_dimensions(city: Made) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        found = mapping.labels(cursor, Filters())
    expected = {
        key: {"reports": n, "leaves": leaves, "weight": weight}
        for key, (n, leaves, weight) in recount_scores.labels(counted, list(counted.reports)).items()
    }
    all_same(found, expected, "form", "region", "template", "level1", "level2", "dimension")


@pytest.mark.parametrize("dimension", ["", "过程", "效益"])
def test_years_like_for_like(city: Made, dimension: str) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        found = yearly.alike(cursor, Filters(), dimension or "全部")
    all_same(found, {year: recount_scores.alike(counted, year, dimension) for year in (2021, 2022)}, "fiscal_year")


@pytest.mark.parametrize("year", [2021, 2022])
def test_a_step_of_the_drill_down_beside_the_year_before(city: Made, year: int) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        found = yearly.steps(cursor, Filters(), DrillPath(), year)
    all_same(found, recount_scores.moved(counted, year), "item")


@pytest.mark.parametrize("year", [2021, 2022])
def test_the_units_of_one_name_beside_the_year_before(city: Made, year: int, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse, counted = city
    labels = {
        (counted.dimension(leaf), leaf["level2"], leaf["level3"])
        for y in (year - 1, year) for i in counted.of_year(y) for leaf in counted.leaves[i]
    }  # fmt: skip
    with warehouse.cursor() as cursor:
        rows_of = {place: recount_scores.moved_units(counted, year, place) for place in sorted(labels)[::12]}
        for place, expected in rows_of.items():
            found = yearly.steps(cursor, Filters(), DrillPath(*place), year)
            if expected:
                all_same(found, expected, "item")
                leaves = sum(of["leaves"] or 0 for of in expected.values())
                same(found.iloc[0].to_dict(), {"all_rows": len(expected), "all_leaves": leaves}, place)
            assert len(found) == len(expected)
        place = max(rows_of, key=lambda of: len(rows_of[of]))
        found = yearly.steps(cursor, Filters(), DrillPath(*place), year)
        monkeypatch.setattr(yearly, "MOST_UNITS", 3)
        cut = yearly.steps(cursor, Filters(), DrillPath(*place), year)
    size = (found["score_rate"] - found["before_rate"]).abs()
    assert list((cut["score_rate"] - cut["before_rate"]).abs()) == pytest.approx(list(size.head(3)))
    of_all, of_cut = (yearly.steps_view(df, Filters(), DrillPath(*place), year) for df in (found, cut))
    assert (of_cut.title, of_cut.sentence) == (of_all.title, of_all.sentence)
    assert of_cut.notes[1:] == (f"列出变化较大的 3 个单位，共 {len(found)} 个。",) and len(of_all.notes) == 1


@pytest.mark.parametrize("basis", [b.code for b in execution.BASES])
def test_execution_on_every_basis(city: Made, basis: str) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        years = execution.years(cursor, Filters(), basis)
        units = executed.units(cursor, Filters(), 2022, basis)
        few = executed.units(cursor, Filters(), 2022, basis, most=9)
        dots = executed.dots(cursor, Filters(), 2022, basis)
    all_same(years, {y: recount_money.year(counted, y, YEARS, basis) for y in YEARS}, "fiscal_year")
    expected = {counted.name(i): recount_money.of_report(counted, i, basis) for i in counted.of_year(2022)}
    all_same(units, expected, "item")
    whole = recount_money.of_all(counted, 2022, basis)
    for listed in (units, few):
        same(listed.iloc[0].to_dict(), whole, basis)
    assert len(few) == 9
    both = {name for name, row in expected.items() if None not in (row["rate"], row["comparable_score"])}
    assert set(dots["item"]) == both
    rates = [row["rate"] for row in expected.values() if row["rate"] is not None]
    title = executed.view(units, dots, Filters(), execution.basis_of(basis), 2022).title
    assert title.endswith(f"由 {percent(min(rates))} 至 {percent(max(rates))}")


@pytest.mark.parametrize("year", YEARS)
def test_the_bridge_the_figures_and_the_revenue_of_a_year(city: Made, year: int) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        years = execution.years(cursor, Filters(), "adjusted")
        bridge = execution.part(cursor, "bridge", Filters(), year)
        revenue = execution.part(cursor, "revenue", Filters(), year)
        spending = execution.part(cursor, "spending", Filters(), year)
    held = recount_money.bridge(counted, year)
    same(bridge.iloc[0].to_dict(), held, year)
    all_same(revenue, recount_money.revenue(counted, year), "item")
    all_same(spending, recount_money.spending(counted, year), "item")
    now, before = (recount_money.year(counted, y, YEARS, "adjusted")["rate"] for y in (year, max(year - 1, 2020)))
    initial, adjusted, carried_in, spent, carried_out = (held[item] or math.nan for item in recount_money.BRIDGE)
    shown = execution.figures(years, bridge, {}, execution.BASES[0], year)
    whole = recount_money.year(counted, year, YEARS, "adjusted")
    assert [figure.value for figure in shown] == [
        percent(now), percent(adjusted / initial - 1),
        percent(carried_out / adjusted), percent(carried_out / carried_in - 1),
    ]  # fmt: skip
    divided = f"{money(whole['numerator'])} ÷ {money(whole['denominator'])}（{whole['reports']} 份报告中 {whole['rated']} 份列明金额）"
    assert execution.amounts(years, execution.BASES[0], year).endswith(divided)
    gap = f"{((now or 0) - (before or 0)) * 100:+.2f} 个百分点"
    assert shown[0].change == (None if year == 2020 else gap)
    steps = execution.bridge_view(bridge, Filters(), year).table.set_index("item")["amount_wan"] * 10_000
    assert steps["预算调整（净额）"] == pytest.approx(adjusted - initial)
    rest = carried_out - (adjusted + carried_in - spent)
    assert steps.get("勾稽差额", 0) == pytest.approx(rest if abs(rest) > 0.5 else 0, abs=1e-3)


def test_a_region_holds_everything_below_it(city: Made) -> None:
    warehouse, counted = city
    whole = Filters(years=(2022,), regions=("990100",))
    with warehouse.cursor() as cursor:
        below = overview.summary(overview.summaries(cursor, whole))
        alone = overview.summary(overview.summaries(cursor, replace(whole, own_level_only=True)))
    ids = counted.of_year(2022)
    assert below.reports == len(ids)
    assert alone.reports == sum(counted.reports[i]["region_code"] == "990100" for i in ids)


AWKWARD = {
    "years with a gap": Filters(years=(2020, 2022)),
    "a province": Filters(regions=("990000",)),
    "a district and the city above it": Filters(years=(2022,), regions=("990102", "990100")),
    "the city's own level and a district": Filters(regions=("990100", "990102"), own_level_only=True),
    "a department": Filters(departments=("模拟一区示例部门06",)),
    "the department that was merged and the one it became": Filters(
        departments=("模拟一区示例部门01", "模拟一区示例部门02", "模拟一区示例部门合并01")
    ),
}


@pytest.mark.parametrize("filters", AWKWARD.values(), ids=AWKWARD.keys())
def test_what_is_narrowed_is_counted_alike_on_every_page(city: Made, filters: Filters) -> None:
    warehouse, whole = city
    counted = whole.narrowed(
        list(filters.regions), filters.own_level_only, list(filters.departments), list(filters.units)
    )
    years = filters.years or tuple(y for y in YEARS if counted.of_year(y))
    ids = [i for y in years for i in counted.of_year(y)]
    last = max(years)
    of_last = counted.of_year(last)
    assert of_last
    with warehouse.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, filters))
        bands = overview.bands(cursor, replace(filters, years=(last,)))
        lost = drilldown.table(cursor, filters, DrillPath())
        level2 = drilldown.table(cursor, filters, DrillPath("过程"))
        groups = {by: distribution.groups(cursor, filters, by, "过程", most=1_000) for by in distribution.GROUPS}
        coloured = heat.table(cursor, filters, "region")
        pairs = yearly.alike(cursor, filters, "全部")
        departments = rollup.departments(cursor, filters)
        spent = execution.years(cursor, filters, "adjusted")
        bridge, revenue, spending = (
            execution.part(cursor, name, filters, last) for name in ("bridge", "revenue", "spending")
        )
        units = executed.units(cursor, filters, last, "carry_in")
    expected = counted.overview(last)
    same({name: getattr(found, name) for name in expected}, expected, "overview")
    assert {b["item"]: (b["reports"], b["units"]) for b in bands.to_dict("records")} == counted.bands(last)
    all_same(lost, counted.steps(ids, "dimension", {}), "item")
    all_same(level2, counted.steps(ids, "level2", {"dimension": "过程"}), "item")
    for by, table in groups.items():
        all_same(table, recount_scores.groups(counted, ids, by, "过程"), "label")
    cells = recount_scores.heat(counted, ids, "region")
    all_same(
        coloured, {c: {"reports": n, "score": s, "weight": w} for c, (n, s, w) in cells.items()}, "item", "dimension"
    )
    before = [y for y in years if recount_scores.pairs(counted, y)]
    assert set(pairs["fiscal_year"]) == set(before)
    for year in before:
        same(rows(pairs, "fiscal_year")[year], recount_scores.alike(counted, year), year)
    all_same(departments, recount_scores.departments(counted, ids), "item")
    rated = [
        y for y in years if any(recount_money.of_report(counted, i, "adjusted")["rate"] for i in counted.of_year(y))
    ]
    for year in rated:
        same(rows(spent, "fiscal_year")[year], recount_money.year(counted, year, tuple(rated), "adjusted"), year)
    view = execution.trend_view(spent, {}, filters, execution.BASES[0])
    alone = any(note.startswith("没有各年均有") for note in view.notes)
    assert alone == (len(rated) > 1 and not rows(spent, "fiscal_year")[rated[-1]]["steady_units"])
    same(bridge.iloc[0].to_dict(), recount_money.bridge(counted, last), "bridge")
    all_same(revenue, recount_money.revenue(counted, last), "item")
    all_same(spending, recount_money.spending(counted, last), "item")
    all_same(units, {counted.name(i): recount_money.of_report(counted, i, "carry_in") for i in of_last}, "item")
    same(units.iloc[0].to_dict(), recount_money.of_all(counted, last, "carry_in"), "units")


def test_the_overview_and_the_progress_page_count_the_same_units(city: Made) -> None:
    warehouse, _ = city
    filters = Filters(years=(2022,))
    with warehouse.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, filters))
        units, _, _ = progress.units(cursor, filters, 2022)
    assert found.due == len(units)
    arrived = int(((units["accepted"] + units["in_review"]) > 0).sum())
    assert found.arrived == arrived <= len(units)


@pytest.mark.parametrize("module", [recount, recount_scores, recount_money])
def test_the_recount_stands_on_its_own(module: Any) -> None:
    text = Path(module.__file__).read_text(encoding="utf-8")
    imports = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert not imports & {"analytics", "data", "exports", "pandas", "duckdb", "numpy"}
