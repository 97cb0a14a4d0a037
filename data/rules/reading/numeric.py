"""Clauses -> a rule that a value decides: steps, targets, proportions, deductions for each percent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf

from data.normalise import bigrams
from data.rules.reading.clauses import Clause, Clauses, Each, NotARule
from data.rules.reading.formula import Formula
from data.rules.reading.phrases import stripped
from data.rules.reading.working import condition_words, template
from data.rules.rule import End, Form, Interval, Piece, Rule, Term

_GENERAL = re.compile(
    r"^(?:实际|年度|全年)?(?:比率|比例|率|比|值|结果|数值|指标值|完成|完成率|完成值|实际值|完成比例|完成情况|指标|得分率|其|x|X|A|P|R|N|K)$"
)
_WHEN = re.compile(r"年末|年度|当年|本年|全年|实际|部门整体|部门|单位|本单位|整体")


def by_value(said: Clauses) -> Rule:
    """The rule whose pieces are intervals of the value. Raises ``NotARule``."""
    subject = _one_subject(said)
    notes: list[str] = []
    for clause in said.clauses:
        if clause.words and not clause.otherwise:
            raise NotARule("words beside a number: " + " ".join(clause.words))
        if isinstance(clause.outcome, tuple) and not clause.intervals and not clause.otherwise:
            raise NotARule("a score without a condition")
    fixed = _apart([_piece(c, notes) for c in said.clauses if isinstance(c.outcome, tuple)])
    pieces = list(fixed)
    reckoned = any(isinstance(c.outcome, Formula) for c in said.clauses)
    for clause in said.clauses:
        if isinstance(clause.outcome, Formula):
            interval = _interval(clause, notes)
            rest = clause.otherwise or (interval == Interval() and bool(fixed) and not clause.sense)
            pieces.append(Piece(condition_words(interval, rest), clause.outcome.terms, interval=interval,
                                otherwise=rest, template=template(clause.outcome.terms),
                                sense=clause.sense))  # fmt: skip
        elif clause.outcome == "rate" and not fixed and not clause.intervals:
            if reckoned:
                continue
            if len(said.clauses) > 1:
                raise NotARule("a rate beside other clauses")
            terms = (Term(1.0, x=1, w=1),)
            pieces.append(Piece("任何值", terms, template=template(terms)))
        elif clause.outcome in ("ratio", "rate"):
            pieces.append(_proportional(clause, fixed, notes))
            pieces += _other_base(pieces[-1], fixed, notes)
        elif isinstance(clause.outcome, Each):
            pieces += _deduction(clause, clause.outcome, said, fixed, notes)
    if said.misprinted:
        notes.append("EQUALS_MISPRINTED")
    if _differs(subject, said.defined):
        notes.append("SUBJECT_DIFFERS")
    pieces = _apart(_with_implied_full(pieces))
    if all(p.otherwise for p in pieces):
        raise NotARule("otherwise of nothing")
    return Rule(
        form=_form(pieces),
        unit=_unit(said),
        pieces=tuple(pieces),
        choices=_without_value(pieces),
        top_points=_capped(_top_points([t for p in pieces for t in (*p.terms, *p.terms_high)]), said.cap),
        needs_target=any(
            p.interval.of_target or p.from_target or any(t.t for t in (*p.terms, *p.terms_high)) for p in pieces
        ),
        subject=subject,
        notes=tuple(dict.fromkeys(notes)),
        printed=next((i.printed for c in said.clauses for i in c.intervals if i.empty), ""),
    )


def _one_subject(said: Clauses) -> str:
    """The measure all conditions speak of. Raises ``NotARule`` if they speak of two."""
    named: list[str] = []
    for clause in said.clauses:
        for printed in clause.subjects:
            bare = _WHEN.sub("", stripped(printed))
            if bare and not _GENERAL.match(bare) and bare not in named:
                named.append(bare)
    means = [c.outcome for c in said.clauses if isinstance(c.outcome, Formula) and len(c.outcome.names) > 1]
    if means:
        return "、".join(means[0].names)
    for one, other in pairwise(named):
        if not (one.endswith(other) or other.endswith(one) or one.startswith(other) or other.startswith(one)):
            raise NotARule(f"two measures: {one}, {other}")
    return max(named, key=len, default="")


def _differs(subject: str, defined: Sequence[str]) -> bool:
    """Whether the text defines one measure and scores another: ``甲完成率=…;得分=乙完成率×分值``."""
    rates = [d for d in map(_bare, defined) if d.endswith(("率", "度", "比", "比例"))]
    if not rates or "、" in subject or not subject.endswith(("率", "度", "比", "比例")):
        return False
    bare = _bare(subject)
    return not any(bare.endswith(d[-4:]) or d.endswith(bare[-4:]) or _alike(bare, d) for d in rates)


def _bare(name: str) -> str:
    return _WHEN.sub("", stripped(name))


def _alike(one: str, other: str) -> bool:
    pairs = bigrams(one)
    return len(pairs & bigrams(other)) > len(pairs) * 0.6 if pairs else False


def _interval(clause: Clause, notes: list[str]) -> Interval:
    found = Interval()
    for interval in clause.intervals:
        if interval.empty:
            notes.append("INTERVAL_REVERSED")
            interval = replace(
                interval, low=interval.high, low_end=interval.high_end, high=interval.low, high_end=interval.low_end
            )
        found = _intersection(found, interval)
    return found


def _intersection(one: Interval, other: Interval) -> Interval:
    if one == Interval():
        return other
    if one.of_target != other.of_target:
        raise NotARule("value and target in one condition")
    none: tuple[float | None, bool, End] = (None, True, "in")
    lows: list[tuple[float | None, bool, End]] = [
        (i.low, i.low_end == "out", i.low_end) for i in (one, other) if i.low is not None
    ]
    highs: list[tuple[float | None, bool, End]] = [
        (i.high, i.high_end != "out", i.high_end) for i in (one, other) if i.high is not None
    ]
    low, _, low_end = max(lows, default=none)
    high, _, high_end = min(highs, default=none)
    made = Interval(low, low_end, high, high_end, one.of_target, one.unit or other.unit)
    if made.empty:
        raise NotARule("conditions exclude each other")
    return made


def _piece(clause: Clause, notes: list[str]) -> Piece:
    outcome = clause.outcome
    assert isinstance(outcome, tuple)  # noqa: S101 - told apart by the caller
    terms = (Term(1.0, w=1), *(replace(t, factor=-t.factor) for t in outcome)) if clause.deducts else outcome
    interval = _interval(clause, notes)
    return Piece(
        condition_words(interval, clause.otherwise), terms, interval=interval, otherwise=clause.otherwise,
        sense=clause.sense,
    )  # fmt: skip


def _apart(pieces: Sequence[Piece]) -> list[Piece]:
    """Steps that are named by one end only (≥95%得5分,≥90%得4分), each ended where the next better one begins."""
    found = list(pieces)
    for n, piece in enumerate(found):
        one = piece.interval
        if piece.otherwise or piece.sense or (one.low is None) == (one.high is None):
            continue
        others = [
            p.interval for m, p in enumerate(pieces)
            if m != n and not p.otherwise and not p.sense and p.interval.of_target == one.of_target
        ]  # fmt: skip
        if one.high is None and one.low is not None:
            above = [o for o in others if o.low is not None and o.low > one.low and (o.high is None or o.high == o.low)]
            if above:
                nearest = min(above, key=lambda o: o.low or 0.0)
                found[n] = _ended(piece, replace(one, high=nearest.low, high_end=_opposite(nearest.low_end)))
        elif one.high is not None:
            below = [
                o for o in others if o.high is not None and o.high < one.high and (o.low is None or o.low == o.high)
            ]
            if below:
                nearest = max(below, key=lambda o: o.high or 0.0)
                found[n] = _ended(piece, replace(one, low=nearest.high, low_end=_opposite(nearest.high_end)))
    return found


def _ended(piece: Piece, interval: Interval) -> Piece:
    return replace(piece, interval=interval, words=condition_words(interval))


def _opposite(end: End) -> End:
    return "in" if end == "out" else "out"


def _threshold(pieces: Sequence[Piece], way: str) -> tuple[float, bool] | None:
    """Where full marks end on the side to which ``way`` leads, and whether that is a share of the target."""
    best = _best(pieces)
    if best is None:
        return None
    end = best.interval.low if way == "down" else best.interval.high
    if end is None:
        return None
    return end, best.interval.of_target


def _best(pieces: Sequence[Piece]) -> Piece | None:
    """The piece that gives most: full marks, or the most points."""
    ranked = [(sum(t.factor for t in p.terms), p) for p in pieces if not p.otherwise and not p.sense]
    full = [p for _, p in ranked if p.terms == (Term(1.0, w=1),)]
    if full:
        return full[0]
    pointed = [(n, i) for i, (n, p) in enumerate(ranked) if all(not t.w for t in p.terms) and p.terms]
    return ranked[max(pointed)[1]][1] if pointed else None


def _deduction(clause: Clause, each: Each, said: Clauses, fixed: Sequence[Piece], notes: list[str]) -> list[Piece]:
    interval = _interval(clause, notes)
    way = each.way or _way_of(interval)
    if each.adds:
        raise NotARule("points added for each step")
    if not way:
        raise NotARule("a deduction that says no direction")
    best = _best(fixed)
    base = best.terms if best is not None else (Term(1.0, w=1),)
    reference, from_target = _reference(interval, way, each, said, fixed)
    if interval == Interval():
        interval = _beyond(way, reference, from_target)
    low, high = interval.low, interval.high
    end = high if way == "up" else low
    if end is not None and reference is not None and _exhausted(base, each, abs(end - reference)):
        interval = replace(interval, high=None) if way == "up" else replace(interval, low=None)
    _check_chain(interval, reference, way, best)
    rounding = said.rounding or "open"
    if rounding == "open":
        notes.append("WHOLE_STEPS_UNSAID")
    piece = Piece(
        condition_words(interval), base, interval=interval, otherwise=clause.otherwise, sense=clause.sense,
        per=each.amount, step=each.step, reference=reference, from_target=from_target, step_percent=each.unit == "%",
        rounding=rounding,
    )  # fmt: skip
    return [piece] if said.floor is None else _bounded(piece, said.floor, way)


def _bounded(piece: Piece, most: float, way: str) -> list[Piece]:
    """A deduction that ends where the most that the text allows is taken off: 最多扣3分."""
    if piece.reference is None or piece.step is None or len(piece.per) != 1 or piece.per[0].w or piece.otherwise:
        raise NotARule("a bound on the deduction")
    steps = most / piece.per[0].factor
    if steps < 1 or abs(steps - round(steps)) > 1e-9:
        raise NotARule("a bound that is no whole number of steps")
    inside = piece.interval
    at = piece.reference + steps * piece.step * (1 if way == "up" else -1)
    end = inside.high if way == "up" else inside.low
    if end is not None and (end <= at if way == "up" else end >= at):
        return [piece]
    if way == "up":
        near, far = replace(inside, high=at, high_end="in"), replace(inside, low=at, low_end="out")
    else:
        near, far = replace(inside, low=at, low_end="in"), replace(inside, high=at, high_end="out")
    taken = (*piece.terms, Term(-most))
    return [
        replace(piece, interval=near, words=condition_words(near)),
        Piece(condition_words(far), taken, interval=far, template=template(taken), sense=piece.sense),
    ]


def _reference(
    interval: Interval, way: str, each: Each, said: Clauses, fixed: Sequence[Piece]
) -> tuple[float | None, bool]:
    if each.of_target:
        return None, True
    own = interval.high if way == "down" else interval.low
    if own is not None:
        return (None, True) if interval.of_target else (own, False)
    met = _threshold(fixed, way)
    if met is not None:
        return (None, True) if met[1] else (met[0], False)
    if said.standard_is_target:
        return None, True
    if said.standard is not None:
        return said.standard, False
    raise NotARule("a deduction from nowhere")


def _beyond(way: str, reference: float | None, from_target: bool) -> Interval:
    at = 100.0 if from_target else reference
    if way == "down":
        return Interval(None, "in", at, "out", from_target)
    if way == "up":
        return Interval(at, "out", None, "in", from_target)
    return Interval(of_target=from_target)


def _way_of(interval: Interval) -> str:
    if interval.low is None and interval.high is not None:
        return "down"
    return "up" if interval.high is None and interval.low is not None else ""


def _check_chain(interval: Interval, reference: float | None, way: str, best: Piece | None) -> None:
    """A deduction that starts below a lower step may start from that step's score; the text does not say."""
    if best is None or reference is None or best.interval.of_target:
        return
    end = best.interval.low if way == "down" else best.interval.high
    if end is not None and end != reference and interval.low != interval.high:
        raise NotARule("a deduction that starts beyond the full score")


def _exhausted(base: Sequence[Term], each: Each, distance: float) -> bool:
    """Whether nothing is left of the score at this distance, whatever the weight."""
    if len(base) != 1 or len(each.amount) != 1 or base[0].w != each.amount[0].w:
        return False
    return base[0].factor - each.amount[0].factor * distance / each.step <= 1e-9


def _proportional(clause: Clause, fixed: Sequence[Piece], notes: list[str]) -> Piece:
    """按比例得分: in proportion to the full mark's threshold or to 100%; the text does not say which."""
    met = _threshold(fixed, "down")
    interval = _interval(clause, notes)
    of_target = interval.of_target or bool(met and met[1])
    if met is None and not of_target:
        raise NotARule("in proportion to nothing")
    best = _best(fixed)
    if interval == Interval() and met is not None:
        interval = Interval(None, "in", met[0], "out", of_target)
    if met is not None and (interval.high is None or interval.high > met[0]):
        raise NotARule("in proportion above the full mark")
    base = best.terms if best is not None else (Term(1.0, w=1),)
    if of_target:
        terms = tuple(replace(t, x=1, t=-1) for t in base)
    else:
        assert met is not None  # noqa: S101 - checked above
        if met[0] <= 0:
            raise NotARule("in proportion to zero")
        terms = tuple(replace(t, factor=t.factor * 100 / met[0], x=1) for t in base)
    return Piece(condition_words(interval, clause.otherwise), terms, interval=interval, otherwise=clause.otherwise,
                 template=template(terms))  # fmt: skip


def _other_base(piece: Piece, fixed: Sequence[Piece], notes: list[str]) -> list[Piece]:
    met = _threshold(fixed, "down")
    if met is None or met[0] == 100 or met[1]:
        return []
    notes.append("BASE_UNSAID")
    terms = tuple(replace(t, factor=t.factor * met[0] / 100) for t in piece.terms)
    return [replace(piece, terms=terms, template=template(terms))]


def _with_implied_full(pieces: Sequence[Piece]) -> list[Piece]:
    """Where a rule only says what is taken off, nothing is taken off on the good side of the reference."""
    found = list(pieces)
    for piece in pieces:
        if piece.step is not None and not any(p.step is None for p in pieces):
            at, target = (100.0, True) if piece.from_target else (piece.reference, False)
            if piece.interval.high == at:
                found.append(Piece("无扣分", piece.terms, interval=Interval(at, "in", of_target=target)))
            elif piece.interval.low == at:
                found.append(Piece("无扣分", piece.terms, interval=Interval(None, "in", at, "in", of_target=target)))
    return found


def _without_value(pieces: Sequence[Piece]) -> tuple[Term, ...]:
    """What can be had at all, where every piece is a fixed score and together they leave no value out."""
    fixed = all(p.step is None and not p.sense and all(not t.x and not t.t for t in p.terms) for p in pieces)
    if not fixed or any(len(p.terms) > 1 for p in pieces) or not _cover_all(pieces):
        return ()
    return tuple(dict.fromkeys(p.terms[0] if p.terms else Term(0.0) for p in pieces))


def _cover_all(pieces: Sequence[Piece]) -> bool:
    """Whether the pieces leave no gap between their ends."""
    if any(p.otherwise for p in pieces):
        return True
    spans = sorted(
        (-inf if p.interval.low is None else p.interval.low, inf if p.interval.high is None else p.interval.high)
        for p in pieces
    )
    reached = -inf
    for low, high in spans:
        if low > reached:
            return False
        reached = max(reached, high)
    return reached == inf


def _form(pieces: Sequence[Piece]) -> Form:
    terms = [t for p in pieces for t in p.terms]
    if any(t.t for t in terms) or any(p.sense for p in pieces):
        return "目标"
    if any(p.step is not None for p in pieces):
        return "扣分"
    if any(t.x for t in terms):
        return "比例"
    outcomes = {p.terms for p in pieces}
    return "达标" if outcomes <= {(Term(1.0, w=1),), ()} or len(outcomes - {()}) == 1 else "分档"


def _unit(said: Clauses) -> str | None:
    """The unit of the rule's numbers: all that are not zero must have the same. Raises ``NotARule`` if they do not."""
    found = {i.unit for c in said.clauses for i in c.intervals if (i.low or i.high) and not i.of_target}
    for clause in said.clauses:
        outcome = clause.outcome
        if isinstance(outcome, Each) and not outcome.of_target:
            found.add(outcome.unit)
        elif isinstance(outcome, Formula) and any(t.x == 1 and not t.t for t in outcome.terms):
            found.add("%")
    if len(found) > 1:
        raise NotARule("units: " + " ".join(sorted(found)))
    return next(iter(found), None)


def _top_points(terms: Sequence[Term]) -> float | None:
    points = [t.factor for t in terms if not t.w and not t.t and t.factor > 0]
    return max(points) if points and not any(t.w and t.factor > 0 for t in terms) else None


def _capped(top: float | None, cap: float | None) -> float | None:
    return top if cap is None else cap if top is None else min(top, cap)
