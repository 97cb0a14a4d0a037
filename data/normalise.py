"""Normal forms of printed text: search keys, labels with points, names, numbers with units.

Raw text is never overwritten by these; they make a second form beside it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from data.traditional import simplified

_CJK = r"\u3400-\u9fff\uf900-\ufaff"
_CJK_PUNCT = r"\u3000-\u303f\uff00-\uffef“”‘’…—·①-⑳"
_SPACE_IN_CHINESE = re.compile(rf"(?<=[{_CJK}{_CJK_PUNCT}\"'(),;:]) +(?=[{_CJK}{_CJK_PUNCT}\"'(),;:0-9])")
_SPACE_AFTER_DIGIT = re.compile(rf"(?<=[0-9%]) +(?=[{_CJK}{_CJK_PUNCT}])")
_QUOTES = str.maketrans("", "", "\"'“”‘’「」『』《》〈〉`´")
_HAS_CJK = re.compile(rf"[{_CJK}]")


def folded(text: str) -> str:
    """NFKC form without any white space: full-width letters, digits and brackets become half-width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def simple(text: str) -> str:
    """Folded text in simplified characters: the form in which patterns of words are looked for."""
    return simplified(folded(text))


def search_key(text: str) -> str:
    """The form in which words are compared: simple, lower case, without quotation marks."""
    return simple(text).translate(_QUOTES).lower()


def has_chinese(text: str) -> bool:
    return bool(_HAS_CJK.search(text))


def chinese_count(text: str) -> int:
    return len(_HAS_CJK.findall(text))


def unwrapped(text: str) -> str:
    """Text without the spaces that line breaks left inside Chinese; other characters as printed."""
    text = re.sub(r"\s+", " ", text).strip()
    return _SPACE_AFTER_DIGIT.sub("", _SPACE_IN_CHINESE.sub("", text))


@dataclass(frozen=True, slots=True)
class Label:
    """A level1 or level2 cell: its name without points and spaces, and the points printed in it."""

    name: str
    points: Decimal | None
    capped: bool = False
    """True where the points are a bound (≤5分), not a sum."""


_POINTS = re.compile(r"[(\[]?(?P<cap>≤|<=|不超过|最高|上限)?(?P<n>\d+(?:\.\d+)?)分?[)\]]?$")
_POINTS_ONLY = re.compile(
    r"^[(\[]?(?P<cap>≤|<=|不超过|最高|上限)?(?P<n>\d+(?:\.\d+)?)分[)\]]?$|^[(\[](?P<m>\d+(?:\.\d+)?)[)\]]$"
)


def label_of(text: str) -> Label:
    """Split 部门决策 (15分) into name and points.

    Points need brackets or the word 分 to count; 规划2035 keeps its digits.
    """
    whole = folded(text)
    only = _POINTS_ONLY.match(whole)
    if only:
        return Label("", Decimal(only["n"] or only["m"]), bool(only["cap"]))
    found = _POINTS.search(whole)
    if found and found.start() > 0:
        tail = whole[found.start() :]
        if ("(" in tail or "[" in tail or "分" in tail) and not whole[found.start() - 1].isdigit():
            return Label(whole[: found.start()].rstrip("-—:"), Decimal(found["n"]), bool(found["cap"]))
    return Label(whole, None)


def stripped_name(text: str) -> str:
    """A name without junk at its ends: unbalanced brackets and stray signs that no Chinese name starts or ends with."""
    name = unwrapped(text)
    pairs = {"(": ")", "\uff08": "\uff09", "[": "]", "【": "】", "《": "》", "<": ">"}
    while name and (name[0] in "|\\/,.;:·、。,;:-—_*'`~^!" or (name[0] in pairs and pairs[name[0]] not in name)):
        name = name[1:].lstrip()
    openers = {close: open_ for open_, close in pairs.items()}
    while name and (name[-1] in "|\\/,;·、,;_`~^" or (name[-1] in openers and openers[name[-1]] not in name)):
        name = name[:-1].rstrip()
    return name


_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
MOST_POINTS = Decimal(1_000_000)
_MOST_QUANTITY = Decimal(10) ** 15
_PLACES = Decimal("0.000001")


def number(text: str) -> Decimal | None:
    """A printed number of points, spaces inside it removed (``9. 58`` is 9.58); ``None`` if the cell is anything else.

    Spreadsheet noise beyond six decimals is rounded off; a number of a million or more cannot be points.
    """
    whole = folded(text).removesuffix("分")
    if _GROUPED.match(whole):
        whole = whole.replace(",", "")
    if not _NUMBER.match(whole):
        return None
    return _bounded(whole, MOST_POINTS)


_QUANTITY = re.compile(
    r"^(?P<n>[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?)(?P<unit>[%‰]|[^\d\s.,;、。≥≤=<>]{0,6})$"
)


_CALENDAR = re.compile(r"^(?:月|日(?!均)|号|年[底末度初前中内])")
"""Words that make a number a date, no quantity: 11月底前, 3月, 2年内."""
_YEARS = (Decimal(1900), Decimal(2100))
_BOUND = re.compile(r"(?:及?以[上下内]|左右|内|前|后|余|多)$")
"""Words that make a number a bound or an estimate, no quantity: 90%以上, 30天内."""


def quantity(text: str) -> tuple[Decimal | None, str | None]:
    """Number and unit of a value cell: ``85. 00%`` is (85.00, '%'); (None, None) for words."""
    found = _QUANTITY.match(folded(text))
    value = _bounded(found["n"].replace(",", ""), _MOST_QUANTITY) if found else None
    if not found or value is None or _CALENDAR.match(found["unit"]) or _BOUND.search(found["unit"]):
        return None, None
    if found["unit"].startswith("年") and _YEARS[0] <= value < _YEARS[1]:
        return None, None
    return value, found["unit"] or None


def _bounded(digits: str, most: Decimal) -> Decimal | None:
    value = Decimal(digits)
    if abs(value) >= most:
        return None
    return value.quantize(_PLACES) if len(digits.partition(".")[2]) > 6 else value


_SIGN = re.compile(r"^(?P<sign>[≥≤=<>≧≦═﹦]|大于等于|小于等于|不低于|不少于|不超过|不高于|大于|小于|等于)(?P<rest>.+)$")
_SIGNS = {
    "≧": "≥", "≦": "≤", "═": "=", "≫": "≥", "≪": "≤", "大于等于": "≥", "小于等于": "≤",
    "不低于": "≥", "不少于": "≥", "不超过": "≤", "不高于": "≤", "大于": ">", "小于": "<", "等于": "=",
}  # fmt: skip


_TARGET_BOUND = re.compile(r"^(?:达到|控制在)?(?P<rest>\d.*?)及?以(?P<side>[上下内])$")


def sign_of(text: str) -> str | None:
    """The comparison sign a cell consists of, in one form; ``None`` for anything else."""
    whole = folded(text)
    return _SIGNS.get(whole, whole if whole in _SIGNS.values() else None)


def target_of(text: str) -> tuple[Decimal | None, str | None]:
    """Number and sign of a target cell: ``≥90%`` and 90%以上 are (90, '≥'); words have neither."""
    signed = _SIGN.match(folded(text))
    bound = None if signed else _TARGET_BOUND.match(folded(text))
    if bound:
        return quantity(bound["rest"])[0], "≥" if bound["side"] == "上" else "≤"
    target, _ = quantity(signed["rest"] if signed else text)
    return target, _SIGNS.get(signed["sign"], signed["sign"]) if signed else None


_NOT_APPLICABLE = frozenset({"不适用", "无", "/", "-", "--", "—", "——", "无此项", "不涉及", "未涉及", "n/a"})


def not_applicable(text: str) -> bool:
    return folded(text).lower().rstrip("。.") in _NOT_APPLICABLE


def bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def likeness(label: str, name: str) -> float:
    """Share of the label's character pairs that the name holds, 0 to 1."""
    pairs = bigrams(label)
    return len(pairs & bigrams(name)) / len(pairs) if pairs else 0.0
