"""The pages of a report: cover and the views that were collected, or the standard deck (cover, summary in sentences, at
most six pages of views), then an appendix with 口径 and thresholds.

Every page is a View that a page of the dashboard shows, or sentences taken from one; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
import pandas as pd

from analytics import distribution, drilldown, executed, execution, findings, overview
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from analytics.style import points
from analytics.view import View
from exports.edition import NAMED_FROM, UNNAMED
from exports.report.spec import Prepared
from exports.views.slides import ROWS, Cover, Page, Words, presentation

TITLE = "部门整体支出绩效自评价情况汇报"
_FINDINGS = 5
_RANKED = ("unit", "region", "comparable_score", "stated_total", "grade", "findings")
_ALL = findings.Choice()


@dataclass(frozen=True, slots=True)
class Named:
    """A page with the name by which its title can be changed, and whether it belongs to the appendix."""

    name: str
    page: Page
    appendix: bool = False


def pptx(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> bytes:
    """The standard deck as a .pptx file."""
    pages = [named.page for named in contents(cursor, prepared)]
    return presentation(pages, prepared.source, prepared.spec.template)


def contents(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> list[Named]:
    """The pages of a report: cover, collected views and 口径, or the standard deck."""
    if not prepared.views:
        return standard(cursor, prepared)
    views = [Named(f"view{number}", view) for number, view in enumerate(prepared.views, start=1)]
    cover, basis = (_masked(page, prepared) for page in (_cover(prepared), _basis(prepared)))
    return [Named("cover", cover), *views, Named("basis", basis, appendix=True)]


def standard(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> list[Named]:
    """The pages of the standard deck, masked and with the titles of the spec."""
    titles = {name: prepared.naming.text(title) for name, title in prepared.spec.titles}
    masked = [Named(n.name, _masked(n.page, prepared), n.appendix) for n in _pages(cursor, prepared)]
    return [replace(n, page=replace(n.page, title=titles[n.name])) if titles.get(n.name) else n for n in masked]


def _masked(page: Page, prepared: Prepared) -> Page:
    text = prepared.naming.text
    match page:
        case Cover():
            return Cover(text(page.title), tuple(map(text, page.lines)))
        case Words():
            return Words(text(page.title), tuple(map(text, page.paragraphs)))
        case _:
            return prepared.naming.view(page)


def _pages(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> Iterator[Named]:
    year, filters = prepared.year, prepared.filters
    found = overview.summary(overview.summaries(cursor, filters))
    bands = overview.bands_view(overview.bands(cursor, filters), filters)
    lost = overview.lost_view(drilldown.table(cursor, filters, DrillPath()), filters)
    trend = _execution(cursor, prepared)
    summed = findings.summary(cursor, filters)
    checks = findings.checks_view(findings.part(cursor, "by_check", filters), filters)
    yield Named("cover", _cover(prepared))
    sentences = (
        overview.headline(found),
        f"{bands.title}：{bands.sentence}",
        f"{lost.title}。{lost.sentence}" if len(lost.table) else "",
        f"{trend.title}。{trend.sentence}" if len(trend.table) else "",
        findings.headline(summed),
        f"{checks.title}：{checks.sentence}" if len(checks.table) else "",
    )
    average = (
        f"平均可比得分 {points(found.average)} 分" if found.average is not None else f"{found.reports} 份自评价报告"
    )
    yield Named("summary", Words(f"{year} 年 {found.units} 个单位{average}", tuple(s for s in sentences if s)))
    yield Named("bands", bands)
    yield Named("lost", lost)
    deepest = _most_lost(cursor, filters)
    if deepest is not None:
        yield Named("drilldown", deepest)
    if len(trend.table):
        yield Named("execution", trend)
    yield Named("units", _ranking(cursor, filters))
    yield Named("findings", checks if prepared.spec.edition.public else _findings(cursor, filters, checks))
    yield Named("basis", _basis(prepared), appendix=True)
    yield from _appendix(cursor, filters)


def _cover(prepared: Prepared) -> Cover:
    source, edition = prepared.source, prepared.spec.edition
    lines = (
        prepared.spec.bureau,
        f"{source.years if prepared.views else f'{prepared.year} 年度'}　{source.regions}",
        f"{source.dataset}　数据版本 {source.version}　{edition.words}",
        f"制表日期 {source.date}",
    )
    return Cover(prepared.spec.title or TITLE, tuple(line for line in lines if line))


def _execution(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> View:
    """The rate over the years up to the one reported on; of one year, every unit against its score."""
    basis = execution.BASES[0]
    years = execution.years(cursor, prepared.all_years, basis.code)
    years = years[years["fiscal_year"] <= prepared.year].reset_index(drop=True)
    reasons = execution.broken(execution.breaks(cursor, prepared.all_years))
    if int(years["rate"].notna().sum()) > 1:
        return execution.trend_view(years, reasons, prepared.all_years, basis)
    at = (prepared.filters, prepared.year, basis.code)
    units, dots = executed.units(cursor, *at), executed.dots(cursor, *at)
    return executed.view(units, dots, prepared.filters, basis, prepared.year)


def _most_lost(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> View | None:
    """The units' scores on the leaf to which the most lost points lead, step by step from the dimensions."""
    path = DrillPath()
    while path.step != "unit":
        table = drilldown.table(cursor, filters, path)
        table = table[table["lost"] > 0]
        if table.empty:
            return None
        path = path.down(str(table.sort_values("lost", kind="stable")["item"].iloc[-1]))
    view = drilldown.view(drilldown.table(cursor, filters, path), filters, path)
    way = " → ".join(name for _, name in path.crumbs[1:])
    return replace(view, notes=(f"失分最多的指标：{way}；按得分率由低至高排列。", *view.notes))


def _ranking(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> View:
    """Every report with its score, the highest first; what the page has no room for in a sentence."""
    view = overview.units_view(overview.units(cursor, filters), filters)
    notes = [*view.notes, "按可比得分由高至低排列。"]
    rest = view.table["comparable_score"].iloc[ROWS:].dropna()
    if len(rest):
        notes.append(f"其余 {len(rest)} 份可比得分 {points(float(rest.min()))} 至 {points(float(rest.max()))}。")
    return replace(view, columns={name: view.columns[name] for name in _RANKED}, notes=tuple(notes))


def _findings(cursor: duckdb.DuckDBPyConnection, filters: Filters, checks: View) -> View:
    """The findings of the most weight with both readings, 测算过程 and place."""
    table = findings.rows(cursor, filters, _ALL, {})
    if table.empty:
        return checks
    top = table.head(_FINDINGS).reset_index(drop=True)
    columns = {
        "unit": "填报单位",
        "check_name": "核对项目",
        "reading": "所印",
        "against": "对照",
        "working": "测算过程",
        "place": "原文位置",
    }
    total = int(table["total"].iloc[0])
    notes = ("供人工核查，自评得分不因此改动；全部事项见系统“规则复算与勾稽”页。",)
    title = f"存疑事项 {total} 条，以下列出 {len(top)} 条"
    return View(title, checks.sentence, top, None, columns, notes, filters, title)


def _basis(prepared: Prepared) -> Words:
    """口径 of the numbers in the deck."""
    adjusted = execution.BASES[0]
    words = [
        "可比得分 = 三级指标得分合计 ÷ 权重合计 × 100，不含加减分；原文未印而由总计推定的得分计入并注明。",
        "得分率 = 得分合计 ÷ 权重合计；失分 = 权重合计 − 得分合计。跨表式只比较已对应维度的得分率。",
        f"预算执行率为{adjusted.name}：{adjusted.formula}；金额以财政数据为先，其次为自评报告。",
        "分数段含下限、不含上限；待复核的报告未纳入比较。",
        "存疑事项为所印文字、数值相互对照的结果，供人工核查；偏高、偏低指自评得分与最近的可得分之差。",
        f"数据来源：{prepared.source.dataset}，数据版本 {prepared.source.version}。",
    ]
    if prepared.spec.edition.public:
        words.append(f"通报版：可比得分低于 {NAMED_FROM:g} 分的单位不列名，以“{UNNAMED}”加序号表示。")
    if prepared.spec.edition.anonymous:
        words.append("脱敏：单位和区划以代号表示，同一数据版本内前后一致。")
    return Words("附：口径说明", tuple(words))


def _appendix(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> Iterator[Named]:
    """Spread over districts, then the thresholds, as many pages as they take."""
    spread = distribution.groups(cursor, filters, "region", distribution.WHOLE)
    if len(spread) > 1:
        yield Named("regions", distribution.groups_view(spread, filters, "region", distribution.WHOLE), appendix=True)
    limits = findings.thresholds(cursor).drop(columns="代码")
    columns = {name: name for name in limits.columns}
    for number, start in enumerate(range(0, len(limits), ROWS), start=1):
        part: pd.DataFrame = limits.iloc[start : start + ROWS].reset_index(drop=True)
        title = f"附：核对项目的阈值（{number}/{-(-len(limits) // ROWS)}）"
        yield Named(f"thresholds{number}", View(title, "", part, None, columns, (), filters), appendix=True)
