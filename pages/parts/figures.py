"""The figures that head a page: what each is (口径), and the page it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from analytics.definitions import Definition, KeyFigure
from pages.parts import drill
from pages.parts.literal import markdown
from pages.parts.scope import Scope

_WIDTH = 170
"""Pixels of a figure: five side by side on a desk, two on a phone."""
_HEIGHT = 104
"""Pixels of a figure with its change, so that what stands below is level."""


def row(here: Scope, figures: Sequence[KeyFigure], rest: str, fiscal_year: int | None = None) -> None:
    """Draw figures side by side, ``rest`` (what they rest on) below; a figure of a year opens its page."""
    height: Literal["content"] | int = _HEIGHT if any(figure.change for figure in figures) else "content"
    with st.container(horizontal=True):
        for figure in figures:
            with st.container(width=_WIDTH, gap="xxsmall"):
                _draw(figure, height, fiscal_year)
    explained(here, [figure.definition for figure in figures], rest)


def _draw(figure: KeyFigure, height: Literal["content"] | int, fiscal_year: int | None) -> None:
    arrow: Literal["auto", "off"] = "auto" if (figure.change or "").startswith(("+", "-")) else "off"
    st.metric(figure.label, figure.value, figure.change, delta_color="off", delta_arrow=arrow, height=height)
    if figure.opens is not None:
        st.button(
            drill.PAGES[figure.opens][1],
            key=f"open-{figure.opens}-{figure.label}",
            type="tertiary",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=drill.open_page,
            args=(figure.opens, fiscal_year),
        )


def explained(here: Scope, definitions: Sequence[Definition], rest: str = "") -> None:
    """A 口径 popover: formula and source of each figure, and the version they were counted in."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if rest:
            st.caption(markdown(rest))
        with st.popover("口径", icon=":material/help:", type="tertiary"):
            for one in definitions:
                st.markdown(f"**{markdown(one.name)}**：{markdown(one.formula)}。来源：{markdown(one.source)}。")
            st.caption(markdown(f"{here.dataset_name} · 数据版本 {here.version_name}"))
