"""自评 against 复核: agreement, hit rates and fitted constants, each worked by hand or against known populations."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.inflation.agreement import (
    Agreement,
    Interval,
    agreements,
    bland_altman,
    fitted,
    hits,
    pairs,
    t_quantile,
    wilson,
)
from analytics.inflation.evidence import FAMILIES
from data.byhand.worksheet import Review, load
from tests.checked import checked
from tests.ruled import text


def alternating(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Half the pairs differ by 0 around 80, half by 2 around 90."""
    middle, off = np.tile([80.0, 90.0], n // 2), np.tile([0.0, 2.0], n // 2)
    return middle + off / 2, middle - off / 2


def near(found: Interval | None, value: float, half: float) -> bool:
    return found is not None and (found.value, found.low, found.high) == pytest.approx(
        (value, value - half, value + half), abs=2e-4
    )


def test_ten_pairs_give_bias_and_slope_but_no_limits() -> None:
    """d = 0, 2, 0, 2 …: mean 1, s = √(10/9) = 1.0541, half = 2.2622 · 1.0541/√10 = 0.7541; slope 2/10, no rest."""
    found = bland_altman(*alternating(10))
    assert near(found.bias, 1, 0.7541)
    assert near(found.slope, 0.2, 0)
    assert found.lower is None and found.upper is None


def test_fifty_pairs_give_limits_with_their_intervals() -> None:
    """s = √(50/49) = 1.0102; limits 1 ∓ 1.96 · 1.0102; half = 2.0096 · 1.0102 · √(1/50 + 1.96²/98) = 0.4939."""
    found = bland_altman(*alternating(50))
    assert near(found.lower, -0.9799, 0.4939)
    assert near(found.upper, 2.9799, 0.4939)


@pytest.mark.parametrize("n", [0, 1, 9])
def test_below_ten_pairs_there_is_no_bias(n: int) -> None:
    assert bland_altman(np.full(n, 90.0), np.full(n, 80.0)) == Agreement(n)


def test_identical_scores_have_no_bias_and_no_slope() -> None:
    found = bland_altman(np.full(12, 90.0), np.full(12, 90.0))
    assert near(found.bias, 0, 0)
    assert found.slope is None


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=50, max_size=80), st.floats(-20, 20))
def test_a_common_shift_moves_bias_and_limits_and_exchanging_the_sides_turns_them_round(
    points: list[tuple[float, float]], shift: float
) -> None:
    own, reviewed = (np.array(column) for column in zip(*points, strict=True))
    plain, moved, turned = bland_altman(own, reviewed), bland_altman(own + shift, reviewed), bland_altman(reviewed, own)
    for a, b, c in ((plain.bias, moved.bias, turned.bias), (plain.lower, moved.lower, turned.upper)):
        assert a and b and c
        assert b.value == pytest.approx(a.value + shift, abs=1e-6)
        assert c.value == pytest.approx(-a.value, abs=1e-6)
    assert plain.bias and plain.lower and plain.upper
    assert plain.lower.value <= plain.bias.value <= plain.upper.value


def test_quantiles_of_t_are_those_of_the_tables() -> None:
    for freedom, value in ((8, 2.3060), (9, 2.2622), (19, 2.0930), (49, 2.0096)):
        assert t_quantile(freedom) == pytest.approx(value, abs=1e-4)


def test_the_interval_of_a_share_is_wilsons() -> None:
    """3 of 10: (0.3 + 0.19207 ∓ 1.96 √(0.021 + 0.0096037)) / 1.38415 = 0.1078, 0.6032."""
    found = wilson(3, 10)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.3, 0.1078, 0.6032), abs=1e-4)
    assert wilson(0, 0) is None


def table(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"unit_id": [u for u, _ in rows], "level1": None, "off": [off for _, off in rows]})


def test_hits_count_each_unit_once_both_ways_and_weigh_unequal_chances() -> None:
    """甲 +1 and 丙 −3 are hits, 乙 is not; weights 1/0.5, 1/0.25, 1/0.25: share upwards 2/10."""
    found = table(("甲", 1.0), ("甲", 0.2), ("乙", 0.99), ("丙", -3.0), ("丁", 9.0))
    counted = hits(found, {"甲": 0.5, "乙": 0.25, "丙": 0.25, "戊": 0.25})
    assert (counted.drawn, counted.checked, counted.over, counted.under) == (4, 3, 1, 1)
    assert counted.weighted == pytest.approx(0.2)
    assert counted.over_rate == wilson(1, 3)
    equal = hits(found, {"甲": 0.5, "乙": 0.5})
    assert equal.weighted is None
    assert hits(table(), {"甲": None}).over_rate is None


def test_pairs_hold_the_rechecked_leaves_alone_per_hundred_points_of_weight() -> None:
    """甲 25 of 25 becomes 20, 乙 10 of 20 becomes 18: own 35/45, reviewed 38/45; the leaf not re-checked is out."""
    with checked(text()) as connection:
        ((report_id,),) = connection.execute("select report_id from report").fetchall()
        load(connection, [Review(report_id, n, "", None, Decimal(s), None) for n, s in ((2, 20), (3, 18))])
        found = pairs(connection, 2024)
        assert pairs(connection, 2023).empty
    assert list(found["level1"].fillna("")) == ["", "产出"]
    assert found["own"].to_list() == pytest.approx([100 * 35 / 45] * 2)
    assert found["off"].to_list() == pytest.approx([-100 * 3 / 45] * 2)
    assert agreements(found) == {"": Agreement(1), "产出": Agreement(1)}


def test_a_report_rechecked_in_total_only_is_a_pair_by_its_total() -> None:
    with checked(text()) as connection:
        ((report_id,),) = connection.execute("select report_id from report").fetchall()
        load(connection, [Review(report_id, 0, "", None, Decimal(85), None)])
        found = pairs(connection, 2024)
    assert found[["own", "reviewed", "off"]].to_numpy().tolist() == [[90, 85, 5]]


def test_constants_fitted_to_a_population_come_near_those_it_was_made_with() -> None:
    """Of 4,000 reports 1,000 are hits; half of these have the family 'rule' shifted by 2.5, a fifth 'target' by 1.5."""
    rng = np.random.default_rng(7)
    hit = np.arange(4000) < 1000
    scores = pd.DataFrame({f"z_{code}": np.full(4000, np.nan) for code in FAMILIES})
    for code, share, shift in (("rule", 0.5, 2.5), ("target", 0.2, 1.5)):
        scores[f"z_{code}"] = rng.normal(size=4000) + shift * (hit & (rng.random(4000) < share))
    found = fitted(scores, hit)
    assert (found.checked, found.hits) == (4000, 1000)
    assert found.shifts is not None and set(found.shifts) == {"rule", "target"}
    assert found.shifts["rule"] == pytest.approx(2.5, abs=0.2)
    assert found.epsilon == pytest.approx(0.25 * 0.35, abs=0.02)


def test_with_fewer_than_ten_hits_nothing_is_fitted() -> None:
    hit = np.arange(40) < 9
    found = fitted(pd.DataFrame({f"z_{code}": np.zeros(40) for code in FAMILIES}), hit)
    assert (found.epsilon, found.shifts, found.hits) == (None, None, 9)
