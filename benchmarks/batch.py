"""A batch of xlsx reports through the child processes: documents a second, and the share of the reader in it.

    python benchmarks/batch.py [REPORTS]

Each report has 47 leaves; the reader's share is what ``readers.read`` alone takes, in one process, beside parsing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from data import readers, vocabulary
from data.ingest import ingest
from data.intake import receive
from data.parse import parse
from data.warehouse import Warehouse
from tests import formats

SAMPLE = formats.SAMPLES / "南京市江宁区商务局_2024.txt"
ALONE = 20


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    sheet = formats.sheet_of(SAMPLE.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        folder.mkdir()
        for n in range(count):
            lines = tuple(f"填报单位:南京市玄武区示例{n:04}局" if "填报单位" in x else x for x in sheet.before)
            (folder / f"{n:04}.xlsx").write_bytes(formats.xlsx(replace(sheet, before=lines)))
        content = (folder / "0000.xlsx").read_bytes()
        words = vocabulary.load()
        reading = parsing = 0.0
        for _ in range(ALONE):
            start = time.perf_counter()
            grids = readers.read(receive(content, "x"))
            middle = time.perf_counter()
            parse(grids, words)
            reading += middle - start
            parsing += time.perf_counter() - middle
        start = time.perf_counter()
        result = ingest(Warehouse(Path(place) / "w"), [folder])
        took = time.perf_counter() - start
    accepted = sum(d.outcome == "accepted" for d in result.documents)
    print(f"{count} documents, {accepted} accepted, {took:.1f} s: {count / took:.1f} documents a second")
    print(f"one document alone: reader {reading / ALONE * 1e3:.0f} ms, parsing {parsing / ALONE * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
