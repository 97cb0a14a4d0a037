"""The formats of an interchange file -> its tables as they stand: a header, and batches of cells by column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.codes import refusal
from data.door import archive
from data.door.intake import Document, kind_of, text_of
from data.interchange.cells import printed
from data.interchange.columns import FORMULA_SIGNS, Recognised, recognised
from data.readers import xlsx

MOST_ROWS = 2_000_000
_BATCH = 65_536
_FEWEST_AT_ONCE = 1_024
_AT_ONCE = 1024 * 1024
"""Bytes of uncoded texts in a batch, about."""
_CODED_BYTES, _DICTIONARY = 4, 2 * 1024 * 1024
"""Bytes that a coded column takes a row, and its texts in a row group, at most."""
_SIGNS = (",", "\t", ";")
_UNNAMED = re.compile(r"__index_level_\d+__")
"""The name pandas gives to row labels that have none."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table of a file as it stands: header, and batches of (row numbers, one array for each cell of the header)."""

    found: Recognised
    batches: Iterator[tuple[Sequence[int], Sequence[pa.Array]]]
    position: str = "L"
    place: str = "第"
    dataset: str | None = None
    ignored: tuple[str, ...] = ()
    """Row labels without a name, which are not read."""


def sources(document: Document) -> list[Source]:
    """The interchange tables of a file; none if it is no interchange file.

    Raises ``Refusal`` E40 (a column is not what it must be), E24 (too many rows), E05.
    """
    match kind_of(document):
        case "parquet":
            return [_parquet(document.content)]
        case "xlsx" | "xls" as kind:
            if kind == "xlsx":
                archive.office(document.content).close()
            return list(_workbook(document.content, scan=kind == "xlsx"))
        case "text":
            table = _delimited(document)
            return [table] if table else []
    return []


def _parquet(content: bytes) -> Source:
    try:
        file = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False)
        schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise refusal("E05", "Parquet 结构损坏") from error
    ignored = tuple(name for name in schema.names if _UNNAMED.fullmatch(name))
    found = recognised(["" if name in ignored else name for name in schema.names])
    if found is None:
        raise refusal("E40", "没有年度和单位名称列，或列名大多不识别")
    bounded(rows)
    told = (schema.metadata or {}).get(b"dataset", b"").decode(errors="replace") or None
    return Source(found, _parquet_batches(content, file), dataset=told, ignored=ignored)


def _parquet_batches(content: bytes, file: pq.ParquetFile) -> Iterator[tuple[Sequence[int], Sequence[pa.Array]]]:
    start = 1
    try:
        coded, size = _layout(file)
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=coded, pre_buffer=False)
        for batch in file.iter_batches(batch_size=size, use_threads=False):
            yield range(start, start + batch.num_rows), batch.columns
            start += batch.num_rows
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise refusal("E05", "Parquet 内容损坏") from error


def _layout(file: pq.ParquetFile) -> tuple[list[str], int]:
    """Text columns that few different texts fill, which are read coded, and how many rows to read at once.

    A column of many different texts is read as it is: coded, each batch would carry all texts of its row group. What is
    stored a row tells them apart, and bounds the rows of a batch.
    """
    groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
    coded, widest = [], 1
    for i, column in enumerate(file.schema_arrow):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        sizes = [(g.column(i).total_uncompressed_size, g.num_rows) for g in groups]
        if all(size <= _CODED_BYTES * rows + _DICTIONARY for size, rows in sizes):
            coded.append(column.name)
        else:
            widest += max(-(-size // max(rows, 1)) for size, rows in sizes)
    return coded, max(_FEWEST_AT_ONCE, min(_BATCH, _AT_ONCE // max(widest, 1)))


def _delimited(document: Document) -> Source | None:
    text = text_of(document).lstrip("\ufeff")
    for sign in _SIGNS:
        if sign not in text:
            continue
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
        try:
            header = next(reader)
        except (csv.Error, StopIteration):
            continue
        if (found := recognised(header)) is not None:
            return Source(found, _text_batches(_numbered(reader), len(header)))
    return None


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows of a csv reader with the line each ends on."""
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refusal("E40", f"第{reader.line_num}行：引号不成对") from error
        yield reader.line_num, row


def _workbook(content: bytes, *, scan: bool) -> Iterator[Source]:
    for name, header in xlsx.first_rows(content, scan=scan):
        if (found := recognised(header)) is not None:
            rows = enumerate(islice(xlsx.texts(content, name, scan=scan), 1, None), start=2)
            yield Source(found, _text_batches(rows, len(header)), f"{name}!A", f"工作表“{name}”第")


def _text_batches(
    numbered: Iterator[tuple[int, list[str]]], width: int
) -> Iterator[tuple[Sequence[int], Sequence[pa.Array]]]:
    """Rows of text by columns; empty rows are left out, a row of another width is refused."""
    while chunk := list(islice(numbered, _BATCH)):
        numbers, rows = [], []
        for number, row in chunk:
            if not any(cell.strip() for cell in row):
                continue
            if any(cell.strip() for cell in row[width:]) or len(row) < width:
                raise refusal("E40", f"第{number}行有 {len(row)} 格，表头有 {width} 格")
            numbers.append(number)
            rows.append([_unescaped(cell) for cell in row[:width]])
        if rows:
            yield numbers, [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]


def _unescaped(cell: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from reading it as a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" \u3000")[:1] in (*FORMULA_SIGNS, "'") else cell


def bounded(rows: int) -> None:
    """Raises ``Refusal`` E24 for a table of too many rows."""
    if rows > MOST_ROWS:
        raise refusal("E24", f"{rows} 行，上限 {MOST_ROWS} 行")


def parquet_rows(content: bytes, position: str, around: int = 2) -> list[tuple[str, str, bool]]:
    """The row of a Parquet file at a position with its neighbours: (place, cells, wanted); empty if it is not there."""
    digits = position.removeprefix("L")
    wanted = int(digits) if digits.isdigit() else 0
    found: list[tuple[str, str, bool]] = []
    try:
        batches = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False).iter_batches(_BATCH, use_threads=False)
        start = 1
        for batch in batches:
            first, last = max(wanted - around, start), min(wanted + around, start + batch.num_rows - 1)
            for row in batch.slice(first - start, last - first + 1).to_pylist() if first <= last and wanted else ():
                cells = "\t".join("" if v is None else printed(v) for v in row.values())
                found.append((f"第{first}行", cells, first == wanted))
                first += 1
            start += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise refusal("E05", "Parquet 内容损坏") from error
    return found if any(wanted for _, _, wanted in found) else []
