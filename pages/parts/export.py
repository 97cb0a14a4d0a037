"""导出本页: the views of a page as slides, built only when clicked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from analytics.view import View
from exports.names import file_name
from exports.slides import Source, slides
from pages.parts.scope import Scope

_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def slides_button(here: Scope, page: str, views: Sequence[View]) -> None:
    """A button that downloads the views of a page as a presentation."""
    today = date.today().isoformat()
    source = Source(here.dataset_name, here.version_name, here.years_words, here.regions_words, today)
    name = file_name(here.years_words, here.regions_words, page, here.version_name)
    st.download_button(
        "导出本页",
        partial(slides, list(views), source),
        f"{name}.pptx",
        _PPTX,
        on_click="ignore",
        icon=":material/slideshow:",
        key="export-slides",
        help="下载为演示文稿，图表和表格可编辑",
    )
