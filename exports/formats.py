"""The endings of a report file and what writes each."""

from __future__ import annotations

from collections.abc import Mapping

from exports import briefing, deck, printable, workbook
from exports.report import Format

FORMATS: Mapping[str, Format] = {
    ".pptx": deck.pptx,
    ".docx": briefing.docx,
    ".xlsx": workbook.xlsx,
    ".html": printable.html,
}
