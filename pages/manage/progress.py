"""报送进度: who should report, who did, whom to remind, and names to confirm."""

import streamlit as st

from analytics import progress
from pages.parts import cached, export, panel, scope
from pages.parts.body import body
from pages.parts.manage import names
from pages.parts.scope import Scope

st.title("报送进度")
scope.banner(scope.current())


def arrived(here: Scope) -> None:
    years = cached.roster_years(here.folder, here.version)
    if not years:
        names.explain_roster()
        return
    wanted = [year for year in years if year in here.filters.years] or years
    year = st.segmented_control("年度", wanted, default=wanted[0], key="roster_year", required=True) or wanted[0]
    units, elsewhere, classified = cached.progress_units(here.folder, here.version, here.filters, year)
    for column, (label, value) in zip(st.columns(6), progress.figures(units), strict=True):
        column.metric(label, value)

    by_region = progress.summary_view(units, "region", here.filters, year)
    by_department = progress.summary_view(units, "department", here.filters, year)
    reminders = progress.reminder_view(units, here.filters, year, elsewhere, classified)
    unknown = cached.unknown_names(here.folder, here.version, year)
    regions, departments, remind, confirm = st.tabs(
        ["按区划", "按主管部门", f"催报名单 {len(reminders.table)}", f"名称待确认 {unknown['reporting_id'].nunique()}"]
    )
    with regions:
        panel.show(by_region, "progress-region")
    with departments:
        panel.show(by_department, "progress-department")
    with remind:
        panel.show(reminders, "progress-reminders")
        export.sheet_button(here, "催报名单", reminders)
    with confirm:
        names.confirm(here, unknown, progress.names_view(unknown, here.filters, year))
    export.slides_button(here, "报送进度", [by_region, by_department])


body(arrived)
