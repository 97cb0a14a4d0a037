"""The frozen values that travel from a document to the warehouse.

A reader turns bytes into ``Grid`` values; parsing turns grids into ``Submission`` values (one per report);
loading turns submissions into rows. Nothing here knows a file format, a database or a page.

Scores and weights are ``Decimal`` points, money is ``Decimal`` yuan, and ``None`` always means "not printed or not
readable", never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

TOLERANCE = Decimal("0.005")
"""Printed sums of points agree if they differ by no more than this."""

MOST_YUAN = Decimal(10) ** 15
"""Amounts stay below this, so that one, or several added, fit eighteen digits; what reaches it was not read rightly."""

NO_VALUE = "\u2047"
"""Text of a formula cell whose result was never stored: not blank, not readable."""

CellState = Literal["value", "blank", "covered"]
Severity = Literal["info", "warning", "error"]
Status = Literal["accepted", "review"]
YearBasis = Literal["title", "prose", "inherited", "given"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: ``position`` for programs (``L123``), ``words`` for the reader (第123行)."""

    position: str
    words: str
    document: str = ""
    """document_id of the file, where it is not the one that holds the report's table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell. ``covered`` is hidden under a merged neighbour; ``blank`` was printed empty."""

    text: str
    state: CellState = "value"
    span: tuple[int, int] | None = None
    """Rows and columns the cell covers, where the format tells; ``None`` where it does not.

    Of a ``covered`` cell: how many rows up and columns left the cell stands that covers it."""
    under: str = ""
    """Text of the cell that covers a ``covered`` one."""


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    place: Place

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """A rectangle of cells (``table``) or a run of paragraphs (``prose``: one cell a row), in document order.

    ``exact`` says that cell borders and spans are certain (a spreadsheet), not read off a picture.
    """

    kind: Literal["table", "prose"]
    rows: tuple[Row, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """An extraction doubt (提取存疑): something *we* repaired, inferred or could not settle."""

    code: str
    severity: Severity
    message: str
    place: Place | None = None
    leaf: int | None = None
    """Ordinal of the leaf it concerns, where it concerns one."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One 三级指标 row as printed, with what was proved about it."""

    ordinal: int
    level1: str
    level2: str
    level3: str
    level1_raw: str
    level2_raw: str
    hierarchy_method: str
    dimension: str | None
    canonical_leaf: str | None
    weight: Decimal | None
    score: Decimal | None
    score_inferred: Decimal | None
    value_text: str | None
    value: Decimal | None
    value_unit: str | None
    target_text: str | None
    target: Decimal | None
    direction: str | None
    deviation_reason: str | None
    applicability: Literal["yes", "na", "unknown"]
    definition_text: str | None
    rule_text: str | None
    place: Place

    @property
    def counted_score(self) -> Decimal | None:
        """The printed score, or the proved one where none was printed."""
        return self.score if self.score is not None else self.score_inferred


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A row beside the indicators: 加分 and 减分 outside the 100 points, or the scored budget row (预算执行).

    ``cap`` is the bound of a bonus, or the weight of the budget row."""

    kind: Literal["加分", "减分", "预算执行"]
    label: str
    score: Decimal | None
    cap: Decimal | None
    rule_text: str | None
    place: Place


class Scope(StrEnum):
    """What a stated figure speaks of."""

    TOTAL = "total"
    LEVEL1 = "level1"
    LEVEL2 = "level2"
    ADJUSTMENT = "adjustment"
    WEIGHT_TOTAL = "weight_total"


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A score the report states beside its leaves: in the table (表) or in prose (文)."""

    scope: Scope
    label: str
    source: Literal["表", "文"]
    value: Decimal
    out_of: Decimal | None
    place: Place


@dataclass(frozen=True, slots=True)
class BudgetFigure:
    """An amount or head count. ``amount`` is in ``printed_unit``; ``amount_yuan`` is null for persons."""

    item: str
    amount: Decimal
    amount_yuan: Decimal | None
    printed: str
    printed_unit: str
    source: Literal["自评报告", "财政数据"]
    place: Place


@dataclass(frozen=True, slots=True)
class Narrative:
    """A section of prose. ``state``: ``text``, ``none`` (the report says 无), or ``unreadable``."""

    section: str
    heading: str
    text: str
    state: Literal["text", "none", "unreadable"]
    place: Place


@dataclass(frozen=True, slots=True)
class Entered:
    """Who completed a report by hand (人工补录), when, for which original; ``report_id`` is empty if none was read."""

    document_id: str
    report_id: str
    by: str
    on: date


def status_of(problems: Sequence[Problem]) -> Status:
    """A report with a doubt that is an error waits for a person."""
    return "review" if any(p.severity == "error" for p in problems) else "accepted"


@dataclass(frozen=True, slots=True)
class Submission:
    """One report (自评价报告) as read: one unit, one fiscal year, one form."""

    unit: str
    region_code: str | None
    fiscal_year: int
    year_basis: YearBasis
    form: Literal["部门整体", "项目"]
    subject: str
    leaves: tuple[Leaf, ...]
    adjustments: tuple[Adjustment, ...]
    stated_figures: tuple[StatedFigure, ...]
    budget_figures: tuple[BudgetFigure, ...]
    narratives: tuple[Narrative, ...]
    stated_total: Decimal | None
    grade: str | None
    problems: tuple[Problem, ...]
    place: Place
    budget_row_in_total: bool = False
    """Whether the scored budget row is part of the 100 points, as reconciliation found."""
    entered: Entered | None = None
    """Set where a person entered the report in a 待补录表; ``None`` where it was read."""

    @property
    def status(self) -> Status:
        return status_of(self.problems)

    @property
    def weight_total(self) -> Decimal | None:
        weights = [leaf.weight for leaf in self.leaves]
        return None if not weights or None in weights else sum((w for w in weights if w is not None), Decimal(0))

    @property
    def leaf_total(self) -> Decimal | None:
        """Sum of leaf scores, proved ones included; ``None`` while a leaf has neither."""
        scores = [leaf.counted_score for leaf in self.leaves]
        return None if not scores or None in scores else sum((s for s in scores if s is not None), Decimal(0))

    @property
    def leaf_total_printed(self) -> Decimal:
        return sum((leaf.score for leaf in self.leaves if leaf.score is not None), Decimal(0))

    @property
    def comparable_score(self) -> Decimal | None:
        """可比得分: Σ得分 / Σ权重 × 100 over the leaves, with the budget row where it is inside the total."""
        row = next((a for a in self.adjustments if a.kind == "预算执行"), None)
        return comparable_score(self.leaf_total, self.weight_total, row if self.budget_row_in_total else None)

    @property
    def template(self) -> str:
        """Ordered level1 names with their weight sums, e.g. 决策6 过程34 履职30 效益指标20 满意度指标10."""
        sums: dict[str, Decimal] = {}
        for leaf in self.leaves:
            sums[leaf.level1] = sums.get(leaf.level1, Decimal(0)) + (leaf.weight or Decimal(0))
        return " ".join(f"{name}{plain(total)}" for name, total in sums.items())


def comparable_score(scores: Decimal | None, weights: Decimal | None, budget: Adjustment | None) -> Decimal | None:
    """Points / weights × 100; ``budget``: the scored budget row, where it is inside the total."""
    if budget is not None and scores is not None and weights is not None:
        scores, weights = scores + (budget.score or 0), weights + (budget.cap or 0)
    return None if scores is None or not weights else scores / weights * 100


class Refusal(Exception):  # noqa: N818 - a refused document is an outcome, not an error of ours
    """A document (or a unit in it) that cannot be loaded: a code, the reason in Chinese, what to do."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one report from another."""

    unit: str
    region_code: str | None
    fiscal_year: int
    form: str
    subject: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document gave: its reports, and the units in it that were refused."""

    submissions: tuple[Submission, ...]
    refusals: tuple[tuple[str, str, str], ...] = field(default=())
    """(unit or empty, code, reason)."""
    prose: tuple[Identity, ...] = field(default=())
    """Reports of which the document holds the prose and no indicator table: the table may be in another file."""


def plain(number: Decimal) -> str:
    """A decimal without exponent and trailing zeros: 34, 8.5, 100."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
