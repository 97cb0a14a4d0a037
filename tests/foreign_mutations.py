"""Damage done to good documents: a score deleted, columns swapped, a page reversed, a cell dropped, a total or a
weight changed. Each must raise one of its codes and put no wrong number into an accepted report.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from data.normalise import number
from tests.foreign import Page, Truth, with_cells
from tests.foreign_compare import RIGHT, Result, compared, read_document
from tests.foreign_files import PDF, WRITERS, lines_of
from tests.foreign_set import Document

_TEXTS = {"text": "top", "text, labels in the middle": "centre", "text, labels repeated": "repeated"}
_SWAPS = (("weight", "score"), ("target", "value"), ("level3", "rule"), ("value", "rule"), ("definition", "rule"))
_DROPS = ("level3", "target", "value", "weight", "score", "rule")


@dataclass(frozen=True)
class Mutation:
    """A damaged document: what was done, the file, what a person reads now, the codes of which one must be given."""

    kind: str
    name: str
    content: bytes
    ending: str
    truth: Truth
    codes: frozenset[str]


def judged(mutation: Mutation) -> tuple[Result, bool]:
    """The reading against the truth, and whether one of its codes was given, or a refusal.

    A table whose rows say all themselves may be read from below without harm."""
    result = compared(read_document(mutation.content, f"表.{mutation.ending}"), (mutation.truth,))
    harmless = result.leaves[RIGHT] == len(mutation.truth.leaves) and mutation.kind == "a page reversed"
    told = bool(mutation.codes & set(result.codes)) or any(code.startswith("E") for code in result.codes)
    return result, told or harmless


def mutations(document: Document) -> Iterator[Mutation]:
    """Every damage that a person would notice in a document of one report."""
    if len(document.pages) > 1 or document.writer == PDF:
        return
    page, truth = document.pages[0], document.truths[0]
    chance = random.Random(document.name)
    write = WRITERS[document.writer]
    row = chance.choice(page.leaf_rows)

    def made(kind: str, what: str, changed: Page | bytes, read: Truth, *codes: str) -> Mutation:
        content = changed if isinstance(changed, bytes) else write(changed)
        ending = "txt" if isinstance(changed, bytes) else document.ending
        return Mutation(kind, f"{document.name}: {what}", content, ending, read, frozenset(codes))

    score = page.columns["score"]
    yield made(
        "a score deleted", "", with_cells(page, {(row, score): ""}), truth, "SCORE_INFERRED", "SCORE_MISSING", "ROW_UNALIGNED"
    )  # fmt: skip
    if page.total_row is not None and truth.total is not None:
        changed = with_cells(page, {(page.total_row, score): f"{truth.total - 1:f}"})
        yield made("the total changed", "", changed, replace(truth, total=truth.total - 1), "TOTAL_MISMATCH")
    if "weight" in page.columns:
        yield made("a weight changed", "", *_weight(page, truth, row), "WEIGHT_NOT_100", "LABEL_POINTS_MISMATCH")
    for one, two in _SWAPS:
        if {one, two} <= page.columns.keys() and _differ(page, one, two):
            a, b = page.columns[one], page.columns[two]
            cells = {(r, a): page.rows[r][b] for r in page.leaf_rows} | {
                (r, b): page.rows[r][a] for r in page.leaf_rows
            }
            swapped = with_cells(page, cells)
            yield made(
                "two columns swapped", f"{one} and {two}", swapped, truth, "HEADER_CONTENT_CONFLICT", "SCORE_ABOVE_WEIGHT",
                "NAME_DOUBTFUL", "SCORE_UNREADABLE", "WEIGHT_MISSING", "ROW_UNALIGNED",
            )  # fmt: skip
    if document.writer in _TEXTS:
        rows = lines_of(page, _TEXTS[document.writer])
        first, last = page.leaf_rows[0], page.leaf_rows[-1] + 1
        reversed_ = [*rows[:first], *reversed(rows[first:last]), *rows[last:]]
        yield made(
            "a page reversed", "", _text(page, reversed_), truth, "PAGE_REVERSED", "PAGE_ORDER_DOUBT", "LEVEL1_UNCERTAIN",
            "LABEL_POINTS_MISMATCH",
        )  # fmt: skip
        for role in _DROPS:
            at = page.columns.get(role)
            if at is not None and rows[row][at]:
                shorter = [*rows[:row], rows[row][:at] + rows[row][at + 1 :], *rows[row + 1 :]]
                codes = (
                    "ROW_SHIFTED",
                    "ROW_UNALIGNED",
                    "NAME_MISSING",
                    "NAME_DOUBTFUL",
                    "SCORE_MISSING",
                    "SCORE_INFERRED",
                )
                yield made("a cell dropped", role, _text(page, shorter), truth, *codes, "WEIGHT_MISSING")


def _text(page: Page, rows: list[list[str]]) -> bytes:
    return "\n".join([*page.before, "", *("\t".join(row) for row in rows), "", *page.after]).encode()


def _weight(page: Page, truth: Truth, row: int) -> tuple[Page, Truth]:
    """One weight printed two points higher, and the truth of that."""
    at, ordinal = page.columns["weight"], page.leaf_rows.index(row)
    leaf = truth.leaves[ordinal]
    assert leaf.weight is not None
    higher = leaf.weight + 2
    leaves = (*truth.leaves[:ordinal], replace(leaf, weight=higher), *truth.leaves[ordinal + 1 :])
    return with_cells(page, {(row, at): f"{higher:f}"}), replace(truth, leaves=leaves)


def _differ(page: Page, one: str, two: str) -> bool:
    """Whether a person could tell that two columns were exchanged."""
    pairs = [(page.rows[r][page.columns[one]], page.rows[r][page.columns[two]]) for r in page.leaf_rows]
    if one == "weight":
        return sum(number(a) != number(b) for a, b in pairs) > 1 and _sum(a for a, _ in pairs) != _sum(
            b for _, b in pairs
        )
    if one == "target":
        return sum(a[:1] in "≥≤=≧≦═" for a, _ in pairs if a) > len(pairs) / 2
    return True


def _sum(texts: Iterator[str]) -> Decimal:
    return sum((number(text) or Decimal(0) for text in texts), Decimal(0))
