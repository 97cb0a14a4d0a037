"""Blocks of a ruled table -> grids: every position is a value, a blank, or covered by the block it belongs to.

All readers that know where a cell begins and ends (xlsx, docx, html, PDF) end here. A row that one block fills from
side to side is no row of a table: it becomes prose (a title, a note, the next unit's name).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from data.codes import refusal
from data.readers.text import clean
from data.submission import Cell, Grid, Place, Row

MOST_ROWS = 50_000
MOST_COLUMNS = 200
_LONGEST = 32_767


@dataclass(frozen=True, slots=True)
class Block:
    """A printed cell: its first row and column (from 0), how many of each it covers, its text."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


def grids(blocks: Iterable[Block], place: Callable[[int], Place]) -> list[Grid]:
    """The grids of one ruled table; ``place`` names a row. Raises ``Refusal`` E24."""
    found = list(blocks)
    if not found:
        return []
    height = max(b.row + b.rows for b in found)
    width = max(b.column + b.columns for b in found)
    if height > MOST_ROWS or width > MOST_COLUMNS:
        raise refusal("E24", f"{height} 行 {width} 列，上限 {MOST_ROWS} 行 {MOST_COLUMNS} 列")
    cells: dict[int, list[Cell]] = {r: [Cell("", "blank")] * width for r in range(height)}
    filled: set[tuple[int, int]] = set()
    for block in found:
        text = clean(block.text)[:_LONGEST]
        whole = (block.row, block.column)
        for r in range(block.row, block.row + block.rows):
            for c in range(block.column, block.column + block.columns):
                if (r, c) in filled:
                    continue
                filled.add((r, c))
                if (r, c) == whole:
                    span = (block.rows, block.columns)
                    cells[r][c] = Cell(text, "value" if text else "blank", span)
                else:
                    cells[r][c] = Cell("", "covered", (r - block.row, c - block.column), text)
    return _runs(cells, place, width)


def _runs(cells: dict[int, list[Cell]], place: Callable[[int], Place], width: int) -> list[Grid]:
    """Table rows and whole-width rows told apart, in order; rows without any text end nothing and are left out."""
    result: list[Grid] = []
    run: list[Row] = []
    for r in sorted(cells):
        row = cells[r]
        if width > 1 and row[0].span == (1, width):
            if row[0].text:
                if run:
                    result.append(Grid("table", tuple(run), exact=True))
                    run = []
                lines = [line for line in row[0].text.split("\n") if line.strip()]
                result.append(Grid("prose", tuple(Row((Cell(line.strip()),), place(r)) for line in lines), exact=True))
            continue
        if any(cell.text or cell.state == "covered" for cell in row):
            run.append(Row(tuple(row), place(r)))
    if run:
        result.append(Grid("table", tuple(run), exact=True))
    return result
