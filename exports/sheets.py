"""A View as a worksheet: title, sentence, where the numbers come from, the table with its Chinese headers, notes."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import xlsxwriter

from analytics.view import View, is_rate
from exports.slides import Source
from exports.tables import LITERAL, write_cell

_NARROWEST, _WIDEST = 8, 48
_HEAD = 4


def sheet(view: View, source: Source) -> bytes:
    """An .xlsx file with the whole table of a view: text and numbers only, no formula, no link."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, LITERAL)
    page = book.add_worksheet("名单")
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
    book.close()
    return file.getvalue()


def _plain(value: Any) -> Any:
    """A value of a data frame as Python has it; null for what is missing."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
