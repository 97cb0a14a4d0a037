"""Tokens -> the sentences that score, and what of them only defines, repeats the weight or stands aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from data.rules.reading.tokens import Token

_CHOSEN = re.compile("取低|取高|取小|取大|孰低|孰高|较低|较高|平均|加权|酌情")
_WHOLE = re.compile(r"^(?:本项|该项)?(?:满分|分值|本指标|该指标|总分|共计|共|权重)$")
_MEASURE = re.compile(r"[率度重]$|(?:比|比例)$")


def scoring_part(tokens: Sequence[Token]) -> list[Token]:
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
    defining = [s for s in sentences(parts[False]) if definition(s)]
    return [t for s in defining for t in (*s, Token("hard", ""))] + parts[True]


def sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    """The runs of tokens between hard stops."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "hard":
            found.append([])
        else:
            found[-1].append(token)
    return [s for s in found if s]


def cut_at_commas(sentence: Sequence[Token]) -> list[list[Token]]:
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


def definition(fragment: Sequence[Token]) -> str | None:
    """The name that ``name = …`` defines, ``None`` if the fragment is something else."""
    if len(fragment) < 3 or fragment[0].kind not in ("word", "actual") or fragment[1].text != "=":
        return None
    return fragment[0].text if fragment[2].kind in ("word", "op", "actual", "target") else None


def bare_points(tokens: Sequence[Token]) -> bool:
    """Points without a verb: 95%以上5分."""
    return any(
        t.kind == "number" and t.unit == "分" and before.kind in ("soft", "after", "end", "number", "else")
        for before, t in pairwise(tokens)
    )


def is_product(tokens: Sequence[Token]) -> bool:
    """完成率×分值 without 得分= before it."""
    texts = {t.text for t in tokens}
    weighted = any(t.kind == "weight" or t.unit == "分" for t in tokens)
    return bool(texts & {"×", "*"}) and "=" not in texts and (weighted or points_product(tokens))


def points_product(tokens: Sequence[Token]) -> bool:
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


def whole_points(fragment: Sequence[Token]) -> bool:
    """满分5分, 本指标5分: the weight said once more."""
    return (
        len(fragment) == 2
        and bool(_WHOLE.match(fragment[0].text))
        and (fragment[1].kind, fragment[1].unit) == ("number", "分")
    )


def equal_share(fragment: Sequence[Token]) -> bool:
    """各占1/4分值: how the points of the leaf share its weight, which does not change what the whole can get."""
    return any(
        token.kind == "number" and token.unit == "/" and before.kind == "word" and before.text.endswith("各占")
        for before, token in pairwise(fragment)
    )


def standard_of(tokens: Sequence[Token]) -> tuple[float, bool] | None:
    """以100%为标准."""
    kept = [t for t in tokens if t.kind != "soft"]
    if len(kept) >= 3 and kept[0].text.endswith("以") and kept[1].kind in ("number", "target"):
        tail = "".join(t.text for t in kept[2:])
        if re.fullmatch(r"(?:为|作为)?(?:标准|基准|目标|参照|基数)值?", tail.removeprefix("为")):
            return kept[1].number, kept[1].kind == "target"
    return None


def without_asides(tokens: list[Token]) -> list[Token]:
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
