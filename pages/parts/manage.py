"""Writing from a page: who may, the batch that was read last, going back a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from analytics import ingest as tables
from data import uploads, vocabulary
from data.codes import REFUSALS
from data.parse import Given
from data.submission import Refusal
from data.uploads import Visitor
from data.warehouse import Warehouse, version_name
from pages.parts.literal import markdown
from pages.parts.scope import open_next

_BATCH = "last_batch"
_KEY = "admin_key"


@dataclass(frozen=True, slots=True)
class Batch:
    headline: str
    documents: pd.DataFrame
    reports: pd.DataFrame


def visitor() -> Visitor:
    """Who is here: the address the server is bound to, and the key typed in this session."""
    return Visitor(str(st.get_option("server.address") or ""), str(st.session_state.get(_KEY, "")))


def explain_permission() -> None:
    """Say that writing is off, and take the administrator's key."""
    st.info(markdown("。".join(REFUSALS["E25"]).rstrip("。") + "。"))
    st.text_input("管理员口令", type="password", key=_KEY)


def ingest_files(warehouse: Warehouse, files: Sequence[Any], who: Visitor, year: str, region: str) -> None:
    """Ingest uploaded files; the outcome is kept for the page, a refusal of the whole batch is said."""
    if not files:
        st.warning("请先选择文件。")
        return
    if year and not (year.isdigit() and 1990 <= int(year) <= 2100):
        st.warning("年度应为四位数字，如 2024。")
        return
    if region and region not in vocabulary.load().regions_by_code:
        st.warning("区划代码应为六位国家标准代码，如 320115。")
        return
    given = Given(int(year) if year else None, region or None)
    with st.status(f"正在读取 {len(files)} 个文件", expanded=True) as status:
        bar = st.progress(0.0)
        try:
            result = uploads.ingest_uploads(
                warehouse,
                [(file.name, file.getvalue()) for file in files],
                who,
                given,
                lambda done, of, name: bar.progress(done / of, text=markdown(f"{done}/{of} {name}")),
            )
        except Refusal as refused:
            status.update(label="未入库", state="error")
            st.error(markdown(f"[{refused.code}] {refused.reason}"))
            return
        status.update(label="读取完成", state="complete")
    documents, reports = tables.documents(result), tables.reports(result)
    st.session_state[_BATCH] = (tables.headline(result), documents.to_dict("list"), reports.to_dict("list"))
    if result.reports:
        open_next(warehouse.dataset)
    st.rerun()


def last_batch() -> Batch | None:
    """What this session read last."""
    kept = st.session_state.get(_BATCH)
    return Batch(kept[0], pd.DataFrame(kept[1]), pd.DataFrame(kept[2])) if kept else None


def rollback_button(warehouse: Warehouse, kept: Sequence[int], who: Visitor) -> None:
    """Choose one of the versions kept and go back to it."""
    if not kept:
        return
    with st.form("rollback", border=True):
        number = st.selectbox("退回到", list(kept), format_func=version_name)
        if st.form_submit_button("退回该数据版本", disabled=not who.may_write) and number is not None:
            try:
                uploads.rollback(warehouse, number, who)
            except Refusal as refused:
                st.error(markdown(f"[{refused.code}] {refused.reason}"))
                return
            st.session_state.pop(_BATCH, None)
            st.rerun()
