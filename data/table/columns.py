"""Which column holds what: header words propose, the content of the column decides.

The same header word means different things in different places (指标说明 is a definition here, the completion value
there), so every proposed role is checked against the cells below it; where they disagree the content wins and a
``HEADER_CONTENT_CONFLICT`` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from data.codes import problem
from data.normalise import chinese_count, folded, label_of, number, quantity, search_key, simple
from data.submission import TOLERANCE, Problem, Row
from data.vocabulary import Vocabulary

LEVELS = ("level1", "level2", "level3")
_ROLE_NAMES = {
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "weight": "权重",
    "score": "得分",
    "value": "完成值",
    "target": "目标值",
    "rule": "评分规则",
    "definition": "指标说明",
    "reason": "偏差原因",
}
_MIN_HEADER_HITS = 3
_RULE = re.compile(r"得满分|得\d|扣\d|不得分|不扣分|扣分|评分规则|计分|各占|得分[=\-]|加\d|×分值|扣完为止")
_DEFINITION = re.compile(r"是否|包含|包括|反映|考核|用以|主要指|情况$|百分比$")
_VALUE_WORDS = re.compile(
    r"^(?:[≥≤><=]|达成|部分达成|未达成|已完成|完成|未完成|优|良|好|高|有效|明显|提升|无$|不适用|\d)"
)
_VALUE_LENGTH = 30
_SIGN = re.compile(r"[≥≤=<>≧≦═]|不(?:低|少|高)于|不超过|大于|小于")
_NO_POINTS = re.compile(r"扣|减|失分|差|率|系数|排名|名次|上年|去年|往年|(?:19|20)\d{2}年")
"""Head of a column of numbers that are never the report's own weights or scores: deductions, rates, an older year."""
_NAME_LENGTH = 40
_MOST_NAMES = 0.8
_STRONG = 0.6
_SIGNED = 0.3
"""Share of cells with a sign of comparison that makes a column one of targets, where the other has none."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Column numbers by role, the width of the table, and what was doubtful about the header."""

    by_role: Mapping[str, int]
    width: int
    problems: tuple[Problem, ...]
    percent_weights: bool = False
    """Whether the weights are printed with a percent sign, 15%."""
    points_in_names: bool = False
    """Whether the weights stand in the names, 相关性(5分), in a table without a column of weights."""

    @property
    def names_end(self) -> int:
        """The column after the last one of labels and names."""
        return 1 + max((self.by_role[role] for role in LEVELS if role in self.by_role), default=-1)

    def weight(self, cells: Sequence[str]) -> Decimal | None:
        """The weight a row prints, a percent sign left out where the whole column has one."""
        text = simple(self.text(cells, "weight"))
        return number(text.removesuffix("%") if self.percent_weights else text)

    def score(self, cells: Sequence[str]) -> Decimal | None:
        """The score a row prints, also as 9/10 where 10 is its weight."""
        printed = self.text(cells, "score")
        score, slash, weight = folded(printed).partition("/")
        whole = slash and self.weight(cells)
        return number(score) if whole and number(weight) == whole else number(printed)

    def text(self, cells: Sequence[str], role: str) -> str:
        column = self.by_role.get(role)
        return cells[column] if column is not None and column < len(cells) else ""


def header_role(text: str, vocabulary: Vocabulary) -> str | None:
    """Role a header word proposes, after removing spaces and bracketed additions such as (A) or (分)."""
    return vocabulary.headers.get(_header_key(text))


@lru_cache(maxsize=4096)
def _header_key(text: str) -> str:
    """The word itself; every row of a table is asked whether it is a head, and cells repeat."""
    return re.sub(r"\([^()]*\)|[0-9.%*★]", "", search_key(text))


def is_header(row: Row, vocabulary: Vocabulary) -> bool:
    """Whether a row is the head of an indicator table: three known words, one for names and one for points."""
    roles = [role for cell in row.cells if cell.text and (role := header_role(cell.text, vocabulary))]
    names = [r for r in roles if r in LEVELS]
    return len(roles) >= _MIN_HEADER_HITS and bool(names) and bool({"weight", "score", "value", "target"} & set(roles))


@dataclass(frozen=True, slots=True)
class _Profile:
    """Shares of a column's filled cells that read as …, and how full the column is."""

    fill: float
    numeric: float
    value: float
    rule: float
    definition: float
    name: float
    signed: float
    numbers: tuple[Decimal | None, ...]


def decide(header: Row, body: Sequence[Sequence[str]], vocabulary: Vocabulary) -> Columns:
    """Roles of the columns of a table whose full-width rows are ``body`` (texts of leaf rows)."""
    width = len(header.cells)
    while width > 0 and not header.cells[width - 1].text:
        width -= 1
    proposed = {i: header_role(header.cells[i].text, vocabulary) for i in range(width)}
    full = [row for row in body if len(row) >= width]
    cells = [[row[i] for row in full] for i in range(width)]
    percent = {i for i in range(width) if proposed[i] == "weight" and _percentages(cells[i])}
    profiles = [_profile([c.replace("%", "") for c in cells[i]] if i in percent else cells[i]) for i in range(width)]
    problems: list[Problem] = []

    def conflict(column: int, role: str) -> None:
        word = header.cells[column].text
        name = _ROLE_NAMES.get(role, role)
        problems.append(problem("HEADER_CONTENT_CONFLICT", f"“{word}”一列按内容作为{name}取用", header.place))

    roles: dict[str, int] = {}
    exact = {i for i in range(width) if search_key(header.cells[i].text).startswith(("三级", "四级"))}
    words = {i: search_key(header.cells[i].text) for i in range(width)}
    levels = _levels(proposed, profiles, full, vocabulary, conflict, exact, words)
    roles.update(levels)
    points, doubt = _points(proposed, profiles, set(levels.values()), words, conflict)
    roles.update(points)
    if doubt:
        problems.append(problem("SCORE_COLUMNS", doubt, header.place))
    beside = [i for i in range(width) if proposed[i] == "review_score" and profiles[i].fill > 0]
    if beside:
        problems.append(problem("REVIEW_SCORE_BESIDE", "、".join(header.cells[i].text for i in beside), header.place))
    taken = set(roles.values())
    texts = {i: _text_role(profiles[i], proposed[i]) for i in range(width) if i not in taken}
    for role in ("value", "rule", "definition"):
        candidates = [i for i, found in texts.items() if found == role]
        if candidates:
            best = max(candidates, key=lambda i: (_says(profiles[i], role), proposed[i] == role, -i))
            roles[role] = best
            if proposed[best] != role:
                conflict(best, role)
    for i, proposal in proposed.items():
        if proposal and proposal not in roles and i not in set(roles.values()) and proposal not in ("weight", "score"):
            roles[proposal] = i
    unplaced = [i for i in range(width) if i not in set(roles.values()) and _says(profiles[i], "definition")]
    if "definition" not in roles and len(unplaced) == 1 and texts.get(unplaced[0]) == "rule":
        roles["definition"] = unplaced[0]
        conflict(unplaced[0], "definition")
    if {"target", "value"} <= roles.keys():
        target, value = roles["target"], roles["value"]
        if profiles[value].signed >= _SIGNED and not profiles[target].signed and profiles[target].fill > 0:
            roles["target"], roles["value"] = value, target
            conflict(value, "target")
            conflict(target, "value")
    in_percent = roles.get("weight") in percent
    in_names = "weight" not in roles and _points_in_names(full, roles)
    return Columns(roles, width, tuple(problems), in_percent, in_names)


def _percentages(cells: Sequence[str]) -> bool:
    filled = [c for c in cells if c]
    return bool(filled) and sum(simple(c).endswith("%") for c in filled) >= _MOST_NAMES * len(filled)


def _says(profile: _Profile, role: str) -> bool:
    """Whether most cells of a column read as a role's."""
    return float(getattr(profile, role)) >= _STRONG


def _points_in_names(body: Sequence[Sequence[str]], roles: Mapping[str, int]) -> bool:
    names = [label_of(row[roles["level3"]]) for row in body if "level3" in roles and row[roles["level3"]]]
    return bool(names) and sum(n.points is not None and not n.capped for n in names) >= _MOST_NAMES * len(names)


def _profile(cells: Sequence[str]) -> _Profile:
    filled = [c for c in cells if c.strip()]
    n = len(filled) or 1
    numbers = tuple(number(c) for c in cells)
    return _Profile(
        fill=len(filled) / (len(cells) or 1),
        numeric=sum(1 for x in numbers if x is not None) / n,
        value=sum(1 for c in filled if reads_as_value(c)) / n,
        rule=sum(1 for c in filled if _RULE.search(simple(c))) / n,
        definition=sum(1 for c in filled if _DEFINITION.search(simple(c)) and not _RULE.search(simple(c))) / n,
        name=sum(1 for c in filled if _reads_as_name(c)) / n,
        signed=sum(1 for c in filled if _SIGN.match(simple(c))) / n,
        numbers=numbers,
    )


def _reads_as_name(text: str) -> bool:
    """Whether a cell can be a label or an indicator's name: short, some Chinese, no question, rule or value."""
    whole = simple(text)
    short = 2 <= chinese_count(whole) <= _NAME_LENGTH
    return short and not _RULE.search(whole) and not re.search(r"是否|[。;?]", whole) and not reads_as_value(whole)


def reads_as_value(text: str) -> bool:
    """Whether a cell reads as a completion value: a quantity with a unit, or a short grade word."""
    whole = simple(text)
    amount, unit = quantity(whole)
    return bool(amount is not None and unit) or (
        len(whole) <= _VALUE_LENGTH and bool(_VALUE_WORDS.match(whole)) and amount is None
    )


def reads_as_rule(text: str) -> bool:
    return bool(_RULE.search(simple(text)))


def _text_role(profile: _Profile, proposed: str | None) -> str | None:
    """Role of a column of words; the header's proposal stands unless the content clearly says otherwise."""
    if proposed not in (None, "value", "rule", "definition", "reason", "remark", "target"):
        return None
    if profile.rule >= _STRONG and proposed != "reason":
        return "rule"
    if profile.value >= _STRONG and proposed in (None, "definition", "rule", "value", "remark"):
        return "value"
    if profile.definition >= _STRONG and proposed in (None, "value", "definition"):
        return "definition"
    return proposed if proposed in ("value", "rule", "definition") and profile.fill > 0 else None


def _levels(
    proposed: Mapping[int, str | None],
    profiles: Sequence[_Profile],
    body: Sequence[Sequence[str]],
    vocabulary: Vocabulary,
    conflict: Callable[[int, str], None],
    exact: Set[int],
    words: Mapping[int, str],
) -> dict[str, int]:
    """The columns of level1 to level3: by header word, put right where their contents are exchanged.

    ``exact``: columns headed by the word for 三级指标 itself, not by 指标名称 or 绩效指标; the names of a form of four
    levels stand under 四级指标.
    """
    named: dict[str, int] = {}
    for i, role in proposed.items():
        if role in LEVELS and (role not in named or (role == "level3" and i in exact and named[role] not in exact)):
            named[role] = i
    fourth = [i for i in exact if words[i].startswith("四级")]
    if fourth:
        named["level3"] = fourth[0]
    finest = min((named[role] for role in ("level2", "level3") if role in named), default=0)
    if "level1" not in named:
        left = [i for i in range(finest) if proposed[i] is None and profiles[i].name >= _MOST_NAMES]
        open_ = ("level1",) if "level2" in named else ("level1", "level2")
        for role, i in zip(open_, left[-len(open_) :], strict=False):
            named[role] = i
            conflict(i, role)
    _by_name_like_content(named, profiles, conflict)
    if len(named) < len(LEVELS) or not body:
        return named
    by_fill = sorted(named.values(), key=lambda i: (profiles[i].fill, i))
    if profiles[by_fill[-1]].fill > profiles[named["level3"]].fill + 0.2:
        names = by_fill[-1]
        others = [i for i in sorted(named.values()) if i != names]
        named = {"level1": others[0], "level2": others[1], "level3": names}
        conflict(names, "level3")
    one, two = named["level1"], named["level2"]
    straight = _label_hits(body, one, two, vocabulary)
    crossed = _label_hits(body, two, one, vocabulary)
    if crossed > straight + 1 and crossed >= 2 * straight:
        named["level1"], named["level2"] = two, one
        conflict(two, "level1")
    return named


def _by_name_like_content(
    named: dict[str, int], profiles: Sequence[_Profile], conflict: Callable[[int, str], None]
) -> None:
    """Give level3 and level2 the one column that reads as names, where the proposed one holds sentences or values."""
    for role in ("level3", "level2"):
        proposed = named.get(role)
        if proposed is None and role == "level2":
            continue
        if proposed is not None and (profiles[proposed].name >= 0.5 or profiles[proposed].fill == 0):
            continue
        full = 0.95 if role == "level3" else 0.1
        better = [
            i
            for i, p in enumerate(profiles)
            if p.name >= 0.8 and full <= p.fill and i not in named.values() and p.numeric == 0
        ]
        if len(better) == 1:
            named[role] = better[0]
            conflict(better[0], role)


def _label_hits(body: Sequence[Sequence[str]], level1: int, level2: int, vocabulary: Vocabulary) -> int:
    """How many cells of two columns are known labels of just their level."""
    hits = 0
    for row in body:
        one, two = (re.sub(r"\(.*$", "", search_key(row[i])) for i in (level1, level2))
        hits += one in vocabulary.level1_labels and one not in vocabulary.level2_labels
        hits += two in vocabulary.level2_labels and two not in vocabulary.level1_labels
    return hits


def _points(
    proposed: Mapping[int, str | None],
    profiles: Sequence[_Profile],
    taken: set[int],
    words: Mapping[int, str],
    conflict: Callable[[int, str], None],
) -> tuple[dict[str, int], str]:
    """Weight and score columns: numbers, weights sum to 100, no score above its weight; and what is open about them."""
    numeric = [i for i, p in enumerate(profiles) if i not in taken and p.numeric >= 0.8 and p.fill >= 0.3]
    weights = [i for i in numeric if proposed[i] == "weight"] or [
        i for i in range(len(profiles)) if proposed[i] == "weight"
    ]
    scores = [i for i in numeric if proposed[i] == "score"] or [
        i for i in range(len(profiles)) if proposed[i] == "score"
    ]
    found: dict[str, int] = {}
    if weights:
        found["weight"] = weights[-1]
    scores = [i for i in scores if "自评" in words[i] or "自我" in words[i]] or scores
    others = [i for i in scores[1:] if profiles[i].fill > 0 and profiles[i].numbers != profiles[scores[0]].numbers]
    doubt = "、".join(f"“{words[i]}”" for i in (scores[0], *others)) if others else ""
    if scores:
        found["score"] = scores[0]
    spare = [
        i
        for i in numeric
        if i not in found.values()
        and proposed[i] not in ("target", "value", "number", "review_score", "reason", "other")
        and not _NO_POINTS.search(words[i])
    ]
    if "weight" in found and profiles[found["weight"]].numeric < 0.5 and spare:
        found["weight"] = spare.pop(0)
        conflict(found["weight"], "weight")
    if "score" in found and profiles[found["score"]].fill > 0 and profiles[found["score"]].numeric < 0.5 and spare:
        found["score"] = spare.pop(0)
        conflict(found["score"], "score")
    if "weight" in found and "score" not in found:
        weights_column = profiles[found["weight"]]
        fitting = [i for i in spare if _fits(weights_column, profiles[i]) % 2 and i > found["weight"]]
        if len(fitting) == 1:
            found["score"] = fitting[0]
            conflict(fitting[0], "score")
    if "weight" in found and "score" in found:
        w, s = profiles[found["weight"]], profiles[found["score"]]
        if _fits(s, w) > _fits(w, s):
            found["weight"], found["score"] = found["score"], found["weight"]
            conflict(found["weight"], "weight")
            conflict(found["score"], "score")
    return found, doubt


def _fits(weights: _Profile, scores: _Profile) -> int:
    """How well two columns serve as weight and score: 2 for a sum of 100, 1 for no score above its weight."""
    total = sum((w for w in weights.numbers if w is not None), Decimal(0))
    above = any(w is not None and s is not None and s > w for w, s in zip(weights.numbers, scores.numbers, strict=True))
    return 2 * (abs(total - 100) <= TOLERANCE) + (not above)


def name_like(text: str) -> bool:
    """Whether a cell can be the name of an indicator: some Chinese, and not a value or a rule."""
    return chinese_count(text) >= 2 and not reads_as_rule(text)
