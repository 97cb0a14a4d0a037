"""待补录表: its layout, and a filled one read back.

A workbook holds one report on the sheet ``SHEET``: fields with their label in the first column, then a table with a row
for each 三级指标, bonus, deduction or scored budget row. What a person did not fill in stays null; what is not a number
where one belongs refuses the sheet, with row, column and value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from data.codes import refusal
from data.door.intake import Document, kind_of
from data.normalise import folded, label_of, number, stripped_name, unwrapped
from data.parse import MOST_LEAVES
from data.readers import xlsx
from data.submission import Adjustment, Entered, Grid, Leaf, Place, Row, Scope, StatedFigure, Submission
from data.table.hierarchy import Assigned
from data.table.leaf import leaf_of
from data.table.rows import LeafRow
from data.vocabulary import Vocabulary

SHEET = "待补录表"
MARK = "绩效自评待补录表"
FORMS = ("部门整体", "项目")
LEAF = "指标"
ADJUSTMENTS: Mapping[str, Literal["加分", "减分", "预算执行"]] = {
    "加分": "加分", "减分": "减分", "预算执行": "预算执行",
}  # fmt: skip
FIELDS = (
    "文件编号", "报告编号", "填报单位", "区划代码", "年度", "表类", "项目名称", "总计", "等级", "填报人", "日期",
)  # fmt: skip
"""Labels of the fields above the table, in their order."""

KIND, LEVEL1, LEVEL2, LEVEL3, WEIGHT, SCORE = "类别", "一级指标", "二级指标", "三级指标", "权重", "得分"
DOUBT, RULE, WHERE = "存疑说明", "评分规则", "原文位置"
TEXTS: Mapping[str, str] = {
    "target": "年度指标值", "value": "完成值", "rule": RULE, "comparator": "指标方向", "unit": "计量单位",
    "reason": "偏差原因", "definition": "指标说明",
}  # fmt: skip
"""Role of a cell -> its column; the roles are those of ``LeafRow.texts``."""

COLUMNS = (
    KIND, LEVEL1, LEVEL2, LEVEL3, WEIGHT, SCORE, DOUBT, "年度指标值", "完成值", RULE, WHERE, "指标方向", "计量单位",
    "偏差原因", "指标说明",
)  # fmt: skip
_NEEDED = (KIND, LEVEL1, LEVEL2, LEVEL3, WEIGHT, SCORE)
_DATE = re.compile(r"^(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?$")
_YEAR = re.compile(r"^(\d{4})年?度?$")
_REPORT_ID = re.compile(r"^R[0-9a-f]{12}$")
_DOCUMENT_ID = re.compile(r"^[0-9a-f]{64}$")
_LONGEST_NAME = 40
_MOST_SAID = 5
METHOD = "entered"


@dataclass(slots=True)
class _Faults:
    """What is wrong with a sheet, cell by cell."""

    words: list[str]

    def add(self, where: str, value: str, why: str) -> None:
        self.words.append(f"{where}“{value[:20]}”{why}" if value else f"{where}{why}")

    def refuse(self) -> None:
        if self.words:
            more = f"；另有 {len(self.words) - _MOST_SAID} 处" if len(self.words) > _MOST_SAID else ""
            raise refusal("E30", "；".join(self.words[:_MOST_SAID]) + more)


def recognised(grids: Sequence[Grid]) -> bool:
    """Whether a document is a 待补录表, by its mark or by the name of its sheet."""
    return any(row.cells[0].text in (MARK, SHEET) for grid in grids for row in grid.rows if row.cells)


def read(document: Document, grids: Sequence[Grid], vocabulary: Vocabulary) -> Submission:
    """The report a person entered; its sums are not reconciled yet (``completion.finish`` does that).

    Raises ``Refusal`` E30 with row, column and value of what cannot be taken.
    """
    if kind_of(document) != "xlsx":
        raise refusal("E30", "请以 xlsx 格式保存")
    formulas = xlsx.formulas(document.content)
    if formulas:
        raise refusal("E30", f"含公式：{'、'.join(formulas[:_MOST_SAID])}，请改为数值")
    rows = _rows(grids)
    faults = _Faults([])
    fields, table = _fields(rows)
    for missing in [name for name in FIELDS if name not in fields]:
        faults.add("", "", f"缺少“{missing}”一行")
    columns = {name: i for i, name in enumerate(table[0].texts) if name} if table else {}
    for missing in [name for name in _NEEDED if name not in columns]:
        faults.add("", "", f"缺少“{missing}”一列")
    faults.refuse()
    found = _Sheet(fields, table[1:], columns, faults)
    return found.submission(rows[0].place, vocabulary)


def _rows(grids: Sequence[Grid]) -> list[Row]:
    """The rows of the marked sheet, its mark first."""
    table = [row for grid in grids if grid.kind == "table" for row in grid.rows]
    marked = next((row for row in table if row.cells[0].text == MARK), None)
    if marked is None:
        raise refusal("E30", f"首行“{MARK}”已被改动，请重新下载")
    sheet = marked.place.position.rpartition("!")[0]
    return [row for row in table if row.place.position.rpartition("!")[0] == sheet]


def _fields(rows: Sequence[Row]) -> tuple[dict[str, Row], list[Row]]:
    """Fields by label, and the table from its header on."""
    head = next((i for i, row in enumerate(rows) if row.cells[0].text == KIND), len(rows))
    fields: dict[str, Row] = {}
    for row in rows[:head]:
        fields.setdefault(row.cells[0].text, row)
    return {name: fields[name] for name in FIELDS if name in fields}, list(rows[head:])


@dataclass(frozen=True, slots=True)
class _Sheet:
    fields: Mapping[str, Row]
    rows: Sequence[Row]
    columns: Mapping[str, int]
    faults: _Faults

    def submission(self, start: Place, vocabulary: Vocabulary) -> Submission:
        form = self._form()
        leaves, adjustments = self._table(form, vocabulary)
        total = self._points(self.fields["总计"], 1, "总计")
        region = self._field("区划代码") or None
        if region is not None and region not in vocabulary.regions_by_code:
            self._wrong("区划代码", "不是六位国家标准代码")
        entered = self._entered()
        unit = self._field("填报单位")
        if not unit:
            self._wrong("填报单位", "未填写")
        year = self._year()
        self.faults.refuse()
        stated = self.fields["总计"].place
        figures = () if total is None else (StatedFigure(Scope.TOTAL, "总计", "表", total, None, stated),)
        return Submission(
            unit=unit,
            region_code=region,
            fiscal_year=year,
            year_basis="given",
            form=form,
            subject=self._field("项目名称") if form == "项目" else "",
            leaves=tuple(leaves),
            adjustments=tuple(adjustments),
            stated_figures=figures,
            budget_figures=(),
            narratives=(),
            stated_total=total,
            grade=self._field("等级") or None,
            problems=(),
            place=start,
            entered=entered,
        )

    def _field(self, name: str) -> str:
        texts = self.fields[name].texts
        return unwrapped(texts[1]) if len(texts) > 1 else ""

    def _wrong(self, name: str, why: str) -> None:
        self.faults.add(f"{self.fields[name].place.words}“{name}”：", self._field(name), why)

    def _form(self) -> Literal["部门整体", "项目"]:
        form = self._field("表类")
        if form == "项目":
            return "项目"
        if form != "部门整体":
            self._wrong("表类", f"应为{'或'.join(FORMS)}")
        return "部门整体"

    def _year(self) -> int:
        found = _YEAR.match(folded(self._field("年度")))
        if found and 1949 <= int(found[1]) <= 2199:
            return int(found[1])
        self._wrong("年度", "应为四位年度")
        return 0

    def _entered(self) -> Entered:
        document_id, report_id, by = self._field("文件编号"), self._field("报告编号"), self._field("填报人")
        if not _DOCUMENT_ID.match(document_id):
            self._wrong("文件编号", "已被改动，请重新下载")
        if report_id and not _REPORT_ID.match(report_id):
            self._wrong("报告编号", "已被改动，请重新下载")
        if not by or len(by) > _LONGEST_NAME:
            self._wrong("填报人", f"应填写姓名，不超过 {_LONGEST_NAME} 字")
        found = _DATE.match(folded(self._field("日期")))
        try:
            on = date(*map(int, found.groups())) if found else None
        except ValueError:
            on = None
        if on is None:
            self._wrong("日期", "应为日期，如 2025-06-30")
        return Entered(document_id, report_id, by, on or date.min)

    def _table(self, form: str, vocabulary: Vocabulary) -> tuple[list[Leaf], list[Adjustment]]:
        leaves: list[Leaf] = []
        adjustments: list[Adjustment] = []
        for row in self.rows:
            kind, name = self._cell(row, KIND) or LEAF, self._cell(row, LEVEL3)
            weight, score = self._number(row, WEIGHT), self._number(row, SCORE)
            entered = [self._cell(row, c) for c in COLUMNS if c not in (KIND, DOUBT, WHERE)]
            if not any(entered):
                continue
            if not name:
                self._cell_wrong(row, LEVEL3, "该行有内容而无名称")
            if kind in ADJUSTMENTS:
                rule = self._cell(row, RULE) or None
                adjustments.append(Adjustment(ADJUSTMENTS[kind], name, score, weight, rule, row.place))
                continue
            if kind != LEAF:
                self._cell_wrong(row, KIND, f"应为{'、'.join((LEAF, *ADJUSTMENTS))}之一")
            if weight is not None and weight < 0:
                self._cell_wrong(row, WEIGHT, "不能为负数")
            leaves.append(self._leaf(len(leaves) + 1, row, weight, score, form, vocabulary))
        if not leaves or all(x.weight is None for x in leaves) or all(x.score is None for x in leaves):
            self.faults.add("", "", "表内没有填写指标、权重或得分")
        if len(leaves) > MOST_LEAVES:
            self.faults.add("", "", f"指标 {len(leaves)} 行，上限 {MOST_LEAVES} 行")
        return leaves, adjustments

    def _leaf(
        self,
        ordinal: int,
        row: Row,
        weight: Decimal | None,
        score: Decimal | None,
        form: str,
        vocabulary: Vocabulary,
    ) -> Leaf:
        one, two = self._cell(row, LEVEL1), self._cell(row, LEVEL2)
        texts = {role: self._cell(row, column) for role, column in TEXTS.items()}
        printed = LeafRow(one, two, stripped_name(self._cell(row, LEVEL3)), weight, score, texts, row.place, 0)
        assigned = Assigned(label_of(one).name, label_of(two).name, METHOD, 1.0, 1.0)
        return leaf_of(ordinal, printed, assigned, form, vocabulary)

    def _cell(self, row: Row, column: str) -> str:
        at = self.columns.get(column)
        return unwrapped(row.texts[at]) if at is not None and at < len(row.texts) else ""

    def _number(self, row: Row, column: str) -> Decimal | None:
        return self._points(row, self.columns[column], column)

    def _points(self, row: Row, at: int, column: str) -> Decimal | None:
        text = unwrapped(row.texts[at]) if at < len(row.texts) else ""
        value = number(text) if text else None
        if text and value is None:
            self.faults.add(f"{row.place.words}“{column}”：", text, "不是数字")
        return value

    def _cell_wrong(self, row: Row, column: str, why: str) -> None:
        self.faults.add(f"{row.place.words}“{column}”：", self._cell(row, column), why)
