"""Signals that are no evidence about a unit but say how to read it: S10, S14, S15, S16, S18.

Each tells its observations and status (ok, too_few, not_available) and what makes it. None of them enters the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inflation.estimators import MAD_TO_SD
from analytics.inflation.signals import FULL
from data.statements import named

Floats = npt.NDArray[np.float64]
Status = Literal["ok", "too_few", "not_available"]

_SQL = Path(__file__).with_suffix(".sql")
HEAPED_VALUES = 200
OUTLIER_REPORTS, OUTLIER = 8, 3.5
CEILING_REPORTS, CEILING, DISCRIMINATES = 50, 0.95, 0.1
ALIKE_REPORTS, ALIKE, QUANTILE = 100, 0.5, 0.99
SUM_OFF = 1.0
"""Points by which a sum must be off to keep a report from being compared: less is a slip that changes no evidence."""
_MEAN_DEVIATION_TO_SD = 1.2533
_PERMUTATIONS, _BANDS, _SAMPLE = 64, 16, 2_000


@dataclass(frozen=True, slots=True)
class Heaping:
    """S10 of a form or region: shares of percentages on multiples of five and without decimals; χ² of the last digit
    of the others against ten equally frequent ones, and its chance. Rounding habits heap too: no unit is meant."""

    n: int
    status: Status
    fives: float = float("nan")
    whole: float = float("nan")
    chi_square: float = float("nan")
    chance: float = float("nan")


def heaping(percentages: Floats) -> Heaping:
    """S10 of percentages as printed; 0 and 100, where leaves are perfect, are left out."""
    known = percentages[np.isfinite(percentages) & (percentages != 0) & (percentages != 100)]
    if len(known) < HEAPED_VALUES:
        return Heaping(len(known), "too_few" if len(known) else "not_available")
    hundredths = np.rint(known * 100).astype(np.int64)
    decimals = hundredths[hundredths % 100 != 0]
    chi, chance = float("nan"), float("nan")
    if len(decimals) >= HEAPED_VALUES:
        counts = np.bincount(decimals % 10, minlength=10)
        chi = float(((counts - len(decimals) / 10) ** 2).sum() / (len(decimals) / 10))
        chance = chi_square_tail(chi)
    return Heaping(
        len(known), "ok", float((hundredths % 500 == 0).mean()), float((hundredths % 100 == 0).mean()), chi, chance
    )


def chi_square_tail(x: float) -> float:
    """P(X > x) of χ² with 9 degrees of freedom."""
    terms, term = 0.0, sqrt(x)
    for odd in (1, 3, 5, 7):
        terms += term
        term *= x / (odd + 2)
    return erfc(sqrt(x / 2)) + sqrt(2 / pi) * exp(-x / 2) * terms


def outliers(leaves: pd.DataFrame) -> pd.DataFrame:
    """S14: leaves whose value lies far from that of peers: report_id, ordinal, key, level, middle, z, n, status.

    Modified z of the value (over its target where there is one); where more than half of the peers have the same value
    the mean deviation stands for the median one. Leaves of fewer than eight reports come with status too_few and no z.
    """
    told = leaves[leaves["level"].notna() & ~leaves["is_na"].astype(bool)]
    by = told.groupby("key")["level"]
    n, middle = by.transform("size"), by.transform("median")
    off = (told["level"] - middle).abs()
    mad, mean = off.groupby(told["key"]).transform("median"), off.groupby(told["key"]).transform("mean")
    scale = np.where(mad > 0, MAD_TO_SD * mad, _MEAN_DEVIATION_TO_SD * mean)
    z = np.where(scale > 0, (told["level"] - middle) / np.where(scale > 0, scale, 1), 0.0)
    few = (n < OUTLIER_REPORTS).to_numpy()
    found = told[["report_id", "ordinal", "key", "level"]].assign(
        middle=middle, z=np.where(few, np.nan, z), n=n, status=np.where(few, "too_few", "ok")
    )
    return found[few | (np.abs(z) > OUTLIER)].reset_index(drop=True)


def weak_leaves(leaves: pd.DataFrame) -> pd.DataFrame:
    """S18: what leaves tell units apart by: key, level2, level3, n, full (share at full marks), difficulty (mean score
    rate), correlation with the rest of the report, weight (mean), status, flat (nearly all full and unrelated to the
    rest: of no use to tell units apart). A matter of the form, not of a unit."""
    score, weight = leaves["score"].to_numpy(float), leaves["weight"].to_numpy(float)
    at = leaves["at"].to_numpy()
    size = int(at.max()) + 1 if len(at) else 0
    rest = np.bincount(at, score, size)[at] - score
    left = np.bincount(at, weight, size)[at] - weight
    table = leaves[["key", "level2", "level3", "rate", "weight"]].assign(
        full=leaves["rate"] >= FULL, rest=rest / np.where(left > 0, left, np.nan)
    )
    table = table[table["rest"].notna()]
    x = table["rate"] - table.groupby("key")["rate"].transform("mean")
    y = table["rest"] - table.groupby("key")["rest"].transform("mean")
    sums = pd.DataFrame({"key": table["key"], "xy": x * y, "xx": x * x, "yy": y * y}).groupby("key").sum()
    spread = (sums["xx"] * sums["yy"]) ** 0.5
    found = table.groupby("key").agg(
        level2=("level2", "first"), level3=("level3", "first"), n=("rate", "size"), full=("full", "mean"),
        difficulty=("rate", "mean"), weight=("weight", "mean"),
    )  # fmt: skip
    correlation = sums["xy"] / spread.where(spread > 1e-12)
    enough = found["n"] >= CEILING_REPORTS
    flat = enough & (found["full"] >= CEILING) & ~(correlation >= DISCRIMINATES)
    status = np.where(enough, "ok", "too_few")
    return found.assign(correlation=correlation, status=status, flat=flat).reset_index()


def sums_off(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> pd.DataFrame:
    """S16: sums that do not hold: report_id, kind, subject, stated, computed, working, blocks (off by a point or more:
    first the report is put right, then it is compared). Reports 待复核 are not compared in any case."""
    found = cursor.execute(named(_SQL)["sums"], {"year": fiscal_year}).df()
    return found.assign(blocks=(found["stated"] - found["computed"]).abs() >= SUM_OFF - 1e-9)


@dataclass(frozen=True, slots=True)
class Alike:
    """S15: pairs that resemble each other more than ``beyond``, what one pair in a hundred reaches. ``pairs``: first,
    second, likeness (Jaccard), the most alike first."""

    n: int
    status: Status
    beyond: float
    pairs: pd.DataFrame


def alike_trees(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> Alike:
    """S15 of leaves with their weights. Reports on one form share most of it: only more than is usual counts."""
    found = cursor.execute(named(_SQL)["trees"], {"year": fiscal_year}).df()
    return alike(list(found["report_id"]), [np.unique(np.asarray(p, dtype=np.uint64)) for p in found["parts"]])


def alike_prose(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> Alike:
    """S15 of the prose of two reports, by the runs of three characters that they share."""
    found = cursor.execute(named(_SQL)["prose"], {"year": fiscal_year}).df()
    return alike(list(found["report_id"]), [shingles(text) for text in found["text"]])


def repeated_prose(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> Alike:
    """S15 of a unit's prose and its own of the year before; ``second`` is empty."""
    found = cursor.execute(named(_SQL)["prose"], {"year": fiscal_year}).df()
    found = found[found["before"].notna()]
    likeness = np.array(
        [jaccard(shingles(a), shingles(b)) for a, b in zip(found["text"], found["before"], strict=True)]
    )
    n = len(likeness)
    if n < ALIKE_REPORTS:
        return Alike(n, "too_few" if n else "not_available", float("nan"), _pairs([]))
    beyond = max(float(np.quantile(likeness, QUANTILE)), ALIKE)
    rows = [(r, "", float(j)) for r, j in zip(found["report_id"], likeness, strict=True) if j > beyond]
    return Alike(n, "ok", beyond, _pairs(rows))


def alike(names: Sequence[str], sets: Sequence[npt.NDArray[np.uint64]], seed: int = 20240101) -> Alike:
    """Pairs of sets more alike than one pair in a hundred of a random sample, and at least half alike.

    Pairs worth a look are found by the smallest of 64 hashes in bands of four (of pairs half alike about two in three,
    of pairs 0.8 alike all but one in a thousand); their likeness is exact.
    """
    n = len(names)
    if n < ALIKE_REPORTS:
        return Alike(n, "too_few" if n else "not_available", float("nan"), _pairs([]))
    rng = np.random.default_rng(seed)
    first = rng.integers(n, size=_SAMPLE)
    second = (first + 1 + rng.integers(n - 1, size=_SAMPLE)) % n
    sample = [jaccard(sets[a], sets[b]) for a, b in zip(first, second, strict=True)]
    beyond = max(float(np.quantile(sample, QUANTILE)), ALIKE)
    factors = rng.integers(1, 2**63, size=_PERMUTATIONS, dtype=np.uint64) | np.uint64(1)
    nothing = np.zeros(_PERMUTATIONS, dtype=np.uint64)
    smallest = np.array([(s[:, None] * factors >> np.uint64(20)).min(0) if len(s) else nothing for s in sets])
    candidates: set[tuple[int, int]] = set()
    if beyond < 1:
        for band in np.split(smallest, _BANDS, axis=1):
            _, which, size = np.unique(band, axis=0, return_inverse=True, return_counts=True)
            order = np.argsort(which.ravel(), kind="stable")
            for group in np.split(order, np.cumsum(size)[:-1]):
                members = sorted(group.tolist())[:_PERMUTATIONS]
                candidates |= {(a, b) for i, a in enumerate(members) for b in members[i + 1 :]}
    rows = [(names[a], names[b], j) for a, b in sorted(candidates) if (j := jaccard(sets[a], sets[b])) > beyond]
    return Alike(n, "ok", beyond, _pairs(rows))


def _pairs(rows: Sequence[tuple[str, str, float]]) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=["first", "second", "likeness"])
    return found.sort_values(["likeness", "first", "second"], ascending=[False, True, True], ignore_index=True)


def shingles(text: str) -> npt.NDArray[np.uint64]:
    """The runs of three characters of a text, as numbers; spaces do not count."""
    codes = np.array([ord(c) for c in text if not c.isspace()], dtype=np.uint64)
    if len(codes) < 3:
        return np.zeros(0, dtype=np.uint64)
    mixed = (codes[:-2] << np.uint64(42)) ^ (codes[1:-1] << np.uint64(21)) ^ codes[2:]
    return np.unique(mixed * np.uint64(0x9E3779B97F4A7C15))


def jaccard(a: npt.NDArray[np.uint64], b: npt.NDArray[np.uint64]) -> float:
    """Shared members over all members of two sets of distinct numbers; 0 of two empty ones."""
    shared = len(np.intersect1d(a, b, assume_unique=True))
    together = len(a) + len(b) - shared
    return shared / together if together else 0.0
