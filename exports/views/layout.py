"""The presentation that slides go into, ours or a bureau's template, and where things stand on a page, in inches."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.opc.package import XmlPart
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches

from data.codes import refusal
from data.door import archive
from data.submission import Refusal
from exports.views.charts import PALETTE
from exports.views.typeset import FONT

WIDTH, HEIGHT = 13.333, 7.5
LEFT, INNER = 0.6, 12.133
TITLE_TOP, TITLE_HEIGHT = 0.45, 0.95
SENTENCE_TOP, SENTENCE_HEIGHT = 1.5, 0.5
BODY_TOP, BODY_BOTTOM = 2.05, 6.88


@dataclass(frozen=True, slots=True)
class Room:
    """What a template's title leaves of a page."""

    title_width: float = INNER
    title_height: float = TITLE_HEIGHT
    below_title: float = SENTENCE_TOP

    @property
    def body_top(self) -> float:
        return self.below_title + BODY_TOP - SENTENCE_TOP


def opened(template: Path | None) -> tuple[Any, Any, Any, Room]:
    """The deck, its layout for pages, its layout for covers, and the room the first leaves.

    Raises ``Refusal`` E44 for a template that is no .pptx, not 33.87 × 19.05 cm, or has no layout with a title.
    """
    deck: Any = Presentation() if template is None else _read(template)
    if template is None:
        layout = _widescreen(deck)
        return deck, layout, layout, Room()
    size = deck.slide_width / 914400, deck.slide_height / 914400
    if abs(size[0] - WIDTH) > 0.02 or abs(size[1] - HEIGHT) > 0.02:
        raise refusal(
            "E44", f"页面为 {size[0] * 2.54:.2f} × {size[1] * 2.54:.2f} 厘米，应为 33.87 × 19.05 厘米（宽屏）"
        )
    found = {kind: _plainest(deck, kind) for kind in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)}
    layout = found[PP_PLACEHOLDER.TITLE]
    if layout is None:
        raise refusal("E44", "没有带标题占位符的版式")
    title = next(s for s in layout.placeholders if s.placeholder_format.type == PP_PLACEHOLDER.TITLE)
    room = Room(title.width / 914400, title.height / 914400, (title.top + title.height) / 914400 + 0.05)
    if room.body_top > BODY_BOTTOM - 3:
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


def _widescreen(deck: Any) -> Any:
    """Turn python-pptx's 4:3 default into a 16:9 deck with one layout, title only; that layout."""
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
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
        top, height = (TITLE_TOP, TITLE_HEIGHT) if title else (BODY_TOP, BODY_BOTTOM - BODY_TOP)
        shape.left, shape.top, shape.width, shape.height = (Inches(v) for v in (LEFT, top, INNER, height))
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
