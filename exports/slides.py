"""Views as PowerPoint: one 16:9 slide a View, with native charts and tables that can be edited, in Chinese fonts.

Text is data: no run, cell or chart workbook interprets it. A title, sentence or note cut on a slide is whole in its
speaker notes.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import pandas as pd
import xlsxwriter
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_MARK
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import XmlPart
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.parts.chart import ChartPart
from pptx.parts.slide import NotesSlidePart, SlidePart
from pptx.util import Emu, Inches, Pt

from analytics.style import BLUE, GREEN, GREY, ORANGE, PURPLE, percent, points
from analytics.view import Chart, View, is_rate

FONT = "Microsoft YaHei"
SIMULATED = "模拟数据"
CATEGORIES, ROWS, COLUMNS = 20, 14, 8
"""The most that one slide shows: categories of a chart, rows and columns of a table."""

_PALETTE = (BLUE, ORANGE, GREEN, PURPLE, GREY)
_LINE, _BAND, _WHITE = "#D5DAE0", "#F2F5F8", "#FFFFFF"
_CATEGORY_WIDTH = 24
_WIDTH, _HEIGHT = 13.333, 7.5
_LEFT, _INNER = 0.6, 12.133
_TITLE_TOP, _TITLE_HEIGHT = 0.45, 0.95
_SENTENCE_TOP, _SENTENCE_HEIGHT = 1.5, 0.5
_BODY_TOP, _BODY_BOTTOM = 2.05, 6.88
_FOOTER_TOP, _FOOTER_HEIGHT = 6.98, 0.3
_NOTE_SIZE, _NOTE_LINES = 11, 4
_LINE_FACTOR = 1.3
_BAR_THICKNESS = 0.42
_FORMATS = {"%": "0.00%", "分": "0.00", "个": "0"}
_TICKS = {"%": "0%", "分": "General", "个": "0"}
_BREAKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")
_FORBIDDEN = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Source:
    """What a slide says about where its numbers come from; ``years`` and ``regions`` as the reader sees them."""

    dataset: str
    """公开示例, 本单位数据 or 模拟数据; the last is marked on every slide."""
    version: str
    years: str
    regions: str
    date: str
    """制表日期 as an ISO date."""


def slides(views: Sequence[View], source: Source) -> bytes:
    """A .pptx file with one slide a View: its title, sentence, chart or table, notes, and the source.

    The chart is drawn if ``view.chart`` is set and has a value to draw, else the shown columns stand in a table. Rates
    are 0 to 1 in the file and percentages on the slide. Raises ``KeyError`` if ``view.chart`` names a column that
    ``view.table`` lacks.
    """
    deck = Presentation()
    layout = _widescreen(deck)
    for number, view in enumerate(views, start=1):
        _add(deck.slides.add_slide(layout), view, source, number)
    properties = deck.core_properties
    properties.title = _clean(views[0].title)[:255] if views else ""
    properties.author = properties.last_modified_by = "绩效透镜"
    properties.comments = f"{source.dataset} {source.version}"
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    for part in deck.part.package.iter_parts():
        if isinstance(part, SlidePart | ChartPart | NotesSlidePart):
            _set_fonts(part._element)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _add(slide: Any, view: View, source: Source, number: int) -> None:
    title_text, title_size = _fit(_clean(view.title), (28, 24, 20, 16), _INNER, _TITLE_HEIGHT)
    _say(slide.shapes.title.text_frame.paragraphs[0], title_text, title_size, bold=True)
    sentence, size = _fit(_clean(view.sentence), (18, 16, 14, 12), _INNER, _SENTENCE_HEIGHT)
    if sentence:
        _box(slide, "说明", (_LEFT, _SENTENCE_TOP, _INNER, _SENTENCE_HEIGHT), sentence, size)
    drawn = view.chart if view.chart and _drawable(view, view.chart) else None
    notes = [*(_clean(note) for note in view.notes), *_cuts(view, drawn)]
    printed, _ = _fit("注：" + "".join(_sentence(n) for n in notes), (_NOTE_SIZE,), _INNER, _lines(_NOTE_LINES))
    height = _lines(math.ceil(_ems(printed) * _NOTE_SIZE / 72 / _INNER)) if notes else 0.0
    body = (_LEFT, _BODY_TOP, _INNER, _BODY_BOTTOM - height - 0.1 - _BODY_TOP)
    if view.table.empty or not (drawn or view.shown):
        frame = _box(slide, "内容", body, "没有可显示的数据", 20, GREY).text_frame
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    elif drawn:
        _chart(slide, view, drawn, body)
    else:
        _table(slide, view, body)
    if notes:
        _box(slide, "注", (_LEFT, _BODY_BOTTOM - height, _INNER, height), printed, _NOTE_SIZE, GREY)
    _footer(slide, source, number)
    _speaker_notes(slide, view, source, notes)


def _cuts(view: View, drawn: Chart | None) -> list[str]:
    rows, columns = len(view.table), len(view.shown)
    if drawn:
        return [f"仅列前 {CATEGORIES} 项，共 {rows} 项。"] if rows > CATEGORIES else []
    row_cut = [f"仅列前 {ROWS} 行，共 {rows} 行。"] if rows > ROWS else []
    return row_cut + ([f"仅列前 {COLUMNS} 列，共 {columns} 列。"] if columns > COLUMNS and rows else [])


def _footer(slide: Any, source: Source, number: int) -> None:
    left, top = Inches(_LEFT), Inches(_FOOTER_TOP)
    rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, left, top, left + Inches(_INNER), top)
    _plain(rule)
    rule.line.color.rgb, rule.line.width = _rgb(_LINE), Pt(0.75)
    where = "，".join(
        (source.dataset, f"数据版本 {source.version}", source.years, source.regions, f"制表日期 {source.date}")
    )
    text, size = _fit(_clean(where), (11, 10, 9), _INNER - 1, _FOOTER_HEIGHT)
    box = _box(slide, "页脚", (_LEFT, _FOOTER_TOP, _INNER - 1, _FOOTER_HEIGHT), text, size, GREY)
    box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    page = _box(slide, "页码", (_LEFT + _INNER - 1, _FOOTER_TOP, 1, _FOOTER_HEIGHT), str(number), 11, GREY)
    page.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = page.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    run = paragraph.runs[0]._r
    run.tag = qn("a:fld")
    run.set("id", "{C1FF6DA9-008F-8B48-92A6-B652298478BF}")
    run.set("type", "slidenum")
    if source.dataset == SIMULATED:
        mark = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Inches(_LEFT + _INNER - 3.4), Inches(0.12), Inches(3.4), Inches(0.36)
        )
        mark.name = SIMULATED
        mark.fill.solid()
        mark.fill.fore_color.rgb = _rgb(ORANGE)
        mark.line.fill.background()
        _plain(mark)
        mark.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        mark.text_frame.margin_top = mark.text_frame.margin_bottom = 0
        mark.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER
        _say(mark.text_frame.paragraphs[0], f"{SIMULATED}：单位与数值均为虚构", 14, _WHITE, bold=True)


def _speaker_notes(slide: Any, view: View, source: Source, notes: Sequence[str]) -> None:
    where = (
        f"数据来源：{source.dataset}",
        f"数据版本：{source.version}",
        f"年度：{source.years}",
        f"区划：{source.regions}",
        f"制表日期：{source.date}",
    )
    lines = [view.title, view.sentence, *(f"注：{note}" for note in notes), *where]
    frame = slide.notes_slide.notes_text_frame
    for number, line in enumerate(_clean(line) for line in lines):
        _say(frame.add_paragraph() if number else frame.paragraphs[0], line)


def _chart(slide: Any, view: View, chart: Chart, box: tuple[float, float, float, float]) -> None:
    numbers = _numbers(view, chart)
    names = _categories(view, chart, numbers)
    made: Any = _TextChartData
    data = made(number_format=_FORMATS[chart.unit])
    data.categories = names
    for column, values in zip(chart.values, numbers, strict=True):
        data.add_series(_clean(view.columns.get(column, column)), values)
    kind = XL_CHART_TYPE.BAR_CLUSTERED if chart.kind == "bar" else XL_CHART_TYPE.COLUMN_CLUSTERED
    frame = slide.shapes.add_chart(kind, *(Inches(v) for v in box), data)
    _describe(frame, "图", view)
    drawn = frame.chart
    size = 14 if len(names) <= 8 else 12 if len(names) <= 12 else 10 if len(names) <= 16 else 9
    drawn.font.size = Pt(size)
    drawn.has_title = False
    drawn.has_legend = len(numbers) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
        drawn.legend.font.size = Pt(size)
    _axes(drawn, view, chart, numbers, size)
    _colour(drawn, chart, numbers)
    _place(drawn, chart, names, box, size)


def _axes(drawn: Any, view: View, chart: Chart, numbers: Sequence[Sequence[float | None]], size: int) -> None:
    values = [v for series in numbers for v in series if v is not None]
    axis, categories = drawn.value_axis, drawn.category_axis
    if min(values) >= 0:
        axis.minimum_scale = 0
    if chart.maximum is not None:
        axis.maximum_scale = max(chart.maximum, math.ceil(max(values) * 10) / 10 if chart.unit == "%" else max(values))
    if chart.unit == "个" and max(values) < 10:
        axis.major_unit = 1
    if chart.unit == "%" and chart.maximum == 1:
        axis.major_unit = 0.2
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _TICKS[chart.unit], False
    axis.tick_labels.font.size = Pt(min(size, 12))
    axis.tick_labels.font.color.rgb = _rgb(GREY)
    axis.major_gridlines.format.line.color.rgb = _rgb(_LINE)
    axis.format.line.fill.background()
    axis.major_tick_mark = categories.major_tick_mark = XL_TICK_MARK.NONE
    name = _clean(view.columns.get(chart.values[0], chart.values[0])) if len(chart.values) == 1 else ""
    label = name if chart.unit == "%" else f"{name}（{chart.unit}）" if name else chart.unit
    axis.has_title = bool(label)
    if label:
        _say(axis.axis_title.text_frame.paragraphs[0], label, min(size, 12), GREY)
    categories.tick_labels.font.size = Pt(size)
    categories.format.line.color.rgb = _rgb(GREY)
    if chart.kind == "bar":
        categories.reverse_order = True
        axis._element.find(qn("c:crosses")).set("val", "max")
    every = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>')
    categories._element.find(qn("c:noMultiLvlLbl")).addprevious(every)


def _colour(drawn: Any, chart: Chart, numbers: Sequence[Sequence[float | None]]) -> None:
    plot = drawn.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = _FORMATS[chart.unit], False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    for index, series in enumerate(plot.series):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(_PALETTE[index % len(_PALETTE)])
    if chart.unit == "%" and chart.maximum is not None and len(numbers) == 1:
        for index, value in enumerate(numbers[0]):
            if value is not None and value < chart.maximum:
                fill = plot.series[0].points[index].format.fill
                fill.solid()
                fill.fore_color.rgb = _rgb(ORANGE)


def _place(drawn: Any, chart: Chart, names: Sequence[str], box: tuple[float, float, float, float], size: int) -> None:
    """The plot area, so that names before the bars and labels behind the longest bar have room in every program."""
    _, _, width, height = box
    longest = max(_ems(name) for name in names) * size / 72
    top = 0.45 if drawn.has_legend else 0.1
    if chart.kind == "bar":
        left, right, bottom = longest * 1.08 + 0.2, 6 * size / 72, 0.75
        pitch = (height - top - bottom) / len(names)
    else:
        left, right, top = 0.9, 0.2, top + 0.25
        pitch = (width - left - right) / len(names)
        lines = math.ceil(longest * 1.1 / (pitch * 0.9))
        turned = lines > 2
        drawn.category_axis._element.get_or_add_txPr().bodyPr.set("rot", "-2700000" if turned else "0")
        bottom = 0.2 + (longest * 0.75 + 0.2 if turned else lines * size * _LINE_FACTOR / 72)
        bottom = min(bottom, height * 0.5)
    thickness = min(_BAR_THICKNESS * (1 if chart.kind == "bar" else 2) * len(chart.values), pitch / 1.3)
    drawn.plots[0].gap_width = min(500, round((pitch / thickness - 1) * 100 * len(chart.values)))
    slot = thickness / len(chart.values) * 72
    fitting = slot / 1.1 if chart.kind == "bar" else slot / 0.58 / 5
    labels = drawn.plots[0].data_labels
    labels.font.size = Pt(min(size, max(8, int(fitting))))
    if chart.kind == "column" and fitting < 9:
        labels._element.get_or_add_txPr().bodyPr.set("rot", "-5400000")
    share = {
        "x": left / width,
        "y": top / height,
        "w": (width - left - right) / width,
        "h": (height - top - bottom) / height,
    }
    layout = "".join(f'<c:{key} val="{value:.4f}"/>' for key, value in share.items())
    area = drawn._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    area.insert(0, parse_xml(f"<c:layout {nsdecls('c')}><c:manualLayout>{modes}{layout}</c:manualLayout></c:layout>"))


def _drawable(view: View, chart: Chart) -> bool:
    return not view.table.empty and any(v is not None for values in _numbers(view, chart) for v in values)


def _numbers(view: View, chart: Chart) -> list[list[float | None]]:
    """The values on the slide, one list a series."""
    return [[_number(value) for value in view.table[column].head(CATEGORIES)] for column in chart.values]


def _number(value: Any) -> float | None:
    return float(value) if _is_number(value) and math.isfinite(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, Real | Decimal) and not pd.api.types.is_bool(value)


def _categories(view: View, chart: Chart, numbers: Sequence[Sequence[float | None]]) -> list[str]:
    """The names of the bars: cut, with the year where a name stands twice, marked where there is nothing to draw."""
    table = view.table.head(CATEGORIES)
    names = [_shown(value, chart.category) for value in table[chart.category]]
    years = table["fiscal_year"].tolist() if "fiscal_year" in table else []
    told = len(set(names)) < len(set(zip(names, years, strict=False)))
    found = []
    for index, name in enumerate(names):
        year = f" {years[index]}" if told else ""
        nothing = "" if any(series[index] is not None for series in numbers) else "（无数据）"
        found.append(_cut_ems(name, _CATEGORY_WIDTH) + year + nothing)
    return found


class _TextChartData(CategoryChartData):
    """Chart data whose workbook holds names as text, whatever they start with, also after a cell is edited."""

    @property
    def xlsx_blob(self) -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("Sheet1")
        text = book.add_format({"quote_prefix": True})
        sheet.set_column(0, 0, _CATEGORY_WIDTH * 2)
        for row, category in enumerate(self.categories, start=1):
            sheet.write_string(row, 0, str(category.label), text)
        for column, series in enumerate(self, start=1):
            number = book.add_format({"num_format": series.number_format})
            sheet.write_string(0, column, series.name, text)
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    sheet.write_number(row, column, value, number)
        book.close()
        return out.getvalue()


def _table(slide: Any, view: View, box: tuple[float, float, float, float]) -> None:
    columns, table = view.shown[:COLUMNS], view.table.head(ROWS)
    heads = [_clean(view.columns[c]) for c in columns]
    cells = [[_shown(value, c) for value in table[c]] for c in columns]
    left, top, width, height = box
    size, padding = 12 if len(table) <= 10 else 11, 0.16
    natural = [
        min(max(_ems(text) for text in [head, *column]), 26) * 1.08 * size / 72 + padding
        for head, column in zip(heads, cells, strict=True)
    ]
    least = [min(_ems(head), 8) * 1.08 * size / 72 + padding for head in heads]
    spare = (width - sum(least)) / max(sum(n - m for n, m in zip(natural, least, strict=True)), 0.01)
    if sum(natural) <= width:
        widths = [n * width / sum(natural) for n in natural]
    else:
        widths = [m + (n - m) * spare for n, m in zip(natural, least, strict=True)]
    room = [(w - padding) * 72 / size / 1.05 for w in widths]
    grid = list(zip(*([head, *column] for head, column in zip(heads, cells, strict=True)), strict=True))
    for most in (4, 3, 2, 1):
        cut = [[_cut_ems(text, most * ems - (most - 1)) for text, ems in zip(row, room, strict=True)] for row in grid]
        lines = [max(math.ceil(_ems(text) / ems) for text, ems in zip(row, room, strict=True)) for row in cut]
        heights = [max(n, 1) * size * _LINE_FACTOR / 72 + 0.08 for n in lines]
        if sum(heights) <= height:
            break
    roomy = max(1.0, min(1.5, height / sum(heights)))
    frame = slide.shapes.add_table(
        len(grid), len(columns), *(Inches(v) for v in (left, top, width, sum(heights) * roomy))
    )
    _describe(frame, "表", view)
    drawn = frame.table
    for index, inches in enumerate(widths):
        drawn.columns[index].width = Inches(inches)
    right = [all(_is_number(v) for v in table[c].dropna()) for c in columns]
    for number, row in enumerate(cut):
        drawn.rows[number].height = Inches(heights[number] * roomy)
        for index, text in enumerate(row):
            cell = drawn.cell(number, index)
            cell.margin_left = cell.margin_right = Inches(padding / 2)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = _rgb(_WHITE if number % 2 else _BAND) if number else _rgb(BLUE)
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT if right[index] else PP_ALIGN.LEFT
            _say(paragraph, text, size, "" if number else _WHITE, bold=not number)


def _shown(value: Any, column: str) -> str:
    """A value as the reader sees it: rates as percentages, other fractions with two decimals, nothing as a dash."""
    if pd.api.types.is_bool(value):
        return "是" if value else "否"
    if _is_number(value):
        if not math.isfinite(value):
            return "—"
        if is_rate(column):
            return percent(float(value))
        return str(int(value)) if isinstance(value, Integral) else points(float(value))
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return "—"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return _clean(str(value))


def _clean(text: str) -> str:
    """Text on one line, without the characters that XML forbids."""
    return _FORBIDDEN.sub("", _BREAKS.sub(" ", text))


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？", "；")) else text + "。"


def _ems(text: str) -> float:
    """The width of a text in units of its type size, as near as it can be told without the font."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in text)


def _cut_ems(text: str, ems: float) -> str:
    if _ems(text) <= ems:
        return text
    kept = len(text)
    while kept and _ems(text[:kept]) > ems - 1:
        kept -= 1
    return text[:kept] + "…"


def _lines(count: int) -> float:
    return count * _NOTE_SIZE * _LINE_FACTOR / 72


def _fit(text: str, sizes: Sequence[int], width: float, height: float) -> tuple[str, int]:
    """The largest of the type sizes in which the text fits a box in inches; cut if it fits in none."""
    for size in sizes:
        room = int(height * 72 / size / _LINE_FACTOR + 0.02) or 1
        ems = room * width * 72 / size - (room - 1) * 2
        if _ems(text) <= ems:
            return text, size
    return _cut_ems(text, ems), size


def _box(slide: Any, name: str, box: tuple[float, float, float, float], text: str, size: int, colour: str = "") -> Any:
    shape = slide.shapes.add_textbox(*(Inches(v) for v in box))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    _say(frame.paragraphs[0], text, size, colour)
    return shape


def _say(paragraph: Any, text: str, size: int = 0, colour: str = "", *, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    if size:
        run.font.size = Pt(size)
    if bold:
        run.font.bold = True
    if colour:
        run.font.color.rgb = _rgb(colour)


def _describe(frame: Any, name: str, view: View) -> None:
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _clean(view.alt or f"{view.title}。{view.sentence}"))


def _plain(shape: Any) -> None:
    """Without the theme's style, which brings a shadow."""
    shape._element.remove(shape._element.find(qn("p:style")))


def _rgb(colour: str) -> Any:
    parsed: Any = RGBColor.from_string
    return parsed(colour.lstrip("#"))


def _set_fonts(root: Any) -> None:
    """Every run and every default of runs gets the font for Latin, East-Asian and complex script, and its language."""
    for run in root.iter(qn("a:r"), qn("a:fld")):
        if run.find(qn("a:rPr")) is None:
            run.insert(0, run.makeelement(qn("a:rPr"), {}))
    for properties in root.iter(qn("a:rPr"), qn("a:defRPr"), qn("a:endParaRPr")):
        properties.set("lang", "zh-CN")
        for script in ("a:latin", "a:ea", "a:cs"):
            for old in properties.findall(qn(script)):
                properties.remove(old)
            properties.append(properties.makeelement(qn(script), {"typeface": FONT}))


def _widescreen(deck: Any) -> Any:
    """Turn python-pptx's 4:3 default into a 16:9 deck with one layout, title only; that layout."""
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    deck.part._element.find(qn("p:sldSz")).attrib.pop("type", None)
    layout = next(found for found in deck.slide_layouts if found.name == "Title Only")
    for other in [found for found in deck.slide_layouts if found is not layout]:
        deck.slide_layouts.remove(other)
    master = deck.slide_master
    small = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
    for shape in [*layout.placeholders, *master.placeholders]:
        if shape.placeholder_format.type in small:
            shape._element.getparent().remove(shape._element)
    for shape in master.placeholders:
        title = shape.placeholder_format.type == PP_PLACEHOLDER.TITLE
        top, height = (_TITLE_TOP, _TITLE_HEIGHT) if title else (_BODY_TOP, _BODY_BOTTOM - _BODY_TOP)
        shape.left, shape.top, shape.width, shape.height = (Inches(v) for v in (_LEFT, top, _INNER, height))
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        if title:
            frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    style = master._element.find(f"{qn('p:txStyles')}/{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    style.find(qn("a:defRPr")).set("sz", "2800")
    for shape in deck.notes_master.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_IMAGE:
            shape.left, shape.width = Emu(685800), Emu(5486400)
            shape.height = Emu(5486400 * 9 // 16)
    _theme(master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    _theme(deck.notes_master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    _strip(deck.part.package)
    return layout


def _theme(part: Any) -> None:
    root = part._element if isinstance(part, XmlPart) else parse_xml(part.blob)
    for fonts in root.iter(qn("a:majorFont"), qn("a:minorFont")):
        for script in ("a:latin", "a:ea", "a:cs"):
            fonts.find(qn(script)).set("typeface", FONT)
        for font in fonts.findall(qn("a:font")):
            if font.get("script") == "Hans":
                font.set("typeface", FONT)
    for number, colour in enumerate(_PALETTE, start=1):
        for accent in root.iter(qn(f"a:accent{number}")):
            accent[0].set("val", colour.lstrip("#"))
    if not isinstance(part, XmlPart):
        part.blob = serialize_part_xml(root)


def _strip(package: Any) -> None:
    """Leave out what the default file brings along: a 4:3 thumbnail, printer settings, a 4:3 label."""
    owners = (package, RELATIONSHIP_TYPE.THUMBNAIL), (package.presentation_part, RELATIONSHIP_TYPE.PRINTER_SETTINGS)
    for owner, kind in owners:
        for key in [key for key, relation in owner._rels.items() if relation.reltype == kind]:
            owner.drop_rel(key)
    label = package.part_related_by(RELATIONSHIP_TYPE.EXTENDED_PROPERTIES)
    label.blob = label.blob.replace(b"On-screen Show (4:3)", b"Widescreen")
