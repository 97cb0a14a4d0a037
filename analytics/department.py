"""部门画像: one unit in one year. Its whole indicator tree, what it lost where, its documents and submissions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics import definitions
from analytics.definitions import KeyFigure
from analytics.filters import Filters
from analytics.style import FONT, TEMPLATE, literal, percent, points
from analytics.view import Chart, View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
_COLUMNS = {
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "value_text": "完成值",
    "weight": "权重",
    "score": "自评得分",
    "score_inferred": "推定得分",
    "lost": "失分",
    "score_rate": "得分率",
    "place": "原文位置",
}
_SCALE = [[0.0, "#DD7A3B"], [0.8, "#EDA572"], [0.9995, "#FBE3D0"], [1.0, "#8DBCE0"]]
"""Orange where points were lost, blue where none; the two ends differ in lightness too."""


def units(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Units and years that have a current report: unit_id, unit, fiscal_year, region_code."""
    return cursor.execute(named(_SQL)["units"]).df()


def part(
    cursor: duckdb.DuckDBPyConnection, name: str, unit_id: str, fiscal_year: int, report_id: str | None = None
) -> pd.DataFrame:
    """One table of a unit and year: ``report`` (one row a report, 部门整体 first) and ``submissions`` of all reports,
    or ``leaves``, ``budget`` and ``problems`` of one of them (``None``: the first)."""
    parameters = {"unit_id": unit_id, "fiscal_year": fiscal_year}
    statement = named(_SQL)[name]
    if "$report_id" not in statement:
        return cursor.execute(statement, parameters).df()
    if report_id is None:
        report_id = next(iter(part(cursor, "report", unit_id, fiscal_year)["report_id"]), "")
    return cursor.execute(statement, parameters | {"report_id": report_id}).df()


def choices(reports: pd.DataFrame) -> dict[str, str]:
    """report_id -> form and project, of the reports of a unit and year."""
    return {str(r["report_id"]): f"{r['form']} {r['subject'] or ''}".strip() for r in reports.to_dict("records")}


def tree(df: pd.DataFrame, unit: str) -> go.Figure:
    """The leaves as an icicle: area is weight, colour is the score rate; from 一级指标 on the left to 三级指标."""
    root = "root"
    total, whole = _rate(df)
    ids, labels, parents = [root], [literal(unit, 14)], [""]
    values, rates = [total], [1.0 if whole is None else whole]
    texts = [f"权重 {points(total)}，得分率 {percent(whole)}"]
    ordered = df.sort_values("ordinal", kind="stable")
    for keys in (["level1"], ["level1", "level2"], ["level1", "level2", "item"]):
        for key, rows in ordered.groupby(keys, sort=False):
            path = tuple(key)
            weight, rate = _rate(rows)
            ids.append("/".join(map(str, path)))
            parents.append("/".join(map(str, path[:-1])) or root)
            labels.append(literal(str(rows["level3"].iloc[0]) if len(path) == 3 else str(path[-1]), 18))
            values.append(weight)
            rates.append(1.0 if rate is None else rate)
            texts.append(f"权重 {points(weight)}，得分率 {percent(rate)}")
    trace = go.Icicle(
        ids=ids,
        labels=labels,
        parents=parents,
        values=values,
        branchvalues="total",
        text=texts,
        textinfo="label",
        hovertemplate="%{label}<br>%{text}<extra></extra>",
        marker={"colors": rates, "colorscale": _SCALE, "cmin": 0, "cmax": 1, "line": {"width": 1}},
        textfont={"family": FONT, "color": "#1B2430", "size": 13},
        tiling={"orientation": "h"},
        sort=False,
    )
    return go.Figure(trace).update_layout(
        template=TEMPLATE,
        height=620,
        margin={"l": 0, "r": 0, "t": 8, "b": 8},
        uniformtext={"minsize": 11, "mode": "hide"},
    )


def _rate(rows: pd.DataFrame) -> tuple[float, float | None]:
    """Weight of some leaves, and their score rate over those that have a score."""
    scored = rows[rows["counted"].notna()]
    weight = float(scored["weight"].sum())
    return float(rows["weight"].sum()), (float(scored["counted"].sum()) / weight if weight else None)


@remakable("unit", "fiscal_year")
def view(df: pd.DataFrame, unit: str, fiscal_year: int) -> View:
    """The whole tree of one report and its leaves, those that lost most first."""
    filters = Filters(years=(fiscal_year,))
    if df.empty:
        return View("没有可显示的数据", "", df, None, _COLUMNS, (), filters)
    losing = df[df["lost"] > 0]
    title = f"{unit} {fiscal_year}：{len(df)} 项三级指标中 {len(losing)} 项有失分"
    where = losing.groupby("level1", sort=False)["lost"].sum().sort_values(ascending=False)
    lost = "，".join(f"{name} {points(float(value))} 分" for name, value in where.items())
    sentence = f"共失 {points(float(losing['lost'].sum()))} 分" + (f"：{lost}。" if lost else "。")
    notes = ["面积为权重，颜色由橙至蓝表示得分率由低至高；橙色为有失分。"]
    inferred = int(df["score_inferred"].notna().sum())
    unscored = int(df["counted"].isna().sum())
    if inferred:
        notes.append(f"含推定得分 {inferred} 项：原文未印得分，由总计推定。")
    if unscored:
        notes.append(f"{unscored} 项无得分。")
    return View(title, sentence, df, tree(df, unit), _COLUMNS, tuple(notes), filters, f"{title}。{sentence}")


@remakable()
def losing_view(view: View) -> View:
    """The same panel for a slide: only the leaves that lost points, as bars, without what speaks of the tree."""
    losing = view.table[view.table["lost"] > 0].reset_index(drop=True)
    chart = Chart("bar", "level3", ("lost",), "分") if len(losing) else None
    return replace(view, table=losing if len(losing) else view.table, figure=None, notes=view.notes[1:], chart=chart)


def figures(report: pd.DataFrame) -> list[KeyFigure]:
    """The figures that head the page, of the first report of the unit and year."""
    row = report.iloc[0]
    grade = row["grade"] if isinstance(row["grade"], str) else "未印"
    return [
        KeyFigure(points(row["comparable_score"]), definitions.SCORE),
        KeyFigure(points(row["stated_total"]), definitions.TOTAL),
        KeyFigure(grade, definitions.GRADE),
        KeyFigure(f"{int(row['leaves'])} 项", definitions.LEAVES),
    ]


_STATUS = {"accepted": "已入库", "review": "待复核，不参与比较"}
_YEAR_BASIS = {"title": "标题", "prose": "正文", "inherited": "同一文件的其他单位", "given": "入库人指定"}


def basis(report: pd.DataFrame) -> str:
    """What the report is: unit, year and how it is known, region, template, submission, status."""
    row = report.iloc[0]
    region = row["region"] if isinstance(row["region"], str) else "区划未知"
    form = choices(report)[str(row["report_id"])]
    return (
        f"{row['unit']}，{row['fiscal_year']} 年度（取自{_YEAR_BASIS[row['year_basis']]}），{region}，{form}，"
        f"表式：{row['template']}，第 {row['submission']} 次报送，{_STATUS[row['status']]}{_by_whom(row)}"
    )


def _by_whom(row: pd.Series) -> str:
    """Who entered or accepted the report, where a person did."""
    entered = (
        f"，人工补录（{row['entered_by']}，{row['entered_at']:%Y-%m-%d}）" if isinstance(row["entered_by"], str) else ""
    )
    return entered + (f"，经{row['accepted_by']}确认" if isinstance(row["accepted_by"], str) else "")


def parts_views(submissions: pd.DataFrame, budget: pd.DataFrame, problems: pd.DataFrame) -> list[View]:
    """Submissions and documents, amounts, and extraction doubts, as tables."""
    severity = {"error": "须确认", "warning": "待核", "info": "提示"}
    status = {"accepted": "已入库", "review": "待复核"}
    return [
        View(
            "报送记录",
            "",
            submissions.assign(
                status=submissions["status"].map(status),
                is_current=submissions["is_current"].map({True: "是", False: ""}),
            ),
            None,
            {
                "form": "表类",
                "subject": "项目名称",
                "submission": "第几次",
                "is_current": "当前",
                "file_name": "文件",
                "source": "来源",
                "received_at": "收到时间",
                "status": "状态",
                "stated_total": "报告总计",
                "comparable_score": "可比得分",
            },
        ),
        View(
            "预算与资产",
            "",
            budget,
            None,
            {"item_name": "项目", "printed": "所印数字", "printed_unit": "单位", "place": "原文位置"},
        ),
        View(
            "提取存疑",
            "",
            problems.assign(severity=problems["severity"].map(severity)),
            None,
            {"severity": "程度", "message": "内容", "code": "编号", "place": "原文位置"},
        ),
    ]
