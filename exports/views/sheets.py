"""Views as worksheets: title, sentence, where the numbers come from, the table with its Chinese headers, notes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from analytics.view import View, is_rate
from exports.cells import LITERAL, write_cell
from exports.source import Source

_NARROWEST, _WIDEST = 8, 48
_HEAD = 4
_LONGEST_NAME = 31
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'+")
_NOTHING = View("没有可显示的数据", "", pd.DataFrame(), None, {})


def sheets(views: Sequence[View], source: Source) -> bytes:
    """An .xlsx file with the whole table of each view on a sheet: text and numbers only, no formula, no link."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, LITERAL)
    for number, view in enumerate(views or [_NOTHING], start=1):
        _draw(book, book.add_worksheet(sheet_name(number, view)), view, source)
    book.close()
    return file.getvalue()


def sheet_name(number: int, view: View, room: int = 0) -> str:
    """A sheet's number and as much of its title as Excel takes, without the signs it refuses; ``room`` is left."""
    return f"{number} {_REFUSED.sub('', view.title)}"[: _LONGEST_NAME - room].rstrip(" '")


def _draw(book: Any, page: Any, view: View, source: Source) -> None:
    title, head = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "bottom": 1})
    rate, amount = book.add_format({"num_format": "0.00%"}), book.add_format({"num_format": "#,##0.00"})
    write_cell(page, 0, 0, view.title, title)
    write_cell(page, 1, 0, view.sentence or None)
    place = f"{source.dataset} · 数据版本 {source.version} · {source.regions} · 制表日期 {source.date}"
    write_cell(page, 2, 0, place)
    for column, name in enumerate(view.shown):
        values = [_plain(value) for value in view.table[name]]
        write_cell(page, _HEAD, column, view.columns[name], head)
        form = rate if is_rate(name) else amount if name.endswith("_wan") else None
        for row, value in enumerate(values, start=_HEAD + 1):
            write_cell(page, row, column, value, form)
        longest = max((len(str(value)) for value in (view.columns[name], *values)), default=0)
        page.set_column(column, column, min(_WIDEST, max(_NARROWEST, 2 * longest)))
    last = _HEAD + len(view.table)
    for row, note in enumerate(view.notes, start=last + 2):
        write_cell(page, row, 0, note)
    page.freeze_panes(_HEAD + 1, 0)
    page.autofilter(_HEAD, 0, last, max(len(view.shown) - 1, 0))
    page.repeat_rows(_HEAD)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _plain(value: Any) -> Any:
    """A value of a data frame as Python has it; null for what is missing."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
