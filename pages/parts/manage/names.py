"""应报名单 on a page: how to load one, and names of units that a person confirms."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analytics.style import percent
from analytics.view import View
from data.batch import uploads
from data.submission import Refusal
from exports.tables.templates import template
from pages.parts import download, panel, writing
from pages.parts.literal import markdown
from pages.parts.scope import Scope


def explain_roster() -> None:
    """Say that there is no 应报名单 and how to load one."""
    st.subheader("尚未载入应报名单")
    st.info(
        "请按空白应报名单填写年度、单位名称等（xlsx 或 csv），在“数据入库”提交。"
        "载入后本页按区划和主管部门统计报送情况。"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        download.button(
            "下载空白应报名单",
            partial(template, "roster"),
            "应报名单.xlsx",
            key="roster-template",
        )
        st.page_link("pages/manage/ingest.py", label="去数据入库", icon=":material/upload_file:")


def confirm(here: Scope, table: pd.DataFrame, view: View) -> None:
    """The names that wait, and a form that confirms one or rules it out."""
    if table.empty:
        st.caption("没有待确认的名称。")
        return
    panel.show(view, "unknown-names")
    waiting = table.dropna(subset=["candidate_id"])
    if waiting.empty:
        return
    visitor = writing.visitor()
    if not visitor.may_write:
        writing.explain_permission()
    labels = [f"{row.unit} → {row.candidate}（相似 {percent(row.likeness_rate)}）" for row in waiting.itertuples()]
    with st.form("confirm-name", border=True):
        at = st.selectbox("报告所印名称 → 应报单位", range(len(labels)), format_func=labels.__getitem__)
        with st.container(horizontal=True):
            same = st.form_submit_button("确认为同一单位", icon=":material/check:", disabled=not visitor.may_write)
            other = st.form_submit_button("不是同一单位", icon=":material/close:", disabled=not visitor.may_write)
    if (same or other) and at is not None:
        row = waiting.iloc[at]
        region = row["region_code"] if isinstance(row["region_code"], str) else None
        try:
            uploads.name_unit(here.warehouse, row["unit"], region, row["candidate_id"], same, visitor)
        except Refusal as refused:
            st.error(markdown(f"[{refused.code}] {refused.reason}"))
            return
        st.rerun()
