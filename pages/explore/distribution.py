"""得分分布: simple columns first, boxes, curve and heat table beside; a unit on its base; units side by side."""

import streamlit as st

from analytics import distribution, overview
from pages.parts import cached, export, figures, offer, scope
from pages.parts.body import body
from pages.parts.explore import spread
from pages.parts.scope import Scope

st.title("得分分布")
scope.banner(scope.current())


def scores(here: Scope) -> None:
    now = spread.look(here)
    if now.groups.empty:
        offer.nothing(here)
        return
    forms = overview.scope_of(cached.overview_summaries(here.folder, here.version, here.filters))
    scoped = "，".join(words for words in (here.years_words, here.regions_words, forms) if words)
    figures.explained(here, distribution.DEFINITIONS, scoped)
    few = distribution.too_few(now.groups)
    if few:
        offer.simulated(here, few)
    tabs = st.tabs(list(spread.TABS), key="tab", bind="query-params")
    for tab, (name, draw) in zip(tabs, spread.TABS.items(), strict=True):
        if tab.open:
            with tab:
                views = draw(now)
            export.slides_button(here, f"得分分布_{name}", [view for view in views if len(view.table)])


body(scores)
