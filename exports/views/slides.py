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

from pptx import Presentation
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import XmlPart
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.parts.chart import ChartPart
from pptx.parts.slide import NotesSlidePart, SlidePart
from pptx.util import Emu, Inches, Pt

from analytics.style import BLUE, GREY, ORANGE
from analytics.view import Chart, View
from data.codes import refusal
from data.door import archive
from data.submission import Refusal
from exports.source import SIMULATED, Source
from exports.views.charts import CATEGORIES, PALETTE, Box, describe, draw_chart, drawable
from exports.views.typeset import (
    BAND,
    FONT,
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

_WIDTH, _HEIGHT = 13.333, 7.5
_LEFT, _INNER = 0.6, 12.133
_TITLE_TOP, _TITLE_HEIGHT = 0.45, 0.95
_SENTENCE_TOP, _SENTENCE_HEIGHT = 1.5, 0.5
_BODY_TOP, _BODY_BOTTOM = 2.05, 6.88
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


@dataclass(frozen=True, slots=True)
class _Room:
    """Where things stand on a slide, in inches: what a template's title leaves of it."""

    title_width: float = _INNER
    title_height: float = _TITLE_HEIGHT
    below_title: float = _SENTENCE_TOP

    @property
    def body_top(self) -> float:
        return self.below_title + _BODY_TOP - _SENTENCE_TOP


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
    deck, layout, cover, room = _opened(template)
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


def _opened(template: Path | None) -> tuple[Any, Any, Any, _Room]:
    """The deck, its layout for pages, its layout for covers, and the room the first leaves."""
    deck: Any = Presentation() if template is None else _read(template)
    if template is None:
        layout = _widescreen(deck)
        return deck, layout, layout, _Room()
    size = deck.slide_width / 914400, deck.slide_height / 914400
    if abs(size[0] - _WIDTH) > 0.02 or abs(size[1] - _HEIGHT) > 0.02:
        raise refusal(
            "E44", f"页面为 {size[0] * 2.54:.2f} × {size[1] * 2.54:.2f} 厘米，应为 33.87 × 19.05 厘米（宽屏）"
        )
    found = {kind: _plainest(deck, kind) for kind in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)}
    layout = found[PP_PLACEHOLDER.TITLE]
    if layout is None:
        raise refusal("E44", "没有带标题占位符的版式")
    title = next(s for s in layout.placeholders if s.placeholder_format.type == PP_PLACEHOLDER.TITLE)
    room = _Room(title.width / 914400, title.height / 914400, (title.top + title.height) / 914400 + 0.05)
    if room.body_top > _BODY_BOTTOM - 3:
        raise refusal("E44", f"版式“{layout.name}”的标题占去过多版面")
    for one in list(deck.slides._sldIdLst):
        deck.part.drop_rel(one.rId)
        deck.slides._sldIdLst.remove(one)
    return deck, layout, found[PP_PLACEHOLDER.CENTER_TITLE] or layout, room


def _read(template: Path) -> Any:
    content = template.read_bytes()
    try:
        archive.office(content)
        return Presentation(io.BytesIO(content))
    except Refusal as refused:
        if refused.code == "E05":
            raise refusal("E44", f"{template.name} 不是可读的 .pptx 文件") from refused
        raise refusal("E44", f"{template.name}：{refused.reason.partition('。')[0]}") from refused
    except Exception as error:
        raise refusal("E44", f"{template.name} 不是可读的 .pptx 文件") from error


def _plainest(deck: Any, kind: Any) -> Any:
    """The layout with such a title and the fewest other placeholders; ``None`` if there is none."""
    fitting = [one for one in deck.slide_layouts if any(s.placeholder_format.type == kind for s in one.placeholders)]
    return min(fitting, key=lambda one: len(list(one.placeholders)), default=None)


def _titled(slide: Any, text: str, room: _Room) -> None:
    """The title, and no other placeholder left empty."""
    for shape in list(slide.placeholders):
        if shape.placeholder_format.idx != 0:
            shape._element.getparent().remove(shape._element)
    words, size = fit(clean(text), (28, 24, 20, 16), room.title_width * _TITLE_SPARE, room.title_height)
    say(slide.shapes.title.text_frame.paragraphs[0], words, size, bold=True)


def _cover(slide: Any, page: Cover, source: Source, place: int) -> None:
    _titled(slide, "", _Room())
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = (Inches(v) for v in (_LEFT, 1.9, _INNER, 1.5))
    title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    words, size = fit(clean(page.title), (40, 36, 32, 28, 24), _INNER, 1.5)
    run = title.text_frame.paragraphs[0].runs[0]
    run.text, run.font.size = words, Pt(size)
    rule = slide.shapes.add_connector(
        MSO_CONNECTOR.STRAIGHT, Inches(_LEFT), Inches(3.6), Inches(_LEFT + _INNER), Inches(3.6)
    )
    _plain(rule)
    rule.line.color.rgb, rule.line.width = rgb(BLUE), Pt(3)
    _paragraphs(slide, page.lines, (_LEFT, 3.85, _INNER, 2.6), 20, GREY)
    _mark(slide, source)
    _footer(slide, source, place)
    _speaker_notes(slide, page.title, "", source, page.lines)


def _words(slide: Any, page: Words, source: Source, place: int, room: _Room) -> None:
    _titled(slide, page.title, room)
    top = room.below_title + 0.15
    _paragraphs(slide, page.paragraphs, (_LEFT, top, _INNER, _BODY_BOTTOM - top), 20)
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


def _add(slide: Any, view: View, source: Source, place: int, room: _Room) -> None:
    _titled(slide, view.title, room)
    told, size = fit(clean(view.sentence), (18, 16, 14, 12), _INNER, _SENTENCE_HEIGHT)
    if told:
        _box(slide, "说明", (_LEFT, room.below_title, _INNER, _SENTENCE_HEIGHT), told, size)
    drawn = view.chart if view.chart and drawable(view, view.chart) else None
    notes = [*(clean(note) for note in view.notes), *_cuts(view, drawn)]
    printed, _ = fit("注：" + "".join(full_stop(n) for n in notes), (_NOTE_SIZE,), _INNER, _lines(_NOTE_LINES))
    height = _lines(math.ceil(ems(printed) * _NOTE_SIZE / 72 / _INNER)) if notes else 0.0
    body = (_LEFT, room.body_top, _INNER, _BODY_BOTTOM - height - 0.1 - room.body_top)
    if view.table.empty or not (drawn or view.shown):
        frame = _box(slide, "内容", body, "没有可显示的数据", 20, GREY).text_frame
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    elif drawn:
        draw_chart(slide, view, drawn, body)
    else:
        _table(slide, view, body)
    if notes:
        _box(slide, "注", (_LEFT, _BODY_BOTTOM - height, _INNER, height), printed, _NOTE_SIZE, GREY)
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
    left, top = Inches(_LEFT), Inches(_FOOTER_TOP)
    rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, left, top, left + Inches(_INNER), top)
    _plain(rule)
    rule.line.color.rgb, rule.line.width = rgb(LINE), Pt(0.75)
    where = "，".join(
        (source.dataset, f"数据版本 {source.version}", source.years, source.regions, f"制表日期 {source.date}")
    )
    text, size = fit(clean(where), (11, 10, 9), _INNER - 1, _FOOTER_HEIGHT)
    box = _box(slide, "页脚", (_LEFT, _FOOTER_TOP, _INNER - 1, _FOOTER_HEIGHT), text, size, GREY)
    box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    page = _box(slide, "页码", (_LEFT + _INNER - 1, _FOOTER_TOP, 1, _FOOTER_HEIGHT), str(place), 11, GREY)
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
            MSO_SHAPE.RECTANGLE, Inches(_LEFT + _INNER - 3.4), Inches(0.12), Inches(3.4), Inches(0.36)
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
    for place, colour in enumerate(PALETTE, start=1):
        for accent in root.iter(qn(f"a:accent{place}")):
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
