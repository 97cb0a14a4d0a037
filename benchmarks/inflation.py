"""How well the evidence finds planted acts, beside simple indicators and an isolation forest.

    python -m benchmarks.inflation                                  the held-out suite: held_out.csv, about 6 minutes
    python -m benchmarks.inflation --suite random --populations 5   some populations of one suite, from --seed on
    python -m benchmarks.inflation --speed                          5,000 reports of 45 leaves: seconds of each step

Suites: random (settings drawn, 5-30 % planted, 300-1,000 reports, unlisted acts among them), reference (1,000 reports,
20 % planted), sparse (5 %), clean (none), of ``benchmarks/population.py``; city and newest: second and last year of
simulated cities (``data/simulate``). Every population comes in by interchange tables. Prints mean and 95 % interval
over populations: area (chance that an inflating report stands above an honest one), precision and lift in the first
tenth, findings and how many are honest, power; every kind alone, unlisted kinds apart and out of the other figures. The
forest needs scikit-learn (extra ``bench``) and gets the same scores of families as the evidence.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.inflation import Assessment, assess
from analytics.inflation import estimators as est
from analytics.inflation.evidence import FAMILIES
from analytics.inflation.signals import FULL, SQL, bases
from benchmarks import population
from data.batch.ingest import ingest
from data.simulate import City, write
from data.statements import named
from data.warehouse import Warehouse

HELD_OUT = Path(__file__).with_name("held_out.csv")
UNLISTED = (*population.UNLISTED, "declared_na", "copied")
INDICATORS = {
    "evidence": "sii_db", "full-mark rate": "full", "total score": "total", "naive leniency": "naive",
    "forest": "forest",
}  # fmt: skip
BASELINES = ("full-mark rate", "total score", "naive leniency")
CITY_YEARS = {"city": (2022, 2023), "newest": (2023, 2024)}


def brought_in(suite: str, seed: int, folder: Path) -> tuple[Warehouse, int, pd.Series]:
    """A population in a warehouse below ``folder``, the year to look at, and unit → act."""
    if suite in CITY_YEARS:
        years = CITY_YEARS[suite]
        made = write(City(seed, districts=4, units=200, first_year=2022, years=3), folder)
        files = [f for y in years for f in sorted(made.folder.glob(f"[ln]*_{y}.parquet"))]
        truth = pd.read_parquet(made.truth)
        acts = truth[truth["fiscal_year"] == years[-1]].set_index("unit")["act"]
    else:
        found = population.make(population.suite(suite, seed))
        years, acts, files = (population.YEAR,), found.acts, []
        for name, table in found.tables.items():
            files.append(folder / f"{name}.parquet")
            table.to_parquet(files[-1], index=False)
    warehouse = Warehouse(folder / "warehouse", "simulated")
    result = ingest(warehouse, files)
    assert not result.refused, result.documents
    return warehouse, years[-1], acts


def reports_of(suite: str, seed: int) -> pd.DataFrame:
    """Assessed reports of a population with the simple indicators and the act (None: honest)."""
    with tempfile.TemporaryDirectory() as place:
        warehouse, year, acts = brought_in(suite, seed, Path(place))
        with warehouse.cursor() as cursor:
            found = assess(cursor, year)
    reports = found.reports[found.reports["peers"] > 0]
    assert abs(reports["sii_db"] - reports[list(FAMILIES)].sum(axis=1)).max() < 1e-9
    leaves = found.leaves.assign(full=found.leaves["rate"] >= FULL)
    return reports.assign(
        act=reports["unit"].map(acts).astype(object),
        full=reports["report_id"].map(leaves.groupby("report_id")["full"].mean()),
        naive=reports["report_id"].map(_naive(leaves)),
        forest=_forest(found, seed),
    )


def _naive(leaves: pd.DataFrame) -> pd.Series:
    """Effects of units and leaves on full marks, of all leaves, without values and rules."""
    table = leaves.pivot_table(index="report_id", columns="key", values="full", aggfunc="max")
    table = table.loc[:, table.notna().sum() >= 30]
    b, _, _ = est.rasch(table.fillna(0).to_numpy(dtype=float), table.notna().to_numpy())
    return pd.Series(b, index=table.index)


def _forest(found: Assessment, seed: int) -> npt.NDArray[np.float64] | float:
    """How soon an isolation forest of scikit-learn isolates a report by its scores of families; NaN without it."""
    try:
        from sklearn.ensemble import IsolationForest
    except ImportError:
        return float("nan")
    reports = found.reports[found.reports["peers"] > 0]
    inputs = reports[[f"z_{code}" for code in FAMILIES]].fillna(0).to_numpy(float)
    model = IsolationForest(n_estimators=300, random_state=seed).fit(inputs)
    return -np.asarray(model.score_samples(inputs))


def area(score: pd.Series, planted: pd.Series) -> float:
    """Chance that a planted report stands above an honest one; ties count half."""
    ranks, hits = score.rank(), int(planted.sum())
    if hits in (0, len(score)) or score.isna().all():
        return float("nan")
    return float((ranks[planted].sum() - hits * (hits + 1) / 2) / (hits * (len(score) - hits)))


def measures(reports: pd.DataFrame) -> dict[str, float]:
    """All figures of a population."""
    listed = reports[~reports["act"].isin(UNLISTED)]
    planted, flagged = listed["act"].notna(), listed["significant"]
    result = {"reports": float(len(listed)), "planted share": float(planted.mean())}
    for name, column in INDICATORS.items():
        if listed[column].isna().all() or not planted.any():
            continue
        first = listed[column].rank(ascending=False, method="first") <= len(listed) // 10
        result[f"{name}: area"] = area(listed[column], planted)
        result[f"{name}: precision at 10 %"] = float(planted[first].mean())
        result[f"{name}: lift"] = float(planted[first].mean() / planted.mean())
    result["findings per 1,000"] = float(flagged.mean() * 1000)
    result["honest findings per 1,000"] = float((flagged & ~planted).mean() * 1000)
    result["findings that are honest"] = float((~planted[flagged]).mean()) if flagged.any() else 0.0
    if planted.any():
        result["power"] = float(flagged[planted].mean())
    top = reports["sii_db"].rank(ascending=False, method="first") <= len(reports) // 10
    for act in sorted(reports["act"].dropna().unique(), key=lambda a: (a in UNLISTED, a)):
        of, name = reports["act"] == act, f"{'unlisted ' if act in UNLISTED else ''}{act}"
        result[f"{name}: area"] = area(
            reports.loc[reports["act"].isna() | of, "sii_db"], of[reports["act"].isna() | of]
        )
        result[f"{name}: in the first tenth"] = float(top[of].mean())
        result[f"{name}: power"] = float(reports.loc[of, "significant"].mean())
    return result


def told(suite: str, rows: pd.DataFrame, seeds: list[int]) -> Iterator[str]:
    """Mean and interval of every figure, and in how many populations the evidence is ahead."""
    yield f"\n{suite}: {len(rows)} populations, seeds {seeds[0]} to {seeds[-1]}"
    for name in rows:
        values = rows[name].dropna().to_numpy(float)
        half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
        yield f"  {name:<40}{values.mean():9.3f} ± {half:.3f}"
    for against in (BASELINES, ("forest",)):
        columns = [f"{name}: area" for name in against if f"{name}: area" in rows]
        if columns:
            ahead = rows["evidence: area"] - rows[columns].max(axis=1)
            yield (f"  ahead of {', '.join(against)} in {(ahead > 0).sum()} of {len(rows)}, "
                   f"by {ahead.mean():.3f} ± {1.96 * ahead.std() / np.sqrt(len(rows)):.3f}")  # fmt: skip


def speed(reports: int) -> None:
    """Seconds of each step for a year of so many reports, the year before loaded too."""
    with tempfile.TemporaryDirectory() as place:
        setting = population.Setting(1, reports)
        found = population.make(setting)
        files = []
        for name, table in found.tables.items():
            files.append(Path(place) / f"{name}.parquet")
            table.to_parquet(files[-1], index=False)
        warehouse = Warehouse(Path(place) / "warehouse", "simulated")
        ingest(warehouse, files)
        with warehouse.cursor() as cursor:
            for _ in range(2):
                took = _timed(cursor, population.YEAR)
    for name, (clock, processor) in took.items():
        print(f"{name:<20}{clock:6.2f} s by the clock, {processor:6.2f} s of processor time")


def _queries(cursor: duckdb.DuckDBPyConnection, year: int) -> None:
    for name in ("reports", "leaves", "admitted"):
        cursor.execute(named(SQL)[name], {"year": year}).to_arrow_table()


def _timed(cursor: duckdb.DuckDBPyConnection, year: int) -> dict[str, tuple[float, float]]:
    took = {}
    for name, step in (("queries", _queries), ("queries and frames", bases), ("everything", assess)):
        clock, processor = perf_counter(), process_time()
        step(cursor, year)
        took[name] = (perf_counter() - clock, process_time() - processor)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=("random", "reference", "sparse", "clean", *CITY_YEARS))
    parser.add_argument("--populations", type=int, default=5)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--speed", action="store_true")
    asked = parser.parse_args()
    if asked.speed:
        speed(5000)
        return
    suites: dict[str, list[int]] = {}
    if asked.suite:
        suites[asked.suite] = list(range(asked.seed, asked.seed + asked.populations))
    else:
        for row in csv.DictReader(HELD_OUT.open(encoding="utf-8")):
            suites.setdefault(row["suite"], []).append(int(row["seed"]))
    for suite, seeds in suites.items():
        rows = pd.DataFrame([measures(reports_of(suite, seed)) for seed in seeds])
        print("\n".join(told(suite, rows, seeds)), flush=True)


if __name__ == "__main__":
    main()
