"""Render a View: title, sentence, figure, table, notes. A pick, by click or by table row, goes to a callback.

A callback runs before the page does, so a click costs one run of the script, not two. The chart is sent before the
words above it: the browser draws it while the rest is still made.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from analytics.view import View, is_rate
from pages.parts.literal import markdown

_NUMBERS = {
    "weight": "%.2f",
    "weight_before": "%.2f",
    "score": "%.2f",
    "score_inferred": "%.2f",
    "lost": "%.2f",
    "comparable_score": "%.2f",
    "simple_score": "%.2f",
    "weighted_score": "%.2f",
    "lowest": "%.2f",
    "highest": "%.2f",
    "stated_total": "%.2f",
    "fiscal_year": "%d",
    "points": "%.2f",
    "over_points": "%.2f",
    "under_points": "%.2f",
    "before_score": "%.2f",
    "after_score": "%.2f",
    "moved": "%+.2f",
    "gap": "%+.2f",
    "tried": "%.2f",
    "tried_low": "%.2f",
    "tried_high": "%.2f",
    "tried_score": "%.2f",
    "tried_most": "%.2f",
    "difference": "%+.2f",
    "weight_dropped": "%.2f",
    "weight_measured": "%.2f",
    "above": "%.2f",
    "below": "%.2f",
    "gap_high": "%.2f",
    "gap_low": "%.2f",
    "exposure": "%.2f",
    "evidence": "%.2f",
    "expected": "%.2f",
    "z_gap": "%+.2f",
    "q_value": "%.4f",
    "brings": "%.2f",
    "own": "%.2f",
    "own_gap_points": "%+.2f",
    "change_points": "%+.2f",
    "alike_change_points": "%+.2f",
    "difference_points": "%.2f",
    "reviewed": "%.2f",
    "off": "%+.2f",
    "mean_off": "%+.3f",
    "correlation": "%.2f",
    "limit": "%.3f",
    "effective": "%.2f",
    "largest": "%.2f",
    "shipped": "%.2f",
    "fitted": "%.2f",
}
_WIDE = ("working", "explanation", "reading", "against", "place", "printed", "message", "value_text", "file_name")

_MOST_BYTES = 300_000
"""What a page sends of one table, at most."""

_AHEAD = 0.03
"""Seconds. The browser draws in one go what arrives within some hundredths of a second, and a table takes it as long as
the chart: sent a moment later, it no longer holds the chart up."""

Picked = Callable[[str], None]
"""What is done with the item of the bar or table row that was picked."""


def show(
    view: View,
    key: str,
    pick: Picked | None = None,
    *,
    table: bool = True,
    clicks: bool = True,
    chosen: str | None = None,
    ahead: bool = False,
) -> None:
    """Draw a view. ``table``: the table too; ``clicks``: the figure can be clicked; ``chosen``: the item to mark;
    ``ahead``: the figure is what a click waits for, and gets a moment before the rest is sent."""
    words = st.container()
    if view.figure is not None and len(view.table):
        _figure(view, view.figure, f"{key}-figure", pick if clicks else None, chosen)
        if ahead:
            time.sleep(_AHEAD)
    with words:
        st.subheader(markdown(view.title))
        if view.table.empty:
            return
        st.write(markdown(view.sentence))
    if table:
        _table(view, f"{key}-table", pick, chosen)
    for note in view.notes:
        st.caption(markdown(note))


def table_only(view: View) -> None:
    """Draw the table of a view, without selection."""
    if view.table.empty:
        st.caption("没有记录。")
        return
    data, config = _columns(view)
    shown = _fitting(data)
    st.dataframe(shown, hide_index=True, column_config=config, placeholder="—", alt=view.title)
    _say_cut(shown, data)


def folded(view: View) -> None:
    """The title of a view; its table is made when it is opened."""
    with st.expander(markdown(view.title), on_change="rerun") as opened:
        if opened.open:
            table_only(view)


def titled_table(view: View) -> None:
    """Title, sentence, table and notes of a view, without figure and selection."""
    st.subheader(markdown(view.title))
    if view.sentence:
        st.write(markdown(view.sentence))
    table_only(view)
    for note in view.notes:
        st.caption(markdown(note))


def _figure(view: View, figure: go.Figure, key: str, pick: Picked | None, chosen: str | None) -> None:
    items = list(view.table["item"]) if chosen is not None else []
    if chosen in items and pick is not None:
        at = [list(map(str, figure.data[0].customdata)).index(chosen)]
        figure = go.Figure(figure)
        figure.update_traces(selectedpoints=at, unselected={"marker": {"opacity": 0.4}})
    st.plotly_chart(
        figure,
        key=key,
        on_select=partial(_picked_point, key, pick) if pick else "ignore",
        selection_mode="points",
        config={"displayModeBar": False},
        alt=view.alt or view.title,
    )


def _table(view: View, key: str, pick: Picked | None, chosen: str | None) -> None:
    data, config = _columns(view)
    shown = _fitting(data)
    items = [str(item) for item in view.table["item"].head(len(shown))] if pick else []
    st.dataframe(
        shown,
        key=key,
        hide_index=True,
        column_config=config,
        on_select=partial(_picked_row, key, items, pick) if pick else "ignore",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [items.index(chosen)]}} if pick and chosen in items else None,
        placeholder="—",
        alt=view.alt or view.title,
    )
    _say_cut(shown, data)


def _fitting(data: pd.DataFrame) -> pd.DataFrame:
    """The rows that fit what a page may send of one table."""
    texts = [list(map(str, data[column])) for column in data.select_dtypes(exclude=["number", "bool"])]
    numbers = 8 * (data.shape[1] - len(texts)) + 4 * len(texts)
    if len(data) * numbers + sum(len("".join(text).encode()) for text in texts) <= _MOST_BYTES:
        return data
    sent = 0
    for fitting, row in enumerate(zip(*texts, strict=True)):
        sent += numbers + len("".join(row).encode())
        if sent > _MOST_BYTES:
            return data.head(fitting)
    return data


def _say_cut(shown: pd.DataFrame, data: pd.DataFrame) -> None:
    if len(shown) < len(data):
        st.caption(f"表中列出前 {len(shown)} 行，共 {len(data)} 行；其余可用筛选缩小范围查看，或从下载的表格中查看。")


def _picked_point(key: str, pick: Picked) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        pick(str(points[0]["customdata"]))


def _picked_row(key: str, items: list[str], pick: Picked) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        pick(items[int(rows[0])])


def _columns(view: View) -> tuple[pd.DataFrame, dict[str, object]]:
    """The shown columns with their labels, widths and number formats."""
    shown = view.shown
    data: pd.DataFrame = view.table[shown]
    rates = [column for column in shown if is_rate(column)]
    data = data.assign(**{column: data[column].astype(float) * 100 for column in rates})
    moved = [column for column in shown if column.endswith("_points")]
    data = data.assign(**{column: data[column].astype(float).round(2) + 0.0 for column in moved})
    config: dict[str, object] = {}
    for column in shown:
        label = view.columns[column]
        if column in rates:
            config[column] = st.column_config.NumberColumn(label, format="%.2f%%")
        elif column in _NUMBERS or column == "wan" or column.endswith("_wan"):
            config[column] = st.column_config.NumberColumn(label, format=_NUMBERS.get(column, "%,.2f"))
        else:
            config[column] = st.column_config.Column(label, width="medium" if column in _WIDE else None)
    return data, config
