"""The fiscal year that a part of a document prints."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from data.normalise import folded, simple
from data.parts.split import Part, is_title
from data.submission import Row, YearBasis

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年)")
_DATE_LABEL = r"(?:填报|填表|报告|编制|上报|报送|制表|自评|评价|发布|成文)?(?:日期|时间):?"
_DAY_ALONE = re.compile(rf"(?:{_DATE_LABEL})?(?:19|20)\d{{2}}年\d{{1,2}}月(?:\d{{1,2}}日)?")
_LABELLED_DAY = re.compile(rf"{_DATE_LABEL}(?:19|20)\d{{2}}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?")
_CHINESE_YEAR = re.compile(r"([二两][〇○零O0]|一九)([〇○零O0一二三四五六七八九])([〇○零O0一二三四五六七八九])(?=年)")
_CLEAR_MAJORITY = 2


def printed_year(part: Part) -> tuple[int, YearBasis, tuple[int, ...]] | None:
    """Fiscal year of a part, how it is known, and other years its titles print.

    Titles first (年度 in a title); else the year that most sentences of the prose name. ``None`` if nothing is printed.
    """
    counted = Counter(int(y) for row in part.prose for text in row.texts for y in _spoken_years(text))
    in_titles = [int(y) for title in part.titles for y in _YEAR.findall(title)]
    in_titles += [y for title in part.titles for y in _chinese_years(title)]
    in_titles += [y for row in part.prose if (y := _year_beside(row)) is not None]
    if in_titles:
        year, _ = Counter(in_titles).most_common(1)[0]
        untitled = [row for row in part.prose if not is_title("".join(row.texts))]
        told = Counter(int(y) for row in untitled for text in row.texts for y in _spoken_years(text))
        (spoken, often), *_ = told.most_common(1) or [(year, 0)]
        rivals = {spoken} if often >= _CLEAR_MAJORITY and often > 2 * told[year] else set()
        return year, "title", tuple(sorted((set(in_titles) | rivals) - {year}))
    if not counted:
        return None
    (year, most), *rest = counted.most_common(2)
    if rest and rest[0][1] == most:
        return None
    return year, "prose", ()


def _spoken_years(text: str) -> list[str]:
    """The years a line speaks of; the day on which the report was filled in follows the fiscal year and is left out."""
    whole = folded(text)
    return [] if _DAY_ALONE.fullmatch(whole) else _YEAR.findall(_LABELLED_DAY.sub("", whole))


def _year_beside(row: Row) -> int | None:
    """The year in the cell beside 年度, 评价年度, 预算年度 …, or in a line of its own: (2023年度)."""
    texts = [simple(text) for text in row.texts if text]
    alone = re.fullmatch(r"\(?((?:19|20)\d{2})年度?\)?", texts[0]) if len(texts) == 1 else None
    if alone:
        return int(alone[1])
    for label, value in pairwise(texts):
        if re.fullmatch(r"(?:评价|预算|填报|自评|报告)?年度:?", label) and re.fullmatch(r"(?:19|20)\d{2}年?度?", value):
            return int(value[:4])
    return None


def _chinese_years(text: str) -> list[int]:
    digits = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {
        "〇": "0",
        "○": "0",
        "O": "0",
        "0": "0",
        "两": "2",
    }
    return [int("".join(digits[c] for c in "".join(found))) for found in _CHINESE_YEAR.findall(text)]
