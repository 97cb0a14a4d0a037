"""Lines over years: joined where two years can be compared, broken where they cannot, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
import plotly.graph_objects as go

from analytics.style import ORANGE, TEMPLATE
from analytics.view import Chart


def pieces(df: pd.DataFrame, reasons: Mapping[int, str]) -> list[pd.DataFrame]:
    """Runs of consecutive years that may be joined by a line: no gap between them, no reason to break."""
    runs: list[list[int]] = []
    before: int | None = None
    for position, year in enumerate(df["fiscal_year"].astype(int)):
        if before is None or year != before + 1 or year in reasons:
            runs.append([])
        runs[-1].append(position)
        before = year
    return [df.iloc[run] for run in runs]


def comparable(df: pd.DataFrame, reasons: Mapping[int, str]) -> bool:
    """Whether the last year stands on one line with the year before it."""
    runs = pieces(df, reasons)
    return bool(runs) and len(runs[-1]) > 1


def notes(years: Iterable[int], reasons: Mapping[int, str]) -> list[str]:
    """Why the line over some years breaks where it does, and which years are missing."""
    shown = sorted(set(years))
    missing = [str(y) for y in range(shown[0], shown[-1]) if y not in shown] if shown else []
    words = [f"{y} 年折线断开：{why}。" for y, why in reasons.items() if y in shown[1:]]
    return words + ([f"缺少 {'、'.join(missing)} 年的数据，折线断开。"] if missing else [])


Line = tuple[str, str, str, list[pd.DataFrame]]
"""A line of a native chart: column, name, colour, and the pieces it is joined within."""


def chart(table: pd.DataFrame, lines: Iterable[Line]) -> tuple[pd.DataFrame, Chart]:
    """A series a piece of each line, so that a native chart joins what the page joins."""
    columns, names, colours = [], [], []
    for kind, name, colour, parts in lines:
        for number, piece in enumerate(parts):
            years = list(piece["fiscal_year"])
            column = f"piece{number}_{kind}"
            table = table.assign(**{column: table[kind].where(table["fiscal_year"].isin(years))})
            columns.append(column)
            names.append(name if len(parts) == 1 else f"{name}（{_span(years)}）")
            colours.append(colour)
    return table, Chart("line", "item", tuple(columns), "%", names=tuple(names), colours=tuple(colours))


def _span(years: list[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}—{years[-1]}"


def add_line(
    figure: go.Figure, x: list[int], rates: pd.Series, name: str, colour: str, texts: list[str], first: bool
) -> None:
    """A piece of the main line with its numbers; ``first``: it stands for all pieces in the legend."""
    figure.add_scatter(
        x=x, y=rates * 100, mode="lines+markers+text", name=name, legendgroup=name, showlegend=first,
        line={"color": colour, "width": 3}, marker={"size": 9}, text=texts, textposition="top center", customdata=x,
        cliponaxis=False, hovertemplate="%{x} 年<br>" + name + " %{y:.2f}%<extra></extra>",
    )  # fmt: skip


def add_band(figure: go.Figure, x: list[int], low: pd.Series, high: pd.Series, name: str, first: bool) -> None:
    """What lies between two rates, behind a piece of the line."""
    figure.add_scatter(
        x=[*x, *reversed(x)], y=[*(high * 100), *reversed(list(low * 100))], fill="toself",
        fillcolor="rgba(0,114,178,0.14)", line={"width": 0}, hoverinfo="skip", name=name, legendgroup="band",
        showlegend=first, mode="lines",
    )  # fmt: skip


def finished(figure: go.Figure, years: Iterable[int], reasons: Mapping[int, str]) -> go.Figure:
    """The figure with its axes, and a dashed line before each year that is not compared with the one before."""
    for year in sorted(set(reasons) & set(years)):
        figure.add_vline(x=year - 0.5, line={"color": ORANGE, "dash": "dash", "width": 1})
    return figure.update_layout(
        template=TEMPLATE, height=380, margin={"t": 32}, legend={"orientation": "h", "y": -0.18}, dragmode=False,
        xaxis={"dtick": 1, "tickformat": "d", "fixedrange": True}, yaxis={"ticksuffix": "%", "fixedrange": True},
    )  # fmt: skip
