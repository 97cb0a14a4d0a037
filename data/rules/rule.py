"""The frozen values that say what a scoring rule (评分规则) means.

A rule maps the printed value of a leaf and its weight to the set of scores that its text admits. ``x`` is the value:
of a rate in percent (97 for 97%), else the bare number; ``t`` is the target (目标值); ``w`` is the weight in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["比例", "扣分", "达标", "分档", "定性", "符合", "要点", "目标", "计次"]
"""What kind of rule it is: 得分=率×分值; 每增减 1% 扣分; full or nothing at a threshold; steps; qualitative tiers;
得N分否则不得分 in words; points that add up; against a target; so much for every item found or done."""

End = Literal["in", "law", "open", "out"]
"""Whether an interval holds its end: the text says yes (含, ≥); 以上 or 以下, which hold it by common usage; the text
says nothing; the text says no."""

Sense = Literal["", "up", "down", "equal"]
"""The kind of indicator a piece holds for: any, 正向, 反向, 等于."""

NOTES: dict[str, str] = {
    "INTERVAL_REVERSED": "规则所印区间为空，按原意对调上下限",
    "SUBJECT_DIFFERS": "规则计算的对象与本条所定义的指标不同",
    "EQUALS_MISPRINTED": "“得分”后的等号印作“-”，按等号读",
    "ELSE_UNSAID": "规则未写明不符合时的得分，按不得分",
    "WHOLE_STEPS_UNSAID": "规则未写明不足一档是否计入，两种得分均列",
    "BASE_UNSAID": "规则未写明“按比例”相对何数，两种得分均列",
}
"""What is odd or left open in the text of a rule: code -> meaning."""

DOUBTS: dict[str, str] = {
    "RULE_INTERVAL": "规则所印区间为空",
    "RULE_COPIED": "规则与另一指标的相同，与本指标不符",
    "RULE_SUBJECT": "规则计算的对象与本条所定义的指标不同",
    "RULE_POINTS": "规则所述分数与权重不符",
    "RULE_UNREAD": "规则文字未能解析，未测算",
    "VALUE_WITHOUT_UNIT": "完成值未印单位，未测算",
    "VALUE_UNFIT": "完成值与规则不相称，未测算",
    "VALUE_ABOVE_1000": "完成值超过 1000%，未测算",
    "SCORE_ABOVE_WEIGHT": "得分高于权重",
}
"""The codes of the view ``rule_doubt`` -> meaning."""

STATUSES: dict[str, str] = {
    "exact": "测算为一个得分",
    "several": "测算为几个可得的得分",
    "range": "测算为一个区间",
    "no_rule": "无评分规则",
    "unparsed": "规则未能解析",
    "no_value": "未印完成值",
    "value_unfit": "完成值与规则不相称",
    "value_doubtful": "完成值超过 1000%",
    "no_unit": "完成值未印单位",
    "no_target": "未印目标值",
    "outside": "规则未规定该值的得分",
    "points_unfit": "规则所述分数与权重不相称",
    "not_applicable": "不适用",
    "no_weight": "未印权重",
}
"""``recomputed_status`` of a leaf -> meaning."""


@dataclass(frozen=True, slots=True)
class Term:
    """``factor · x**x · t**t · w**w`` of a formula; ``x`` of a rate is 0 to 1 here."""

    factor: float
    x: int = 0
    t: int = 0
    w: int = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """Values from ``low`` to ``high`` (``None``: unbounded) in the rule's unit, or in % of the target."""

    low: float | None = None
    low_end: End = "in"
    high: float | None = None
    high_end: End = "in"
    of_target: bool = False
    unit: str = ""
    """Unit of its numbers; empty where the text prints none, or only a zero."""
    printed: str = ""
    """The text of it, where it is printed the wrong way round."""

    @property
    def empty(self) -> bool:
        return self.low is not None and self.high is not None and self.low > self.high


@dataclass(frozen=True, slots=True)
class Piece:
    """What a leaf gets while its value lies in ``interval``, carries one of ``grades``, or no other piece applies.

    ``words`` is the condition as the working (测算过程) repeats it, ``template`` the calculation with {x}, {t} and
    {w}. ``terms`` is the score; up to ``terms_high`` if the text names a band. A deduction starts at ``reference``
    (``None``: the target) and takes ``per`` for every ``step`` away from it; ``rounding`` is what the text says of a
    part of a step: dropped, counted whole, counted in part, or left open.
    """

    words: str
    terms: tuple[Term, ...]
    terms_high: tuple[Term, ...] = ()
    interval: Interval = Interval()
    grades: tuple[str, ...] = ()
    otherwise: bool = False
    template: str = ""
    sense: Sense = ""
    per: tuple[Term, ...] = ()
    step: float | None = None
    reference: float | None = None
    from_target: bool = False
    step_percent: bool = False
    """The step is 1% (of the target, where the value is no rate), not one of the value's unit."""
    rounding: Literal["down", "up", "exact", "open"] = "open"


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. ``pieces`` decide by value; the rest says what can be had where words alone decide.

    ``choices`` are the scores of which one is had; ``parts`` those that add up; ``every`` the amount for each item
    found (from ``every_from``: 0 upwards or the full score downwards).
    """

    form: Form
    unit: str | None
    """``%``, another unit, or ``None`` where the rule names none."""
    pieces: tuple[Piece, ...] = ()
    choices: tuple[Term, ...] = ()
    parts: tuple[Term, ...] = ()
    every: Term | None = None
    every_from: Literal["full", "zero"] = "full"
    every_most: float | None = None
    """The most points that can be taken off, where the text says so."""
    top_points: float | None = None
    """The most points the text names; ``None`` where it speaks of shares of the weight only."""
    needs_target: bool = False
    subject: str = ""
    notes: tuple[str, ...] = ()
    printed: str = ""
    """The interval that is printed the wrong way round, as printed."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes in words."""
        return tuple(
            f"{NOTES[n]}：“{self.printed}”" if n == "INTERVAL_REVERSED" and self.printed else NOTES[n]
            for n in self.notes
        )


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A text that is no rule we can read; ``why`` for those who extend the grammar."""

    why: str
