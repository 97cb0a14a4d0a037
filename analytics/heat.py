"""对照表 of 得分分布: score rates of districts, departments or units in each dimension, in coloured cells."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics import distribution
from analytics.distribution import DIMENSIONS, WHOLE
from analytics.filters import Filters
from analytics.style import ROW, TEMPLATE, folded, listed, literal, named_rows, percent
from analytics.view import View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
GROUPS = {"region": "区划", "department": "主管部门", "unit": "填报单位"}
MOST_ROWS = 60


def table(cursor: duckdb.DuckDBPyConnection, filters: Filters, by: str) -> pd.DataFrame:
    """item (region, department or unit) × dimension: code (what a link names it by, empty where it is not known),
    reports, score, weight, score_rate; the ``MOST_ROWS`` items with the lowest rates."""
    given = {"by": by, "year": distribution.prepared_year(filters, by), "most": MOST_ROWS}
    return cursor.execute(named(_SQL)["heat"], filters.parameters() | given).df()


@remakable("by")
def view(df: pd.DataFrame, filters: Filters, by: str) -> View:
    """Score rates of each row in each dimension, as a coloured table with the numbers in it."""
    if df.empty:
        return View("得分率对照：没有可显示的数据", "", df, None, {"item": GROUPS[by]}, (), filters)
    rates = df.pivot(index=["item", "code"], columns="dimension", values="score_rate")
    rates = rates[[d for d in (*DIMENSIONS, "未映射") if d in rates.columns]]
    rates = rates.sort_values(WHOLE, kind="stable")
    codes = rates.index.get_level_values("code")
    rates = rates.droplevel("code")
    worst = df[df["dimension"] != WHOLE].sort_values("score_rate", kind="stable").iloc[0]
    title = f"{len(rates)} 个{GROUPS[by]} × {len(rates.columns) - 1} 个维度的得分率"
    sentence = f"其中较低的是{worst['item']}的{worst['dimension']}，{percent(float(worst['score_rate']))}。"
    if df.loc[df["dimension"] != WHOLE, "score_rate"].round(6).nunique() == 1:
        sentence = f"各维度均为 {percent(float(worst['score_rate']))}。"
    of_rows = listed(f"{item} {percent(rate)}" for item, rate in rates[WHOLE].items())
    figure = _figure(rates, list(codes))
    shown = rates.reset_index().rename(columns={c: f"d{i}_rate" for i, c in enumerate(rates.columns)})
    column_names = {"item": GROUPS[by]} | {f"d{i}_rate": str(c) for i, c in enumerate(rates.columns)}
    notes = ["得分率 = 得分合计 ÷ 权重合计。", *distribution.NOTES.get(by, ())]
    if len(rates) >= MOST_ROWS:
        notes.append(f"列出得分率较低的 {MOST_ROWS} 行。")
    alt = f"{title}。{sentence}全部指标：{of_rows}。"
    return View(title, sentence, shown, figure, column_names, tuple(notes), filters, alt)


def _figure(table: pd.DataFrame, codes: list[str]) -> go.Figure:
    """Cells of a heat map cannot be selected, so a point that is not seen stands in each: it is found from anywhere in
    its cell, and its item is ``code:dimension``."""
    values = (table * 100).to_numpy()
    names = [str(name) for name in table.columns]
    heads = [folded(name) for name in names]
    texts = [["" if v != v else f"{v:.2f}" for v in row] for row in values]
    cells = go.Heatmap(
        z=values, x=heads, y=list(range(len(table))), text=texts, texttemplate="%{text}", textfont={"color": "#1B2430"},
        colorscale=[[0, "#DD7A3B"], [0.5, "#FBE3D0"], [1, "#8DBCE0"]], zmin=min(80, float(np.nanmin(values))), zmax=100,
        colorbar={"ticksuffix": "%", "thickness": 12}, hoverinfo="skip", xgap=1, ygap=1,
    )  # fmt: skip
    filled = [(row, column) for row, of_row in enumerate(texts) for column, text in enumerate(of_row) if text]
    of_rows = [literal(str(item)) for item in table.index]
    unseen = {"marker": {"opacity": 0}}
    spots = go.Scatter(
        x=[heads[column] for _, column in filled], y=[row for row, _ in filled], mode="markers", showlegend=False,
        customdata=[f"{codes[row]}:{names[column]}" for row, column in filled], hoverinfo="text",
        hovertext=[f"{of_rows[row]}<br>{names[column]} {texts[row][column]}%" for row, column in filled],
        **unseen, selected=unseen, unselected=unseen,
    )  # fmt: skip
    return go.Figure([cells, spots]).update_layout(
        template=TEMPLATE, height=max(200, 90 + ROW * len(table)), clickmode="event+select", dragmode=False,
        hovermode="closest", hoverdistance=-1, xaxis={"side": "top", "fixedrange": True, "tickangle": 0},
        yaxis=named_rows(table.index),
    )  # fmt: skip
