"""The part of a page that answers its own clicks: a click there draws it anew, and neither filters nor menu."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from data.codes import refusal
from data.submission import Refusal
from pages.parts import drill, scope
from pages.parts.scope import Scope


@contextmanager
def errors_said() -> Iterator[None]:
    """Say what went wrong by its code; the details go to the log."""
    try:
        yield
    except Refusal as refused:
        _say(refused)
    except OSError:
        _say(refusal("E10"))
    except Exception as error:
        logging.getLogger(__name__).exception("page failed")
        _say(refusal("E12", type(error).__name__))


def _say(refused: Refusal) -> None:
    st.error(f"[{refused.code}] {refused.reason}")


def body(draw: Callable[[Scope], None]) -> None:
    """Draw the body of the open page. Its clicks run ``draw`` alone, unless the whole page has to follow: another page,
    data set or version."""

    @st.fragment
    def drawn() -> None:
        with errors_said():
            drill.follow()
            here = scope.current()
            if scope.moved_on(here):
                st.rerun()
            draw(here)

    drawn()
