"""自评质量核查: units by 核查优先级, three lanes, one unit's evidence down to the original, the population."""

import streamlit as st

from analytics.inflation import views
from pages.parts import cached, evidence, export, panel, scope
from pages.parts.body import body
from pages.parts.drill import turn
from pages.parts.scope import Scope

st.title("自评质量核查")
scope.banner(scope.current())


def evidence_of_a_year(here: Scope) -> None:
    year = evidence.year(here)
    if year is None:
        st.subheader("没有可显示的数据")
        st.info("可在左侧清除筛选；若尚无报告，请先到“数据入库”带入。")
        return
    reports = cached.inflation_reports(here.folder, here.version, here.filters, year)
    whole = cached.inflation_year(here.folder, here.version, year)[0]
    units = views.priority_view(reports, here.filters, year)
    unranked = views.why_unranked(reports)
    if unranked:
        st.info(unranked)
    names = ["核查优先级", "已核实差异", "统计异常", "待核线索", "单位证据", "分析视图"]
    first, verified, significant, leads, card, analysis = st.tabs(names)
    found = [
        views.verified_view(reports, here.filters),
        views.significant_view(reports, here.filters),
        views.leads_view(reports, here.filters),
    ]
    with first:
        panel.show(units, f"priority-{year}-{turn()}", evidence.open_card, clicks=False)
    for tab, view in zip((verified, significant, leads), found, strict=True):
        with tab:
            panel.titled_table(view)
    with card:
        shown = evidence.card(here, reports, year)
    with analysis:
        for name in reports["base"].dropna().unique()[:3]:
            panel.show(views.totals_view(whole, here.filters, str(name)), f"totals-{year}-{name}", table=False)
        panel.show(views.generosity_view(reports, here.filters), f"generosity-{year}", table=False)
    shown_views = [v.choosing(fiscal_year=year) for v in (units, *found, shown) if v is not None and len(v.table)]
    export.slides_button(here, "自评质量核查", shown_views)


body(evidence_of_a_year)
