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
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from data.rules.formula import Formula, NotAFormula, formula
from data.rules.rule import End, Interval, Sense, Term
from data.rules.tokens import Token, grades

FULL = (Term(1.0, w=1),)
NOTHING: tuple[Term, ...] = ()
_START = re.compile(
    r"^(?:、|若|如果|如|当|凡|即|则|的|应|可|由|在|其中|对于|对|该指标|本指标|该项指标|该项|本项|此项|指标|按照|按|共|给予|予以|应当|介于|处于|区间|控制|直接|得分|计分|分别|比例)+"
)
_FINISH = re.compile(
    r"(?:、|的|时|者|则|之间|区间|范围|情况下|情形|可|应|将|予以|部分|的话|该指标|本指标|该项|本项|此项|按照|按|直接|在|控制|视为|给予)+$"
)
_FILLER = re.compile(
    r"^(?:、|的|时|者|则|之间|区间|范围|内|情况下|情形|部分|计分|得分|计算|给分|赋分|打分|记分|计|得|该项|本项|此项|该指标|本指标|指标|分|分数|即|可|应|将|予以|直接|在|由|按|按照|其中|若|如|当|相应|标准|进行|评分|处理|或|和|及|者均|均)*$"
)
_OTHER_MEASURE = re.compile(
    r"酌情|视情|适当|平均(?!办理|办结|响应|处理|审批|等待)|加权|较低|较高|取低|取高|孰低|孰高|择其|累计|另行|扣|加分|减分|计分|给分|赋分|分数|满分|得分|系数|(?<![取获使觉懂值难])得(?:一|两|半|部|相|适|基|低|中|高|较)"
)
_CHOSEN = re.compile("取低|取高|取小|取大|孰低|孰高|较低|较高|平均|加权|酌情")
_ONCE = re.compile(r"不(?:重复|累计|重复累计)(?:累计)?(?:计算|加分|得分|计分|扣分|同一项目)?")
_JOINED = re.compile(r"[且并或]|以及|同时|和|与")
_SEVERAL = re.compile(r"(?<![人平户日])均|都|两项|各项|分别|±")
_RATE = re.compile(r"(?:率|度|比例|比重)$")
_WHOLE = re.compile(r"^(?:本项|该项)?(?:满分|分值|本指标|该指标|总分|共计|共|权重)$")
_TARGET_MET = re.compile(
    r"^(?:全部|全面|按时|按期|如期)?(?:完成|达到|实现|达成)(?:了)?(?:年度|年初|预期|计划|既定|绩效|设定)*(?:目标任务|目标|指标|任务|计划)(?:值)?$"
)
_TARGET_MISSED = re.compile(
    r"^(?:未全部|未|没有|未能|不能)(?:完成|达到|实现|达成)(?:年度|年初|预期|计划|既定|绩效|设定)*(?:目标任务|目标|指标|任务|计划)?(?:值)?$"
)


_MISSED = re.compile(
    r"^(?:未|没有|未能|不能)(?:全部|全面|按时|如期)?(?:完成|达到|达成|实现|达标|达)(?:标准|要求|规定)?$"
    r"|^(?:达不到|不达标)(?:标准|要求|的)?$"
)
_PASSED = re.compile(r"^(?:超过|超出|突破|高于)(?:的|标准|规定|控制数)?$")
_LABELLED = re.compile(r"^(?:即为|定为|视为|为|是|属于|属)?(?P<grade>.+?)(?:等次|档次|级别|级|档)?$")
_MEASURE = re.compile(r"[率度重]$|(?:比|比例)$")


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


def clauses(tokens: Sequence[Token]) -> Clauses:
    """The clauses of a text. Raises ``NotARule``."""
    found = Clauses()
    for sentence in _sentences(_scoring_part(tokens)):
        found = _read(sentence, found)
    return found


def _scoring_part(tokens: Sequence[Token]) -> list[Token]:
    """What stands under 评分规则 or its like, after definitions printed elsewhere; everything without such a label."""
    labelled = any(t.kind == "label" and t.meaning == "scoring" for t in tokens)
    parts: dict[bool, list[Token]] = {True: [], False: []}
    scoring = not labelled
    for token in tokens:
        if token.kind == "label":
            scoring = token.meaning == "scoring" or not labelled
            parts[scoring].append(Token("hard", ""))
        else:
            parts[scoring].append(token)
    defining = [s for s in _sentences(parts[False]) if _definition(s)]
    return [t for s in defining for t in (*s, Token("hard", ""))] + parts[True]


def _sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "hard":
            found.append([])
        else:
            found[-1].append(token)
    return [s for s in found if s]


def _fragments(sentence: Sequence[Token]) -> list[list[Token]]:
    """A sentence cut at its commas outside brackets."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in sentence:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if token.kind == "soft" and depth <= 0:
            found.append([])
        else:
            found[-1].append(token)
    return [f for f in found if f]


def _definition(fragment: Sequence[Token]) -> str | None:
    """The name that ``name = …`` defines, ``None`` if the fragment is something else."""
    if len(fragment) < 3 or fragment[0].kind not in ("word", "actual") or fragment[1].text != "=":
        return None
    return fragment[0].text if fragment[2].kind in ("word", "op", "actual", "target") else None


_SCORED = frozenset(
    {"full", "none", "get", "add", "deduct", "ratio", "score", "each", "until", "cap", "capped", "rounding"}
)


def _read(sentence: list[Token], so_far: Clauses) -> Clauses:
    tiers = _tiers(sentence)
    if tiers:
        if so_far.tiers and so_far.tiers != tiers:
            raise NotARule("two scales of tiers")
        return replace(so_far, tiers=tiers)
    fragments = _fragments(sentence)
    names = tuple(d for f in fragments if (d := _definition(f)))
    so_far = replace(so_far, defined=so_far.defined + names)
    rest = [f for f in fragments if not _definition(f) and not _whole_points(f)]
    rest = [f for f in rest if not _equal_share(f)]
    for fragment in rest:
        standard = _standard(fragment)
        if standard is not None:
            so_far = replace(so_far, standard=standard[0], standard_is_target=standard[1])
    joined = _without_asides([t for f in rest if _standard(f) is None for t in (*f, Token("soft", ","))])
    if not joined:
        return so_far
    scored = any(t.kind in _SCORED for t in joined) or _is_product(joined) or _bare_points(joined)
    if not scored:
        conditions = any(t.kind == "compare" and after.kind in ("number", "target") for t, after in pairwise(joined))
        if conditions or any(
            t.kind == "word" and _OTHER_MEASURE.search(t.text) and not _ONCE.search(t.text) for t in joined
        ):
            raise NotARule("".join(t.text for t in joined))
        return so_far
    return _Reader(joined, so_far).read()


def _bare_points(tokens: Sequence[Token]) -> bool:
    return any(
        t.kind == "number" and t.unit == "分" and before.kind in ("soft", "after", "end", "number", "else")
        for before, t in pairwise(tokens)
    )


def _is_product(tokens: Sequence[Token]) -> bool:
    """完成率×分值 without 得分= before it."""
    texts = {t.text for t in tokens}
    weighted = any(t.kind == "weight" or t.unit == "分" for t in tokens)
    return bool(texts & {"×", "*"}) and "=" not in texts and (weighted or _points_product(tokens))


def _points_product(tokens: Sequence[Token]) -> bool:
    """完成率×10: a measure and bare points."""
    kept = [t for t in tokens if t.kind not in ("soft", "cap", "capped")]
    return (
        len(kept) == 3
        and kept[0].kind in ("word", "actual")
        and bool(_MEASURE.search(kept[0].text))
        and kept[1].text in ("×", "*")
        and (kept[2].kind, kept[2].unit) == ("number", "")
        and 1 < kept[2].number < 100
    )


def _whole_points(fragment: Sequence[Token]) -> bool:
    """满分5分, 本指标5分: the weight said once more."""
    return (
        len(fragment) == 2
        and bool(_WHOLE.match(fragment[0].text))
        and (fragment[1].kind, fragment[1].unit) == ("number", "分")
    )


def _equal_share(fragment: Sequence[Token]) -> bool:
    """各占1/4分值: how the points of the leaf share its weight, which does not change what the whole can get."""
    return any(
        token.kind == "number" and token.unit == "/" and before.kind == "word" and before.text.endswith("各占")
        for before, token in pairwise(fragment)
    )


def _standard(tokens: Sequence[Token]) -> tuple[float, bool] | None:
    """以100%为标准."""
    kept = [t for t in tokens if t.kind != "soft"]
    if len(kept) >= 3 and kept[0].text.endswith("以") and kept[1].kind in ("number", "target"):
        tail = "".join(t.text for t in kept[2:])
        if re.fullmatch(r"(?:为|作为)?(?:标准|基准|目标|参照|基数)值?", tail.removeprefix("为")):
            return kept[1].number, kept[1].kind == "target"
    return None


def _without_asides(tokens: list[Token]) -> list[Token]:
    """Without brackets that hold words only: (以决算数为准)."""
    kept: list[Token] = []
    opened: list[int] = []
    for token in tokens:
        kept.append(token)
        if token.text in ("(", "["):
            opened.append(len(kept) - 1)
        elif token.text in (")", "]") and opened:
            start = opened.pop()
            inside = kept[start + 1 : -1]
            before = kept[start - 1] if start else None
            if any(_CHOSEN.search(t.text) for t in inside):
                continue
            if inside and all(t.kind in ("word", "soft", "and", "target", "actual", "sense", "capped") for t in inside):
                if before is None or before.kind != "op":
                    del kept[start:]
            elif before is not None and _defines(before, inside):
                del kept[start:]
    return kept


def _defines(name: Token, inside: Sequence[Token]) -> bool:
    """完成率(实际完成数/计划完成数×100%): how the measure named before the bracket is reckoned."""
    divided = any(t.text in ("/", "÷") for t in inside)
    plain = all(
        t.kind in ("word", "soft", "op", "actual", "target")
        or t.text == "="
        or (t.kind == "number" and t.unit in ("", "%"))
        for t in inside
    )
    return name.kind in ("word", "actual") and bool(_MEASURE.search(name.text)) and divided and plain


# Tiers


@lru_cache(maxsize=1)
def _grade_pattern() -> re.Pattern[str]:
    words = sorted((re.escape(g) for g in grades() if len(g) > 1), key=len, reverse=True)
    return re.compile(rf"(?<!效果)(?<!效益)(?:{'|'.join(words)})(?!情况|率|程度|质量|时限)")


def _tiers(sentence: Sequence[Token]) -> tuple[Tier, ...]:
    """达成、部分达成、未达成 with as many bands of the weight, named side by side or one after the other."""
    sentence = [t for t in _without_asides(list(sentence)) if t.kind != "end"]
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


class _Reader:
    """One sentence, read from left to right."""

    def __init__(self, tokens: list[Token], so_far: Clauses) -> None:
        self.tokens = tokens
        self.at = 0
        self.result = so_far
        self.found: list[Clause] = []
        self._clear()

    def _clear(self) -> None:
        self.intervals: list[Interval] = []
        self.subjects: list[str] = []
        self.words: list[str] = []
        self.otherwise = False
        self.sense: Sense = ""

    def _peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.tokens[at] if 0 <= at < len(self.tokens) else Token("end-of-text", "")

    def read(self) -> Clauses:
        while self.at < len(self.tokens):
            self._step()
        left = [w for w in self.words if not _TARGET_MET.match(w)]
        if self.intervals or any(_OTHER_MEASURE.search(w) or re.search(r"\d", w) for w in left) or self.otherwise:
            raise NotARule("left over: " + "".join(self.words))
        return replace(self.result, clauses=self.result.clauses + tuple(self.found))

    def _step(self) -> None:
        token = self._peek()
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
        elif self._condition() or self._outcome():
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
        if token.kind == "word" and _FILLER.match(token.text):
            return
        if token.kind in ("deduct", "add", "ratio", "end") or (token.kind == "number" and token.unit in ("%", "分")):
            raise NotARule(f"{token.text} in {''.join(t.text for t in self.tokens)}")
        if token.kind == "word" and _ONCE.search(token.text):
            return
        if token.kind == "word" and _OTHER_MEASURE.search(token.text) and not token.text.startswith("得分"):
            raise NotARule(token.text)
        self.words.append(token.text)

    # Conditions

    def _condition(self) -> bool:
        for read in (self._between_signs, self._bracketed, self._range, self._compared, self._after, self._exact):
            start = self.at
            interval = read()
            if interval is not None:
                self._keep(interval)
                return True
            self.at = start
        return False

    def _keep(self, interval: Interval) -> None:
        if self.words and self._is_subject(self.words[-1]):
            self.subjects.append(self.words.pop())
            while self.words and _RATE.search(stripped(self.words[-1])) and self._is_subject(self.words[-1]):
                self.subjects.append(self.words.pop())
        self.intervals.append(interval)

    def _is_subject(self, word: str) -> bool:
        bare = stripped(word)
        return not bare or (
            not _is_label(bare) and len(bare) <= 24 and not _JOINED.search(bare) and not _SEVERAL.search(bare)
        )

    def _ends(self) -> End | None:
        if self._peek().kind == "end":
            said = self._peek().meaning
            self.at += 1
            return "in" if said == "in" else "out"
        return None

    def _between_signs(self) -> Interval | None:
        """80%≤x<90%, 90%>x≥80%, 80%<90%."""
        one, sign = self._peek(), self._peek(1)
        if one.kind != "number" or sign.kind != "compare" or sign.meaning == "=":
            return None
        middle = self._peek(2)
        ahead = 3 if middle.kind in ("word", "actual") else 2
        second, other = self._peek(ahead), self._peek(ahead + 1)
        if second.kind == "compare" and other.kind in ("number", "target"):
            if middle.kind == "word" and not _FILLER.match(middle.text):
                self.subjects.append(middle.text)
            self.at += ahead + 2
            first = _against(one, _flipped(sign.meaning))
            made = _both(first, _against(other, second.meaning), signs=(sign.meaning, second.meaning))
            printed = "".join(t.text for t in self.tokens[self.at - ahead - 2 : self.at])
            return replace(made, printed=printed) if made.empty else made
        if middle.kind == "word":
            self.subjects.append(middle.text)
            self.at += 3
            return _against(one, _flipped(sign.meaning))
        return None

    def _bracketed(self) -> Interval | None:
        """[80%,90%)."""
        opened, low, comma, high, closed = (self._peek(n) for n in range(5))
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
        if self._peek().kind != "number":
            return None
        one = self._peek()
        self.at += 1
        one_end = self._ends()
        if self._peek().kind != "range" or self._peek(1).kind != "number":
            return None
        other = self._peek(1)
        self.at += 2
        other_end = self._ends()
        if one.unit == "分" or (other.unit == "分" and one.unit):
            return None
        if self._peek().text in ("之间", "区间") and self._peek(1).kind == "end":
            named = re.search(r"\d+(?:\.\d+)?", self._peek(1).text)
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
        sign, number = self._peek(), self._peek(1)
        said = ""
        if sign.kind == "word" and number.kind == "target" and stripped(sign.text) in ("完成", "实现"):
            self.at += 2
            return _against(number, ">=")
        if number.kind == "end" and sign.kind == "compare":
            said = number.meaning
            self.at += 1
            number = self._peek(1)
        if sign.kind != "compare" or number.kind not in ("number", "target"):
            return None
        if number.kind == "number" and number.unit in ("分", "/") and sign.text in ("为", "是", "达"):
            return None
        self.at += 2
        end = self._ends() or ("in" if said == "in" else "out" if said else None)
        meaning = sign.meaning
        if self._peek().kind == "after":
            after = self._peek().meaning
            self.at += 1
            end = self._ends() or end or ("law" if sign.text in ("为", "是", "=") else None)
            if sign.text in ("为", "是", "=") or meaning[0] == after[0]:
                meaning = after if meaning == "=" else meaning
            else:
                raise NotARule(f"{sign.text}…{self._peek(-1).text}")
        return _against(number, meaning, end)

    def _exact(self) -> Interval | None:
        """100%得满分: a number and its outcome, nothing between."""
        number = self._peek()
        if number.kind != "number" or (number.unit != "%" and (number.number or number.unit in ("", "分", "/"))):
            return None
        self.at += 1
        end = self._ends()
        ahead = 1 if self._peek().kind == "soft" or _FILLER.match(self._peek().text or "x") else 0
        following = self._peek(ahead)
        if following.kind in ("full", "none", "get") or (
            following.kind == "number" and following.unit == "分" and ahead
        ):
            return None if end == "out" else _against(number, "=")
        return None

    def _after(self) -> Interval | None:
        """90%(含)以上, 60%以下(不含60%)."""
        number = self._peek()
        if number.kind not in ("number", "target"):
            return None
        self.at += 1
        end = self._ends()
        if self._peek().kind != "after" or (number.kind == "number" and number.unit == "/"):
            return None
        meaning = self._peek().meaning
        self.at += 1
        end = self._ends() or end or ("law" if meaning.endswith("=") else "out")
        return _against(number, meaning, end)

    # Outcomes

    def _outcome(self) -> bool:
        token = self._peek()
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
        while (self._peek().kind == "word" and _FILLER.match(self._peek().text)) or self._peek().kind in (
            "weight",
            "full",
        ):
            self.at += 1
        number = self._peek()
        if number.kind != "number" or number.unit not in ("%", "分", "/"):
            return None
        self.at += 1
        if number.unit == "分":
            return (Term(number.number),)
        while (
            self._peek().kind == "word" and self._peek().text in ("的", "分", "的分")
        ) or self._peek().kind == "weight":
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
            words = [w for w in words if not _is_label(w)]
        kept = []
        for word in words:
            other = self._other_side(word) if len(words) == 1 and not intervals else None
            if other is not None:
                intervals.append(other)
            elif _TARGET_MET.match(word):
                intervals.append(Interval(100.0, "in", of_target=True))
            elif _TARGET_MISSED.match(word) and (
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
        if one.low is not None and one.high in (None, one.low) and _MISSED.match(word):
            end: End = "in" if one.low_end == "out" else "out"
            return replace(one, low=None, low_end="in", high=one.low, high_end=end)
        if one.high is not None and one.low is None and _PASSED.match(word):
            end = "in" if one.high_end == "out" else "out"
            return replace(one, high=None, high_end="in", low=one.high, low_end=end)
        return None

    def _each(self) -> None:
        """每低于1个百分点扣0.5分; 每发现一处不符扣1分; 每项得2分."""
        start, token = self.at, self._peek()
        self.at += 1
        way, of_target = token.meaning, False
        if self._peek().kind == "compare" and self._peek(1).kind == "target":
            way = "up" if self._peek().meaning[0] == ">" else "down"
            of_target = True
            self.at += 2
        first, second = self._peek(), self._peek(1)
        if (first.kind, first.unit, second.kind, second.unit) == ("number", "%", "number", "%") and way in (
            "up",
            "down",
        ):
            self.intervals.append(_against(first, ">" if way == "up" else "<"))
            self.at += 1
        item: list[str] = []
        step, unit = 1.0, "个"
        counted = False
        while self.at < len(self.tokens):
            here = self._peek()
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
        verb = self._peek()
        if verb.kind in ("deduct", "add", "get"):
            self.at += 1
        amount = self._amount() if verb.kind in ("deduct", "add", "get") or verb.kind == "number" else None
        if amount is None or step <= 0:
            self.at = start + 1
            if any(t.kind in ("deduct", "add") for t in self.tokens[start:]):
                raise NotARule("".join(t.text for t in self.tokens[start:]))
            self.words.append(token.text)
            return
        if unit == "%" and [w for w in map(stripped, item) if w and w not in (",", "(", ")") and not _FILLER.match(w)]:
            raise NotARule("每…" + "".join(item))
        words_before = self.words
        if way or unit == "%":
            self.words = []
            for word in words_before:
                bare = stripped(word)
                if bare and not _FILLER.match(bare):
                    if _TARGET_MET.match(bare) or _TARGET_MISSED.match(bare):
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
        if self._peek().kind not in ("word", "actual", "number", "op", "weight", "full", "get"):
            return False
        piece = self._fragment()
        texts = [t.text for t in piece]
        return (
            any(x in ("×", "*") for x in texts)
            and (any(t.kind in ("weight", "full") or t.unit == "分" for t in piece) or _points_product(piece))
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
        piece = _named([t for t in piece if not (t.kind == "word" and _FILLER.match(t.text))])
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


def stripped(word: str) -> str:
    """A run of words without what only links it to its neighbours."""
    return _FINISH.sub("", _START.sub("", word))


def _is_label(word: str) -> bool:
    """为优: the name of a step whose condition is a number."""
    named = _LABELLED.match(word)
    return named is not None and named["grade"] in grades()


def _flipped(meaning: str) -> str:
    return {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[meaning]


def _against(number: Token, meaning: str, said: End | None = None) -> Interval:
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
