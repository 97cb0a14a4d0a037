"""The signals of one peer base: values per report, and points per leaf that make them.

Notation: w weight, s self-score, r score by the rule (recomputed, else a monotone fit of peers under the same rule
text), Q leaves with a number and such an r, L the other applicable ones. The formulas: ``docs/method.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inflation import estimators as est
from data.statements import named

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SQL = Path(__file__).with_suffix(".sql")
FULL = 0.9995
SLACK = 0.02
"""Share of the weight within which a score counts as given by its rule (τ)."""
FIT_SLACK = 0.05
FIT_REPORTS, FIT_VALUES, FIT_EXPLAINS = 8, 4, 0.5
"""Fewest reports and values for a fit, and the least share of the scores' spread it must explain: a number beside a
described leaf (办结 12 件) is proof of work, not what the leaf is scored by."""
SHARED_REPORTS, SHARED_LEAVES = 30, 10
COMMON_LEAVES = 8
TARGETS = 2
WINDOW_REPORTS = 100
CUT = 90.0
FIT_FULL = 0.97
MEASURED = ("exact", "several", "range")


@dataclass(frozen=True, slots=True)
class Base:
    """Reports of a year with the same form and level1 names, their leaves (``at``: index into the reports) and what
    their 存在问题 admits."""

    name: str
    reports: pd.DataFrame
    leaves: pd.DataFrame
    admitted: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Measured:
    """``values``: a column a statistic, a row a report, NaN where ``n`` (observations used) is too small.

    ``leaves``: the leaves with the points (or counts) each brings to a statistic, in columns ``by_<statistic>``.
    ``counts``: what the tests of ``significance`` need. ``cut_excess``: share of totals just above the cut-off that is
    too many, its p-value.
    """

    values: pd.DataFrame
    n: pd.DataFrame
    leaves: pd.DataFrame
    counts: pd.DataFrame
    cut_excess: tuple[float, float]


def bases(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> tuple[list[Base], pd.DataFrame]:
    """The peer bases of a year, and its reports that wait for a person (待复核) and have none."""
    steps = named(SQL)
    given = {"year": fiscal_year}
    reports = cursor.execute(steps["reports"], given).df()
    leaves = _scored_by(cursor.execute(steps["leaves"], given).df())
    admitted = cursor.execute(steps["admitted"], given).df()
    accepted = reports[(reports["status"] == "accepted") & reports["report_key"].isin(leaves["report_key"])]
    found = []
    for name, members in accepted.groupby("base", sort=True):
        members = members.reset_index(drop=True)
        at = pd.Series(members.index, index=members["report_key"])
        inside = leaves[leaves["report_key"].isin(at.index)]
        inside = inside.assign(at=at.loc[inside["report_key"]].to_numpy()).reset_index(drop=True)
        said = admitted[admitted["report_key"].isin(at.index)]
        said = said.assign(at=at.loc[said["report_key"]].to_numpy()).reset_index(drop=True)
        found.append(Base(str(name), members, inside, said))
    return found, reports[~reports["report_key"].isin(accepted["report_key"])].reset_index(drop=True)


def _scored_by(leaves: pd.DataFrame) -> pd.DataFrame:
    """Leaves with ``rate`` (s/w), ``due`` and ``before_due`` (r/w; NaN: not known) and ``is_exact``."""
    weight = leaves["weight"].to_numpy(dtype=float)
    rate = leaves["score"].to_numpy(dtype=float) / weight
    before_rate = (leaves["before_score"] / leaves["before_weight"].where(leaves["before_weight"] > 0)).to_numpy(float)
    exact = (leaves["status"] == "exact").to_numpy() & leaves["value"].notna().to_numpy()
    due = np.where(exact, leaves["low"].to_numpy(float) / weight, np.nan)
    before_exact = (leaves["before_status"] == "exact").to_numpy() & leaves["before_value"].notna().to_numpy()
    before_due = np.where(
        before_exact, leaves["before_low"].to_numpy(float) / leaves["before_weight"].to_numpy(float), np.nan
    )
    level, before_level = _level(leaves, ""), _level(leaves, "before_")
    told = ~leaves["is_na"].to_numpy(dtype=bool)
    fit_for = ~exact & ~np.isnan(level) & told
    for rows in leaves[fit_for].groupby("scored_alike").indices.values():
        rows = np.flatnonzero(fit_for)[rows]
        v = level[rows]
        if len(rows) < FIT_REPORTS or len(np.unique(v)) < FIT_VALUES:
            continue
        kept = np.ones(len(rows), dtype=bool)
        fit, own = est.monotone(v, rate[rows]), rate[rows]
        if ((own - fit) ** 2).sum() > (1 - FIT_EXPLAINS) * ((own - own.mean()) ** 2).sum() + 1e-9:
            continue
        for _ in range(3):
            kept = rate[rows] <= fit + FIT_SLACK
            if kept.sum() < FIT_REPORTS:
                break
            order = np.argsort(v[kept])
            fit = np.interp(v, v[kept][order], est.monotone(v[kept], rate[rows][kept])[order])
        due[rows] = np.clip(fit, 0, 1)
        known = ~np.isnan(before_level[rows])
        order = np.argsort(v)
        before_due[rows[known]] = np.clip(np.interp(before_level[rows][known], v[order], fit[order]), 0, 1)
    return leaves.assign(
        rate=rate, before_rate=before_rate, level=level, due=due, before_due=before_due, is_exact=exact
    )


def _level(leaves: pd.DataFrame, prefix: str) -> Floats:
    """The number a rule looks at: value over target where there is a target, else the value."""
    value = leaves[f"{prefix}value"].to_numpy(dtype=float)
    target = leaves[f"{prefix}target"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        level: Floats = np.where(target > 0, value / target, value)
    return level


def measure(base: Base) -> Measured:
    """All signals of a base."""
    leaves, reports = base.leaves.copy(), len(base.reports)
    at = leaves["at"].to_numpy()
    w, rate, due = (leaves[name].to_numpy(float) for name in ("weight", "rate", "due"))
    na = leaves["is_na"].to_numpy(dtype=bool)
    quantity = ~np.isnan(due) & ~na
    described = ~quantity & ~na
    full = rate >= FULL
    values, n, counts = (pd.DataFrame(index=range(reports)) for _ in range(3))

    def keep(name: str, per_leaf: Floats, used: Flags, least: int = 1) -> None:
        leaves[f"by_{name}"] = per_leaf
        n[name] = np.bincount(at, used, reports)
        values[name] = np.where(n[name] >= least, np.bincount(at, per_leaf, reports), np.nan)

    gap = np.nan_to_num(leaves["gap"].to_numpy(float))
    ruled = leaves["status"].isin(MEASURED).to_numpy()
    slack = SLACK * w
    above = np.where(ruled & ~na, np.maximum(0, gap - slack), 0)
    fitted = quantity & ~leaves["is_exact"].to_numpy()
    fit_above = np.where(fitted, w * np.maximum(0, rate - np.nan_to_num(due) - FIT_SLACK), 0)
    keep("rule", np.maximum(above, fit_above), (ruled | fitted) & ~na)
    keep("breaches", np.where(leaves["by_rule"] > 0, 1.0, 0.0), (ruled | fitted) & ~na)
    values["gap_high"] = np.bincount(at, np.where(ruled & ~na, np.maximum(gap, 0), 0), reports)
    values["gap_low"] = np.bincount(at, np.where(ruled & ~na, np.maximum(-gap, 0), 0), reports)
    leaves["gap_high"], leaves["gap_low"] = np.maximum(gap, 0), np.maximum(-gap, 0)
    exact = leaves["is_exact"].to_numpy() & ~na
    counts["over"] = np.bincount(at, exact & (gap > slack), reports)
    counts["under"] = np.bincount(at, exact & (gap < -slack), reports)
    counts["ruled"] = np.bincount(at, exact, reports)

    _generosity(leaves, reports, quantity, described, values, n)
    unproved = described & full & ~leaves["has_number"].to_numpy(dtype=bool)
    keep("evidence", np.where(unproved, w, 0), described)
    largest = pd.Series(np.where(unproved, w, 0)).groupby(at).max()
    values["largest"] = largest.reindex(range(reports)).to_numpy(float)
    n["largest"] = n["evidence"]
    values.loc[n["largest"] == 0, "largest"] = np.nan
    total_weight = np.bincount(at, w, reports)
    everywhere = np.ones(len(w), dtype=bool)
    keep("weights", (w / np.maximum(total_weight, 1e-9)[at]) ** 2, everywhere)
    usual = leaves.groupby("key")["weight"].transform("median").to_numpy(float)
    keep("moved", np.where(described & full, np.maximum(w - usual, 0), 0), everywhere)
    values["moved"] = leaves.groupby("at")["by_moved"].max().reindex(range(reports)).to_numpy(float)
    _contradictions(base, leaves, values, n)
    _values(leaves, reports, quantity, na & full, values, n, counts)
    _drift(leaves, reports, values, n, counts)
    _targets(leaves, reports, values, n)
    excess = _cut(base, values, n)
    return Measured(values, n, leaves, counts, excess)


def _generosity(
    leaves: pd.DataFrame, reports: int, quantity: Flags, described: Flags, values: pd.DataFrame, n: pd.DataFrame
) -> None:
    """S4 and S5: described leaves against what peers with the same measured leaves get, in robust sd and in points."""
    at, w = leaves["at"].to_numpy(), leaves["weight"].to_numpy(float)
    leaves["by_points_over_peers"] = 0.0
    for name in ("peers", "points_over_peers"):
        values[name], n[name] = np.nan, 0.0
    leaves["chance"], leaves["shortfall"] = np.nan, np.nan
    words, w_rows = _shared(leaves, described)
    numbers, n_rows = _shared(leaves, quantity)
    n["peers"] = n["points_over_peers"] = np.bincount(at[w_rows], minlength=reports)
    if reports < SHARED_REPORTS or not len(w_rows) or not len(n_rows):
        return
    full = (leaves["rate"] >= FULL).to_numpy()
    due = leaves["due"].to_numpy(float)
    due_full = np.where(leaves["is_exact"], due >= FULL, due >= FIT_FULL)
    b, sd, a = est.rasch(*_matrix(at, words, w_rows, full, reports))
    anchor, _, _ = est.rasch(*_matrix(at, numbers, n_rows, due_full, reports))
    intercept, slope = est.robust_line(anchor, b)
    expected = intercept + slope * anchor
    enough = (np.bincount(at[w_rows], minlength=reports) >= SHARED_LEAVES) & (
        np.bincount(at[n_rows], minlength=reports) >= SHARED_LEAVES
    )
    off = b - expected
    scale = max(est.MAD_TO_SD * float(np.median(np.abs(off - np.median(off)))), 0.05)
    values["peers"] = np.where(enough, off / scale, np.nan)
    values["peers_sd"], values["described"] = sd / scale, np.where(enough, b, np.nan)
    p = est.chance_full(expected, a)[at[w_rows], words[w_rows]]
    lost = 1 - leaves["rate"].to_numpy(float)[w_rows]
    not_full = lost > 1 - FULL
    sums = np.bincount(words[w_rows], np.where(not_full, lost, 0))
    mean_lost = (sums / np.maximum(np.bincount(words[w_rows], not_full), 1))[words[w_rows]]
    over = np.zeros(len(leaves))
    over[w_rows] = w[w_rows] * (1 - p) * mean_lost - w[w_rows] * lost
    leaves["by_points_over_peers"] = over
    leaves.loc[w_rows, "chance"] = p
    leaves.loc[w_rows, "shortfall"] = mean_lost
    values["points_over_peers"] = np.where(enough, np.bincount(at, over, reports), np.nan)


def _shared(leaves: pd.DataFrame, which: Flags) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number of the leaf name among names that enough reports have, for the rows ``which``; and these rows."""
    counted = leaves.loc[which, "key"].value_counts()
    names = {key: i for i, key in enumerate(sorted(counted.index[counted >= SHARED_REPORTS]))}
    number = leaves["key"].map(names).fillna(-1).to_numpy(dtype=np.int64)
    return number, np.flatnonzero(which & (number >= 0))


def _matrix(
    at: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    full: Flags,
    reports: int,
) -> tuple[Floats, Flags]:
    shape = (reports, int(number.max()) + 1)
    observed, known = np.zeros(shape), np.zeros(shape, dtype=bool)
    observed[at[rows], number[rows]] = full[rows]
    known[at[rows], number[rows]] = True
    return observed, known


def _contradictions(base: Base, leaves: pd.DataFrame, values: pd.DataFrame, n: pd.DataFrame) -> None:
    """S8: groups (level2) that 存在问题 names and that lost nothing, or a full leaf of which it names; and 存在问题 =
    无 beside lost points."""
    reports = len(values)
    own = leaves[["at", "ordinal", "level2", "rate"]].assign(lost=leaves["weight"] - leaves["score"])
    own["lost"] = own.groupby(["at", "level2"])["lost"].transform("sum")
    said = base.admitted.merge(own, on=["at", "ordinal", "level2"], how="inner")
    group = said["is_named"] & (said["lost"] <= 0.005)
    leaf = said["is_leaf_named"] & (said["rate"] >= FULL)
    named = said.loc[group | leaf, ["at", "level2"]].drop_duplicates()
    found = np.bincount(named["at"], minlength=reports).astype(float)
    silent = said.loc[said["says_none"].astype(bool) & (said["lost"] > 0.005), "at"].unique()
    found[silent] += 0.5
    n["prose"] = np.bincount(said.drop_duplicates(["at", "level2"])["at"], minlength=reports)
    values["prose"] = np.where(n["prose"] > 0, found, np.nan)
    shown = said.loc[group | leaf, ["at", "ordinal"]].assign(by_prose=1.0)
    marks = leaves[["at", "ordinal"]].merge(shown, on=["at", "ordinal"], how="left")["by_prose"]
    leaves["by_prose"] = marks.fillna(0).to_numpy()


def _values(
    leaves: pd.DataFrame,
    reports: int,
    quantity: Flags,
    na_full: Flags,
    values: pd.DataFrame,
    n: pd.DataFrame,
    counts: pd.DataFrame,
) -> None:
    """S9: values that became perfect since last year less those that ceased to be; more values exactly at the perfect
    level (100 % or 0 %, or 不适用 with full marks) than the leaves' base rates and the unit's described leaves let
    expect; and more leaves 不适用 with full marks than their base rates."""
    at = leaves["at"].to_numpy()
    due, before = leaves["due"].to_numpy(float), leaves["before_due"].to_numpy(float)
    best = np.where(leaves["is_exact"], FULL, FIT_FULL)
    both = quantity & ~np.isnan(before)
    up, down = both & (due >= best) & (before < best), both & (due < best) & (before >= best)
    leaves["by_jumps"] = up.astype(float) - down
    n["jumps"] = np.bincount(at, both, reports)
    counts["jumps_up"], counts["jumps_down"] = np.bincount(at, up, reports), np.bincount(at, down, reports)
    values["jumps"] = np.where(n["jumps"] >= COMMON_LEAVES, np.bincount(at, leaves["by_jumps"], reports), np.nan)
    value, percent = leaves["value"].to_numpy(float), (leaves["value_unit"] == "%").to_numpy()
    exactly = (quantity & percent & np.isin(value, (0, 100)) & (due >= best)) | na_full
    relevant = (quantity & percent) | na_full
    leaves["by_perfect"] = _surplus(leaves, reports, exactly, relevant)
    n["perfect"] = np.bincount(at, relevant, reports)
    usable = (n["perfect"] >= COMMON_LEAVES) & (reports >= FIT_REPORTS)
    perfect = np.where(usable, np.bincount(at, leaves["by_perfect"], reports), np.nan)
    if "described" in values:
        able = values["described"].to_numpy(float)
        both_known = ~np.isnan(perfect) & ~np.isnan(able)
        if both_known.sum() >= SHARED_REPORTS:
            intercept, slope = est.robust_line(able[both_known], perfect[both_known])
            perfect = np.where(both_known, perfect - intercept - slope * np.nan_to_num(able), perfect)
    values["perfect"] = perfect
    leaves["by_declared"] = _surplus(leaves, reports, na_full, np.ones(len(leaves), dtype=bool))
    n["declared"] = np.bincount(at, minlength=reports)
    values["declared"] = np.where(reports >= FIT_REPORTS, np.bincount(at, leaves["by_declared"], reports), np.nan)


def _surplus(leaves: pd.DataFrame, reports: int, which: Flags, among: Flags) -> Floats:
    """What a leaf adds to (count − expected) / sd of its report, where leaves of a name have ``which`` at their base
    rate among the rows ``among``; the variance counts as a quarter at least."""
    at = leaves["at"].to_numpy()
    rate = pd.Series(which.astype(float)).where(among).groupby(leaves["key"]).transform("mean").to_numpy(float)
    rate = np.where(among, np.nan_to_num(rate), 0)
    variance = np.bincount(at, rate * (1 - rate), reports)
    result: Floats = np.where(among, which - rate, 0) / np.sqrt(np.maximum(variance, 0.25))[at]
    return result


def _drift(leaves: pd.DataFrame, reports: int, values: pd.DataFrame, n: pd.DataFrame, counts: pd.DataFrame) -> None:
    """S12, over leaves whose value did not improve: how far rates rose since the unit's last report beyond what peers'
    rose there (in weights of a leaf); and ups less downs among leaves that were not full in either, in sd of a coin."""
    at = leaves["at"].to_numpy()
    moved = (leaves["rate"] - leaves["before_rate"]).to_numpy(float)
    improved = (leaves["due"] - leaves["before_due"]).to_numpy(float) > 0.005
    common = ~np.isnan(moved) & ~improved & ~leaves["is_na"].to_numpy(dtype=bool)
    moved = np.nan_to_num(moved)
    peers = pd.Series(np.where(common, moved, np.nan)).groupby(leaves["key"]).transform("mean").to_numpy(float)
    leaves["by_drift"] = np.where(common, moved - np.nan_to_num(peers), 0)
    n["drift"] = n["creeping"] = np.bincount(at, common, reports)
    enough = n["drift"] >= COMMON_LEAVES
    values["drift"] = np.where(enough, np.bincount(at, leaves["by_drift"], reports), np.nan)
    up, down = common & (moved > 0.005), common & (moved < -0.005)
    counts["moves_up"], counts["moves_down"] = np.bincount(at, up, reports), np.bincount(at, down, reports)
    short = ((leaves["rate"] < FULL) & (leaves["before_rate"] < FULL)).to_numpy()
    moves = np.bincount(at, short & (up | down), reports)
    leaves["by_creeping"] = np.where(short, up.astype(float) - down, 0) / np.sqrt(np.maximum(moves, 1))[at]
    values["creeping"] = np.where(enough, np.bincount(at, leaves["by_creeping"], reports), np.nan)


def _targets(leaves: pd.DataFrame, reports: int, values: pd.DataFrame, n: pd.DataFrame) -> None:
    """S13: how far results stand beyond their targets, as the median log ratio against the peers', in robust sd."""
    at = leaves["at"].to_numpy()
    value, target = leaves["value"].to_numpy(float), leaves["target"].to_numpy(float)
    usable = (value > 0) & (target > 0)
    sign = np.where(leaves["direction"].isin(["≤", "<", "＜"]).to_numpy(), -1.0, 1.0)
    ratio = np.where(usable, sign * np.log(np.where(usable, value, 1) / np.where(usable, target, 1)), np.nan)
    leaves["by_targets"] = np.where(usable & (ratio > 0.02), ratio, 0)
    n["targets"] = np.bincount(at, usable, reports)
    middle = pd.Series(ratio).groupby(at).median().reindex(range(reports)).to_numpy(float)
    known = ratio[usable]
    if not len(known):
        values["targets"] = np.nan
        return
    scale = max(float(np.median(np.abs(known - np.median(known)))), 0.005)
    spread = np.sqrt(2 * n["targets"].to_numpy(float) / np.pi)
    values["targets"] = np.where(n["targets"] >= TARGETS, (middle - np.median(known)) * spread / scale, np.nan)


def _cut(base: Base, values: pd.DataFrame, n: pd.DataFrame) -> tuple[float, float]:
    """S11: for totals in [90, 91) the share B of them that is more than their neighbourhood lets expect (p < .05)."""
    totals = base.reports["total"].to_numpy(float)
    n["cut"] = float(np.isfinite(totals).sum())
    values["cut"] = np.nan
    if np.isfinite(totals).sum() < WINDOW_REPORTS:
        return 0.0, 1.0
    share, p, _, _ = est.excess_above(totals[np.isfinite(totals)], CUT)
    inside = (totals >= CUT - 1e-9) & (totals < CUT + 1)
    values["cut"] = np.where(np.isfinite(totals), np.where(inside & (p < 0.05), share, 0.0), np.nan)
    return share, p
