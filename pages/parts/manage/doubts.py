"""The lane 提取存疑 of 数据入库: doubts by report, each with its line and its leaf; accepting; 待补录表; refusals."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from analytics import doubts
from data.batch import uploads
from data.batch.uploads import Visitor
from data.byhand.acceptance import State
from data.submission import Refusal
from exports.byhand import completion
from exports.names import file_name
from pages.parts import cached, download, drill, panel
from pages.parts.literal import markdown
from pages.parts.scope import Scope


def lane(here: Scope, who: Visitor) -> None:
    """Every doubt of the reports in view, by report and code; the chosen report below with what can be done."""
    rows = cached.doubts(here.folder, here.version, here.filters)
    report_id, code = st.query_params.get("report"), st.query_params.get("code")
    panel.show(
        doubts.groups_view(rows, here.filters), f"doubts-{drill.turn()}", _open_group, chosen=f"{report_id}:{code}"
    )
    if rows.empty:
        return
    download.button(
        "下载全部待补录表",
        partial(_every, here),
        f"{file_name('待补录表', here.regions_words, here.years_words, here.version_name)}.zip",
        icon=":material/folder_zip:",
        key="sheets",
        why="范围内每份存疑的报告和每个退回的文件各一份，已读出的内容预填",
    )
    if report_id:
        of_report = rows[rows["report_id"] == report_id]
        if of_report.empty:
            st.info("链接所指的报告不在当前数据或筛选范围内，或已没有提取存疑。")
        else:
            _report(here, who, of_report)


def refusals(here: Scope) -> None:
    """The refused files, with their reason, what to do, and a 待补录表 for the chosen one."""
    found = cached.refused(here.folder, here.version)
    if found.empty:
        return
    chosen = st.query_params.get("file")
    panel.show(doubts.refused_view(found), f"refused-{drill.turn()}", _open_file, chosen=chosen)
    if chosen not in set(found["item"]):
        return
    with st.container(horizontal=True):
        for name, content in cached.refused_sheets(here.folder, here.version, chosen):
            download.button(f"下载{name}", content, name, icon=":material/edit_document:", key=name)


def _open_group(item: str) -> None:
    report_id, _, code = item.partition(":")
    drill.set_link(report=report_id, code=code, doubt=None)


def _open_doubt(item: str) -> None:
    drill.set_link(doubt=item)


def _open_file(item: str) -> None:
    drill.set_link(file=item)


def _report(here: Scope, who: Visitor, rows: pd.DataFrame) -> None:
    first = rows.iloc[0]
    with st.container(border=True, key="report-doubts"):
        wanted = st.query_params.get("doubt")
        panel.show(doubts.report_view(rows, here.filters), f"report-{drill.turn()}", _open_doubt, chosen=wanted)
        one = rows[rows["number"].astype(str) == wanted]
        if len(one):
            _line(here, one.iloc[0])
        with st.container(horizontal=True):
            if len(one):
                _way_to_leaf(one.iloc[0])
            _sheet_button(here, first)
        _accept(here, who, first)


def _line(here: Scope, doubt: Any) -> None:
    """The message of a doubt and the line it is about."""
    st.markdown(f"**{markdown(doubt['message'])}**")
    if isinstance(doubt["locator"], str):
        drill.original(here, doubt["document_id"], doubt["locator"], doubt["file_name"])


def _way_to_leaf(doubt: Any) -> None:
    """A button to the leaf of a doubt in 部门画像, or to its unit where it concerns no leaf."""
    has_leaf = pd.notna(doubt["ordinal"])
    key = f"{doubt['report_id']}:{int(doubt['ordinal'])}" if has_leaf else None
    st.button(
        "打开三级指标" if has_leaf else "打开部门画像",
        on_click=drill.open_leaf,
        args=(str(doubt["unit_id"]), int(doubt["fiscal_year"]), key),
        icon=":material/open_in_new:",
        key="open-leaf",
    )


def _sheet_button(here: Scope, report: Any) -> None:
    report_id = str(report["report_id"])
    name = completion.report_file_name(
        str(report["unit"]), int(report["fiscal_year"]), str(report["subject"]), report_id
    )
    download.button(
        "下载待补录表",
        partial(_sheet, here, report_id),
        name,
        icon=":material/edit_document:",
        key="sheet",
        disabled=str(report["unit_id"]) in cached.classified(here.folder, here.version),
        why="填好后在本页上方提交，记为人工补录，与自动读取的结果并存",
    )


def _accept(here: Scope, who: Visitor, report: Any) -> None:
    """Accept a report in review as it is, or take that back; only in the user's own data."""
    accepted = isinstance(report["accepted_by"], str)
    if here.dataset != "own" or not (accepted or report["status"] == "review"):
        return
    if accepted:
        st.caption(markdown(f"已由 {report['accepted_by']} 确认：{report['accepted_reason']}"))
    with st.form(f"accept-{here.version}", border=False):
        left, right = st.columns([1, 3])
        by = left.text_input("姓名", max_chars=40)
        reason = right.text_input("理由", max_chars=200, placeholder="如：已核对原件，得分栏原文即为空白")
        label = "撤销确认" if accepted else "确认按原文入库，参与比较"
        if st.form_submit_button(label, disabled=not who.may_write, icon=":material/verified:"):
            _decide(here, str(report["report_id"]), "撤销" if accepted else "确认", reason, by, who)


def _decide(here: Scope, report_id: str, state: State, reason: str, by: str, who: Visitor) -> None:
    try:
        uploads.decide(here.warehouse, here.version, report_id, state, reason, by, who)
    except Refusal as refused:
        st.error(markdown(f"[{refused.code}] {refused.reason}"))
        return
    st.rerun()


def _sheet(here: Scope, report_id: str) -> bytes:
    with here.warehouse.cursor(here.version) as cursor:
        return completion.of_report(cursor, report_id)[1]


def _every(here: Scope) -> bytes:
    with here.warehouse.cursor(here.version) as cursor:
        return completion.zipped(completion.every(here.warehouse, cursor, here.filters))
