"""A rule's conditions and calculations in words, for 测算过程."""

from __future__ import annotations

from collections.abc import Sequence

from data.rules.rule import Interval, Term


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def condition_words(interval: Interval, otherwise: bool = False) -> str:
    """≥95%, 80%≤值<90%, 目标值以上."""
    if otherwise:
        return "其他情况"
    unit = "%的目标值" if interval.of_target else interval.unit
    low = None if interval.low is None else f"{_number(interval.low)}{unit}"
    high = None if interval.high is None else f"{_number(interval.high)}{unit}"
    if low is not None and low == high:
        return f"={low}"
    if low is not None and high is not None:
        under = "<" if interval.low_end == "out" else "≤"
        over = "<" if interval.high_end == "out" else "≤"
        return f"{low}{under}值{over}{high}"
    if low is not None:
        return f"{'>' if interval.low_end == 'out' else '≥'}{low}"
    if high is not None:
        return f"{'<' if interval.high_end == 'out' else '≤'}{high}"
    return "任何值"


def template(terms: Sequence[Term]) -> str:
    """The calculation with placeholders: {x} × {w}, {x} ÷ {t} × {w}."""
    return " + ".join(_product_words(term) for term in terms).replace("+ -", "− ")


def _product_words(term: Term) -> str:
    above = [word for word, power in (("{x}", term.x), ("{t}", term.t), ("{w}", term.w)) if power > 0]
    below = [word for word, power in (("{x}", term.x), ("{t}", term.t)) if power < 0]
    if term.factor != 1 or not above:
        inverse = 1 / term.factor if term.factor else 0
        if above and term.factor > 1 and abs(inverse * 100 - round(inverse * 100)) < 1e-9:
            below.append(f"{_number(inverse * 100)}%")
        else:
            above.append(_number(term.factor))
    return " × ".join(above) + "".join(f" ÷ {b}" for b in below)
