"""预算执行: rates over the years on a named basis, from initial budget to carried out, every unit against its score."""

from dataclasses import replace

import streamlit as st

from analytics import composition, executed, execution
from pages.parts import cached, drill, export, figures, offer, panel, scope
from pages.parts.body import body
from pages.parts.scope import Scope

st.title("预算执行")
scope.banner(scope.current())


def rates(here: Scope) -> None:
    names = {basis.code: basis.name for basis in execution.BASES}
    code = st.segmented_control(
        "口径", list(names), format_func=names.get, default="adjusted", key="basis", required=True, bind="query-params"
    )
    basis = execution.basis_of(code)
    years = cached.execution_years(here.folder, here.version, here.filters, basis.code)
    year = execution.latest(years, here.filters.years)
    if year is None:
        offer.nothing(here)
        return
    reasons = execution.broken(cached.execution_breaks(here.folder, here.version, here.filters))
    bridge, spending, revenue = (
        cached.execution_part(here.folder, here.version, name, here.filters, year)
        for name in ("bridge", "spending", "revenue")
    )
    units, dots = (
        table(here.folder, here.version, here.filters, year, basis.code)
        for table in (cached.executed_units, cached.executed_dots)
    )
    shown = execution.figures(years, bridge, reasons, basis, year)
    figures.row(here, shown, execution.amounts(years, basis, year))
    lacking = execution.lacking(years, units)
    if lacking:
        offer.simulated(here, lacking)

    views = [
        execution.trend_view(years, reasons, here.filters, basis),
        execution.bridge_view(bridge, here.filters, year),
        executed.view(units, dots, here.filters, basis, year),
        composition.spending_view(spending, here.filters, year),
        composition.revenue_view(revenue, here.filters, year),
    ]
    turn = drill.turn()
    panel.show(views[0], f"trend-{basis.code}-{turn}", table=False)
    if not views[0].table.empty:
        panel.folded(replace(views[0], title="各年的执行数、预算数与执行率"))
    panel.show(views[1], f"bridge-{turn}", table=False)
    panel.show(views[2], f"execution-{basis.code}-{turn}", drill.open_department)
    for name, view in zip(("spending", "revenue"), views[3:], strict=True):
        panel.show(view, f"{name}-{turn}")
    export.slides_button(here, "预算执行", [view for view in views if not view.table.empty])


body(rates)
