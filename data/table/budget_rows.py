"""The budget block of a form: 年初预算数, 全年预算数, 全年执行数 and its scored row, printed above the indicators.

The row counts towards the total in some forms and not in others; which, is found by reconciliation, never assumed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from data.codes import problem
from data.normalise import folded, number, search_key, simple
from data.prose.budget import YUAN
from data.submission import MOST_YUAN, BudgetFigure, Cell, Place, Problem, Row

_COLUMNS = {
    "initial_budget": re.compile(r"^(?:年初|当年年初)预算(?:数|金额|资金)?$"),
    "adjusted_budget": re.compile(r"^(?:全年|调整后?|年度|调整后全年)预算(?:数|金额|资金)?$"),
    "expenditure": re.compile(
        r"^(?:全年|实际|年度|预算|全年实际)?(?:执行|支出)(?:数|金额|资金)$|^(?:全年|实际|年度|全年实际)(?:执行|支出)$"
    ),
    "budget": re.compile(r"^预算(?:数|金额)$"),
    "rate": re.compile(r"^(?:预算)?执行率$"),
    "weight": re.compile(r"^(?:分值|权重)$"),
    "score": re.compile(r"^(?:自评)?得分$|^自评分$"),
}
_POINTS_OF_RATE = re.compile(r"^(?:自评)?得分\((\d+(?:\.\d+)?)分?[*×x]执行率\)$")
# "budget" tells no more than 预算数: which budget it is stays open, so that no figure is taken from it.
_AMOUNTS = ("initial_budget", "adjusted_budget", "expenditure")
_UNIT = re.compile(
    r"[(\uff08:\uff1a](百万元|亿元|万元|千元|元)[)\uff09]?|(?:单位|金额)[:\uff1a]?(百万元|亿元|万元|千元|元)"
)
_TOTAL = re.compile(r"资金总额|年度资金|总额$|^合计$|^总计$|^预算资金$|年度预算|预算执行")
_MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """The budget row's own points."""

    label: str
    weight: Decimal
    score: Decimal
    place: Place


@dataclass(frozen=True, slots=True)
class BudgetBlock:
    figures: tuple[BudgetFigure, ...] = ()
    scored: ScoredRow | None = None
    problems: tuple[Problem, ...] = ()


def budget_block(rows: Sequence[Row]) -> BudgetBlock:
    """Amounts and points of the first budget block among the rows above an indicator table."""
    for i, row in enumerate(rows):
        columns = _columns(row)
        if sum(name in columns for name in (*_AMOUNTS, "budget")) < 2:
            continue
        points = next((Decimal(m[1]) for c in row.cells if (m := _POINTS_OF_RATE.match(search_key(c.text)))), None)
        unit = _printed_unit([*rows[max(0, i - 6) : i + 1], *rows[i + 1 : i + 2]])
        for body in rows[i + 1 : i + 1 + _MOST_ROWS]:
            at = next((i for i, c in enumerate(body.cells) if _TOTAL.search(search_key(_text(c)))), None)
            if at is None and _is_scored(body, columns):
                at = next((i for i, c in enumerate(body.cells) if _text(c)), None)
            if at is None:
                continue
            placed = _moved(columns, body, at)
            if any(_amount(body, placed, name) is not None for name in _AMOUNTS):
                return _block(body, _text(body.cells[at]), placed, unit, points)
        return BudgetBlock()
    return BudgetBlock()


def _is_scored(row: Row, columns: dict[str, int]) -> bool:
    """Whether a row bears points: where no row is named a total, it is the one that counts."""
    at = [columns[name] for name in ("weight", "score") if name in columns]
    return len(at) == 2 and all(c < len(row.cells) and number(_text(row.cells[c])) is not None for c in at)


def _moved(columns: dict[str, int], body: Row, label: int) -> dict[str, int]:
    """The columns of a row whose merged cells were lost: its amounts begin right behind its label."""
    back = min(columns.values()) - (label + 1)
    beside = body.cells[label + 1].text if label + 1 < len(body.cells) else ""
    if back <= 0 or number(beside) is None:
        return columns
    return {name: at - back for name, at in columns.items()}


def _columns(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for i, cell in enumerate(row.cells):
        word = re.sub(r"\([^()]*\)", "", search_key(cell.text))
        for name, pattern in _COLUMNS.items():
            if name not in found and pattern.match(word):
                found[name] = i
    return found


def _text(cell: Cell) -> str:
    """Text of a cell, or of the neighbour in its row that covers it."""
    beside = cell.state == "covered" and cell.span is not None and cell.span[0] == 0
    return cell.under if beside else cell.text


def _amount(row: Row, columns: dict[str, int], name: str) -> Decimal | None:
    at = columns.get(name)
    if at is None or at >= len(row.cells):
        return None
    text = folded(_text(row.cells[at]))
    plain = re.sub(r"(?:百万元|亿元|万元|千元|元)$", "", text.replace(",", ""))
    return Decimal(plain) if re.fullmatch(r"\d{1,15}(?:\.\d{1,6})?", plain) else None


def _printed_unit(rows: Sequence[Row]) -> str | None:
    found = {a or b for row in rows for cell in row.cells for a, b in _UNIT.findall(simple(cell.text))}
    return found.pop() if len(found) == 1 else None


def _block(
    row: Row, label: str, columns: dict[str, int], unit: str | None, points_of_rate: Decimal | None
) -> BudgetBlock:
    """``points_of_rate``: the weight that the head of the score prints, 得分(20分*执行率)."""
    figures: list[BudgetFigure] = []
    problems: list[Problem] = []
    for name in _AMOUNTS:
        amount = _amount(row, columns, name)
        if amount is None:
            continue
        printed = _text(row.cells[columns[name]])
        if unit is None:
            problems.append(problem("AMOUNT_WITHOUT_UNIT", f"{label} {printed}", row.place))
        elif abs(amount) * YUAN[unit] >= MOST_YUAN:
            problems.append(problem("AMOUNT_TOO_LARGE", f"{label} {printed}", row.place))
        else:
            figures.append(BudgetFigure(name, amount, amount * YUAN[unit], printed, unit, "自评报告", row.place))
    points = [
        number(_text(row.cells[columns[name]])) if name in columns and columns[name] < len(row.cells) else None
        for name in ("weight", "score")
    ]
    weight, score = points
    weight = points_of_rate if weight is None else weight
    scored = None
    if weight is not None and score is not None and 0 <= score <= weight:
        scored = ScoredRow(label, weight, score, row.place)
    return BudgetBlock(tuple(figures), scored, tuple(problems))
