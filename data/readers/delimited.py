"""Comma-separated and pipe tables, and what of a text is neither: prose.

A file is comma-separated where most of its lines split, under the rules of quoting, into the same number (four at
least) of cells. A row of a pipe table begins or ends with a pipe wherever it stands, and may be broken over several
lines: such a table has the same number of pipes in every row.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from data.readers.runs import Kind, Runs
from data.readers.text import clean, lines
from data.submission import Cell, Grid, Place, Row

_FEWEST_CELLS = 4
_MOST_LINES = 0.5
_FEWEST_ROWS = 3
_RULE_LINE = re.compile(r"^\|?[\s:|+-]+\|?$")


def separator_of(text: str) -> str | None:
    """The sign that separates the cells of a text table without tabs: comma, semicolon or pipe; ``None`` for prose."""
    found = [line for line in lines(text) if line.strip()]
    if any("\t" in line for line in found):
        return None
    if sum(_is_pipe_row(line.strip()) for line in found) >= _FEWEST_ROWS:
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
    for number, stripped in _whole_rows(lines(text)):
        if not _is_pipe_row(stripped):
            rows.append((number, [clean(stripped)]))
        elif not _RULE_LINE.match(stripped) or not stripped.strip("| \n"):
            inside = stripped.removeprefix("|")
            inside = inside[:-1] if inside.endswith("|") and not inside.endswith("\\|") else inside
            cells = _PIPE.split(inside)
            rows.append((number, [clean(cell.replace("\\|", "|").replace("<br>", "\n")) for cell in cells]))
    return _runs(rows)


_PIPE = re.compile(r"(?<!\\)\|")


def _is_pipe_row(line: str) -> bool:
    """Whether a line begins with a pipe, or ends with one and holds another."""
    return line.startswith("|") or (line.endswith("|") and len(_PIPE.findall(line)) > 1)


def _whole_rows(found: list[str]) -> list[tuple[int, str]]:
    """Rows put together from lines until each has the same number of pipes; (line number, row).

    Only where that makes whole rows throughout: a table that cannot be put together so stays as it is.
    """
    plain = [(number, line.strip()) for number, line in enumerate(found, start=1)]
    counts = {len(_PIPE.findall(line)) for _, line in plain if _is_pipe_row(line)}
    for wanted in sorted(counts, reverse=True):
        rows = _folded(plain, wanted)
        if rows is not None:
            return rows
    return plain


def _folded(plain: list[tuple[int, str]], wanted: int) -> list[tuple[int, str]] | None:
    """The lines put together into rows of so many pipes; ``None`` if one does not come out."""
    result: list[tuple[int, str]] = []
    held: list[str] = []
    start = pipes = 0
    for number, line in plain:
        here = len(_PIPE.findall(line))
        if not held and not here:
            result.append((number, line))
            continue
        if not held:
            start, pipes = number, 0
        held.append(line)
        pipes += here
        if pipes > wanted or not line:
            return None
        if pipes == wanted:
            result.append((start, "\n".join(held)))
            held = []
    return None if held else result


def _runs(rows: list[tuple[int, list[str]]]) -> list[Grid]:
    runs = Runs()
    for number, texts in rows:
        filled = [text for text in texts if text]
        if not filled:
            runs.close()
            continue
        kind: Kind = "table" if len(filled) > 1 else "prose"
        shown = texts if kind == "table" else filled
        cells = tuple(Cell(text, "value" if text else "blank") for text in shown)
        runs.add(kind, Row(cells, Place(f"L{number}", f"第{number}行")))
    runs.close()
    return runs.found
