"""核查意见单: what one unit is asked to explain, as Word or Excel; a filled one comes back through ``ingest``.

The first table lists leaves whose self-score their own rule does not yield, in both directions; the second every other
存疑事项 with both readings. Wording is neutral, 部门说明 and 采纳情况 are blank. Layout is read by
``data/byhand/opinion.py``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import duckdb
import xlsxwriter

from analytics.filters import Filters
from data.byhand import opinion
from data.decided.decision import STATES, working_hash
from data.statements import named as statements
from data.warehouse import Warehouse
from exports import word
from exports.anonymous import AS_PRINTED, Names, cleared
from exports.byhand.completion import zipped
from exports.cells import LITERAL, write_cell
from exports.edition import Edition, naming
from exports.names import file_name
from exports.source import SIMULATED, Source
from exports.word import Column, Small

_SQL = Path(__file__).with_suffix(".sql")
Format = Literal["docx", "xlsx"]
_MOST_ADMITTED = 6
_LONGEST_PART = 30
_A4, _LINE_HEIGHT, _HIGHEST = 9, 12.5, 409.0
_WIDTH_A_CM, _CHARACTERS_A_CM = 4.8, 2.6
"""Excel's column width for a centimetre on paper, and how many Chinese characters of 9 points it holds."""
BY_RULE, OTHERS = "一、自评得分与按评分规则测算得分不一致的三级指标", "二、其他存疑事项"
TOLD = (
    "下列事项系将自评价报告所印得分、完成值与其评分规则、金额及文字逐项对照所得，自评得分偏高、偏低的均列出，供核对；"
    "自评得分不因本单改动。请在“部门说明”栏说明情况并填写“填写人”，核对后的意见填入“采纳情况”栏"
    f"（{'、'.join(STATES)}）。填好后原样返回，序号下的编号请勿改动；空白的行不作处理。"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One unit and year: what is asked of it. ``by_rule`` and ``others`` are rows of ``letters.sql``."""

    unit: str
    fiscal_year: int
    region: str
    by_rule: tuple[dict[str, Any], ...]
    others: tuple[dict[str, Any], ...]


def letters(
    cursor: duckdb.DuckDBPyConnection, filters: Filters, names: Names = AS_PRINTED, named: bool = False
) -> Iterator[Letter]:
    """A letter for each unit and year in scope that has something to explain; units marked 涉密 have none. ``named``: a
    letter calls the unit it is for by its name, also where ``names`` replace it."""
    found = cursor.execute(statements(_SQL)["items"], cleared(cursor, filters).parameters())
    heads = [d[0] for d in found.description or []]
    rows = (dict(zip(heads, row, strict=True)) for row in found.fetchall())
    for (_, year), found_of in groupby(rows, key=lambda row: (row["unit_id"], row["fiscal_year"])):
        items: list[dict[str, Any]] = []
        of_unit = list(found_of)
        shown = names.without(of_unit[0]["unit"]) if named else names
        for row in of_unit:
            code = opinion.code(row["finding_id"], working_hash(row["working"]))
            items.append({k: shown.text(v) if isinstance(v, str) else v for k, v in row.items()} | {"code": code})
        one = items[0]
        by_rule = tuple(item for item in items if item["by_rule"])
        others = tuple(item for item in items if not item["by_rule"])
        yield Letter(one["unit"], year, one["region"] or "区划未知", by_rule, others)


def every(
    cursor: duckdb.DuckDBPyConnection,
    filters: Filters,
    source: Source,
    kinds: Sequence[Format] = ("docx", "xlsx"),
    names: Names = AS_PRINTED,
    named: bool = False,
) -> Iterator[tuple[str, bytes]]:
    """File name and content of every letter; names of files are told apart, whatever units are called."""
    write: dict[Format, Callable[[Letter, Source], bytes]] = {"docx": docx, "xlsx": xlsx}
    taken: set[str] = set()
    for letter in letters(cursor, filters, names, named):
        parts = (str(letter.fiscal_year), letter.region, letter.unit[:_LONGEST_PART], "核查意见单")
        name, number = file_name(*parts, source.version), 1
        while name in taken:
            number += 1
            name = file_name(*parts, source.version, str(number))
        taken.add(name)
        for kind in kinds:
            yield f"{name}.{kind}", write[kind](letter, source)


def archive(warehouse: Warehouse, version: int, filters: Filters, source: Source, names: Names = AS_PRINTED) -> bytes:
    """Every letter of a version as one zip archive; one that says so where there is nothing to explain."""
    with warehouse.cursor(version) as cursor:
        files = list(every(cursor, filters, source, names=naming(cursor, filters, Edition())))
    return zipped(files or [("说明.txt", "所选范围内没有需要部门说明的事项。\r\n".encode("utf-8-sig"))])


def docx(letter: Letter, source: Source) -> bytes:
    """The letter as a Word document, A4 landscape."""
    title = f"{letter.unit} {letter.fiscal_year} 年度核查意见单"
    marked = f"{SIMULATED} · " if source.dataset == SIMULATED else ""
    document = word.new(title, landscape=True, footer=f"{marked}{title} · 数据版本 {source.version}")
    word.paragraph(document, opinion.MARK, 16, bold=True, align="center")
    lines = [[text for field in line for text in field] for line in _fields(letter, source)]
    word.fields(document, lines, (2.2, 9.4, 2.2, 4.6, 2.2, 6.1))
    word.paragraph(document, TOLD, 9, align="both", indent=True)
    for heading, rows, columns, cells in _parts(letter):
        word.paragraph(document, f"{heading}（{len(rows)} 项）", 11, bold=True)
        if rows:
            word.table(document, columns, [_printed(columns, cells(i, row)) for i, row in enumerate(rows, 1)], 8)
        else:
            word.paragraph(document, "无。", 9, indent=True)
    return word.content(document)


def xlsx(letter: Letter, source: Source) -> bytes:
    """The letter as a workbook, a sheet a table; only 填写人, 部门说明 and 采纳情况 can be written in."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, LITERAL)
    pen = _Pen(book)
    for number, (words, items, columns, cells) in enumerate(_parts(letter)):
        page = book.add_worksheet("其他存疑事项" if number else "核查意见单")
        top = 0 if number else pen.head(page, letter, source)
        pen.table(page, top, f"{words}（{len(items)} 项）", items, columns, cells)
        page.set_footer(f"&C{letter.fiscal_year} 年度核查意见单 · 数据版本 {source.version}　第 &P 页，共 &N 页")
    book.close()
    return file.getvalue()


class _Pen:
    """Writes the sheets of one workbook, in its formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": word.TEXT, "font_size": 9, "text_wrap": True, "valign": "top", "border": 1}
        base |= {"border_color": "#8A929C"}
        self._text = book.add_format(base)
        self._centred = book.add_format(base | {"align": "center"})
        self._number = book.add_format(base | {"num_format": "0.00"})
        self._signed = book.add_format(base | {"num_format": "+0.00;-0.00;0.00"})
        self._open = book.add_format(base | {"locked": False, "bg_color": "#FFF9E0", "num_format": "@"})
        self._code = book.add_format(base | {"font_size": 6, "font_color": "#8A929C"})
        self._head = book.add_format(
            base | {"bold": True, "bg_color": "#E8EDF3", "align": "center", "valign": "vcenter"}
        )
        self._title = book.add_format({"font_name": word.HEAD, "font_size": 16, "bold": True})
        self._heading = book.add_format({"font_name": word.HEAD, "font_size": 11, "bold": True, "valign": "vcenter"})
        self._said = book.add_format({"font_name": word.TEXT, "font_size": 9, "text_wrap": True, "valign": "vcenter"})

    def head(self, page: Any, letter: Letter, source: Source) -> int:
        """Title, unit, version, name to fill in, and what is asked; the row behind."""
        page.write_string(0, 0, opinion.MARK, self._title)
        page.set_row(0, 26)
        for row, (unit, at, version) in enumerate(_fields(letter, source), start=1):
            for (label, value), first, last in ((unit, 1, 4), (at, 6, 6), (version, 8, 9)):
                form = self._open if label == opinion.BY else self._text
                page.write_string(row, first - 1, label, self._head)
                if last > first:
                    page.merge_range(row, first, row, last, "", form)
                page.write_string(row, first, value, form)
            page.set_row(row, _LINE_HEIGHT * 1.6)
        page.merge_range(3, 0, 3, len(_RULE_COLUMNS) - 1, "", self._said)
        page.write_string(3, 0, TOLD, self._said)
        page.set_row(3, _LINE_HEIGHT * 3)
        return 4

    def table(
        self, page: Any, top: int, words: str, items: Sequence[dict[str, Any]], columns: Sequence[Column], cells: _Cells
    ) -> None:
        """A heading and a table that starts at ``top``; its heads stand again on every printed page."""
        for column, of in enumerate(columns):
            page.set_column(column, column, of.width * _WIDTH_A_CM)
        page.set_column(len(columns), len(columns), 17)
        page.write_string(top, 0, words, self._heading)
        page.set_row(top, 22)
        for column, name in enumerate([*(c.head for c in columns), "编号"]):
            page.write_string(top + 1, column, name, self._head)
        page.set_row(top + 1, _LINE_HEIGHT * 2)
        for number, item in enumerate(items, start=1):
            row, values = top + 1 + number, cells(number, item)
            for column, (value, of) in enumerate(zip(values, columns, strict=True)):
                self._cell(page, row, column, number if isinstance(value, Small) else value, of.head)
            page.write_string(row, len(columns), item["code"], self._code)
            page.set_row(row, _height(values, columns))
        if items:
            taken, last = len(columns) - 1, top + 1 + len(items)
            page.data_validation(top + 2, taken, last, taken, {"validate": "list", "source": list(STATES)})
        page.protect("", {"format_columns": True, "format_rows": True})
        page.freeze_panes(top + 2, 2)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.7)
        page.repeat_rows(top + 1)

    def _cell(self, page: Any, row: int, column: int, value: str | float | None, head: str) -> None:
        if head in (opinion.WORDS, opinion.TAKEN):
            page.write_blank(row, column, None, self._open)
        elif value is None or value == "":
            page.write_blank(row, column, None, self._text)
        elif isinstance(value, str):
            write_cell(page, row, column, value, self._text)
        else:
            form = self._signed if head == "差异" else self._number if isinstance(value, float) else self._centred
            page.write_number(row, column, value, form)


_Field = tuple[str, str]


def _fields(letter: Letter, source: Source) -> list[tuple[_Field, _Field, _Field]]:
    """Label and value of what stands above the tables, in lines of three."""
    region = letter.region if source.dataset != SIMULATED else f"{letter.region}（{SIMULATED}）"
    return [
        (("填报单位", letter.unit), ("年度", str(letter.fiscal_year)), ("数据版本", source.version)),
        (("区划", region), ("制表日期", source.date), (opinion.BY, "")),
    ]


_Cells = Callable[[int, dict[str, Any]], list[str | float | Small | None]]


def _parts(letter: Letter) -> list[tuple[str, Sequence[dict[str, Any]], Sequence[Column], _Cells]]:
    return [
        (BY_RULE, letter.by_rule, _RULE_COLUMNS, _rule_cells),
        (OTHERS, letter.others, _OTHER_COLUMNS, _other_cells),
    ]


_RULE_COLUMNS = (
    Column("序号", 1.2, "center"), Column("三级指标", 2.5), Column("填报值", 1.9), Column("自评得分", 1.3, "right"),
    Column("按评分规则测算得分", 1.9, "right"), Column("差异", 1.3, "right"), Column("评分规则原文", 4.4),
    Column("测算过程", 4.4), Column("原文位置", 2.7), Column(opinion.WORDS, 3.2), Column(opinion.TAKEN, 1.9),
)  # fmt: skip
_OTHER_COLUMNS = (
    Column("序号", 1.2, "center"), Column("三级指标", 2.5), Column("核对项目", 1.9), Column("方向", 1.3, "center"),
    Column("分值", 1.9, "right"), Column("所印", 3.0), Column("对照", 3.3), Column("测算过程", 3.8),
    Column("原文位置", 2.7), Column(opinion.WORDS, 3.2), Column(opinion.TAKEN, 1.9),
)  # fmt: skip


def _rule_cells(number: int, row: dict[str, Any]) -> list[str | float | Small | None]:
    return [
        Small(str(number), row["code"]), _leaf(row), row["value_text"], row["score"], _admitted(row), row["gap"],
        row["rule_text"], row["working"], row["place"], None, None,
    ]  # fmt: skip


def _other_cells(number: int, row: dict[str, Any]) -> list[str | float | Small | None]:
    places = "；".join(dict.fromkeys(place for place in (row["place"], row["against_place"]) if place))
    return [
        Small(str(number), row["code"]), _leaf(row), row["check_name"], row["direction"], row["points"],
        row["reading"] or row["message"], row["against"], row["working"], places, None, None,
    ]  # fmt: skip


def _leaf(row: dict[str, Any]) -> str:
    """The name of the leaf, of what project where the report is about one."""
    name = row["level3"] or "—"
    return f"{name}（{row['subject']}）" if row["subject"] else name


def _admitted(row: dict[str, Any]) -> str | float | None:
    """What the rule yields: a score, the few there are, or the interval."""
    low, high, admitted = row["low"], row["high"], row["admitted"]
    if low is None or low == high:
        return low if low is None else float(low)
    if admitted and len(admitted) <= _MOST_ADMITTED:
        return "、".join(f"{score:.2f}" for score in sorted(admitted))
    return f"{low:.2f} 至 {high:.2f}"


def _printed(columns: Sequence[Column], values: Sequence[str | float | Small | None]) -> list[str | Small | None]:
    """Cells as they are printed: two decimals, differences with their sign."""
    return [
        value if not isinstance(value, float) else f"{value:+.2f}" if of.head == "差异" else f"{value:.2f}"
        for value, of in zip(values, columns, strict=True)
    ]


def _height(values: Sequence[str | float | Small | None], columns: Sequence[Column]) -> float:
    """The height of a row in which no wrapped text is cut."""
    lines = 2
    for value, of in zip(values, columns, strict=True):
        if isinstance(value, str):
            fit = max(1, int(of.width * _CHARACTERS_A_CM))
            lines = max(lines, sum(max(1, -(-len(part) // fit)) for part in value.split("\n")))
    return min(_HIGHEST, _LINE_HEIGHT * lines)
