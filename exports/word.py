"""Word documents: A4, Chinese fonts on every run, tables whose heads repeat. Text is data: no field or link from it.

Tables are written as XML in one piece; python-docx's cells take a hundred times as long.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from xml.sax.saxutils import escape

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Length

TEXT, HEAD = "宋体", "黑体"
_LATIN = "Times New Roman"
_TWIPS_A_CM = 567
_FORBIDDEN = re.compile(r"[^\x09\x0a\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Align = Literal["left", "center", "right", "both"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, its width in centimetres, how its cells are set."""

    head: str
    width: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Small:
    """A cell with a second line in small grey print, such as a number that leads back."""

    text: str
    below: str


Value = str | Small | None


def new(title: str, *, landscape: bool, footer: str) -> Document:
    """An empty A4 document with its title as a property and a footer line with page numbers."""
    document = docx.Document()
    section = document.sections[0]
    wide, high = Cm(29.7), Cm(21.0)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (wide, high) if landscape else (high, wide)
    side: Length = Cm(1.5) if landscape else Cm(2.6)
    section.left_margin = section.right_margin = side
    section.top_margin = section.bottom_margin = Cm(1.6) if landscape else Cm(2.4)
    section.footer_distance = Cm(0.8)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _clean(title)[:200], "绩效透镜", ""
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    normal = document.styles["Normal"].element.get_or_add_rPr()
    for old in normal.findall(qn("w:rFonts")):
        normal.remove(old)
    normal.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {_fonts(TEXT)}/>"))
    paragraph = section.footer.paragraphs[0]._p
    for element in _parsed(
        f'<w:pPr><w:jc w:val="center"/></w:pPr>{_run(footer + "　第 ", 8, TEXT)}'
        f'<w:fldSimple w:instr=" PAGE ">{_run("1", 8, TEXT)}</w:fldSimple>{_run(" 页", 8, TEXT)}'
    ):
        paragraph.append(element)
    return document


def paragraph(
    document: Document,
    text: str,
    size: float = 10.5,
    *,
    bold: bool = False,
    align: Align = "left",
    indent: bool = False,
    after: float = 4,
    line: float = 1.25,
) -> None:
    """A paragraph at the end of the document; ``indent`` sets its first line in by two characters."""
    first = f'<w:ind w:firstLineChars="200" w:firstLine="{round(size * 40)}"/>' if indent else ""
    font = HEAD if bold else TEXT
    _append(
        document,
        f"<w:p {nsdecls('w')}><w:pPr>{'<w:keepNext/>' if bold else ''}"
        f'<w:spacing w:before="0" w:after="{round(after * 20)}" w:line="{round(line * 240)}" w:lineRule="auto"/>'
        f'{first}<w:jc w:val="{align}"/></w:pPr>{_run(text, size, font, bold)}</w:p>',
    )


def table(document: Document, columns: Sequence[Column], rows: Sequence[Sequence[Value]], size: float = 9) -> None:
    """A table at the end of the document; its head stands again on every page, no row is broken over two."""
    grid = "".join(f'<w:gridCol w:w="{_twips(c)}"/>' for c in columns)
    head = "".join(_cell(c.head, c, size, "center", bold=True) for c in columns)
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(_cell(value, c, size, c.align) for value, c in zip(row, columns, strict=True))
        + "</w:tr>"
        for row in rows
    )
    _append(
        document,
        f"<w:tbl {nsdecls('w')}>{_properties(sum(map(_twips, columns)))}<w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{body}</w:tbl>",
    )
    paragraph(document, "", 4, after=0, line=1)


def fields(document: Document, rows: Sequence[Sequence[str]], widths: Sequence[float], size: float = 9) -> None:
    """Labels and values side by side: label, value, label, value …; labels are shaded."""
    columns = [Column("", width) for width in widths]
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            _cell(text, column, size, "left", bold=i % 2 == 0)
            for i, (text, column) in enumerate(zip(row, columns, strict=True))
        )
        + "</w:tr>"
        for row in rows
    )
    grid = "".join(f'<w:gridCol w:w="{_twips(c)}"/>' for c in columns)
    _append(
        document,
        f"<w:tbl {nsdecls('w')}>{_properties(sum(map(_twips, columns)))}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>",
    )
    paragraph(document, "", 4, after=0, line=1)


def content(document: Document) -> bytes:
    """The document as a .docx file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _append(document: Document, xml: str) -> None:
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(xml))


def _parsed(inside: str) -> list[object]:
    return list(parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>"))


def _properties(width: int) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8A929C"/>' for side in sides)
    margins = "".join(f'<w:{side} w:w="60" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    )


def _cell(value: Value, column: Column, size: float, align: Align, bold: bool = False) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8EDF3"/>' if bold else ""
    text, below = (value.text, value.below) if isinstance(value, Small) else (value or "", "")
    lines = [_line(line, size, align, bold) for line in text.split("\n")]
    if below:
        lines.append(_line(below, 4, align, False, "8A929C"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(column)}" w:type="dxa"/>{shade}'
        f'<w:vAlign w:val="{"center" if bold else "top"}"/></w:tcPr>{"".join(lines)}</w:tc>'
    )


def _line(text: str, size: float, align: Align, bold: bool, colour: str = "") -> str:
    return (
        '<w:p><w:pPr><w:spacing w:before="10" w:after="10" w:line="240" w:lineRule="auto"/>'
        f'<w:jc w:val="{align}"/></w:pPr>{_run(text, size, HEAD if bold else TEXT, False, colour)}</w:p>'
    )


def _run(text: str, size: float, font: str, bold: bool = False, colour: str = "") -> str:
    if not text:
        return ""
    weight = "<w:b/>" if bold else ""
    paint = f'<w:color w:val="{colour}"/>' if colour else ""
    points = round(size * 2)
    return (
        f"<w:r><w:rPr><w:rFonts {_fonts(font)}/>{weight}{paint}"
        f'<w:sz w:val="{points}"/><w:szCs w:val="{points}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(_clean(text))}</w:t></w:r>'
    )


def _fonts(font: str) -> str:
    return f'w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:cs="{_LATIN}" w:eastAsia="{font}" w:hint="eastAsia"'


def _twips(column: Column) -> int:
    return round(column.width * _TWIPS_A_CM)


def _clean(text: str) -> str:
    """Text without characters that XML does not hold."""
    return _FORBIDDEN.sub("", text)
