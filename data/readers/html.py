"""Web pages: paragraphs and tables in order; rowspan and colspan honoured; what is hidden is left out."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree
from lxml import html as lxml_html

from data.codes import refusal
from data.readers.rectangle import MOST_COLUMNS, MOST_ROWS, Block, grids
from data.readers.text import clean
from data.submission import Cell, Grid, Place, Row

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_SILENT = {"script", "style", "noscript", "template", "head", "select", "iframe", "object", "svg"}
_OWN_LINE = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "td", "th", "br", "section", "article", "header",
    "footer", "ul", "ol", "table", "caption", "body", "center", "blockquote", "dd", "dt",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read(content: bytes) -> list[Grid]:
    """The grids of a page. Raises ``Refusal`` E05, E24."""
    try:
        root = lxml_html.document_fromstring(_decoded(content))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise refusal("E05", "网页损坏") from error
    return _Page().read(root)


def _decoded(content: bytes) -> str:
    """The page's text: by byte order mark, UTF-8, its own charset, GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        said = _CHARSET.search(content[:4096])
        name = said[1].decode("ascii").lower() if said else ""
        own = "gb18030" if name in ("gb2312", "gbk", "gb18030") else name if name in ("big5", "utf-8") else ""
        encodings = ["utf-8-sig", *([own] if own else []), "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
        return "".join(c for c in text if c in "\t\n\r" or unicodedata.category(c) != "Cc")
    raise refusal("E05", "编码不可读")


class _Page:
    """One walk over a page: lines outside tables gather to prose, each outermost table with rows becomes grids."""

    def __init__(self) -> None:
        self.found: list[Grid] = []
        self.lines: list[str] = []
        self.line: list[str] = []
        self.paragraphs = self.tables = 0

    def read(self, root: etree._Element) -> list[Grid]:
        self._walk(root)
        self._close()
        return self.found

    def _end_line(self) -> None:
        text = clean(re.sub(r"\s+", " ", "".join(self.line)))
        if text:
            self.lines.append(text)
        self.line = []

    def _close(self) -> None:
        self._end_line()
        rows = []
        for text in self.lines:
            self.paragraphs += 1
            rows.append(Row((Cell(text),), Place(f"p{self.paragraphs}", f"第{self.paragraphs}段")))
        if rows:
            self.found.append(Grid("prose", tuple(rows)))
        self.lines = []

    def _walk(self, element: etree._Element) -> None:
        for node in [element]:
            if not isinstance(node.tag, str) or node.tag in _SILENT or _hidden(node):
                self.line.append(node.tail or "")
                return
            own = node.tag in _OWN_LINE
            if own:
                self._end_line()
            if node.tag == "table" and not _layout(node):
                self._close()
                self.tables += 1
                self.found += _table(node, self.tables)
            else:
                self.line.append(node.text or "")
                for child in node:
                    self._walk(child)
            if own:
                self._end_line()
            self.line.append(node.tail or "")


def _hidden(node: etree._Element) -> bool:
    return "hidden" in node.attrib or bool(_HIDDEN.search(node.get("style", "")))


def _layout(table: etree._Element) -> bool:
    """A table that only places other tables: its content is walked as if it were not there."""
    return any(True for _ in table.iterdescendants("table"))


def _table(table: etree._Element, number: int) -> list[Grid]:
    blocks: list[Block] = []
    taken: set[tuple[int, int]] = set()
    rows = [tr for tr in table.iter("tr") if not _hidden(tr)]
    if len(rows) > MOST_ROWS:
        raise refusal("E24", f"{len(rows)} 行，上限 {MOST_ROWS} 行")
    for r, tr in enumerate(rows):
        column = 0
        for cell in tr:
            if cell.tag not in ("td", "th") or _hidden(cell):
                continue
            while (r, column) in taken:
                column += 1
            down = min(_span(cell, "rowspan") or len(rows) - r, len(rows) - r)
            across = _span(cell, "colspan") or 1
            if column + across > MOST_COLUMNS:
                raise refusal("E24", f"超过 {MOST_COLUMNS} 列")
            taken.update((r + i, column + j) for i in range(down) for j in range(across))
            blocks.append(Block(r, column, down, across, _cell_text(cell)))
            column += across
    return grids(blocks, lambda r: Place(f"t{number}/r{r + 1}", f"第{number}个表第{r + 1}行"))


def _cell_text(cell: etree._Element) -> str:
    """The text of a cell; each paragraph or <br> on a line of its own, other white space as one blank."""
    lines: list[str] = [""]

    def walk(node: etree._Element, own: bool) -> None:
        if own and isinstance(node.tag, str) and (node.tag in _SILENT or _hidden(node)):
            return
        if isinstance(node.tag, str):
            breaks = node.tag in _OWN_LINE and own
            if breaks:
                lines.append("")
            lines[-1] += node.text or ""
            for child in node:
                walk(child, own=True)
                lines[-1] += child.tail or ""
            if breaks:
                lines.append("")

    walk(cell, own=False)
    return "\n".join(text for line in lines if (text := clean(re.sub(r"\s+", " ", line))))


def _span(cell: etree._Element, name: str) -> int:
    """A rowspan or colspan; 0 (to the end) where it says so, 1 where it says nothing readable."""
    said = (cell.get(name) or "1").strip()
    return int(said) if said.isdigit() and len(said) < 9 else 1
