"""总览: where the last year in view stands, in a sentence and figures; each opens what it stands on."""

from dataclasses import replace
from functools import partial

import streamlit as st

from analytics import distribution, execution, overview
from analytics.drilldown import DrillPath
from pages.parts import cached, drill, export, figures, offer, panel, scope
from pages.parts.body import body
from pages.parts.literal import markdown
from pages.parts.scope import Scope

st.title("总览")
scope.banner(scope.current())


def answer(here: Scope) -> None:
    scope.first_choice(here)
    found = overview.summary(cached.overview_summaries(here.folder, here.version, here.filters))
    reasons = execution.broken(cached.execution_breaks(here.folder, here.version, here.filters))
    st.markdown(f"#### {markdown(overview.headline(found))}")
    if found.fiscal_year is None:
        offer.nothing(here)
        return
    alike = cached.yearly_alike(here.folder, here.version, here.filters, distribution.WHOLE)
    shown = overview.figures(found, reasons, execution.BASES[0].definition)
    figures.row(here, shown, overview.basis(found, reasons, alike), found.fiscal_year)

    year = replace(here.filters, years=(found.fiscal_year,))
    bands = overview.bands_view(cached.overview_bands(here.folder, here.version, year), year)
    lost = overview.lost_view(cached.drilldown_table(here.folder, here.version, year, DrillPath()), year)
    turn = drill.turn()
    named = st.query_params.get("band")
    band = named if named in set(bands.table["item"]) else None
    units = overview.units_view(cached.overview_units(here.folder, here.version, year, band), year, band)
    left, right = st.columns(2)
    with left:
        panel.show(bands, f"bands-{turn}", lambda band: drill.set_link(band=band), table=False, chosen=band)
    with right:
        panel.show(lost, f"lost-{turn}", partial(drill.open_drilldown, year=found.fiscal_year), table=False)
        drill.mapping_link("lost")
    if band is not None:
        st.button("显示全部单位", on_click=drill.set_link, kwargs={"band": None}, icon=":material/close:")
    panel.show(units, f"units-{turn}-{band}", drill.open_department)
    export.slides_button(here, "总览", [bands, lost, units])


body(answer)
