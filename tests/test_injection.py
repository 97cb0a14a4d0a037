"""Sixty texts that a spreadsheet, a slide or a browser might run, through every export: all of them stay text."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
from lxml import html as parser

from analytics.filters import Filters
from analytics.view import Chart, View
from data.byhand import worksheet
from data.byhand.worksheet import Line
from exports.anonymous import AS_PRINTED
from exports.byhand import letters, worksheets
from exports.byhand.completion import Doubt, _Draft, _Line, _workbook
from exports.byhand.letters import Letter
from exports.byhand.worksheets import Paper
from exports.report.formats import FORMATS
from exports.report.spec import Prepared, ReportSpec
from exports.tables.public import write_result
from exports.views.sheets import sheets
from exports.views.slides import slides
from tests.decks import SOURCE

STARTS = ("=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", " =", "\u3000=", "\n=", "'=")
BODIES = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://evil.example","点此")', 'x";=1+1;"')
PAYLOADS = (
    *(start + body for start, body in product(STARTS, BODIES)),
    "http://evil.example/x",
    "file:///c:/x",
    "<script>alert(1)</script><a href='http://evil.example'>x</a>",
    '{=DDE("cmd";"/C calc")}',
)
COUNT = len(PAYLOADS)
Export = Callable[[Path], bytes]
"""Makes a file; what needs one is given a folder."""


def test_there_are_sixty_of_them() -> None:
    assert COUNT == len(set(PAYLOADS)) == 60


def views() -> list[View]:
    """A view a kind of chart, and one table, with payloads wherever a text can stand."""
    table = pd.DataFrame({"item": PAYLOADS, "a": [-1.5, *range(COUNT - 1)], "b": range(COUNT), "rate": [0.5] * COUNT})
    columns = {"item": PAYLOADS[0], "a": PAYLOADS[1], "b": PAYLOADS[2], "rate": PAYLOADS[3]}
    charts = [
        None,
        Chart("bar", "item", ("a", "b"), "分"),
        Chart("column", "item", ("a",), "分"),
        Chart("line", "item", ("a", "b"), "分"),
        Chart("stacked", "item", ("b",), "分", base="b"),
        Chart("scatter", "item", ("b",), "分", across="rate"),
        Chart("box", "item", ("a", "b", "a", "b", "a"), "分"),
    ]
    starts = range(0, COUNT, 20)
    parts = [table.iloc[start : start + 20].reset_index(drop=True) for start in starts]
    return [
        View(PAYLOADS[n], PAYLOADS[n + 9], part, None, columns, PAYLOADS[n + 20 : n + 23], alt=PAYLOADS[n], chart=chart)
        for n, (chart, part) in enumerate(product(charts, parts))
    ]


def report_as(ending: str) -> Export:
    spec = ReportSpec(bureau=PAYLOADS[4], title=PAYLOADS[8])
    prepared = Prepared(spec, 2024, Filters(), Filters(), AS_PRINTED, SOURCE, tuple(views()))
    return lambda folder: FORMATS[ending](duckdb.connect(), prepared)


def letter() -> Letter:
    names = ("subject", "finding_id", "check_name", "direction", "message", "reading", "against", "place", "level3",
             "against_place", "value_text", "rule_text", "working", "code")  # fmt: skip
    rows = [
        {name: PAYLOADS[(n + k) % COUNT] for k, name in enumerate(names)}
        | {"points": -1.5, "score": -1.5, "low": 1.0, "high": 2.0, "admitted": None, "gap": -0.5, "by_rule": True}
        for n in range(COUNT)
    ]
    return Letter(PAYLOADS[0], 2024, PAYLOADS[1], tuple(rows), tuple(rows))


def sheet_to_complete() -> bytes:
    lines = [_Line({"三级指标": text, "完成值": text, "评分规则": text}, n) for n, text in enumerate(PAYLOADS, start=1)]
    doubts = [Doubt("error", "SCORE_MISSING", text, text, n) for n, text in enumerate(PAYLOADS, start=1)]
    return _workbook(_Draft("x.xlsx", {"填报单位": PAYLOADS[0]}, frozenset(), lines, doubts), AS_PRINTED)


def paper() -> Paper:
    lines = [
        Line("R1", n, tuple([text] * len(worksheet.SELF)), False, text, None, text) for n, text in enumerate(PAYLOADS)
    ]
    return Paper(PAYLOADS[0], PAYLOADS[1], 2024, PAYLOADS[2], PAYLOADS[3], tuple(lines))


def table_as(ending: str) -> Export:
    def made(folder: Path) -> bytes:
        cursor = duckdb.connect()
        cursor.execute("create table t (name varchar, amount double)")
        cursor.executemany("insert into t values (?, -1.5)", [[text] for text in PAYLOADS])
        cursor.execute("select * from t")
        out = folder / f"t{ending}"
        write_result(cursor, "t", out)
        return out.read_bytes()

    return made


EXPORTS: dict[str, Export] = {
    "slides of a page": lambda folder: slides(views(), SOURCE),
    "sheets of a page": lambda folder: sheets(views(), SOURCE),
    "report .pptx": report_as(".pptx"),
    "report .docx": report_as(".docx"),
    "report .xlsx": report_as(".xlsx"),
    "letter .docx": lambda folder: letters.docx(letter(), SOURCE),
    "letter .xlsx": lambda folder: letters.xlsx(letter(), SOURCE),
    "待补录表": lambda folder: sheet_to_complete(),
    "复核工作底稿": lambda folder: worksheets.xlsx(paper(), SOURCE),
    "table .xlsx": table_as(".xlsx"),
}
_RUNS = re.compile(
    rb"<f[ >/]|<hyperlink|<w:hyperlink|hlinkClick|hlinkMouseOver|relationships/hyperlink|TargetMode|<ddeLink|"
    rb"<w:instrText|fldSimple w:instr=\"(?! PAGE )|oleObject|externalLink"
)


def parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What is in a file, and in the workbooks in it."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        inside = archive.read(name)
        if name.endswith(".xlsx"):
            yield from parts(inside)
        yield name, inside


@pytest.mark.parametrize("name", EXPORTS)
def test_no_part_of_an_office_file_has_a_formula_a_link_or_a_field(name: str, tmp_path: Path) -> None:
    content = EXPORTS[name](tmp_path)
    found = [(part, _RUNS.findall(inside)) for part, inside in parts(content) if part.endswith((".xml", ".rels"))]
    assert len(found) > 5
    assert [(part, runs) for part, runs in found if runs] == []
    assert any(b"HYPERLINK(" in inside for part, inside in parts(content)), "the texts are there, as text"


def test_a_negative_number_stays_a_number_in_every_workbook(tmp_path: Path) -> None:
    for name in ("sheets of a page", "report .xlsx", "letter .xlsx", "table .xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(EXPORTS[name](tmp_path)))
        cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value == -1.5]
        assert cells and {cell.data_type for cell in cells} == {"n"}, name


def test_every_cell_of_a_csv_that_would_start_a_formula_is_quoted_and_numbers_are_not(tmp_path: Path) -> None:
    text = table_as(".csv")(tmp_path).decode("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text, newline=""))
    assert len(rows) == COUNT
    for (cell, amount), payload in zip(rows, PAYLOADS, strict=True):
        assert amount == "-1.5"
        assert cell in (payload, "'" + payload)
        starts = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
        assert not cell.lstrip(" \u3000").startswith(starts), cell


def test_the_page_to_print_holds_them_as_text_alone(tmp_path: Path) -> None:
    page = report_as(".html")(tmp_path).decode()
    root = parser.document_fromstring(page)
    assert not root.xpath(
        "//script|//a|//img|//iframe|//object|//form|//*[@href]|//*[@src]|//*[starts-with(name(@*),'on')]"
    )
    assert "<script>alert(1)</script>" in root.text_content()
