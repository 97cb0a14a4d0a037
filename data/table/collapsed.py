"""Tables that lost their merged cells: rows hold only their own cells and are padded at the end.

A converter to Markdown or plain text drops what a merged label covers, so every row below the first of a block begins
further left than its head. Where most rows of a table fit their head only after moving right, and each in just one way,
the rows are moved; the labels then stand on the first rows of their blocks. A table whose rows fit as they stand is
left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.codes import problem
from data.normalise import number, search_key, simple
from data.parts.split import Part
from data.submission import Cell, Problem, Row
from data.table.columns import LEVELS, header_role, name_like, reads_as_rule
from data.table.rows import row_word
from data.vocabulary import Vocabulary

_FEWEST_MOVED = 2
_SHARE_MOVED = 0.3
_SIGN = re.compile(r"[≥≤=<>≧≦═]|定[性量]|[正反]向|/|-*|—*")


def spread_out(part: Part, vocabulary: Vocabulary) -> tuple[Part, tuple[Problem, ...]]:
    """The part with its rows moved under their head, if that is how its table was written."""
    if part.exact or part.header is None:
        return part, ()
    words = [cell.text for cell in part.header.cells]
    while words and not words[-1]:
        words.pop()
    columns = _columns(words, vocabulary)
    names_end = 1 + max((columns[role] for role in LEVELS if role in columns), default=-1)
    if "level3" not in columns or "score" not in columns or names_end < 2:
        return part, ()
    moves = [[_move(row, columns, names_end, len(words)) for row in chunk] for chunk in part.chunks]
    found = [move for chunk in moves for move in chunk if move is not None]
    moved = sum(move > 0 for move in found)
    if moved < _FEWEST_MOVED or moved < _SHARE_MOVED * len(found):
        return part, ()
    chunks = tuple(
        tuple(
            _total(row, columns, len(words), vocabulary) or _moved(row, move or 0, len(words))
            for row, move in zip(chunk, here, strict=True)
        )
        for chunk, here in zip(part.chunks, moves, strict=True)
    )
    return replace(part, chunks=chunks), (problem("CELLS_COLLAPSED", f"共 {moved} 行", part.header.place),)


def _columns(words: Sequence[str], vocabulary: Vocabulary) -> dict[str, int]:
    """The first column of each role; of the last points of several levels the last."""
    found: dict[str, int] = {}
    for i, word in enumerate(words):
        role = header_role(word, vocabulary)
        third = role == "level3" and search_key(word).startswith("三级")
        if role and (role not in found or role == "weight" or third):
            found[role] = i
    return found


def _move(row: Row, columns: Mapping[str, int], names_end: int, width: int) -> int | None:
    """By how many cells the one fitting reading of a row moves it; ``None`` if none or several fit."""
    own = list(row.texts)
    while own and not own[-1]:
        own.pop()
    fitting = {
        move: bool(cells[columns["score"]])
        for move in range(names_end)
        if len(own) + move <= width and _fits(cells := _padded(own, move, width), columns)
    }
    best = [move for move, scored in fitting.items() if scored] or list(fitting)
    return best[0] if len(best) == 1 else None


def _padded(own: Sequence[str], move: int, width: int) -> list[str]:
    return [""] * move + list(own) + [""] * (width - len(own) - move)


def _fits(cells: Sequence[str], columns: Mapping[str, int]) -> bool:
    weight = number(cells[columns["weight"]]) if "weight" in columns else None
    score = number(cells[columns["score"]])
    if ("weight" in columns and weight is None) or (cells[columns["score"]] and score is None):
        return False
    if (weight is None and score is None) or (weight is not None and score is not None and score > weight):
        return False
    name = cells[columns["level3"]]
    if not name_like(name):
        return False
    if any(number(cells[columns[r]]) is not None or reads_as_rule(cells[columns[r]]) for r in LEVELS if r in columns):
        return False
    if "comparator" in columns and not _SIGN.fullmatch(simple(cells[columns["comparator"]])):
        return False
    words = [columns[r] for r in ("rule", "definition", "reason", "remark") if r in columns]
    return all(number(cells[c]) is None for c in words)


def _total(row: Row, columns: Mapping[str, int], width: int, vocabulary: Vocabulary) -> Row | None:
    """A total row of two numbers: full marks under the weight, the other under the score; ``None`` for other rows."""
    texts = [text for text in row.texts if text]
    points = [text for text in texts if number(text) is not None]
    if not texts or row_word(texts[:1], vocabulary) != "total" or len(points) != 2 or "weight" not in columns:
        return None
    if (number(points[0]) or 0) < (number(points[1]) or 0):
        return None
    cells = [Cell("", "blank")] * width
    cells[0] = Cell(texts[0])
    for role, text in zip(("weight", "score"), points, strict=True):
        cells[columns[role]] = Cell(text)
    rest = [text for text in texts[1:] if text not in points]
    for c, text in zip(range(columns["score"] + 1, width), rest, strict=False):
        cells[c] = Cell(text)
    return replace(row, cells=tuple(cells))


def _moved(row: Row, move: int, width: int) -> Row:
    cells = list(row.cells)
    while cells and not cells[-1].text and len(cells) + move > width:
        cells.pop()
    return replace(row, cells=(*[Cell("", "blank")] * move, *cells))
