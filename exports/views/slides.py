"""Views as PowerPoint: one 16:9 slide a View, with native charts and tables that can be edited, in Chinese fonts.

Text is data: no run, cell or chart workbook interprets it. A title, sentence or note cut on a slide is whole in its
speaker notes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.parts.chart import ChartPart
from pptx.parts.slide import NotesSlidePart, SlidePart
from pptx.util import Inches, Pt

from analytics.style import BLUE, GREY, ORANGE
from analytics.view import Chart, View
from exports.source import SIMULATED, Source
from exports.views.charts import CATEGORIES, Box, describe, draw_chart, drawable
from exports.views.layout import BODY_BOTTOM, INNER, LEFT, SENTENCE_HEIGHT, Room, opened
from exports.views.typeset import (
    BAND,
    LINE,
    LINE_FACTOR,
    WHITE,
    clean,
    cut_ems,
    ems,
    fit,
    full_stop,
    is_number,
    number,
    rgb,
    say,
    set_fonts,
    shown,
)

ROWS, COLUMNS = 14, 8
"""The most rows and columns of a table that one slide shows."""

_FOOTER_TOP, _FOOTER_HEIGHT = 6.98, 0.3
_NOTE_SIZE, _NOTE_LINES = 11, 4
_TITLE_SPARE = 0.92
"""The share of its line that a title fills: another program's font may be wider."""
_SPACE_BETWEEN = 0.7
"""Space after a paragraph of a page of words, in lines."""


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: what it is, then whose, of which year and place, from which data, when."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A page of sentences."""

    title: str
    paragraphs: tuple[str, ...]


Page = View | Words | Cover


def slides(views: Sequence[View], source: Source) -> bytes:
    """A .pptx file with one slide a View: its title, sentence, chart or table, notes, and the source.

    The chart is drawn if ``view.chart`` is set and has a value to draw, else the shown columns stand in a table. Rates
    are 0 to 1 in the file and percentages on the slide. Raises ``KeyError`` if ``view.chart`` names a column that
    ``view.table`` lacks.
    """
    return presentation(views, source)


def presentation(pages: Sequence[Page], source: Source, template: Path | None = None) -> bytes:
    """A .pptx file of covers, pages of words and views, on the project's own 16:9 layout or a bureau's template.

    Raises ``Refusal`` E44 for a template that is no .pptx, not 33.87 × 19.05 cm, or has no layout with a title.
    """
    deck, layout, cover, room = opened(template)
    for place, page in enumerate(pages, start=1):
        match page:
            case Cover():
                _cover(deck.slides.add_slide(cover), page, source, place)
            case Words():
                _words(deck.slides.add_slide(layout), page, source, place, room)
            case _:
                _add(deck.slides.add_slide(layout), page, source, place, room)
    properties = deck.core_properties
    properties.title = clean(pages[0].title)[:255] if pages else ""
    properties.author = properties.last_modified_by = "绩效透镜"
    properties.comments = f"{source.dataset} {source.version}"
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    for part in deck.part.package.iter_parts():
        if isinstance(part, SlidePart | ChartPart | NotesSlidePart):
            set_fonts(part._element)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _titled(slide: Any, text: str, room: Room) -> None:
    """The title, and no other placeholder left empty."""
    for shape in list(slide.placeholders):
        if shape.placeholder_format.idx != 0:
            shape._element.getparent().remove(shape._element)
    words, size = fit(clean(text), (28, 24, 20, 16), room.title_width * _TITLE_SPARE, room.title_height)
    say(slide.shapes.title.text_frame.paragraphs[0], words, size, bold=True)


def _cover(slide: Any, page: Cover, source: Source, place: int) -> None:
    _titled(slide, "", Room())
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = (Inches(v) for v in (LEFT, 1.9, INNER, 1.5))
    title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    words, size = fit(clean(page.title), (40, 36, 32, 28, 24), INNER, 1.5)
    run = title.text_frame.paragraphs[0].runs[0]
    run.text, run.font.size = words, Pt(size)
    rule = slide.shapes.add_connector(
        MSO_CONNECTOR.STRAIGHT, Inches(LEFT), Inches(3.6), Inches(LEFT + INNER), Inches(3.6)
    )
    _plain(rule)
    rule.line.color.rgb, rule.line.width = rgb(BLUE), Pt(3)
    _paragraphs(slide, page.lines, (LEFT, 3.85, INNER, 2.6), 20, GREY)
    _mark(slide, source)
    _footer(slide, source, place)
    _speaker_notes(slide, page.title, "", source, page.lines)


def _words(slide: Any, page: Words, source: Source, place: int, room: Room) -> None:
    _titled(slide, page.title, room)
    top = room.below_title + 0.15
    _paragraphs(slide, page.paragraphs, (LEFT, top, INNER, BODY_BOTTOM - top), 20)
    _mark(slide, source)
    _footer(slide, source, place)
    _speaker_notes(slide, page.title, "", source, page.paragraphs)


def _paragraphs(slide: Any, texts: Sequence[str], box: Box, largest: int, colour: str = "") -> None:
    """Paragraphs as large as fits; what fits in no size is cut from the end and whole in the speaker notes."""
    kept = [clean(text) for text in texts if clean(text)]
    size = next((n for n in range(largest, 10, -1) if _tall(kept, n, box[2]) <= box[3]), 11)
    while len(kept) > 1 and _tall(kept, size, box[2]) > box[3]:
        kept = [*kept[:-2], "其余见备注。"]
    frame = _box(slide, "正文", box, kept[0] if kept else "", size, colour).text_frame
    for text in kept[1:]:
        say(frame.add_paragraph(), text, size, colour)
    for paragraph in frame.paragraphs:
        paragraph.space_after = Pt(size * _SPACE_BETWEEN)


def _tall(texts: Sequence[str], size: int, width: float) -> float:
    """The height of paragraphs in inches."""
    lines = sum(math.ceil(ems(text) * 1.03 / (width * 72 / size)) for text in texts)
    return (lines * LINE_FACTOR + len(texts) * _SPACE_BETWEEN) * size / 72


def _add(slide: Any, view: View, source: Source, place: int, room: Room) -> None:
    _titled(slide, view.title, room)
    told, size = fit(clean(view.sentence), (18, 16, 14, 12), INNER, SENTENCE_HEIGHT)
    if told:
        _box(slide, "说明", (LEFT, room.below_title, INNER, SENTENCE_HEIGHT), told, size)
    drawn = view.chart if view.chart and drawable(view, view.chart) else None
    notes = [*(clean(note) for note in view.notes), *_cuts(view, drawn)]
    printed, _ = fit("注：" + "".join(full_stop(n) for n in notes), (_NOTE_SIZE,), INNER, _lines(_NOTE_LINES))
    height = _lines(math.ceil(ems(printed) * _NOTE_SIZE / 72 / INNER)) if notes else 0.0
    body = (LEFT, room.body_top, INNER, BODY_BOTTOM - height - 0.1 - room.body_top)
    if view.table.empty or not (drawn or view.shown):
        frame = _box(slide, "内容", body, "没有可显示的数据", 20, GREY).text_frame
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    elif drawn:
        draw_chart(slide, view, drawn, body)
    else:
        _table(slide, view, body)
    if notes:
        _box(slide, "注", (LEFT, BODY_BOTTOM - height, INNER, height), printed, _NOTE_SIZE, GREY)
    _mark(slide, source)
    _footer(slide, source, place)
    _speaker_notes(slide, view.title, view.sentence, source, [f"注：{note}" for note in notes])


def _cuts(view: View, drawn: Chart | None) -> list[str]:
    rows, columns = len(view.table), len(view.shown)
    if drawn and drawn.kind == "scatter":
        return []
    if drawn:
        return [f"仅列前 {CATEGORIES} 项，共 {rows} 项。{_rest(view, drawn)}"] if rows > CATEGORIES else []
    row_cut = [f"仅列前 {ROWS} 行，共 {rows} 行。"] if rows > ROWS else []
    return row_cut + ([f"仅列前 {COLUMNS} 列，共 {columns} 列。"] if columns > COLUMNS and rows else [])


def _rest(view: View, chart: Chart) -> str:
    """What the rows that are not drawn come to, in their first series."""
    column = chart.values[0]
    rest = [value for value in view.table[column].iloc[CATEGORIES:] if number(value) is not None]
    if not rest:
        return ""
    name = clean(view.columns.get(column, "")) or "数值"
    low, high = shown(min(rest), column), shown(max(rest), column)
    return f"其余 {len(rest)} 项{name} {low}。" if low == high else f"其余 {len(rest)} 项{name} {low} 至 {high}。"


def _footer(slide: Any, source: Source, place: int) -> None:
    left, top = Inches(LEFT), Inches(_FOOTER_TOP)
    rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, left, top, left + Inches(INNER), top)
    _plain(rule)
    rule.line.color.rgb, rule.line.width = rgb(LINE), Pt(0.75)
    where = "，".join(
        (source.dataset, f"数据版本 {source.version}", source.years, source.regions, f"制表日期 {source.date}")
    )
    text, size = fit(clean(where), (11, 10, 9), INNER - 1, _FOOTER_HEIGHT)
    box = _box(slide, "页脚", (LEFT, _FOOTER_TOP, INNER - 1, _FOOTER_HEIGHT), text, size, GREY)
    box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    page = _box(slide, "页码", (LEFT + INNER - 1, _FOOTER_TOP, 1, _FOOTER_HEIGHT), str(place), 11, GREY)
    page.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = page.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    run = paragraph.runs[0]._r
    run.tag = qn("a:fld")
    run.set("id", "{C1FF6DA9-008F-8B48-92A6-B652298478BF}")
    run.set("type", "slidenum")


def _mark(slide: Any, source: Source) -> None:
    """Say on the slide that its data are simulated."""
    if source.dataset == SIMULATED:
        mark = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Inches(LEFT + INNER - 3.4), Inches(0.12), Inches(3.4), Inches(0.36)
        )
        mark.name = SIMULATED
        mark.fill.solid()
        mark.fill.fore_color.rgb = rgb(ORANGE)
        mark.line.fill.background()
        _plain(mark)
        mark.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        mark.text_frame.margin_top = mark.text_frame.margin_bottom = 0
        mark.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER
        say(mark.text_frame.paragraphs[0], f"{SIMULATED}：单位与数值均为虚构", 14, WHITE, bold=True)


def _speaker_notes(slide: Any, title: str, told: str, source: Source, more: Sequence[str]) -> None:
    where = (
        f"数据来源：{source.dataset}",
        f"数据版本：{source.version}",
        f"年度：{source.years}",
        f"区划：{source.regions}",
        f"制表日期：{source.date}",
    )
    lines = [title, told, *more, *where] if told or not more else [title, *more, *where]
    frame = slide.notes_slide.notes_text_frame
    for place, line in enumerate(clean(line) for line in lines):
        say(frame.add_paragraph() if place else frame.paragraphs[0], line)


def _table(slide: Any, view: View, box: tuple[float, float, float, float]) -> None:
    columns, table = view.shown[:COLUMNS], view.table.head(ROWS)
    heads = [clean(view.columns[c]) for c in columns]
    cells = [[shown(value, c) for value in table[c]] for c in columns]
    left, top, width, height = box
    size, padding = 12 if len(table) <= 10 else 11, 0.16
    natural = [
        min(max(ems(text) for text in [head, *column]), 26) * 1.2 * size / 72 + padding
        for head, column in zip(heads, cells, strict=True)
    ]
    right = [all(is_number(v) for v in table[c].dropna()) for c in columns]
    least = [
        max([min(ems(head), 8), *(ems(text) for text in column if unbroken)]) * 1.2 * size / 72 + padding
        for head, column, unbroken in zip(heads, cells, right, strict=True)
    ]
    spare = (width - sum(least)) / max(sum(n - m for n, m in zip(natural, least, strict=True)), 0.01)
    if sum(natural) <= width:
        widths = [n * width / sum(natural) for n in natural]
    else:
        widths = [m + (n - m) * spare for n, m in zip(natural, least, strict=True)]
    room = [(w - padding) * 72 / size / 1.18 for w in widths]
    grid = list(zip(*([head, *column] for head, column in zip(heads, cells, strict=True)), strict=True))
    for most in (4, 3, 2, 1):
        cut = [[cut_ems(text, most * wide - (most - 1)) for text, wide in zip(row, room, strict=True)] for row in grid]
        lines = [max(math.ceil(ems(text) / wide) for text, wide in zip(row, room, strict=True)) for row in cut]
        heights = [max(n, 1) * size * LINE_FACTOR / 72 + 0.08 for n in lines]
        if sum(heights) <= height:
            break
    roomy = max(1.0, min(1.5, height / sum(heights)))
    frame = slide.shapes.add_table(
        len(grid), len(columns), *(Inches(v) for v in (left, top, width, sum(heights) * roomy))
    )
    describe(frame, "表", view)
    drawn = frame.table
    for index, inches in enumerate(widths):
        drawn.columns[index].width = Inches(inches)
    for place, row in enumerate(cut):
        drawn.rows[place].height = Inches(heights[place] * roomy)
        for index, text in enumerate(row):
            cell = drawn.cell(place, index)
            cell.margin_left = cell.margin_right = Inches(padding / 2)
            cell.margin_top = cell.margin_bottom = Inches(0.02)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = rgb(WHITE if place % 2 else BAND) if place else rgb(BLUE)
            paragraph = cell.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT if right[index] else PP_ALIGN.LEFT
            say(paragraph, text, size, "" if place else WHITE, bold=not place)


def _lines(count: int) -> float:
    return count * _NOTE_SIZE * LINE_FACTOR / 72


def _box(slide: Any, name: str, box: tuple[float, float, float, float], text: str, size: int, colour: str = "") -> Any:
    shape = slide.shapes.add_textbox(*(Inches(v) for v in box))
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    say(frame.paragraphs[0], text, size, colour)
    return shape


def _plain(shape: Any) -> None:
    """Without the theme's style, which brings a shadow."""
    shape._element.remove(shape._element.find(qn("p:style")))
