"""导出本页: the views of a page as slides or sheets, built only when clicked, from how they were made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from analytics.filters import Filters
from analytics.view import Made, View
from exports.byhand import letters, worksheets
from exports.names import file_name
from exports.report import remade
from exports.source import Source
from exports.views.sheets import sheets
from exports.views.slides import slides
from pages.parts import cached, collected, download
from pages.parts.scope import Scope


def slides_button(here: Scope, page: str, views: Sequence[View]) -> None:
    """导出本页 as a presentation or a workbook, made again from the version without 涉密 units; 加入汇报 beside."""
    made = _may_leave(here, views)
    name = file_name(here.years_words, here.regions_words, page, here.version_name)
    why = "下载为演示文稿，图表和表格可编辑" if made else "本页内容不列入导出"
    with st.container(horizontal=True, key="export"):
        download.button(
            "导出本页",
            partial(_slides, here, made),
            f"{name}.pptx",
            icon=":material/slideshow:",
            key="export-slides",
            why=why,
            disabled=not made,
        )
        download.button(
            "导出表格",
            partial(_sheets, here, made),
            f"{name}.xlsx",
            icon=":material/table:",
            key="export-sheets",
            why="下载为工作簿，每个表一张工作表",
            disabled=not made,
        )
        collected.menu(page, [view for view in views if view.made in made])


def sheet_button(here: Scope, what: str, view: View) -> None:
    """A button that downloads the whole table of a view as a workbook."""
    made = _may_leave(here, [view])
    name = file_name(here.years_words, here.regions_words, what, here.version_name)
    download.button(
        f"下载{what}",
        partial(_sheets, here, made),
        f"{name}.xlsx",
        key=f"export-{what}",
        disabled=view.table.empty or not made,
    )


def letters_button(here: Scope, what: str, filters: Filters) -> None:
    """A button that downloads the 核查意见单 of the units in view, Word and Excel, as one archive."""
    name = file_name(here.years_words, here.regions_words, what, "核查意见单", here.version_name)
    download.button(
        "核查意见单",
        partial(letters.archive, here.warehouse, here.version, filters, _source(here)),
        f"{name}.zip",
        icon=":material/rate_review:",
        key="export-letters",
        disabled=bool(filters.units) and set(filters.units) <= cached.classified(here.folder, here.version),
        why="每个单位一份，填好后在“数据入库”页提交，即记为处理意见",
    )


def worksheets_button(here: Scope, fiscal_year: int, units: tuple[str, ...]) -> None:
    """A button that downloads the 复核工作底稿 of units, a workbook a report, as one archive."""
    name = file_name(str(fiscal_year), here.regions_words, "复核工作底稿", here.version_name)
    download.button(
        "复核工作底稿",
        partial(worksheets.archive, here.warehouse, here.version, units, fiscal_year, _source(here)),
        f"{name}.zip",
        icon=":material/edit_document:",
        key="export-worksheets",
        disabled=not units,
        why="名单内每份报告一个工作簿，填好后在“数据入库”页提交，即记为复核结果；涉密单位不出底稿",
    )


def _may_leave(here: Scope, views: Sequence[View]) -> list[Made]:
    """How the views are made, without those about 涉密 units."""
    hidden = cached.classified(here.folder, here.version)
    made = [view.made for view in views if view.made is not None]
    return [one for one in made if not hidden & {dict(one.choices).get("unit_id")}]


def _slides(here: Scope, made: Sequence[Made]) -> bytes:
    return slides(remade.of_version(here.warehouse, here.version, made), _source(here))


def _sheets(here: Scope, made: Sequence[Made]) -> bytes:
    return sheets(remade.of_version(here.warehouse, here.version, made), _source(here))


def _source(here: Scope) -> Source:
    today = date.today().isoformat()
    return Source(here.dataset_name, here.version_name, here.years_words, here.regions_words, today)
