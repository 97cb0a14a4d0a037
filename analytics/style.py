"""One look for all figures: Plotly template, palette, number formats, and literal text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import plotly.graph_objects as go

FONT = '"Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei","PingFang SC","Source Han Sans SC",sans-serif'
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#B34A00", "#00735A", "#A8437F", "#5F6670"
"""Okabe-Ito hues, darkened until white text on them has a contrast of 4.5; orange marks what to look at."""

TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 14},
        "colorway": [BLUE, ORANGE, GREEN, PURPLE, GREY],
        "margin": {"l": 8, "r": 24, "t": 8, "b": 8},
        "xaxis": {"automargin": True, "zeroline": False, "gridcolor": "rgba(128,128,128,0.25)"},
        "yaxis": {"automargin": True, "zeroline": False},
        "hoverlabel": {"font": {"family": FONT}, "align": "left"},
        "bargap": 0.35,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
)


def literal(text: str, width: int = 0) -> str:
    """Document text for a Plotly label: pseudo-HTML escaped, cut to ``width`` characters (0: not cut)."""
    cut = text if not width or len(text) <= width else text[: width - 1] + "…"
    return escape(cut, quote=False)


def label(text: str, width: int = 11) -> str:
    """Document text for an axis: at most two lines of ``width`` characters, so that a phone has room for the bars."""
    if len(text) <= width:
        return literal(text)
    return f"{literal(text[:width])}<br>{literal(text[width:], width)}"


ROW = 34
"""Pixels of a row whose name may take two lines."""


def named_rows(names: Iterable[str]) -> dict[str, object]:
    """The axis of rows 0, 1 … from the top, each with the name of a document."""
    words = [label(str(name)) for name in names]
    return {"tickvals": list(range(len(words))), "ticktext": words, "autorange": "reversed", "fixedrange": True}


def folded(name: str) -> str:
    """A short name of our own in two lines of half its length, so that a phone shows it level."""
    half = (len(name) + 1) // 2
    return f"{name[:half]}<br>{name[half:]}" if len(name) > 3 else name


def percent(rate: float | None) -> str:
    """A rate of 0 to 1 as a percentage with two decimals; ``—`` for none."""
    return "—" if rate is None or rate != rate else f"{rate * 100:.2f}%"


def points(score: float | None) -> str:
    """Points with two decimals; ``—`` for none."""
    return "—" if score is None or score != score else f"{score:.2f}"


def money(yuan: float | None) -> str:
    """Yuan as 亿元 from one 亿 on, else as 万元, two decimals; ``—`` for none."""
    if yuan is None or yuan != yuan:
        return "—"
    return f"{yuan / 1e8:,.2f} 亿元" if abs(yuan) >= 1e8 else f"{yuan / 1e4:,.2f} 万元"


def signed(difference: float) -> str:
    """A difference with its sign and two decimals; none where it rounds to nothing."""
    words = f"{difference:+.2f}"
    return words[1:] if float(words) == 0 else words


def change(rate: float | None) -> str:
    """A difference of two rates of 0 to 1 in 百分点, signed; ``—`` for none."""
    return "—" if rate is None or rate != rate else f"{signed(rate * 100)} 个百分点"


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words one after the other, at most so many, and how many there are."""
    all_of = list(words)
    return "，".join(all_of[:most]) + (f"，等 {len(all_of)} 项" if len(all_of) > most else "")


def between(low: str, high: str) -> str:
    """由 low 至 high, or 均为 low where both read the same."""
    return f"均为 {low}" if low == high else f"由 {low} 至 {high}"
