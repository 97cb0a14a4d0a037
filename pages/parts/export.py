"""导出本页: the views of a page as slides, built only when clicked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from analytics.filters import Filters
from analytics.view import View
from exports import letters
from exports.names import file_name
from exports.sheets import sheet
from exports.slides import Source, slides
from pages.parts.scope import Scope

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def slides_button(here: Scope, page: str, views: Sequence[View]) -> None:
    """A button that downloads the views of a page as a presentation."""
    source = _source(here)
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


def sheet_button(here: Scope, what: str, view: View) -> None:
    """A button that downloads the whole table of a view as a workbook."""
    name = file_name(here.years_words, here.regions_words, what, here.version_name)
    st.download_button(
        f"下载{what}",
        partial(sheet, view, _source(here)),
        f"{name}.xlsx",
        _XLSX,
        on_click="ignore",
        icon=":material/download:",
        key=f"export-{what}",
        disabled=view.table.empty,
    )


def letters_button(here: Scope, what: str, filters: Filters) -> None:
    """A button that downloads the 核查意见单 of the units in view, Word and Excel, as one archive."""
    name = file_name(here.years_words, here.regions_words, what, "核查意见单", here.version_name)
    st.download_button(
        "核查意见单",
        partial(letters.archive, here.warehouse, here.version, filters, _source(here)),
        f"{name}.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/rate_review:",
        key="export-letters",
        help="每个单位一份，填好后在“数据入库”页提交，即记为处理意见",
    )


def _source(here: Scope) -> Source:
    today = date.today().isoformat()
    return Source(here.dataset_name, here.version_name, here.years_words, here.regions_words, today)
