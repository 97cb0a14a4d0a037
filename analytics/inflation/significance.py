"""What stands out from chance: p-values only where a null distribution exists, Benjamini–Hochberg over reports."""

from __future__ import annotations

from math import lgamma

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inflation import estimators as est
from analytics.inflation.signals import Measured

Floats = npt.NDArray[np.float64]
LEVEL = 0.10


def findings(measured: Measured) -> pd.DataFrame:
    """One row a report: p (Cauchy combination of the tests that apply; 1 if none does), q_value, significant.

    rule: scores above the rule, binomial with the rate of scores below it (slips go both ways); value and drift: signs
    of changes; gap and target: normal with the scale of the lower tail, because what is looked for lives in the upper.
    """
    c, v = measured.counts, measured.values
    ruled = c["ruled"].to_numpy(float)
    slips = (c["under"].sum() + 1) / (ruled.sum() + 2)
    tests = [
        _binomial(c["over"].to_numpy(float), ruled, np.full(len(c), slips)),
        _signs(c["jumps_up"].to_numpy(float), c["jumps_down"].to_numpy(float)),
        _signs(c["moves_up"].to_numpy(float), c["moves_down"].to_numpy(float)),
        _lower_tail(v["peers"].to_numpy(float)),
        _lower_tail(v["targets"].to_numpy(float)),
    ]
    p = combined(np.stack(tests))
    q = step_up(p)
    return pd.DataFrame({"p": p, "q_value": q, "significant": q <= LEVEL})


def _binomial(count: Floats, n: Floats, rate: Floats) -> Floats:
    """P(X ≥ count), NaN where n is 0."""
    result = np.full(len(count), np.nan)
    for k, m, p in {*zip(count.tolist(), n.tolist(), rate.tolist(), strict=True)}:
        if m < 1:
            continue
        steps = np.arange(int(k), int(m) + 1)
        logs = [lgamma(m + 1) - lgamma(i + 1) - lgamma(m - i + 1) for i in steps]
        p = min(max(p, 1e-9), 1 - 1e-9)
        tail = float(np.exp(np.array(logs) + steps * np.log(p) + (m - steps) * np.log1p(-p)).sum())
        result[(count == k) & (n == m)] = min(tail, 1.0)
    return result


def _signs(up: Floats, down: Floats) -> Floats:
    """Ups among changes against the share of ups among all changes of the base, at least one half."""
    moves = up + down
    share = max((up.sum() + 1) / (moves.sum() + 2), 0.5)
    return _binomial(up, moves, np.full(len(up), share))


def _lower_tail(x: Floats) -> Floats:
    """Normal upper tail of x about its median; scale: the larger of robust sd and lower 5 % point over 1.645."""
    known = x[np.isfinite(x)]
    result = np.full(len(x), np.nan)
    if len(known) < 30:
        return result
    middle = float(np.median(known))
    scale = max(
        est.MAD_TO_SD * float(np.median(np.abs(known - middle))),
        (middle - float(np.quantile(known, 0.05))) / 1.645,
        1e-9,
    )
    result[np.isfinite(x)] = est.upper_tail((known - middle) / scale)
    return result


def combined(p: Floats) -> Floats:
    """Cauchy combination of the rows of ``p`` that are known (Liu and Xie 2020); 1 where none is."""
    bounded = np.clip(p, 1e-15, 1 - 1e-9)
    known = ~np.isnan(p)
    mean = np.where(known, np.tan((0.5 - np.nan_to_num(bounded, nan=0.5)) * np.pi), 0).sum(0) / np.maximum(
        known.sum(0), 1
    )
    together = 0.5 - np.arctan(mean) / np.pi
    result: Floats = np.where(known.any(0), np.clip(together, 0, 1), 1.0)
    return result


def step_up(p: Floats) -> Floats:
    """Benjamini–Hochberg q-values."""
    n = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * n / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    result: npt.NDArray[np.float64] = np.minimum(q, 1.0)
    return result
