"""Scores that the prose repeats: the total, each 一级指标, each 二级指标 (本项自评得4分), the bonus; and the grade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from data.normalise import folded, number, search_key
from data.submission import Row, Scope, StatedFigure

_N = r"\d+(?:\.\d+)?"
_SELF = r"(?:自评价?|自我评价|自评估|评价|考评|绩效自评)?(?:实际)?"
_SECTION = re.compile(
    rf"(?P<label>[\u4e00-\u9fff\"“”]{{2,20}})\((?:总分|满分|分值|共)?(?:为|:)?(?P<cap>≤|<=|不超过)?(?P<full>{_N})分"
    rf"[,;、]{_SELF}(?:得分?|加)(?:为|:)?(?P<value>-?{_N})分\)"
)
_PLAIN_SECTION = re.compile(
    rf"(?P<label>[\u4e00-\u9fff]{{2,12}}?)(?:方面|指标|部分)?:?(?:总分|满分|分值|权重|共)(?:为|:)?(?P<full>{_N})分"
    rf"[,;、]{_SELF}(?:得分?|合计得分?)(?:为|:)?(?P<value>-?{_N})分"
)
_ITEM = re.compile(rf"^[-·•]?(?:\(?\d+\)|\d+[.、])(?P<label>[^,。;:()]{{2,20}})\((?:总分|满分|分值)?(?P<full>{_N})分\)")
_THIS_ITEM = re.compile(rf"本项(?:指标)?{_SELF}(?P<kind>得分?|加|扣)(?:为|:)?(?P<value>{_N})分")
_TOTAL = re.compile(
    rf"(?:自评(?:价)?(?:总)?得分|自评总分|自我评价得分|综合得分|总得分|最终得分|总体得分|评价得分|自评(?:价)?分数?)"
    rf"(?:为|是|共|共计|合计|:)?(?P<value>{_N})分"
)
_FULL = re.compile(rf"(?:总分|满分)(?:为|:)?(?P<full>{_N})分")
_GRADE = re.compile(
    r"(?:等级|等次|级别|自评结果|评价结果|自评结论|评定)(?:评定|评价)?(?:为|是|:)[\"“‘']?(?P<grade>优秀|良好|合格|不合格|优|良|中|差)"
)


def stated_figures(
    prose: Sequence[Row], level1: Sequence[str], level2: Sequence[str], unit: str = "", fiscal_year: int | None = None
) -> tuple[list[StatedFigure], str | None]:
    """Scores stated in prose with their lines, and the grade if one is stated.

    ``level1`` and ``level2`` are the labels of the unit's own table: they tell which level a label speaks of. A score
    whose label names anything but them, this unit or this year (上年自评得分, A项目自评得分) is not taken.
    """
    found: list[StatedFigure] = []
    grade: str | None = None
    one, two = {search_key(x) for x in level1}, {search_key(x) for x in level2}
    item: tuple[str, Decimal] | None = None
    section = ""
    for row in prose:
        text = folded("".join(row.texts))
        rest = text
        beside, grade_beside = _beside(row)
        found += beside
        grade = grade or grade_beside
        for pattern in (_SECTION, _PLAIN_SECTION):
            for match in pattern.finditer(rest):
                label = _without_number(match["label"])
                capped = bool(match.groupdict().get("cap"))
                scope = _scope(label, one, two, capped)
                value, full = Decimal(match["value"]), Decimal(match["full"])
                if scope is None and pattern is _PLAIN_SECTION:
                    if full != _WHOLE:
                        rest = rest.replace(match[0], "")
                    continue
                found.append(StatedFigure(scope or Scope.LEVEL1, label, "文", value, full, row.place))
                section, item = label, None
                rest = rest.replace(match[0], "")
        opened = _ITEM.match(text)
        if opened:
            item = opened["label"], Decimal(opened["full"])
        for match in _THIS_ITEM.finditer(rest):
            value = Decimal(match["value"])
            if match["kind"].startswith("得") and item is not None:
                scope = _scope(item[0], one, two, False) or Scope.LEVEL2
                found.append(StatedFigure(scope, item[0], "文", value, item[1], row.place))
            elif match["kind"] == "加":
                found.append(StatedFigure(Scope.ADJUSTMENT, section or "加分项", "文", value, None, row.place))
            elif match["kind"] == "扣":
                found.append(StatedFigure(Scope.ADJUSTMENT, section or "减分项", "文", -value, None, row.place))
        rest = _THIS_ITEM.sub("", rest)
        for match in _TOTAL.finditer(rest):
            before = _FULL.search(rest[max(0, match.start() - 16) : match.start()])
            whole = Decimal(before["full"]) if before else None
            label = _BREAK.split(rest[: match.start()])[-1]
            if re.search(r"[\u4e00-\u9fff]\([^)]*$", rest[: match.start()]):
                continue
            if _speaks_of_the_whole(label, unit, fiscal_year):
                found.append(StatedFigure(Scope.TOTAL, "自评得分", "文", Decimal(match["value"]), whole, row.place))
            elif (scope := _scope(label, one, two, False)) is not None:
                found.append(StatedFigure(scope, label, "文", Decimal(match["value"]), whole, row.place))
        told = _GRADE.search(text)
        grade = grade or (told["grade"] if told else None)
    return found, grade


def _beside(row: Row) -> tuple[list[StatedFigure], str | None]:
    """The total and the grade in cells beside their words: 自评总分 | 95.5 | 自评等级 | 优."""
    figures: list[StatedFigure] = []
    grade: str | None = None
    cells = [folded(cell) for cell in row.texts if cell]
    for label, text in pairwise(cells):
        value = number(text)
        if _TOTAL_LABEL.fullmatch(label) and value is not None:
            figures.append(StatedFigure(Scope.TOTAL, label.rstrip(":"), "表", value, None, row.place))
        elif _GRADE_LABEL.fullmatch(label) and _GRADE_WORD.fullmatch(text):
            grade = text
    return figures, grade


_TOTAL_LABEL = re.compile(r"(?:自评总分|自评总得分|自评得分|自评分|总得分|综合得分|自评分值):?")
_GRADE_LABEL = re.compile(r"(?:自评|评价|绩效|考评)?(?:等级|等次|结果|级别):?")
_GRADE_WORD = re.compile(r"优秀|良好|合格|不合格|优|良|中|差")
_BREAK = re.compile(r"[,。;:、()\[\]]")
_FILLER = re.compile(
    r"本年度?|年度|经|综合|评价|自评价?|部门|单位|整体|总体|支出|预算|绩效|项目支出|最终|最后|实际|合计|总|的|为|"
    r"^本|^我|^该|[局委办厅]$|(?:根据|按照|依据)?(?:指标体系|评分标准|评价指标)?(?:测算|打分|评定|计算)?"
)
_WHOLE = Decimal(100)


def _speaks_of_the_whole(label: str, unit: str, fiscal_year: int | None) -> bool:
    """Whether the words before a total name only this unit, this year, and nothing else."""
    year = re.search(r"((?:19|20)\d{2})年", label)
    if year and fiscal_year is not None and int(year[1]) != fiscal_year:
        return False
    rest = re.sub(r"(?:19|20)\d{2}年度?", "", label)
    name = re.sub(r"\(.*\)$", "", folded(unit))
    for start in range(max(0, len(name) - 1)):
        if name[start:] in rest:
            rest = rest.replace(name[start:], "")
            break
    return not _FILLER.sub("", rest)


def _scope(label: str, level1: set[str], level2: set[str], capped: bool) -> Scope | None:
    key = search_key(label)
    if capped or re.search(r"加减?分|减分|扣分", label):
        return Scope.ADJUSTMENT
    if key in level1:
        return Scope.LEVEL1
    if key in level2:
        return Scope.LEVEL2
    return None


def _without_number(label: str) -> str:
    return re.sub(r"^(?:其中|第?[一二三四五六七八九十]{1,3}(?:是|、))", "", label)
