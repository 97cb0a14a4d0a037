"""The figures that head a page: what each is (口径), and the page it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from analytics.definitions import Definition, KeyFigure
from pages.parts import drill
from pages.parts.literal import markdown
from pages.parts.scope import Scope

_MOST_IN_A_ROW = 5
_HEIGHT = 104
"""Pixels of a figure with its change, so that what stands below is level."""


def row(here: Scope, figures: Sequence[KeyFigure], rest: str, fiscal_year: int | None = None) -> None:
    """Draw figures side by side, ``rest`` (what they rest on) below; a figure opens its page, narrowed to the year."""
    a_row = len(figures) if len(figures) <= _MOST_IN_A_ROW else -(-len(figures) // 2)
    columns = [column for start in range(0, len(figures), a_row) for column in st.columns(a_row)]
    height: Literal["content"] | int = _HEIGHT if any(figure.change for figure in figures) else "content"
    for column, figure in zip(columns, figures, strict=False):
        arrow: Literal["auto", "off"] = "auto" if (figure.change or "").startswith(("+", "-")) else "off"
        column.metric(figure.label, figure.value, figure.change, delta_color="off", delta_arrow=arrow, height=height)
        if figure.opens is not None:
            column.button(
                drill.PAGES[figure.opens][1],
                key=f"open-{figure.opens}-{figure.label}",
                type="tertiary",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=drill.open_page,
                args=(figure.opens, fiscal_year),
            )
    explained(here, [figure.definition for figure in figures], rest)


def explained(here: Scope, definitions: Sequence[Definition], rest: str = "") -> None:
    """A 口径 popover: formula and source of each figure, and the version they were counted in."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if rest:
            st.caption(markdown(rest))
        with st.popover("口径", icon=":material/help:", type="tertiary"):
            for one in definitions:
                st.markdown(f"**{markdown(one.name)}**：{markdown(one.formula)}。来源：{markdown(one.source)}。")
            st.caption(markdown(f"{here.dataset_name} · 数据版本 {here.version_name}"))
