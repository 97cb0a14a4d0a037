"""部门画像: one unit in one year: its whole tree, what it lost where, its amounts, documents and submissions."""

import streamlit as st

from analytics import department, yearly
from analytics.filters import Filters
from pages.parts import cached, drill, export, figures, panel, scope
from pages.parts.body import body
from pages.parts.explore import finding
from pages.parts.scope import Scope

st.title("部门画像")
scope.banner(scope.current())


def unit_and_year(here: Scope) -> None:
    chosen = drill.chosen_unit(here)
    if chosen is None:
        st.subheader("没有可显示的数据")
        st.info(
            "请在左侧“单位”中选择，或从总览、指标下钻进入一个单位。链接中的单位或年度不在当前数据集内时，也会显示本提示。"
        )
        return
    unit_id, year = chosen
    reports = cached.department_part(here.folder, here.version, "report", unit_id, year)
    names = department.choices(reports)
    report_id = next(iter(names))
    if len(names) > 1:
        report_id = st.selectbox("报告", list(names), format_func=names.get, key=f"report-{unit_id}-{year}")
    report = reports[reports["report_id"] == report_id]
    leaves, submissions, budget, problems = (
        cached.department_part(here.folder, here.version, name, unit_id, year, report_id)
        for name in ("leaves", "submissions", "budget", "problems")
    )
    unit = str(report["unit"].iloc[0])
    figures.row(here, department.figures(report), department.basis(report))

    key = st.query_params.get("leaf")
    if key:
        drill.leaf_panel(here, key)
    view = department.view(leaves, unit, year).choosing(unit_id=unit_id, report_id=report_id)
    panel.show(view, f"unit-{drill.turn()}", drill.show_leaf, clicks=False, chosen=key)

    tabs = st.tabs(["报送记录", "预算与资产", "提取存疑", "存疑事项", "重报前后对照", "较上年"])
    for tab, part in zip(tabs, department.parts_views(submissions, budget, problems), strict=False):
        with tab:
            panel.table_only(part)
    with tabs[3]:
        finding.of_unit(here, unit_id, year, unit)
    with tabs[4]:
        finding.earlier_submission(here, unit_id, year)
    with tabs[5]:
        panel.titled_table(yearly.view(cached.yearly_leaves(here.folder, here.version, unit_id, year), unit, year))
        drill.mapping_link("yearly")
    export.letters_button(here, unit, Filters(years=(year,), units=(unit_id,)))
    export.slides_button(here, f"部门画像_{unit}", [department.losing_view(view)])


body(unit_and_year)
