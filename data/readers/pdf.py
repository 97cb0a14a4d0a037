"""PDF with a text layer: ruled tables by the geometry of their cells, the words outside them as lines of prose.

A merged label that crosses a page is printed on one of the two pages only and its cell is open at the page's edge:
rules are added at the ends of the vertical lines, and a label cell that touches the edge is continued by the empty one
on the other side. A document without words is a scan and is refused as such.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFSyntaxError
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_text

from data.codes import refusal
from data.readers.radicals import unified
from data.readers.rectangle import Block, grids
from data.readers.text import clean
from data.submission import Cell, Grid, Place, Row

logging.getLogger("pdfminer").setLevel(logging.ERROR)
_MOST_PAGES = 500
_LOCKED = (PDFPasswordIncorrect, PDFEncryptionError)
_FEW_CHARS = 40
_MOST_OF_PAGE = 0.5
_SAME = 3.0
_TEXT_WIDTH = 0.7
"""Share of a page's width that text fills at least."""
_PAGE_NUMBER = re.compile(r"[-—–\s]*(?:第?\s*\d+\s*页?(?:\s*[/共]\s*\d+\s*页?)?)[-—–\s]*")
_BETWEEN = re.compile(r"(?<![A-Za-z])\n|\n(?![A-Za-z])")


def read(content: bytes) -> list[Grid]:
    """Tables and lines of all pages. Raises ``Refusal`` E04 (encrypted), E05 (damaged), E22 (scan), E24 (too long)."""
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            if sum(1 for _ in islice(PDFPage.create_pages(document.doc), _MOST_PAGES + 1)) > _MOST_PAGES:
                raise refusal("E24", f"上限 {_MOST_PAGES} 页")
            pages = [_page(page, number) for number, page in enumerate(document.pages, start=1)]
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        raise refusal("E04" if isinstance(cause, _LOCKED) else "E05") from error
    except _LOCKED as error:
        raise refusal("E04") from error
    except (PDFSyntaxError, ValueError, KeyError, TypeError, AssertionError, IndexError, AttributeError) as error:
        raise refusal("E05", "PDF 结构损坏") from error
    if not any(readable for readable, _ in pages):
        raise refusal("E22")
    return _stitched([found for _, found in pages])


def _page(page: Any, number: int) -> tuple[bool, list[Grid]]:
    """Whether a page is more than a scan, and its grids from top to bottom."""
    page = page.dedupe_chars(tolerance=1)
    edges = [e for e in page.edges if e["orientation"] == "v"]
    settings: dict[str, Any] = {"vertical_strategy": "lines", "horizontal_strategy": "lines", "snap_tolerance": 3}
    if edges:
        settings["explicit_horizontal_lines"] = [min(e["top"] for e in edges), max(e["bottom"] for e in edges)]
    tables = [t for t in page.find_tables(settings) if len(t.cells) > 1] if edges else []
    boxes = [t.bbox for t in tables]

    def outside(item: Any) -> bool:
        x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
        return not any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes)

    pieces: list[tuple[float, list[Grid]]] = []
    lines = page.filter(lambda o: o["object_type"] != "char" or outside(o)).extract_text_lines(return_chars=False)
    for i, top, text in _paragraphs(lines, page.width * _TEXT_WIDTH):
        if not _PAGE_NUMBER.fullmatch(text):
            row = Row((Cell(text),), Place(f"p{number}/l{i}", f"第{number}页第{i}行"))
            pieces.append((top, [Grid("prose", (row,))]))
    for i, table in enumerate(tables, start=1):
        pieces.append((table.bbox[1], _table(page, table, number, i)))
    pieces.sort(key=lambda piece: piece[0])
    return not _scanned(page), _joined([grid for _, found in pieces for grid in found])


def _scanned(page: Any) -> bool:
    """Whether a page has no words, or only a mark on a picture that fills most of it."""
    picture = max((abs(i["width"] * i["height"]) for i in page.images), default=0.0)
    letters = sum(1 for c in page.chars if c["text"].strip())
    return letters == 0 or (letters < _FEW_CHARS and picture > _MOST_OF_PAGE * float(page.width * page.height))


def _paragraphs(lines: Sequence[dict[str, Any]], right: float) -> list[tuple[int, float, str]]:
    """Number and top of the first line of each paragraph, and its text: a line that is full goes on in the next.

    ``right``: how far the text of the page reaches at least; a short title alone on a page is no full line.
    """
    right = max([right, *(line["x1"] for line in lines)])
    left = min((line["x0"] for line in lines), default=0.0)
    found: list[tuple[int, float, str]] = []
    full = False
    for i, line in enumerate(lines, start=1):
        text = clean(unified(line["text"]))
        height = line["bottom"] - line["top"]
        if not text:
            full = False
            continue
        if full and line["x0"] < left + 1.5 * height:
            number, top, before = found[-1]
            found[-1] = (number, top, _BETWEEN.sub("", f"{before}\n{text}").replace("\n", " "))
        else:
            found.append((i, line["top"], text))
        full = line["x1"] > right - 2.5 * height
    return found


def _joined(found: list[Grid]) -> list[Grid]:
    """Neighbouring prose lines as one grid."""
    result: list[Grid] = []
    for grid in found:
        if grid.kind == "prose" and result and result[-1].kind == "prose":
            result[-1] = replace(result[-1], rows=(*result[-1].rows, *grid.rows))
        else:
            result.append(grid)
    return result


def _table(page: Any, table: Any, page_number: int, number: int) -> list[Grid]:
    xs = _steps([x for cell in table.cells for x in (cell[0], cell[2])])
    ys = _steps([y for cell in table.cells for y in (cell[1], cell[3])])
    chars = page.crop(page.bbox).chars
    blocks = []
    for x0, top, x1, bottom in table.cells:
        column, right = _nearest(xs, x0), _nearest(xs, x1)
        row, below = _nearest(ys, top), _nearest(ys, bottom)
        if right <= column or below <= row:
            continue
        inside = [
            c for c in chars if x0 <= (c["x0"] + c["x1"]) / 2 < x1 and top <= (c["top"] + c["bottom"]) / 2 < bottom
        ]
        blocks.append(Block(row, column, below - row, right - column, _text(inside)))
    blocks.sort(key=lambda b: (b.row, b.column))
    return grids(
        blocks, lambda r: Place(f"p{page_number}/t{number}/r{r + 1}", f"第{page_number}页表{number}第{r + 1}行")
    )


def _text(chars: Sequence[dict[str, Any]]) -> str:
    """The text of a cell; a line that was only wrapped is joined without a blank where Chinese stands at the seam."""
    if not chars:
        return ""
    lines = extract_text(list(chars), x_tolerance=2, y_tolerance=3)
    return _BETWEEN.sub("", "\n".join(line.strip() for line in unified(lines).split("\n")))


def _steps(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _SAME:
            found.append(value)
    return found


def _nearest(steps: list[float], value: float) -> int:
    return min(range(len(steps)), key=lambda i: abs(steps[i] - value))


def _stitched(pages: list[list[Grid]]) -> list[Grid]:
    """The grids of all pages; a label cell cut by the page's edge gets its text on both sides."""
    result: list[Grid] = []
    for found in pages:
        if result and found and result[-1].kind == found[0].kind == "table":
            above, below = result[-1], found[0]
            if len(above.rows[-1].cells) == len(below.rows[0].cells):
                result[-1], found = _continued(above, below, found)
        result.extend(found)
    return result


def _fill(rows: list[list[Cell]], row: int, column: int, text: str) -> None:
    """Give an empty cell, and all it covers, a text."""
    down, across = rows[row][column].span or (1, 1)
    rows[row][column] = Cell(text, "value", (down, across))
    for r in range(row, row + down):
        for c in range(column, column + across):
            if (r, c) != (row, column):
                rows[r][c] = replace(rows[r][c], under=text)


def _continued(above: Grid, below: Grid, found: list[Grid]) -> tuple[Grid, list[Grid]]:
    upper, lower = [list(r.cells) for r in above.rows], [list(r.cells) for r in below.rows]
    for c in range(len(lower[0])):
        first = lower[0][c]
        last_row = len(upper) - 1
        last = upper[last_row][c]
        anchor = last_row - last.span[0] if last.state == "covered" and last.span else last_row
        at = c - last.span[1] if last.state == "covered" and last.span else c
        cut = upper[anchor][at]
        tall = bool((first.span and first.span[0] > 1) or (cut.span and cut.span[0] > 1))
        if not tall or at != c or first.state == "covered":
            continue
        if cut.text and not first.text:
            _fill(lower, 0, c, cut.text)
        elif first.text and not cut.text:
            _fill(upper, anchor, c, first.text)
    top = Grid("table", tuple(replace(r, cells=tuple(c)) for r, c in zip(above.rows, upper, strict=True)), above.exact)
    bottom = Grid(
        "table", tuple(replace(r, cells=tuple(c)) for r, c in zip(below.rows, lower, strict=True)), below.exact
    )
    return top, [bottom, *found[1:]]
