"""Writing from a page: who may, and what is said where it is refused."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from data.batch.uploads import Visitor
from data.codes import REFUSALS
from data.submission import Refusal
from pages.parts.literal import markdown

_KEY = "admin_key"


def visitor() -> Visitor:
    """Who is here: the address the server is bound to, and the key typed in this session."""
    return Visitor(str(st.get_option("server.address") or ""), str(st.session_state.get(_KEY, "")))


def explain_permission() -> None:
    """Say that writing is off, and take the administrator's key."""
    st.info(markdown("。".join(REFUSALS["E25"]).rstrip("。") + "。"))
    st.text_input("管理员口令", type="password", key=_KEY)


def said(action: Callable[[], object]) -> None:
    """Do something that writes and show the page anew; a refusal is said."""
    try:
        action()
    except Refusal as refused:
        st.error(markdown(f"[{refused.code}] {refused.reason}"))
        return
    st.rerun()
