"""What an interchange table may hold: ``columns.csv`` as values, headers to columns, printed cells to values.

A table is interchange when its first row has a year and a unit column. Which table it is, its columns tell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.codes import refusal
from data.normalise import folded, search_key
from data.prose.budget import PERSONS, YUAN
from data.vocabulary import Vocabulary

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A text that starts with one of these is written to spreadsheets with an apostrophe before it."""
_FILE = Path(__file__).with_name("columns.csv")
_EVERY = "*"
_FORM = "form"
_YEARS = range(1949, 2200)
_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_YEAR = re.compile(r"^(\d{4})(?:\.0+)?年?度?$")
_NUMBER = re.compile(r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$")
_TRUE, _FALSE = frozenset({"是", "1", "true", "y", "yes", "涉密"}), frozenset({"否", "0", "false", "n", "no", "非涉密"})
_LONGEST_TEXT = 1_000
_LONGEST = 200_000
_SIMULATED = re.compile(r"^99\d{4}$")
_HEADER_LONGEST = 40
_FEWEST_KNOWN = 3

TABLES: Mapping[str, str] = {
    "leaf_score": "三级指标得分",
    "adjustment": "加减分",
    "stated_figure": "所述得分",
    "budget_figure": "预算金额",
    "budget_execution": "预算执行情况",
    "narrative": "正文",
    "review_score": "财政复评",
    "roster": "应报名单",
}
"""Table -> its Chinese name. ``budget_execution`` is ``budget_figure`` with a column for each amount."""

POINTS, NUMBER, WAN = pa.decimal128(12, 6), pa.decimal128(24, 6), pa.decimal128(18, 6)
_TYPES: Mapping[str, pa.DataType] = {
    "year": pa.int16(), "ordinal": pa.int16(), "points": POINTS, "number": NUMBER, "wan": WAN, "flag": pa.bool_(),
}  # fmt: skip
_BOUNDS = {"points": Decimal(10) ** 6, "number": Decimal(10) ** 15, "wan": Decimal(10) ** 12}


@dataclass(frozen=True)
class Column:
    """A column: ``kind`` says what its cells are, ``report`` whether it tells reports apart (key) or speaks of one
    (fact); a ``required`` column must be there, a required text must not be blank."""

    name: str
    header: str
    words: tuple[str, ...]
    kind: str
    required: bool
    choices: Mapping[str, str]
    """Every way to write a choice -> what is stored."""
    report: str
    template: bool
    """Whether the blank template has it; the other columns are for programs."""
    meaning: str

    @property
    def type(self) -> pa.DataType:
        """Arrow type of the values."""
        return _TYPES.get(self.kind, pa.string())

    @property
    def may_be_blank(self) -> bool:
        return not self.required or self.kind in ("points", "number", "raw")

    @property
    def shown_choices(self) -> tuple[str, ...]:
        """The choices in Chinese, in order."""
        last = {code: word for word, code in self.choices.items() if word != code or not word.isascii()}
        first: dict[str, str] = {}
        for word, code in self.choices.items():
            if word != code:
                first.setdefault(code, word)
        return tuple(first.get(code, last.get(code, code)) for code in dict.fromkeys(self.choices.values()))


@dataclass(frozen=True)
class Table:
    """An interchange table by name, with its columns in order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def title(self) -> str:
        return TABLES[self.name]

    @cached_property
    def by_word(self) -> Mapping[str, Column]:
        """Search key of a header -> its column."""
        found: dict[str, Column] = {}
        for column in self.columns:
            for word in (column.name, column.header, *column.words):
                found.setdefault(header_key(word), column)
        return found

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def report_columns(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.report)

    @property
    def own_columns(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if not c.report)


REPORT_SCHEMA = pa.schema(
    {
        "fiscal_year": pa.int16(), "region_code": pa.string(), "unit": pa.string(), "form": pa.string(),
        "subject": pa.string(), "unit_code": pa.string(), "department": pa.string(), "year_basis": pa.string(),
        "stated_total": POINTS, "grade": pa.string(), "status": pa.string(), "row": pa.int32(),
    }
)  # fmt: skip
"""A report of a table as re-written: key and facts, and the row where it stands first."""

_CODED = pa.dictionary(pa.int32(), pa.string())


@lru_cache(maxsize=16)
def row_schema(name: str) -> pa.Schema:
    """The rows of a table as re-written: the number of their report in the table, their row, and their own columns."""
    own = {c.name: _CODED if c.type == pa.string() else c.type for c in tables()[name].own_columns}
    return pa.schema({"report": pa.int32(), "row": pa.int32(), **own})


@dataclass(frozen=True)
class Recognised:
    """A header that is interchange: the table, and for each column of it the position in the header."""

    table: Table
    positions: Mapping[str, int]


def header_key(header: str) -> str:
    """The form in which headers are compared: folded, without what stands in brackets."""
    return _BRACKETS.sub("", search_key(header)) or search_key(header)


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Table]:
    """Every interchange table by name."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))

    def column(line: Mapping[str, str]) -> Column:
        choices: dict[str, str] = {}
        for choice in filter(None, line["choices"].split("|")):
            code, _, words = choice.partition("=") if choice != "=" else (choice, "", "")
            for word in (code, *filter(None, words.split("="))):
                choices[word] = code
        return Column(
            line["column"], line["header"], tuple(filter(None, line["words"].split("|"))), line["kind"],
            bool(line["required"]), choices, line["report"], bool(line["template"]), line["meaning"],
        )  # fmt: skip

    return {
        name: Table(
            name,
            tuple(
                column(x) for x in lines if x["table"] in (_EVERY, name) or (x["table"] == _FORM and name != "roster")
            ),
        )
        for name in TABLES
    }


def recognised(header: Sequence[str]) -> Recognised | None:
    """The table a first row belongs to; ``None`` if it is no interchange header: no year and unit column, or not three
    columns and more than half of the cells that are known.

    Raises ``Refusal`` E40 where it is one, but a column is unknown, there twice, or missing.
    """
    keys = [header_key(text) if len(text) <= _HEADER_LONGEST else "" for text in header]
    year, unit = tables()["leaf_score"].by_name["fiscal_year"], tables()["leaf_score"].by_name["unit"]
    common = tables()["leaf_score"].by_word
    held = [common.get(key) for key in keys]
    if year not in held or unit not in held or any(re.fullmatch(r"[\d.]+", key) for key in keys):
        return None
    known = {name: [table.by_word.get(key) for key in keys] for name, table in tables().items()}
    best = max(TABLES, key=lambda name: (sum(c is not None for c in known[name]), _complete(name, known[name])))
    table, found = tables()[best], known[best]
    counted = sum(c is not None for c in found)
    if counted < _FEWEST_KNOWN or 2 * counted <= sum(bool(text.strip()) for text in header):
        return None
    problems = [f"未知的列“{text}”" for text, key, c in zip(header, keys, found, strict=True) if key and c is None]
    positions: dict[str, int] = {}
    for i, column in enumerate(found):
        if column is not None:
            if column.name in positions:
                problems.append(f"“{column.header}”列出现两次")
            positions.setdefault(column.name, i)
    problems += [f"缺少“{c.header}”列" for c in table.columns if c.required and c.name not in positions]
    if problems:
        raise refusal("E40", f"{table.title}表：" + "；".join(problems[:5]))
    return Recognised(table, positions)


def _complete(name: str, found: Sequence[Column | None]) -> bool:
    return all(c in found for c in tables()[name].columns if c.required)


class NotAValueError(ValueError):
    """A cell does not hold what its column asks for; the message says why, in Chinese."""


def converter(column: Column, vocabulary: Vocabulary) -> Callable[[str], Any]:
    """Printed cell -> value of a column; ``None`` for a blank one. Raises ``NotAValueError``."""
    if column.kind == "item":
        items = {search_key(i.item): i.item for i in vocabulary.budget_items}
        items |= {search_key(i.name): i.item for i in vocabulary.budget_items}
        return lambda text: _one_of(items, search_key(text), "不是预算项目，可用项目见模板说明")
    if column.kind == "region":
        return lambda text: _region(text, vocabulary)
    if column.kind == "dimension":
        dimensions = {line.dimension: line.dimension for line in vocabulary.dimensions}
        return lambda text: _one_of(dimensions, folded(text), f"应为 {'、'.join(dimensions)} 之一")
    if column.choices:
        choices = {search_key(word): code for word, code in column.choices.items()}
        words = "、".join(column.shown_choices)
        return lambda text: _one_of(choices, search_key(text), f"应为 {words} 之一")
    return _CONVERTERS[column.kind]


def _one_of(known: Mapping[str, str], key: str, otherwise: str) -> str | None:
    if not key:
        return None
    if key not in known:
        raise NotAValueError(otherwise)
    return known[key]


def _region(text: str, vocabulary: Vocabulary) -> str | None:
    code = folded(text).removesuffix(".0")
    if code and code not in vocabulary.regions_by_code and not _SIMULATED.match(code):
        raise NotAValueError("不是六位国家标准区划代码")
    return code or None


def _year(text: str) -> int | None:
    whole = folded(text)
    if not whole:
        return None
    found = _YEAR.match(whole)
    if not found or int(found[1]) not in _YEARS:
        raise NotAValueError("不是四位年度")
    return int(found[1])


def _ordinal(text: str) -> int | None:
    whole = folded(text).removesuffix(".0")
    if not whole:
        return None
    if not re.fullmatch(r"\d{1,5}", whole) or int(whole) > 32_767:
        raise NotAValueError("不是序号")
    return int(whole)


def _decimal(kind: str) -> Callable[[str], Decimal | None]:
    bound = _BOUNDS[kind]

    def convert(text: str) -> Decimal | None:
        whole = folded(text)
        if not whole:
            return None
        try:
            if not _NUMBER.match(whole):
                raise InvalidOperation
            value = Decimal(whole.replace(",", ""))
        except InvalidOperation:
            raise NotAValueError("不是数字") from None
        if abs(value) >= bound:
            raise NotAValueError("数值过大")
        return value.quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)

    return convert


def _flag(text: str) -> bool | None:
    key = search_key(text)
    if not key:
        return None
    if key not in _TRUE | _FALSE:
        raise NotAValueError("应为 是 或 否")
    return key in _TRUE


def _unit_of_money(text: str) -> str | None:
    key = folded(text)
    return _one_of({u: u for u in (*YUAN, *PERSONS)}, key, f"应为 {'、'.join((*YUAN, '人'))} 之一")


def _text(longest: int, *, as_it_is: bool = False) -> Callable[[str], str | None]:
    def convert(text: str) -> str | None:
        whole = text if as_it_is else text.strip()
        if len(whole) > longest:
            raise NotAValueError(f"超过 {longest} 字")
        if "\x00" in whole:
            raise NotAValueError("含不可见字符")
        return whole if whole or as_it_is else None

    return convert


_CONVERTERS: Mapping[str, Callable[[str], Any]] = {
    "year": _year,
    "ordinal": _ordinal,
    "points": _decimal("points"),
    "number": _decimal("number"),
    "wan": _decimal("wan"),
    "flag": _flag,
    "unit": _unit_of_money,
    "text": _text(_LONGEST_TEXT),
    "long": _text(_LONGEST),
    "raw": _text(_LONGEST, as_it_is=True),
}
