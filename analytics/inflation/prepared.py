"""The assessment of a year, worked out once for a version and read from then on.

``prepared/`` in the warehouse holds a Parquet file for each year and table: v000012_2024_reports.parquet. A file counts
only if the key in its metadata is that of the version's file (its sha256) and of the method (its sources): what is
missing, damaged, of another version or of an older method is worked out again. Files are written beside and moved into
place, so that a reader never sees half of one; where they cannot be written, nothing is kept, the result is the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.inflation.assess import Assessment, assess
from analytics.inflation.signals import SQL
from data.statements import named
from data.warehouse import Warehouse, version_name

FOLDER = "prepared"
TABLES = ("reports", "leaves", "values", "n")
_METHOD = (
    "signals.py", "signals.sql", "estimators.py", "evidence.py", "norms.csv", "significance.py", "assess.py",
    "prepared.py",
)  # fmt: skip
_KEY = b"jixiao"
_ROWS_TOGETHER = 4_096
"""Leaves of a row group: those of one report are found by reading one or two of them."""


def year(warehouse: Warehouse, version: int, fiscal_year: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """``Assessment.reports``, what leaves bring (report_id, ordinal and the columns by_… of ``Assessment.leaves``) and
    ``Assessment.n``, of a year."""
    found = _frames(warehouse, version, fiscal_year, TABLES)
    return found["reports"], found["leaves"], found["n"]


def reports(warehouse: Warehouse, version: int, fiscal_year: int) -> pd.DataFrame:
    """The first table of ``year``."""
    return _frames(warehouse, version, fiscal_year, ("reports",))["reports"]


def of_report(
    warehouse: Warehouse, version: int, fiscal_year: int, report_id: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The other tables of ``year``, rows of one report; without reading the rest."""
    found = _frames(warehouse, version, fiscal_year, ("leaves", "n"), report_id)
    return found["leaves"], found["n"]


def signals(warehouse: Warehouse, version: int, fiscal_year: int, report_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``Assessment.values`` and ``Assessment.n`` of one report; no row where it is not compared."""
    found = _frames(warehouse, version, fiscal_year, ("values", "n"), report_id)
    return found["values"], found["n"]


def prepare(warehouse: Warehouse, fiscal_years: Iterable[int] = ()) -> None:
    """Work out the newest year of the published version and the years given, where they are not there yet; remove what
    belongs to versions that are no longer kept. Other years are worked out when they are first read, and so is one that
    failed here: the version is published, its ingest must not end as refused."""
    try:
        _prepare(warehouse, fiscal_years)
    except Exception:
        logging.getLogger(__name__).exception("assessment not prepared")


def _prepare(warehouse: Warehouse, fiscal_years: Iterable[int]) -> None:
    version = warehouse.current()
    if version is None:
        return
    with warehouse.cursor(version) as cursor:
        found = [int(y) for (y,) in cursor.execute(named(SQL)["years"]).fetchall()]
    for fiscal_year in sorted({*fiscal_years} & {*found} | {max(found, default=0)} - {0}):
        _frames(warehouse, version, fiscal_year, TABLES)
    kept = {version_name(v.number) for v in warehouse.versions() if v.kept}
    for file in (warehouse.folder / FOLDER).glob("v*.parquet"):
        if file.name.split("_")[0] not in kept:
            _remove(file)


def _frames(
    warehouse: Warehouse, version: int, fiscal_year: int, tables: Sequence[str], report_id: str | None = None
) -> dict[str, pd.DataFrame]:
    key = _key(warehouse, version)
    kept = None if key is None else _kept(warehouse, version, fiscal_year, tables, report_id, key)
    if kept is not None:
        return kept
    with warehouse.cursor(version) as cursor:
        found = _tables(assess(cursor, fiscal_year))
    if key is not None:
        for name, frame in found.items():
            _keep(_file(warehouse, version, fiscal_year, name), frame, key)
    if report_id is None:
        return found
    return {name: f[f["report_id"] == report_id] if len(f) else f for name, f in found.items()}


def _kept(
    warehouse: Warehouse, version: int, fiscal_year: int, tables: Sequence[str], report_id: str | None, key: bytes
) -> dict[str, pd.DataFrame] | None:
    """The tables as they were kept; ``None`` if one is missing, damaged or of another key."""
    found = {}
    try:
        for name in tables:
            file = _file(warehouse, version, fiscal_year, name)
            schema = pq.read_schema(file)
            if (schema.metadata or {}).get(_KEY) != key:
                return None
            filters = [("report_id", "=", report_id)] if report_id is not None and "report_id" in schema.names else None
            found[name] = pq.read_table(file, filters=filters).to_pandas()
    except (OSError, pa.ArrowException, ValueError, KeyError):
        return None
    return found


def _tables(found: Assessment) -> dict[str, pd.DataFrame]:
    columns = ["report_id", "ordinal", *(c for c in found.leaves.columns if c.startswith("by_"))]
    leaves = found.leaves[columns] if len(found.leaves) else pd.DataFrame(columns=["report_id", "ordinal"])
    ordered = leaves.sort_values(["report_id", "ordinal"], ignore_index=True)
    return {"reports": found.reports, "leaves": ordered, "values": found.values, "n": found.n}


def _file(warehouse: Warehouse, version: int, fiscal_year: int, table: str) -> Path:
    return warehouse.folder / FOLDER / f"{version_name(version)}_{fiscal_year}_{table}.parquet"


def _key(warehouse: Warehouse, version: int) -> bytes | None:
    """What a file must say to count; ``None`` of a version that is not the published one."""
    published = warehouse.published()
    return f"{published} {method()}".encode() if published.split(" ")[0] == str(version) else None


@lru_cache(maxsize=1)
def method() -> str:
    """Fingerprint of the sources that the result follows from."""
    here = Path(__file__).parent
    return sha256(b"\0".join((here / name).read_bytes() for name in _METHOD)).hexdigest()


def _keep(file: Path, frame: pd.DataFrame, key: bytes) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    draft = file.with_name(f"{file.name}.{uuid4().hex}.tmp")
    try:
        file.parent.mkdir(exist_ok=True)
        told = table.replace_schema_metadata({**(table.schema.metadata or {}), _KEY: key})
        pq.write_table(told, draft, row_group_size=_ROWS_TOGETHER)
        draft.replace(file)
    except OSError:
        _remove(draft)


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return
