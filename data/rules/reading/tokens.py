"""Text of a rule -> tokens.

Words are those of ``words.csv``; a word is a token only where its neighbours fit (达到 before a number, 得 before
points), everything else stays a run of plain words. Numbers are read in Arabic or Chinese numerals, with their units.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LONGEST = 4000
"""Characters of a text that is read as a rule; a longer one is not."""
_FOLDER = Path(__file__).parent
_ITEM = "\ue000"
_CIRCLED = re.compile(r"[\u2460-\u2487]")
_SPACE = re.compile(r"\s+")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CN = r"[零〇一二两三四五六七八九十百]{1,5}"
_COUNTED = (
    r"(?:个(?!百分点)|项|次|处|起|例|件|条|篇|天|日|人|户|家|份|宗|场|期|名|批|种|类|笔|万元|亿元|元|小时|月|年"
    r"|公里|平方米|亩|吨)"
)
_NOT_POINTS = r"(?![之值别档为析配管解类布散数包级局项工钟公行支])"


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is one of the kinds of ``words.csv`` or number, range, op, word, soft, hard, cap, score; ``unit`` of a
    number is %, 分, a fraction of the weight (/), a unit of count, or empty."""

    kind: str
    text: str
    meaning: str = ""
    number: float = 0.0
    unit: str = ""


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    """kind -> word -> meaning."""
    found: dict[str, dict[str, str]] = {}
    with (_FOLDER / "words.csv").open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["kind"], {})[line["word"]] = line["meaning"]
    return found


@lru_cache(maxsize=1)
def grades() -> dict[str, tuple[str, ...]]:
    """Grade of a qualitative rule -> how a value cell says it."""
    found: dict[str, tuple[str, ...]] = {}
    with (_FOLDER / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            found[line["grade"]] = (*found.get(line["grade"], ()), line["value"])
    return found


def _any(kind: str) -> str:
    return "|".join(re.escape(w) for w in sorted(_words()[kind], key=len, reverse=True))


@lru_cache(maxsize=1)
def _master() -> re.Pattern[str]:
    """One alternation for all tokens; the earlier line wins where two fit. Every repetition in it is bounded."""
    weight, target = _any("weight"), _any("target")
    own = r"(?:该项|本项|此项|该指标|本指标|指标|其)?"
    share = rf"{own}的?(?:(?:{weight}|满分|分)的?)?\d"
    amount = (
        rf"{own}的?(?:(?:{weight}|满分|分)的?\d+(?:\.\d+)?%"
        rf"|\d+(?:\.\d+)?(?:分{_NOT_POINTS}|%的?(?:{weight}|分|计|得|给|赋)|/\d+的?(?:{weight}|满分|分)))"
    )
    goal = rf"(?:{target}|(?:年度|年初|预期|计划|既定|绩效|设定)?(?:目标|指标)(?![^,;。]{{0,8}}率))"
    lines = {
        "hard": rf"[;。!{_ITEM}]",
        "label": rf"(?<!以上)(?:{_any('label')})[:;]",
        "until": _any("until"),
        "capped": rf"{_any('capped')}"
        r"|(?:超过?|大于|高于)(?:了)?100%的?(?:部分)?,?(?:均|则|统一)?按(?:照)?100%(?:计算|计)?",
        "cap": r"(?:累计|合计|总计|总共|总分|加分|扣分|得分|最高|最多|上限|至多)(?:加分|扣分|得分)?"
        r"(?:不超过|不得超过|不高于|为|是)?(?P<capway>加|得|扣|计)?(?P<most>\d+(?:\.\d+)?)分(?:为限|封顶|为止)?",
        "rounding": rf"(?:不足|不到|不满)(?:1|一)?(?:%|个?百分点|个点|{_COUNTED}|档)?的?(?:部分)?,?"
        r"(?P<part>(?:均?按照?|以)(?:1|一)?(?:%|个?百分点|个点|个|项|次|档)?(?:计算|计|扣分|扣)"
        r"|(?:按|按照)比例(?:计算|扣分|扣)?|(?:不计|不扣分|不扣|忽略不计|不予扣分|舍去))",
        "score": r"(?:该项|本项|此项|该指标|本指标|指标|实际|最终|自评|评价|考核){0,2}(?:得分|评分|分数)(?:计算公式)?"
        r"(?:=|(?P<dash>-)(?=[^\d.,;。])|(?:为|:|是)(?=[^\d,;。]{2,30}[×*÷/]))",
        "full": rf"(?:得{own}(?:权重分|标准分|权重分值)(?!的?\d)|{_any('full')})",
        "none": _any("none"),
        "sense": _any("sense"),
        "ratio": rf"(?:{_any('ratio')})(?:计算|折算|换算|核算)?(?:得分|计分|给分|赋分|扣分|计算|得)?(?:分数)?(?![×*])",
        "each": rf"每(?:再)?(?P<way>{_any('way')})?(?=\d)|每(?!个(?:要点|评价|指标)|[年月季日周]|半年)",
        "get": rf"(?<![合共总累])(?:(?!为\d+(?:\.\d+)?%的?[得计给赋])(?:{_any('get')})(?={amount})"
        rf"|(?:得|计|记|给|赋)(?={own}\d+(?:\.\d+)?%(?:[,;。]|$)))",
        "add": rf"(?<!增)(?:{_any('add')})(?=\d+(?:\.\d+)?分{_NOT_POINTS})",
        "deduct": rf"(?<![核消缩递增])(?:{_any('deduct')})(?=(?:{share}))",
        "goal": rf"(?P<goalcompare>{_any('compare')})(?={goal})(?P<goalword>{goal})",
        "compare": rf"(?:{_any('compare')})(?=(?:\((?:不含|含)\))?[(\[]?-?\d)|[=<>≤≥]",
        "end": r"\((?P<end1>不含|不包括|不包含|含|包括|包含)(?:本数|\d+(?:\.\d+)?%?)?\)"
        r"|(?<=以[上下内]),?(?P<end2>不含|含|均含)(?:本数|\d+(?:\.\d+)?%?)?"
        r"|(?P<end3>不含|含)(?:本数|\d+(?:\.\d+)?%)",
        "else": rf"(?<![^,;。:、{_ITEM}()])(?:{_any('else')})",
        "fraction": rf"(?P<above>\d{{1,3}})/(?P<below>\d{{1,3}})(?=的?(?:{weight}|满分|分{_NOT_POINTS}))",
        "number": rf"(?:(?<=[<>=≤≥(\[,:于为在])-)?(?P<digits>\d+(?:\.\d+)?)"
        rf"(?P<unit>%|个?百分点|个点|‰|分{_NOT_POINTS}|{_COUNTED})?",
        "range": r"(?<=[\d%)分])(?:-|—|–|~|至|到){1,2}(?=[(\[]?\d)",
        "after": rf"(?<=[\d%)分个项次天元时月年人件条里米亩吨处起例户家份名批种类笔场期])(?:{_any('after')})",
        "actual": _any("actual"),
        "target": target,
        "weight": _any("weight"),
        "op": r"[×*÷/+()\[\]{}]|(?<=[\w)\]}%])-(?=[\w(\[{])",
        "soft": r"[,:]",
        "and": "并且|同时|且|但",
    }
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in lines.items()))


def tokens(text: str) -> list[Token]:
    """The tokens of a text. Raises ``ValueError`` if it is longer than ``LONGEST``."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    return list(_scan(_folded(text)))


def _scan(text: str) -> Iterator[Token]:
    at = 0
    for found in _master().finditer(text):
        if found.start() > at:
            yield Token("word", text[at : found.start()])
        yield from _token(found)
        at = found.end()
    if at < len(text):
        yield Token("word", text[at:])


def _token(found: re.Match[str]) -> Iterator[Token]:
    kind = found.lastgroup or ""
    kind = next(k for k, v in found.groupdict().items() if v is not None and found.span(k) == found.span())
    text = found.group()
    if kind == "number":
        value, unit = float(found["digits"]), found["unit"] or ""
        if unit.endswith(("百分点", "个点")):
            unit = "%"
        elif unit == "‰":
            value, unit = value / 10, "%"
        yield Token("number", text, number=-value if text.startswith("-") else value, unit=unit)
    elif kind == "fraction":
        below = float(found["below"])
        yield Token("number", text, number=float(found["above"]) / below if below else 0.0, unit="/")
    elif kind == "cap":
        yield Token("cap", text, found["capway"] or ("扣" if "扣" in text else ""), float(found["most"]), "分")
    elif kind == "rounding":
        part = found["part"]
        dropped = part.startswith(("不", "忽", "舍"))
        yield Token("rounding", text, "down" if dropped else "exact" if "比例" in part else "up")
    elif kind == "each":
        yield Token("each", text, _words()["way"].get(found["way"] or "", ""))
    elif kind == "goal":
        yield Token("compare", found["goalcompare"], _words()["compare"][found["goalcompare"]])
        yield Token("target", found["goalword"])
    elif kind == "end":
        said = found["end1"] or found["end2"] or found["end3"]
        yield Token("end", text, "out" if said.startswith("不") else "in")
    elif kind == "score":
        yield Token("score", text, "misprinted" if found["dash"] else "")
    elif kind == "label":
        yield Token("label", text, _words()["label"][text[:-1]])
    else:
        yield Token(kind, text, _words().get(kind, {}).get(text, ""))


# One form of writing


_TIMES = re.compile(
    r"(?<=[率度值例重数)\]%])(?:[xX✕✖⨯]|乘以|乘)(?=[\d(\[]|(?:该项|本项|此项|该指标|本指标|指标|其)?(?:权重|分值|标准分|满分))"
    r"|(?<=(?:权重|分值))(?:[xX✕✖⨯]|乘以)(?=[^,;。])"
)


def _folded(text: str) -> str:
    """NFKC without white space, list marks as one sign, Chinese numerals as digits where they count something."""
    text = _CIRCLED.sub(_ITEM, text.replace("\n", ";"))
    text = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"[\"'“”‘’《》「」]", "", text).replace("【", "[").replace("】", "]")
    text = text.replace("−", "-").replace("－", "-").replace("＝", "=")
    text = _TIMES.sub("×", text)
    text = (
        re.sub(r"(?<=[><])/?=", "=", text).replace(">=", "≥").replace("<=", "≤").replace("=<", "≤").replace("=>", "≥")
    )
    text = text.translate(str.maketrans("≦⩽≪≧⩾≫", "≤≤≤≥≥≥"))
    return _with_digits(_without_list_marks(text))


_MARK = re.compile(r"(?:(?<=[;。:,])|^)\(?(\d{1,2})(?:\)|[.、](?!\d{1,2}分))")


def _without_list_marks(text: str) -> str:
    """``1.比率…;2.20%≤…``: a number and a point that continue a list are its mark, not digits of the next number."""
    made: list[str] = []
    at, expected = 0, 1
    for found in _MARK.finditer(text):
        if int(found[1]) != expected or not _is_mark(text, found, expected):
            continue
        made += [text[at : found.start()], _ITEM]
        at, expected = found.end(), expected + 1
    return "".join(made) + text[at:]


def _is_mark(text: str, found: re.Match[str], number: int) -> bool:
    """The first mark before a digit needs a second one later, so that 1.5% stays a number."""
    following = text[found.end() : found.end() + 1]
    if number > 1 or not following.isdigit():
        return True
    return bool(re.search(r"[;。:,]\(?2[.、)]", text[found.end() :]))


def _with_digits(text: str) -> str:
    text = re.sub(rf"百分之({_CN}(?:点{_CN})?)", lambda m: f"{_decimal(m[1])}%", text)
    text = re.sub(r"百分之(\d+(?:\.\d+)?)", r"\1%", text)
    text = re.sub(rf"({_CN})(?=个?百分点|个点)", lambda m: _decimal(m[1]), text)
    text = re.sub(
        rf"({_CN})成({_CN})?(?=(?:以[上下内]|及以|的|得|计|不得|不计|,|;|。|至|到|-|~|\(|$))",
        lambda m: f"{_decimal(m[1])}{_decimal(m[2]) if m[2] else 0}%",
        text,
    )
    text = re.sub(rf"({_CN})分之({_CN})", lambda m: f"{_decimal(m[2])}/{_decimal(m[1])}", text)
    text = re.sub(r"(?<=[为是于])零(?=[,;。)]|的|时|得|计)", "0", text)
    text = re.sub(r"(?<=[得计按])(?:一半|半数)(?:的?(?:分值|分数|权重分|分))?", "50%的分值", text)
    text = re.sub(r"(?<=[得计扣加记减为给赋])半分", "0.5分", text)
    text = re.sub(rf"(?<=[得计扣加记减为给赋])({_CN})(?=分{_NOT_POINTS})", lambda m: _decimal(m[1]), text)
    return re.sub(rf"(?<=[每现有少缺于过足加])({_CN})(?={_COUNTED})", lambda m: _decimal(m[1]), text)


def _decimal(words: str) -> str:
    """九十五 -> 95, 九十五点五 -> 95.5."""
    whole, _, part = words.partition("点")
    total, digit = 0, 0
    for c in whole:
        if c in ("十", "百"):
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[c]
    tail = "".join(str(_DIGITS.get(c, 0)) for c in part)
    return f"{total + digit}.{tail}" if tail else f"{total + digit}"
