"""Conditions: which values a run of tokens speaks of."""

from __future__ import annotations

import re
from dataclasses import replace

from data.rules.reading.clauses import NotARule
from data.rules.reading.phrases import FILLER, stripped
from data.rules.reading.tokens import Token
from data.rules.rule import End, Interval


class Conditions:
    """A place in a run of tokens, and the condition that can be read there."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.subjects: list[str] = []
        """What the conditions speak of, as far as they name it themselves."""

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else Token("end-of-text", "")

    def condition(self) -> Interval | None:
        """The condition that begins here, behind which reading goes on; ``None`` if none does. Raises ``NotARule``."""
        for read in (self._between_signs, self._bracketed, self._range, self._compared, self._after, self._exact):
            start = self.at
            interval = read()
            if interval is not None:
                return interval
            self.at = start
        return None

    def _ends(self) -> End | None:
        if self.peek().kind == "end":
            said = self.peek().meaning
            self.at += 1
            return "in" if said == "in" else "out"
        return None

    def _between_signs(self) -> Interval | None:
        """80%≤x<90%, 90%>x≥80%, 80%<90%."""
        one, sign = self.peek(), self.peek(1)
        if one.kind != "number" or sign.kind != "compare" or sign.meaning == "=":
            return None
        middle = self.peek(2)
        ahead = 3 if middle.kind in ("word", "actual") else 2
        second, other = self.peek(ahead), self.peek(ahead + 1)
        if second.kind == "compare" and other.kind in ("number", "target"):
            if middle.kind == "word" and not FILLER.match(middle.text):
                self.subjects.append(middle.text)
            self.at += ahead + 2
            first = against(one, _flipped(sign.meaning))
            made = _both(first, against(other, second.meaning), signs=(sign.meaning, second.meaning))
            printed = "".join(t.text for t in self.tokens[self.at - ahead - 2 : self.at])
            return replace(made, printed=printed) if made.empty else made
        if middle.kind == "word":
            self.subjects.append(middle.text)
            self.at += 3
            return against(one, _flipped(sign.meaning))
        return None

    def _bracketed(self) -> Interval | None:
        """[80%,90%)."""
        opened, low, comma, high, closed = (self.peek(n) for n in range(5))
        if opened.text not in ("(", "[") or low.kind != "number" or comma.kind not in ("soft", "range"):
            return None
        if high.kind != "number" or closed.text not in (")", "]"):
            return None
        self.at += 5
        low_end: End = "in" if opened.text == "[" else "out"
        high_end: End = "in" if closed.text == "]" else "out"
        return Interval(low.number, low_end, high.number, high_end, unit=high.unit or low.unit)

    def _range(self) -> Interval | None:
        """80%(含)-90%, in either order."""
        if self.peek().kind != "number":
            return None
        one = self.peek()
        self.at += 1
        one_end = self._ends()
        if self.peek().kind != "range" or self.peek(1).kind != "number":
            return None
        other = self.peek(1)
        self.at += 2
        other_end = self._ends()
        if one.unit == "分" or (other.unit == "分" and one.unit):
            return None
        if self.peek().text in ("之间", "区间") and self.peek(1).kind == "end":
            named = re.search(r"\d+(?:\.\d+)?", self.peek(1).text)
            if named is None or float(named[0]) not in (one.number, other.number):
                return None
            self.at += 1
            end = self._ends()
            one_end, other_end = (end, other_end) if float(named[0]) == one.number else (one_end, end)
        if one_end == "in" and other_end is None:
            other_end = "out"
        elif other_end == "in" and one_end is None:
            one_end = "out"
        elif one_end == "out" and other_end is None:
            other_end = "in"
        elif other_end == "out" and one_end is None:
            one_end = "in"
        ends = [(one.number, one_end or "open"), (other.number, other_end or "open")]
        (low, low_end), (high, high_end) = sorted(ends, key=lambda e: e[0])
        if one.unit and other.unit and one.unit != other.unit:
            raise NotARule("units")
        return Interval(low, low_end, high, high_end, unit=other.unit or one.unit)

    def _compared(self) -> Interval | None:
        """不低于95%, 达到95%以上, 大于目标值, [95%(含)."""
        sign, number = self.peek(), self.peek(1)
        said = ""
        if sign.kind == "word" and number.kind == "target" and stripped(sign.text) in ("完成", "实现"):
            self.at += 2
            return against(number, ">=")
        if number.kind == "end" and sign.kind == "compare":
            said = number.meaning
            self.at += 1
            number = self.peek(1)
        if sign.kind != "compare" or number.kind not in ("number", "target"):
            return None
        if number.kind == "number" and number.unit in ("分", "/") and sign.text in ("为", "是", "达"):
            return None
        self.at += 2
        end = self._ends() or ("in" if said == "in" else "out" if said else None)
        meaning = sign.meaning
        if self.peek().kind == "after":
            after = self.peek().meaning
            self.at += 1
            end = self._ends() or end or ("law" if sign.text in ("为", "是", "=") else None)
            if sign.text in ("为", "是", "=") or meaning[0] == after[0]:
                meaning = after if meaning == "=" else meaning
            else:
                raise NotARule(f"{sign.text}…{self.peek(-1).text}")
        return against(number, meaning, end)

    def _exact(self) -> Interval | None:
        """100%得满分: a number and its outcome, nothing between."""
        number = self.peek()
        if number.kind != "number" or (number.unit != "%" and (number.number or number.unit in ("", "分", "/"))):
            return None
        self.at += 1
        end = self._ends()
        ahead = 1 if self.peek().kind == "soft" or FILLER.match(self.peek().text or "x") else 0
        following = self.peek(ahead)
        if following.kind in ("full", "none", "get") or (
            following.kind == "number" and following.unit == "分" and ahead
        ):
            return None if end == "out" else against(number, "=")
        return None

    def _after(self) -> Interval | None:
        """90%(含)以上, 60%以下(不含60%)."""
        number = self.peek()
        if number.kind not in ("number", "target"):
            return None
        self.at += 1
        end = self._ends()
        if self.peek().kind != "after" or (number.kind == "number" and number.unit == "/"):
            return None
        meaning = self.peek().meaning
        self.at += 1
        end = self._ends() or end or ("law" if meaning.endswith("=") else "out")
        return against(number, meaning, end)


def _flipped(meaning: str) -> str:
    return {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[meaning]


def against(number: Token, meaning: str, said: End | None = None) -> Interval:
    """What a comparison with a number holds; ``said`` overrides the sign where the text says more of the end."""
    value = 100.0 if number.kind == "target" else number.number
    of_target = number.kind == "target"
    unit = number.unit if value and not of_target else ""
    if meaning == "=":
        return Interval(value, "in", value, "in", of_target, unit)
    end: End = said or ("in" if meaning.endswith("=") else "out")
    if meaning[0] == ">":
        return Interval(value, end, None, "in", of_target, unit)
    return Interval(None, "in", value, end, of_target, unit)


def _both(one: Interval, other: Interval, signs: tuple[str, str]) -> Interval:
    """Two comparisons of one value. ``20%≤x<0%`` stays reversed: its reader puts it right and says so."""
    if signs[0][0] != signs[1][0] or one.of_target != other.of_target:
        raise NotARule("signs")
    low = one if one.low is not None else other
    high = other if low is one else one
    if one.unit and other.unit and one.unit != other.unit:
        raise NotARule("units")
    return Interval(low.low, low.low_end, high.high, high.high_end, one.of_target, one.unit or other.unit)
