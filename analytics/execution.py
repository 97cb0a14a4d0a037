"""预算执行: how the money was spent, on a basis that is always named.

A rate is a quotient of two amounts that the report or the finance side states; 财政数据 is preferred. A rate that a
report prints without amounts (自填·口径不明) is counted and shown, and enters no sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go

from analytics import definitions, trend
from analytics.definitions import Definition, KeyFigure
from analytics.distribution import FEWEST
from analytics.filters import Filters
from analytics.style import BLUE, GREEN, GREY, ORANGE, TEMPLATE, change, money, percent
from analytics.view import Chart, View, remakable
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")


@dataclass(frozen=True, slots=True)
class Basis:
    """预算执行率的口径: its code, name, and formula in words."""

    code: str
    name: str
    formula: str

    @property
    def definition(self) -> Definition:
        """预算执行率 on this basis."""
        return definitions.execution_rate(self.name, self.formula, averaged=self.code == "average")


BASES: tuple[Basis, ...] = (
    Basis("adjusted", "调整预算口径", "全年执行数 ÷ 全年预算数（调整后）"),
    Basis("initial", "年初预算口径", "全年执行数 ÷ 年初预算数"),
    Basis("carry_in", "含上年结转口径", "全年执行数 ÷（全年预算数 + 上年结转结余）"),
    Basis("approved", "批复口径", "全年执行数 ÷ 财政部门批复的本年度预算数（财政数据的全年预算数）"),
    Basis("average", "基本与项目平均口径", "（基本支出执行率 + 项目支出执行率）÷ 2"),
)


def basis_of(code: str | None) -> Basis:
    """The basis of a code; the default for any other text."""
    return next((b for b in BASES if b.code == code), BASES[0])


def years(cursor: duckdb.DuckDBPyConnection, filters: Filters, basis: str) -> pd.DataFrame:
    """One row a year: fiscal_year, reports, rated, stated_only, numerator, denominator (yuan), rate (pooled), low_rate,
    middle_rate, high_rate (10, 50, 90 % quantiles over units), steady_units, steady_rate. Rates are 0 to 1."""
    given = {"basis": basis, "scopes": list(filters.scopes) if filters.scopes else None}
    return cursor.execute(named(_SQL)["years"], filters.parameters() | given).df()


def breaks(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> pd.DataFrame:
    """Years with the year before: entered, gone (units), renewed (districts whose usual form changed)."""
    return cursor.execute(named(_SQL)["breaks"], filters.parameters()).df()


def part(cursor: duckdb.DuckDBPyConnection, name: str, filters: Filters, fiscal_year: int) -> pd.DataFrame:
    """A table about one year: ``bridge`` (one row of sums), ``revenue`` (by source) or ``spending`` (basic and
    project)."""
    statement = named(_SQL)[name]
    return cursor.execute(statement, filters.parameters_of(statement) | {"fiscal_year": fiscal_year}).df()


def broken(found: pd.DataFrame) -> dict[int, str]:
    """Fiscal year -> why its numbers are not compared with the year before: a changed form, or units merged or split.

    Units that only come, or only go, do not break the line.
    """
    reasons = {}
    for row in found.to_dict("records"):
        words = []
        if row["renewed"]:
            words.append(f"{row['renewed']} 个区划更换表式")
        if row["entered"] and row["gone"]:
            words.append(f"单位有增减（减少 {row['gone']} 个，新增 {row['entered']} 个），可能为合并或调整")
        if words:
            reasons[int(row["fiscal_year"])] = "，".join(words)
    return reasons


_YEAR_COLUMNS = {
    "fiscal_year": "年度", "numerator_wan": "全年执行数（万元）", "denominator_wan": "预算数（万元）", "rate": "执行率",
    "low_rate": "单位十分位数（低）", "middle_rate": "单位中位数", "high_rate": "单位十分位数（高）",
    "steady_rate": "同口径单位执行率", "steady_units": "同口径单位数",
    "rated": "有金额的报告", "stated_only": "自填·口径不明", "reports": "报告数",
}  # fmt: skip


@remakable("basis")
def trend_view(df: pd.DataFrame, reasons: dict[int, str], filters: Filters, basis: Basis) -> View:
    """The rate over the years with the spread over units; the line breaks where years cannot be compared."""
    enough = df["rated"] >= FEWEST
    df = df.assign(**{name: df[name].where(enough) for name in ("low_rate", "middle_rate", "high_rate")})
    rated = df[df["rate"].notna()]
    if rated.empty:
        return View("预算执行率：没有可计算的报告", "", df.head(0), None, _YEAR_COLUMNS, (), filters)
    last = rated.iloc[-1]
    year = int(last["fiscal_year"])
    title = f"{year} 年预算执行率 {percent(last['rate'])}（{basis.name}）"
    of_sums = pd.notna(last["numerator"])
    words = [f"全年执行数 {money(last['numerator'])}，预算数 {money(last['denominator'])}"] if of_sums else []
    if trend.comparable(rated, reasons):
        before = rated.iloc[-2]
        words.append(f"较 {int(before['fiscal_year'])} 年 {change(last['rate'] - before['rate'])}")
    words.append(f"{int(last['reports'])} 份报告中 {int(last['rated'])} 份有金额")
    sentence = "；".join(words) + "。"
    notes = [f"{basis.name}：{basis.formula}；各年为执行数合计 ÷ 预算数合计。" if basis.code != "average"
             else f"{basis.name}：{basis.formula}；各年为各单位的平均数。"]  # fmt: skip
    notes += trend.notes(rated["fiscal_year"].astype(int), reasons)
    if len(rated) > 1:
        same = int(last["steady_units"])
        notes.append(
            f"同口径单位：各年均有该口径执行率的 {same} 个单位。"
            if same
            else "没有各年均有该口径执行率的单位，不作同口径比较。"
        )
    if not enough[df["rate"].notna()].all():
        notes.append(f"有金额的报告不足 {FEWEST} 份的年份不概括分布。")
    without, stated = int((df["reports"] - df["rated"]).sum()), int(df["stated_only"].sum())
    if without:
        some = "均" if stated == without else f"其中 {stated} 份"
        only = f"，{some}只填执行率、未列金额，属自填·口径不明" if stated else ""
        notes.append(f"另有 {without} 份报告无法按该口径计算{only}，未计入。")
    table = df.assign(
        item=df["fiscal_year"].astype(str),
        numerator_wan=df["numerator"] / 1e4,
        denominator_wan=df["denominator"] / 1e4,
    )
    figure, chart = None, Chart("column", "item", ("rate",), "%")
    if len(rated) > 1:
        parts, steady = trend.pieces(rated, reasons), trend.pieces(rated, {})
        lines = (("rate", "执行率", BLUE, parts), ("steady_rate", "同口径单位", GREY, steady))
        table, chart = trend.chart(table, lines)
        band = ("low_rate", "high_rate", "单位分布（10%–90%）")
        figure = trend.figure(parts, "rate", "执行率", band, reasons)
        alike = (zip(piece["fiscal_year"], piece["steady_rate"], strict=True) for piece in steady)
        trend.add_alike(figure, alike, "同口径单位", "同口径单位")
    of_years = "，".join(f"{int(r['fiscal_year'])} 年 {percent(r['rate'])}" for r in rated.to_dict("records"))
    alt = f"{title}。{sentence}各年执行率：{of_years}。"
    hidden = {name for name in _YEAR_COLUMNS if table[name].isna().all()}
    hidden |= set() if len(rated) > 1 else {"steady_rate", "steady_units"}
    columns = {name: label for name, label in _YEAR_COLUMNS.items() if name not in hidden}
    return View(title, sentence, table, figure, columns, tuple(notes), filters, alt, chart)


_BRIDGE_COLUMNS = {"item": "项目", "amount_wan": "金额（万元）"}


@remakable("fiscal_year")
def bridge_view(df: pd.DataFrame, filters: Filters, fiscal_year: int) -> View:
    """From initial budget to carried out, as a waterfall."""
    row = df.iloc[0]
    if not int(row["reports"]):
        return View("资金来去：没有同时列明五项金额的报告", "", df.head(0), None, _BRIDGE_COLUMNS, (), filters)
    initial, adjusted, carried_in, spent, carried_out = (
        float(row[c]) for c in ("initial_budget", "adjusted_budget", "carried_in", "expenditure", "carried_out")
    )
    rest = carried_out - (adjusted + carried_in - spent)
    steps = [
        ("年初预算数", initial, "absolute"),
        ("预算调整（净额）", adjusted - initial, "relative"),
        ("上年结转结余", carried_in, "relative"),
        ("全年执行数", -spent, "relative"),
    ]
    if abs(rest) > 0.5:
        steps.append(("勾稽差额", rest, "relative"))
    steps.append(("年末结转结余", carried_out, "total"))
    title = f"{fiscal_year} 年由年初预算 {money(initial)} 至年末结转结余 {money(carried_out)}"
    sentence = f"全年预算数 {money(adjusted)}，上年结转结余 {money(carried_in)}，全年执行数 {money(spent)}"
    sentence += f"；勾稽差额 {money(rest)}。" if abs(rest) > 0.5 else "。"
    notes = (
        f"含同时列明五项金额的 {int(row['reports'])} 份报告。",
        "年末结转结余 = 全年预算数 + 上年结转结余 − 全年执行数；所列年末结转结余与此不同的，其差为勾稽差额。",
    )
    table = _floating(pd.DataFrame({"item": [s[0] for s in steps], "amount_wan": [s[1] / 1e4 for s in steps]}))
    chart = Chart("stacked", "item", ("up_wan", "down_wan", "level_wan"), "万元", base="base_wan",
                  names=("增加", "减少", "余额"), colours=(BLUE, ORANGE, GREEN))  # fmt: skip
    divisor, unit = (1e8, "亿元") if abs(initial) >= 1e8 else (1e4, "万元")
    figure = go.Figure(
        go.Waterfall(
            x=[s[0] for s in steps],
            y=[s[1] / divisor for s in steps],
            measure=[s[2] for s in steps],
            text=[f"{s[1] / divisor:,.2f}" for s in steps],
            textposition="outside",
            increasing={"marker": {"color": BLUE}},
            decreasing={"marker": {"color": ORANGE}},
            totals={"marker": {"color": GREEN}},
            hovertemplate="%{x}<br>%{y:,.2f} " + unit + "<extra></extra>",
            cliponaxis=False,
        )
    ).update_layout(
        template=TEMPLATE,
        height=360,
        margin={"t": 32},
        xaxis={"fixedrange": True},
        yaxis={"title": {"text": unit}, "fixedrange": True},
        dragmode=False,
    )
    return View(title, sentence, table, figure, _BRIDGE_COLUMNS, notes, filters, f"{title}。{sentence}",
                chart if table["base_wan"].min() >= 0 else None)  # fmt: skip


def _floating(table: pd.DataFrame) -> pd.DataFrame:
    """The bars of a waterfall: where each begins (base_wan) and how far it goes up or down, or a level."""
    last = len(table) - 1
    wan = [float(v) for v in table["amount_wan"]]
    level = 0.0
    rows: list[tuple[float, float | None, float | None, float | None]] = []
    for place, value in enumerate(wan):
        if place in (0, last):
            rows.append((0.0, None, None, value))
            level = value
        else:
            rows.append((min(level, level + value), max(value, 0) or None, max(-value, 0) or None, None))
            level += value
    return table.assign(
        **dict(zip(("base_wan", "up_wan", "down_wan", "level_wan"), zip(*rows, strict=True), strict=True))
    )


def figures(
    df: pd.DataFrame, bridge: pd.DataFrame, reasons: Mapping[int, str], basis: Basis, fiscal_year: int
) -> list[KeyFigure]:
    """The figures that head the page, of one year."""
    row = df[df["fiscal_year"] == fiscal_year].iloc[0]
    upto = df[(df["fiscal_year"] <= fiscal_year) & df["rate"].notna()]
    compared = trend.comparable(upto, reasons) and int(upto["fiscal_year"].iloc[-1]) == fiscal_year
    moved = change(float(row["rate"] - upto.iloc[-2]["rate"])) if compared else None
    held = bridge.iloc[0] if int(bridge["reports"].iloc[0]) else None
    initial, adjusted, carried_in, carried_out = (
        None if held is None else float(held[name])
        for name in ("initial_budget", "adjusted_budget", "carried_in", "carried_out")
    )
    return [
        KeyFigure(percent(row["rate"]), basis.definition, moved),
        KeyFigure(_share(adjusted, initial, 1), definitions.ADJUSTED),
        KeyFigure(_share(carried_out, adjusted), definitions.CARRIED),
        KeyFigure(_share(carried_out, carried_in, 1), definitions.CARRIED_CHANGE),
    ]


def amounts(df: pd.DataFrame, basis: Basis, fiscal_year: int) -> str:
    """The basis of a year's rate with its numerator and denominator, in a line."""
    row = df[df["fiscal_year"] == fiscal_year].iloc[0]
    words = f"{fiscal_year} 年，{basis.name}：{basis.formula}"
    if pd.notna(row["numerator"]) and pd.notna(row["rate"]):
        words += f" = {money(row['numerator'])} ÷ {money(row['denominator'])}"
    if pd.notna(row["rate"]):
        words += f"（{int(row['reports'])} 份报告中 {int(row['rated'])} 份列明金额）"
    return words


def _share(part: float | None, whole: float | None, less: int = 0) -> str:
    return "—" if part is None or not whole else percent(part / whole - less)


def latest(df: pd.DataFrame, chosen: Sequence[int]) -> int | None:
    """The year that the one-year panels show: the last of those in view."""
    found = [int(y) for y in df["fiscal_year"] if not chosen or int(y) in chosen]
    return max(found) if found else None


def lacking(years: pd.DataFrame, units: pd.DataFrame) -> str:
    """What the data in view lacks for this page, in a sentence; empty where it lacks nothing. ``units``: the table of
    ``executed.units``."""
    words = []
    if len(years) < 2:
        words.append("只有一个年度，无法显示趋势")
    counts = units[["all_reports", "all_rated", "all_zero", "all_negative"]].head(1)
    for reports, rated, zero, negative in counts.itertuples(index=False):
        if 2 * (reports - rated) > reports:
            unstated = reports - rated - zero - negative
            kinds = ((unstated, "未列明所需金额"), (zero, "预算数为 0"), (negative, "预算数为负数"))
            words.append(f"{reports} 份报告中 " + "、".join(f"{n} 份{why}" for n, why in kinds if n))
    return "；".join(words) + "。" if words else ""
