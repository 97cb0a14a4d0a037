"""口径试算: the reader picks another reading; self totals stand beside the totals under it."""

from __future__ import annotations

import streamlit as st

from analytics import checks
from pages.parts import cached, panel
from pages.parts.scope import Scope


def show(here: Scope) -> None:
    """The choice of a reading and its table."""
    with st.expander("口径试算：换一种口径计分作比较", key="tried", on_change="rerun") as opened:
        if not opened.open:
            return
        names = {reading.name: reading for reading in checks.READINGS}
        chosen = names[st.selectbox("口径", list(names), key="tried-reading") or checks.READINGS[0].name]
        table = cached.tried(here.folder, here.version, here.filters, chosen.code)
        panel.titled_table(checks.tried_view(table, here.filters, chosen))
