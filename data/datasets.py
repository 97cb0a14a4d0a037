"""Where warehouses are: one folder per data set (本单位数据, 公开示例, 模拟数据).

``--warehouse DIR`` or ``JIXIAO_WAREHOUSE`` names the folder of the user's own data, or a folder that holds data sets
(``own``, ``samples``, …); without either it is ``warehouse/`` beside ``app.py``, which holds data sets.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data.batch.ingest import ingest
from data.simulate import City, write
from data.statements import named
from data.submission import Refusal
from data.warehouse import DATASETS, Warehouse

_SQL = Path(__file__).parent / "batch" / "ingest.sql"
_BUILD_TRIES = 120
SAMPLES = Path(__file__).parent / "samples"
DEFAULT = Path(__file__).parent.parent / "warehouse"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set by code, Chinese name and warehouse."""

    code: str
    name: str
    warehouse: Warehouse


def folder(place: Path | None = None) -> Path:
    """The folder a flag names, else ``JIXIAO_WAREHOUSE``, else ``warehouse/`` beside ``app.py``."""
    if place is not None:
        return place.expanduser()
    configured = os.environ.get("JIXIAO_WAREHOUSE")
    return Path(configured).expanduser() if configured else DEFAULT


def own(place: Path | None = None) -> Warehouse:
    """The user's own warehouse: the folder itself, or ``own`` in it where the folder holds data sets."""
    root = folder(place)
    if (root / "CURRENT").exists() or (root / "dataset").exists():
        held = Warehouse(root, "own").dataset
        return Warehouse(root, "simulated" if held == "simulated" else "own")
    holds_datasets = root == DEFAULT or any((root / code).is_dir() for code in DATASETS)
    return Warehouse(root / "own" if holds_datasets else root, "own")


def readable(place: Path | None = None) -> Warehouse:
    """``own`` with its version brought to the program's schema. Raises E10, E13 where that cannot be written."""
    warehouse = own(place)
    warehouse.upgrade()
    return warehouse


def samples(place: Path | None = None) -> Warehouse:
    return Warehouse(folder(place) / "samples", "samples")


def build_samples(place: Path | None = None) -> Warehouse:
    """公开示例, made from the project's own sample documents if it is not there yet."""
    warehouse = samples(place)
    if warehouse.current() is None:
        _build(warehouse)
    _holds_reports(warehouse.folder, warehouse.dataset, warehouse.published())
    return warehouse


def _build(warehouse: Warehouse) -> None:
    """Ingest the sample documents; if another process is at it, wait until it has done so."""
    for _ in range(_BUILD_TRIES):
        try:
            ingest(warehouse, sorted(SAMPLES.glob("*.txt")))
            return
        except Refusal as refused:
            if refused.code != "E13":
                raise
            time.sleep(0.5)
            if warehouse.current() is not None:
                return


def simulated(place: Path | None = None) -> Warehouse:
    return Warehouse(folder(place) / "simulated", "simulated")


SHOWN_CITY = City(districts=6, units=60, first_year=2019, years=6, renewed_in=2022, merged_in=2023)
"""The simulated city that a page offers: small enough to be there in seconds."""


def build_simulated(place: Path | None = None, city: City = SHOWN_CITY) -> Warehouse:
    """模拟数据, made from a simulated city by the door of all documents, if it is not there yet."""
    warehouse = simulated(place)
    if warehouse.current() is None:
        with tempfile.TemporaryDirectory(prefix="jixiao-") as made:
            ingest(warehouse, [write(city, Path(made)).folder])
    return warehouse


def available(place: Path | None = None) -> list[DataSet]:
    """The data sets that can be opened now: the user's own first if it holds reports, else the samples first."""
    mine = own(place)
    sample = build_samples(place)
    found = [] if sample.folder == mine.folder else [DataSet("samples", DATASETS["samples"], sample)]
    if mine.current() is not None:
        kept = DataSet(mine.dataset, DATASETS.get(mine.dataset, mine.dataset), mine)
        first = _holds_reports(mine.folder, mine.dataset, mine.published())
        found.insert(0 if first else len(found), kept)
    invented = simulated(place)
    if invented.folder != mine.folder and invented.current() is not None:
        _holds_reports(invented.folder, invented.dataset, invented.published())
        found.append(DataSet("simulated", DATASETS["simulated"], invented))
    return found


@lru_cache(maxsize=64)
def _holds_reports(folder: Path, dataset: str, published: str) -> bool:
    """Whether the current version has a report, brought to the program's schema first. ``published`` is the content
    of ``CURRENT``: a version never changes, so it is asked once for each."""
    warehouse = Warehouse(folder, dataset)
    warehouse.upgrade()
    with warehouse.cursor() as cursor:
        return cursor.execute(named(_SQL)["holds_reports"]).fetchone() == (True,)
