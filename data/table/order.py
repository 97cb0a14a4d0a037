"""Pages of a table put back in reading order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.codes import problem
from data.submission import Problem
from data.table.rows import LeafRow, TableRows


@dataclass(frozen=True, slots=True)
class Order:
    """The rows in reading order, with what was doubtful about the pages."""

    leaves: tuple[LeafRow, ...]
    problems: tuple[Problem, ...]


def reading_order(
    rows: TableRows,
    ranks: Sequence[Callable[[LeafRow], int | None]],
    positions: Sequence[Callable[[LeafRow], int | None]],
) -> Order:
    """Turn pages that were fed upside down: evidence is the order of dimensions and of known indicator names.

    ``ranks`` are the usual orders of a row's printed labels (决策 before 过程 …), ``positions`` are the places of its
    name in the vocabulary and in sister units' tables. A page whose evidence points both ways is left and flagged.
    """
    places = (*ranks, *positions)
    ordered: list[LeafRow] = []
    problems: list[Problem] = []
    for run in _runs(rows.leaves, places):
        votes = [_votes([place(leaf) for leaf in run]) for place in places]
        forward, backward = sum(f for f, _ in votes), sum(b for _, b in votes)
        chunks = {leaf.chunk for leaf in run}
        total_first = any(t.chunk in chunks and t.first_in_chunk for t in rows.totals)
        if (backward >= 3 and backward > 4 * forward) or (total_first and backward > forward):
            run.reverse()
            problems.append(problem("PAGE_REVERSED", f"共 {len(run)} 行", run[-1].place))
        elif backward >= 3 and backward > forward:
            problems.append(problem("PAGE_ORDER_DOUBT", place=run[0].place))
        ordered.extend(run)
    return Order(tuple(ordered), tuple(problems))


def _runs(leaves: Sequence[LeafRow], places: Sequence[Callable[[LeafRow], int | None]]) -> list[list[LeafRow]]:
    """Pages, joined where the order falls from one to the next: a page upside down may be cut by blank lines."""
    runs: list[list[LeafRow]] = []
    for leaf in leaves:
        if not runs:
            runs.append([leaf])
            continue
        seam = [_votes([place(row) for row in (runs[-1][-1], leaf)]) for place in places]
        falls = sum(b for _, b in seam) > sum(f for f, _ in seam)
        if leaf.chunk == runs[-1][-1].chunk or falls:
            runs[-1].append(leaf)
        else:
            runs.append([leaf])
    return runs


def _votes(positions: Sequence[int | None]) -> tuple[int, int]:
    """Pairs of neighbouring known positions that rise, and that fall."""
    known = [p for p in positions if p is not None]
    pairs = list(pairwise(known))
    return sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
