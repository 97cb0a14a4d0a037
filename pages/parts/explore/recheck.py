"""抽查 and 复核结果 of 自评质量核查: what to draw, the lists that were fixed, what their re-check found."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from analytics.inflation import draw as drawing
from analytics.inflation import reviews
from analytics.inflation.draw import Candidate, Draw, Named, Quota
from analytics.view import View
from data.decided import draws
from data.decided.draws import Frozen
from data.submission import Refusal
from pages.parts import cached, drill, export, panel, writing
from pages.parts.explore import evidence
from pages.parts.literal import markdown
from pages.parts.scope import Scope

_FIXED = "名单一经抽取即固定留存（日期、种子、数据版本、参数、可抽单位），不能改动；再次抽取另记一号，前一份仍在。"


def draw(here: Scope, fiscal_year: int) -> list[View]:
    """The form of a draw, and the lists of the year."""
    values = cached.draw_frame(here.folder, here.version, here.filters, fiscal_year)
    frame = tuple(Candidate(*value) for value in values)  # type: ignore[arg-type]
    lists = draws.of_year(here.warehouse, fiscal_year)
    with st.expander(f"抽取新名单（可抽 {len(frame)} 户）", expanded=not lists):
        _form(here, fiscal_year, frame)
    if not lists:
        st.caption("本年度尚未抽取名单。")
        return []
    return [_list(here, fiscal_year, lists, {c.unit_id for c in frame if c.classified})]


def _form(here: Scope, fiscal_year: int, frame: Sequence[Candidate]) -> None:
    st.caption(_FIXED)
    first, second, third, fourth = st.columns(4)
    size = first.number_input("抽查户数", 1, max(len(frame), 1), min(max(len(frame) // 10, 2), max(len(frame), 1)))
    share = second.number_input("随机部分占比（%）", 1, 100, 50, help="随机部分至少 1 户")
    sizes = third.number_input("预算规模分档", 1, 10, 3, help="随机部分按档均匀分布；预算规模取自应报名单")
    rest = fourth.number_input("近几年内已复核的排在最后", 0, 10, 0, help="只影响按证据抽取的部分；0 为不限")
    must, excluded = _named("指定单位", frame), _named("排除单位", frame)
    group = st.segmented_control(
        "按组设户数", list(drawing.GROUPS), format_func=drawing.GROUPS.get, default="", required=True, key="draw-group"
    )
    quotas = _quotas(group, frame)
    left, right = st.columns(2)
    told = "不超过 18 位的数字，如当众摇出的号码"
    seed = left.text_input("随机种子", key="draw-seed", max_chars=18, placeholder="留空则由系统产生", help=told)
    by = right.text_input("抽取人", key="draw-by", max_chars=40)
    number = int(seed) if seed.isdecimal() else secrets.randbelow(10**9)
    asked = Draw(
        fiscal_year, int(size), number, share / 100, must, excluded, group, quotas, int(sizes), int(rest), here.filters,
    )  # fmt: skip
    wrong = drawing.faults(asked, frame) + (["随机种子应为数字。"] if seed and not seed.isdecimal() else [])
    for words in wrong:
        st.warning(markdown(words))
    visitor = writing.visitor()
    if not visitor.may_write:
        writing.explain_permission()
    if st.button(
        "抽取并固定名单", type="primary", icon=":material/casino:", disabled=bool(wrong) or not visitor.may_write
    ):
        _fix(here, asked, frame, by)


def _named(label: str, frame: Sequence[Candidate]) -> tuple[Named, ...]:
    """Units picked by name, each with a reason."""
    names = {c.unit_id: c.unit for c in frame}
    picked = st.multiselect(label, list(names), format_func=names.get, key=f"draw-{label}", placeholder="输入单位名称")
    reasons = [
        st.text_input(markdown(f"{names[u]}：{label[:2]}理由"), key=f"draw-{label}-{u}", max_chars=200) for u in picked
    ]
    return tuple(Named(u, reason) for u, reason in zip(picked, reasons, strict=True))


def _quotas(group: str, frame: Sequence[Candidate]) -> tuple[Quota, ...]:
    """Fewest and most units of each group, as the reader fills them in; groups left as they are have no quota."""
    if not group:
        return ()
    counts = pd.Series([getattr(c, group) for c in frame]).value_counts().sort_index()
    table = pd.DataFrame({"group": counts.index, "units": counts.to_numpy(), "least": 0, "most": None})
    names = {"group": drawing.GROUPS[group], "units": "可抽户数", "least": "至少", "most": "至多"}
    whole = {n: st.column_config.NumberColumn(names[n], min_value=0, step=1) for n in ("least", "most")}
    filled = st.data_editor(
        table.astype({"most": "Int64"}), hide_index=True, disabled=["group", "units"], key=f"draw-quotas-{group}",
        column_config={n: names[n] for n in ("group", "units")} | whole,
    )  # fmt: skip
    return tuple(
        Quota(str(row["group"]), int(row["least"]), None if pd.isna(row["most"]) else int(row["most"]))
        for row in filled.fillna({"least": 0}).to_dict("records")
        if row["least"] or pd.notna(row["most"])
    )


def _fix(here: Scope, asked: Draw, frame: Sequence[Candidate], by: str) -> None:
    seen = here.warehouse.published()
    seen = seen if seen.startswith(f"{here.version} ") else ""
    texts = (str(asked.seed), drawing.to_json(asked), drawing.to_json(frame))
    try:
        rows = drawing.draw(asked, frame)
        draws.freeze(here.warehouse, seen, asked.fiscal_year, *texts, rows, by, writing.visitor())
    except Refusal as refused:
        st.error(markdown(f"[{refused.code}] {refused.reason}"))
        return
    st.rerun()


def _list(here: Scope, fiscal_year: int, lists: Sequence[Frozen], classified: set[str]) -> View:
    """One list of the year, the last first; what leads from it to the files."""
    names = {k.number: f"第 {k.number} 号　{reviews.day(k)}　{k.drawn_by}　{len(k.rows)} 户" for k in lists}
    number = st.selectbox("名单", list(names), format_func=names.get, key=f"draw-list-{fiscal_year}-{len(lists)}")
    kept = next(k for k in lists if k.number == number)
    view = reviews.list_view(kept, here.filters)
    panel.show(view, f"draw-{kept.number}")
    shown = reviews.list_for_file(kept, here.filters, classified).choosing(fiscal_year=fiscal_year, number=kept.number)
    with st.container(horizontal=True):
        export.sheet_button(here, "抽查名单", shown)
        export.worksheets_button(here, kept.fiscal_year, tuple(shown.table["item"]))
        if st.button("重新抽取核对", icon=":material/fact_check:", help="用留存的参数和可抽单位再抽一次，与名单比对"):
            if reviews.repeated(kept, draws.frame(here.warehouse, kept.number)):
                st.success(f"按留存的参数重新抽取，与第 {kept.number} 号名单一致。")
            else:
                st.error(f"按留存的参数重新抽取，与第 {kept.number} 号名单不一致，请联系管理员。")
    return shown


def results(here: Scope, reports: pd.DataFrame, fiscal_year: int) -> list[View]:
    """What the re-check found: hit rates of each part, agreement of a part, units, and constants on request."""
    pairs = cached.review_pairs(here.folder, here.version, fiscal_year)
    pairs = pairs[pairs["report_id"].isin(reports["report_id"])]
    if pairs.empty:
        st.info("所选范围内尚无复核得分。可在“抽查”下载复核工作底稿，填好后在“数据入库”提交。")
        return []
    parts = reviews.parts_of(draws.of_year(here.warehouse, fiscal_year), list(dict.fromkeys(pairs["unit_id"])))
    hits = reviews.hits_view(pairs, parts, here.filters)
    panel.titled_table(hits)
    names = [reviews.ALL, *(name for name, units in parts.items() if units)]
    chosen = st.segmented_control("部分", names, default=reviews.ALL, required=True, key=f"review-part-{fiscal_year}")
    of_part = reviews.in_part(pairs, parts, chosen)
    agreed = reviews.agreement_view(of_part, here.filters, chosen)
    panel.show(agreed, f"agreement-{chosen}-{drill.turn()}", evidence.open_card, table=False)
    panel.table_only(agreed)
    units = reviews.units_view(of_part, parts, here.filters, chosen)
    panel.show(units, f"reviewed-{chosen}-{drill.turn()}", evidence.open_card)
    shown = [hits, agreed, units]
    if st.toggle("按复核结果推算证据参数（只作比较）", key="review-fitted"):
        found = reviews.fitted_to(reports, pairs, parts)
        shown.append(reviews.fitted_view(found, here.filters))
        panel.titled_table(shown[-1])
    return shown
