"""The pieces of 自评质量核查: which year, and one report's card down to the original."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.inflation import views
from analytics.inflation.evidence import FAMILIES
from analytics.view import View
from pages.parts import cached, drill, finding, panel
from pages.parts.scope import Scope

_NAMES = {code: family.name for code, family in FAMILIES.items()}


def year(here: Scope) -> int | None:
    """The fiscal year looked at, the latest first; ``None`` if there is no report."""
    found, _ = cached.choices(here.folder, here.version)
    years = sorted(set(here.filters.years or found["fiscal_year"]) & set(found["fiscal_year"]), reverse=True)
    if len(years) < 2:
        return int(years[0]) if years else None
    return int(st.segmented_control("年度", years, default=years[0], required=True, key="evidence_year"))


def open_card(report_id: str) -> None:
    """Name a report in the URL of the page."""
    drill.set_link(report=report_id, leaf=None)


def _open_chosen(key: str) -> None:
    open_card(st.session_state[key])


def card(here: Scope, reports: pd.DataFrame, fiscal_year: int) -> View | None:
    """The card of the report the URL names, else of the first: bars, leaves of a family, findings with decisions."""
    names = {str(r["report_id"]): str(r["unit"]) for r in reports.to_dict("records")}
    chosen = st.query_params.get("report")
    if chosen not in names:
        chosen = next(iter(names), None)
    if chosen is None:
        return None
    st.selectbox(
        "单位", list(names), index=list(names).index(chosen), format_func=names.get, key=f"card-{chosen}",
        on_change=_open_chosen, args=(f"card-{chosen}",),
    )  # fmt: skip
    report = reports[reports["report_id"] == chosen].iloc[0]
    _, brought, used = cached.inflation_year(here.folder, here.version, fiscal_year)
    if not len(used) or chosen not in set(used["report_id"]):
        st.info("该报告待复核，未纳入比较。")
        return None
    view = views.card_view(report, used[used["report_id"] == chosen].iloc[0], here.filters)
    view = view.choosing(report_id=chosen)
    panel.show(view, f"card-{chosen}-{drill.turn()}", clicks=False)
    strongest = max(FAMILIES, key=lambda code: float(report[code]))
    family = st.segmented_control(
        "类别", list(FAMILIES), format_func=_NAMES.get, default=strongest, required=True,
        key=f"family-{chosen}",
    )  # fmt: skip
    printed = cached.inflation_leaves(here.folder, here.version, chosen)
    leaves = views.leaves_view(report, brought[brought["report_id"] == chosen], printed, family, here.filters)
    panel.show(leaves, f"leaves-{chosen}-{family}-{drill.turn()}", drill.show_leaf)
    key = st.query_params.get("leaf")
    if key and key.startswith(f"{chosen}:"):
        drill.leaf_panel(here, key)
    finding.of_unit(here, str(report["unit_id"]), fiscal_year, str(report["unit"]))
    return view
