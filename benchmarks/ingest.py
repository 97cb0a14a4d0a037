"""Ingest of text reports, as ratios from one run: parsing against splitting the same text, ingest against parsing.

    python benchmarks/ingest.py [FOLDER]      FOLDER: reports to read (default: the samples)

Absolute times are process seconds beyond imports; on a shared machine only the ratios are worth quoting.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from data import readers, vocabulary  # noqa: E402
from data.batch.ingest import ingest  # noqa: E402
from data.door.intake import receive  # noqa: E402
from data.parse import parse  # noqa: E402
from data.warehouse import Warehouse  # noqa: E402

RUNS = 7


def timed(action: Callable[[], object]) -> float:
    """Median process seconds of an action over ``RUNS`` runs, after one that is not counted."""
    action()
    found = []
    for _ in range(RUNS):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return statistics.median(found)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "samples"
    documents = [receive(f.read_bytes(), f.name) for f in sorted(folder.glob("*.txt"))]
    words = vocabulary.load()

    def split_only() -> None:
        for d in documents:
            [line.split("\t") for line in d.content.decode().split("\n")]

    def read_only() -> None:
        for d in documents:
            readers.read(d)

    def parse_all() -> None:
        for d in documents:
            parse(readers.read(d), words)

    def ingest_all() -> None:
        with tempfile.TemporaryDirectory() as place:
            ingest(Warehouse(Path(place) / "w"), [folder])

    leaves = sum(len(s.leaves) for d in documents for s in parse(readers.read(d), words).submissions)
    names = ("split lines and cells", "reader", "parse", "ingest")
    seconds = [timed(action) for action in (split_only, read_only, parse_all, ingest_all)]
    print(f"{len(documents)} documents, {leaves} leaves, median of {RUNS} runs")
    for name, value in zip(names, seconds, strict=True):
        print(f"{name:24s} {value * 1000:9.1f} ms   {value / seconds[2]:8.3f} x parse")
    print(f"leaves per second of ingest: {leaves / seconds[3]:.0f}")


if __name__ == "__main__":
    main()
