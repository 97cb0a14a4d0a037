"""Synthetic warehouses: city, province and nation, made in SQL in the warehouse's own storage."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from data import derive, findings, warehouse
from data.connections import digest_of
from data.rules.store import recompute
from data.statements import asked_by, named
from data.warehouse import Warehouse, version_name

_SQL = Path(__file__).with_suffix(".sql")
FIRST_YEAR = 2013
PARTS = ("rows", "rules", "findings", "prepared tables", "pairs of years", "checks", "written")
"""What publishing a warehouse consists of."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: regions × units × years × 50 leaves."""

    name: str
    regions: int
    units: int
    years: int
    seed: int = 1

    @property
    def leaves(self) -> int:
        return self.regions * self.units * self.years * 50


SIZES = {
    "tiny": Size("tiny", 3, 32, 4),
    "city": Size("city", 12, 200, 10),
    "province": Size("province", 125, 200, 12),
    "nation": Size("nation", 2843, 80, 12),
}


def make(size: Size, folder: Path) -> dict[str, float]:
    """A warehouse folder of a size: seconds for each of ``PARTS``, bytes and peak memory.

    The raw rows and the prepared tables stand beside it as Parquet, for the other engines.
    """
    folder.mkdir(parents=True)
    held = Warehouse(folder, "simulated")
    took: dict[str, float] = {}
    with held.writing():
        connection = duckdb.connect(str(folder / "draft.tmp"), config={**warehouse._WRITER, "memory_limit": "10GB"})
        warehouse.create(connection)
        given = {"regions": size.regions, "units": size.units, "years": size.years, "seed": size.seed,
                 "first_year": FIRST_YEAR}  # fmt: skip
        steps = named(_SQL)
        start = time.perf_counter()
        for name, step in steps.items():
            if not name.startswith(("year_", "frame_", "prepared_")):
                _run(connection, step, given)
        took["rows"] = _lap(start)
        took["rules"] = 0.0
        for y in range(size.years):
            start = time.perf_counter()
            for name, step in steps.items():
                if name.startswith("year_"):
                    _run(connection, step, given | {"y": y})
            took["rows"] += _lap(start)
            start = time.perf_counter()
            recompute(connection)
            took["rules"] += _lap(start)
        start = time.perf_counter()
        findings.run(connection)
        took["findings"] = _lap(start)
        start = time.perf_counter()
        derive.prepare(connection)
        took["prepared tables"] = _lap(start)
        start = time.perf_counter()
        derive.pair(connection)
        took["pairs of years"] = _lap(start)
        start = time.perf_counter()
        warehouse.check(connection)
        took["checks"] = _lap(start)
        start = time.perf_counter()
        connection.execute("checkpoint")
        took["written"] = _lap(start)
        for name, step in steps.items():
            if name.startswith(("frame_", "prepared_")):
                connection.sql(step, params=asked_by(step, given)).write_parquet(str(folder / f"{name}.parquet"))
        connection.close()
        (folder / "draft.tmp").replace(held.file(1))
        digest = digest_of(held.file(1))
        (folder / "CURRENT").write_text(f"{version_name(1)} {digest}\n", encoding="utf-8")
    took["bytes"] = held.file(1).stat().st_size
    took["peak"] = peak()
    (folder / "made.json").write_text(json.dumps({"size": asdict(size), "took": took}), encoding="utf-8")
    return took


def _run(connection: duckdb.DuckDBPyConnection, step: str, given: Mapping[str, int]) -> None:
    connection.execute(step, asked_by(step, given))


def peak() -> int:
    """Most memory this process ever held, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024  # type: ignore[index]


def _lap(start: float) -> float:
    return round(time.perf_counter() - start, 2)


if __name__ == "__main__":
    make(Size(**json.loads(sys.argv[1])), Path(sys.argv[2]))
