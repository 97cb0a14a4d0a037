"""A new upload into a warehouse of a size: one region's last year comes again, and becomes the next version.

    python -m benchmarks.scale.upload FOLDER OUT

Seconds of all, from reading the file to the moved CURRENT, and the most memory the process held, go to OUT as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from pyarrow import parquet

from benchmarks.scale.sizes import FIRST_YEAR, peak
from data.batch.ingest import ingest
from data.connections import close_all
from data.statements import named
from data.warehouse import Warehouse

_SQL = named(Path(__file__).with_suffix(".sql"))


def main() -> None:
    Path(sys.argv[2]).write_text(json.dumps(upload(Path(sys.argv[1]))), encoding="utf-8")


def upload(folder: Path) -> dict[str, float]:
    """``reports`` and ``leaves`` of the upload, its ``seconds``, and the ``peak`` in MB; the folder stays as it is."""
    size = json.loads((folder / "made.json").read_text(encoding="utf-8"))["size"]
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        warehouse = Warehouse(Path(place) / "w")
        with warehouse.writing():
            os.link(folder / "v000001.duckdb", warehouse.file(1))
            shutil.copyfile(folder / "CURRENT", warehouse.folder / "CURRENT")
        sent = Path(place) / "leaf_score.parquet"
        with warehouse.cursor() as cursor:
            ((region,),) = cursor.execute(_SQL["region"]).fetchall()
            given = {"region": region, "year": FIRST_YEAR + size["years"] - 1}
            rows = cursor.execute(_SQL["file"], given).to_arrow_table()
        close_all()
        parquet.write_table(rows, sent)
        start = time.perf_counter()
        ingest(warehouse, [sent])
        took = time.perf_counter() - start
        with warehouse.cursor() as cursor:
            assert warehouse.current() == 2
            changed = cursor.execute("select count(*) from report where submission = 2").fetchall()[0][0]
        close_all()
        assert changed == size["units"], changed
        return {"reports": changed, "leaves": rows.num_rows, "seconds": round(took, 1), "peak": peak()}


if __name__ == "__main__":
    main()
