"""报送进度: who should report in a year, who did, whom to remind, and names that no unit of the roster answers to.

应报 are the units of 应报名单 without classified ones (涉密, counted beside). 已报 = a current 部门整体 report of the
unit under any of its confirmed names; 其中待补录: that report is in review. 未报 = 应报 − 已报; 其中退回: a refused
file names the unit. 报送率 = 已报 ÷ 应报.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.style import BLUE, ORANGE, TEMPLATE, label, literal, percent
from analytics.view import Chart, View, remakable
from data.normalise import search_key
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
REPORTED, REVIEWING, RETURNED, MISSING = "已报", "待补录", "退回", "未报"
_PARTS = re.compile(r"[^0-9A-Za-z\u3400-\u9fff（）()]+")
_BEFORE_A_NAME = re.compile(r"^(?:[0-9]+年?度?|关于)+")
_AFTER_A_NAME = re.compile(r"$|(?:19|20)[0-9]{2}|部门|整体|支出|绩效|自评|评价|报告|[(]本级[)]")
_TELLING_NAME = 5
"""Characters from which on a name tells a unit from those of other districts."""
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_BAR_HEIGHT = 42
_MOST_BARS = 40
_ROOM_INSIDE = 0.3
_SUMMARY_COLUMNS = {
    "listed": "应报",
    "reported": "已报",
    "reviewing": "其中待补录",
    "missing": "未报",
    "returned": "其中退回",
    "report_rate": "报送率",
}
_LIST_COLUMNS = {
    "region": "区划",
    "department": "主管部门",
    "unit_code": "单位编码",
    "unit": "单位名称",
    "state": "状态",
    "why": "说明",
    "budget_wan": "预算规模（万元）",
}
_NAME_COLUMNS = {
    "region": "区划",
    "unit": "报告所印名称",
    "candidate": "可能对应的应报单位",
    "unit_code": "单位编码",
    "likeness_rate": "名称相似程度",
}


def years(cursor: duckdb.DuckDBPyConnection) -> list[int]:
    """Years that have a roster, the newest first."""
    return [int(year) for (year,) in cursor.execute(named(_SQL)["years"]).fetchall()]


def units(cursor: duckdb.DuckDBPyConnection, filters: Filters, year: int) -> tuple[pd.DataFrame, int, int]:
    """One row a unit that should report in a year (the filters' years are not looked at), refused files that name no
    unit of the roster, and classified units of the whole roster.

    Columns: unit_id, region_code, region, department, unit_code, unit, sector, budget_wan (万元), accepted, in_review,
    projects (reports of each kind), reported_as (other names on them), state (已报, 待补录, 退回, 未报), why.
    """
    found = cursor.execute(named(_SQL)["units"], replace(filters, years=(year,)).parameters()).df()
    names = cursor.execute(named(_SQL)["names"], {"year": year}).fetchall()
    refused = cursor.execute(named(_SQL)["refused"]).fetchall()
    ((classified,),) = cursor.execute(named(_SQL)["classified"], {"year": year}).fetchall()
    by_unit, elsewhere = _refused_of(names, [row[1:] for row in refused], year)
    rows = found.to_dict("records")
    found["state"] = [_state(row, by_unit) for row in rows]
    found["why"] = [_why(row, by_unit) for row in found.to_dict("records")]
    return found, elsewhere, int(classified)


def _state(row: Mapping[Hashable, Any], refused: Mapping[str, str]) -> str:
    if row["accepted"]:
        return REPORTED
    if row["in_review"]:
        return REVIEWING
    return RETURNED if row["unit_id"] in refused else MISSING


def _why(row: Mapping[Hashable, Any], refused: Mapping[str, str]) -> str:
    if row["state"] == RETURNED:
        return refused[str(row["unit_id"])]
    said = []
    if row["state"] == REVIEWING:
        said.append("报告待复核，须补录或确认")
    if row["state"] == MISSING and row["projects"]:
        said.append(f"仅报送项目自评 {row['projects']} 份")
    if isinstance(row["reported_as"], str):
        said.append(f"报告所印名称：{row['reported_as']}")
    return "；".join(said)


def _refused_of(
    names: Sequence[tuple[str, str]], refused: Sequence[tuple[str, str, str | None]], year: int
) -> tuple[dict[str, str], int]:
    """unit_id -> newest refused file of the year that names the unit, with its reason; and how many files name none.

    A file names a unit by the printed name before its reason, or by its file name together with the year. A name that
    two units share settles nothing.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for name, unit_id in names:
        if len(name) >= _TELLING_NAME:
            known[name].add(unit_id)
    by_unit: dict[str, str] = {}
    elsewhere = 0
    for file_name, code, reason in refused:
        years_named = {int(found) for found in _YEAR.findall(file_name)}
        if years_named and year not in years_named:
            continue
        found = {unit for part in (reason or "").split("；") for unit in known.get(search_key(part.split("：")[0]), ())}
        if not found and years_named:
            stem = file_name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            found = {unit for part in _PARTS.split(stem) for unit in _named_in(part, known)}
        if len(found) == 1:
            by_unit.setdefault(found.pop(), f"{file_name}：{reason or code}（{code}）")
        else:
            elsewhere += 1
    return by_unit, elsewhere


def _named_in(part: str, known: Mapping[str, set[str]]) -> set[str]:
    """The units that bear the longest name a part of a file name begins with; what follows must not go on with it."""
    text = _BEFORE_A_NAME.sub("", search_key(part))
    ends = (end for end in range(len(text), 0, -1) if text[:end] in known and _AFTER_A_NAME.match(text[end:]))
    return next((known[text[:end]] for end in ends), set())


def summary(units: pd.DataFrame, by: Literal["region", "department"]) -> pd.DataFrame:
    """One row a region or department in the order of the roster: item, listed, reported, reviewing, missing, returned,
    report_rate (0 to 1)."""
    state = units["state"]
    counted = pd.DataFrame(
        {
            "item": units[by],
            "listed": 1,
            "reported": state.isin([REPORTED, REVIEWING]).astype(int),
            "reviewing": (state == REVIEWING).astype(int),
            "missing": state.isin([RETURNED, MISSING]).astype(int),
            "returned": (state == RETURNED).astype(int),
        }
    )
    table = counted.groupby("item", sort=False, as_index=False).sum()
    return table.assign(report_rate=table["reported"] / table["listed"])


def figures(units: pd.DataFrame) -> list[tuple[str, str]]:
    """The figures at the head of the page: label and value."""
    count = units["state"].value_counts().reindex([REPORTED, REVIEWING, RETURNED, MISSING], fill_value=0)
    listed, reported = len(units), int(count[REPORTED] + count[REVIEWING])
    return [
        ("应报", str(listed)),
        ("已报", str(reported)),
        ("其中待补录", str(count[REVIEWING])),
        ("未报", str(listed - reported)),
        ("其中退回", str(count[RETURNED])),
        ("报送率", percent(reported / listed if listed else None)),
    ]


@remakable("by", "year")
def summary_view(units: pd.DataFrame, by: Literal["region", "department"], filters: Filters, year: int) -> View:
    """The panel by region (with bars) or department."""
    name = "区划" if by == "region" else "主管部门"
    table = summary(units, by)
    columns = {"item": name, **_SUMMARY_COLUMNS}
    if table.empty:
        return View(f"{year} 年度：没有应报单位", "", table, None, columns, (), filters)
    behind = int((table["missing"] > 0).sum())
    state = f"{behind} 个尚有未报单位" if behind else "均已报齐"
    title = f"{year} 年度报送进度：{len(table)} 个{name}{'中 ' if behind else ''}{state}"
    listed, reported = int(table["listed"].sum()), int(table["reported"].sum())
    sentence = (
        f"应报 {listed} 个单位，已报 {reported} 个，未报 {listed - reported} 个，报送率 {percent(reported / listed)}。"
    )
    drawn = by == "region" and len(table) <= _MOST_BARS
    chart = Chart("bar", "item", ("report_rate",), "%", 1.0) if drawn else None
    notes = ("报送率 = 已报 ÷ 应报；待补录计入已报，退回计入未报。",)
    figure = _figure(table) if drawn else None
    return View(title, sentence, table, figure, columns, notes, filters, f"{title}。{sentence}", chart)


def _figure(table: pd.DataFrame) -> go.Figure:
    rates = table["report_rate"]
    names = [str(name) for name in table["item"]]
    bars = go.Bar(
        x=rates * 100,
        y=list(range(len(table))),
        orientation="h",
        text=[f"{percent(row['report_rate'])} {row['reported']}/{row['listed']}" for row in table.to_dict("records")],
        textposition=["inside" if rate > _ROOM_INSIDE else "outside" for rate in rates],
        insidetextanchor="start",
        marker={"color": [BLUE if rate >= 1 else ORANGE for rate in rates]},
        hovertext=[literal(name) for name in names],
        hovertemplate="%{hovertext}<br>报送率 %{x:.2f}%<extra></extra>",
        cliponaxis=False,
    )
    ticks = {"tickvals": list(range(len(table))), "ticktext": [label(name) for name in names]}
    return go.Figure(bars).update_layout(
        template=TEMPLATE,
        height=max(160, 60 + _BAR_HEIGHT * len(table)),
        xaxis={"range": [0, 104], "dtick": 20, "ticksuffix": "%", "title": {"text": "报送率"}, "fixedrange": True},
        yaxis=ticks | {"autorange": "reversed", "fixedrange": True},
        showlegend=False,
        dragmode=False,
    )


@remakable("year")
def reminder_view(units: pd.DataFrame, filters: Filters, year: int, elsewhere: int, classified: int) -> View:
    """催报名单: the units of which something is still to come, with what is known of each."""
    table = units[units["state"] != REPORTED].reset_index(drop=True)
    counts = table["state"].value_counts()
    kinds = "，".join(f"{kind} {counts[kind]} 个" for kind in (MISSING, RETURNED, REVIEWING) if kind in counts)
    title = f"{year} 年度催报名单：{len(table)} 个单位" if len(table) else f"{year} 年度催报名单：没有需要催报的单位"
    notes = []
    if elsewhere:
        notes.append(f"另有 {elsewhere} 份退回文件未能对应到应报单位，按全市计，见数据入库。")
    if classified:
        notes.append(f"名单内另有涉密单位 {classified} 个，不列入本页统计和名单。")
    sentence = f"{kinds}。" if kinds else ""
    return View(title, sentence, table, None, _LIST_COLUMNS, tuple(notes), filters, f"{title}。{sentence}")


def unknown_names(cursor: duckdb.DuckDBPyConnection, year: int) -> pd.DataFrame:
    """One row a reporting unit that the roster of the year and region does not know, and a unit it may be (none: null):
    reporting_id, unit, region_code, region, candidate_id, candidate, unit_code, likeness_rate (0 to 1)."""
    return cursor.execute(named(_SQL)["unknown_names"], {"year": year}).df()


def names_view(table: pd.DataFrame, filters: Filters, year: int) -> View:
    """Names to confirm."""
    names = table["reporting_id"].nunique()
    title = f"{year} 年度有 {names} 个填报单位名称未对应到应报名单，待确认"
    open_ = int(table.groupby("reporting_id")["candidate_id"].count().eq(0).sum())
    notes = (f"其中 {open_} 个没有相近的应报单位，请核对应报名单。",) if open_ else ()
    sentence = "确认为同一单位后，其报告计入该应报单位；单位名称仍按报告所印显示。"
    return View(title, sentence, table, None, _NAME_COLUMNS, notes, filters, title)
