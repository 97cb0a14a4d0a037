"""What the pages show of a simulated city is what plain Python counts over its exported rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analytics import distribution, drilldown, execution, overview, progress
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from data import simulate
from data.ingest import ingest
from data.warehouse import Warehouse
from exports.tables import export_table
from tests import recount

YEARS = (2020, 2021, 2022)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, recount.City]:
    place = tmp_path_factory.mktemp("recount")
    made = simulate.City(seed=11, districts=2, units=12, first_year=2020, years=3, renewed_in=2021, merged_in=2022,
                         leaves=42, missing=0.05)  # fmt: skip
    warehouse = Warehouse(place / "w", "simulated")
    ingest(warehouse, [simulate.write(made, place).folder])
    with warehouse.cursor() as cursor:
        for table in ("report", "leaf_score", "budget_figure"):
            export_table(cursor, table, place / f"{table}.csv")
    return warehouse, recount.City(place)


@pytest.mark.parametrize("year", YEARS)
def test_the_overview_of_a_year(city: tuple[Warehouse, recount.City], year: int) -> None:
    warehouse, counted = city
    filters = Filters(years=(year,))
    with warehouse.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, filters))
        bands = overview.bands(cursor, filters)
        lost = drilldown.table(cursor, filters, DrillPath())
    for name, value in counted.overview(year).items():
        assert getattr(found, name) == pytest.approx(value, abs=1e-6), name
    assert dict(zip(bands["item"], bands["reports"], strict=True)) == counted.bands(year)
    assert dict(zip(lost["item"], lost["lost"], strict=True)) == pytest.approx(counted.lost(year), abs=1e-6)


@pytest.mark.parametrize("by", ["region", "department", "fiscal_year"])
@pytest.mark.parametrize("dimension", ["", "过程", "满意度"])
def test_the_distribution_of_a_year(city: tuple[Warehouse, recount.City], by: str, dimension: str) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        found = distribution.groups(cursor, Filters(years=(2022,)), by, dimension or "全部")
    expected = counted.groups(2022, by, dimension)
    assert set(found["label"]) == set(expected)
    for row in found.to_dict("records"):
        for name, value in expected[row["label"]].items():
            assert row[name] == pytest.approx(value, abs=1e-9), (row["label"], name)


@pytest.mark.parametrize("basis", [b.code for b in execution.BASES])
def test_execution_on_every_basis(city: tuple[Warehouse, recount.City], basis: str) -> None:
    warehouse, counted = city
    with warehouse.cursor() as cursor:
        years = execution.years(cursor, Filters(), basis).set_index("fiscal_year")
    for year in YEARS:
        for name, value in counted.execution(year, basis).items():
            assert years.loc[year, name] == pytest.approx(value, abs=1e-9), (year, name)


def test_a_region_holds_everything_below_it(city: tuple[Warehouse, recount.City]) -> None:
    warehouse, counted = city
    whole = Filters(years=(2022,), regions=("990100",))
    with warehouse.cursor() as cursor:
        below = overview.summary(overview.summaries(cursor, whole))
        alone = overview.summary(overview.summaries(cursor, replace(whole, own_level_only=True)))
    ids = counted.of_year(2022)
    assert below.reports == len(ids)
    assert alone.reports == sum(counted.reports[i]["region_code"] == "990100" for i in ids)


def test_the_overview_and_the_progress_page_count_the_same_units(city: tuple[Warehouse, recount.City]) -> None:
    warehouse, _ = city
    filters = Filters(years=(2022,))
    with warehouse.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, filters))
        units, _, _ = progress.units(cursor, filters, 2022)
    assert found.due == len(units)
    arrived = int(((units["accepted"] + units["in_review"]) > 0).sum())
    assert found.arrived == arrived <= len(units)


def test_the_recount_stands_on_its_own() -> None:
    text = (Path(__file__).parent / "recount.py").read_text(encoding="utf-8")
    imports = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert not imports & {"analytics", "data", "exports", "pandas", "duckdb", "numpy"}
