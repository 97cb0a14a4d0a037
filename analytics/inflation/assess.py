"""A fiscal year put together: signals, evidence, tests and exposure of every report, base by base."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inflation.context import sums_off
from analytics.inflation.evidence import FAMILIES, RANKED, add_up, rank_bands
from analytics.inflation.signals import FULL, MEASURED, Base, Measured, bases, measure
from analytics.inflation.significance import findings

COLUMNS = (
    "report_id", "unit", "fiscal_year", "sii_db", "rank_low", "rank_high", "coverage", "significant", "q_value",
    "exposure", "gap_high", "gap_low", *FAMILIES,
)  # fmt: skip
"""Columns of ``jixiao signals``: one row a report; sii_db is the sum of the families' evidence."""

HIGH, WATCHED = 0.10, 0.20
_SCORES = tuple(f"z_{code}" for code in FAMILIES)


@dataclass(frozen=True, slots=True)
class Assessment:
    """``reports``: ``COLUMNS`` and unit_id, region, base, peers (its reports), priority (高, 中, 低; — where not
    ranked), z_<family>. ``leaves``: every leaf with what it brought to each statistic, and to the points of its report
    (by_gap_high, by_gap_low, by_exposure add up to them). ``values``, ``n``: every statistic and its observations, by
    report_id (``catalogue.listed`` says them in rows). ``cuts``: base → excess at the cut-off."""

    reports: pd.DataFrame
    leaves: pd.DataFrame
    values: pd.DataFrame
    n: pd.DataFrame
    cuts: dict[str, tuple[float, float]]


def assess(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> Assessment:
    """All reports of a year. Reports 待复核, and those whose sums are a point or more off (``blocked``), are listed
    without evidence and rank, coverage 0; what stands above and below the rule of a leaf stays."""
    found, waiting = bases(cursor, fiscal_year)
    reports, leaves, values, counts, cuts = [], [], [], [], {}
    for base in found:
        measured = measure(base)
        reports.append(_base(base, measured))
        leaves.append(measured.leaves.assign(report_id=base.reports["report_id"].to_numpy()[measured.leaves["at"]]))
        values.append(measured.values.assign(report_id=base.reports["report_id"]))
        counts.append(measured.n.assign(report_id=base.reports["report_id"]))
        cuts[base.name] = measured.cut_excess
    if len(waiting) or not reports:
        reports.append(_without(waiting))
    whole = pd.concat(reports, ignore_index=True)
    sums = sums_off(cursor, fiscal_year)
    whole = whole.astype({"rank_low": "Int64", "rank_high": "Int64", "coverage": "int64", "significant": "bool"})
    _block(whole, set(sums.loc[sums["blocks"], "report_id"]))
    return Assessment(
        whole.sort_values(["sii_db", "report_id"], ascending=[False, True], ignore_index=True),
        pd.concat(leaves, ignore_index=True) if leaves else pd.DataFrame(),
        pd.concat(values, ignore_index=True) if values else pd.DataFrame(),
        pd.concat(counts, ignore_index=True) if counts else pd.DataFrame(),
        cuts,
    )


def _block(reports: pd.DataFrame, blocked: set[str]) -> None:
    reports["blocked"] = reports["report_id"].isin(blocked)
    which = reports["blocked"]
    reports.loc[which, ["sii_db", *FAMILIES]] = 0.0
    reports.loc[which, "coverage"] = 0
    reports.loc[which, ["rank_low", "rank_high"]] = pd.NA
    reports.loc[which, "significant"], reports.loc[which, "q_value"], reports.loc[which, "priority"] = False, 1.0, "—"


def _base(base: Base, measured: Measured) -> pd.DataFrame:
    evidence = add_up(measured)
    tested = findings(measured)
    reports = len(base.reports)
    ranked = reports >= RANKED
    low, high = rank_bands(measured) if ranked else (None, None)
    _points_of_leaves(measured)
    return base.reports[["report_id", "unit_id", "unit", "region", "fiscal_year", "base", "total"]].assign(
        **{name: evidence[name] for name in ("sii_db", "coverage", *FAMILIES)},
        rank_low=pd.array([None] * reports if low is None else low, dtype="Int64"),
        rank_high=pd.array([None] * reports if high is None else high, dtype="Int64"),
        significant=tested["significant"] & ranked,
        q_value=np.where(ranked, tested["q_value"], 1.0),
        exposure=np.bincount(measured.leaves["at"], measured.leaves["by_exposure"], reports),
        gap_high=measured.values["gap_high"],
        gap_low=measured.values["gap_low"],
        **{name: evidence[name] for name in _SCORES},
        n_gap=measured.n["peers"],
        peers=reports,
        priority=["—"] * reports if low is None or high is None else _priority(low, high, reports),
    )


def _priority(low: npt.NDArray[np.int64], high: npt.NDArray[np.int64], reports: int) -> list[str]:
    """高: the band lies in the first fifth and reaches the first tenth; 中: it reaches the first fifth."""
    top = (low <= np.ceil(HIGH * reports)) & (high <= np.ceil(WATCHED * reports))
    return list(np.select([top, low <= np.ceil(WATCHED * reports)], ["高", "中"], "低"))


def _points_of_leaves(measured: Measured) -> None:
    """Points above and below the rule, 存疑分值, and the variance of points over peers that chance brings, by leaf.

    存疑分值 of a leaf: points above the rule, and points of a full described leaf weighted by how likely peers would
    have lost them (odds doubled without a number, trebled if 存在问题 contradicts, trebled if the score alone rose).
    """
    leaves = measured.leaves
    gap = np.where(leaves["status"].isin(MEASURED) & ~leaves["is_na"].astype(bool), leaves["gap"].fillna(0), 0)
    leaves["by_gap_high"], leaves["by_gap_low"] = np.maximum(gap, 0), np.maximum(-gap, 0)
    full = (leaves["rate"] >= FULL) & leaves["chance"].notna()
    chance = leaves["chance"].clip(0.001, 0.999)
    odds = (1 - chance) / chance
    odds = odds * np.where(leaves["has_number"], 1, 2) * np.where(leaves["by_prose"] > 0, 3, 1)
    odds = odds * np.where(leaves["by_drift"] > 0.02, 3, 1)
    at_stake = np.where(full, leaves["weight"] * leaves["shortfall"] * odds / (1 + odds), 0)
    leaves["by_exposure"] = leaves["by_gap_high"] + at_stake
    once = (leaves["weight"] * leaves["shortfall"]) ** 2 * leaves["chance"] * (1 - leaves["chance"])
    leaves["by_variance"] = once.fillna(0)


def _without(waiting: pd.DataFrame) -> pd.DataFrame:
    nothing = dict.fromkeys(("sii_db", "exposure", "gap_high", "gap_low", *FAMILIES), 0.0)
    kept = waiting[["report_id", "unit_id", "unit", "region", "fiscal_year", "base", "total"]]
    return kept.assign(**nothing, coverage=0, significant=False, q_value=1.0, rank_low=None, rank_high=None, peers=0,
                       priority="—", n_gap=0, **dict.fromkeys(_SCORES, np.nan))  # fmt: skip
