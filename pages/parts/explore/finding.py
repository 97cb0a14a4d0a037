"""One finding: both readings with their places, the line in the original, what was decided on it, and by whom."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analytics import findings, resubmission
from analytics.findings import Choice
from data.batch import recheck
from data.batch.uploads import permit
from data.decided import decisions
from data.findings import catalogue as checks
from data.submission import Refusal
from data.warehouse import version_name
from pages.parts import cached, drill, panel, writing
from pages.parts.literal import markdown
from pages.parts.scope import Scope

_DIRECTIONS = ("偏高", "偏低", "中性")
_ALL = "全部"


def newest(here: Scope) -> int:
    """Number of the newest decision: what is cached of findings depends on it."""
    return decisions.newest(here.warehouse)


def choice(by_check: pd.DataFrame) -> Choice:
    """What of the findings the reader looks at: the check of the link, direction and state of the widgets."""
    check = st.query_params.get("check")
    check = check if check in set(by_check["item"]) else None
    with st.container(horizontal=True, vertical_alignment="bottom", key="finding-filters"):
        direction = st.pills("方向", _DIRECTIONS, key="finding-direction")
        state = st.selectbox("处理状态", [_ALL, *decisions.STATES], key="finding-state")
        if check:
            st.button("显示全部核对项目", on_click=drill.set_link, kwargs={"check": None}, icon=":material/close:")
    return Choice(check, direction, None if state == _ALL else state)


def name_of(by_check: pd.DataFrame, check: str | None) -> str:
    """The name of a check, empty for none."""
    return "" if check is None else str(by_check.set_index("item").loc[check, "name"])


def show(here: Scope, finding_id: str) -> None:
    """The panel of one finding."""
    found = cached.finding(here.folder, here.version, finding_id)
    if found.empty:
        st.info("链接所指的存疑事项不在当前数据版本内：可能已因重报或阈值变化而消除。")
        return
    row = found.iloc[0]
    with st.container(border=True, key="finding"):
        st.subheader(markdown(f"{row['unit']} {row['fiscal_year']}：{row['check_name']}"))
        st.write(markdown(row["message"]))
        st.caption(markdown(f"方向：{findings.words(row)}；程度：{row['severity']}。{row['explanation']}"))
        first, second = st.columns(2)
        _reading(first, "所印", row["reading"], row["place"])
        _reading(second, "对照", row["against"], row["against_place"])
        st.markdown("**测算过程**")
        st.text(row["working"])
        with st.container(horizontal=True):
            if pd.notna(row["ordinal"]):
                item = f"{row['report_id']}:{int(row['ordinal'])}"
                st.button("查看该三级指标", on_click=drill.open_leaf, args=(row["unit_id"], row["fiscal_year"], item))
            st.button("查看该单位", on_click=drill.open_department, args=(f"{row['unit_id']}:{row['fiscal_year']}",))
            st.button("收起", on_click=drill.set_link, kwargs={"finding": None}, icon=":material/close:")
        if isinstance(row["locator"], str):
            drill.original(here, row["document_id"], row["locator"], row["file_name"])
        _decisions(here, finding_id, row["working"])


def of_unit(here: Scope, unit_id: str, year: int, unit: str, pick: panel.Picked = drill.open_finding) -> None:
    """The findings of a unit and year; a row opens it on its page, or does what ``pick`` says."""
    found = cached.findings_of_unit(here.folder, here.version, unit_id, year, newest(here))
    panel.show(findings.unit_view(found, unit), f"unit-findings-{drill.turn()}", pick)


def earlier_submission(here: Scope, unit_id: str, year: int) -> None:
    """An earlier submission beside the current one: totals, leaves that changed, findings gone and new."""
    found = cached.resubmissions(here.folder, here.version, unit_id, year)
    pairs = resubmission.pairs(found)
    if not pairs:
        st.caption("只有一次报送，没有可对照的内容。")
        return
    names = list(pairs)
    report_id, before, after = pairs[st.selectbox("对照", names, key="resubmission") or names[0]]
    totals, leaves, changed = (
        cached.compared(here.folder, here.version, name, report_id, before, after)
        for name in ("totals", "leaves", "findings")
    )
    for view in (resubmission.leaves_view(totals, leaves), resubmission.findings_view(changed)):
        st.markdown(f"**{markdown(view.title)}**")
        if view.sentence:
            st.write(markdown(view.sentence))
        panel.table_only(view)


def _reading(column: st.delta_generator.DeltaGenerator, name: str, reading: str | None, place: str | None) -> None:
    column.markdown(f"**{name}**")
    column.text(reading or "—")
    if isinstance(place, str):
        column.caption(markdown(place))


def _decisions(here: Scope, finding_id: str, working: str) -> None:
    kept = decisions.history(here.warehouse, finding_id)
    st.markdown("**处理记录**")
    if kept and kept[0].working_hash != decisions.working_hash(working):
        st.warning("需重新确认：作出最近一次处理之后，测算过程有变化。", icon=":material/history:")
    for one in kept:
        st.caption(markdown(f"{one.decided_at[:10]} {one.decided_by}：{one.state}。{one.reason}"))
    if not kept:
        st.caption("尚无处理记录，状态为待核。")
    visitor = writing.visitor()
    if not visitor.may_write:
        writing.explain_permission()
    with st.form(f"decide-{finding_id}", border=False):
        left, right = st.columns(2)
        state = left.selectbox("处理状态", decisions.STATES[1:] + decisions.STATES[:1])
        name = right.text_input("姓名", max_chars=decisions.LONGEST_NAME, key="decided-by")
        reason = st.text_area("理由", max_chars=decisions.LONGEST_REASON, height=80)
        if st.form_submit_button("记录处理", disabled=not visitor.may_write):
            _told(partial(decisions.decide, here.warehouse, finding_id, state, reason, name, visitor))


def catalogue(here: Scope, by_check: pd.DataFrame) -> None:
    """Every check with its thresholds and their sources; checking again under changed thresholds."""
    st.dataframe(findings.catalogue_table(by_check), hide_index=True, alt="核对项目目录")
    st.dataframe(cached.thresholds(here.folder, here.version), hide_index=True, alt="阈值及其来源")
    st.caption(markdown(f"阈值可在数据目录下的 {checks.OVERRIDE} 中设定，重新核对后生效，不重新读取文件。"))
    visitor = writing.visitor()
    if st.button("重新核对", disabled=not visitor.may_write, key="recheck", icon=":material/refresh:"):
        permit(visitor)
        _told(partial(recheck.recheck, here.warehouse))


def _told(act: partial[object]) -> None:
    """Do it and draw the page anew, or say why not."""
    try:
        done = act()
    except Refusal as refused:
        st.error(markdown(f"[{refused.code}] {refused.reason}"))
        return
    if isinstance(done, int):
        st.toast(f"当前数据版本 {version_name(done)}")
    st.rerun()
