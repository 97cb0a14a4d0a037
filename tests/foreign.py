"""Invented reports in the layouts of many provinces, with the truth of what each prints.

``Facts`` is what a unit has to say, ``Layout`` how its province prints it; ``printed`` puts both together into a
:class:`Page` (lines and a table with its merged cells) and the :class:`Truth` a careful person would read off it.
The truth is written from the layout, never from what the parser gives. Places are public, everything else is invented.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

INDICATORS = Path(__file__).parent / "expected" / "foreign_indicators.csv"
UP, LEFT = "^", "<"
"""Cells of a page that belong to the cell above, or to the one on their left."""


@dataclass(frozen=True)
class Line:
    """One indicator of a unit: what was aimed at, what came of it, its points."""

    level1: str
    level2: str
    level3: str
    sign: str
    target: str
    unit: str
    actual: str
    weight: Decimal
    score: Decimal

    @property
    def counted(self) -> bool:
        """Whether target and actual are numbers."""
        return bool(self.sign)

    @property
    def rule(self) -> str:
        if self.counted:
            return f"达到目标值得{self.weight}分,每相差1个单位扣0.5分,扣完为止"
        return f"完全符合要求得{self.weight}分,基本符合得{self.weight / 2}分,否则不得分"

    @property
    def reason(self) -> str:
        return "" if self.score == self.weight else "受工期安排影响,后续将加快进度"


@dataclass(frozen=True)
class Facts:
    """A unit's year."""

    unit: str
    region: str | None
    year: int
    lines: tuple[Line, ...]
    subject: str = ""
    budget: tuple[str, str, str] = ("860.5", "912.34", "876.2")
    """Initial, adjusted and spent, in 万元."""

    @property
    def rest(self) -> Decimal:
        """Points left for the budget row."""
        return 100 - sum((line.weight for line in self.lines), Decimal(0))

    @property
    def rate(self) -> Decimal:
        _, adjusted, spent = map(Decimal, self.budget)
        return (spent / adjusted * 100).quantize(Decimal("0.01"))

    @property
    def budget_score(self) -> Decimal:
        return (self.rest * min(self.rate, Decimal(100)) / 100).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        return sum((line.score for line in self.lines), self.budget_score)

    @property
    def grade(self) -> str:
        return "优" if self.total >= 90 else "良"


@lru_cache(maxsize=1)
def _sets() -> Mapping[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    with INDICATORS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["set"], []).append(row)
    return found


def facts(kind: str, unit: str, region: str | None, year: int, seed: int, subject: str = "") -> Facts:
    """A unit's year by chance, always the same for a seed: about a third of the indicators lose some points.

    ``kind`` names a set of indicators, and after a minus one of them that the unit has not."""
    chance = random.Random(seed)
    lines = []
    kind, _, without = kind.partition("-")
    for row in _sets()[kind]:
        if row["level3"] == without:
            continue
        weight = Decimal(row["weight"])
        lost = chance.choice([Decimal(n) for n in ("0.5", "1", "1.5", "2")]) if chance.random() < 0.35 else Decimal(0)
        score = max(weight - lost, Decimal(0))
        actual = _actual(row["sign"], row["target"], row["unit"], lost > 0, chance)
        lines.append(
            Line(
                row["level1"], row["level2"], row["level3"], row["sign"], row["target"], row["unit"], actual, weight, score
            )
        )  # fmt: skip
    initial = Decimal(chance.randint(20_000, 900_000)) / 100
    adjusted = initial + Decimal(chance.randint(0, 5_000)) / 100
    spent = (adjusted * chance.randint(82, 100) / 100).quantize(Decimal("0.01"))
    return Facts(unit, region, year, tuple(lines), subject, (str(initial), str(adjusted), str(spent)))


def _actual(sign: str, target: str, unit: str, short: bool, chance: random.Random) -> str:
    if not sign:
        return "部分达成" if short else target
    aim = Decimal(target)
    share = Decimal(chance.randint(1, 9)) / 100
    moved = aim * (1 + share if (sign == "≤") == short else 1 - share if sign == "≤" or short else 1)
    if sign == "≤" and aim == 0:
        moved = Decimal(chance.randint(1, 60)) / (10 if short else -10)
    if unit == "%" and sign != "≤":
        moved = min(moved, Decimal(100))
    places = 2 if unit in ("%", "个百分点") else max(0, -int(aim.as_tuple().exponent))
    return f"{moved:.{places}f}"


@dataclass(frozen=True)
class TrueLeaf:
    """What a person reads on one row. ``None``: the layout does not print it."""

    level1: str
    level2: str
    level3: str
    weight: Decimal | None
    score: Decimal | None
    value_text: str | None = None
    value: Decimal | None = None
    value_unit: str | None = None
    target_text: str | None = None
    direction: str | None = None
    rule_text: str | None = None


@dataclass(frozen=True)
class Truth:
    """What a person reads on a whole report."""

    unit: str
    region: str | None
    year: int
    form: str
    leaves: tuple[TrueLeaf, ...]
    total: Decimal | None
    grade: str | None
    subject: str = ""


@dataclass(frozen=True)
class Page:
    """Lines before the table, the table with merged cells marked, lines after it; where the leaves stand in it."""

    before: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    after: tuple[str, ...]
    leaf_rows: tuple[int, ...]
    columns: Mapping[str, int]
    total_row: int | None = None

    @property
    def head_row(self) -> int:
        """The last row of the indicator table's head."""
        return min(self.leaf_rows) - 1


@dataclass(frozen=True)
class Layout:
    """How a province prints a report.

    ``columns``: (head word, role) from left to right; ``upper``: words over several columns of a head of two rows,
    (word, first column, last column); ``total``: where the sum stands (row, head, prose, none); ``budget``: whether the
    block of amounts is printed (scored, unscored, none); ``points``: levels whose labels bear their points.
    """

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    form: str = "项目"
    upper: tuple[tuple[str, int, int], ...] = ()
    side: str = ""
    total: str = "row"
    total_word: str = "总分"
    weight_in_total: bool = True
    grade: str = ""
    budget: str = "none"
    budget_unit: str = "万元"
    points: tuple[str, ...] = ()
    points_style: str = "({}分)"
    target_style: str = "signed"
    number_style: str = "plain"
    percent_weights: bool = False
    headings: bool = False
    """Whether level1 stands in rows of its own over the names, with its points."""
    numbered: bool = False
    fillers: str = ""
    unit_line: str = "填报单位:{}"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    bonus: tuple[tuple[str, str, str], ...] = ()
    """Rows beside the indicators: (label, rule, score)."""
    tail: tuple[tuple[str, ...], ...] = ()
    """Rows of the same table below the total, no indicators: (评价结论, …), (项目负责人:, 财务负责人:)."""
    signs: Mapping[str, str] = field(default_factory=dict)


def of(*pairs: str) -> tuple[tuple[str, str], ...]:
    """Columns written as 词=role."""
    return tuple((word, role) for word, _, role in (pair.partition("=") for pair in pairs))


def printed(layout: Layout, said: Facts) -> tuple[Page, Truth]:
    """The page a unit fills in under a layout, and what a person reads on it."""
    start = 1 if layout.side else 0
    width = start + len(layout.columns)
    head: list[list[str]] = []
    if layout.form == "项目" and layout.budget != "none":
        head += _project_head(layout, said, width)
    titles = [[UP if layout.side and layout.upper else layout.side] * start + [word for word, _ in layout.columns]]
    if layout.upper:
        over = [layout.side] * start + [word for word, _ in layout.columns]
        under = [UP] * start + [UP] * len(layout.columns)
        for word, first, last in layout.upper:
            for column in range(first, last + 1):
                under[start + column] = over[start + column]
                over[start + column] = word if column == first else LEFT
        titles = [over, under]
    body, leaf_rows = _body(layout, said, start, len(head) + len(titles))
    total_row = None
    if layout.total == "row":
        total_row = len(head) + len(titles) + len(body)
        body.append(_total_row(layout, said, start))
    body += [_bonus_row(layout, row, start) for row in layout.bonus]
    body += [_spread(width, row) for row in layout.tail]
    columns = {role: start + i for i, (_, role) in enumerate(layout.columns)}
    rows = tuple(tuple(row) for row in (*head, *titles, *body))
    unit_line = layout.unit_line.format(said.unit)
    before = [layout.title.format(year=said.year, unit=said.unit), *([unit_line] if unit_line else [])]
    before += [line.format(year=said.year) for line in layout.before]
    after = list(layout.after)
    if layout.total == "head":
        before.append(f"自评总分:{_number(layout, said.total)}分")
    if layout.total == "prose":
        after.append(f"综上,{said.year}年度自评得分为{said.total}分,自评等级为{said.grade}。")
    page = Page(tuple(before), rows, tuple(after), tuple(leaf_rows), columns, total_row)
    return page, _truth(layout, said)


def _number(layout: Layout, value: Decimal) -> str:
    if layout.number_style == "two":
        return f"{value:.2f}"
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return {"spaced": text.replace(".", ". "), "points": text + "分"}.get(layout.number_style, text)


def _spread(width: int, texts: Sequence[str], wide: int = -1) -> list[str]:
    """Texts over a row of a width; the ``wide`` one (the last by default) takes what is left."""
    wide = wide % len(texts)
    row: list[str] = []
    for i, text in enumerate(texts):
        row += [text] + [LEFT] * (width - len(texts) if i == wide else 0)
    return row


def _project_head(layout: Layout, said: Facts, width: int) -> list[list[str]]:
    """项目名称, 主管部门, the amounts, the goal: the rows above the indicators of a 项目 form."""
    scored = layout.budget == "scored"
    factor = Decimal(10_000 if layout.budget_unit == "元" else 1)
    initial, adjusted, spent = (f"{Decimal(x) * factor:f}" for x in said.budget)
    points = (_number(layout, said.rest), _number(layout, said.budget_score)) if scored else ("—", "—")
    label = f"项目资金({layout.budget_unit})"
    words = [label, "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
    total = [UP, "年度资金总额:", initial, adjusted, spent, points[0], f"{said.rate}%", points[1]]
    part = [UP, "其中:当年财政拨款", initial, adjusted, spent, "—", f"{said.rate}%", "—"]
    goal = "按计划完成年度各项任务,资金规范使用"
    half = max(2, width // 2)
    return [
        _spread(width, ("项目名称", said.subject)),
        _spread(width, ("主管部门", "", "实施单位", said.unit)),
        *(_spread(width, row, 1) for row in (words, total, part)),
        ["年度总体目标", *_spread(half - 1, ("预期目标",)), *_spread(width - half, ("实际完成情况",))],
        [UP, *_spread(half - 1, (goal,)), *_spread(width - half, ("已完成",))],
    ]


def _body(layout: Layout, said: Facts, start: int, offset: int) -> tuple[list[list[str]], list[int]]:
    body: list[list[str]] = []
    leaf_rows: list[int] = []
    above: Line | None = None
    count = 0
    for i, line in enumerate(said.lines):
        new1 = above is None or above.level1 != line.level1
        new2 = new1 or (above is not None and above.level2 != line.level2)
        count = 1 if new2 else count + 1
        if layout.headings and new1:
            label = f"{line.level1}({_number(layout, _sum(said, line, False))}分)"
            body.append([UP] * start + [label if role == "level3" else "" for _, role in layout.columns])
        cells = [UP] * start
        for _, role in layout.columns:
            cells.append(_cell(layout, said, role, line, new1, new2, count, i + 1))
        leaf_rows.append(offset + len(body))
        body.append(cells)
        last = i + 1 == len(said.lines) or said.lines[i + 1].level2 != line.level2
        if layout.fillers and last:
            body.append(_filler(layout, start, count))
        above = line
    return body, leaf_rows


def _filler(layout: Layout, start: int, count: int) -> list[str]:
    """A row of the blank form that nobody filled in: 指标2: or …… under the label of its block."""
    text = f"指标{count + 1}:" if layout.fillers == "numbered" else "……"
    cells = [UP] * start
    for _, role in layout.columns:
        cells.append(UP if role in ("level1", "level2") else text if role == "level3" else "")
    return cells


def _sum(said: Facts, line: Line, level2: bool) -> Decimal:
    same = [x for x in said.lines if x.level1 == line.level1 and (not level2 or x.level2 == line.level2)]
    return sum((x.weight for x in same), Decimal(0))


def _cell(layout: Layout, said: Facts, role: str, line: Line, new1: bool, new2: bool, count: int, ordinal: int) -> str:
    if role in ("level1", "weight1"):
        points = layout.points_style.format(_number(layout, _sum(said, line, False)))
        text = line.level1 + (points if "level1" in layout.points else "")
        return UP if not new1 else text if role == "level1" else _number(layout, _sum(said, line, False))
    if role in ("level2", "weight2"):
        points = layout.points_style.format(_number(layout, _sum(said, line, True)))
        text = line.level2 + (points if "level2" in layout.points else "")
        return UP if not new2 else text if role == "level2" else _number(layout, _sum(said, line, True))
    sign = layout.signs.get(line.sign, line.sign)
    short = line.score < line.weight
    both = {
        "level3": (f"指标{count}:" if layout.numbered else "")
        + line.level3
        + (layout.points_style.format(_number(layout, line.weight)) if "level3" in layout.points else ""),
        "weight": _number(layout, line.weight) + ("%" if layout.percent_weights else ""),
        "score": _number(layout, line.score),
        "review_score": _number(layout, max(line.score - Decimal("0.5"), Decimal(0))),
        "sign": sign if line.counted else "定性",
        "unit": line.unit if line.counted else "/",
        "target": _target(layout, line),
        "adjusted": _target(layout, line),
        "value": line.actual + (line.unit if line.counted and layout.target_style not in ("parts", "float") else ""),
        "rule": line.rule,
        "definition": f"{line.level3}用以反映和考核单位该项工作的开展情况",
        "reason": line.reason,
        "remark": "",
        "number": str(ordinal),
        "coefficient": f"{line.score / line.weight * 100:.2f}",
        "core": "是" if line.weight >= 10 else "否",
        "state": "部分达成" if short else "达成",
        "rate": f"{line.score / line.weight * 100:.2f}%",
        "before": line.target + line.unit if line.counted else line.target,
    }
    return both[role]


def _target(layout: Layout, line: Line) -> str:
    if not line.counted or layout.target_style == "parts":
        return line.target
    if layout.target_style == "bare":
        return line.target + line.unit
    if layout.target_style == "float":
        return f"{float(line.target) / 100:.16f}" if line.unit == "%" else line.target
    if layout.target_style == "bound":
        return line.target + line.unit + {"≥": "以上", "≤": "以内"}.get(line.sign, "")
    return layout.signs.get(line.sign, line.sign) + line.target + line.unit


def _total_row(layout: Layout, said: Facts, start: int) -> list[str]:
    cells: list[str] = []
    named = False
    for i in range(start + len(layout.columns)):
        role = layout.columns[i - start][1] if i >= start else "level1"
        text = ""
        if role == "weight" and layout.weight_in_total:
            text = _number(layout, 100 - (said.rest if layout.budget != "scored" else 0))
            text += "%" if layout.percent_weights else ""
        elif role == "score":
            text = "" if layout.total_word == "合 计" else _number(layout, _printed_total(layout, said))
        elif role in ("reason", "remark", "core") and layout.grade and said.grade not in cells:
            text = said.grade
        elif not named:
            named, text = True, layout.total_word
        elif all(cell in (layout.total_word, LEFT) for cell in cells):
            text = LEFT
        cells.append(text)
    return cells


def _printed_total(layout: Layout, said: Facts) -> Decimal:
    extra = sum((Decimal(score) for _, _, score in layout.bonus), Decimal(0))
    return said.total - (0 if layout.budget == "scored" else said.budget_score) + extra


def _bonus_row(layout: Layout, row: tuple[str, str, str], start: int) -> list[str]:
    label, rule, score = row
    cells = [UP] * start
    for i, (_, role) in enumerate(layout.columns):
        cells.append(label if i == 0 else rule if role == "rule" else score if role == "score" else "")
    return cells


def _truth(layout: Layout, said: Facts) -> Truth:
    roles = {role for _, role in layout.columns}
    leaves = []
    count, above = 0, None
    for line in said.lines:
        count = count + 1 if above == (line.level1, line.level2) else 1
        above = (line.level1, line.level2)
        value = _cell(layout, said, "value", line, False, False, count, 1)
        apart = layout.target_style in ("parts", "float")
        leaves.append(
            TrueLeaf(
                level1=line.level1 if "level1" in roles or layout.headings else "",
                level2=line.level2 if "level2" in roles else "",
                level3=(f"指标{count}:" if layout.numbered else "") + line.level3,
                weight=line.weight if "weight" in roles or "level3" in layout.points else None,
                score=line.score,
                value_text=value if "value" in roles else None,
                value=Decimal(line.actual) if "value" in roles and line.counted else None,
                value_unit=line.unit if "value" in roles and line.counted and ("unit" in roles or not apart) else None,
                target_text=_target(layout, line) if "target" in roles else None,
                direction=line.sign if line.counted and _shows_sign(layout, roles, line) else None,
                rule_text=line.rule if "rule" in roles else None,
            )
        )
    shown = layout.total in ("row", "head", "prose") and layout.total_word != "合 计"
    total = _printed_total(layout, said) if shown and layout.total == "row" else said.total if shown else None
    grade = said.grade if layout.total == "prose" or layout.grade else None
    unit = said.unit
    subject = said.subject if layout.form == "项目" and layout.budget != "none" else ""
    return Truth(unit, said.region, said.year, layout.form, tuple(leaves), total, grade, subject)


def _shows_sign(layout: Layout, roles: set[str], line: Line) -> bool:
    bound = layout.target_style == "bound" and line.sign != "="
    return "sign" in roles or ("target" in roles and (bound or layout.target_style == "signed"))


def with_cells(page: Page, changes: Mapping[tuple[int, int], str]) -> Page:
    """The page with some cells printed otherwise."""
    rows = [list(row) for row in page.rows]
    for (row, column), text in changes.items():
        rows[row][column] = text
    return replace(page, rows=tuple(tuple(row) for row in rows))
