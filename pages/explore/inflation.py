"""自评质量核查: units by 核查优先级, three lanes, a unit's evidence down to the original, population, re-checks."""

import streamlit as st

from analytics.inflation import views
from pages.parts import cached, drill, export, offer, panel, scope
from pages.parts.body import body
from pages.parts.explore import evidence, recheck
from pages.parts.literal import markdown
from pages.parts.scope import Scope

st.title("自评质量核查")
scope.banner(scope.current())


def evidence_of_a_year(here: Scope) -> None:
    year = evidence.year(here)
    if year is None:
        offer.nothing(here)
        return
    reports = cached.inflation_reports(here.folder, here.version, here.filters, year)
    unranked = views.why_unranked(reports)
    st.write(markdown(views.overview(reports, year)))
    if unranked:
        st.info(unranked)
    chosen = evidence.part(views.ranks_any(reports))
    match chosen:
        case evidence.PRIORITY:
            shown = [views.priority_view(reports, here.filters, year)]
            panel.show(shown[0], f"priority-{year}-{drill.turn()}", evidence.open_card, clicks=False)
        case evidence.VERIFIED:
            shown = evidence.lane(here, chosen, views.verified_view, reports)
        case evidence.UNUSUAL:
            shown = [views.significant_view(reports, here.filters)]
            panel.show(shown[0], f"unusual-{year}-{drill.turn()}", evidence.open_card)
        case evidence.LEADS:
            shown = evidence.lane(here, chosen, views.leads_view, reports)
        case evidence.CARD:
            shown = evidence.card(here, reports, year)
        case evidence.ANALYSIS:
            shown = evidence.analysis(here, reports, year)
        case evidence.DRAW:
            shown = recheck.draw(here, year)
        case _:
            shown = recheck.results(here, reports, year)
    export.slides_button(here, f"自评质量核查_{chosen}", evidence.of_year(shown, year))


body(evidence_of_a_year)
