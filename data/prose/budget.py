"""Budget amounts, assets and staff in prose: 年初部门预算数为…万元(其中…). The figures follow the words, in any order.

An amount counts only if its whole label is a known term (``budget_items.csv``) after taking off the unit's own name,
the fiscal year and fillers; 比上年增加…, other years and other organisations' money never match. What a part belongs to
(基本支出 of 支出 or of 预算) is told by the brackets around it, else by the clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from data.codes import problem
from data.normalise import folded
from data.submission import MOST_YUAN, BudgetFigure, Problem, Row
from data.vocabulary import BudgetItem, Vocabulary

YUAN = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
PERSONS = frozenset({"人", "名"})
_AMOUNT = re.compile(
    r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<unit>百万元|亿元|万元|千元|元|人(?!次)|名)?(?P<next>.?)"
)
_BREAK = re.compile(r"[,。;、()\[\]:]")
_SENTENCE = re.compile(r"[。;]")
_TAIL = re.compile(r"(?:为|是|达到?|共计?|合计|总计|计|有|即|安排|完成|:|=|数|额|金额|总额|数额)$")
_FILLER = re.compile(r"部门|单位|本年度|本年|当年|的|年度(?=预算|支出|收入|决算)|金额")
_HEAD = re.compile(
    r"^(?:其中|另有|另外|另|以及|及|和|与|包括|主要包括|截[至止]到?(?:\d{4}年)?(?:\d{1,2}月)?(?:底|末)?(?:\d{1,2}日)?|[-·•]|\(?\d+\)|\d+[.、])"
)
_OWNER = re.compile(r"^(?:本|我|该)(?:部门|单位|局|委|办|中心|院|厅)|^(?:全局|全委|本级|部门|单位)")
_CLAUSE_YEAR = re.compile(r"(?:^|[,。;:(]|截[至止]到?)(?P<year>(?:19|20)\d{2})年")
_YEAR = re.compile(r"^(?P<year>(?:19|20)\d{2})年?(?:度)?(?=年?初|年?末|[^\d])")


@dataclass(frozen=True, slots=True)
class _Found:
    words: str
    text: str
    unit: str
    row: Row
    clause: int
    sentence: int
    depth: tuple[int, ...]
    """Numbers of the amounts whose brackets enclose this one."""


def budget_figures(
    prose: Sequence[Row], unit: str, fiscal_year: int, vocabulary: Vocabulary
) -> tuple[list[BudgetFigure], list[Problem]]:
    """Amounts with item, yuan, printed number and unit, and line; and the amounts that print no unit."""
    found: list[BudgetFigure] = []
    problems: list[Problem] = []
    terms = _terms(vocabulary)
    owners = _owner_names(unit)
    for row in prose:
        amounts = _amounts(row, terms, owners, fiscal_year)
        items = [_item(i, amounts, vocabulary) for i in range(len(amounts))]
        for amount, item in zip(amounts, items, strict=True):
            if item is None:
                continue
            if not amount.unit:
                problems.append(problem("AMOUNT_WITHOUT_UNIT", f"{item.name} {amount.text}", row.place))
            elif (amount.unit in PERSONS) == item.item.startswith("staff"):
                value = Decimal(amount.text.replace(",", ""))
                yuan = None if amount.unit in PERSONS else value * YUAN[amount.unit]
                if (value if yuan is None else yuan) >= MOST_YUAN:
                    problems.append(problem("AMOUNT_TOO_LARGE", f"{item.name} {amount.text}{amount.unit}", row.place))
                    continue
                found.append(BudgetFigure(item.item, value, yuan, amount.text, amount.unit, "自评报告", row.place))
    return found, problems + conflicts(found, vocabulary)


def conflicts(found: Sequence[BudgetFigure], vocabulary: Vocabulary) -> list[Problem]:
    """Items that stand with different amounts."""
    names = {i.item: i.name for i in vocabulary.budget_items}
    first: dict[str, BudgetFigure] = {}
    problems = []
    for figure in found:
        before = first.setdefault(figure.item, figure)
        same = before.amount_yuan == figure.amount_yuan and (
            figure.amount_yuan is not None or before.amount == figure.amount
        )
        if not same:
            two = f"{before.printed}{before.printed_unit}({before.place.words})与{figure.printed}{figure.printed_unit}"
            problems.append(problem("AMOUNT_CONFLICT", f"{names[figure.item]}:{two}", figure.place))
    return problems


@lru_cache(maxsize=4)
def _terms(vocabulary: Vocabulary) -> dict[str, tuple[BudgetItem, ...]]:
    """Reduced wording -> the items it may mean (several, told apart by their parents)."""
    terms: dict[str, list[BudgetItem]] = {}
    for item in vocabulary.budget_items:
        for word in item.words:
            kept = terms.setdefault(_FILLER.sub("", word), [])
            if item not in kept:
                kept.append(item)
    return {word: tuple(items) for word, items in terms.items()}


def _owner_names(unit: str) -> tuple[str, ...]:
    """Every ending of the unit's name by which its own prose may call it, longest first."""
    name = re.sub(r"\(.*\)$", "", folded(unit))
    return tuple(name[i:] for i in range(max(0, len(name) - 2)))


def _amounts(
    row: Row, terms: dict[str, tuple[BudgetItem, ...]], owners: tuple[str, ...], fiscal_year: int
) -> list[_Found]:
    """Amounts of a paragraph whose labels are known terms, with their clause and enclosing brackets."""
    text = folded("".join(row.texts))
    found: list[_Found] = []
    stack: list[int] = []
    at = clause = sentence = 0
    foreign = False
    for match in _AMOUNT.finditer(text):
        between = text[at : match.start()]
        for sign in between:
            if sign == "(":
                stack.append(len(found) - 1)
            elif sign == ")" and stack:
                stack.pop()
            elif sign in ";。":
                clause += 1
                sentence += sign == "。"
                foreign = False
        if match["unit"] is None and not re.match(r"^[,。;、)]?$", match["next"]):
            if match["next"] not in ("年", "月", "日"):
                at = match.end("n")
            continue
        label = _label(between)
        words = None if "分别" in between else _term(label, terms, owners, fiscal_year)
        at = match.end("unit") if match["unit"] else match.end("n")
        year = _CLAUSE_YEAR.search(between)
        if year is not None:
            foreign = int(year["year"]) != fiscal_year
        if words is None and _names_another(label, terms):
            foreign = True
        if words is not None and not foreign and not text.startswith("用于", at):
            found.append(_Found(words, match["n"], match["unit"] or "", row, clause, sentence, tuple(stack)))
    return found


def _names_another(label: str, terms: dict[str, tuple[BudgetItem, ...]]) -> bool:
    """Whether a label is a known term with a subject of its own before it (A项目年初预算): its money is another's.

    That subject holds for the amounts that follow, to the end of the clause.
    """
    while True:
        reduced = _FILLER.sub("", label)
        if any(reduced.endswith(term) and len(reduced) > len(term) and len(term) >= 4 for term in terms):
            return True
        shorter = _TAIL.sub("", label)
        if shorter == label:
            return False
        label = shorter


def _label(between: str) -> str:
    """The words right before an amount; a colon or 为 between label and amount belongs to neither."""
    trimmed = between.rstrip(":")
    return _BREAK.split(trimmed)[-1]


def _term(
    label: str, terms: dict[str, tuple[BudgetItem, ...]], owners: tuple[str, ...], fiscal_year: int
) -> str | None:
    """The known term a label amounts to, or ``None``."""
    while True:
        for candidate in _beheaded(label, owners, fiscal_year):
            if (reduced := _FILLER.sub("", candidate)) in terms:
                return reduced
        shorter = _TAIL.sub("", label)
        if shorter == label:
            return None
        label = shorter


def _beheaded(label: str, owners: tuple[str, ...], fiscal_year: int) -> list[str]:
    """The label, and the label without connectives, owner and fiscal year before it; none if it names another year."""
    forms = [label]
    for _ in range(4):
        head = _HEAD.sub("", label)
        owner = next((o for o in owners if head.startswith(o)), "")
        head = head[len(owner) :] if owner else _OWNER.sub("", head)
        year = _YEAR.match(head)
        if year:
            if int(year["year"]) != fiscal_year:
                return []
            rest = head[year.end() :]
            head = ("年" + rest) if rest[:1] in ("初", "末") else rest
        if head == label:
            break
        label = head
        forms.append(head)
    return [f for f in forms if f]


def _item(i: int, amounts: Sequence[_Found], vocabulary: Vocabulary) -> BudgetItem | None:
    """The item of one amount: told by its term, and among several by what it is a part of."""
    amount = amounts[i]
    candidates = _terms(vocabulary)[amount.words]
    whole = [c for c in candidates if not c.parent]
    parted = {c.parent: c for c in candidates if c.parent}
    if not parted:
        return whole[0] if whole else None
    for enclosing in reversed(amount.depth):
        if enclosing >= 0:
            item = _plain_item(amounts[enclosing], vocabulary)
            if item is not None and item.item in parted:
                return parted[item.item]
    for same in ("clause", "sentence"):
        around = [
            (j, item.item)
            for j, other in enumerate(amounts)
            if j != i
            and getattr(other, same) == getattr(amount, same)
            and (item := _plain_item(other, vocabulary)) is not None
            and item.item in parted
        ]
        before = [name for j, name in around if j < i]
        if before:
            return parted[before[-1]]
        if len({name for _, name in around}) == 1:
            return parted[around[0][1]]
    if "staff" in parted and any(
        (item := _plain_item(other, vocabulary)) is not None and item.item.startswith("staff") for other in amounts
    ):
        return parted["staff"]
    return whole[0] if whole else None


def _plain_item(amount: _Found, vocabulary: Vocabulary) -> BudgetItem | None:
    """The item of an amount whose term has one meaning without a parent."""
    whole = [c for c in _terms(vocabulary)[amount.words] if not c.parent]
    return whole[0] if whole else None
