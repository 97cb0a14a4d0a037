"""Tokens -> clauses: which condition leads to which outcome.

    text      = {sentence hard}
    sentence  = definition | narrative | tiers | {clause}
    clause    = [subject] {condition} (outcome | each | formula) {tail} | "否则" outcome | standard
    condition = compare number | number compare [subject] compare number | number range number | number after
              | "(" number "," number ")" | compare target          (each end may carry 含 or 不含)
    outcome   = full | none | get amount | deduct amount | ratio
    amount    = points | share of the weight
    each      = "每" [way] number … (deduct | add) amount
    tail      = until | cap | capped | rounding

A sentence with an outcome must be understood wholly: what is left over makes its clause one that words decide, or the
text no rule we can read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from data.rules.reading.clauses import FULL, NOTHING, Clause, Clauses, Each, NotARule, Tier
from data.rules.reading.conditions import Conditions, against
from data.rules.reading.formula import Formula, NotAFormula, formula
from data.rules.reading.phrases import (
    FILLER,
    JOINED,
    MISSED,
    ONCE,
    OTHER_MEASURE,
    PASSED,
    RATE,
    SEVERAL,
    TARGET_MET,
    TARGET_MISSED,
    is_label,
    stripped,
)
from data.rules.reading.sentences import (
    bare_points,
    cut_at_commas,
    definition,
    equal_share,
    is_product,
    points_product,
    scoring_part,
    sentences,
    standard_of,
    whole_points,
    without_asides,
)
from data.rules.reading.tokens import Token, grades
from data.rules.rule import End, Interval, Sense, Term

_SCORED = frozenset(
    {"full", "none", "get", "add", "deduct", "ratio", "score", "each", "until", "cap", "capped", "rounding"}
)


def clauses(tokens: Sequence[Token]) -> Clauses:
    """The clauses of a text. Raises ``NotARule``."""
    found = Clauses()
    for sentence in sentences(scoring_part(tokens)):
        found = _read(sentence, found)
    return found


def _read(sentence: list[Token], so_far: Clauses) -> Clauses:
    tiers = _tiers(sentence)
    if tiers:
        if so_far.tiers and so_far.tiers != tiers:
            raise NotARule("two scales of tiers")
        return replace(so_far, tiers=tiers)
    fragments = cut_at_commas(sentence)
    names = tuple(d for f in fragments if (d := definition(f)))
    so_far = replace(so_far, defined=so_far.defined + names)
    rest = [f for f in fragments if not definition(f) and not whole_points(f)]
    rest = [f for f in rest if not equal_share(f)]
    for fragment in rest:
        standard = standard_of(fragment)
        if standard is not None:
            so_far = replace(so_far, standard=standard[0], standard_is_target=standard[1])
    joined = without_asides([t for f in rest if standard_of(f) is None for t in (*f, Token("soft", ","))])
    if not joined:
        return so_far
    scored = any(t.kind in _SCORED for t in joined) or is_product(joined) or bare_points(joined)
    if not scored:
        conditions = any(t.kind == "compare" and after.kind in ("number", "target") for t, after in pairwise(joined))
        if conditions or any(
            t.kind == "word" and OTHER_MEASURE.search(t.text) and not ONCE.search(t.text) for t in joined
        ):
            raise NotARule("".join(t.text for t in joined))
        return so_far
    return _Reader(joined, so_far).read()


# Tiers


@lru_cache(maxsize=1)
def _grade_pattern() -> re.Pattern[str]:
    words = sorted((re.escape(g) for g in grades() if len(g) > 1), key=len, reverse=True)
    return re.compile(rf"(?<!效果)(?<!效益)(?:{'|'.join(words)})(?!情况|率|程度|质量|时限)")


def _tiers(sentence: Sequence[Token]) -> tuple[Tier, ...]:
    """达成、部分达成、未达成 with as many bands of the weight, named side by side or one after the other."""
    sentence = [t for t in without_asides(list(sentence)) if t.kind != "end"]
    bands: list[tuple[Term, Term]] = []
    for high, dash, low in zip(sentence, sentence[1:], sentence[2:], strict=False):
        if high.kind == "number" and dash.kind == "range" and low.kind == "number":
            unit = high.unit or low.unit
            if unit == "%":
                bands.append((Term(high.number / 100, w=1), Term(low.number / 100, w=1)))
            elif unit == "分":
                bands.append((Term(high.number), Term(low.number)))
    words = "".join(t.text if t.kind in ("word", "compare", "target", "goal") else "#" for t in sentence)
    named = _grade_pattern().findall(words)
    if len(bands) < 2 or len(named) != len(bands) or len(set(named)) != len(named):
        return ()
    if any(t.kind in ("each", "deduct", "score") or (t.kind == "compare" and "达" not in t.text) for t in sentence):
        return ()
    found = tuple(Tier(g, *sorted(band, key=lambda term: -term.factor)) for g, band in zip(named, bands, strict=True))
    highs = [tier.high.factor for tier in found if tier.high]
    return found if highs == sorted(highs, reverse=True) else ()


# Clauses


class _Reader(Conditions):
    """One sentence, read from left to right."""

    def __init__(self, tokens: list[Token], so_far: Clauses) -> None:
        super().__init__(tokens)
        self.result = so_far
        self.found: list[Clause] = []
        self._clear()

    def _clear(self) -> None:
        self.intervals: list[Interval] = []
        self.subjects: list[str] = []
        self.words: list[str] = []
        self.otherwise = False
        self.sense: Sense = ""

    def read(self) -> Clauses:
        while self.at < len(self.tokens):
            self._step()
        left = [w for w in self.words if not TARGET_MET.match(w)]
        if self.intervals or any(OTHER_MEASURE.search(w) or re.search(r"\d", w) for w in left) or self.otherwise:
            raise NotARule("left over: " + "".join(self.words))
        return replace(self.result, clauses=self.result.clauses + tuple(self.found))

    def _step(self) -> None:
        token = self.peek()
        if token.kind == "soft":
            self.at += 1
        elif token.kind == "until":
            self.at += 1
            self.result = replace(self.result, until=True)
        elif token.kind == "capped":
            self.at += 1
        elif token.kind == "cap":
            self.at += 1
            if token.meaning == "扣":
                self.result = replace(self.result, floor=token.number)
            else:
                self.result = replace(self.result, cap=token.number)
        elif token.kind == "rounding":
            self.at += 1
            self.result = replace(self.result, rounding=token.meaning)  # type: ignore[arg-type]
        elif token.kind == "sense":
            self.at += 1
            self.sense = token.meaning  # type: ignore[assignment]
        elif token.kind == "else":
            self.at += 1
            self.otherwise = True
        elif token.kind == "score" or self._product_ahead():
            self._formula()
        elif token.kind == "each":
            self._each()
        elif (interval := self.condition()) is not None:
            self._keep(interval)
        elif self._outcome():
            pass
        else:
            self.at += 1
            self._word(token)

    def _word(self, token: Token) -> None:
        """A run of plain words, or a token that has no place here and reads as one."""
        if token.kind == "op" and token.text in "()[]{}":
            return
        if token.text in ("×", "*"):
            raise NotARule("a product of " + "".join(t.text for t in self.tokens))
        if token.kind == "and":
            self.words += [token.text] if self.words else []
            return
        if token.kind == "word" and FILLER.match(token.text):
            return
        if token.kind in ("deduct", "add", "ratio", "end") or (token.kind == "number" and token.unit in ("%", "分")):
            raise NotARule(f"{token.text} in {''.join(t.text for t in self.tokens)}")
        if token.kind == "word" and ONCE.search(token.text):
            return
        if token.kind == "word" and OTHER_MEASURE.search(token.text) and not token.text.startswith("得分"):
            raise NotARule(token.text)
        self.words.append(token.text)

    def _keep(self, interval: Interval) -> None:
        if self.words and self._is_subject(self.words[-1]):
            self.subjects.append(self.words.pop())
            while self.words and RATE.search(stripped(self.words[-1])) and self._is_subject(self.words[-1]):
                self.subjects.append(self.words.pop())
        self.intervals.append(interval)

    def _is_subject(self, word: str) -> bool:
        bare = stripped(word)
        return not bare or (
            not is_label(bare) and len(bare) <= 24 and not JOINED.search(bare) and not SEVERAL.search(bare)
        )

    # Outcomes

    def _outcome(self) -> bool:
        token = self.peek()
        if token.kind == "full":
            return self._close(FULL, 1)
        if token.kind == "none":
            return self._close(NOTHING, 1)
        if token.kind == "ratio":
            return self._close("rate" if "率" in token.text else "ratio", 1)
        if token.kind in ("get", "deduct", "add"):
            start = self.at
            self.at += 1
            amount = self._amount()
            if amount is not None:
                return self._close(amount, 0, deducts=token.kind == "deduct")
            self.at = start
            return False
        if token.kind == "number" and token.unit == "分" and (self.intervals or self.words or self.otherwise):
            self.at += 1
            return self._close((Term(token.number),), 0)
        return False

    def _amount(self) -> tuple[Term, ...] | None:
        """2分, 权重分的5%, 5%的权重分, 1/2分值."""
        while (self.peek().kind == "word" and FILLER.match(self.peek().text)) or self.peek().kind in (
            "weight",
            "full",
        ):
            self.at += 1
        number = self.peek()
        if number.kind != "number" or number.unit not in ("%", "分", "/"):
            return None
        self.at += 1
        if number.unit == "分":
            return (Term(number.number),)
        while (self.peek().kind == "word" and self.peek().text in ("的", "分", "的分")) or self.peek().kind == "weight":
            self.at += 1
        share = number.number if number.unit == "/" else number.number / 100
        return (Term(share, w=1),)

    def _close(
        self, outcome: tuple[Term, ...] | Each | Formula | Literal["ratio", "rate"], ahead: int, deducts: bool = False
    ) -> bool:
        """End the clause that is being read."""
        self.at += ahead
        intervals, words = list(self.intervals), [w for w in map(stripped, self.words) if w]
        if intervals:
            words = [w for w in words if not is_label(w)]
        kept = []
        for word in words:
            other = self._other_side(word) if len(words) == 1 and not intervals else None
            if other is not None:
                intervals.append(other)
            elif TARGET_MET.match(word):
                intervals.append(Interval(100.0, "in", of_target=True))
            elif TARGET_MISSED.match(word) and (
                outcome in ("ratio", "rate") or not word.endswith(("完成", "达到", "实现", "达成"))
            ):
                intervals.append(Interval(None, "in", 100.0, "out", of_target=True))
            else:
                kept.append(word)
        self.found.append(
            Clause(outcome, tuple(intervals), tuple(self.subjects), tuple(kept), self.otherwise, deducts, self.sense)
        )
        self._clear()
        return True

    def _other_side(self, word: str) -> Interval | None:
        """未达到的, 超过的: where the only condition read so far does not hold."""
        read = [*self.result.clauses, *self.found]
        if len(read) != 1 or len(read[0].intervals) != 1 or read[0].words:
            return None
        one = read[0].intervals[0]
        if one.low is not None and one.high in (None, one.low) and MISSED.match(word):
            end: End = "in" if one.low_end == "out" else "out"
            return replace(one, low=None, low_end="in", high=one.low, high_end=end)
        if one.high is not None and one.low is None and PASSED.match(word):
            end = "in" if one.high_end == "out" else "out"
            return replace(one, high=None, high_end="in", low=one.high, low_end=end)
        return None

    def _each(self) -> None:
        """每低于1个百分点扣0.5分; 每发现一处不符扣1分; 每项得2分."""
        start, token = self.at, self.peek()
        self.at += 1
        way, of_target = token.meaning, False
        if self.peek().kind == "compare" and self.peek(1).kind == "target":
            way = "up" if self.peek().meaning[0] == ">" else "down"
            of_target = True
            self.at += 2
        first, second = self.peek(), self.peek(1)
        if (first.kind, first.unit, second.kind, second.unit) == ("number", "%", "number", "%") and way in (
            "up",
            "down",
        ):
            self.intervals.append(against(first, ">" if way == "up" else "<"))
            self.at += 1
        item: list[str] = []
        step, unit = 1.0, "个"
        counted = False
        while self.at < len(self.tokens):
            here = self.peek()
            if here.kind in ("deduct", "add", "get") or (here.kind == "number" and here.unit == "分" and item):
                break
            if here.kind == "number" and not counted and here.unit != "分":
                step, unit, counted = here.number, here.unit, True
            elif here.kind == "rounding":
                self.result = replace(self.result, rounding=here.meaning)  # type: ignore[arg-type]
            elif (
                here.kind in ("word", "soft", "and", "target", "actual", "weight", "after", "sense", "compare")
                or here.text in "()"
            ):
                item.append(here.text)
            else:
                break
            self.at += 1
        verb = self.peek()
        if verb.kind in ("deduct", "add", "get"):
            self.at += 1
        amount = self._amount() if verb.kind in ("deduct", "add", "get") or verb.kind == "number" else None
        if amount is None or step <= 0:
            self.at = start + 1
            if any(t.kind in ("deduct", "add") for t in self.tokens[start:]):
                raise NotARule("".join(t.text for t in self.tokens[start:]))
            self.words.append(token.text)
            return
        if unit == "%" and [w for w in map(stripped, item) if w and w not in (",", "(", ")") and not FILLER.match(w)]:
            raise NotARule("每…" + "".join(item))
        words_before = self.words
        if way or unit == "%":
            self.words = []
            for word in words_before:
                bare = stripped(word)
                if bare and not FILLER.match(bare):
                    if TARGET_MET.match(bare) or TARGET_MISSED.match(bare):
                        continue
                    if self._is_subject(bare):
                        self.subjects.append(bare)
                    else:
                        self.words.append(word)
        else:
            self.words = []
        self._close(Each(way, step, unit, amount, verb.kind != "deduct", of_target), 0)  # type: ignore[arg-type]

    def _product_ahead(self) -> bool:
        """A factor whose product with the weight ends this fragment."""
        if self.peek().kind not in ("word", "actual", "number", "op", "weight", "full", "get"):
            return False
        piece = self._fragment()
        texts = [t.text for t in piece]
        return (
            any(x in ("×", "*") for x in texts)
            and (any(t.kind in ("weight", "full") or t.unit == "分" for t in piece) or points_product(piece))
            and not any(t.kind in ("compare", "deduct", "each", "none", "add", "score") for t in piece)
        )

    def _fragment(self) -> list[Token]:
        end, depth = self.at, 0
        while end < len(self.tokens):
            token = self.tokens[end]
            depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
            if token.kind == "soft" and depth <= 0:
                break
            end += 1
        return self.tokens[self.at : end]

    def _formula(self) -> None:
        piece = self._fragment()
        self.at += len(piece)
        if piece[0].kind == "score":
            self.result = replace(self.result, misprinted=self.result.misprinted or piece[0].meaning == "misprinted")
            piece = piece[1:]
        elif piece[0].kind == "get":
            piece = piece[1:]
        piece = [t if t.kind != "word" else replace(t, text=stripped(t.text)) for t in piece]
        piece = [t for t in piece if t.kind not in ("capped", "get")]
        piece = _named([t for t in piece if not (t.kind == "word" and FILLER.match(t.text))])
        if not any(
            t.kind in ("weight", "full") or (t.kind == "number" and t.unit in ("", "分") and t.number > 1)
            for t in piece
        ):
            raise NotARule("a rate, no score")
        try:
            meaning = formula(piece)
        except NotAFormula as error:
            raise NotARule(str(error)) from error
        self.subjects += meaning.names
        self._close(meaning, 0)


def _named(tokens: Sequence[Token]) -> list[Token]:
    """A bare number right behind a name is part of it: 办结率03."""
    found: list[Token] = []
    for token in tokens:
        bare = token.kind == "number" and not token.unit and token.text.isdigit()
        if found and found[-1].kind == "word" and (bare or (token.kind == "word" and found[-1].text[-1].isdigit())):
            found[-1] = Token("word", found[-1].text + token.text)
        else:
            found.append(token)
    return found
