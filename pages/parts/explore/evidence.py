"""The pieces of 自评质量核查: which year and part, the lanes, a report's card down to the original, the population."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from analytics.filters import Filters
from analytics.inflation import beside, population, views
from analytics.inflation.evidence import FAMILIES
from analytics.view import View
from pages.parts import cached, drill, panel
from pages.parts.explore import finding
from pages.parts.literal import markdown
from pages.parts.scope import Scope

PRIORITY, VERIFIED, UNUSUAL, LEADS, CARD = "核查优先级", "已核实差异", "统计异常", "待核线索", "单位证据"
ANALYSIS, DRAW, RESULTS = "分析视图", "抽查", "复核结果"
RANKED_ONLY = (PRIORITY, UNUSUAL)
"""Parts that need peers: not there where no report is ranked."""
PARTS = (PRIORITY, VERIFIED, UNUSUAL, LEADS, CARD, ANALYSIS, DRAW, RESULTS)
_TRACES = {code: family.name for code, family in FAMILIES.items()} | views.TRACES


def year(here: Scope) -> int | None:
    """The fiscal year looked at, the latest first; ``None`` if there is no report."""
    held = cached.choices(here.folder, here.version).years
    years = sorted(set(here.filters.years or held) & set(held), reverse=True)
    if len(years) < 2:
        return int(years[0]) if years else None
    return int(st.segmented_control("年度", years, default=years[0], required=True, key="evidence_year"))


def part(ranked: bool) -> str:
    """The part of the page that the link names, and the control that changes it; only that part is drawn."""
    names = [name for name in PARTS if ranked or name not in RANKED_ONLY]
    return _chosen("part", {name: name for name in names}, names[0], "内容")


def _chosen(parameter: str, names: dict[str, str], default: str, label: str, key: str = "") -> str:
    """What the link says of a parameter; a click on the control writes the link."""
    said = st.query_params.get(parameter)
    chosen = said if said in names else default
    widget = f"{parameter}-{key}-{chosen}"
    st.segmented_control(
        label, list(names), format_func=names.get, default=chosen, required=True, key=widget,
        label_visibility="collapsed", on_change=_write, args=(parameter, widget),
    )  # fmt: skip
    return chosen


def _write(parameter: str, widget: str) -> None:
    drill.set_link(**{parameter: st.session_state[widget], "leaf": None, "finding": None})


def open_card(report_id: str, trace: str | None = None) -> None:
    """Go to the card of a report, the leaves of a family or number open."""
    drill.set_link(report=report_id, part=CARD, trace=trace, leaf=None, finding=None)


def lane(
    here: Scope, name: str, make: Callable[[pd.DataFrame, Filters, str], View], reports: pd.DataFrame
) -> list[View]:
    """Findings upwards and downwards side by side, both alike; a row opens its unit's card."""
    both = [make(reports, here.filters, side) for side in (views.HIGH, views.LOW)]
    traces = ("gap_high" if name == VERIFIED else None, "gap_low")
    for column, view, trace in zip(st.columns(2), both, traces, strict=True):
        with column.container(border=True):
            panel.show(view, f"{name}-{trace}-{drill.turn()}", partial(open_card, trace=trace))
            if view.table.empty:
                st.caption("没有记录。")
    return both


def of_year(shown: list[View], fiscal_year: int) -> list[View]:
    """The views that show something, with the year they are made again for where their filters do not tell it."""
    told = [view for view in shown if len(view.table)]
    return [v.choosing(fiscal_year=fiscal_year) if v.made and v.made.by.startswith("inflation") else v for v in told]


def card(here: Scope, reports: pd.DataFrame, fiscal_year: int) -> list[View]:
    """The card of the report the link names, else of the first: bars, leaves of a number, findings with decisions."""
    names = dict(zip(reports["report_id"], reports["unit"], strict=True))
    chosen = st.query_params.get("report")
    if chosen not in names:
        chosen = next(iter(names), None)
    if chosen is None:
        return []
    st.selectbox(
        "单位", list(names), index=list(names).index(chosen), format_func=names.get, key=f"card-{chosen}",
        on_change=_open_chosen, args=(f"card-{chosen}",),
    )  # fmt: skip
    report = reports[reports["report_id"] == chosen].iloc[0]
    brought, used, printed, admitted = cached.inflation_card(here.folder, here.version, fiscal_year, chosen)
    if used.empty:
        st.info("该报告待复核，未纳入比较。")
        return []
    if report["blocked"]:
        st.info("该报告所印合计与各项之和相差 1 分以上，须先核对合计，不作比较；高于、低于规则的分值照列。")
    view = views.card_view(report, used.iloc[0], here.filters)
    panel.show(view, f"card-{chosen}-{drill.turn()}", lambda code: drill.set_link(trace=code, leaf=None))
    strongest = max(FAMILIES, key=lambda code: float(report[code]))
    with st.container(key="traces"):
        trace = _chosen("trace", _TRACES, strongest, "所看的类别或分值", chosen)
    leaves = views.leaves_view(report, brought, printed, trace, here.filters)
    with st.container(key="traced"):
        panel.show(leaves, f"leaves-{chosen}-{trace}-{drill.turn()}", drill.show_leaf)
    if trace == "narr":
        for text, place in admitted:
            st.markdown("**报告的“存在问题”**")
            st.text(text)
            st.caption(markdown(place))
    key = st.query_params.get("leaf")
    if key and key.startswith(f"{chosen}:"):
        drill.leaf_panel(here, key)
    every = beside.signals_view(cached.inflation_signals(here.folder, here.version, fiscal_year, chosen), here.filters)
    with st.expander(every.title):
        panel.table_only(every)
    finding.of_unit(here, str(report["unit_id"]), fiscal_year, str(report["unit"]), _show_finding)
    opened = st.query_params.get("finding")
    if opened:
        finding.show(here, opened)
    return [one.choosing(report_id=chosen) for one in (view, leaves)]


def _open_chosen(key: str) -> None:
    open_card(st.session_state[key])


def _show_finding(finding_id: str) -> None:
    drill.set_link(finding=finding_id)


def analysis(here: Scope, reports: pd.DataFrame, fiscal_year: int) -> list[View]:
    """A peer base: its totals, the deviations of the reports in view, forms, leaves all score full."""
    whole = cached.inflation_whole(here.folder, here.version, fiscal_year)
    sizes = whole["base"].value_counts()
    if sizes.empty:
        return []
    names = {str(name): f"{name}（{n} 份）" for name, n in sizes.items()}
    base = st.selectbox("同类", list(names), format_func=names.get, key="evidence_base") or next(iter(names))
    totals = population.totals_view(whole, here.filters, base)
    off = cached.inflation_deviations(here.folder, here.version, fiscal_year, base)
    deviations = population.deviations_view(off[off["item"].isin(reports["report_id"])], here.filters)
    templates = population.templates_view(
        cached.inflation_templates(here.folder, here.version, fiscal_year), here.filters
    )
    flat = cached.inflation_flat(here.folder, here.version, fiscal_year, base)
    dull = population.flat_view(flat, here.filters, base)
    panel.show(totals, f"totals-{base}", table=False, clicks=False)
    panel.show(deviations, f"deviations-{base}-{drill.turn()}", open_card, table=len(deviations.table) > 0)
    panel.titled_table(templates)
    panel.titled_table(dull)
    if st.toggle("旁证", key="beside", help="尾数、离群的完成值、雷同、合计勾稽；不计入证据"):
        for view in beside.views(cached.inflation_beside(here.folder, here.version, fiscal_year), here.filters):
            panel.show(view, f"{view.title}-{drill.turn()}", open_card if "item" in view.table else None)
    return [totals, deviations.choosing(base=base), templates, dull]
