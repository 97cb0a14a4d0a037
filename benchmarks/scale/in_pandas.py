"""The questions in pandas, over the same raw rows or the same prepared tables, held in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.scale.questions import SHARE, Pick


def raw(folder: Path) -> Mapping[str, Callable[[Pick], pd.DataFrame]]:
    leaf, report, amount, indicator = (
        pd.read_parquet(folder / f"frame_{n}.parquet") for n in ("leaf", "report", "amount", "indicator")
    )
    leaf["scored"] = leaf["weight"].where(leaf["score"].notna())
    dimensions, names = (indicator.set_index("indicator_key")[c] for c in ("dimension", "level3"))

    def under(dimension: str, level2: str | None = None) -> pd.Series:
        chosen = indicator[indicator["dimension"] == dimension]
        return chosen["indicator_key"] if level2 is None else chosen.loc[chosen["level2"] == level2, "indicator_key"]

    def leaves(pick: Pick, keys: pd.Series | None = None) -> pd.DataFrame:
        """Leaves in view with what their report says."""
        seen = report[_view(report, pick)]
        rows = leaf if keys is None else leaf[leaf["indicator_key"].isin(keys)]
        if pick.years or pick.regions:
            rows = rows[rows["report_key"].isin(seen["report_key"])]
        return rows.merge(seen, on="report_key")

    def lost(pick: Pick) -> pd.DataFrame:
        rows = leaves(pick)
        return _summed(rows.assign(item=dimensions.reindex(rows["indicator_key"]).to_numpy()))

    def third(pick: Pick) -> pd.DataFrame:
        rows = leaves(pick, under(pick.dimension, pick.level2))
        return _summed(rows.assign(item=names.reindex(rows["indicator_key"]).to_numpy()))

    def spread(pick: Pick) -> pd.DataFrame:
        rows = leaves(pick, under(pick.dimension))
        sums = rows.groupby(["region_key", "report_key"], sort=False)[["score", "scored"]].sum()
        sums = sums[sums["scored"] > 0]
        return _spread(pd.DataFrame({"rate": sums["score"] / sums["scored"]}).reset_index())

    def full(pick: Pick) -> pd.DataFrame:
        rows = leaves(pick)
        rows = rows[rows["score"].notna() & (rows["weight"] > 0)]
        rows = rows.assign(full=(rows["score"] >= rows["weight"]).astype(np.int64))
        found = rows.groupby(["fiscal_year", "template_key", "indicator_key"], sort=False)["full"].agg(["size", "sum"])
        found = found.reset_index()
        found["level3"] = names.reindex(found["indicator_key"]).to_numpy()
        return _full(found.rename(columns={"size": "leaves", "sum": "full_leaves"}))

    def spent(pick: Pick) -> pd.DataFrame:
        rows = amount[amount["item"] > 0].merge(report[_view(report, pick)], on="report_key")
        wide = rows.pivot_table(index=["fiscal_year", "report_key"], columns="item", values="yuan", aggfunc="min")
        return _spent(wide.rename(columns={1: "adjusted_budget", 2: "expenditure"}).reset_index())

    def tree(pick: Pick) -> pd.DataFrame:
        mine = report[(report["unit_key"] == pick.unit_key) & (report["fiscal_year"] == pick.fiscal_year)]
        return leaf[leaf["report_key"].isin(mine["report_key"])]

    return {
        "years": lambda pick: _years(report[_view(report, pick)]), "lost": lost, "names": third, "spread": spread,
        "full": full, "spent": spent, "tree": tree,
    }  # fmt: skip


def shipped(folder: Path) -> Mapping[str, Callable[[Pick], pd.DataFrame]]:
    report, rate, label, span, full = (
        pd.read_parquet(folder / f"prepared_{n}.parquet") for n in ("report", "rate", "label", "span", "full")
    )
    of_leaves = raw(folder)
    first = int(report["fiscal_year"].min())

    def lost(pick: Pick) -> pd.DataFrame:
        sums = label[_view(label, pick)].groupby("dimension")[["leaves", "weight", "score"]].sum()
        wanted = sum(1 << (year - first) for year in pick.years) or -1
        seen = span[_regions(span, pick) & ((span["mask"] & wanted) != 0)].groupby("dimension")["units"].sum()
        return sums.join(seen).reset_index().rename(columns={"dimension": "item", "weight": "weight_scored"})

    def spread(pick: Pick) -> pd.DataFrame:
        return _spread(rate[_view(rate, pick) & (rate["dimension"] == pick.dimension)])

    def undiscriminating(pick: Pick) -> pd.DataFrame:
        return _full(full[_view(full, pick)])

    return {
        **{name: of_leaves[name] for name in ("names", "tree")},
        "years": lambda pick: _years(report[_view(report, pick)]),
        "lost": lost,
        "spread": spread,
        "full": undiscriminating,
        "spent": lambda pick: _spent(report[_view(report, pick)]),
    }


def _regions(table: pd.DataFrame, pick: Pick) -> np.ndarray:
    codes = table["region_key"].to_numpy()
    kept = np.full(len(codes), not pick.bounds)
    for low, high in pick.bounds:
        kept |= (codes >= low) & (codes <= high)
    return kept


def _view(table: pd.DataFrame, pick: Pick) -> np.ndarray:
    kept = _regions(table, pick)
    return kept & table["fiscal_year"].isin(pick.years).to_numpy() if pick.years else kept


def _years(rows: pd.DataFrame) -> pd.DataFrame:
    found = rows.groupby("fiscal_year").agg(
        reports=("unit_key", "size"), units=("unit_key", "nunique"), average=("comparable_score", "mean")
    )
    high = rows[rows["comparable_score"] >= 90].groupby("fiscal_year").size()
    return found.assign(excellent=high.reindex(found.index, fill_value=0)).reset_index()


def _summed(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby("item").agg(
        leaves=("weight", "size"), units=("unit_key", "nunique"), weight_scored=("scored", "sum"),
        score=("score", "sum"),
    ).reset_index()  # fmt: skip


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    groups = rows.groupby("region_key")["rate"]
    quarters = groups.quantile([0.25, 0.5, 0.75]).unstack()
    quarters.columns = pd.Index(["q1_rate", "middle_rate", "q3_rate"])
    found = groups.agg(reports="size", mean_rate="mean").join(quarters).reset_index()
    return found.rename(columns={"region_key": "item"})


def _full(rows: pd.DataFrame) -> pd.DataFrame:
    found = rows.groupby(["fiscal_year", "template_key", "level3"], sort=False)[["leaves", "full_leaves"]].sum()
    found = found[(found["leaves"] >= 30) & (found["full_leaves"] >= SHARE * found["leaves"])].reset_index()
    item = found["fiscal_year"].astype(str) + ":" + found["template_key"].astype(str) + ":" + found["level3"]
    return found.assign(item=item, reports=found["leaves"], full_reports=found["full_leaves"])


def _spent(rows: pd.DataFrame) -> pd.DataFrame:
    kept = rows[rows["expenditure"].notna() & (rows["adjusted_budget"] > 0)]
    kept = kept.assign(rate=kept["expenditure"] / kept["adjusted_budget"])
    found = kept.groupby("fiscal_year").agg(
        rated=("rate", "size"),
        spent=("expenditure", "sum"),
        budget=("adjusted_budget", "sum"),
        middle_rate=("rate", "median"),
    )
    return found.assign(rate=found["spent"] / found["budget"]).reset_index()
