"""Check leaves against what the report states of them, and prove missing scores where that is possible.

A missing score is inferred only where a stated sum leaves one value for it: exactly one score is missing, or the gap
equals the sum of the weights of all that are missing (each can then only be its maximum). Everything else stays null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from data.codes import problem
from data.submission import TOLERANCE, Adjustment, Leaf, Place, Problem, Scope, StatedFigure, plain

_BLOCKING = frozenset(
    {
        "ROW_UNALIGNED",
        "NAME_MISSING",
        "SCORE_SHARED",
        "VALUES_ONLY",
        "WEIGHT_MISSING",
        "WEIGHT_NOT_100",
        "PAGE_ORDER_DOUBT",
    }
)


@dataclass(frozen=True, slots=True)
class Reconciled:
    leaves: tuple[Leaf, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Sum:
    """A stated sum over some leaves."""

    words: str
    value: Decimal
    leaves: tuple[int, ...]


def reconcile(
    leaves: Sequence[Leaf],
    adjustments: Sequence[Adjustment],
    stated: Sequence[StatedFigure],
    earlier: Sequence[Problem],
    start: Place,
    budget: tuple[Decimal, Decimal] | None = None,
) -> Reconciled:
    """The leaves with proved scores filled in, and every sum that does not come out.

    ``budget``: weight and score of the budget row where it is inside the total; totals are then those of the leaves.
    """
    weight, score = budget or (Decimal(0), Decimal(0))
    stated = [_without(figure, weight, score) for figure in stated]
    problems = _cells(leaves) + _weights(leaves, stated, start, Decimal(100) - weight)
    sums = _sums(leaves, adjustments, stated)
    blocked = {p.code for p in (*earlier, *problems)} & _BLOCKING
    leaves, proofs = (tuple(leaves), []) if blocked else _inferred(leaves, sums)
    problems += proofs
    missing = [leaf for leaf in leaves if leaf.counted_score is None]
    if "VALUES_ONLY" not in blocked:
        problems += [problem("SCORE_MISSING", leaf.level3, leaf.place, leaf.ordinal) for leaf in missing]
    problems += _totals(leaves, adjustments, stated, start)
    problems += _parts(leaves, sums)
    return Reconciled(tuple(leaves), tuple(problems))


def budget_row_in_total(leaves: Sequence[Leaf], weight: Decimal) -> bool | None:
    """Whether the weights come to 100 with the budget row or without it; ``None`` where neither does."""
    weights = [leaf.weight for leaf in leaves]
    total = sum((w for w in weights if w is not None), Decimal(0))
    return None if None in weights else in_total(total, weight)


def in_total(weights: Decimal, weight: Decimal) -> bool | None:
    """The same from the sum of the leaves' weights."""
    if abs(weights + weight - 100) <= TOLERANCE:
        return True
    return False if abs(weights - 100) <= TOLERANCE else None


def _without(figure: StatedFigure, weight: Decimal, score: Decimal) -> StatedFigure:
    """A total less what the budget row adds to it."""
    if figure.scope == Scope.TOTAL:
        return replace(figure, value=figure.value - score)
    return replace(figure, value=figure.value - weight) if figure.scope == Scope.WEIGHT_TOTAL else figure


def _cells(leaves: Sequence[Leaf]) -> list[Problem]:
    found = []
    nowhere = all(leaf.weight is None for leaf in leaves)
    if nowhere:
        found.append(problem("WEIGHT_MISSING", f"全表 {len(leaves)} 项均未印权重", leaves[0].place))
    for leaf in leaves:
        if leaf.weight is None and not nowhere:
            found.append(problem("WEIGHT_MISSING", leaf.level3, leaf.place, leaf.ordinal))
        elif leaf.weight is not None and leaf.score is not None and leaf.score > leaf.weight + TOLERANCE:
            words = f"{leaf.level3}：得分 {plain(leaf.score)}，权重 {plain(leaf.weight)}"
            found.append(problem("SCORE_ABOVE_WEIGHT", words, leaf.place, leaf.ordinal))
        if leaf.score is not None and leaf.score < 0:
            found.append(problem("SCORE_NEGATIVE", f"{leaf.level3}：{plain(leaf.score)}", leaf.place, leaf.ordinal))
    return found


def _weights(leaves: Sequence[Leaf], stated: Sequence[StatedFigure], start: Place, wanted: Decimal) -> list[Problem]:
    """The weights must sum to 100, or to the full marks that the total row prints."""
    if any(leaf.weight is None for leaf in leaves):
        return []
    total = sum((leaf.weight for leaf in leaves if leaf.weight is not None), Decimal(0))
    if abs(total - wanted) <= TOLERANCE:
        return []
    printed = [s for s in stated if s.scope == Scope.WEIGHT_TOTAL]
    beside = f"，表内权重合计印 {plain(printed[0].value)}" if printed else ""
    return [problem("WEIGHT_NOT_100", f"{plain(total)}{beside}", printed[0].place if printed else start)]


def _base_totals(adjustments: Sequence[Adjustment], stated: Sequence[StatedFigure]) -> dict[str, set[Decimal]]:
    """By source: what the leaves may sum to, as the stated total may or may not include bonus and deduction."""
    extra = sum((_signed(a) for a in adjustments if a.score is not None), Decimal(0))
    found: dict[str, set[Decimal]] = {}
    for figure in stated:
        if figure.scope == Scope.TOTAL:
            found.setdefault(figure.source, set()).update({figure.value, figure.value - extra})
    return found


def _signed(adjustment: Adjustment) -> Decimal:
    score = adjustment.score or Decimal(0)
    return -abs(score) if adjustment.kind == "减分" else score


def _sums(leaves: Sequence[Leaf], adjustments: Sequence[Adjustment], stated: Sequence[StatedFigure]) -> list[_Sum]:
    """Stated sums over known sets of leaves: the total where it is unambiguous, sections and items in prose."""
    sums: list[_Sum] = []
    bases = list(_base_totals(adjustments, stated).values())
    common = set.intersection(*bases) if bases else set()
    if len(common) == 1:
        value = common.pop()
        sums.append(_Sum(f"总计 {plain(value)}", value, tuple(range(len(leaves)))))
    for figure in stated:
        if figure.scope in (Scope.LEVEL1, Scope.LEVEL2):
            level = "level1" if figure.scope == Scope.LEVEL1 else "level2"
            members = tuple(i for i, leaf in enumerate(leaves) if getattr(leaf, level) == figure.label)
            if members:
                sums.append(_Sum(f"{figure.label}得分 {plain(figure.value)}", figure.value, members))
    return sums


def _inferred(leaves: Sequence[Leaf], sums: Sequence[_Sum]) -> tuple[tuple[Leaf, ...], list[Problem]]:
    """Fill in every score that a stated sum proves; nothing at all if two sums contradict each other."""
    filled = list(leaves)
    problems: list[Problem] = []
    progress = True
    while progress:
        progress = False
        for stated in sums:
            proof = _proof(filled, stated)
            for i, score, words in proof:
                leaf = filled[i]
                filled[i] = replace(leaf, score_inferred=score)
                problems.append(
                    problem("SCORE_INFERRED", f"{leaf.level3} {plain(score)}({words})", leaf.place, leaf.ordinal)
                )
                progress = True
    if problems and any(_contradicted(filled, stated) for stated in sums):
        return tuple(leaves), []
    return tuple(filled), problems


def _proof(leaves: Sequence[Leaf], stated: _Sum) -> list[tuple[int, Decimal, str]]:
    """What one stated sum proves: (leaf, score, the arithmetic in words)."""
    open_ = [i for i in stated.leaves if leaves[i].counted_score is None]
    if not open_:
        return []
    known = sum((s for i in stated.leaves if (s := leaves[i].counted_score) is not None), Decimal(0))
    gap = stated.value - known
    weights = [leaves[i].weight for i in open_]
    if any(w is None for w in weights):
        return []
    most = sum((w for w in weights if w is not None), Decimal(0))
    rest = f"{stated.words} − 其余 {len(stated.leaves) - len(open_)} 项得分合计 {plain(known)} = {plain(gap)}"
    if abs(gap - most) <= TOLERANCE:
        words = f"{rest}，等于所缺 {len(open_)} 项权重之和，各项只能是满分"
        return [(i, w, words) for i, w in zip(open_, weights, strict=True) if w is not None]
    if len(open_) == 1 and -TOLERANCE <= gap <= most:
        return [(open_[0], max(gap, Decimal(0)), rest)]
    return []


def _contradicted(leaves: Sequence[Leaf], stated: _Sum) -> bool:
    scores = [leaves[i].counted_score for i in stated.leaves]
    total = sum((s for s in scores if s is not None), Decimal(0))
    return None not in scores and abs(total - stated.value) > TOLERANCE


def _totals(
    leaves: Sequence[Leaf], adjustments: Sequence[Adjustment], stated: Sequence[StatedFigure], start: Place
) -> list[Problem]:
    """Every stated total must be the sum of the leaves, with or without bonus and deduction."""
    totals = [s for s in stated if s.scope == Scope.TOTAL]
    if not totals:
        return [problem("TOTAL_MISSING", place=start)]
    known = sum((leaf.counted_score or Decimal(0) for leaf in leaves), Decimal(0))
    open_ = sum((leaf.weight or Decimal(0) for leaf in leaves if leaf.counted_score is None), Decimal(0))
    extra = sum((_signed(a) for a in adjustments if a.score is not None), Decimal(0))
    found = []
    for figure in totals:
        where = "表内总计" if figure.source == "表" else "正文所述总分"
        low, high = known, known + open_
        if low - TOLERANCE <= figure.value <= high + TOLERANCE:
            continue
        if extra and low - TOLERANCE <= figure.value - extra <= high + TOLERANCE:
            words = f"{where} {plain(figure.value)} = 各指标 {plain(figure.value - extra)} + 加减分 {plain(extra)}"
            found.append(problem("TOTAL_WITH_ADJUSTMENT", words, figure.place))
        else:
            words = f"{where} {plain(figure.value)}，各指标得分合计 {plain(known)}"
            found.append(problem("TOTAL_MISMATCH", words, figure.place))
    return found


def _parts(leaves: Sequence[Leaf], sums: Sequence[_Sum]) -> list[Problem]:
    found = []
    for stated in sums:
        if len(stated.leaves) < len(leaves) and _contradicted(leaves, stated):
            total = sum((leaves[i].counted_score or Decimal(0) for i in stated.leaves), Decimal(0))
            place = leaves[stated.leaves[0]].place
            found.append(problem("STATED_SCORE_MISMATCH", f"正文{stated.words}，表内合计 {plain(total)}", place))
    return found
