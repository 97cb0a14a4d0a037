"""An interchange file -> typed Arrow batches, in the child process: every cell is checked, nothing is guessed.

Rows keep the number of their report within the table and their own row in the file. Repeated texts are dictionary
coded throughout, so that a million rows need little memory. The first wrong cells end the reading, by name, row and
value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import Field

from data import vocabulary as words_of
from data.codes import refusal
from data.door import archive
from data.door.intake import Document, kind_of, text_of
from data.interchange.columns import (
    FORMULA_SIGNS,
    REPORT_SCHEMA,
    Column,
    NotAValueError,
    Recognised,
    Table,
    converter,
    recognised,
    row_schema,
    tables,
)
from data.normalise import not_applicable, quantity, search_key, target_of
from data.readers import xlsx
from data.submission import plain
from data.vocabulary import Vocabulary

MOST_ROWS = 2_000_000
_MOST_TEXT = 1024 * 1024 * 1024
_BATCH = 65_536
_KNOWN = 10_000
"""Cells of a column whose values are remembered from one batch to the next, about."""
_FEWEST_AT_ONCE = 1_024
_AT_ONCE = 1024 * 1024
"""Bytes of uncoded texts in a batch, about."""
_CODED_BYTES, _DICTIONARY = 4, 2 * 1024 * 1024
"""Bytes that a coded column takes a row, and its texts in a row group, at most."""
_MOST_PROBLEMS = 5
_SIGNS = (",", "\t", ";")
_KEYS = ("fiscal_year", "region_code", "unit", "form", "subject")
_FACTS = ("unit_code", "department", "year_basis", "stated_total", "grade", "status", "dataset")
_AMOUNTS: Mapping[str, Mapping[str, str]] = {
    "total": {
        "initial_budget": "initial_budget", "adjusted_budget": "adjusted_budget", "expenditure": "expenditure",
        "carried_in": "carried_in", "carried_out": "carried_out",
    },
    "basic": {
        "initial_budget": "initial_basic_budget", "adjusted_budget": "adjusted_basic_budget",
        "expenditure": "basic_expenditure", "carried_in": "carried_in_basic", "carried_out": "carried_out_basic",
    },
    "project": {
        "initial_budget": "initial_project_budget", "adjusted_budget": "adjusted_project_budget",
        "expenditure": "project_expenditure", "carried_in": "carried_in_project", "carried_out": "carried_out_project",
    },
}  # fmt: skip
"""Columns of 预算执行情况表 -> budget items, by 支出类别."""

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A table of a file as re-written. ``position`` and ``place`` stand before a row's number in its locator.

    ``reports`` and ``content`` are Arrow streams (``REPORT_SCHEMA``, ``row_schema``); they travel beside the record.
    """

    table: str
    rows: int
    datasets: tuple[str, ...]
    position: str
    place: str
    reports: Annotated[bytes, Field(exclude=True)] = b""
    content: Annotated[bytes, Field(exclude=True)] = b""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table of a file as it stands: header, and batches of (row numbers, one array for each cell of the header)."""

    found: Recognised
    batches: Iterator[tuple[Sequence[int], Sequence[pa.Array]]]
    position: str = "L"
    place: str = "第"
    dataset: str | None = None


def read(document: Document) -> tuple[Rewritten, ...]:
    """The interchange tables of a file; none if it is no interchange file.

    Raises ``Refusal`` E40 (a column or cell is not what it must be), E24 (too many rows), E20 (too much text), E05.
    """
    match kind_of(document):
        case "parquet":
            sources = [_parquet(document.content)]
        case "xlsx" | "xls" as kind:
            if kind == "xlsx":
                archive.office(document.content).close()
            sources = list(_workbook(document.content, scan=kind == "xlsx"))
        case "text":
            table = _delimited(document)
            sources = [table] if table else []
        case _:
            return ()
    words = words_of.load()
    return tuple(_rewritten(source, words) for source in sources)


# The formats


def _parquet(content: bytes) -> _Source:
    try:
        file = pq.ParquetFile(pa.BufferReader(content), pre_buffer=False)
        schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise refusal("E05", "Parquet 结构损坏") from error
    found = recognised(schema.names)
    if found is None:
        raise refusal("E40", "没有年度和单位名称列，或列名大多不识别")
    _bounded(rows)
    told = (schema.metadata or {}).get(b"dataset", b"").decode(errors="replace") or None
    return _Source(found, _parquet_batches(content, file), dataset=told)


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


def _delimited(document: Document) -> _Source | None:
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
            return _Source(found, _text_batches(_numbered(reader), len(header)))
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


def _workbook(content: bytes, *, scan: bool) -> Iterator[_Source]:
    for name, header in xlsx.first_rows(content, scan=scan):
        if (found := recognised(header)) is not None:
            rows = enumerate(islice(xlsx.texts(content, name, scan=scan), 1, None), start=2)
            yield _Source(found, _text_batches(rows, len(header)), f"{name}!A", f"工作表“{name}”第")


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


def _bounded(rows: int) -> None:
    if rows > MOST_ROWS:
        raise refusal("E24", f"{rows} 行，上限 {MOST_ROWS} 行")


# Cells to values


@dataclass(slots=True)
class _Checker:
    """Turns the cells of a table into values and collects what is wrong with them."""

    source: _Source
    words: Vocabulary
    problems: list[str] = field(default_factory=list)
    _convert: dict[str, Callable[[str], Any]] = field(default_factory=dict)
    _known: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def wrong(self, column: Column, row: int, value: object, why: str) -> None:
        shown = f"“{str(value)[:40]}”" if value is not None else "空白"
        self.problems.append(f"{self.source.place}{row}行“{column.header}”列：{shown}，{why}")
        if len(self.problems) >= _MOST_PROBLEMS:
            self.end()

    def end(self) -> None:
        if self.problems:
            more = "（仅列前几处）" if len(self.problems) >= _MOST_PROBLEMS else ""
            raise refusal("E40", f"{self.source.found.table.title}表：" + "；".join(self.problems) + more)

    def values(self, column: Column, cells: pa.Array, rows: Sequence[int]) -> pa.Array:
        """The values of a column, of its type; texts dictionary coded."""
        kind = cells.type
        numeric = pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_integer(kind)
        if column.kind in ("points", "number", "wan") and numeric:
            found = self._numbers(column, cells, rows)
        elif pa.types.is_boolean(kind) and column.kind == "flag":
            found = cells
        elif pa.types.is_null(kind):
            found = _nothing(column, len(cells))
        elif numeric or pa.types.is_boolean(kind) or pa.types.is_string(_texts_of(kind)):
            found = self._coded(column, cells, rows)
        else:
            self.wrong(column, rows[0] if len(rows) else 0, str(kind), "列的类型不支持")
            found = _nothing(column, len(cells))
        if not column.may_be_blank and found.null_count:
            at = int(pc.index(found.is_null(), True).as_py())
            self.wrong(column, rows[at], None, "不能为空")
        return found

    def _numbers(self, column: Column, cells: pa.Array, rows: Sequence[int]) -> pa.Array:
        """Numbers to decimals of six places; what is no finite number of the column's size goes cell by cell."""
        try:
            if pa.types.is_floating(cells.type):
                finite = pc.or_kleene(pc.is_finite(cells), pc.is_null(cells))
                if not pc.all(finite).as_py():
                    return self._coded(column, cells, rows)
                return pc.round(cells.cast(pa.float64()), 6).cast(column.type)
            wide = cells if pa.types.is_decimal(cells.type) else cells.cast(pa.decimal128(19, 0))
            if wide.type.scale > 6:
                wide = pc.round(wide, 6)
            return wide.cast(column.type, safe=False) if wide.type.scale > 6 else wide.cast(column.type)
        except pa.ArrowInvalid:
            return self._coded(column, cells, rows)

    def _coded(self, column: Column, cells: pa.Array, rows: Sequence[int]) -> pa.Array:
        """Each different cell converted once."""
        coded = _compact(cells)
        convert = self._convert.setdefault(column.name, converter(column, self.words))
        known = self._known.setdefault(column.name, {})
        if len(known) > _KNOWN:
            known.clear()
        values, wrong = [], {}
        for i, cell in enumerate(coded.dictionary.to_pylist()):
            if cell not in known:
                try:
                    known[cell] = convert(_printed(cell))
                except NotAValueError as error:
                    known[cell] = error
            value = known[cell]
            if isinstance(value, NotAValueError):
                wrong[i] = (cell, str(value))
                value = None
            values.append(value)
        if wrong:
            indices = coded.indices.to_pylist()
            for at, index in enumerate(indices):
                if index in wrong:
                    self.wrong(column, rows[at], *wrong[index])
        found = pa.array(values, column.type)
        if column.type != pa.string():
            return found.take(coded.indices)
        inner = found.dictionary_encode()
        return pa.DictionaryArray.from_arrays(inner.indices.take(coded.indices), inner.dictionary)


def _compact(cells: pa.Array) -> pa.Array:
    """Cells coded by the texts they hold: Parquet passes those of a whole row group with each batch."""
    if not pa.types.is_dictionary(cells.type):
        return cells.dictionary_encode()
    return cells if 4 * len(cells.dictionary) <= len(cells) else cells.dictionary_decode().dictionary_encode()


def _texts_of(kind: pa.DataType) -> pa.DataType:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.string() if pa.types.is_large_string(inner) or pa.types.is_string_view(inner) else inner


def _printed(cell: Any) -> str:
    """A cell as text: whole numbers without a decimal point."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return plain(cell) if isinstance(cell, Decimal) else str(cell)


def _nothing(column: Column, length: int) -> pa.Array:
    blank = pa.nulls(length, column.type)
    return blank.dictionary_encode() if column.type == pa.string() else blank


def _derived(cells: pa.Array, convert: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """A second form of coded texts, each different one converted once."""
    values = pa.array([None if v is None else convert(v) for v in cells.dictionary.to_pylist()], kind)
    return values.take(cells.indices)


def _both(
    cells: pa.Array, convert: Callable[[str], tuple[Decimal | None, str | None]], number: pa.DataType
) -> tuple[pa.Array, pa.Array]:
    """Number and word of coded texts, each different one converted once."""
    pairs = [(None, None) if v is None else convert(v) for v in cells.dictionary.to_pylist()]
    first, second = pa.array([p[0] for p in pairs], number), pa.array([p[1] for p in pairs], pa.string())
    return first.take(cells.indices), second.take(cells.indices)


def _texts(cells: pa.Array) -> pa.Array:
    return cells.cast(pa.string())


def _or(cells: pa.Array, other: pa.Array | str) -> pa.Array:
    """Texts, blanks filled from others; coded."""
    return pc.coalesce(_texts(cells), other).dictionary_encode()


# The tables


def _rewritten(source: _Source, words: Vocabulary) -> Rewritten:
    table, checker = source.found.table, _Checker(source, words)
    reports = _Reports(checker)
    name = "budget_figure" if table.name == "budget_execution" else table.name
    schema = row_schema(name)
    sink = io.BytesIO()
    rows = text = 0
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
        for numbers, cells in source.batches:
            rows += len(numbers)
            _bounded(rows)
            found = {
                c.name: checker.values(c, cells[source.found.positions[c.name]], numbers)
                if c.name in source.found.positions
                else _nothing(c, len(numbers))
                for c in table.columns
            }
            text += sum(_length(array) for array in found.values())
            if text > _MOST_TEXT:
                raise refusal("E20", "文字总量超过 1 GB")
            report = reports.numbers(found, numbers)
            batch = {"report": report, "row": pa.array(numbers, pa.int32()), **found}
            batch |= _finished(table.name, batch, source.found.positions, checker, reports)
            stream.write_batch(pa.record_batch([batch[f.name].cast(f.type) for f in schema], schema=schema))
    checker.end()
    content = sink.getvalue()
    datasets = tuple(sorted(reports.datasets))
    return Rewritten(name, rows, datasets, source.position, source.place, reports.stream(), content)


def _length(cells: pa.Array) -> int:
    if not pa.types.is_dictionary(cells.type):
        return 0
    lengths = pc.binary_length(cells.dictionary).take(cells.indices)
    return int(pc.sum(lengths).as_py() or 0)


class _Reports:
    """The reports of a table: numbered in order of appearance, their facts the same in every row."""

    def __init__(self, checker: _Checker) -> None:
        self._checker = checker
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._facts: list[dict[str, Any]] = []
        self._rows: list[int] = []
        self._counts: dict[int, int] = {}
        self.datasets: set[str] = {checker.source.dataset} if checker.source.dataset else set()

    def numbers(self, found: Mapping[str, pa.Array], rows: Sequence[int]) -> pa.Array:
        names = [n for n in (*_KEYS, *_FACTS) if n in found and n in self._checker.source.found.table.by_name]
        names = [n for n in names if self._checker.source.found.table.by_name[n].report]
        inverse, firsts = _combined([found[n] for n in names])
        at = pa.array(firsts)
        picked = {n: found[n].take(at).to_pylist() for n in names}
        numbers = np.empty(len(firsts), dtype=np.int32)
        for i in np.argsort(firsts, kind="stable"):
            told = {n: picked[n][i] for n in names}
            numbers[i] = self._number(told, rows[int(firsts[i])])
        return pa.array(numbers[inverse], pa.int32())

    def _number(self, told: dict[str, Any], row: int) -> int:
        told["form"] = told.get("form") or "部门整体"
        told["subject"] = told.get("subject") or ""
        if dataset := told.pop("dataset", None):
            self.datasets.add(dataset)
        key = tuple(told.get(n) for n in _KEYS)
        facts = {n: told.get(n) for n in _FACTS if n != "dataset"}
        number = self._numbers.setdefault(key, len(self._facts))
        if number == len(self._facts):
            self._facts.append(facts)
            self._rows.append(row)
            return number
        known = self._facts[number]
        for name, value in facts.items():
            if value is not None and known[name] is not None and value != known[name]:
                column = self._checker.source.found.table.by_name[name]
                self._checker.wrong(column, row, value, f"与同一报告第{self._rows[number]}行的“{known[name]}”不同")
            elif value is not None:
                known[name] = value
        return number

    def form_of(self, report: pa.Array) -> pa.Array:
        """表类 of each row, coded."""
        forms = pa.array([key[_KEYS.index("form")] for key in self._numbers], pa.string()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(forms.indices.take(report), forms.dictionary)

    def ordinals(self, report: pa.Array) -> pa.Array:
        """1, 2, 3 … within each report, in the order of the rows."""
        numbers = report.to_numpy()
        order = np.argsort(numbers, kind="stable")
        ordered = numbers[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        lengths = np.diff(np.r_[starts, len(ordered)])
        before = [self._counts.get(int(ordered[s]), 0) for s in starts]
        for s, length, count in zip(starts, lengths, before, strict=True):
            self._counts[int(ordered[s])] = count + int(length)
        within = np.arange(len(ordered)) - np.repeat(starts, lengths) + np.repeat(np.array(before, dtype=int), lengths)
        result = np.empty(len(ordered), dtype=np.int64)
        result[order] = within + 1
        if len(result) and result.max() > np.iinfo(np.int16).max:
            raise refusal("E19", f"一个报告超过 {np.iinfo(np.int16).max} 行")
        return pa.array(result, pa.int16())

    def stream(self) -> bytes:
        rows = [
            dict(zip(_KEYS, key, strict=True)) | facts | {"row": row}
            for key, facts, row in zip(self._numbers, self._facts, self._rows, strict=True)
        ]
        table = pa.Table.from_pylist(rows, schema=REPORT_SCHEMA)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, REPORT_SCHEMA, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
            stream.write_table(table, max_chunksize=_BATCH)
        return bytes(sink.getvalue().to_pybytes())


def _combined(columns: Sequence[pa.Array]) -> tuple[Codes, Codes]:
    """Rows that are equal in all columns get one code: the code of each row, and the first row of each code."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        size = len(coded.dictionary)
        _, codes = np.unique(codes * (size + 1) + coded.indices.fill_null(size).to_numpy(), return_inverse=True)
    _, firsts, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return inverse, firsts


def _finished(
    name: str, batch: Mapping[str, pa.Array], given: Mapping[str, int], checker: _Checker, reports: _Reports
) -> dict[str, pa.Array]:
    """What is not printed but follows: ordinals, defaults, and the second forms that reading a document also makes."""
    found: dict[str, pa.Array] = {}
    table = tables()[name]
    if "ordinal" in table.by_name:
        if "ordinal" not in given:
            found["ordinal"] = reports.ordinals(batch["report"])
        elif batch["ordinal"].null_count:
            at = int(pc.index(batch["ordinal"].is_null(), True).as_py())
            checker.wrong(table.by_name["ordinal"], batch["row"][at].as_py(), None, "要么全填，要么不设此列")
    match name:
        case "leaf_score":
            found |= _leaf(batch, given, checker.words, reports)
        case "stated_figure":
            found["source"] = _or(batch["source"], "表")
        case "narrative":
            found |= {n: _or(batch[n], fill) for n, fill in (("heading", ""), ("text", ""), ("state", "text"))}
        case "budget_figure":
            found |= _amounts(batch, table, checker)
        case "budget_execution":
            return _melted(batch, reports)
        case "roster":
            found["classified"] = batch["classified"].fill_null(False)
    return found


def _leaf(
    batch: Mapping[str, pa.Array], given: Mapping[str, int], words: Vocabulary, reports: _Reports
) -> dict[str, pa.Array]:
    texts, targets = batch["value_text"], batch["target_text"]
    number = batch["value"].type
    read, unit = _both(texts, quantity, number)
    wanted, sign = _both(targets, target_of, number)
    value = pc.coalesce(batch["value"], read)
    own_unit = _texts(batch["value_unit"])
    level1, level2 = _or(batch["level1"], ""), _or(batch["level2"], "")
    nothing = pc.and_(pc.is_null(_texts(texts)), value.is_null())
    zero = pc.or_(pc.fill_null(pc.equal(value, pa.scalar(0, number)), False), _without(nothing, batch["score"]))
    judged = pc.if_else(
        pc.fill_null(_derived(texts, not_applicable, pa.bool_()), False), "na", pc.if_else(zero, "unknown", "yes")
    )
    dimension, canonical = _mapped(reports.form_of(batch["report"]), level1, level2, batch["level3"], words)
    return {
        "level1": level1,
        "level2": level2,
        "level1_raw": _or(batch["level1_raw"], _texts(level1)),
        "level2_raw": _or(batch["level2_raw"], _texts(level2)),
        "hierarchy_method": _or(batch["hierarchy_method"], "given"),
        "value": value,
        "value_unit": pc.coalesce(
            pc.if_else(batch["value"].is_valid(), own_unit, None), unit, own_unit
        ).dictionary_encode(),
        "target": pc.coalesce(batch["target"], wanted),
        "direction": _or(batch["direction"], sign),
        "applicability": _or(batch["applicability"], judged),
        "dimension": _or(batch["dimension"], dimension),
        "canonical_leaf": _or(batch["canonical_leaf"], canonical),
    }


def _without(nothing: pa.Array, score: pa.Array) -> pa.Array:
    """No value and no points: may be 不适用."""
    return pc.and_(nothing, pc.fill_null(pc.equal(score, pa.scalar(0, score.type)), True))


def _mapped(
    form: pa.Array, level1: pa.Array, level2: pa.Array, level3: pa.Array, words: Vocabulary
) -> tuple[pa.Array, pa.Array]:
    """指标维度 and 规范指标名称 of each row, as for a document."""
    inverse, firsts = _combined([form, level1, level2, level3])
    at = pa.array(firsts)
    labels = list(zip(*(c.take(at).to_pylist() for c in (form, level1, level2, level3)), strict=True))
    rows = pa.array(inverse)
    dimension = pa.array([words.dimension(f, one, two, three or "") for f, one, two, three in labels], pa.string())
    canonical = pa.array([words.canonical_names.get(search_key(x[3] or "")) for x in labels], pa.string())
    return dimension.take(rows), canonical.take(rows)


def _amounts(batch: Mapping[str, pa.Array], table: Table, checker: _Checker) -> dict[str, pa.Array]:
    """金额 from 所印数字 or the other way round; one of them must be there."""
    column = table.by_name["amount"]
    convert = converter(column, checker.words)

    def amount_of(text: str) -> Decimal | None:
        try:
            return convert(text)  # type: ignore[no-any-return]
        except NotAValueError:
            return None

    printed = _derived(batch["printed"], lambda text: text or None, pa.string())
    amount = pc.coalesce(batch["amount"], _derived(batch["printed"], amount_of, column.type))
    if amount.null_count:
        at = int(pc.index(amount.is_null(), True).as_py())
        checker.wrong(
            column, batch["row"][at].as_py(), batch["printed"][at].as_py(), "不是数字，金额与所印数字至少填一项"
        )
    return {"amount": amount, "printed": pc.coalesce(printed, _plain_texts(amount)).dictionary_encode()}


def _plain_texts(amount: pa.Array) -> pa.Array:
    return pa.array([None if v is None else plain(v) for v in amount.to_pylist()], pa.string())


def _melted(batch: Mapping[str, pa.Array], reports: _Reports) -> dict[str, pa.Array]:
    """预算执行情况表: one row for each amount that is there."""
    category = pc.coalesce(_texts(batch["category"]), "total")
    parts = []
    for kind, known in _AMOUNTS.items():
        for name, item in known.items():
            wanted = pc.and_(pc.equal(category, kind), batch[name].is_valid())
            at = pa.array(np.flatnonzero(wanted.to_numpy(zero_copy_only=False)))
            if len(at):
                parts.append((at, item, batch[name].take(at)))
    lengths = [len(at) for at, _, _ in parts]
    at = pa.concat_arrays([p[0] for p in parts]) if parts else pa.array([], pa.int64())
    amount = pa.concat_arrays([p[2] for p in parts]) if parts else pa.array([], batch["expenditure"].type)
    items = [item for (_, item, _), length in zip(parts, lengths, strict=True) for _ in range(length)]
    order = pa.array(np.argsort(at.to_numpy(), kind="stable"))
    at, amount = at.take(order), amount.take(order)
    report = batch["report"].take(at)
    return {
        "report": report,
        "row": batch["row"].take(at),
        "ordinal": reports.ordinals(report),
        "item": pa.array(items, pa.string()).take(order).dictionary_encode(),
        "amount": amount,
        "printed": _plain_texts(amount).dictionary_encode(),
        "printed_unit": _texts(batch["printed_unit"].take(at)).dictionary_encode(),
        "source": _texts(_or(batch["source"], "财政数据").take(at)).dictionary_encode(),
    }


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
                cells = "\t".join("" if v is None else _printed(v) for v in row.values())
                found.append((f"第{first}行", cells, first == wanted))
                first += 1
            start += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise refusal("E05", "Parquet 内容损坏") from error
    return found if any(wanted for _, _, wanted in found) else []
