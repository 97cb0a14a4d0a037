"""The questions in polars, over the same raw rows or the same prepared tables, held in memory (see ``in_pandas``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from benchmarks.scale.questions import SHARE, Pick

Answer = Callable[[Pick], pl.DataFrame]
_REPEATED = ("status", "region_code", "item", "dimension", "level2", "level3")
_AMOUNTS = ["expenditure", "adjusted_budget"]
_SCORE = pl.coalesce("score", "score_inferred")
_COUNTED = pl.col("is_current") & (pl.col("status") == "accepted")


def raw(folder: Path) -> Mapping[str, Answer]:
    leaf, report, unit, amount, indicator = (
        _held(folder / f"frame_{n}.parquet") for n in ("leaf", "report", "unit", "amount", "indicator")
    )

    def seen(pick: Pick) -> pl.DataFrame:
        """The reports in view."""
        kept = _COUNTED
        if pick.years:
            kept &= pl.col("fiscal_year").is_in(pick.years)
        if pick.regions:
            within = pl.any_horizontal(pl.col("region_code").cat.starts_with(prefix) for prefix in pick.prefixes)
            kept &= pl.col("unit_key").is_in(unit.filter(within)["unit_key"].implode())
        return report.filter(kept)

    def lost(pick: Pick) -> pl.DataFrame:
        rows = _of_reports(leaf.lazy(), seen(pick))
        return _summed(rows.join(indicator.lazy(), on="indicator_key"), "dimension")

    def spread(pick: Pick) -> pl.DataFrame:
        chosen = indicator.filter(pl.col("dimension") == pick.dimension)["indicator_key"]
        rated = (
            _of_reports(leaf.lazy().filter(pl.col("indicator_key").is_in(chosen.implode())), seen(pick))
            .group_by("report_key", "unit_key")
            .agg(score=_SCORE.sum(), weight=pl.col("weight").filter(_SCORE.is_not_null()).sum())
            .filter(pl.col("weight") > 0)
            .join(unit.lazy(), on="unit_key")
            .select("region_code", rate=pl.col("score") / pl.col("weight"))
        )
        return _spread(rated, "region_code")

    def full(pick: Pick) -> pl.DataFrame:
        counted = (
            _of_reports(leaf.lazy().filter(_SCORE.is_not_null() & (pl.col("weight") > 0)), seen(pick))
            .group_by("fiscal_year", "template_key", "indicator_key")
            .agg(leaves=pl.len(), full_leaves=(pl.col("weight") <= _SCORE).sum())
            .join(indicator.lazy(), on="indicator_key")
        )
        return _full(counted)

    def spent(pick: Pick) -> pl.DataFrame:
        rows = amount.lazy().filter(pl.col("item").is_in(_AMOUNTS)).join(seen(pick).lazy(), on="report_key")
        least = {item: pl.col("amount_yuan").filter(pl.col("item") == item).min() for item in _AMOUNTS}
        return _spent(rows.group_by("fiscal_year", "report_key").agg(**least))

    def tree(pick: Pick) -> pl.DataFrame:
        units = unit.filter(pl.col("unit_id") == pick.unit_id)["unit_key"]
        mine = report.filter(
            _COUNTED & (pl.col("fiscal_year") == pick.fiscal_year) & pl.col("unit_key").is_in(units.implode())
        )
        rows = leaf.filter(pl.col("report_key").is_in(mine["report_key"].implode()))
        return rows.select("ordinal", "weight", score=_SCORE)

    return {
        "years": lambda pick: _years(seen(pick).lazy()), "lost": lost,
        "names": lambda pick: _third(leaf, indicator, seen(pick), pick), "spread": spread, "full": full, "spent": spent,
        "tree": tree,
    }  # fmt: skip


def shipped(folder: Path) -> Mapping[str, Answer]:
    report, rate, label, span, full, execution = (
        _held(folder / f"prepared_{n}.parquet") for n in ("report", "rate", "label", "span", "full", "execution")
    )
    leaf, indicator = (_held(folder / f"frame_{n}.parquet") for n in ("leaf", "indicator"))
    first = int(report["fiscal_year"].min())  # type: ignore[arg-type]

    def lost(pick: Pick) -> pl.DataFrame:
        sums = label.lazy().filter(_view(pick)).group_by("dimension").agg(pl.col("leaves", "weight", "score").sum())
        wanted = sum(1 << (year - first) for year in pick.years) or -1
        seen = (
            span.lazy().filter(_regions(pick) & ((pl.col("mask") & wanted) != 0))
            .group_by("dimension").agg(pl.col("units").sum())
        )  # fmt: skip
        return sums.join(seen, on="dimension").rename({"dimension": "item", "weight": "weight_scored"}).collect()

    def spread(pick: Pick) -> pl.DataFrame:
        return _spread(rate.lazy().filter(_view(pick) & (pl.col("dimension") == pick.dimension)), "region_key")

    def spent(pick: Pick) -> pl.DataFrame:
        scopes = pick.filters.scopes
        if scopes is None or len(scopes) > 1:
            return _spent(report.lazy().filter(_view(pick)))
        wanted = pl.col("fiscal_year").is_in(list(pick.years)) if pick.years else pl.lit(True)
        kept = execution.filter((pl.col("key") == scopes[0]) & wanted)
        return kept.with_columns(rate=pl.col("expenditure") / pl.col("adjusted_budget"))

    return {
        "years": lambda pick: _years(report.lazy().filter(_view(pick))), "lost": lost,
        "names": lambda pick: _third(leaf, indicator, report.filter(_view(pick)), pick), "spread": spread,
        "full": lambda pick: _full(full.lazy().filter(_view(pick))),
        "spent": spent, "tree": raw(folder)["tree"],
    }  # fmt: skip


def _held(file: Path) -> pl.DataFrame:
    """A table with the text that repeats as an ``Enum``."""
    table = pl.read_parquet(file)
    repeated = [column for column in _REPEATED if column in table.columns]
    return table.with_columns(pl.col(c).cast(pl.Enum(table[c].drop_nulls().unique().sort())) for c in repeated)


def _of_reports(leaves: pl.LazyFrame, reports: pl.DataFrame) -> pl.LazyFrame:
    """The leaves of the reports, with what their report says."""
    mine = leaves.filter(pl.col("report_key").is_in(reports["report_key"].implode()))
    return mine.join(reports.lazy(), on="report_key")


def _third(leaf: pl.DataFrame, indicator: pl.DataFrame, reports: pl.DataFrame, pick: Pick) -> pl.DataFrame:
    chosen = indicator.filter((pl.col("dimension") == pick.dimension) & (pl.col("level2") == pick.level2))
    rows = leaf.lazy().filter(pl.col("indicator_key").is_in(chosen["indicator_key"].implode()))
    return _summed(rows.join(reports.lazy(), on="report_key").join(chosen.lazy(), on="indicator_key"), "level3")


def _regions(pick: Pick) -> pl.Expr:
    kept = [pl.col("region_key").is_between(low, high) for low, high in pick.bounds]
    return pl.any_horizontal(kept) if kept else pl.lit(True)


def _view(pick: Pick) -> pl.Expr:
    kept = _regions(pick)
    return kept & pl.col("fiscal_year").is_in(list(pick.years)) if pick.years else kept


def _years(rows: pl.LazyFrame) -> pl.DataFrame:
    return rows.group_by("fiscal_year").agg(
        reports=pl.len(), units=pl.col("unit_key").n_unique(), average=pl.col("comparable_score").mean(),
        excellent=(pl.col("comparable_score") >= 90).sum(),
    ).collect()  # fmt: skip


def _summed(rows: pl.LazyFrame, item: str) -> pl.DataFrame:
    return rows.group_by(item=pl.col(item)).agg(
        leaves=pl.len(), units=pl.col("unit_key").n_unique(),
        weight_scored=pl.col("weight").filter(_SCORE.is_not_null()).sum(), score=_SCORE.sum(),
    ).collect()  # fmt: skip


def _spread(rows: pl.LazyFrame, by: str) -> pl.DataFrame:
    rate = pl.col("rate")
    return rows.group_by(item=pl.col(by)).agg(
        reports=pl.len(), mean_rate=rate.mean(), q1_rate=rate.quantile(0.25, "linear"),
        middle_rate=rate.quantile(0.5, "linear"), q3_rate=rate.quantile(0.75, "linear"),
    ).collect()  # fmt: skip


def _full(rows: pl.LazyFrame) -> pl.DataFrame:
    item = pl.format("{}:{}:{}", "fiscal_year", "template_key", "level3")
    return (
        rows.group_by("fiscal_year", "template_key", "level3")
        .agg(reports=pl.col("leaves").sum(), full_reports=pl.col("full_leaves").sum())
        .filter((pl.col("reports") >= 30) & (pl.col("full_reports") >= SHARE * pl.col("reports")))
        .with_columns(item=item).collect()
    )  # fmt: skip


def _spent(rows: pl.LazyFrame) -> pl.DataFrame:
    return (
        rows.filter(pl.col("expenditure").is_not_null() & (pl.col("adjusted_budget") > 0))
        .group_by("fiscal_year")
        .agg(
            rated=pl.len(), rate=pl.col("expenditure").sum() / pl.col("adjusted_budget").sum(),
            middle_rate=(pl.col("expenditure") / pl.col("adjusted_budget")).median(),
        ).collect()
    )  # fmt: skip
