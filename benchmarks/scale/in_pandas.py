"""The questions in pandas, over the same raw rows or the same prepared tables, held in memory.

Raw, pandas and polars get the rows of the warehouse's tables as they stand and in its order, with the columns that
the questions read: leaves, reports, units, amounts, indicators. As in ``raw.sql`` it is left to every call which
reports are current and accepted, which units lie in the regions asked for, which unit an id means, the score proved
where none is printed, and the joins. In favour of the two stand decimals as doubles, and text that repeats (states,
regions, items, dimensions, names) as a category before the first question. Nobody has an index: this project knows
the least and the highest of every 122,880 rows and asks by ranges of keys, the two have all rows in memory (by the same
ranges polars is no quicker). Each question is asked in the
quickest of the forms tried that use the library as its documentation does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.scale.questions import SHARE, Pick

_REPEATED = ("status", "region_code", "item", "dimension", "level2", "level3")


def raw(folder: Path) -> Mapping[str, Callable[[Pick], pd.DataFrame]]:
    leaf, report, unit, amount, indicator = (
        _held(folder / f"frame_{n}.parquet") for n in ("leaf", "report", "unit", "amount", "indicator")
    )
    scores = leaf.drop(columns="ordinal")
    dimensions, names = (indicator.set_index("indicator_key")[c] for c in ("dimension", "level3"))

    def seen(pick: Pick, *columns: str) -> pd.DataFrame:
        """Columns of the reports in view."""
        kept = report["is_current"] & (report["status"] == "accepted")
        if pick.years:
            kept &= report["fiscal_year"].isin(pick.years)
        if pick.regions:
            units = unit.loc[unit["region_code"].str.startswith(pick.prefixes), "unit_key"]
            kept &= report["unit_key"].isin(units)
        return report.loc[kept, list(columns)]

    def lost(pick: Pick) -> pd.DataFrame:
        rows = scores.merge(seen(pick, "report_key", "unit_key"), on="report_key")
        return _summed(rows.assign(item=dimensions.reindex(rows["indicator_key"]).array))

    def spread(pick: Pick) -> pd.DataFrame:
        rows = scores[scores["indicator_key"].isin(_under(indicator, pick.dimension))]
        reports = seen(pick, "report_key", "unit_key")
        if pick.years or pick.regions:
            rows = rows[rows["report_key"].isin(reports["report_key"])]
        sums = _scored(rows).groupby("report_key", sort=False)[["score", "scored"]].sum()
        sums = sums[sums["scored"] > 0]
        rates = reports.join((sums["score"] / sums["scored"]).rename("rate"), on="report_key", how="inner")
        return _spread(rates.merge(unit[["unit_key", "region_code"]], on="unit_key"), "region_code")

    def full(pick: Pick) -> pd.DataFrame:
        rows = _scored(scores.merge(seen(pick, "report_key", "fiscal_year", "template_key"), on="report_key"))
        rows = rows[rows["scored"] > 0]
        rows = rows.assign(full=rows["score"] >= rows["weight"])
        found = rows.groupby(["fiscal_year", "template_key", "indicator_key"], sort=False)["full"].agg(["size", "sum"])
        found = found.reset_index()
        found["level3"] = names.reindex(found["indicator_key"]).array
        return _full(found.rename(columns={"size": "leaves", "sum": "full_leaves"}))

    def spent(pick: Pick) -> pd.DataFrame:
        reports = seen(pick, "report_key", "fiscal_year").set_index("report_key")
        rows = amount[amount["report_key"].isin(reports.index)] if pick.years or pick.regions else amount
        for item in ("expenditure", "adjusted_budget"):
            reports[item] = rows[rows["item"] == item].groupby("report_key")["amount_yuan"].min()
        return _spent(reports)

    def tree(pick: Pick) -> pd.DataFrame:
        units = unit.loc[unit["unit_id"] == pick.unit_id, "unit_key"]
        mine = report[(report["fiscal_year"] == pick.fiscal_year) & (report["unit_key"] == units.iloc[0])]
        mine = mine[mine["is_current"] & (mine["status"] == "accepted")]
        keys = mine["report_key"].tolist()
        rows = leaf[leaf["report_key"] == keys[0] if len(keys) == 1 else leaf["report_key"].isin(keys)]
        return _scored(rows)[["ordinal", "weight", "score"]]

    return {
        "years": lambda pick: _years(seen(pick, "unit_key", "fiscal_year", "comparable_score")), "lost": lost,
        "names": lambda pick: _third(scores, indicator, seen(pick, "report_key", "unit_key"), pick), "spread": spread,
        "full": full, "spent": spent, "tree": tree,
    }  # fmt: skip


def shipped(folder: Path) -> Mapping[str, Callable[[Pick], pd.DataFrame]]:
    report, rate, label, span, full, execution = (
        _held(folder / f"prepared_{n}.parquet") for n in ("report", "rate", "label", "span", "full", "execution")
    )
    leaf, indicator = (_held(folder / f"frame_{n}.parquet") for n in ("leaf", "indicator"))
    scores = leaf.drop(columns="ordinal")
    first = int(report["fiscal_year"].min())

    def third(pick: Pick) -> pd.DataFrame:
        return _third(scores, indicator, report.loc[_view(report, pick), ["report_key", "unit_key"]], pick)

    def lost(pick: Pick) -> pd.DataFrame:
        sums = label[_view(label, pick)].groupby("dimension", observed=True)[["leaves", "weight", "score"]].sum()
        wanted = sum(1 << (year - first) for year in pick.years) or -1
        seen = span[_regions(span, pick) & ((span["mask"] & wanted) != 0)]
        units = seen.groupby("dimension", observed=True)["units"].sum()
        return sums.join(units).reset_index().rename(columns={"dimension": "item", "weight": "weight_scored"})

    def spread(pick: Pick) -> pd.DataFrame:
        return _spread(rate[_view(rate, pick) & (rate["dimension"] == pick.dimension)], "region_key")

    def spent(pick: Pick) -> pd.DataFrame:
        scopes = pick.filters.scopes
        if scopes is None or len(scopes) > 1:
            return _spent(report[_view(report, pick)])
        kept = execution["key"] == scopes[0]
        kept &= execution["fiscal_year"].isin(pick.years) | (not pick.years)
        return execution[kept].assign(rate=execution["expenditure"] / execution["adjusted_budget"])

    return {
        "years": lambda pick: _years(report[_view(report, pick)]), "lost": lost, "names": third, "spread": spread,
        "full": lambda pick: _full(full[_view(full, pick)]), "spent": spent, "tree": raw(folder)["tree"],
    }  # fmt: skip


def _held(file: Path) -> pd.DataFrame:
    table = pd.read_parquet(file)
    return table.astype({column: "category" for column in _REPEATED if column in table.columns})


def _under(indicator: pd.DataFrame, dimension: str, level2: str | None = None) -> pd.Series:
    chosen = indicator["dimension"] == dimension
    if level2 is not None:
        chosen &= indicator["level2"] == level2
    return indicator.loc[chosen, "indicator_key"]


def _scored(rows: pd.DataFrame) -> pd.DataFrame:
    """Leaves with the score that counts, and the weight where there is one."""
    score = rows["score"].fillna(rows["score_inferred"])
    return rows.assign(score=score, scored=rows["weight"].where(score.notna()))


def _third(leaf: pd.DataFrame, indicator: pd.DataFrame, reports: pd.DataFrame, pick: Pick) -> pd.DataFrame:
    rows = leaf[leaf["indicator_key"].isin(_under(indicator, pick.dimension, pick.level2))]
    rows = rows.merge(reports, on="report_key")
    names = indicator.set_index("indicator_key")["level3"]
    return _summed(rows.assign(item=names.reindex(rows["indicator_key"]).array))


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
    return _scored(rows).groupby("item", observed=True).agg(
        leaves=("weight", "size"), units=("unit_key", "nunique"), weight_scored=("scored", "sum"),
        score=("score", "sum"),
    ).reset_index()  # fmt: skip


def _spread(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    groups = rows.groupby(by, observed=True)["rate"]
    quarters = groups.quantile([0.25, 0.5, 0.75]).unstack()
    quarters.columns = pd.Index(["q1_rate", "middle_rate", "q3_rate"])
    found = groups.agg(reports="size", mean_rate="mean").join(quarters).reset_index()
    return found.rename(columns={by: "item"})


def _full(rows: pd.DataFrame) -> pd.DataFrame:
    groups = rows.groupby(["fiscal_year", "template_key", "level3"], sort=False, observed=True)
    found = groups[["leaves", "full_leaves"]].sum()
    found = found[(found["leaves"] >= 30) & (found["full_leaves"] >= SHARE * found["leaves"])].reset_index()
    year, template, level3 = (found[c].astype(str) for c in ("fiscal_year", "template_key", "level3"))
    item = year + ":" + template + ":" + level3
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
