"""Blank templates of the interchange tables (空白模板): an xlsx with Chinese headers and an instruction sheet each."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from data import vocabulary
from data.codes import refusal
from data.interchange.columns import TABLES, Column, tables
from exports.cells import LITERAL
from exports.whole import whole

TEMPLATES = tuple(TABLES)
_GUIDE = "填写说明"
_ROWS = 10_000
_NUMBERS = frozenset({"year", "ordinal", "points", "number", "wan"})
_NOTES = (
    "第一行为列名，请勿改动；不需要的非必填列可整列删去，列的次序不限。",
    "每行都要填写年度和单位名称；原文未印的得分和金额请留空，不要填 0。",
    "本工作表不参与入库，可以保留。",
)


def template(table: str) -> bytes:
    """The blank template of an interchange table as an xlsx file."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, LITERAL)
    wanted = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFF2CC"})
    head = book.add_format({"bold": True, "bottom": 1})
    words = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(TABLES[table])
    columns = [c for c in tables()[table].columns if c.template]
    for i, column in enumerate(columns):
        sheet.set_column(i, i, max(10, 2 * len(column.header) + 4), None if column.kind in _NUMBERS else words)
        sheet.write_string(0, i, column.header, wanted if column.required else head)
        if column.choices or column.kind == "flag":
            choices = list(column.shown_choices) or ["是", "否"]
            sheet.data_validation(1, i, _ROWS, i, {"validate": "list", "source": choices})
    sheet.freeze_panes(1, 0)
    _guide(book.add_worksheet(_GUIDE), columns, head)
    book.close()
    return sink.getvalue()


def write_template(table: str, out: Path) -> None:
    """Write a template, whole or not at all. Raises ``Refusal`` E16 for another ending than .xlsx, E10."""
    if out.suffix.lower() != ".xlsx":
        raise refusal("E16", f"空白模板为 .xlsx，而非 {out.suffix or out.name}")
    with whole(out) as draft:
        draft.write_bytes(template(table))


def _guide(sheet: Any, columns: list[Column], head: Any) -> None:
    for i, (word, width) in enumerate((("列名", 20), ("必填", 8), ("说明", 60), ("可选值", 60))):
        sheet.set_column(i, i, width)
        sheet.write_string(0, i, word, head)
    row = 0
    for row, column in enumerate(columns, start=1):
        cells = (column.header, "是" if column.required else "", column.meaning, "、".join(_choices(column)))
        for i, text in enumerate(cells):
            sheet.write_string(row, i, text)
    for i, note in enumerate(_NOTES):
        sheet.write_string(row + 2 + i, 0, note)


def _choices(column: Column) -> tuple[str, ...]:
    if column.kind == "item":
        return tuple(dict.fromkeys(item.name for item in vocabulary.load().budget_items))
    return ("是", "否") if column.kind == "flag" else column.shown_choices
