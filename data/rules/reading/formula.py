"""得分 = expression: an arithmetic grammar over the value, the target and the weight.

    expression = term {("+" | "-") term}
    term       = factor {("×" | "÷") factor}
    factor     = number | name | weight | target | actual | "(" expression ")"

A name is the value of the leaf. Several names are one value only where the expression is their plain mean, or where one
divides the other (the two amounts of which the printed rate is the quotient).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.rules.reading.tokens import Token
from data.rules.rule import Term

_OPEN, _CLOSE = {"(", "[", "{"}, {")", "]", "}"}
_DEEPEST = 12
_WEIGHT, _TARGET, _ACTUAL = "w", "t", "x"
Monomial = frozenset[tuple[str, int]]
Polynomial = dict[Monomial, float]


class NotAFormula(ValueError):  # noqa: N818 - named after what happened
    """The tokens are no expression of this grammar."""


@dataclass(frozen=True, slots=True)
class Formula:
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    """The names in the expression that stand for the value."""


def formula(tokens: Sequence[Token]) -> Formula:
    """The meaning of an expression. Raises ``NotAFormula`` if it is none, or if its names are not one value."""
    reader = _Reader(tokens)
    polynomial = reader.expression(0)
    if reader.at != len(tokens):
        raise NotAFormula(f"left over: {tokens[reader.at].text}")
    names = tuple(sorted({v for monomial in polynomial for v, _ in monomial} - {_WEIGHT, _TARGET, _ACTUAL}))
    return Formula(_terms(polynomial, names), names)


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def _text(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def expression(self, depth: int) -> Polynomial:
        if depth > _DEEPEST:
            raise NotAFormula("too deep")
        total = self.term(depth)
        while self._text() in ("+", "-", "—", "–"):
            sign = 1.0 if self._text() == "+" else -1.0
            self.at += 1
            for monomial, factor in self.term(depth).items():
                total[monomial] = total.get(monomial, 0.0) + sign * factor
        return total

    def term(self, depth: int) -> Polynomial:
        product = self.factor(depth)
        while self._text() in ("×", "*", "÷", "/"):
            divides = self._text() in ("÷", "/")
            self.at += 1
            other = self.factor(depth)
            product = _product(product, _inverse(other) if divides else other)
        return product

    def factor(self, depth: int) -> Polynomial:
        if self.at >= len(self.tokens):
            raise NotAFormula("ends early")
        token = self.tokens[self.at]
        self.at += 1
        if token.text in _OPEN:
            inner = self.expression(depth + 1)
            if self._text() not in _CLOSE:
                raise NotAFormula("bracket")
            self.at += 1
            return inner
        if token.kind == "number":
            if token.unit not in ("", "%", "分", "/"):
                raise NotAFormula(token.text)
            return {frozenset(): token.number / 100 if token.unit == "%" else token.number}
        if token.kind in ("weight", "full"):
            return {frozenset({(_WEIGHT, 1)}): 1.0}
        if token.kind == "target":
            return {frozenset({(_TARGET, 1)}): 1.0}
        if token.kind == "actual":
            return {frozenset({(_ACTUAL, 1)}): 1.0}
        if token.kind == "word":
            return {frozenset({(token.text, 1)}): 1.0}
        raise NotAFormula(token.text)


def _product(one: Polynomial, other: Polynomial) -> Polynomial:
    if len(one) * len(other) > 64:
        raise NotAFormula("too long")
    made: Polynomial = {}
    for a, x in one.items():
        for b, y in other.items():
            powers = dict(a)
            for variable, power in b:
                powers[variable] = powers.get(variable, 0) + power
            key = frozenset((v, n) for v, n in powers.items() if n)
            made[key] = made.get(key, 0.0) + x * y
    return made


def _inverse(one: Polynomial) -> Polynomial:
    if len(one) != 1:
        raise NotAFormula("divides by a sum")
    ((monomial, factor),) = one.items()
    if not factor:
        raise NotAFormula("divides by nothing")
    return {frozenset((v, -n) for v, n in monomial): 1 / factor}


def _terms(polynomial: Polynomial, names: Sequence[str]) -> tuple[Term, ...]:
    """The polynomial in x, t and w, its names read as the one value that is printed."""
    found: dict[tuple[int, int, int], float] = {}
    used: dict[tuple[int, int], dict[str, float]] = {}
    for monomial, factor in polynomial.items():
        powers = dict(monomial)
        own = {n: powers.pop(n) for n in names if n in powers}
        t, w, x = powers.get(_TARGET, 0), powers.get(_WEIGHT, 0), powers.get(_ACTUAL, 0)
        if own and x:
            raise NotAFormula("two values")
        if not own:
            pass
        elif len(own) == 1 and next(iter(own.values())) == 1:
            used.setdefault((t, w), {})[next(iter(own))] = factor
            x = 1
        elif sorted(own.values()) == [-1, 1] and len(polynomial) == 1:
            x = 1
        else:
            raise NotAFormula("several values")
        if w not in (0, 1) or (x, t) not in ((0, 0), (1, 0), (1, -1), (-1, 1), (0, 1)):
            raise NotAFormula("powers")
        found[x, t, w] = found.get((x, t, w), 0.0) + factor
    if len(names) > 1 and used:
        mean = used.get((0, 1), {})
        equal = len({round(c, 9) for c in mean.values()}) == 1
        if len(used) > 1 or set(mean) != set(names) or not equal or abs(sum(mean.values()) - 1) > 1e-9:
            raise NotAFormula("not a plain mean")
    if (0, 0, 0) in found and abs(found[0, 0, 0]) > 1e-9 and (1, 0, 0) in found:
        raise NotAFormula("points beside a rate")
    return tuple(Term(round(f, 12), x, t, w) for (x, t, w), f in found.items() if abs(f) > 1e-12)
