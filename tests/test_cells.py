"""A covered cell and a blank one stay different, whatever the format: only a blank under 得分 is a missing score."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import openpyxl
import pytest

from data import readers
from data.door.intake import receive
from data.submission import Cell

TEXTS = (("a", "b", "c", "d"), ("e", "f", "g", ""), ("", "", "h", "i"))
"""Three rows of four cells: e and f go on over the last row, the cell under d is blank."""


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "Sheet1"
    for row in TEXTS:
        page.append([text or None for text in row])
    page.merge_cells("A2:A3")
    page.merge_cells("B2:B3")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def docx_() -> bytes:
    document = docx.Document()
    table = document.add_table(rows=3, cols=4)
    for r, row in enumerate(TEXTS):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    for c in (0, 1):
        table.cell(1, c).merge(table.cell(2, c)).text = TEXTS[1][c]
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def html() -> bytes:
    return b"<table><tr><td>a<td>b<td>c<td>d<tr><td rowspan=2>e<td rowspan=2>f<td>g<td></td><tr><td>h<td>i</table>"


def pdf() -> bytes:
    """A page with rules drawn around the cells, and a letter in each."""
    lines, words = [], []
    left, top, wide, high = 60, 700, 80, 30
    for r, row in enumerate(TEXTS):
        for c, text in enumerate(row):
            x, y = left + c * wide, top - r * high
            if text:
                words.append(f"BT /F 10 Tf {x + 30} {y - 20} Td ({text}) Tj ET")
            if r == 2 and c < 2:
                continue
            tall = high * (2 if r == 1 and c < 2 else 1)
            lines.append(f"{x} {y - tall} {wide} {tall} re S")
    drawn = "\n".join([*lines, *words]).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    raw = b"%PDF-1.4\n"
    table = b"0000000000 65535 f \n"
    for number, inside in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(raw)
        raw += b"%d 0 obj%s\nendobj\n" % (number, inside)
    return raw + b"xref\n0 6\n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, len(raw))


def cells(content: bytes) -> list[tuple[Cell, ...]]:
    (grid,) = readers.read(receive(content, "x"))
    assert grid.exact
    return [row.cells for row in grid.rows]


@pytest.mark.parametrize("write", [xlsx, docx_, html, pdf], ids=["xlsx", "docx", "html", "pdf"])
def test_a_covered_cell_is_not_a_blank_one(write: Callable[[], bytes]) -> None:
    found = cells(write())
    assert [[cell.text for cell in row] for row in found] == [list(row) for row in TEXTS]
    assert [cell.state for cell in found[1]] == ["value", "value", "value", "blank"]
    assert [cell.state for cell in found[2]] == ["covered", "covered", "value", "value"]
    assert [(cell.under, cell.span) for cell in found[2][:2]] == [("e", (1, 0)), ("f", (1, 0))]
    assert [cell.span for cell in found[1]] == [(2, 1), (2, 1), (1, 1), (1, 1)]


@pytest.mark.parametrize("sign", ["\t", ",", "|"], ids=["tab", "comma", "pipe"])
def test_text_knows_no_covered_cells_and_says_blank(sign: str) -> None:
    rows = ["a,b,c,d", "e,f,g,", ",,h,i", "j,k,l,m"]
    text = "\n".join(row.replace(",", sign) for row in rows)
    if sign == "|":
        text = "\n".join(f"|{row}|" for row in text.splitlines())
    (grid,) = readers.read(receive(text.encode(), "x"))
    assert not grid.exact
    assert [cell.state for cell in grid.rows[1].cells] == ["value", "value", "value", "blank"]
    assert [cell.state for cell in grid.rows[2].cells] == ["blank", "blank", "value", "value"]
