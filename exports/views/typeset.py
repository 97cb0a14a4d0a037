"""Chinese text in PowerPoint: the font of every run, how wide a text is, how a value reads, what fits a box."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import pandas as pd
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Pt

from analytics.style import percent
from analytics.view import is_rate

FONT = "Microsoft YaHei"
LINE, BAND, WHITE = "#D5DAE0", "#F2F5F8", "#FFFFFF"
LINE_FACTOR = 1.3
_DECIMALS = {"q_value": 4}
"""Columns whose fractions need more than two decimals."""
_BREAKS = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")
_FORBIDDEN = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number(value: Any) -> float | None:
    return float(value) if is_number(value) and math.isfinite(value) else None


def is_number(value: Any) -> bool:
    return isinstance(value, Real | Decimal) and not pd.api.types.is_bool(value)


def shown(value: Any, column: str) -> str:
    """A value as the reader sees it: rates as percentages, other fractions with two decimals, nothing as a dash."""
    if pd.api.types.is_bool(value):
        return "是" if value else "否"
    if is_number(value):
        if not math.isfinite(value):
            return "—"
        if is_rate(column):
            return percent(float(value))
        return str(int(value)) if isinstance(value, Integral) else _fraction(float(value), _DECIMALS.get(column, 2))
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return "—"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return clean(str(value))


def _fraction(value: float, decimals: int) -> str:
    """A fraction with so many decimals; what rounds to nothing has no sign."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def clean(text: str) -> str:
    """Text on one line, without the characters that XML forbids."""
    return _FORBIDDEN.sub("", _BREAKS.sub(" ", text))


def full_stop(text: str) -> str:
    return text if text.endswith(("。", "！", "？", "；")) else text + "。"


def ems(text: str) -> float:
    """The width of a text in units of its type size, as near as it can be told without the font."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.58 for c in text)


def cut_ems(text: str, most: float) -> str:
    if ems(text) <= most:
        return text
    kept = len(text)
    while kept and ems(text[:kept]) > most - 1:
        kept -= 1
    return text[:kept] + "…"


def cut_middle(text: str, most: float) -> str:
    """A name with its beginning and its end, so that long names of one place are told apart."""
    if ems(text) <= most:
        return text
    end = len(text)
    while end and ems(text[end - 1 :]) <= (most - 1) / 2:
        end -= 1
    return cut_ems(text[:end], most - ems(text[end:])) + text[end:]


def fit(text: str, sizes: Sequence[int], width: float, height: float) -> tuple[str, int]:
    """The largest of the type sizes in which the text fits a box in inches; cut if it fits in none."""
    for size in sizes:
        room = int(height * 72 / size / LINE_FACTOR + 0.02) or 1
        most = room * width * 72 / size - (room - 1) * 2
        if ems(text) <= most:
            return text, size
    return cut_ems(text, most), size


def say(paragraph: Any, text: str, size: int = 0, colour: str = "", *, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    if size:
        run.font.size = Pt(size)
    if bold:
        run.font.bold = True
    if colour:
        run.font.color.rgb = rgb(colour)


def rgb(colour: str) -> Any:
    parsed: Any = RGBColor.from_string
    return parsed(colour.lstrip("#"))


def set_fonts(root: Any) -> None:
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
