"""Signals beside the evidence (S10, S14, S15, S16, S18) and the list of all signals with their status, worked by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.inflation import assess, context
from analytics.inflation.catalogue import SIGNALS, listed
from analytics.inflation.evidence import FAMILIES
from data.batch.ingest import ingest
from data.warehouse import Warehouse


def leaves_of(rates: np.ndarray, levels: np.ndarray | None = None) -> pd.DataFrame:
    """Leaves of ten points each, units × leaves of score rates (and of values)."""
    n, m = rates.shape
    return pd.DataFrame({
        "at": np.repeat(np.arange(n), m), "report_id": np.repeat([f"r{i}" for i in range(n)], m),
        "ordinal": np.tile(np.arange(1, m + 1), n), "key": np.tile([f"指标{j}" for j in range(m)], n),
        "level2": "过程", "level3": np.tile([f"指标{j}" for j in range(m)], n), "weight": 10.0,
        "rate": rates.ravel(), "score": 10 * rates.ravel(), "is_na": False,
        "level": np.nan if levels is None else levels.ravel(),
    })  # fmt: skip


def test_values_on_fives_are_counted_and_even_last_digits_are_nothing_unusual() -> None:
    even = np.arange(80, 90, 0.01).round(2)
    found = context.heaping(np.concatenate([even, np.full(500, 85.0), np.full(900, 100.0)]))
    # 1,000 values from 80.00 to 89.99, of which 80.00 and 85.00 on fives and ten whole ones; 500 more at 85; 100 is left out.
    assert (found.n, found.status) == (1500, "ok")
    assert found.fives == pytest.approx(502 / 1500)
    assert found.whole == pytest.approx(510 / 1500)
    assert found.chance > 0.99


def test_heaped_last_digits_are_told_from_chance_and_fewer_than_200_values_are_too_few() -> None:
    halves = np.concatenate([np.full(150, 92.35), np.full(150, 91.15), np.linspace(70, 79.9, 100).round(2)])
    assert context.heaping(halves).chance < 1e-6
    assert context.heaping(halves[:199]).status == "too_few"
    assert context.heaping(np.full(500, 100.0)).status == "not_available"


@pytest.mark.parametrize(("x", "tail"), [(16.919, 0.05), (21.666, 0.01), (4.168, 0.90)])
def test_the_tail_of_chi_square_is_that_of_the_tables(x: float, tail: float) -> None:
    assert context.chi_square_tail(x) == pytest.approx(tail, abs=1e-4)


def test_a_value_far_from_those_of_peers_stands_out_also_where_most_are_equal() -> None:
    levels = np.column_stack([[90.0, 91, 92, 93, 94, 95, 96, 20], [100.0, 100, 100, 100, 100, 100, 100, 60]])
    found = context.outliers(leaves_of(np.ones((8, 2)), levels))
    assert list(zip(found["report_id"], found["ordinal"], strict=True)) == [("r7", 1), ("r7", 2)]
    # First leaf: median 92.5, median deviation 2: (20 − 92.5) / 2.9652; second: mean deviation 5: −40 / (1.2533 × 5).
    assert found["z"].tolist() == pytest.approx([-72.5 / (1.4826 * 2.5), -40 / (1.2533 * 5)], rel=0.3)
    few = context.outliers(leaves_of(np.ones((7, 1)), levels[:7, :1]))
    assert set(few["status"]) == {"too_few"}
    assert few["z"].isna().all()


def test_a_leaf_that_nearly_all_have_full_and_that_follows_nothing_is_flat() -> None:
    rng = np.random.default_rng(3)
    able = rng.uniform(0.5, 1, 60)
    rates = np.column_stack([able, able * 0.9, np.ones(60)])
    found = context.weak_leaves(leaves_of(rates)).set_index("key")
    assert found["flat"].tolist() == [False, False, True]
    assert found.loc["指标2", "full"] == 1
    assert found.loc["指标0", "correlation"] == pytest.approx(1, abs=1e-9)
    assert not context.weak_leaves(leaves_of(rates[:49]))["flat"].any()


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_likeness_is_shared_over_all(a: set[int], b: set[int]) -> None:
    as_array = [np.array(sorted(s), dtype=np.uint64) for s in (a, b)]
    expected = len(a & b) / len(a | b) if a | b else 0
    assert context.jaccard(*as_array) == pytest.approx(expected)


def test_two_copies_among_different_texts_are_found_and_the_text_of_a_form_is_not() -> None:
    rng = np.random.default_rng(1)
    texts = ["".join(chr(0x4E00 + c) for c in rng.integers(0, 3000, 300)) for _ in range(150)]
    texts[40] = texts[7][:280] + texts[40][:20]
    found = context.alike([f"r{i}" for i in range(150)], [context.shingles(t) for t in texts])
    assert found.pairs[["first", "second"]].to_numpy().tolist() == [["r7", "r40"]]
    assert found.pairs["likeness"].iloc[0] > 0.8
    form = context.alike([f"r{i}" for i in range(150)], [context.shingles("同一份表式的文字" * 5)] * 150)
    assert (form.beyond, len(form.pairs)) == (1.0, 0)
    assert context.alike(["a"], [context.shingles("一二三四")]).status == "too_few"


def table(units: int, off: float = 0.0) -> pd.DataFrame:
    """Reports of twelve leaves; the first prints a level1 sum that is ``off``."""
    return pd.DataFrame(
        {
            "fiscal_year": 2024, "region_code": "990101", "unit": f"单位{u:03d}", "form": "部门整体", "ordinal": i + 1,
            "level1": "过程", "level2": "预算执行", "level3": f"指标{i:02d}", "weight": 10.0 if i < 8 else 5.0,
            "score": 10.0 if i < 8 else 5.0 - (u + i) % 3, "value_text": f"{100 - (u + i) % 5}%",
            "rule_text": "得分=完成值×分值" if i < 8 else None,
        }
        for u in range(units) for i in range(12)
    )  # fmt: skip


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("forty")
    table(40).to_parquet(folder / "leaf_score.parquet", index=False)
    warehouse = Warehouse(folder / "w", "simulated")
    assert not ingest(warehouse, [folder / "leaf_score.parquet"]).refused
    return warehouse


def test_every_signal_has_a_row_for_every_report_with_its_status(forty: Warehouse) -> None:
    with forty.cursor() as cursor:
        found = assess(cursor, 2024)
        assert context.alike_prose(cursor, 2024).status == "not_available"
        assert context.alike_trees(cursor, 2024).status == "too_few"
        assert context.repeated_prose(cursor, 2024).status == "not_available"
        assert context.sums_off(cursor, 2024).empty
    rows = listed(found.values, found.n)
    assert len(rows) == 40 * len(SIGNALS)
    assert {s.statistic for s in SIGNALS} == {s for f in FAMILIES.values() for s in f.statistics}
    by = rows.groupby("statistic")["status"].agg(set)
    assert by["rule"] == {"ok"}
    assert by["drift"] == {"not_available"}  # no year before
    assert by["peers"] == {"too_few"}  # four described leaves
    assert by["cut"] == {"too_few"}
    assert rows.loc[rows["status"] == "ok", "value"].notna().all()
    assert rows.loc[rows["status"] != "ok", "value"].isna().all()


def test_a_report_whose_sums_are_a_point_off_is_not_compared_until_put_right(
    forty: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forty.cursor() as cursor:
        before = assess(cursor, 2024).reports.set_index("report_id")
        wrong, slip = before.index[0], before.index[1]
        sums = pd.DataFrame({
            "report_id": [wrong, slip], "kind": "总分", "subject": "总分（表）", "stated": [91.0, 90.5],
            "computed": 90.0, "working": "", "blocks": [True, False],
        })  # fmt: skip
        monkeypatch.setattr(sys.modules["analytics.inflation.assess"], "sums_off", lambda *_: sums)
        after = assess(cursor, 2024).reports.set_index("report_id")
    assert after.loc[wrong, "blocked"]
    assert not after.loc[slip, "blocked"]
    assert after.loc[wrong, ["sii_db", "coverage", "priority"]].tolist() == [0, 0, "—"]
    assert pd.isna(after.loc[wrong, "rank_low"])
    assert after.loc[wrong, "gap_high"] == before.loc[wrong, "gap_high"]
    pd.testing.assert_series_equal(after.loc[slip].drop("blocked"), before.loc[slip].drop("blocked"))


def test_the_prose_beside_a_table_is_compared_with_that_of_the_year_before(tmp_path: Path) -> None:
    leaves = pd.concat([table(110), table(110).assign(fiscal_year=2023)])
    words = {u: "".join(chr(0x4E00 + (u * 37 + i * (u + 3)) % 5000) for i in range(80)) for u in range(110)}
    prose = pd.DataFrame(
        {"fiscal_year": year, "region_code": "990101", "unit": f"单位{u:03d}", "form": "部门整体", "section": "主要绩效",
         "text": words[u] if year == 2023 or u == 5 else words[u][::-1]}
        for u in range(110) for year in (2023, 2024)
    )  # fmt: skip
    for name, rows in (("leaf_score", leaves), ("narrative", prose)):
        rows.to_parquet(tmp_path / f"{name}.parquet", index=False)
    warehouse = Warehouse(tmp_path / "w", "simulated")
    assert not ingest(warehouse, sorted(tmp_path.glob("*.parquet"))).refused
    with warehouse.cursor() as cursor:
        found = context.repeated_prose(cursor, 2024)
        ((told,),) = cursor.execute(
            "select unit from report where report_id = $id", {"id": found.pairs["first"].iloc[0]}
        ).fetchall()
    assert (found.n, len(found.pairs), told) == (110, 1, "单位005")
