"""A button that gives a file, made when it is clicked where that takes time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import Literal

import streamlit as st

_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".html": "text/html",
    ".zip": "application/zip",
}


def button(
    label: str,
    content: bytes | Callable[[], bytes],
    file_name: str,
    *,
    key: str,
    icon: str | None = ":material/download:",
    why: str | None = None,
    disabled: bool = False,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A file that we make, of one of the endings we write; the page does not run again. ``why`` shows on hovering."""
    st.download_button(
        label,
        content,
        file_name,
        _KINDS[PurePath(file_name).suffix],
        on_click="ignore",
        type=kind,
        icon=icon,
        key=key,
        help=why,
        disabled=disabled,
    )
