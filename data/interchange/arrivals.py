"""Interchange tables of a batch in the parent: checked streams, numbered reports, rows in memory-mapped files.

What the child sent is validated batch by batch and written anew; the files live in the folder of the journal until the
batch is published, so that memory stays flat however many rows there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.codes import refusal
from data.door.intake import Document
from data.interchange.columns import REPORT_SCHEMA, TABLES, row_schema
from data.interchange.read import Rewritten
from data.parse import Given
from data.parts.region import region_of
from data.submission import Place
from data.units import identity
from data.vocabulary import Vocabulary
from data.warehouse import DATASETS, Warehouse

_SIMULATED = "99"
STORED_TABLES = tuple(name for name in TABLES if name != "budget_execution")


@dataclass(frozen=True, slots=True)
class Source:
    """A table of a document. ``position`` and ``place`` stand before the number of a row in its locator."""

    document_id: str
    table: str
    position: str
    place: str

    def at(self, row: int) -> Place:
        return Place(f"{self.position}{row}", f"{self.place}{row}行")


@dataclass(frozen=True, slots=True)
class Received:
    """An interchange document that was taken over."""

    document_id: str
    file_name: str
    size: int
    rows: int
    ignored: tuple[str, ...] = ()
    """Row labels without a name, which were not read."""


@dataclass(frozen=True, slots=True)
class Named:
    """A report as a table names it, with the row where it stands first.

    ``given``: its region is neither printed nor told by its name, a person gave it."""

    report_id: str
    unit_id: str
    unit: str
    region_code: str | None
    given: bool
    fiscal_year: int
    form: str
    subject: str
    unit_code: str | None
    department: str | None
    year_basis: str | None
    stated_total: Decimal | None
    grade: str | None
    status: str | None
    source: int
    row: int


class Arrivals:
    """The interchange documents of a batch. Reports have numbers; a leaf table claims one, other tables add to it."""

    def __init__(self, warehouse: Warehouse, given: Given, words: Vocabulary) -> None:
        self.words = words
        self.documents: list[Received] = []
        self.sources: list[Source] = []
        self.reports: list[Named] = []
        self.claims: dict[str, list[int]] = {}
        """report_id -> the numbers under which leaf tables claim it."""
        self._warehouse = warehouse
        self.dataset = warehouse.dataset
        self._adoptable = False
        self._folder = warehouse.folder / "journal"
        self._name = f"interchange-{uuid4().hex}"
        self._given = given
        self._others: dict[str, int] = {}
        self._files: dict[str, list[Path]] = {}

    def add(self, document: Document, tables: Sequence[Rewritten], adoptable: bool) -> None:
        """Take over the tables of a document. Raises ``Refusal`` E14 (another data set), E23 (a broken answer).

        ``adoptable``: nothing else is in the batch yet, so that the first table may say what an empty folder holds."""
        self._adoptable = adoptable and not self.documents
        for table in tables:
            for dataset in table.datasets:
                if not self._holds(dataset):
                    raise refusal("E14", f"表内数据集为{DATASETS.get(dataset, dataset[:20])}")
        try:
            named = [self._named(table, len(self.sources) + i) for i, table in enumerate(tables)]
            for table, reports in zip(tables, named, strict=True):
                source = Source(document.document_id, table.table, table.position, table.place)
                numbers = [self._number(table.table, report) for report in reports]
                self._spool(table, np.array(numbers, dtype=np.int32), len(self.sources))
                self.sources.append(source)
        except (pa.ArrowException, ValueError, KeyError, IndexError) as error:
            raise refusal("E23") from error
        rows = sum(table.rows for table in tables)
        ignored = tuple(name for table in tables for name in table.ignored)
        size = len(document.content)
        self.documents.append(Received(document.document_id, document.file_name, size, rows, ignored))

    def tables(self) -> dict[str, pa.Table]:
        """Every table by name, also those of which nothing came."""
        return {
            name: pa.concat_tables([_mapped(f) for f in self._files.get(name, ())] or [_spooled(name).empty_table()])
            for name in STORED_TABLES
        }

    @property
    def are_kept(self) -> bool:
        return all(file.exists() for files in self._files.values() for file in files)

    def _named(self, table: Rewritten, source: int) -> list[Named]:
        with pa.ipc.open_stream(table.reports) as stream:
            found = stream.read_all()
        found.validate(full=True)
        if found.schema != REPORT_SCHEMA:
            raise ValueError("another schema")
        return [self._report(row, source) for row in found.to_pylist()]

    def _report(self, row: Mapping[str, Any], source: int) -> Named:
        region = row["region_code"] or region_of(row["unit"], self.words)
        given = region is None and self._given.region_code is not None
        region = self._given.region_code if given else region
        if region is not None and not self._fits(region):
            raise refusal("E14", f"{row['unit'][:40]}，区划代码 {region}")
        unit_id = identity.unit_id(region, row["unit"])
        return Named(
            identity.report_id(unit_id, row["fiscal_year"], row["form"], row["subject"]), unit_id, row["unit"], region,
            given, row["fiscal_year"], row["form"], row["subject"], row["unit_code"], row["department"],
            row["year_basis"], row["stated_total"], row["grade"], row["status"], source, row["row"],
        )  # fmt: skip

    def _fits(self, region: str) -> bool:
        """Codes that start with 99 are simulated ones, and simulated data has no others."""
        if region.startswith(_SIMULATED):
            return self._holds("simulated")
        return self.dataset != "simulated"

    def _holds(self, dataset: str) -> bool:
        """Whether the warehouse holds this data set, taken on now where it may be."""
        if dataset != self.dataset and self._adoptable and dataset == "simulated" and not self.reports:
            self._adoptable = False
            if self._warehouse.adopt(dataset):
                self.dataset = dataset
        return dataset == self.dataset

    def _number(self, table: str, report: Named) -> int:
        new = len(self.reports)
        if table == "roster":
            self.reports.append(report)
            return new
        if table != "leaf_score":
            claimed = self.claims.get(report.report_id)
            number = claimed[0] if claimed else self._others.setdefault(report.report_id, new)
        else:
            claimed = self.claims.setdefault(report.report_id, [])
            number = new if claimed else self._others.pop(report.report_id, new)
            claimed.append(number)
            if number < new:
                self.reports[number] = report
        if number == new:
            self.reports.append(report)
        return number

    def _spool(self, table: Rewritten, numbers: npt.NDArray[np.int32], source: int) -> None:
        """Write the rows of a table anew, every batch checked, the reports by their numbers in the batch of files."""
        self._folder.mkdir(exist_ok=True)
        file = self._folder / f"{self._name}-{source}.arrow"
        self._files.setdefault(table.table, []).append(file)
        schema, wanted, known = _spooled(table.table), row_schema(table.table), pa.array(numbers)
        with pa.ipc.open_stream(table.content) as stream, pa.OSFile(str(file), "wb") as sink:
            if stream.schema != wanted:
                raise ValueError("another schema")
            with pa.ipc.new_stream(sink, schema) as out:
                for batch in stream:
                    batch.validate(full=True)
                    number = known.take(batch["report"])
                    column = pa.repeat(pa.scalar(source, pa.int16()), batch.num_rows)
                    out.write_batch(pa.record_batch([number, column, *batch.columns[1:]], schema=schema))


@lru_cache(maxsize=16)
def _spooled(name: str) -> pa.Schema:
    """Rows as spooled: the number in the batch and the file stand for the report's number."""
    return pa.schema([pa.field("number", pa.int32()), pa.field("file", pa.int16()), *list(row_schema(name))[1:]])


def _mapped(file: Path) -> pa.Table:
    with pa.ipc.open_stream(pa.memory_map(str(file))) as stream:
        return stream.read_all()
