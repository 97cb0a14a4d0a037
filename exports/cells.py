"""A value in a cell of a spreadsheet: text is never a formula, a link or a number; numbers are numbers."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from data.interchange.columns import FORMULA_SIGNS
from data.submission import plain

_NUMBER_LIKE = re.compile(r"^[+-]?[\d,. ]+%?$")
_XLSX_CELL = 32_767
LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
"""Options of a workbook in which text never becomes a formula, a link or a number."""


def safe_cell(value: Any) -> Any:
    """A value fit for a spreadsheet: text that would start a formula gets an apostrophe, numbers stay numbers.

    Text that looks as if it had got one already gets another, so that ``ingest`` can take off exactly what was put on.
    """
    if isinstance(value, str) and value[:1] == "'" and value[1:].lstrip(" \u3000")[:1] in (*FORMULA_SIGNS, "'"):
        return "'" + value
    if isinstance(value, str) and value.lstrip(" \u3000")[:1] in FORMULA_SIGNS and value.strip(" \u3000"):
        return value if _NUMBER_LIKE.match(value) else "'" + value
    return value


def printed(value: Any) -> Any:
    """A value as a cell of CSV prints it."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return "" if value is None else value


def write_cell(sheet: Any, row: int, column: int, value: Any, form: Any = None) -> None:
    """Write a value to a worksheet: numbers as numbers, text as text whatever it looks like, nothing for null."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), form)
    else:
        sheet.write_string(row, column, str(printed(safe_cell(str(value))))[:_XLSX_CELL], form)
