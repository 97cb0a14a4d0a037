"""Estimators on whole arrays: normal scores, partial pooling, robust line, monotone fit, excess at a cut-off."""

from __future__ import annotations

from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MAD_TO_SD = 1.4826
_NORMAL = NormalDist()


def normal_scores(x: Floats) -> Floats:
    """Φ⁻¹ of the mid-rank, (rank − ½)/N, within each column of ``x``; equal values get the same score."""
    n = len(x)
    if n == 0:
        return np.zeros_like(x)
    ranks = pd.DataFrame(x.reshape(n, -1)).rank().to_numpy()
    table = np.array([_NORMAL.inv_cdf(max(k - 1, 0.5) / (2 * n)) for k in range(2 * n + 1)])
    scores: Floats = table[np.rint(2 * ranks).astype(np.int64)].reshape(x.shape)
    return scores


def upper_tail(z: Floats) -> Floats:
    """P(Z > z) of a standard normal."""
    return np.array([erfc(value / sqrt(2)) / 2 for value in z])


def rasch(full: Floats, known: Flags, rounds: int = 60) -> tuple[Floats, Floats, Floats]:
    """logit P(full) = b_unit + a_leaf with b ~ N(0, τ²), by EM: b, its posterior sd, a.

    ``full`` is units × leaves of 0 and 1, ``known`` where there is an observation.
    """
    mask = known.astype(float)
    seen = full * mask
    rate = np.clip(seen.sum(0) / np.maximum(mask.sum(0), 1), 0.02, 0.98)
    a, b, variance = np.log(rate / (1 - rate)), np.zeros(len(full)), 0.5
    h = np.ones(len(full))
    for _ in range(rounds):
        p = _expit(b[:, None] + a)
        h = (p * (1 - p) * mask).sum(1) + 1 / variance
        b = np.clip(b + ((seen - p * mask).sum(1) - b / variance) / h, -6, 6)
        p = _expit(b[:, None] + a)
        a = np.clip(a + ((seen - p * mask).sum(0) - 0.05 * a) / ((p * (1 - p) * mask).sum(0) + 0.05), -6, 6)
        variance = float(np.clip(np.mean(b**2 + 1 / h), 0.02, 4))
    return b, h**-0.5, a


def _expit(x: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-x))
    return result


def chance_full(b: Floats, a: Floats) -> Floats:
    """P(full) of units × leaves."""
    return _expit(b[:, None] + a)


def robust_line(x: Floats, y: Floats, rounds: int = 30) -> tuple[float, float]:
    """Intercept and slope of y on x with Huber weights (k = 1.345 robust standard deviations)."""
    weight = np.ones_like(x)
    intercept, slope = float(np.median(y)), 0.0
    for _ in range(rounds):
        total = weight.sum()
        mx, my = float((weight * x).sum() / total), float((weight * y).sum() / total)
        spread = float((weight * (x - mx) ** 2).sum())
        slope = float((weight * (x - mx) * (y - my)).sum() / spread) if spread > 1e-12 else 0.0
        intercept = my - slope * mx
        off = np.abs(y - intercept - slope * x)
        scale = max(MAD_TO_SD * float(np.median(off)), 1e-9)
        weight = np.minimum(1, 1.345 * scale / np.maximum(off, 1e-12))
    return intercept, slope


def monotone(x: Floats, y: Floats) -> Floats:
    """The monotone fit (pool adjacent violators) of y on x, rising or falling, whichever fits closer."""
    fits = (_rising(x, y), _rising(-x, y))
    errors = [float(((y - fit) ** 2).sum()) for fit in fits]
    return fits[int(errors[1] < errors[0])]


def _rising(x: Floats, y: Floats) -> Floats:
    _, which = np.unique(x, return_inverse=True)
    counts = np.bincount(which).astype(float)
    means = np.bincount(which, y) / counts
    values: list[float] = []
    weights: list[float] = []
    sizes: list[int] = []
    for mean, count in zip(means.tolist(), counts.tolist(), strict=True):
        values.append(mean)
        weights.append(count)
        sizes.append(1)
        while len(values) > 1 and values[-2] >= values[-1]:
            value, weight, size = values.pop(), weights.pop(), sizes.pop()
            values[-1] = (values[-1] * weights[-1] + value * weight) / (weights[-1] + weight)
            weights[-1] += weight
            sizes[-1] += size
    fit: Floats = np.repeat(values, sizes)[which]
    return fit


def excess_above(
    totals: Floats, cut: float, width: float = 0.5, degree: int = 3
) -> tuple[float, float, Floats, Floats]:
    """Excess of totals in [cut, cut+1): share of them that is too many, its p-value, and bins with the fitted counts.

    A Poisson polynomial is fitted to counts of half points outside [cut−1, cut+1) within 12 points of the cut.
    """
    edges = np.arange(max(cut - 12, 0), min(cut + 12, 100) + width / 2, width)
    counts = np.histogram(totals, edges)[0].astype(float)
    middle = (edges[:-1] + width / 2 - cut) / 12
    near = np.abs(edges[:-1] + width / 2 - cut) < 1
    design = np.vander(middle, degree + 1)
    rate = np.full(len(counts), max(counts[~near].mean(), 0.1))
    for _ in range(50):
        pull = np.log(rate) + (counts - rate) / rate
        weight = (rate * ~near)[:, None]
        solution = np.linalg.lstsq(np.sqrt(weight) * design, np.sqrt(weight[:, 0]) * pull, rcond=None)[0]
        rate = np.exp(np.clip(design @ solution, -8, 12))
    window = near & (middle >= 0)
    seen, expected = float(counts[window].sum()), float(rate[window].sum())
    chi = float((((counts - rate) ** 2 / rate)[~near]).sum()) / max(int((~near).sum()) - degree - 1, 1)
    z = (seen - expected) / sqrt(max(expected, 0.5) * max(chi, 1))
    return max(0.0, (seen - expected) / seen) if seen else 0.0, float(upper_tail(np.array([z]))[0]), edges[:-1], rate
