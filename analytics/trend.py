"""Lines over years: joined where two years can be compared, broken where they cannot, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
import plotly.graph_objects as go

from analytics.style import BLUE, GREY, ORANGE, TEMPLATE, percent
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


def figure(
    parts: list[pd.DataFrame], rate: str, name: str, band: tuple[str, str, str], reasons: Mapping[int, str]
) -> go.Figure:
    """The pieces of a rate with their numbers, behind them the band they stand in: lower and upper rate, name.

    A piece has its band where both rates are known in every year. A dashed upright stands before each year that is not
    compared with the one before it.
    """
    drawn = go.Figure()
    low, high, spread = band
    for number, piece in enumerate(p for p in parts if p[low].notna().all()):
        years = list(piece["fiscal_year"])
        drawn.add_scatter(
            x=[*years, *reversed(years)], y=[*(piece[high] * 100), *reversed(list(piece[low] * 100))], fill="toself",
            fillcolor="rgba(0,114,178,0.14)", line={"width": 0}, hoverinfo="skip", name=spread, legendgroup="band",
            showlegend=number == 0, mode="lines",
        )  # fmt: skip
    for number, piece in enumerate(parts):
        years = list(piece["fiscal_year"])
        drawn.add_scatter(
            x=years, y=piece[rate] * 100, mode="lines+markers+text", name=name, legendgroup=name,
            showlegend=number == 0, line={"color": BLUE, "width": 3}, marker={"size": 9},
            text=[percent(r) for r in piece[rate]], textposition="top center", customdata=years, cliponaxis=False,
            hovertemplate="%{x} 年<br>" + name + " %{y:.2f}%<extra></extra>",
        )  # fmt: skip
    for year in sorted(set(reasons) & {int(year) for piece in parts for year in piece["fiscal_year"]}):
        drawn.add_vline(x=year - 0.5, line={"color": ORANGE, "dash": "dash", "width": 1})
    return drawn.update_layout(
        template=TEMPLATE, height=380, margin={"t": 32}, legend={"orientation": "h", "y": -0.18}, dragmode=False,
        xaxis={"dtick": 1, "tickformat": "d", "fixedrange": True}, yaxis={"ticksuffix": "%", "fixedrange": True},
    )  # fmt: skip


def add_alike(drawn: go.Figure, pieces: Iterable[Iterable[tuple[int, float]]], name: str, said: str) -> None:
    """Dotted pieces of (year, rate) that compare like with like; ``said``: what a point is called."""
    points = [point for piece in pieces for point in (*((year, rate * 100) for year, rate in piece), (None, None))]
    drawn.add_scatter(
        x=[year for year, _ in points], y=[rate for _, rate in points], mode="lines+markers", name=name,
        customdata=[year for year, _ in points], line={"color": GREY, "width": 2, "dash": "dot"},
        marker={"size": 7, "symbol": "square"}, hovertemplate="%{x} 年<br>" + said + " %{y:.2f}%<extra></extra>",
    )  # fmt: skip
