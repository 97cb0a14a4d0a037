"""SII, the index of evidence: statistics → families (normal scores) → log-likelihood ratios → their sum → rank bands.

e_f = ln(1 + ε(exp(μ_f z_f − μ_f²/2) − 1)) is the log of how much likelier z_f is if family f is shifted by μ_f with
probability ε than if it is not. Each family is bounded below, so good marks elsewhere cannot buy off a violation; a
missing family contributes 0 and lowers the coverage. The cut-off has no such score: its evidence is ln(seen/expected),
how many times more totals stand just above it than both sides let expect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inflation import estimators as est
from analytics.inflation.signals import Measured

Floats = npt.NDArray[np.float64]

EPSILON = 0.10
RANKED, NORMED = 30, 100
"""Fewest reports that are ranked; fewest whose own ranks give the normal scores."""
DRAWS, KEPT = 60, 0.8
MOST_EXCESS = 0.95
"""Share of totals above the cut-off beyond which more adds no evidence."""
TO_DECIBANS = 10 / np.log(10)


@dataclass(frozen=True, slots=True)
class Family:
    """A family of signals: its name to users, μ, the statistics whose normal scores are averaged, and another way to
    the same end (``instead``) whose score stands where it is positive and larger."""

    name: str
    shift: float
    averaged: tuple[str, ...]
    instead: tuple[str, ...] = ()

    @property
    def statistics(self) -> tuple[str, ...]:
        return self.averaged + self.instead


FAMILIES: dict[str, Family] = {
    "rule": Family("评分规则", 2.5, ("rule", "breaches")),
    "gap": Family("定性得分与定量表现", 1.5, ("peers", "points_over_peers")),
    "evid": Family("佐证", 1.3, ("evidence", "largest")),
    "struct": Family("权重集中", 2.0, ("weights", "moved")),
    "narr": Family("叙述与得分", 1.3, ("prose",)),
    "value": Family("完成值", 2.0, ("jumps", "perfect"), ("declared",)),
    "drift": Family("年度变动", 1.5, ("drift", "creeping")),
    "target": Family("目标值", 2.0, ("targets",)),
    "cut": Family("等级分数线", 2.0, ("cut",)),
}
ADDITIVE = (
    "rule", "breaches", "evidence", "weights", "prose", "jumps", "perfect", "declared", "drift", "creeping",
)  # fmt: skip
"""Statistics that are sums over leaves, but for what the report as a whole adds: what leaving out leaves changes."""


def strength(z: Floats, shift: float) -> Floats:
    """Evidence of a family in natural units from its normal score; 0 where z is missing."""
    told = np.log1p(EPSILON * np.expm1(shift * z - shift**2 / 2))
    result: Floats = np.where(np.isnan(z), 0.0, told)
    return result


def of_family(code: str, z: Floats) -> Floats:
    """Evidence of a family in natural units from its score, as ``_family_scores`` gives it."""
    if code != "cut":
        return strength(z, FAMILIES[code].shift)
    result: Floats = -np.log1p(-np.clip(np.nan_to_num(z), 0, MOST_EXCESS))
    return result


@lru_cache(maxsize=1)
def norms() -> pd.DataFrame:
    """Reference mean and sd of each statistic, for bases of fewer than 100 reports (``norms.csv``).

    Without a mean a statistic depends on the form: its own median is taken, and below 30 reports it has no score.
    """
    return pd.read_csv(Path(__file__).with_name("norms.csv"), comment="#").set_index("statistic")


def scores(statistic: str, x: Floats, reports: int) -> Floats:
    """Normal scores of a statistic (columns of ``x`` apart), clipped to ±4; the cut-off's stays as it is."""
    if statistic == "cut":
        return x
    known = ~np.isnan(x.reshape(len(x), -1)[:, 0])
    z = np.full_like(x, np.nan)
    if not known.any():
        return z
    if reports >= NORMED:
        z[known] = est.normal_scores(x[known])
    else:
        mean, sd = norms().loc[[statistic], ["mean", "sd"]].to_numpy(dtype=float)[0]
        if not np.isnan(mean) or reports >= RANKED:
            z[known] = (x[known] - (np.median(x[known]) if np.isnan(mean) else mean)) / sd
    result: Floats = np.clip(z, -4, 4)
    return result


def _family_scores(found: dict[str, Floats]) -> dict[str, Floats]:
    together = {}
    for code, family in FAMILIES.items():
        parts = np.stack([found[s] for s in family.averaged])
        count = (~np.isnan(parts)).sum(0)
        z = np.where(count > 0, np.nansum(parts, axis=0) / np.maximum(count, 1), np.nan)
        for s in family.instead:
            z = np.where(found[s] > 0, np.fmax(z, found[s]), z)
        together[code] = z
    return together


def add_up(measured: Measured) -> pd.DataFrame:
    """One row a report: z_<family>, <family> (decibans), sii_db (their sum), coverage (families observed)."""
    reports = len(measured.values)
    found = {s: scores(s, measured.values[s].to_numpy(float), reports) for f in FAMILIES.values() for s in f.statistics}
    z = _family_scores(found)
    result = pd.DataFrame({f"z_{code}": z[code] for code in FAMILIES})
    for code in FAMILIES:
        result[code] = of_family(code, z[code]) * TO_DECIBANS
    result["sii_db"] = result[list(FAMILIES)].sum(axis=1)
    result["coverage"] = sum((~np.isnan(z[code])).astype(int) for code in FAMILIES)
    return result


def rank_bands(measured: Measured, seed: int = 20240101) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """90 % band of each report's rank (1: strongest evidence) when a fifth of the leaves is left out, in 60 draws.

    One resample for all reports: sums over leaves are a matrix product with the masks; the described-leaf comparison is
    disturbed by its posterior sd; statistics that are no sums keep their value.
    """
    reports = len(measured.values)
    rng = np.random.default_rng(seed)
    leaves = measured.leaves
    at, place = leaves["at"].to_numpy(), leaves.groupby("at").cumcount().to_numpy()
    masks = (rng.random((int(place.max()) + 1, DRAWS)) < KEPT) / KEPT
    found = {}
    for family in FAMILIES.values():
        for s in family.statistics:
            value = measured.values[s].to_numpy(float)
            x = np.repeat(value[:, None], DRAWS, axis=1)
            if s in ADDITIVE:
                grid = np.zeros((reports, len(masks)))
                grid[at, place] = leaves[f"by_{s}"].to_numpy(float)
                x = x + grid @ masks - grid.sum(1, keepdims=True)
            elif s == "peers" and "peers_sd" in measured.values:
                x = (
                    x
                    + rng.normal(size=x.shape)
                    * measured.values["peers_sd"].to_numpy(float)[:, None]
                    * (1 - KEPT) ** 0.5
                )
            found[s] = scores(s, x, reports)
    z = _family_scores(found)
    total = sum(of_family(code, z[code]) for code in FAMILIES)
    ranks = pd.DataFrame(-np.asarray(total)).rank(method="average").to_numpy()
    low, high = np.quantile(ranks, (0.05, 0.95), axis=1)
    return np.floor(low).astype(np.int64), np.ceil(high).astype(np.int64)
