"""The bureau's workbook: 自评情况一览表, 分数段分布, 分区汇总, the views, every leaf.

Each table stands twice: 打印版 (title, unit of money, date, A4 landscape, repeated heads) and 明细版 (one clean row of
heads, typed numbers, filters); the leaves only as 明细. Rows are written one after the other to disk, so that memory
stays flat. Text never becomes a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import xlsxwriter

from analytics import drilldown, executed, execution, findings, overview
from analytics.drilldown import DrillPath
from analytics.view import View, is_rate
from data.codes import refusal
from data.statements import named
from exports.cells import LITERAL, write_cell
from exports.report.spec import Prepared
from exports.source import Source
from exports.views.sheets import sheet_name

_SQL = Path(__file__).with_suffix(".sql")
_OPTIONS = LITERAL | {"in_memory": False, "constant_memory": True}
_MOST_ROWS = 1_048_575
_AT_ONCE = 5_000
_SAMPLE = 200
_NARROWEST, _WIDEST = 8, 46
_A4, _LINE_HEIGHT, _HIGHEST = 9, 12.5, 409.0
_UNITS = {
    "unit": "部门", "department": "主管部门", "region": "区划", "fiscal_year": "年度", "budget_wan": "预算规模（万元）",
    "stated_total": "自评得分", "grade": "自评等级", "comparable_score": "可比得分", "review_score": "复核得分",
    "review_grade": "复核等级", "difference": "差异", "problems": "主要问题",
}  # fmt: skip
_REGIONS = {
    "region": "区划", "units": "单位数", "reports": "报告数", "average": "平均可比得分", "lowest": "最低可比得分",
    "highest": "最高可比得分", "excellent": "“优”的报告数", "budget_wan": "全年预算数（万元）",
    "spent_wan": "全年执行数（万元）", "spent_rate": "预算执行率", "findings": "存疑事项",
}  # fmt: skip
_LEAVES = {
    "fiscal_year": "年度", "region": "区划", "unit": "填报单位", "level1": "一级指标", "level2": "二级指标",
    "level3": "三级指标", "dimension": "指标维度", "weight": "权重", "score": "自评得分", "score_inferred": "推定得分",
    "value_text": "完成值", "target_text": "年度指标值", "low": "按评分规则测算得分（低）",
    "high": "按评分规则测算得分（高）", "gap": "差异", "rule_text": "评分规则", "place": "原文位置",
}  # fmt: skip
_UNITS_NOTES = (
    "自评得分、自评等级按报告所印；复核等级按复核得分所在分数段；差异 = 自评得分 − 复核得分。",
    "预算规模取应报名单，名单未列的取全年预算数；主要问题为条数较多的存疑事项，最多三项。",
)


def xlsx(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> bytes:
    """The workbook as an .xlsx file. Raises ``Refusal`` E16 if a table is longer than a sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS)
    try:
        pen = _Pen(book, prepared.source)
        for name, view in _tables(cursor, prepared):
            shown = prepared.naming.view(view)
            pen.printed(name, shown)
            pen.detailed(f"{name}_明细", shown.columns, shown.shown, _rows(shown.table, shown.shown))
        if not prepared.views:
            pen.detailed("三级指标得分_明细", _LEAVES, list(_LEAVES), _leaves(cursor, prepared))
    finally:
        book.close()
    return file.getvalue()


def _tables(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> Iterator[tuple[str, View]]:
    """Name of a sheet and the view it holds."""
    if prepared.views:
        yield from ((sheet_name(n, view, len("_明细")), view) for n, view in enumerate(prepared.views, start=1))
        return
    filters, year = prepared.filters, prepared.year
    units = cursor.execute(named(_SQL)["units"], filters.parameters()).df()
    yield "自评情况一览表", View(f"{year} 年度自评情况一览表", "", units, None, _UNITS, _UNITS_NOTES, filters)
    yield "分数段分布", overview.bands_view(overview.bands(cursor, filters), filters)
    regions = cursor.execute(named(_SQL)["regions"], filters.parameters()).df()
    notes = ("金额和预算执行率只计列明执行数和预算数的报告；预算执行率按调整预算口径。",)
    yield "分区汇总", View(f"{year} 年度分区汇总", "", regions, None, _REGIONS, notes, filters)
    yield "各单位得分", overview.units_view(overview.units(cursor, filters), filters)
    yield "失分分布", overview.lost_view(drilldown.table(cursor, filters, DrillPath()), filters)
    basis = execution.BASES[0]
    spent, dots = (table(cursor, filters, year, basis.code) for table in (executed.units, executed.dots))
    yield "预算执行", executed.view(spent, dots, filters, basis, year)
    yield "核对项目", findings.checks_view(findings.part(cursor, "by_check", filters), filters)
    yield "存疑事项", findings.rows_view(findings.rows(cursor, filters, findings.Choice(), {}), filters)


def _leaves(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> Iterator[tuple[Any, ...]]:
    """Every leaf, names replaced."""
    text = prepared.naming.text
    cursor.execute(named(_SQL)["leaves"], prepared.filters.parameters())
    while chunk := cursor.fetchmany(_AT_ONCE):
        if prepared.naming.replacements:
            yield from (tuple(text(v) if isinstance(v, str) else v for v in row) for row in chunk)
        else:
            yield from chunk


def _rows(df: pd.DataFrame, shown: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a data frame as Python has them; null for what is missing."""
    for row in df[list(shown)].itertuples(index=False, name=None):
        yield tuple(None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in row)


@dataclass(frozen=True, slots=True)
class _Forms:
    """Formats of the cells of one edition, by what a column holds."""

    head: Any
    text: Any
    count: Any
    points: Any
    money: Any
    rate: Any

    def of(self, name: str, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return self.text
        if is_rate(name):
            return self.rate
        if name.endswith("_wan"):
            return self.money
        return self.count if isinstance(value, int) else self.points


class _Pen:
    """Writes the sheets of one workbook, each row once and in order."""

    def __init__(self, book: xlsxwriter.Workbook, source: Source) -> None:
        self._book, self._source = book, source
        self._title = book.add_format({"font_name": "黑体", "font_size": 16, "bold": True})
        self._note = book.add_format({"font_name": "宋体", "font_size": 9})
        border = {"font_name": "宋体", "font_size": 9, "border": 1, "text_wrap": True, "valign": "vcenter"}
        self._printed = self._forms(border, {"bold": True, "align": "center", "bg_color": "#E8EDF3"})
        self._detailed = self._forms({}, {"bold": True, "bottom": 1})

    def _forms(self, base: dict[str, Any], head: dict[str, Any]) -> _Forms:
        numbers = ("General", "General", "0.00", "#,##0.00", "0.00%")
        cells = (self._book.add_format(base | {"num_format": number}) for number in numbers)
        return _Forms(self._book.add_format(base | head), *cells)

    def printed(self, name: str, view: View) -> None:
        """打印版: title, where the numbers come from, unit and date, bordered table, notes."""
        page, source = self._book.add_worksheet(name), self._source
        rows = list(_rows(view.table, view.shown))
        widths = self._widths(page, view, rows)
        write_cell(page, 0, 0, view.title, self._title)
        money = "单位：万元　" if any(column.endswith("_wan") for column in view.shown) else ""
        place = f"{money}制表日期：{source.date}　{source.dataset}　数据版本 {source.version}　{source.regions}"
        write_cell(page, 1, 0, place, self._note)
        for column, shown in enumerate(view.shown):
            write_cell(page, 2, column, view.columns[shown], self._printed.head)
        row = 2
        for row, values in enumerate(rows, start=3):
            page.set_row(row, _height(values, widths))
            for column, (shown, value) in enumerate(zip(view.shown, values, strict=True)):
                form = self._printed.of(shown, value)
                if value is None:
                    page.write_blank(row, column, None, form)
                else:
                    write_cell(page, row, column, value, form)
        for line, note in enumerate(view.notes, start=row + 1):
            write_cell(page, line, 0, f"注：{note}", self._note)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.7)
        page.repeat_rows(2)
        page.freeze_panes(3, 1)
        page.set_footer(f"&C{source.dataset} · 数据版本 {source.version}　第 &P 页，共 &N 页")

    def detailed(
        self, name: str, columns: dict[str, str], shown: Sequence[str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """明细版: one row of heads, typed numbers, filters."""
        page, forms = self._book.add_worksheet(name), self._detailed
        page.set_column(0, max(len(shown) - 1, 0), 14)
        for column, words in enumerate(columns[key] for key in shown):
            write_cell(page, 0, column, words, forms.head)
        last = 0
        for last, values in enumerate(rows, start=1):
            if last > _MOST_ROWS:
                raise refusal("E16", f"超过 {_MOST_ROWS} 行，请按年度或区划分别导出")
            for column, value in enumerate(values):
                if isinstance(value, str):
                    write_cell(page, last, column, value)
                elif value is not None:
                    page.write_number(last, column, value, forms.of(shown[column], value))
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, last, max(len(shown) - 1, 0))

    def _widths(self, page: Any, view: View, rows: Sequence[tuple[Any, ...]]) -> list[int]:
        """Columns as wide as their longest text, within bounds; the rest wraps."""
        widths = []
        for column, shown in enumerate(view.shown):
            texts = [str(row[column]) for row in rows[:_SAMPLE] if isinstance(row[column], str)]
            longest = max((2 * len(text) for text in texts), default=0)
            least = max(_NARROWEST, 2 * min(len(view.columns[shown]), 6))
            widths.append(min(_WIDEST, max(least, longest)))
            page.set_column(column, column, widths[-1])
        return widths


def _height(values: Sequence[Any], widths: Sequence[int]) -> float:
    """The height of a row in which no wrapped text is cut; a Chinese character of 9 points is two units wide."""
    lines = 1
    for value, width in zip(values, widths, strict=True):
        if isinstance(value, str):
            lines = max(lines, sum(max(1, -(-2 * len(part) // width)) for part in value.split("\n")))
    return min(_HIGHEST, _LINE_HEIGHT * lines + 3)
