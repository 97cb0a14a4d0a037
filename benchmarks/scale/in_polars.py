"""The questions in polars, over the same raw rows or the same prepared tables, held in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from benchmarks.scale.questions import SHARE, Pick

Answer = Callable[[Pick], pl.DataFrame]


def raw(folder: Path) -> Mapping[str, Answer]:
    leaf, report, amount, indicator = (
        pl.read_parquet(folder / f"frame_{n}.parquet") for n in ("leaf", "report", "amount", "indicator")
    )

    def leaves(pick: Pick, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Leaves in view with what their report says."""
        return rows.join(report.lazy().filter(_view(pick)), on="report_key")

    def lost(pick: Pick) -> pl.DataFrame:
        return _summed(leaves(pick, leaf.lazy()).join(indicator.lazy(), on="indicator_key"), "dimension")

    def third(pick: Pick) -> pl.DataFrame:
        chosen = indicator.lazy().filter((pl.col("dimension") == pick.dimension) & (pl.col("level2") == pick.level2))
        return _summed(leaves(pick, leaf.lazy().join(chosen, on="indicator_key")), "level3")

    def spread(pick: Pick) -> pl.DataFrame:
        chosen = indicator.lazy().filter(pl.col("dimension") == pick.dimension).select("indicator_key")
        scored = pl.col("weight").filter(pl.col("score").is_not_null())
        rated = (
            leaves(pick, leaf.lazy().join(chosen, on="indicator_key", how="semi"))
            .group_by("report_key", "region_key").agg(pl.col("score").sum(), scored.sum())
            .filter(pl.col("weight") > 0)
            .select("region_key", rate=pl.col("score") / pl.col("weight"))
        )  # fmt: skip
        return _spread(rated)

    def full(pick: Pick) -> pl.DataFrame:
        kept = leaf.lazy().filter(pl.col("score").is_not_null() & (pl.col("weight") > 0))
        counted = (
            leaves(pick, kept).group_by("fiscal_year", "template_key", "indicator_key")
            .agg(leaves=pl.len(), full_leaves=(pl.col("score") >= pl.col("weight")).sum())
            .join(indicator.lazy(), on="indicator_key")
        )  # fmt: skip
        return _full(counted)

    def spent(pick: Pick) -> pl.DataFrame:
        rows = leaves(pick, amount.lazy().filter(pl.col("item") > 0))
        wide = rows.group_by("fiscal_year", "report_key").agg(
            adjusted_budget=pl.col("yuan").filter(pl.col("item") == 1).min(),
            expenditure=pl.col("yuan").filter(pl.col("item") == 2).min(),
        )
        return _spent(wide)

    def tree(pick: Pick) -> pl.DataFrame:
        mine = report.lazy().filter((pl.col("unit_key") == pick.unit_key) & (pl.col("fiscal_year") == pick.fiscal_year))
        return leaf.lazy().join(mine, on="report_key", how="semi").collect()

    return {
        "years": lambda pick: _years(report.lazy().filter(_view(pick))), "lost": lost, "names": third, "spread": spread,
        "full": full, "spent": spent, "tree": tree,
    }  # fmt: skip


def shipped(folder: Path) -> Mapping[str, Answer]:
    report, rate, label, span, full = (
        pl.read_parquet(folder / f"prepared_{n}.parquet") for n in ("report", "rate", "label", "span", "full")
    )
    of_leaves = raw(folder)
    first = int(report["fiscal_year"].min())  # type: ignore[arg-type]

    def lost(pick: Pick) -> pl.DataFrame:
        sums = label.lazy().filter(_view(pick)).group_by("dimension").agg(pl.col("leaves", "weight", "score").sum())
        wanted = sum(1 << (year - first) for year in pick.years) or -1
        seen = (
            span.lazy().filter(_regions(pick) & ((pl.col("mask") & wanted) != 0))
            .group_by("dimension").agg(pl.col("units").sum())
        )  # fmt: skip
        return sums.join(seen, on="dimension").rename({"dimension": "item", "weight": "weight_scored"}).collect()

    return {
        **{name: of_leaves[name] for name in ("names", "tree")},
        "years": lambda pick: _years(report.lazy().filter(_view(pick))),
        "lost": lost,
        "spread": lambda pick: _spread(rate.lazy().filter(_view(pick) & (pl.col("dimension") == pick.dimension))),
        "full": lambda pick: _full(full.lazy().filter(_view(pick))),
        "spent": lambda pick: _spent(report.lazy().filter(_view(pick))),
    }


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
        weight_scored=pl.col("weight").filter(pl.col("score").is_not_null()).sum(), score=pl.col("score").sum(),
    ).collect()  # fmt: skip


def _spread(rows: pl.LazyFrame) -> pl.DataFrame:
    rate = pl.col("rate")
    return rows.group_by(item=pl.col("region_key")).agg(
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
