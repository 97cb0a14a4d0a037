"""How well evidence finds planted acts, against simple indicators, on simulated cities that came in by interchange.

    python benchmarks/inflation.py [--populations 5] [--seed 101] [--inflated 0.2]

A population is a city of about 1,000 reports a year; the year looked at is its second, so that acts begin in it or a
year earlier. Prints mean and 95 % interval over populations of the area under the curve (0.5: chance), precision and
lift at 10 %, share of findings that are honest, power; each kind alone; kinds the literature does not list apart.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.inflation import assess
from analytics.inflation import estimators as est
from analytics.inflation.signals import FULL
from data.ingest import ingest
from data.simulate import ACTS, City, write
from data.warehouse import Warehouse

UNLISTED = ("declared_na", "copied")
INDICATORS = {"evidence": "sii_db", "full-mark rate": "full", "total score": "total", "naive leniency": "naive"}


def population(seed: int, inflated: float) -> pd.DataFrame:
    """Reports of one city's second year: evidence, simple indicators, act (None: honest)."""
    city = City(seed, districts=4, units=200, first_year=2022, years=3, inflated=inflated)
    with tempfile.TemporaryDirectory() as folder:
        made = write(city, Path(folder))
        files = [
            f for f in sorted(made.folder.glob("*.parquet")) if f.stem[-4:] in ("2022", "2023")
            and f.stem.startswith(("leaf_score", "narrative"))
        ]  # fmt: skip
        warehouse = Warehouse(Path(folder) / "warehouse", "simulated")
        ingest(warehouse, files)
        with warehouse.cursor() as cursor:
            found = assess(cursor, 2023)
        truth = pd.read_parquet(made.truth)
    acts = truth[truth["fiscal_year"] == 2023].set_index("unit")["act"]
    reports = found.reports[found.reports["peers"] > 0]
    leaves = found.leaves.assign(full=found.leaves["rate"] >= FULL)
    return reports.assign(
        act=reports["unit"].map(acts),
        full=reports["report_id"].map(leaves.groupby("report_id")["full"].mean()),
        naive=reports["report_id"].map(_naive(leaves)),
    )


def _naive(leaves: pd.DataFrame) -> pd.Series:
    table = leaves.pivot_table(index="report_id", columns="key", values="full", aggfunc="max")
    table = table.loc[:, table.notna().sum() >= 30]
    b, _, _ = est.rasch(table.fillna(0).to_numpy(dtype=float), table.notna().to_numpy())
    return pd.Series(b, index=table.index)


def area(score: pd.Series, planted: pd.Series) -> float:
    """Chance that a planted report stands above an honest one; ties count half."""
    ranks, hits = score.rank(), int(planted.sum())
    if hits in (0, len(score)):
        return float("nan")
    return float((ranks[planted].sum() - hits * (hits + 1) / 2) / (hits * (len(score) - hits)))


def measures(reports: pd.DataFrame) -> dict[str, float]:
    """All figures of a population."""
    listed = reports[~reports["act"].isin(UNLISTED)]
    planted = listed["act"].notna()
    result = {"reports": float(len(listed)), "planted share": float(planted.mean())}
    for name, column in INDICATORS.items():
        first = listed[column].rank(ascending=False, method="first") <= len(listed) // 10
        result[f"{name}: area"] = area(listed[column], planted)
        result[f"{name}: precision at 10 %"] = float(planted[first].mean())
        result[f"{name}: lift"] = float(planted[first].mean() / planted.mean()) if planted.any() else float("nan")
    flagged = listed["significant"]
    result["findings per 1,000"] = float(flagged.mean() * 1000)
    result["findings that are honest"] = float((~planted[flagged]).mean()) if flagged.any() else 0.0
    result["power"] = float(flagged[planted].mean()) if planted.any() else float("nan")
    for act in ACTS:
        alone = reports[reports["act"].isna() | (reports["act"] == act)]
        result[f"{'unlisted ' if act in UNLISTED else ''}{act}: area"] = area(alone["sii_db"], alone["act"].notna())
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--populations", type=int, default=5)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--inflated", type=float, default=0.2)
    given = parser.parse_args()
    rows = pd.DataFrame([measures(population(given.seed + i, given.inflated)) for i in range(given.populations)])
    print(f"{given.populations} populations, seeds from {given.seed}, {given.inflated:.0%} planted")
    for name in rows:
        values = rows[name].dropna().to_numpy()
        half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
        print(f"{name:<36}{values.mean() if len(values) else float('nan'):8.3f} ± {half:.3f}")


if __name__ == "__main__":
    main()
