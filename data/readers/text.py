"""Text with tab-separated tables, as OCR and word processors export it.

A run of lines with tabs is one table grid, a run of other lines one prose grid; a blank line or a form feed ends a
run. The locator of a row is its line number.
"""

from __future__ import annotations

import re

from data.readers.runs import Kind, Runs
from data.submission import Cell, Grid, Place, Row

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


def lines(text: str) -> list[str]:
    """The lines of a text as locators count them: the first is number 1."""
    return _LINE_ENDS.split(text)


def grids(text: str) -> list[Grid]:
    runs = Runs()
    for number, line in enumerate(lines(text), start=1):
        if not line.strip("\ufeff \t\f\v\u3000"):
            runs.close()
            continue
        if "\f" in line:
            runs.close()
        line = line.replace("\f", "").strip("\r\ufeff")
        kind: Kind = "table" if "\t" in line.strip() or line.startswith("\t") else "prose"
        place = Place(f"L{number}", f"第{number}行")
        texts = line.split("\t") if kind == "table" else [line]
        runs.add(kind, Row(tuple(_cell(part) for part in texts), place))
    runs.close()
    return runs.found


def clean(part: str) -> str:
    """The text of a cell without invisible signs and without blanks around it."""
    return _INVISIBLE.sub("", part).strip(" \u00a0\u3000\t\r\n\f\v")


def _cell(part: str) -> Cell:
    trimmed = clean(part)
    return Cell(trimmed, "value" if trimmed else "blank")
