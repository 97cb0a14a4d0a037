"""What a rule says, as values: clauses that lead from conditions to outcomes, tiers, and what holds for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.rules.reading.formula import Formula
from data.rules.rule import Interval, Sense, Term

FULL = (Term(1.0, w=1),)
NOTHING: tuple[Term, ...] = ()


class NotARule(ValueError):  # noqa: N818 - named after what happened
    """The text holds something this grammar does not read; the message says what."""


@dataclass(frozen=True, slots=True)
class Each:
    """``每增加 1% 扣 5% 权重分``: which way, the step and its unit, the amount taken or given."""

    way: Literal["up", "down", "off", ""]
    step: float
    unit: str
    amount: tuple[Term, ...]
    adds: bool
    of_target: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition and what it leads to. ``outcome`` is terms, ``ratio`` (按比例), ``rate`` (按完成率), ``Each`` or
    ``Formula``."""

    outcome: tuple[Term, ...] | Each | Formula | Literal["ratio", "rate"]
    intervals: tuple[Interval, ...] = ()
    subjects: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    otherwise: bool = False
    deducts: bool = False
    """A fixed amount taken off the full score: ``outcome`` is that amount."""
    sense: Sense = ""


@dataclass(frozen=True, slots=True)
class Tier:
    grade: str
    high: Term | None
    low: Term | None


@dataclass(frozen=True, slots=True)
class Clauses:
    """What a text says: its clauses, its tiers, and what holds for all of them."""

    clauses: tuple[Clause, ...] = ()
    tiers: tuple[Tier, ...] = ()
    until: bool = False
    cap: float | None = None
    floor: float | None = None
    rounding: Literal["down", "up", "exact", ""] = ""
    standard: float | None = None
    standard_is_target: bool = False
    defined: tuple[str, ...] = ()
    misprinted: bool = False
