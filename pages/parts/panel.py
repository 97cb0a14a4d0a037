"""Render a View: title, sentence, figure, table, notes. Returns the row that was picked, by click or by table row."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.view import View
from pages.parts.literal import markdown

_NUMBERS = {
    "weight": "%.2f",
    "score": "%.2f",
    "score_inferred": "%.2f",
    "lost": "%.2f",
    "comparable_score": "%.2f",
    "stated_total": "%.2f",
    "fiscal_year": "%d",
}


def show(view: View, key: str, *, table: bool = True, clicks: bool = True) -> str | None:
    """Draw a view; the item of the bar or table row that the reader picked in this run, else ``None``.

    ``table``: show the table too; ``clicks``: whether the figure itself can be clicked.
    """
    st.subheader(markdown(view.title))
    if view.table.empty:
        return None
    st.write(markdown(view.sentence))
    picked: str | None = None
    if view.figure is not None:
        event = st.plotly_chart(
            view.figure,
            key=f"{key}-figure",
            on_select="rerun" if clicks else "ignore",
            selection_mode="points",
            config={"displayModeBar": False},
            alt=view.alt,
        )
        chosen = event["selection"]["points"] if clicks else []
        picked = str(chosen[0]["customdata"]) if chosen else None
    row = _table(view, f"{key}-table") if table else None
    if row is not None:
        picked = str(view.table.iloc[row]["item"])
    for note in view.notes:
        st.caption(markdown(note))
    return picked


def table_only(view: View) -> None:
    """Draw the table of a view, without selection."""
    if view.table.empty:
        st.caption("没有记录。")
        return
    data, config = _columns(view)
    st.dataframe(data, hide_index=True, column_config=config, placeholder="—", alt=view.title)


def _table(view: View, key: str) -> int | None:
    data, config = _columns(view)
    event = st.dataframe(
        data,
        key=key,
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="—",
        alt=view.alt,
    )
    rows = event["selection"]["rows"]
    return int(rows[0]) if rows else None


def _columns(view: View) -> tuple[pd.DataFrame, dict[str, object]]:
    """The shown columns with their labels and number formats."""
    shown = view.shown
    data: pd.DataFrame = view.table[shown]
    if "score_rate" in data:
        data = data.assign(score_rate=data["score_rate"] * 100)
    config: dict[str, object] = {}
    for column in shown:
        label = view.columns[column]
        if column == "score_rate":
            config[column] = st.column_config.NumberColumn(label, format="%.2f%%")
        elif column in _NUMBERS:
            config[column] = st.column_config.NumberColumn(label, format=_NUMBERS[column])
        else:
            config[column] = st.column_config.Column(label)
    return data, config
