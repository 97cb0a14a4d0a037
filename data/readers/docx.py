"""Word documents: paragraphs and tables in order. Merged cells are read from the XML (gridSpan, vMerge), so that a
covered cell and an empty one stay different; deleted text of tracked changes is left out, inserted text is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from data.codes import refusal
from data.readers.rectangle import Block, grids
from data.readers.text import clean
from data.submission import Cell, Grid, Place, Row

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}


def read(content: bytes) -> list[Grid]:
    """Paragraphs and tables of the body. Raises ``Refusal`` E05, E24."""
    try:
        body = docx.Document(io.BytesIO(content)).element.body
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        AttributeError,
    ) as error:
        raise refusal("E05", "文档损坏") from error
    found: list[Grid] = []
    prose: list[Row] = []
    paragraphs = tables = 0
    for element in _blocks(body):
        if element.tag == f"{_W}p":
            paragraphs += 1
            text = clean(_text(element))
            if text:
                prose.append(Row((Cell(text),), Place(f"p{paragraphs}", f"第{paragraphs}段")))
            continue
        if prose:
            found.append(Grid("prose", tuple(prose)))
            prose = []
        tables += 1
        found += _table(element, tables)
    if prose:
        found.append(Grid("prose", tuple(prose)))
    return found


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables below an element, content controls opened."""
    for element in parent:
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag == f"{_W}sdt":
            inside = element.find(f"{_W}sdtContent")
            if inside is not None:
                yield from _blocks(inside)


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph as it would be printed."""
    pieces: list[str] = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
        elif element.tag in _BREAKS and element.getparent().tag == f"{_W}r":
            pieces.append(_BREAKS[element.tag])
    return "".join(pieces)


def _table(table: etree._Element, number: int) -> list[Grid]:
    blocks: list[Block] = []
    nested: list[etree._Element] = []
    open_at: dict[int, int] = {}
    rows = [tr for tr in _rows(table) if tr.find(f"{_W}trPr/{_W}del") is None]
    for r, tr in enumerate(rows):
        column = _number(tr.find(f"{_W}trPr/{_W}gridBefore"), 0)
        for tc in _cells(tr):
            span = max(1, _number(tc.find(f"{_W}tcPr/{_W}gridSpan"), 1))
            merge = tc.find(f"{_W}tcPr/{_W}vMerge")
            continues = merge is not None and merge.get(f"{_W}val", "continue") != "restart"
            above = open_at.get(column)
            if continues and above is not None and blocks[above].columns == span:
                old = blocks[above]
                blocks[above] = Block(old.row, old.column, r - old.row + 1, old.columns, old.text)
            else:
                text = "\n".join(clean(_text(p)) for p in _blocks(tc) if p.tag == f"{_W}p")
                nested += [t for t in _blocks(tc) if t.tag == f"{_W}tbl"]
                blocks.append(Block(r, column, 1, span, text))
                open_at[column] = len(blocks) - 1
            column += span
    found = grids(blocks, lambda r: Place(f"t{number}/r{r + 1}", f"第{number}个表第{r + 1}行"))
    for inner in nested:
        found += _table(inner, number)
    return found


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if element.tag == f"{_W}tr":
            yield element
        elif element.tag == f"{_W}sdt":
            yield from _rows(element.find(f"{_W}sdtContent"))


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for element in row:
        if element.tag == f"{_W}tc":
            yield element
        elif element.tag == f"{_W}sdt":
            yield from _cells(element.find(f"{_W}sdtContent"))


def _number(element: etree._Element | None, default: int) -> int:
    value = element.get(f"{_W}val") if element is not None else None
    return int(value) if value is not None and value.isdigit() and len(value) < 4 else default
