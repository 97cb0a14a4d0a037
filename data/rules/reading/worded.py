"""Clauses -> a rule that words decide: met or not, points for each thing, grades, bands of a grade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from data.rules.reading.clauses import Clause, Clauses, Each, NotARule
from data.rules.reading.tokens import grades
from data.rules.rule import Piece, Rule, Term

_GRADED = re.compile(r"^.*(?:为|是|评为|等次|等级|档次|结果|情况)(?=.)")
_MOST_PARTS = 12


def by_words(said: Clauses) -> Rule:
    """The rule whose conditions a person judges. Raises ``NotARule``."""
    notes: list[str] = []
    every = [c for c in said.clauses if isinstance(c.outcome, Each)]
    plain = [c for c in said.clauses if isinstance(c.outcome, tuple)]
    if len(every) + len(plain) != len(said.clauses):
        raise NotARule("words beside a formula")
    if every:
        return _counted(said, every, plain)
    if any(c.deducts for c in plain):
        return _taken_off(plain)
    choices = [t for c in plain for t in (c.outcome if isinstance(c.outcome, tuple) and c.outcome else (Term(0.0),))]
    if len(choices) > _MOST_PARTS:
        raise NotARule("too many parts")
    has_zero = any(not t.factor for t in choices)
    if len([t for t in choices if t.factor]) == 1 and not has_zero:
        notes.append("ELSE_UNSAID")
    pieces = _graded(plain)
    gains = [t for t in choices if t.factor]
    if not gains:
        raise NotARule("nothing to be had")
    points = all(not t.w for t in gains)
    if said.cap is not None and points and said.cap > sum(t.factor for t in gains):
        step = Term(_common([t.factor for t in gains]))
        return Rule("计次", None, choices=(Term(said.cap),), every=step, every_from="zero", top_points=said.cap)
    if said.cap is not None and (not points or said.cap < max(t.factor for t in gains)):
        raise NotARule("a bound below what can be had")
    parts = tuple(gains) if points and len(gains) > 1 else ()
    unique = tuple(dict.fromkeys([*gains, Term(0.0)]))
    return Rule(
        "要点" if parts else "符合", None, pieces=pieces, choices=unique, parts=parts,
        top_points=max(t.factor for t in gains) if points else None, notes=tuple(notes),
    )  # fmt: skip


def _graded(plain: Sequence[Clause]) -> tuple[Piece, ...]:
    """Alternatives that a value cell may name: 达成得满分,部分达成得50%."""
    known = grades()
    pieces = []
    for clause in plain:
        grade = _GRADED.sub("", clause.words[-1]) if clause.words else ""
        if grade not in known or any(re.search(r"\d", w) for w in clause.words):
            return ()
        assert isinstance(clause.outcome, tuple)  # noqa: S101 - told apart by the caller
        pieces.append(Piece(f"“{grade}”", clause.outcome, grades=known[grade]))
    return tuple(pieces) if len(pieces) > 1 else ()


def _counted(said: Clauses, every: Sequence[Clause], plain: Sequence[Clause]) -> Rule:
    """So much for every item: off the full score, or up to the cap."""
    outcomes = [c.outcome for c in every if isinstance(c.outcome, Each)]
    amounts = {e.amount for e in outcomes}
    adds = {e.adds for e in outcomes}
    if any(e.unit == "%" for e in outcomes):
        raise NotARule("points for each percent")
    if len(adds) != 1 or len(amounts) != 1 or len(outcomes[0].amount) != 1:
        raise NotARule("several amounts for each item")
    if any(c.outcome not in ((), (Term(1.0, w=1),)) for c in plain):
        raise NotARule("amounts beside the amount for each item")
    amount, counts_up = outcomes[0].amount[0], adds == {True}
    if said.floor is not None and (counts_up or amount.w):
        raise NotARule("a bound on the deduction")
    top = said.cap
    choices = (Term(top),) if top is not None and counts_up else ()
    return Rule(
        "计次", None, choices=choices, every=amount, every_from="zero" if counts_up else "full", top_points=top,
        every_most=None if counts_up else said.floor,
    )  # fmt: skip


def _taken_off(plain: Sequence[Clause]) -> Rule:
    """Fixed amounts taken off under conditions in words: any of them, or all, may have been."""
    offs = [t for c in plain if c.deducts and isinstance(c.outcome, tuple) for t in c.outcome]
    rest = [c for c in plain if not c.deducts]
    if any(c.outcome not in ((), (Term(1.0, w=1),)) for c in rest):
        raise NotARule("points beside deductions")
    if len({t.w for t in offs}) != 1 or len(offs) > _MOST_PARTS:
        raise NotARule("several kinds of deduction")
    step = _common(tuple(t.factor for t in offs))
    return Rule("计次", None, every=replace(offs[0], factor=step), every_from="full")


def _common(numbers: Sequence[float]) -> float:
    """The largest amount of which all are multiples, to a thousandth."""
    thousandths = [round(n * 1000) for n in numbers]
    found = thousandths[0]
    for n in thousandths[1:]:
        while n:
            found, n = n, found % n
    return found / 1000


def by_tiers(said: Clauses) -> Rule:
    """The rule of 达成、部分达成、未达成 and their bands. Raises ``NotARule``."""
    known = grades()
    pieces = tuple(
        Piece(
            f"“{tier.grade}”",
            () if tier.low is None or not tier.low.factor else (tier.low,),
            (tier.high,) if tier.high else (),
            grades=known[tier.grade],
        )
        for tier in said.tiers
    )
    plain = [c for c in said.clauses if not (isinstance(c.outcome, tuple))]
    if plain:
        raise NotARule("tiers beside a number")
    points = [t.high.factor for t in said.tiers if t.high and not t.high.w]
    return Rule("定性", None, pieces=pieces, top_points=max(points, default=None))
