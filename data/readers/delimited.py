"""Comma-separated and pipe tables, and what of a text is neither: prose.

A file is comma-separated where most of its lines split, under the rules of quoting, into the same number (four at
least) of cells; a line that starts with a pipe is a row of a pipe table wherever it stands.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from data.readers.text import clean, lines
from data.submission import Cell, Grid, Place, Row

_FEWEST_CELLS = 4
_MOST_LINES = 0.5
_RULE_LINE = re.compile(r"^\|?[\s:|+-]+\|?$")


def separator_of(text: str) -> str | None:
    """The sign that separates the cells of a text table without tabs: comma, semicolon or pipe; ``None`` for prose."""
    found = [line for line in lines(text) if line.strip()]
    if any("\t" in line for line in found):
        return None
    if sum(line.lstrip().startswith("|") for line in found) >= 3:
        return "|"
    for sign in ",;":
        widths = Counter(len(row) for row in _parsed(text, sign) if any(cell.strip() for cell in row))
        if not widths:
            continue
        wide = {width: count for width, count in widths.items() if width >= _FEWEST_CELLS}
        if wide and max(wide.values()) >= 3 and sum(wide.values()) >= _MOST_LINES * sum(widths.values()):
            return sign
    return None


def _parsed(text: str, sign: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error:
        return []


def comma_grids(text: str, sign: str) -> list[Grid]:
    """One table a run of lines with several filled cells; a line with one filled cell is prose."""
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=sign, strict=True)
    return _runs([(reader.line_num, [clean(cell) for cell in row]) for row in reader])


def pipe_grids(text: str) -> list[Grid]:
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines(text), start=1):
        stripped = line.strip()
        if not stripped.startswith("|"):
            rows.append((number, [clean(line)]))
        elif not _RULE_LINE.match(stripped):
            inside = stripped[1:-1] if stripped.endswith("|") and not stripped.endswith("\\|") else stripped[1:]
            cells = re.split(r"(?<!\\)\|", inside)
            rows.append((number, [clean(cell.replace("\\|", "|").replace("<br>", "\n")) for cell in cells]))
    return _runs(rows)


def _runs(rows: list[tuple[int, list[str]]]) -> list[Grid]:
    found: list[Grid] = []
    run: list[Row] = []
    kind = ""

    def close() -> None:
        nonlocal run
        if run:
            found.append(Grid("table" if kind == "table" else "prose", tuple(run)))
        run = []

    for number, texts in rows:
        filled = [text for text in texts if text]
        if not filled:
            close()
            continue
        this = "table" if len(filled) > 1 else "prose"
        if this != kind:
            close()
            kind = this
        shown = texts if this == "table" else filled
        cells = tuple(Cell(text, "value" if text else "blank") for text in shown)
        run.append(Row(cells, Place(f"L{number}", f"第{number}行")))
    close()
    return found
