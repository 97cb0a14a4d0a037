"""预算执行: every basis by hand on the published amounts, and what is said where amounts are missing."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analytics import composition, executed, execution
from analytics.filters import Filters
from data.batch.ingest import ingest
from data.warehouse import Warehouse


def years(warehouse: Warehouse, basis: str) -> pd.DataFrame:
    with warehouse.cursor() as cursor:
        return execution.years(cursor, Filters(), basis)


def part(warehouse: Warehouse, name: str) -> pd.DataFrame:
    with warehouse.cursor() as cursor:
        return execution.part(cursor, name, Filters(), 2024)


@pytest.fixture(scope="module")
def provinces(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Three provinces of four units each; a unit prints its amounts in all three years, in two of them, or in one."""
    place = tmp_path_factory.mktemp("provinces")
    scores, money = "", ""
    for number, region in enumerate(("320115", "330106", "440106")):
        for unit in range(4):
            for year in (2021, 2022, 2023):
                name = f"{year},单位{number}{unit},{region}"
                scores += "".join(f"{name},过程,管理,指标{leaf},20,{15 + unit}\n" for leaf in range(5))
                if (year + number + unit) % (unit + 1) == 0:
                    money += f"{name},{100 + unit},{110 + number},{90 + number * unit + year - 2021},{unit},1,万元\n"
    head = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分\n"
    (place / "leaf.csv").write_text(head + scores, encoding="utf-8-sig")
    head = "年度,单位名称,区划代码,年初预算数,全年预算数,全年执行数,年初结转结余,年末结转结余,金额单位\n"
    (place / "money.csv").write_text(head + money, encoding="utf-8-sig")
    made = Warehouse(place / "own")
    assert not ingest(made, [place / "leaf.csv", place / "money.csv"]).refused
    return made


@pytest.mark.parametrize("chosen", [(), (2021, 2023)], ids=["all years", "two years"])
@pytest.mark.parametrize("codes", [(), ("320000",), ("330000", "440000")], ids=["everything", "one", "two"])
def test_whole_provinces_say_what_their_units_say(
    provinces: Warehouse, codes: tuple[str, ...], chosen: tuple[int, ...]
) -> None:
    """What is prepared of provinces is what is counted where the same units are named."""
    with provinces.cursor() as cursor:
        held = [u for u, code in cursor.execute("select unit_id, region_code from unit_store").fetchall()
                if not codes or f"{code[:2]}0000" in codes]  # fmt: skip
        for basis in execution.BASES:
            prepared = execution.years(cursor, Filters(chosen, codes), basis.code)
            counted = execution.years(cursor, Filters(chosen, units=tuple(held)), basis.code)
            assert list(prepared["fiscal_year"]) == list(chosen or (2021, 2022, 2023))
            pd.testing.assert_frame_equal(prepared, counted, rtol=1e-12)
            if basis.code in ("adjusted", "initial", "carry_in"):
                rated, steady = prepared["rated"].sum(), prepared["steady_units"].sum()
                assert 0 < steady < rated < prepared["reports"].sum()


def units(warehouse: Warehouse, basis: str) -> pd.DataFrame:
    with warehouse.cursor() as cursor:
        return executed.units(cursor, Filters(), 2024, basis)


@pytest.mark.parametrize(
    ("basis", "numerator", "denominator"),
    [("initial", 5959.46, 5763.60), ("adjusted", 5959.46, 6091.91), ("carry_in", 5959.46, 6091.91 + 860.29)],
)
def test_each_basis_divides_by_its_own_amount(
    sample_warehouse: Warehouse, basis: str, numerator: float, denominator: float
) -> None:
    (row,) = years(sample_warehouse, basis).to_dict("records")
    assert row["rate"] == pytest.approx(numerator / denominator, abs=1e-9)
    assert (row["reports"], row["rated"], row["stated_only"]) == (4, 1, 3)


def test_the_three_bases_are_those_worked_by_hand(sample_warehouse: Warehouse) -> None:
    rates = [f"{years(sample_warehouse, b)['rate'].iloc[0]:.4f}" for b in ("initial", "adjusted", "carry_in")]
    assert rates == ["1.0340", "0.9783", "0.8572"]


def test_a_basis_without_its_amounts_has_no_rate(sample_warehouse: Warehouse) -> None:
    for basis in ("approved", "average"):
        assert years(sample_warehouse, basis)["rate"].isna().all()
        found = units(sample_warehouse, basis)
        assert "缺少金额" in executed.view(found, found, Filters(), execution.basis_of(basis), 2024).title


def test_where_the_money_came_from_and_went_is_shown_as_far_as_it_is_stated(sample_warehouse: Warehouse) -> None:
    sources = composition.revenue_view(part(sample_warehouse, "revenue"), Filters(), 2024)
    assert sources.title == "2024 年全年预算数 6,091.91 万元，其中一般公共预算 5,590.26 万元"
    assert sources.sentence == "一般公共预算 91.77%，其他收入 5.15%，政府性基金 3.09%。"
    assert sources.table.set_index("item")["initial_wan"].dropna().to_dict() == {
        "一般公共预算": 5663.60,
        "其他收入": 100,
    }
    assert "revenue_wan" not in sources.columns and "年初预算数含 1 份报告，全年预算数含 1 份报告" in sources.notes[0]
    spent = composition.spending_view(part(sample_warehouse, "spending"), Filters(), 2024)
    assert spent.title == "2024 年基本支出 3,657.88 万元，项目支出 2,301.58 万元"
    assert spent.sentence == "基本支出占 61.38%，项目支出占 38.62%。", "no rate: no budget of either is stated"


def test_the_bridge_ends_at_what_is_carried_out(sample_warehouse: Warehouse) -> None:
    view = execution.bridge_view(part(sample_warehouse, "bridge"), Filters(), 2024)
    steps = dict(zip(view.table["item"], view.table["amount_wan"], strict=True))
    assert steps == pytest.approx(
        {"年初预算数": 5763.60, "预算调整（净额）": 328.31, "上年结转结余": 860.29, "全年执行数": -5959.46,
         "年末结转结余": 992.74}
    )  # fmt: skip
    assert "勾稽差额" not in steps


def test_one_year_draws_no_trend_and_the_page_says_so(sample_warehouse: Warehouse) -> None:
    found = years(sample_warehouse, "adjusted")
    assert execution.trend_view(found, {}, Filters(), execution.BASES[0]).figure is None
    assert "只有一个年度" in execution.lacking(found, units(sample_warehouse, "adjusted"))


def test_a_line_breaks_at_a_gap_and_at_a_year_that_cannot_be_compared() -> None:
    found = pd.DataFrame({
        "fiscal_year": [2018, 2019, 2021, 2022, 2023], "reports": 3, "rated": 3, "stated_only": 0,
        "numerator": [90.0, 95.0, 92.0, 96.0, 99.0], "denominator": 100.0, "rate": [0.9, 0.95, 0.92, 0.96, 0.99],
        "low_rate": 0.8, "middle_rate": 0.9, "high_rate": 1.0, "steady_units": 3, "steady_rate": 0.9,
    })  # fmt: skip
    view = execution.trend_view(found, {2023: "1 个区划更换表式"}, Filters(), execution.BASES[0])
    assert view.figure is not None
    lines = [list(t.x) for t in view.figure.data if t.name == "执行率"]
    assert lines == [[2018, 2019], [2021, 2022], [2023]]
    assert any("2023 年折线断开：1 个区划更换表式" in note for note in view.notes)
    assert "较" not in view.sentence


def test_a_mean_of_rates_names_no_amounts_that_it_was_not_made_of() -> None:
    found = pd.DataFrame({
        "fiscal_year": [2023, 2024], "reports": 6, "rated": 6, "stated_only": 0, "numerator": [math.nan] * 2,
        "denominator": math.nan, "rate": [0.9, 0.95], "low_rate": 0.8, "middle_rate": 0.9, "high_rate": 1.0,
        "steady_units": 6, "steady_rate": [0.9, 0.95],
    })  # fmt: skip
    basis = execution.basis_of("average")
    assert (
        execution.trend_view(found, {}, Filters(), basis).sentence
        == "较 2023 年 +5.00 个百分点；6 份报告中 6 份有金额。"
    )
    assert "—" not in execution.amounts(found, basis, 2024)
    assert "numerator_wan" not in execution.trend_view(found, {}, Filters(), basis).columns
    alone = execution.trend_view(found.head(1), {}, Filters(), basis)
    assert "steady_rate" not in alone.columns, "one year is the same as itself"


def test_units_that_only_come_do_not_break_a_line() -> None:
    found = pd.DataFrame(
        {"fiscal_year": [2020, 2021, 2022], "before": [2019, 2020, 2021], "entered": [5, 1, 0], "gone": [0, 2, 0],
         "renewed": [0, 0, 2]}
    )  # fmt: skip
    assert set(execution.broken(found)) == {2021, 2022}


def test_an_unknown_basis_in_a_link_is_the_default() -> None:
    assert execution.basis_of("x'; drop table report --") is execution.BASES[0]
