"""What a format that knows its cells tells beyond their text: heads of two rows, labels of merged cells.

A label that covers its rows by a true span needs no search. Where a grid is exact but a label cell was left empty
instead of merged, the rows are cut into blocks like those of a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.submission import Cell, Grid, Row
from data.table.columns import LEVELS, header_role, is_header
from data.vocabulary import Vocabulary


def with_flat_heads(grid: Grid, vocabulary: Vocabulary) -> Grid:
    """A grid whose heads stand on one row each: a head printed over two rows becomes one row of its lower words."""
    if grid.kind != "table":
        return grid
    if not grid.exact:
        return _with_flat_text_heads(grid, vocabulary)
    rows: list[Row] = []
    skip = False
    for i, row in enumerate(grid.rows):
        if skip:
            skip = False
            continue
        below = grid.rows[i + 1] if i + 1 < len(grid.rows) else None
        if below is not None and _one_head(row, below, vocabulary):
            rows.append(_flat(row, below))
            skip = True
        elif below is not None and (flat := _flat_text(row, below, vocabulary)) is not None:
            rows.append(flat)
            skip = True
        else:
            rows.append(_with_wide_words(row, grid.rows[i + 1 :]) if is_header(row, vocabulary) else row)
    return replace(grid, rows=tuple(rows))


def _with_flat_text_heads(grid: Grid, vocabulary: Vocabulary) -> Grid:
    """The same for a text, which does not tell how far a word of the upper row reaches."""
    rows = list(grid.rows)
    i = 0
    while i + 1 < len(rows):
        flat = _flat_text(rows[i], rows[i + 1], vocabulary)
        if flat is not None:
            rows[i : i + 2] = [flat]
        i += 1
    return replace(grid, rows=tuple(rows))


def _flat_text(upper: Row, lower: Row, vocabulary: Vocabulary) -> Row | None:
    """One head made of two rows of which each names columns that the other lacks; ``None`` for any other two rows.

    Either the lower words stand under the upper ones, or the rows lost their merged cells: then the lower row says what
    the first upper words hold together, and the rest of the upper row follows.
    """
    above, below = list(upper.texts), list(lower.texts)
    roles_above, roles_below = (
        [header_role(text, vocabulary) if text else None for text in texts] for texts in (above, below)
    )
    named = [role for role in roles_below if role]
    if not {"level1", "level3"} <= set(named) or {"weight", "score"} & set(named) or not {"score"} & set(roles_above):
        return None
    if any(text and role is None for text, role in zip(below, roles_below, strict=True)):
        return None
    places = [i for i, text in enumerate(above) if text and roles_above[i] not in named]
    if all(i >= len(below) or not below[i] for i in places):
        width = max(len(above), len(below))
        padded = [texts + [""] * (width - len(texts)) for texts in (above, below)]
        words = [low or high for high, low in zip(*padded, strict=True)]
    else:
        words = [text for text in below if text] + [above[i] for i in places]
        if places != list(range(places[0], places[0] + len(places))):
            return None
    return Row(tuple(Cell(text, "value" if text else "blank") for text in words), upper.place)


def _one_head(upper: Row, lower: Row, vocabulary: Vocabulary) -> bool:
    """Whether two rows are one head: together they name the columns, and the lower hangs under the upper."""
    hangs = [cell for cell in lower.cells if cell.state == "covered" and cell.span and cell.span[0] == 1]
    words = [cell for cell in lower.cells if cell.text]
    if is_header(upper, vocabulary):
        return (
            bool(hangs) and len(hangs) + len(words) >= len(lower.cells) - 1 and _levels_hang(upper, lower, vocabulary)
        )
    wide = any(cell.span and cell.span[1] > 1 for cell in upper.cells if cell.state != "covered")
    return bool(hangs or wide) and not is_header(lower, vocabulary) and is_header(_flat(upper, lower), vocabulary)


def _levels_hang(upper: Row, lower: Row, vocabulary: Vocabulary) -> bool:
    """Whether every level column of the head goes on in the lower row."""
    levels = [i for i, cell in enumerate(upper.cells) if header_role(cell.text, vocabulary) in LEVELS]
    return all(lower.cells[i].state == "covered" or header_role(lower.cells[i].text, vocabulary) for i in levels)


def _flat(upper: Row, lower: Row) -> Row:
    cells = []
    for high, low in zip(upper.cells, lower.cells, strict=False):
        text = low.text or (low.under if low.state == "covered" else "") or high.text or high.under
        cells.append(Cell(text, "value" if text else "blank"))
    return Row(tuple(cells), upper.place)


def _with_wide_words(row: Row, body: Sequence[Row]) -> Row:
    """A head word over several columns names the one of them that is filled most below, the first of equals."""
    cells = list(row.cells)
    for i, cell in enumerate(cells):
        wide = cell.span[1] if cell.span and cell.state != "covered" else 1
        if wide > 1 and cell.text:
            under = range(i, i + wide)
            filled = {c: sum(1 for below in body if c < len(below.cells) and below.cells[c].text) for c in under}
            best = max(under, key=lambda c: (filled[c], -c))
            cells[i] = Cell("", "blank")
            cells[best] = Cell(cell.text, "value")
    return replace(row, cells=tuple(cells))


def label(cell: Cell) -> str | None:
    """The label that stands over a row in one column, where the cell tells; ``None`` where it was left empty."""
    text = cell.text or (cell.under if cell.state == "covered" else "")
    return text or None


def continues(row: Row, columns: Sequence[int]) -> bool:
    """Whether a row only continues the one above: its cells in all these columns are covered from above."""
    cells = [row.cells[c] for c in columns if c < len(row.cells)]
    return bool(cells) and all(cell.state == "covered" and cell.span and cell.span[0] > 0 for cell in cells)
