"""A million leaves from Parquet into an empty warehouse, checks and findings included, with the share of each step.

    python benchmarks/interchange.py [REPORTS] [--different]    each report has 40 leaves; 25,000 are a million

With ``--different`` nearly every value and target is another one.
Beside it what pyarrow alone takes to read the same file, in the same run: on a shared machine only ratios hold.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import pyarrow.parquet as pq

from data import warehouse
from data.batch.ingest import ingest
from data.door import sandbox
from data.interchange import load
from data.warehouse import Warehouse
from tests.tables import leaf_table

try:
    from resource import RUSAGE_SELF, getrusage
except ImportError:
    getrusage = None  # type: ignore[assignment]


@contextmanager
def timed(took: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    took[name] = took.get(name, 0) + time.perf_counter() - start


def watched(took: dict[str, float], name: str, function: Callable[..., object]) -> Callable[..., object]:
    """A function that adds the time of its calls to ``took``."""

    def call(*args: object, **named: object) -> object:
        with timed(took, name):
            return function(*args, **named)

    return call


def main() -> None:
    different = "--different" in sys.argv
    given = [a for a in sys.argv[1:] if a != "--different"]
    reports = int(given[0]) if given else 25_000
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "leaf_score.parquet"
        with timed(took, "made"):
            leaves = leaf_table(file, reports, different=different)
        with timed(took, "pyarrow alone"):
            pq.read_table(file)
        sandbox.read = watched(took, "child", sandbox.read)  # type: ignore[assignment]
        load.judge = watched(took, "judged", load.judge)  # type: ignore[assignment]
        load.Imported.load = watched(took, "loaded", load.Imported.load)  # type: ignore[method-assign, assignment]
        warehouse.derive = watched(took, "derived", warehouse.derive)  # type: ignore[assignment]
        warehouse.check = watched(took, "checked", warehouse.check)  # type: ignore[assignment]
        start, before = time.perf_counter(), time.process_time()
        result = ingest(Warehouse(Path(place) / "w"), [file])
        whole, processor = time.perf_counter() - start, time.process_time() - before
        assert len(result.reports) == reports and not result.refused
        size = file.stat().st_size / 1e6
    print(f"{leaves} leaves of {reports} reports, {size:.1f} MB of Parquet, made in {took.pop('made'):.1f} s")
    for name, seconds in took.items():
        print(f"{name:16s} {seconds:7.2f} s")
    print(f"{'ingest':16s} {whole:7.2f} s, {processor:.1f} s of processor time beside the child")
    print(f"{leaves / whole:.0f} leaves a second")
    if getrusage is not None:
        print(f"peak memory of the parent {getrusage(RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    main()
