"""A simulated city on disk: interchange tables as Parquet, one file for each table and year, the truth beside."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.simulate.area import area_years
from data.simulate.city import City
from data.simulate.tables import SCHEMAS, tables

TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Written:
    """Where the tables are (``folder``), how many reports and leaves they hold, and the truth file."""

    folder: Path
    truth: Path
    reports: int
    leaves: int


def write(city: City, out: Path) -> Written:
    """Write ``out/tables/<table>_<year>.parquet`` and ``out/truth.parquet``, area by area: memory stays flat.

    Raises ``OSError`` if the folder cannot be written.
    """
    folder = out / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    reports = leaves = 0
    with ExitStack() as open_files:

        def writer(name: str, file: Path) -> pq.ParquetWriter:
            schema = pa.schema(list(SCHEMAS[name].items()), metadata={"dataset": "simulated", "table": name})
            return open_files.enter_context(pq.ParquetWriter(file, schema, compression="zstd"))

        truth = writer(TRUTH, out / "truth.parquet")
        files: dict[tuple[str, int], pq.ParquetWriter] = {}
        for area in city.areas:
            found = area_years(city, area)
            for year, fiscal_year in enumerate(city.fiscal_years):
                for name, table in tables(city, found, year).items():
                    if name == TRUTH:
                        truth.write_table(table.cast(truth.schema))
                    elif table.num_rows:
                        if (name, year) not in files:
                            files[name, year] = writer(name, folder / f"{name}_{fiscal_year}.parquet")
                        files[name, year].write_table(table.cast(files[name, year].schema))
                    leaves += table.num_rows if name == "leaf_score" else 0
                reports += int(found.exists[:, year].sum())
    return Written(folder, out / "truth.parquet", reports, leaves)
