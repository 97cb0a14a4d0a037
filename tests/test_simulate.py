"""模拟数据: the simulated city is the same each time, keeps its identities, and plants what its truth says."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.simulate import ACTS, City, write
from data.simulate.area import AreaYears, area_years
from data.simulate.city import chinese, units
from data.simulate.templates import template
from tests.terminal import jixiao

SMALL = City(seed=7, districts=2, units=24, first_year=2018, years=5)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    write(SMALL, out)
    return out


@pytest.fixture(scope="module")
def areas() -> list[AreaYears]:
    return [area_years(SMALL, area) for area in SMALL.areas]


def read(out: Path, name: str) -> pd.DataFrame:
    return pd.concat(pq.read_table(f).to_pandas() for f in sorted((out / "tables").glob(f"{name}_*.parquet")))


def test_the_same_city_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write(SMALL, tmp_path)
    for file in sorted(written.rglob("*.parquet")):
        assert (tmp_path / file.relative_to(written)).read_bytes() == file.read_bytes(), file.name


def test_another_seed_gives_another_city(written: Path, tmp_path: Path) -> None:
    write(City(seed=8, districts=2, units=24, first_year=2018, years=5), tmp_path)
    name = Path("tables") / "leaf_score_2018.parquet"
    assert (tmp_path / name).read_bytes() != (written / name).read_bytes()


def test_an_area_is_the_same_whichever_other_areas_are_made(areas: list[AreaYears]) -> None:
    alone = area_years(SMALL, SMALL.areas[2])
    assert np.array_equal(alone.scores.score, areas[2].scores.score)


def test_everything_is_marked_as_simulated(written: Path) -> None:
    roster = read(written, "roster")
    assert roster["region_code"].str.startswith("99").all()
    assert roster["unit"].str.startswith("模拟").all()
    for file in (written / "tables").glob("*.parquet"):
        assert pq.read_schema(file).metadata[b"dataset"] == b"simulated"


@pytest.mark.parametrize("own_level", [True, False])
@pytest.mark.parametrize("renewed", [True, False])
def test_the_weights_of_every_form_add_up_to_100(own_level: bool, renewed: bool) -> None:
    form = template(own_level, renewed)
    assert sum(leaf.weight for leaf in form.leaves) == 100
    assert min(leaf.weight for leaf in form.leaves) > 0
    assert len(form.leaves) == 50


def test_city_and_districts_ask_for_different_things_and_the_form_changes_once(written: Path) -> None:
    leaves = read(written, "leaf_score")
    sums = leaves.groupby(["fiscal_year", "region_code", "unit", "level1"], sort=False)["weight"].sum()
    forms = sums.reset_index(["fiscal_year", "region_code", "unit"]).groupby(["fiscal_year", "region_code"])
    names = {key: tuple(sorted(set(part.index))) for key, part in forms}
    assert names[2018, "990100"] != names[2018, "990101"] == names[2018, "990102"]
    assert names[2019, "990101"] == names[2018, "990101"] != names[2020, "990101"] == names[2022, "990101"]


def test_two_departments_become_one_in_the_year_of_the_merger() -> None:
    members = units(SMALL, SMALL.areas[1])
    by_name = {u.name: (u.first, u.last) for u in members}
    assert by_name["模拟一区示例部门01"] == by_name["模拟一区示例部门02"] == (2018, 2020)
    assert by_name["模拟一区示例部门合并01"] == (2021, 2022)
    assert len(members) == SMALL.units


def test_amounts_obey_the_identities_to_the_last_printed_digit(written: Path) -> None:
    budget = read(written, "budget_figure")
    finance = budget[budget["source"] == "财政数据"].copy()
    finance["printed"] = finance["printed"].map(Decimal)
    wide = finance.pivot(index=["fiscal_year", "region_code", "unit"], columns="item", values="printed")
    assert len(wide) > 250
    assert (wide["carried_in"] + wide["adjusted_budget"] - wide["expenditure"] == wide["carried_out"]).all()
    assert (wide["basic_expenditure"] + wide["project_expenditure"] == wide["expenditure"]).all()
    assert (wide["initial_basic_budget"] + wide["initial_project_budget"] == wide["initial_budget"]).all()
    assert (wide["adjusted_basic_budget"] + wide["adjusted_project_budget"] == wide["adjusted_budget"]).all()
    assert (wide["carried_out"] >= 0).all()
    before = wide["carried_out"].rename(index=lambda year: year + 1, level="fiscal_year")
    both = pd.concat([wide["carried_in"], before], axis=1, join="inner")
    assert len(both) > 200
    assert (both["carried_in"] == both["carried_out"]).all()


def test_no_score_is_below_zero_or_above_its_weight(written: Path) -> None:
    leaves = read(written, "leaf_score")
    assert ((leaves["score"].isna()) | leaves["score"].between(0, leaves["weight"])).all()
    assert leaves["score"].isna().any() and leaves["value_text"].isna().any()
    sums = leaves.groupby(["fiscal_year", "region_code", "unit"])["weight"].sum()
    assert (sums == 100).all()


def test_honest_scores_follow_the_rules_but_for_rare_slips_in_both_directions(areas: list[AreaYears]) -> None:
    gaps = np.concatenate([(a.honest.score - np.round(a.honest.share * a.honest.weight, 2)).ravel() for a in areas])
    slips = gaps[np.abs(gaps) > 0.005]
    assert 0.002 < len(slips) / len(gaps) < 0.02
    assert (slips > 0).any() and (slips < 0).any()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_changes_guilty_reports_only_and_its_truth_is_the_difference(act: str) -> None:
    city = City(seed=3, districts=1, units=60, years=4, inflated=0.5, acts=(act,))  # type: ignore[arg-type]
    found = [area_years(city, area) for area in city.areas]
    assert sum(len(a.planted) for a in found) > 10
    for area in found:
        guilty = {(p.unit, p.year): p for p in area.planted}
        difference = np.round((area.scores.score - area.honest.score).sum(axis=2), 2)
        for unit, year in np.ndindex(difference.shape):
            one = guilty.get((unit, year))
            assert difference[unit, year] == pytest.approx(one.points if one else 0, abs=0.006)
        assert all(p.points >= -0.005 for p in area.planted)
        assert np.allclose(area.scores.weight.sum(axis=2), 100)


def test_a_clean_city_plants_nothing() -> None:
    city = City(seed=5, districts=1, units=30, years=2, inflated=0)
    for area in city.areas:
        found = area_years(city, area)
        assert found.planted == ()
        assert np.array_equal(found.scores.score, found.honest.score)


def test_duty_leaves_have_one_name_in_the_same_sector_of_every_district(written: Path) -> None:
    leaves = read(written, "leaf_score")
    duty = leaves[leaves["level3"].str.startswith("条线05")]
    assert duty["region_code"].nunique() == 3


def test_a_sample_is_reviewed_with_its_total(written: Path) -> None:
    reviews = read(written, "review_score")
    totals = reviews[reviews["ordinal"] == 0].set_index(["fiscal_year", "region_code", "unit"])["score"]
    sums = reviews[reviews["ordinal"] > 0].groupby(["fiscal_year", "region_code", "unit"])["score"].sum()
    assert len(totals) > 5
    assert np.allclose(totals.sort_index(), sums.sort_index(), atol=0.006)


def test_numbers_in_names_are_written_in_chinese() -> None:
    assert [chinese(n) for n in (1, 10, 12, 20, 98)] == ["一", "十", "十二", "二十", "九十八"]


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 1_000), districts=st.integers(1, 3), members=st.integers(3, 12), years=st.integers(1, 4),
    renewed=st.none() | st.integers(2014, 2020), merged=st.none() | st.integers(2014, 2020),
)  # fmt: skip
def test_any_city_can_be_made(
    seed: int, districts: int, members: int, years: int, renewed: int | None, merged: int | None
) -> None:
    city = City(
        seed=seed, districts=districts, units=members, years=years, renewed_in=renewed, merged_in=merged, inflated=0.5
    )
    for area in city.areas:
        found = area_years(city, area)
        assert np.isfinite(found.scores.score).all()
        assert (found.scores.score <= found.scores.weight + 1e-9).all()


def test_the_command_line_writes_a_city_that_ingest_takes(tmp_path: Path) -> None:
    made = jixiao("simulate", "--out", tmp_path / "city", "--districts", 1, "--units", 6, "--years", 2)
    assert made.returncode == 0 and "已生成" in made.stdout
    read = jixiao("ingest", tmp_path / "city" / "tables", "--warehouse", tmp_path / "w", "--json")
    assert read.returncode == 0, read.stdout[-400:]
    reports = json.loads(read.stdout)["reports"]
    assert len(reports) > 15 and {r["status"] for r in reports} == {"accepted"}
    assert (tmp_path / "w" / "dataset").read_text().strip() == "simulated"
    assert jixiao("simulate", "--out", tmp_path / "x", "--districts", 0).returncode == 2
