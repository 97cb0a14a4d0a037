"""The pages of a report as one HTML file to print: A4 across, charts inline, heads of tables on every page.

The file asks nothing of a network and runs no script (its own policy forbids both). Text is data: all of it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import duckdb

from analytics.view import View
from exports.report import deck
from exports.report.spec import Prepared
from exports.source import SIMULATED, Source
from exports.views.charts import drawable
from exports.views.slides import Cover, Page, Words
from exports.views.svg import left_out, svg
from exports.views.typeset import clean, full_stop, is_number, shown

_WIDE = 9
"""The columns from which on a table is set in small print, so that no page is shrunk to hold it."""
ROWS = 100
"""The most rows of a table that the file prints."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
@page { size: A4 landscape; margin: 14mm 12mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 9pt; color: #5F6670 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 273mm; color: #1B2430; background: #FFF; font-size: 10.5pt; line-height: 1.5;
  font-family: "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Source Han Sans SC", sans-serif }
section { padding: 6mm 0; break-before: page }
section:first-of-type { break-before: auto }
h1 { font-size: 26pt; margin: 40mm 0 6mm; padding-bottom: 4mm; border-bottom: 1mm solid #0072B2 }
h2 { font-size: 16pt; margin: 0 0 2mm; break-after: avoid }
p { margin: 0 0 2mm; overflow-wrap: anywhere }
.lead { font-size: 13pt }
.small { font-size: 9pt; color: #5F6670 }
svg { display: block; width: 100%; max-height: 90mm; margin: 2mm 0; break-inside: avoid;
  font-family: inherit }
svg.tall { max-height: 128mm }
table { border-collapse: collapse; width: 100%; font-size: 9pt; line-height: 1.35; margin: 2mm 0 }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { border: 0.2mm solid #AEB6C0; padding: 0.8mm 1.4mm; text-align: left; vertical-align: top;
  min-width: 3.6em; overflow-wrap: break-word }
th { background: #E8EDF3; word-break: keep-all }
table.wide { font-size: 7pt }
table.wide th, table.wide td { min-width: 4em; padding: 0.6mm 0.8mm; word-break: normal }
table.wide td.n { min-width: 0 }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
.mark { background: #B34A00; color: #FFF; font-weight: bold; padding: 1mm 3mm; display: inline-block }
@media screen { body { padding: 8mm } section { border-top: 0.4mm solid #D5DAE0 } }
"""


def html(cursor: duckdb.DuckDBPyConnection, prepared: Prepared) -> bytes:
    """The pages of the report as an .html file."""
    pages = [named.page for named in deck.contents(cursor, prepared)]
    body = "".join(_section(page, prepared.source) for page in pages)
    title = escape(clean(pages[0].title)) if pages else ""
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>\n{body}</body></html>\n"
    ).encode()


def _section(page: Page, source: Source) -> str:
    match page:
        case Cover():
            inside = f"<h1>{_said(page.title)}</h1>" + _paragraphs(page.lines, "lead")
        case Words():
            inside = f"<h2>{_said(page.title)}</h2>" + _paragraphs(page.paragraphs, "lead")
        case _:
            inside = "".join(_view(page))
    mark = f'<p class="mark">{SIMULATED}：单位与数值均为虚构</p>' if source.dataset == SIMULATED else ""
    where = (source.dataset, f"数据版本 {source.version}", source.years, source.regions, f"制表日期 {source.date}")
    return f'<section>{mark}<p class="small">{_said("　".join(where))}</p>{inside}</section>\n'


def _view(view: View) -> Iterator[str]:
    yield f"<h2>{_said(view.title)}</h2>"
    if view.sentence:
        yield _paragraphs((view.sentence,))
    if view.table.empty or not view.shown:
        yield _paragraphs(("没有可显示的数据",))
        return
    notes = list(view.notes)
    if view.chart is not None and drawable(view, view.chart):
        yield svg(view, view.chart)
        rest = left_out(view, view.chart)
        notes += [f"图中列前 {len(view.table) - rest} 项，共 {len(view.table)} 项。"] if rest else []
    if len(view.table) > ROWS:
        notes.append(f"表中列前 {ROWS} 行，共 {len(view.table)} 行。")
    if notes:
        yield _paragraphs(("注：" + "".join(full_stop(clean(note)) for note in notes),), "small")
    yield _table(view)


def _table(view: View) -> str:
    """The shown columns with a head that stands again on every page."""
    table = view.table.head(ROWS)
    numbers = {name: all(is_number(value) for value in table[name].dropna()) for name in view.shown}
    heads = "".join(f"<th>{_said(view.columns[name])}</th>" for name in view.shown)
    rows = []
    for row in table[view.shown].itertuples(index=False, name=None):
        cells = zip(view.shown, row, strict=True)
        rows.append("".join(f"<td{' class=n' * numbers[n]}>{_said(shown(value, n))}</td>" for n, value in cells))
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    wide = ' class="wide"' if len(view.shown) > _WIDE else ""
    return f"<table{wide}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _paragraphs(texts: tuple[str, ...], kind: str = "") -> str:
    classed = f' class="{kind}"' if kind else ""
    return "".join(f"<p{classed}>{_said(text)}</p>" for text in texts if text)


def _said(text: str) -> str:
    """Document text as the page shows it."""
    return escape(clean(text))
