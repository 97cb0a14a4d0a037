"""情况汇报: about three pages in Word with the numbers filled in, to be edited: 总体情况, 主要问题, 下一步建议.

Sentences and tables are those of the pages' Views; nothing is computed a second time.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
from docx.document import Document

from analytics import drilldown as drill
from analytics import execution, findings, overview
from analytics.drilldown import DrillPath
from analytics.style import percent, points
from analytics.view import View, is_rate
from exports import word
from exports.report.spec import Prepared
from exports.views.typeset import ems
from exports.word import Column

_MOST_ROWS = 12
_INNER, _INNER_ACROSS = 15.8, 26.7
_SIZE = 12.0
_NARROWEST, _WIDEST = 5.0, 16.0
"""The characters for which a column of a table has room, at least and at most."""


def docx(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> bytes:
    """The briefing as a .docx file: A4, Chinese fonts, tables whose heads repeat."""
    source, text = prepared.source, prepared.naming.text
    usual = "部门整体支出绩效自评价情况汇报"
    usual = f"{usual}（{source.years}）" if prepared.views else f"{prepared.year} 年度{usual}"
    title = text(prepared.spec.title or usual)
    document = word.new(title, landscape=bool(prepared.views), footer=f"{source.dataset} · 数据版本 {source.version}")
    word.paragraph(document, title, 18, bold=True, align="center", after=6)
    place = f"{source.regions}　{source.dataset}　数据版本 {source.version}　制表日期 {source.date}"
    lines = (prepared.spec.bureau, f"{place}　{prepared.spec.edition.words}")
    for line in filter(None, lines):
        word.paragraph(document, text(line), 10.5, align="center")
    sections = _of_views(prepared) if prepared.views else _sections(cursor, prepared)
    for heading, paragraphs, views in sections:
        word.paragraph(document, heading, 15, bold=True, after=4)
        for words in filter(None, paragraphs):
            word.paragraph(document, text(words), _SIZE, align="both", indent=True, line=1.5)
        for view in views:
            if len(view.table):
                _table(document, prepared.naming.view(view), of_its_own=bool(prepared.views))
    return word.content(document)


def _sections(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> Iterator[tuple[str, list[str], list[View]]]:
    """Heading, paragraphs and tables of each section."""
    filters = prepared.filters
    found = overview.summary(overview.summaries(cursor, filters))
    years = execution.years(cursor, prepared.all_years, execution.BASES[0].code)
    years = years[years["fiscal_year"] <= prepared.year].reset_index(drop=True)
    reasons = execution.broken(execution.breaks(cursor, prepared.all_years))
    bands = overview.bands_view(overview.bands(cursor, filters), filters)
    lost = overview.lost_view(drill.table(cursor, filters, DrillPath()), filters)
    spent = execution.trend_view(years, reasons, prepared.all_years, execution.BASES[0])
    summed = findings.summary(cursor, filters)
    checks = findings.checks_view(findings.part(cursor, "by_check", filters), filters)
    balance = findings.balance_view(summed, filters)
    general = [overview.headline(found), _excellent(found)]
    yield "一、总体情况", [*general, *map(_said, (bands, spent))], [bands]
    yield (
        "二、主要问题",
        [_said(lost), findings.headline(summed), _said(balance), _said(checks)],
        [lost, _counts(checks)],
    )
    yield "三、下一步建议", _advice(found, summed, lost, checks), []


def _of_views(prepared: Prepared) -> Iterator[tuple[str, list[str], list[View]]]:
    """A section a collected view."""
    for number, view in enumerate(prepared.views, start=1):
        yield f"{number}. {view.title}", [view.sentence], [view]


def _said(view: View) -> str:
    """A view in words; nothing where it has no rows."""
    return f"{view.title}。{view.sentence}" if len(view.table) else ""


def _excellent(found: overview.Summary) -> str:
    return (
        f"可比得分达到“优”的报告 {found.excellent} 份，优占比 {percent(found.excellent_rate)}。" if found.scored else ""
    )


def _advice(found: overview.Summary, summed: findings.Summary, lost: View, checks: View) -> list[str]:
    """What the numbers leave to do; each sentence stands only where there is something."""
    said = []
    if summed.findings:
        said.append(
            f"就 {summed.with_findings} 份报告的 {summed.findings} 条存疑事项向有关单位发送核查意见单，"
            "由部门说明情况，核对后记录采纳情况；自评偏高、偏低的一并核对。"
        )
    if summed.over or summed.under:
        said.append(
            f"自评偏高合计 {points(summed.over_points)} 分、偏低合计 {points(summed.under_points)} 分的指标，"
            "对照评分规则逐项核对得分依据。"
        )
    if len(checks.table):
        said.append(f"对“{checks.table['name'].iloc[0]}”等条数较多的核对项目，在下一年度填报前明确口径和佐证要求。")
    if len(lost.table) and float(lost.table["lost"].iloc[0]) > 0:
        said.append(f"失分较多的“{lost.table['item'].iloc[0]}”维度，由相关单位说明原因并提出改进措施。")
    if summed.unknown:
        said.append(f"{summed.unknown} 项勾稽关系所印项目不足、未能核对，请补充所需金额或分项。")
    if found.due and found.arrived is not None and found.due > found.arrived:
        said.append(f"尚有 {found.due - found.arrived} 个应报单位未报送，请按期补报。")
    if found.in_review:
        said.append(f"{found.in_review} 份待复核的报告未参与上述比较，核对原件后确认。")
    return [f"（{_NUMBERS[i]}）{words}" for i, words in enumerate(said)]


_NUMBERS = "一二三四五六七八九十"


def _counts(checks: View) -> View:
    """The checks with their counts, without the long columns."""
    kept = ("name", "severity", "findings", "reports", "over_points", "under_points")
    columns = {name: words for name, words in checks.columns.items() if name in kept}
    return View(checks.title, "", checks.table, None, columns, checks.notes, checks.filters)


def _table(document: Document, view: View, of_its_own: bool) -> None:
    """A view's table under its title, or across a page in a section ``of_its_own``; what it has no room for is said."""
    shown = view.table.head(_MOST_ROWS)
    inner = _INNER_ACROSS if of_its_own else _INNER
    longest = [max(ems(view.columns[n]), *(ems(_cell(n, value)) for value in shown[n])) for n in view.shown]
    weights = [min(_WIDEST, max(_NARROWEST, wide)) for wide in longest]
    columns = [
        Column(view.columns[name], inner * weight / sum(weights), "left" if _is_text(view.table[name]) else "right")
        for name, weight in zip(view.shown, weights, strict=True)
    ]
    rows = [[_cell(name, value) for name, value in zip(view.shown, row, strict=True)]
            for row in shown[view.shown].itertuples(index=False)]  # fmt: skip
    if not of_its_own:
        word.paragraph(document, view.title, 10.5, bold=True, align="center", after=2)
    word.table(document, columns, rows, 9)
    rest = len(view.table) - len(shown)
    notes = [*view.notes, *([f"另有 {rest} 行未列。"] if rest else [])]
    if notes:
        word.paragraph(document, "注：" + "".join(notes), 9, after=8)


def _is_text(values: pd.Series) -> bool:
    return bool(values.map(lambda value: isinstance(value, str)).any())


def _cell(name: str, value: object) -> str:
    """A value as the reader sees it: rates as percentages, fractions with two decimals."""
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return "—"
    if isinstance(value, float):
        return percent(value) if is_rate(name) else f"{value:,.2f}"
    return str(value)
