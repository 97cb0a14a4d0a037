"""自评 against 复核 (S17): bias and limits of agreement, hit rates of each part of a draw, and what the evidence's
constants would be if they were fitted to the outcome.

Differences are self-score less re-checked score over the same leaves, per 100 points of their weight: positive where a
department scored itself higher. Bias and limits: Bland & Altman, Stat Methods Med Res 8 (1999) 135-160; intervals of
shares: Wilson, JASA 22 (1927) 209-212; quantiles of t: Abramowitz & Stegun 26.7.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inflation.evidence import FAMILIES
from data.statements import named

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_SQL = Path(__file__).with_suffix(".sql")
BIAS_PAIRS, LIMIT_PAIRS = 10, 50
"""Fewest pairs for a mean difference and its slope; fewest for limits of agreement."""
HIT = 1.0
"""Points (of 100) by which self-score and re-check differ that count as a hit, either way."""
FITTED_HITS = 10
"""Fewest hits of the random part to fit the evidence's constants to."""
CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """``bias``: mean difference; ``lower``, ``upper``: limits of agreement; ``slope`` of the difference on the mean
    (proportional bias). ``None`` where there are too few pairs, or no spread to have a slope."""

    n: int
    bias: Interval | None = None
    lower: Interval | None = None
    upper: Interval | None = None
    slope: Interval | None = None


def bland_altman(own: Floats, reviewed: Floats) -> Agreement:
    """Agreement of paired scores. The interval of a limit rests on its variance s²(1/n + z²/(2(n−1)))."""
    n = len(own)
    if n < BIAS_PAIRS:
        return Agreement(n)
    off, middle = own - reviewed, (own + reviewed) / 2
    mean, sd, t = float(off.mean()), float(off.std(ddof=1)), t_quantile(n - 1)
    bias = _around(mean, t * sd / sqrt(n))
    slope = _slope(middle, off)
    if n < LIMIT_PAIRS:
        return Agreement(n, bias, slope=slope)
    half = t * sd * sqrt(1 / n + _Z**2 / (2 * (n - 1)))
    return Agreement(n, bias, _around(mean - _Z * sd, half), _around(mean + _Z * sd, half), slope)


def _around(value: float, half: float) -> Interval:
    return Interval(value, value - half, value + half)


def _slope(x: Floats, y: Floats) -> Interval | None:
    """Least-squares slope of y on x with its interval; ``None`` where x has no spread."""
    spread = float(((x - x.mean()) ** 2).sum())
    if spread < 1e-9:
        return None
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    rest = y - y.mean() - slope * (x - x.mean())
    error = sqrt(float((rest**2).sum()) / (len(x) - 2) / spread)
    return _around(slope, t_quantile(len(x) - 2) * error)


def t_quantile(freedom: int) -> float:
    """The 97.5 % quantile of Student's t, by its series in 1/freedom: right to 0.001 from 8 degrees of freedom on."""
    z, v = _Z, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def wilson(hits: int, n: int) -> Interval | None:
    """A share with its interval; ``None`` of none."""
    if not n:
        return None
    share, wide = hits / n, _Z**2 / n
    middle, half = share + wide / 2, _Z * sqrt(share * (1 - share) / n + wide / (4 * n))
    return Interval(share, max(0.0, (middle - half) / (1 + wide)), min(1.0, (middle + half) / (1 + wide)))


def pairs(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> pd.DataFrame:
    """Re-checked reports of a year: report_id, unit_id, unit, level1 (null: the whole report), leaves, and own and
    reviewed score per 100 points of the re-checked weight, with their difference ``off``."""
    found = cursor.execute(named(_SQL)["pairs"], {"year": fiscal_year}).df()
    own, reviewed = 100 * found["own"] / found["weight"], 100 * found["reviewed"] / found["weight"]
    return found.assign(own=own, reviewed=reviewed, off=own - reviewed)


def agreements(found: pd.DataFrame) -> dict[str, Agreement]:
    """Agreement over whole reports (key: empty) and for each level1, by its name."""
    groups = found.assign(level1=found["level1"].fillna("")).groupby("level1", sort=True)
    return {
        str(name): bland_altman(rows["own"].to_numpy(float), rows["reviewed"].to_numpy(float)) for name, rows in groups
    }


@dataclass(frozen=True, slots=True)
class Hits:
    """Of the units of a part of the draw: how many were drawn, re-checked, and differ by ``HIT`` points or more, up and
    down, with the shares. ``weighted``: share upwards with each unit counted by the inverse of its chance of being
    drawn, where these differ."""

    drawn: int
    checked: int
    over: int
    under: int
    over_rate: Interval | None
    under_rate: Interval | None
    weighted: float | None = None


def hits(found: pd.DataFrame, units: Mapping[str, float | None]) -> Hits:
    """Hit rates of the units of one part of a draw (unit_id → probability of inclusion, ``None`` if not random).

    A unit with several re-checked reports counts once, by the report in which it differs most.
    """
    whole = found[found["level1"].isna() & found["unit_id"].isin(units.keys())]
    worst = whole.loc[whole["off"].abs().groupby(whole["unit_id"]).idxmax()] if len(whole) else whole
    over, under = (worst["off"] >= HIT - 1e-9).to_numpy(), (worst["off"] <= -HIT + 1e-9).to_numpy()
    n = len(worst)
    chances = [units[str(u)] for u in worst["unit_id"]]
    weighted = None
    if n and len(set(chances)) > 1 and None not in chances:
        inverse = 1 / np.array(chances, dtype=float)
        weighted = float((inverse * over).sum() / inverse.sum())
    a, b = int(over.sum()), int(under.sum())
    return Hits(len(units), n, a, b, wilson(a, n), wilson(b, n), weighted)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Constants of the evidence fitted to a random part: ``epsilon``, and μ by family where it could be fitted."""

    checked: int
    hits: int
    epsilon: float | None = None
    shifts: Mapping[str, float] | None = None


def fitted(scores: pd.DataFrame, hit: Flags, rounds: int = 200) -> Fitted:
    """ε and μ as the outcome of a random part lets estimate them. ``scores``: z_<family> of its re-checked reports.

    Where nothing was found z is taken as N(0, 1); among hits a share c of the reports has it shifted: (1−c)·N(0,1) +
    c·N(μ,1), by EM. ε is the share of hits times the mean c. Too few hits: no constants. Only the random part serves:
    the part by evidence was chosen for its z.
    """
    n, found = len(hit), int(hit.sum())
    if found < FITTED_HITS:
        return Fitted(n, found)
    shifts, shares = {}, []
    for code, family in FAMILIES.items():
        z = scores.loc[hit, f"z_{code}"].to_numpy(float)
        z = z[~np.isnan(z)]
        if len(z) < FITTED_HITS:
            continue
        share, shift = 0.5, family.shift
        for _ in range(rounds):
            odds = share * np.exp(np.clip(shift * z - shift**2 / 2, -50, 50))
            belongs = odds / (odds + 1 - share)
            share = float(np.clip(belongs.mean(), 0.01, 0.99))
            shift = float(np.clip((belongs * z).sum() / max(belongs.sum(), 1e-9), 0.5, 4.0))
        shifts[code] = shift
        shares.append(share)
    return Fitted(n, found, found / n * float(np.mean(shares)) if shares else None, shifts)
