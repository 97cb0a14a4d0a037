"""复核工作底稿: a workbook a report, its leaves in the columns re-checkers use; a filled one comes back by ``ingest``.

Numbers are typed, there is no formula: 偏离度 is a number where a re-checked score is known, else blank. What leads a
filled row back to its leaf stands on a hidden sheet; layout and reading are those of ``data/byhand/worksheet.py``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from analytics.filters import Filters
from data.byhand import worksheet
from data.byhand.worksheet import Line
from data.normalise import number
from data.statements import named
from data.warehouse import Warehouse
from exports import word
from exports.anonymous import AS_PRINTED, Names, cleared
from exports.byhand.completion import zipped
from exports.cells import LITERAL, write_cell
from exports.edition import Edition, naming
from exports.names import file_name
from exports.source import SIMULATED, Source

_SQL = Path(__file__).with_suffix(".sql")
_A4, _LINE_HEIGHT, _HIGHEST, _LONGEST_PART = 9, 13.5, 409.0, 30
_WIDTHS = (10, 12, 22, 9, 14, 9, 8, 16, 9, 16, 9, 9, 30)
_NUMBERS = {"权重", "自评得分", worksheet.SCORE}
_OPEN = (worksheet.VALUE, worksheet.SCORE, worksheet.REMARK)
_TOLD = (
    "“一级”至“自评得分”照录自评价报告，不可改动；请在黄色的“复核完成值”“复核得分”“备注”三栏填写。",
    "复核得分在 0 与权重之间；改动得分的，请在“备注”写明依据（如未见佐证材料、指标不可考核、完成值与佐证不符）。",
    "偏离度 =（自评得分 − 复核得分）÷ 权重：正数为自评偏高，负数为自评偏低。由系统计算，不必填写。",
    "三栏均空白的行不作处理；可分几次填写，后一次填写的取代前一次。",
    "填好后保存为 xlsx，在“数据入库”页提交或用 jixiao ingest 入库，即记为财政复核结果；自评得分不因本稿改动。",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One report's 底稿: whose it is, and its leaves."""

    unit: str
    region: str
    fiscal_year: int
    form: str
    subject: str
    lines: tuple[Line, ...]


def papers(cursor: duckdb.DuckDBPyConnection, units: Sequence[str], fiscal_year: int) -> Iterator[Paper]:
    """The 底稿 of the units' reports of a year; units marked 涉密 have none."""
    if not units:
        return
    shown = cleared(cursor, Filters((fiscal_year,), units=tuple(units)))
    reports = cursor.execute(named(_SQL)["reports"], shown.parameters()).fetchall()
    known = worksheet.lines(cursor, [row[0] for row in reports])
    of = {report_id: tuple(same) for report_id, same in groupby(known, key=lambda line: line.report_id)}
    for report_id, _, unit, region, year, form, subject in reports:
        if report_id in of:
            yield Paper(unit, region or "区划未知", year, form, subject, of[report_id])


def every(
    cursor: duckdb.DuckDBPyConnection, units: Sequence[str], fiscal_year: int, source: Source, names: Names = AS_PRINTED
) -> Iterator[tuple[str, bytes]]:
    """File name and content of every 底稿; names of files are told apart."""
    taken: set[str] = set()
    for paper in papers(cursor, units, fiscal_year):
        subject = (paper.subject[:_LONGEST_PART],) if paper.subject else ()
        parts = (str(paper.fiscal_year), paper.region, paper.unit[:_LONGEST_PART], *subject, worksheet.SHEET)
        name, again = file_name(*parts, source.version), 1
        while name in taken:
            again += 1
            name = file_name(*parts, source.version, str(again))
        taken.add(name)
        yield f"{names.text(name)}.xlsx", xlsx(paper, source, names)


def archive(warehouse: Warehouse, version: int, units: Sequence[str], fiscal_year: int, source: Source) -> bytes:
    """Every 底稿 of the units as one zip archive; one that says so where there is none."""
    with warehouse.cursor(version) as cursor:
        shown = naming(cursor, Filters((fiscal_year,)), Edition())
        files = list(every(cursor, units, fiscal_year, source, shown))
    return zipped(files or [("说明.txt", "名单内没有可出底稿的报告。\r\n".encode("utf-8-sig"))])


def xlsx(paper: Paper, source: Source, names: Names = AS_PRINTED) -> bytes:
    """A 底稿 as a workbook."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, LITERAL)
    base = {"font_name": word.TEXT, "font_size": 9, "text_wrap": True, "valign": "top", "border": 1}
    base |= {"border_color": "#8A929C"}
    head = book.add_format(base | {"bold": True, "bg_color": "#E8EDF3", "align": "center", "valign": "vcenter"})
    forms = {
        (is_open, kind): book.add_format(base | ({"locked": False, "bg_color": "#FFF9E0"} if is_open else {}) | more)
        for is_open in (False, True)
        for kind, more in (("text", {}), ("number", {"num_format": "0.00"}), ("share", {"num_format": "0.00%"}))
    }
    page = book.add_worksheet(worksheet.SHEET)
    for column, (name, width) in enumerate(zip(worksheet.COLUMNS, _WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, name, head)
    shown = [_cells(line, names) for line in paper.lines]
    for row, cells in enumerate(shown, start=1):
        for column, (name, value) in enumerate(zip(worksheet.COLUMNS, cells, strict=True)):
            kind = "share" if name == worksheet.DEVIATION else "number" if name in _NUMBERS else "text"
            _write(page, row, column, value, forms[name in _OPEN, kind])
        weight = cells[worksheet.COLUMNS.index("权重")]
        if isinstance(weight, Decimal):
            allowed = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": float(weight)}
            told = {"error_title": "复核得分", "error_message": f"应在 0 与权重 {weight.normalize():f} 之间"}
            page.data_validation(row, worksheet.COLUMNS.index(worksheet.SCORE), row,
                                 worksheet.COLUMNS.index(worksheet.SCORE), allowed | told)  # fmt: skip
        page.set_row(row, _height(cells))
    _print_setup(page, paper, source, names)
    _instructions(book, paper)
    _keys(book, paper, [cells[: len(worksheet.SELF)] for cells in shown])
    book.close()
    return file.getvalue()


_Cell = str | Decimal | float | None


def _cells(line: Line, names: Names) -> list[_Cell]:
    """The cells of a row; names that may not leave are replaced in its texts."""
    known = None if line.value is None else number(line.value)
    rest = (line.value if known is None else known, line.score, line.deviation, line.reason)
    return [names.text(cell) if isinstance(cell, str) else cell for cell in (*line.own, *rest)]


def _write(page: Any, row: int, column: int, value: _Cell, form: Any) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, form)
    else:
        write_cell(page, row, column, value, form)


def _height(cells: Sequence[_Cell]) -> float:
    lines = max(-(-len(cell) * 2 // width) for cell, width in zip(cells, _WIDTHS, strict=True) if isinstance(cell, str))
    return min(_HIGHEST, _LINE_HEIGHT * max(lines, 1) + 2)


def _print_setup(page: Any, paper: Paper, source: Source, names: Names) -> None:
    """A4 landscape with whose 底稿 it is above and the data version below, on every printed page."""
    mark = f"（{SIMULATED}）" if source.dataset == SIMULATED else ""
    subject = f" {paper.subject}" if paper.subject else ""
    whose = names.text(f"{paper.unit} {paper.fiscal_year} 年度{subject} {worksheet.SHEET}{mark}")
    page.set_header(f"&C&14{whose.replace('&', '&&')[:200]}")
    page.set_footer(f"&L{paper.region}　数据版本 {source.version}　制表日期 {source.date}&R第 &P 页，共 &N 页")
    page.protect("", {"format_columns": True, "format_rows": True})
    page.freeze_panes(1, 3)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.set_margins(0.4, 0.4, 0.8, 0.6)
    page.repeat_rows(0)


def _instructions(book: Any, paper: Paper) -> None:
    page = book.add_worksheet("填写说明")
    page.set_column(0, 0, 110)
    wrap = book.add_format({"font_name": word.TEXT, "font_size": 11, "text_wrap": True, "valign": "top"})
    inferred = [str(line.own[2]) for line in paper.lines if line.inferred]
    told = (*_TOLD, *([f"下列指标的自评得分原文未印，由合计推定：{'、'.join(inferred)}。"] if inferred else []))
    for row, words in enumerate(told):
        page.write_string(row, 0, f"{row + 1}. {words}"[:32_000], wrap)
    page.protect()


def _keys(book: Any, paper: Paper, written: Sequence[Sequence[_Cell]]) -> None:
    """The hidden sheet: report_id, then 序号, hash of the row as written, hash of the row as the version holds it."""
    page = book.add_worksheet(worksheet.KEYS)
    page.write_string(0, 0, paper.lines[0].report_id)
    printed = worksheet.hashes([[c if not isinstance(c, float) else None for c in row] for row in written])
    source = worksheet.hashes([line.own for line in paper.lines])
    for row, (line, *both) in enumerate(zip(paper.lines, printed, source, strict=True), start=1):
        for column, text in enumerate((str(line.ordinal), *both)):
            page.write_string(row, column, text)
    page.very_hidden()
    page.protect()
