"""收支构成: budget and revenue by source, spending by 基本支出 and 项目支出; the tables are parts of ``execution``."""

from __future__ import annotations

import pandas as pd

from analytics.filters import Filters
from analytics.style import money, percent
from analytics.view import Chart, View, remakable

_SOURCES = (("revenue", "收入"), ("adjusted", "全年预算数"), ("initial", "年初预算数"))
"""Amounts by source, the one that says most of a year first: its columns, and what it is called."""

_REVENUE_COLUMNS = {
    "item": "来源", "initial_wan": "年初预算数（万元）", "adjusted_wan": "全年预算数（万元）",
    "revenue_wan": "收入（万元）", "share_rate": "占比",
}  # fmt: skip


@remakable("fiscal_year")
def revenue_view(df: pd.DataFrame, filters: Filters, fiscal_year: int) -> View:
    """Budget and revenue by source. What most reports state is what shares are of; each column names its reports."""
    if df.empty:
        return View("收入构成：报告未列明", "", df, None, _REVENUE_COLUMNS, (), filters)
    reports = {code: int(df[f"{code}_reports"].iloc[0]) for code, _ in _SOURCES}
    code, name = max(_SOURCES, key=lambda source: reports[source[0]])
    total = float(df[code].sum())
    table = df.assign(
        share_rate=df[code] / total if total else None, **{f"{one}_wan": df[one] / 1e4 for one in reports}
    ).sort_values(code, ascending=False, kind="stable", na_position="last")
    most = table.iloc[0]
    title = f"{fiscal_year} 年{name} {money(total)}，其中{most['item']} {money(most[code])}"
    said = "，".join(f"{one}含 {reports[of]} 份报告" for of, one in reversed(_SOURCES) if reports[of])
    notes = (f"只含列明各来源的报告：{said}；占比为占{name}合计的比例。",)
    shown = {k: v for k, v in _REVENUE_COLUMNS.items() if reports.get(k.removesuffix("_wan"), 1)}
    sentence = "，".join(
        f"{r['item']} {percent(r['share_rate'])}" for r in table.to_dict("records") if r[code] == r[code]
    )
    return View(title, f"{sentence}。" if total else "", table, None, shown, notes, filters, f"{title}。{sentence}。",
                Chart("bar", "item", ("share_rate",), "%"))  # fmt: skip


_SPENDING_COLUMNS = {
    "item": "支出类别", "spent_wan": "全年执行数（万元）", "share_rate": "占比",
    "denominator_wan": "全年预算数（万元）", "rate": "执行率", "rated": "列明预算的报告", "reports": "报告数",
}  # fmt: skip


@remakable("fiscal_year")
def spending_view(df: pd.DataFrame, filters: Filters, fiscal_year: int) -> View:
    """基本支出 and 项目支出 with their shares and rates of execution."""
    if df.empty:
        return View("支出构成：没有同时列明基本支出和项目支出的报告", "", df, None, _SPENDING_COLUMNS, (), filters)
    total = float(df["spent"].sum())
    table = df.assign(
        spent_wan=df["spent"] / 1e4,
        share_rate=df["spent"] / total if total else None,
        denominator_wan=df["denominator"] / 1e4,
        rate=df["numerator"] / df["denominator"],
    )
    rows = table.to_dict("records")
    title = f"{fiscal_year} 年" + "，".join(f"{r['item']} {money(r['spent'])}" for r in rows)
    words = [f"{r['item']}占 {percent(r['share_rate'])}" for r in rows if total]
    words += [f"{r['item']}执行率 {percent(r['rate'])}" for r in rows if r["rated"]]
    sentence = "，".join(words) + "。" if words else ""
    notes = (
        f"含同时列明两项支出的 {int(rows[0]['reports'])} 份报告；执行率 = 执行数 ÷ 全年预算数（调整后），"
        "只含其中列明该项预算的报告，各项执行数、预算数分别合计后相除。",
    )
    return View(title, sentence, table, None, _SPENDING_COLUMNS, notes, filters, f"{title}。{sentence}",
                Chart("bar", "item", ("share_rate",), "%"))  # fmt: skip
