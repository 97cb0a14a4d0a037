"""Cells of an interchange table -> values of their columns; each different text is converted once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.codes import refusal
from data.interchange.columns import Column, NotAValueError, Table, converter
from data.submission import plain
from data.vocabulary import Vocabulary

_KNOWN = 10_000
"""Cells of a column whose values are remembered from one batch to the next, about."""
_MOST_PROBLEMS = 5


@dataclass(slots=True)
class Checker:
    """Turns the cells of a table into values and collects what is wrong with them."""

    table: Table
    place: str
    """What stands before a row's number."""
    words: Vocabulary
    problems: list[str] = field(default_factory=list)
    _convert: dict[str, Callable[[str], Any]] = field(default_factory=dict)
    _known: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def wrong(self, column: Column, row: int, value: object, why: str) -> None:
        shown = f"“{str(value)[:40]}”" if value is not None else "空白"
        self.problems.append(f"{self.place}{row}行“{column.header}”列：{shown}，{why}")
        if len(self.problems) >= _MOST_PROBLEMS:
            self.end()

    def end(self) -> None:
        if self.problems:
            more = "（仅列前几处）" if len(self.problems) >= _MOST_PROBLEMS else ""
            raise refusal("E40", f"{self.table.title}表：" + "；".join(self.problems) + more)

    def values(self, column: Column, cells: pa.Array, rows: Sequence[int]) -> pa.Array:
        """The values of a column, of its type; texts dictionary coded."""
        kind = cells.type
        numeric = pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_integer(kind)
        if column.kind in ("points", "number", "wan") and numeric:
            found = self._numbers(column, cells, rows)
        elif pa.types.is_boolean(kind) and column.kind == "flag":
            found = cells
        elif pa.types.is_null(kind):
            found = nothing(column, len(cells))
        elif numeric or pa.types.is_boolean(kind) or pa.types.is_string(_texts_of(kind)):
            found = self._coded(column, cells, rows)
        else:
            self.wrong(column, rows[0] if len(rows) else 0, str(kind), "列的类型不支持")
            found = nothing(column, len(cells))
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
                    known[cell] = convert(printed(cell))
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


def printed(cell: Any) -> str:
    """A cell as text: whole numbers without a decimal point."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return plain(cell) if isinstance(cell, Decimal) else str(cell)


def nothing(column: Column, length: int) -> pa.Array:
    blank = pa.nulls(length, column.type)
    return blank.dictionary_encode() if column.type == pa.string() else blank


def derived(cells: pa.Array, convert: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """A second form of coded texts, each different one converted once."""
    values = pa.array([None if v is None else convert(v) for v in cells.dictionary.to_pylist()], kind)
    return values.take(cells.indices)


def both(
    cells: pa.Array, convert: Callable[[str], tuple[Decimal | None, str | None]], number: pa.DataType
) -> tuple[pa.Array, pa.Array]:
    """Number and word of coded texts, each different one converted once."""
    pairs = [(None, None) if v is None else convert(v) for v in cells.dictionary.to_pylist()]
    first, second = pa.array([p[0] for p in pairs], number), pa.array([p[1] for p in pairs], pa.string())
    return first.take(cells.indices), second.take(cells.indices)


def texts(cells: pa.Array) -> pa.Array:
    return cells.cast(pa.string())


def filled(cells: pa.Array, other: pa.Array | str) -> pa.Array:
    """Texts, blanks filled from others; coded."""
    return pc.coalesce(texts(cells), other).dictionary_encode()
