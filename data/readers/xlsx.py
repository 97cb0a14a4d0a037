"""Workbooks (xlsx, xls): values and merged ranges by python-calamine; number formats, hidden rows and formulas without
a stored value by a scan of the sheet's XML, because calamine shows none of these.

A number is shown as the sheet shows its kind (85.00% for 0.85 under a percent format), never rounded: what the format
hides is kept. Hidden sheets are left out, hidden rows are read; both are noted.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from lxml import etree
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from data.codes import refusal
from data.door import archive
from data.readers.rectangle import MOST_COLUMNS, MOST_ROWS, Block, grids
from data.submission import NO_VALUE, Cell, Grid, Place, Row

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = re.compile(r"\{[^}]*\}id$")
_PERCENT_BUILTIN = {9: 0, 10: 2}
_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")


@dataclass(slots=True)
class _Scan:
    """What the XML of a sheet says beside its values, by (row, column) from 0."""

    percent: dict[tuple[int, int], int] = field(default_factory=dict)
    without_value: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: list[str] = field(default_factory=list)
    """Addresses of cells with a formula, with or without a stored value."""


def read(content: bytes, *, scan: bool) -> list[Grid]:
    """The visible sheets of a workbook in order. ``scan``: the content is an xlsx container that passed the gate.

    Raises ``Refusal`` E04 (encrypted), E05 (damaged), E24 (too large).
    """
    marks = _scan(content) if scan else {}
    with _opened(content) as workbook:
        return [grid for name, sheet in _visible(workbook) for grid in _sheet(name, sheet, marks.get(name, _Scan()))]


def first_rows(content: bytes, *, scan: bool) -> list[tuple[str, list[str]]]:
    """Name and first row of each visible sheet, as texts. Raises ``Refusal`` E04, E05, E24."""
    if scan:
        _scan(content)
    with _opened(content) as workbook:
        return [(name, [_text(v, None) for v in next(_rows(sheet), [])]) for name, sheet in _visible(workbook)]


def texts(content: bytes, name: str, *, scan: bool) -> Iterator[list[str]]:
    """Every row of a sheet as texts, each number as the sheet shows its kind. Raises ``Refusal`` E05, E24."""
    marks = (_scan(content) if scan else {}).get(name, _Scan())
    with _opened(content) as workbook:
        for r, row in enumerate(_rows(workbook.get_sheet_by_name(name))):
            shown = [_text(value, marks.percent.get((r, c))) for c, value in enumerate(row)]
            yield [text or (NO_VALUE if (r, c) in marks.without_value else "") for c, text in enumerate(shown)]


def sheet_names(content: bytes) -> list[str]:
    """Names of all sheets, hidden ones too. Raises ``Refusal`` E04, E05."""
    with _opened(content) as workbook:
        return list(workbook.sheet_names)


@contextmanager
def _opened(content: bytes) -> Iterator[CalamineWorkbook]:
    try:
        yield CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise refusal("E04") from error
    except (CalamineError, ValueError, OSError, KeyError) as error:
        raise refusal("E05", "工作簿损坏") from error


def _visible(workbook: CalamineWorkbook) -> Iterator[tuple[str, CalamineSheet]]:
    for meta in workbook.sheets_metadata:
        if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible:
            yield meta.name, workbook.get_sheet_by_name(meta.name)


def _rows(sheet: CalamineSheet) -> Iterator[list[object]]:
    """Rows from the first of the sheet, cells from its first column; calamine leaves empty columns on the left out."""
    left: list[object] = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*left, *row] for row in sheet.iter_rows())


def formulas(content: bytes) -> list[str]:
    """Sheet and address of every cell of a gated xlsx container that holds a formula."""
    return [f"{name}!{address}" for name, marks in _scan(content).items() for address in marks.formulas]


def _sheet(name: str, sheet: CalamineSheet, marks: _Scan) -> list[Grid]:
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        size = f"工作表“{name[:20]}”{sheet.total_height} 行 {sheet.total_width} 列"
        raise refusal("E24", f"{size}，上限 {MOST_ROWS} 行 {MOST_COLUMNS} 列")
    rows = sheet.to_python(skip_empty_area=False)
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if (bottom - top + 1) * (right - left + 1) > MOST_ROWS:
            continue
        for r in range(top, bottom + 1):
            for c in range(left, right + 1):
                covered[r, c] = (top, left)
    ends = {first: place for place, first in covered.items()}
    width = max((len(row) for row in rows), default=0)
    filled = [c for c in range(width) if any(c < len(row) and row[c] not in ("", None) for row in rows)]
    if not filled:
        return []
    last = filled[-1]
    blocks = []
    for r, row in enumerate(rows):
        for c in range(last + 1):
            if covered.get((r, c), (r, c)) != (r, c):
                continue
            bottom, right = ends.get((r, c), (r, c))
            if marks.hidden_columns.issuperset(range(c, right + 1)):
                blocks.append(Block(r, c, bottom - r + 1, min(right, last) - c + 1, ""))
                continue
            text = _text(row[c] if c < len(row) else "", marks.percent.get((r, c)))
            if not text and (r, c) in marks.without_value:
                text = NO_VALUE
            blocks.append(Block(r, c, bottom - r + 1, min(right, last) - c + 1, text))
    title = Grid("prose", (Row((Cell(name),), Place(f"{name}!A1", f"工作表“{name}”")),)) if _speaks(name) else None
    found = grids(blocks, lambda r: Place(f"{name}!A{r + 1}", f"工作表“{name}”第{r + 1}行" + _hidden(r, marks)))
    return [title, *found] if title else found


def _speaks(name: str) -> bool:
    """Whether a sheet's name says more than 表1 or Sheet1: it may hold the unit or the year."""
    return not re.fullmatch(r"(?:Sheet|工作表|表)\s*\d*", name, re.IGNORECASE)


def _hidden(row: int, marks: _Scan) -> str:
    return "（隐藏行）" if row in marks.hidden_rows else ""


def _text(value: object, percent_places: int | None) -> str:
    """A value as the sheet shows its kind."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        number = Decimal(repr(round(float(value), 10)))
        if percent_places is not None:
            shown = number * 100
            places = max(percent_places, -int(shown.normalize().as_tuple().exponent), 0)
            return f"{shown:.{places}f}%"
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


@lru_cache(maxsize=1)
def _scan(content: bytes) -> dict[str, _Scan]:
    """Sheet name -> what its XML says; empty where a part is missing or cannot be read."""
    with archive.opened(content) as container:
        try:
            targets = _targets(container)
            percent = _percent_styles(container)
            return {name: _scan_sheet(container, part, percent) for name, part in targets.items()}
        except (KeyError, StopIteration, etree.XMLSyntaxError, ValueError) as error:
            raise refusal("E05", "工作簿损坏") from error


def _xml(container: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(archive.member(container, name), parser)


def _targets(container: zipfile.ZipFile) -> dict[str, str]:
    base = next(n for n in container.namelist() if re.fullmatch(r"xl/workbook\d*\.xml", n))
    relations = _xml(container, f"xl/_rels/{posixpath.basename(base)}.rels")
    target = {r.get("Id"): r.get("Target", "") for r in relations}
    found = {}
    for sheet in _xml(container, base).iter(f"{_MAIN}sheet", f"{_STRICT}sheet"):
        key = next((v for k, v in sheet.attrib.items() if _RELATION.search(str(k))), None)
        path = str(target.get(key, ""))
        name = path.lstrip("/") if path.startswith("/") else posixpath.normpath(f"xl/{path}")
        if name in container.namelist():
            found[str(sheet.get("name"))] = name
    return found


def _percent_styles(container: zipfile.ZipFile) -> dict[int, int]:
    """Style index -> decimals of its percent format."""
    if "xl/styles.xml" not in container.namelist():
        return {}
    root = _xml(container, "xl/styles.xml")
    formats = dict(_PERCENT_BUILTIN)
    for own in root.iter(f"{_MAIN}numFmt", f"{_STRICT}numFmt"):
        code = re.sub(r'"[^"]*"|\\.', "", own.get("formatCode", "")).split(";")[0]
        if "%" in code:
            places = re.search(r"\.([0#]+)", code)
            formats[int(own.get("numFmtId", "0"))] = len(places[1]) if places else 0
    cells = next(root.iter(f"{_MAIN}cellXfs", f"{_STRICT}cellXfs"), None)
    if cells is None:
        return {}
    used = {i: int(xf.get("numFmtId", "0")) for i, xf in enumerate(cells)}
    return {i: formats[number] for i, number in used.items() if number in formats}


def _scan_sheet(container: zipfile.ZipFile, part: str, percent: dict[int, int]) -> _Scan:
    scan = _Scan()
    tags = [f"{space}{tag}" for space in (_MAIN, _STRICT) for tag in ("col", "row", "c")]
    stream = io.BytesIO(archive.member(container, part))
    row_number = -1
    for event, element in etree.iterparse(
        stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, huge_tree=False
    ):
        if element.tag.endswith("}col"):
            if event == "start" and element.get("hidden") in ("1", "true"):
                first, last = (int(element.get(edge, "1")) - 1 for edge in ("min", "max"))
                scan.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))
            continue
        is_row = element.tag.endswith("}row")
        if event == "start":
            if is_row:
                row_number = int(element.get("r", row_number + 2)) - 1
                if element.get("hidden") in ("1", "true"):
                    scan.hidden_rows.add(row_number)
            continue
        if is_row:
            element.clear()
            continue
        found = _REFERENCE.match(element.get("r", ""))
        if not found:
            continue
        at = (int(found[2]) - 1, _column(found[1]))
        places = percent.get(int(element.get("s", "-1")))
        if places is not None:
            scan.percent[at] = places
        children = {child.tag.rsplit("}", 1)[-1]: child.text for child in element}
        if (at[0] >= MOST_ROWS or at[1] >= MOST_COLUMNS) and (children.get("v") or "is" in children):
            raise refusal("E24", f"单元格 {element.get('r')} 有内容，上限 {MOST_ROWS} 行 {MOST_COLUMNS} 列")
        if "f" in children:
            scan.formulas.append(str(element.get("r")))
        if "f" in children and not children.get("v") and "is" not in children:
            scan.without_value.add(at)
    return scan


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
