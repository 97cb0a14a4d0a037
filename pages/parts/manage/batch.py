"""数据入库: the batch that is read, previewed and published, blank templates, going back a version."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from analytics import ingest as tables
from analytics.inflation import prepared
from data import vocabulary
from data.batch import uploads
from data.batch.uploads import Visitor, Work
from data.interchange.columns import TABLES
from data.parse import Given
from data.warehouse import Warehouse, version_name
from exports.tables.templates import template
from pages.parts import download, writing
from pages.parts.literal import markdown
from pages.parts.scope import open_next


def read_files(warehouse: Warehouse, files: Sequence[Any], who: Visitor, year: str, region: str) -> None:
    """Start reading uploaded files; what is wrong with the form or the batch is said."""
    if not files:
        st.warning("请先选择文件。")
    elif year and not (year.isdigit() and 1990 <= int(year) <= 2100):
        st.warning("年度应为四位数字，如 2024。")
    elif region and region not in vocabulary.load().regions_by_code:
        st.warning("区划代码应为六位国家标准代码，如 320115。")
    else:
        given = Given(int(year) if year else None, region or None)
        uploaded = [(file.name, file.getvalue()) for file in files]
        writing.said(lambda: uploads.start(warehouse, uploaded, who, given))


@st.fragment(run_every=1.0)
def progress(warehouse: Warehouse) -> None:
    """How far the reading is; it goes on while nobody looks."""
    work = uploads.work_of(warehouse)
    if work is None or not work.is_reading:
        st.rerun()
    st.progress(work.done / max(work.of, 1), text=markdown(f"正在读取 {work.done}/{work.of} {work.name}"))
    st.caption("可以离开本页，读取会继续；读完后在此预览，确认后才发布。")


def preview(warehouse: Warehouse, work: Work, who: Visitor) -> None:
    """What was read of each file; before it is published also the choice to do so or not."""
    if work.refused is not None:
        st.error(markdown(f"[{work.refused.code}] {work.refused.reason}"))
    if work.draft is None:
        return
    if work.note and work.waits:
        st.warning(markdown(work.note))
    headline = tables.headline(work.draft.result, published=not work.waits)
    st.subheader(markdown(f"预览（尚未发布）：{headline}" if work.waits else headline))
    st.dataframe(tables.files(work.draft, published=not work.waits), hide_index=True, alt="各文件读出的内容和结果")
    if work.draft.result.reports:
        st.dataframe(tables.reports(work.draft.result, published=not work.waits), hide_index=True, alt="读出的报告")
    if work.waits:
        with st.container(horizontal=True):
            if st.button("发布", type="primary", icon=":material/publish:", disabled=not who.may_write):
                writing.said(lambda: _publish(warehouse, who))
            if st.button("放弃", icon=":material/delete:", disabled=not who.may_write):
                writing.said(lambda: uploads.discard(warehouse, who))


def _publish(warehouse: Warehouse, who: Visitor) -> None:
    """Publish, and open the data set that has reports then, also if the visitor clicks elsewhere meanwhile."""
    open_next(warehouse.dataset)
    result = uploads.publish(warehouse, who)
    prepared.prepare(warehouse, [r.fiscal_year for r in result.reports] if result else ())


def templates() -> None:
    """Blank templates of the tables that other systems may hand over."""
    with st.expander("导入表与空白模板"):
        st.write(
            "指标得分、预算执行、应报名单等可按表导入（xlsx、csv、Parquet），列名用中文或英文均可，每行注明年度和单位名称。"
        )
        with st.container(horizontal=True):
            for table, title in TABLES.items():
                download.button(
                    title,
                    partial(template, table),
                    f"{title}_空白模板.xlsx",
                    key=f"blank-{table}",
                    icon=None,
                )


def rollback_button(warehouse: Warehouse, kept: Sequence[int], who: Visitor) -> None:
    """Choose one of the versions kept and go back to it."""
    if not kept:
        return
    with st.form("rollback", border=True):
        number = st.selectbox("退回到", list(kept), format_func=version_name)
        if st.form_submit_button("退回该数据版本", disabled=not who.may_write) and number is not None:
            writing.said(lambda: uploads.rollback(warehouse, number, who))
