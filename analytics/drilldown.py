"""指标下钻: from the six dimensions to one unit's leaf, one step at a time, with n at every step.

Across templates the first step is the dimension, with the printed 一级指标 beside it; from there on the printed names.
What no line of the dimension map covers is counted under 未映射, never left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.style import BLUE, ORANGE, TEMPLATE, label, literal, percent, points
from analytics.view import Chart, View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
_STEPS = ("dimension", "level2", "level3", "unit")
STEP_NAMES = {"dimension": "指标维度", "level2": "二级指标", "level3": "三级指标", "unit": "填报单位"}
_BAR_HEIGHT = 42
MOST_LEAVES = 1000
"""Most units' leaves of one name that are listed; sums are over all."""
_ORDINAL = re.compile(r"^[0-9]{1,4}$")


@dataclass(frozen=True, slots=True)
class DrillPath:
    """Where the reader stands: the choices made so far, ``None`` from the open step on."""

    dimension: str | None = None
    level2: str | None = None
    level3: str | None = None
    leaf: str | None = None
    """``report_id:ordinal`` of the chosen leaf."""

    @property
    def step(self) -> str:
        """The step that is open: what the next click chooses."""
        chosen = (self.dimension, self.level2, self.level3)
        return next((step for step, value in zip(_STEPS, chosen, strict=False) if value is None), "unit")

    def down(self, item: str) -> DrillPath:
        """One step down to an item of the open step."""
        return replace(self, **{"leaf" if self.step == "unit" else self.step: item})

    def up_to(self, step: str) -> DrillPath:
        """Back to a step: that choice and all after it undone."""
        kept = {name: getattr(self, name) for name in _STEPS[: _STEPS.index(step)]}
        return DrillPath(**kept)

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """(step to go back to, label) for the breadcrumb, the whole first."""
        found = [("dimension", "全部指标维度")]
        chosen = (self.dimension, self.level2, self.level3)
        return found + [(step, value) for step, value in zip(_STEPS[1:], chosen, strict=True) if value is not None]


def table(cursor: duckdb.DuckDBPyConnection, filters: Filters, path: DrillPath) -> pd.DataFrame:
    """The rows of the open step: ``item`` plus counts, points and score_rate (0 to 1).

    For the step ``unit``: unit, fiscal_year, region, value_text, weight, score, score_inferred, counted, score_rate,
    place, locator; one row a leaf, at most ``MOST_LEAVES``, and in all_… columns what all of them add up to.
    """
    chosen = path.up_to(path.step)
    parameters = filters.parameters() | {"dimension": chosen.dimension, "level2": chosen.level2}
    if path.step == "unit":
        return _units(cursor, parameters | {"level3": path.level3})
    if path.step == "level3" and filters.scopes is not None:
        whole = {"years": list(filters.years), "scopes": list(filters.scopes), "dimension": chosen.dimension}
        return cursor.execute(named(_SQL)["names"], whole | {"level2": chosen.level2}).df()
    if path.step != "level3" and not filters.departments and not filters.units:
        given = filters.parameters_of(named(_SQL)["labels"]) | {"dimension": chosen.dimension, "step": path.step}
        return cursor.execute(named(_SQL)["labels"], given).df()
    return cursor.execute(named(_SQL)["groups"], parameters | {"step": path.step}).df()


def _units(cursor: duckdb.DuckDBPyConnection, name: dict[str, Any]) -> pd.DataFrame:
    """The leaves of one name with the lowest score rates, and what all of them add up to."""
    steps = named(_SQL)
    of_name = {part: name[part] for part in ("dimension", "level2", "level3")}
    ((only_one, last_unit),) = cursor.execute(steps["unit_keys"], of_name).fetchall()
    given = name | {"only_one": only_one}
    whole = cursor.execute(steps["unit_sums"], given | {"last_unit": last_unit}).df()
    below = int(whole.pop("below").iloc[0]) >= MOST_LEAVES
    found = cursor.execute(steps["unit"], given | {"most": MOST_LEAVES, "below": below}).df()
    return found.merge(whole, "cross")


def figure(df: pd.DataFrame, step: str) -> go.Figure:
    """Score rates as bars, the item in ``customdata``; orange where points were lost."""
    names = _bar_names(df, step)
    rates = df["score_rate"]
    texts = [_bar_text(row, step) for row in df.to_dict("records")]
    bars = go.Bar(
        x=rates * 100,
        y=list(range(len(df))),
        orientation="h",
        text=texts,
        textposition="auto",
        insidetextanchor="start",
        customdata=df["item"],
        marker={"color": [BLUE if rate >= 1 else ORANGE for rate in rates.fillna(0)]},
        hovertext=[literal(name) for name in _full_names(df, step)],
        hovertemplate="%{hovertext}<br>得分率 %{x:.2f}%<extra></extra>",
        cliponaxis=False,
    )
    axis = {"tickvals": list(range(len(df))), "ticktext": names, "autorange": "reversed", "fixedrange": True}
    rates_axis = {"range": [0, 104], "dtick": 20, "ticksuffix": "%", "title": {"text": "得分率"}, "fixedrange": True}
    layout = {
        "template": TEMPLATE,
        "height": max(160, 60 + _BAR_HEIGHT * len(df)),
        "xaxis": rates_axis,
        "yaxis": axis,
        "showlegend": False,
        "clickmode": "event+select",
        "dragmode": False,
    }
    return go.Figure(bars, layout)


def _full_names(df: pd.DataFrame, step: str) -> list[str]:
    if step != "unit":
        return [str(name) for name in df["item"]]
    return [f"{row.unit} {row.fiscal_year}" for row in df.itertuples()]


def _bar_names(df: pd.DataFrame, step: str) -> list[str]:
    if step != "unit":
        return [label(str(name)) for name in df["item"]]
    years = df["fiscal_year"].nunique() > 1
    return [label(f"{row.unit} {row.fiscal_year}" if years else str(row.unit)) for row in df.itertuples()]


def _bar_text(row: Mapping[Hashable, Any], step: str) -> str:
    rate = percent(row["score_rate"])
    if step == "unit":
        mark = "" if pd.isna(row["score_inferred"]) else "（推定）"
        return f"{rate} {points(row['counted'])}/{points(row['weight'])} 分{mark}"
    return f"{rate} {row['units']} 个单位 {row['leaves']} 项"


def _losing(of: int, losing: int, what: str) -> str:
    """3 个单位均无失分, or 4 个单位中 1 个有失分."""
    return f"{of} {what}中 {losing} 个有失分" if losing else f"{of} {what}均无失分"


_GROUP_COLUMNS = {
    "item": "",
    "printed": "原文一级指标",
    "units": "单位数",
    "leaves": "指标数",
    "weight": "权重合计",
    "score": "得分合计",
    "lost": "失分",
    "score_rate": "得分率",
    "inferred": "推定得分",
    "unscored": "无得分",
}
_UNIT_COLUMNS = {
    "unit": "填报单位",
    "fiscal_year": "年度",
    "weight": "权重",
    "score": "自评得分",
    "score_inferred": "推定得分",
    "score_rate": "得分率",
    "value_text": "完成值",
    "place": "原文位置",
    "region": "区划",
}


@remakable("path")
def view(df: pd.DataFrame, filters: Filters, path: DrillPath) -> View:
    """The panel of the open step, from its table."""
    step = path.step
    name = STEP_NAMES[step]
    where = path.crumbs[-1][1] if path.dimension else "全部指标"
    columns = _UNIT_COLUMNS if step == "unit" else {**_GROUP_COLUMNS, "item": name}
    if df.empty:
        return View(f"{where}：没有可显示的数据", "", df, None, columns, (), filters)
    units = int(df["all_units"].iloc[0])
    if step == "unit":
        whole = df.iloc[0]
        weight, score, leaves = float(whole["all_weight"]), float(whole["all_score"]), int(whole["all_leaves"])
        inferred, unscored = int(whole["all_inferred"]), int(whole["all_unscored"])
        title = f"{where}：{_losing(units, int(whole['all_losing']), '个单位')}"
    else:
        weight, score, leaves = (float(df["weight_scored"].sum()), float(df["score"].sum()), int(df["leaves"].sum()))
        inferred, unscored = int(df["inferred"].sum()), int(df["unscored"].sum())
        title = f"{where}：{_losing(len(df), int((df['score_rate'] < 1).sum()), f'个{name}')}"
    rate = score / weight if weight > 0 else None
    ratio = f"得分率 {percent(rate)}，得分 {points(score)} / 权重 {points(float(weight))}"
    sentence = f"{ratio}；共 {units} 个单位、{leaves} 项三级指标。"
    notes = ["得分率 = 得分合计 ÷ 权重合计。"]
    if inferred:
        notes.append(f"含推定得分 {inferred} 项：原文未印得分，由总计推定。")
    if unscored:
        notes.append(f"另有 {unscored} 项无得分，未计入得分率。")
    if step == "unit" and leaves > len(df):
        notes.append(f"列出得分率较低的 {len(df)} 项，共 {leaves} 项。")
    alt = f"{title}。{sentence}"
    chart = Chart("bar", "unit" if step == "unit" else "item", ("score_rate",), "%", 1.0)
    return View(title, sentence, df, figure(df, step), columns, tuple(notes), filters, alt, chart)


def leaf(cursor: duckdb.DuckDBPyConnection, filters: Filters, key: str) -> pd.DataFrame:
    """One leaf with its rule, value and place, also of a report in review; no row if the key is unknown or outside the
    filters."""
    report_id, _, ordinal = key.partition(":")
    parameters = filters.parameters() | {
        "report_id": report_id,
        "ordinal": int(ordinal) if _ORDINAL.match(ordinal) else 0,
    }
    return cursor.execute(named(_SQL)["leaf"], parameters).df()


def leaf_problems(cursor: duckdb.DuckDBPyConnection, key: str) -> pd.DataFrame:
    """提取存疑 of one leaf: code, severity, message, place."""
    report_id, _, ordinal = key.partition(":")
    parameters = {"report_id": report_id, "ordinal": int(ordinal) if _ORDINAL.match(ordinal) else 0}
    return cursor.execute(named(_SQL)["leaf_problems"], parameters).df()
