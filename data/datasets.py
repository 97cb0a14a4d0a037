"""Where warehouses are: one folder per data set (本单位数据, 公开示例, 模拟数据).

``--warehouse DIR`` or ``JIXIAO_WAREHOUSE`` names the folder of the user's own data, or a folder that holds data sets
(``own``, ``samples``, …); without either it is ``warehouse/`` beside ``app.py``, which holds data sets.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from data.ingest import ingest
from data.warehouse import DATASETS, Warehouse

SAMPLES = Path(__file__).parent / "samples"
DEFAULT = Path(__file__).parent.parent / "warehouse"


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set by code, Chinese name and warehouse."""

    code: str
    name: str
    warehouse: Warehouse


def folder(named: Path | None = None) -> Path:
    """The folder a flag names, else ``JIXIAO_WAREHOUSE``, else ``warehouse/`` beside ``app.py``."""
    if named is not None:
        return named
    configured = os.environ.get("JIXIAO_WAREHOUSE")
    return Path(configured) if configured else DEFAULT


def own(named: Path | None = None) -> Warehouse:
    """The user's own warehouse: the folder itself, or ``own`` in it where the folder holds data sets."""
    root = folder(named)
    if (root / "CURRENT").exists() or (root / "dataset").exists():
        return Warehouse(
            root, (root / "dataset").read_text(encoding="utf-8").strip() if (root / "dataset").exists() else "own"
        )
    holds_datasets = root == DEFAULT or any((root / code).is_dir() for code in DATASETS)
    return Warehouse(root / "own" if holds_datasets else root, "own")


def samples(named: Path | None = None) -> Warehouse:
    return Warehouse(folder(named) / "samples", "samples")


def build_samples(named: Path | None = None) -> Warehouse:
    """公开示例, made from the project's own sample documents if it is not there yet."""
    warehouse = samples(named)
    if warehouse.current() is None:
        ingest(warehouse, [SAMPLES])
    return warehouse


def available(named: Path | None = None) -> list[DataSet]:
    """The data sets that can be opened now, the user's own first if it holds reports."""
    mine = own(named)
    found = []
    if mine.current() is not None:
        found.append(DataSet(mine.dataset, DATASETS.get(mine.dataset, mine.dataset), mine))
    sample = build_samples(named)
    if sample.folder != mine.folder:
        found.append(DataSet("samples", DATASETS["samples"], sample))
    return found
