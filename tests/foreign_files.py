"""A :class:`tests.foreign.Page` in every format a bureau receives it in."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import docx
import openpyxl

from tests.foreign import LEFT, UP, Page
from tests.formats import PRINT_STYLE, _set


@dataclass(frozen=True)
class Block:
    """A printed cell: its first row and column, how many of each it covers, its text."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


def blocks(page: Page) -> list[Block]:
    """The printed cells of a table whose covered positions are marked."""
    found = []
    for r, row in enumerate(page.rows):
        for c, text in enumerate(row):
            if text in (UP, LEFT):
                continue
            right = c + 1
            while right < len(row) and row[right] == LEFT:
                right += 1
            down = r + 1
            while down < len(page.rows) and page.rows[down][c] == UP:
                down += 1
            found.append(Block(r, c, down - r, right - c, text))
    return found


def flat(page: Page, labels: str = "top") -> list[list[str]]:
    """The table without merged cells. ``labels``: a label over several rows is left on the first one (top), in the
    middle of its block (centre, as text extraction sees it) or repeated on each (repeated)."""
    width = max(map(len, page.rows))
    rows = [[""] * width for _ in page.rows]
    for b in blocks(page):
        middle = b.row + (b.rows - 1) // 2 if labels == "centre" else b.row
        at = range(b.row, b.row + b.rows) if labels == "repeated" else (middle,)
        for r in at:
            rows[r][b.column] = b.text
    return rows


def lines_of(page: Page, labels: str = "top") -> list[list[str]]:
    """The same for a text, in which a cell stands on one line."""
    return [[cell.replace("\n", "") for cell in row] for row in flat(page, labels)]


def text(page: Page, labels: str = "top") -> bytes:
    lines = ["\t".join(row) for row in lines_of(page, labels)]
    return "\n".join([*page.before, "", *lines, "", *page.after]).encode()


def centred(page: Page) -> bytes:
    return text(page, "centre")


def repeated(page: Page) -> bytes:
    return text(page, "repeated")


def pages(page: Page) -> bytes:
    """Text of a print: a blank line after every ninth row, the head not repeated."""
    lines = ["\t".join(row) for row in lines_of(page)]
    start = page.head_row + 1
    broken = [line for i, line in enumerate(lines) for line in ([line, ""] if (i - start) % 9 == 8 else [line])]
    return "\n".join([*page.before, "", *broken, "", *page.after]).encode()


def pipes(page: Page) -> bytes:
    rows = ["|  " + "  |  ".join(cell.replace("|", "\\|") for cell in row) + "  |" for row in lines_of(page)]
    return "\n".join([*page.before, *rows, "", *page.after]).encode()


def collapsed(page: Page) -> list[list[str]]:
    """Rows that hold their own cells only, padded with blanks at their end: what a converter to Markdown leaves of
    merged cells."""
    width = max(map(len, page.rows))
    rows: list[list[str]] = [[] for _ in page.rows]
    for b in blocks(page):
        rows[b.row].append(b.text.replace("\n", " "))
    return [row + [""] * (width - len(row)) for row in rows]


def pipes_collapsed(page: Page) -> bytes:
    rows = ["| " + " | ".join(row) + " |" for row in collapsed(page)]
    return "\n".join([*page.before, *rows, "", *page.after]).encode()


def pipes_broken(page: Page) -> bytes:
    """The same without the first pipe, some cells broken over lines, blanks as bare pipes."""
    rows = []
    for row in collapsed(page):
        filled = [cell for cell in row if cell]
        last = max((i for i, cell in enumerate(row) if cell), default=0)
        text = " | ".join(row[: last + 1]) + " |" + "|" * (len(row) - last - 1)
        rows.append(text.replace(" | ", " |\n", 1) if len(filled) % 3 == 0 else text)
    return "\n".join([*page.before, *rows, "", *page.after]).encode()


def text_collapsed(page: Page) -> bytes:
    lines = ["\t".join(row).rstrip("\t") for row in collapsed(page)]
    return "\n".join([*page.before, "", *lines, "", *page.after]).encode()


def cells(page: Page) -> bytes:
    """One cell a line, blank cells and covered ones not printed: how a copied web page reads."""
    lines = [cell for row in lines_of(page) for cell in row if cell]
    return "\n".join([*page.before, *lines, *page.after]).encode()


def spaced(page: Page) -> bytes:
    """Cells told apart by a blank only."""
    lines = [" ".join(cell for cell in row if cell) for row in lines_of(page)]
    return "\n".join([*page.before, *lines, *page.after]).encode()


def comma(page: Page, encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows = flat(page)
    pad = [""] * (len(rows[0]) - 1)
    writer.writerows([[line, *pad] for line in page.before])
    writer.writerows(rows)
    writer.writerows([[line, *pad] for line in page.after])
    return stream.getvalue().encode(encoding)


def comma_gb(page: Page) -> bytes:
    return comma(page, "gb18030")


def xlsx(page: Page, merged: bool = True, labels: str = "top", cover: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "自评表"
    width = len(page.rows[0])
    row = 0
    for line in page.before:
        row += 1
        sheet.cell(row, 1, line)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    for r, texts in enumerate(flat(page, labels)):
        for c, cell in enumerate(texts):
            if cell:
                _set(sheet.cell(row + 1 + r, 1 + c), cell)
                if cell.startswith("="):
                    sheet.cell(row + 1 + r, 1 + c).data_type = "s"
    if merged:
        for b in blocks(page):
            if b.rows * b.columns > 1:
                top = row + 1 + b.row
                sheet.merge_cells(
                    start_row=top, end_row=top + b.rows - 1, start_column=b.column + 1, end_column=b.column + b.columns
                )
    row += len(page.rows)
    for line in page.after:
        row += 1
        sheet.cell(row, 1, line)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    if cover:
        front = book.create_sheet("封面", 0)
        front.cell(3, 2, "绩效自评材料")
        front.cell(5, 2, "填报人")
        front.cell(5, 3, "张某")
        basics = book.create_sheet("基础数据表")
        for line in (("项目", "上年数", "本年数"), ("在职人数", 46, 45), ("三公经费(万元)", 12.5, 11.8)):
            basics.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsx_plain(page: Page) -> bytes:
    return xlsx(page, merged=False)


def xlsx_repeated(page: Page) -> bytes:
    return xlsx(page, merged=False, labels="repeated")


def xlsx_book(page: Page) -> bytes:
    return xlsx(page, cover=True)


def word(page: Page) -> bytes:
    document = docx.Document()
    for line in page.before:
        document.add_paragraph(line)
    table = document.add_table(rows=len(page.rows), cols=len(page.rows[0]))
    at = [list(row.cells) for row in table.rows]
    for b in blocks(page):
        cell = at[b.row][b.column]
        if b.rows * b.columns > 1:
            cell = cell.merge(at[b.row + b.rows - 1][b.column + b.columns - 1])
        if b.text:
            cell.text = b.text
    for line in page.after:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def web(page: Page, style: str = "") -> bytes:
    rows: list[list[str]] = [[] for _ in page.rows]
    for b in blocks(page):
        down = f' rowspan="{b.rows}"' if b.rows > 1 else ""
        right = f' colspan="{b.columns}"' if b.columns > 1 else ""
        rows[b.row].append(f"<td{down}{right}>{escape(b.text)}</td>")
    head = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title></title><style>{style}</style></head><body>'
    lines = "".join(f"<p>{escape(line)}</p>" for line in page.before)
    table = "<table>" + "\n".join(f"<tr>{''.join(cells)}</tr>" for cells in rows) + "</table>"
    return (head + lines + table + "".join(f"<p>{escape(x)}</p>" for x in page.after) + "</body></html>").encode()


def print_all(wanted: Sequence[Page]) -> list[bytes]:
    """Ruled PDFs of pages, printed by one Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        sheet = browser.new_page()
        found = []
        for page in wanted:
            sheet.set_content(web(page, PRINT_STYLE).decode())
            found.append(sheet.pdf(prefer_css_page_size=True))
        browser.close()
    return found


WRITERS: dict[str, Callable[[Page], bytes]] = {
    "text": text,
    "text, labels in the middle": centred,
    "text, labels repeated": repeated,
    "text, page breaks": pages,
    "pipes": pipes,
    "pipes, merged cells lost": pipes_collapsed,
    "pipes, merged cells lost and lines broken": pipes_broken,
    "text, merged cells lost": text_collapsed,
    "one cell a line": cells,
    "blanks": spaced,
    "csv": comma,
    "csv in GB18030": comma_gb,
    "xlsx": xlsx,
    "xlsx without merged cells": xlsx_plain,
    "xlsx, labels repeated": xlsx_repeated,
    "xlsx of several sheets": xlsx_book,
    "docx": word,
    "html": web,
}
PDF = "pdf"
"""Needs a browser: written by :func:`print_all`."""
