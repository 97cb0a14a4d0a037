"""加入汇报: the views a reader collected, kept in the session as how they were made, never as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import streamlit as st

from analytics.view import View
from exports.report.child import kept, made_of
from exports.report.spec import Collected
from pages.parts import scope

MOST = 40
"""The most views that one report takes."""
_ALL = "本页全部"

Entry = dict[str, Any]
"""A collected view: its id, how it was made, its title as shown, the reader's own title, the page it was on, and what
the filters were there."""


def _key() -> str:
    """Where the session keeps them: a view of one data set is none of another."""
    return f"collected_{scope.current().dataset}"


def entries() -> list[Entry]:
    """The views collected of the open data set, in their order."""
    found: list[Entry] = st.session_state.get(_key(), [])
    return found


def menu(page: str, views: Sequence[View]) -> None:
    """A menu beside the export buttons that adds a view of the page, or all of them, to the report."""
    made = [view for view in views if view.made is not None]
    titles = [_ALL, *(view.title for view in made)] if len(made) > 1 else [view.title for view in made]
    options = list(dict.fromkeys(titles)) or ["本页没有可加入的内容"]
    st.menu_button(
        f"加入汇报（{len(entries())}）" if entries() else "加入汇报",
        options,
        key="collect",
        icon=":material/playlist_add:",
        help="把本页的图表放入“汇报”页，排序、改标题后生成文件",
        disabled=not made,
        on_click=_add,
        args=(page, [(view.title, kept(view.made)) for view in made if view.made is not None]),
    )


def _add(page: str, offered: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Add what was picked of the menu; what is there already stays where it is."""
    picked = st.session_state["collect"]
    held = entries()
    known = [entry["made"] for entry in held]
    new = [(title, made) for title, made in offered if picked in (_ALL, title) and made not in known]
    room = MOST - len(held)
    here = scope.current()
    of = {"page": page, "of": f"{here.years_words}，{here.regions_words}", "title": ""}
    held += [{"id": uuid4().hex[:8], "made": made, "shown": title} | of for title, made in new[:room]]
    st.session_state[_key()] = held
    st.toast(f"汇报共 {len(held)} 项" if new else "已在汇报中", icon=":material/playlist_add_check:")


def collected() -> tuple[Collected, ...]:
    """The collected views as a report takes them."""
    return tuple(Collected(made_of(entry["made"]), entry["title"]) for entry in entries())


def move(identity: str, by: int) -> None:
    """Put a view one place up (-1) or down (1)."""
    held = entries()
    at = next(i for i, entry in enumerate(held) if entry["id"] == identity)
    held.insert(min(max(at + by, 0), len(held) - 1), held.pop(at))
    st.session_state[_key()] = held


def remove(identity: str) -> None:
    st.session_state[_key()] = [entry for entry in entries() if entry["id"] != identity]


def clear() -> None:
    st.session_state[_key()] = []


def retitle(identity: str, widget: str) -> None:
    """Take the title typed into a widget; an empty one means the view's own."""
    for entry in entries():
        if entry["id"] == identity:
            typed = str(st.session_state[widget]).strip()
            entry["title"] = "" if typed == entry["shown"] else typed
