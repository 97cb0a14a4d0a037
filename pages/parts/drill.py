"""The drill path in the URL, the breadcrumb, ways from page to page, and the panel of one leaf with its line."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analytics import findings
from analytics.drilldown import DrillPath
from analytics.style import points
from pages.parts import cached
from pages.parts.literal import markdown
from pages.parts.scope import Scope, narrow

_PARAMETERS = {"dimension": "d", "level2": "l2", "level3": "l3", "leaf": "leaf"}
_TURN = "drill_turn"
_WAY = "drill_way"
_DRILLDOWN, _DEPARTMENT = "pages/explore/drilldown.py", "pages/explore/department.py"
_CHECKS = "pages/explore/checks.py"
PAGES = {
    "progress": ("pages/manage/progress.py", "报送进度", True),
    "distribution": ("pages/explore/distribution.py", "得分分布", True),
    "execution": ("pages/explore/execution.py", "预算执行", False),
    "checks": (_CHECKS, "规则复算与勾稽", True),
}
"""The pages that figures of other pages open: script, name in the menu, whether they show the figure's year alone."""


def path() -> DrillPath:
    """The drill path that the URL names, as far as it is without gaps."""
    named = DrillPath(**{name: st.query_params.get(short) or None for name, short in _PARAMETERS.items()})
    return named if named.step == "unit" else named.up_to(named.step)


def set_link(**values: str | None) -> None:
    """Write parameters of the open page to the URL; charts are drawn anew, so that no old selection lingers."""
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value
    st.session_state[_TURN] = turn() + 1


def go(to: DrillPath) -> None:
    """Write a path to the URL."""
    set_link(**{short: getattr(to, name) for name, short in _PARAMETERS.items()})


def go_down(here: DrillPath, item: str) -> None:
    """One step down from a path, or to another leaf of its last step."""
    go(here.down(item))


def open_drilldown(dimension: str | None, year: int | None = None) -> None:
    """Go to a dimension in 指标下钻 (``None``: to its start), of one year only if one is given."""
    if year is not None:
        narrow("year", str(year))
    open_path(DrillPath(dimension))


def open_path(to: DrillPath) -> None:
    """Go to a path in 指标下钻, in the run that follows this callback."""
    named = {short: getattr(to, name) for name, short in _PARAMETERS.items()}
    st.session_state[_WAY] = (_DRILLDOWN, {short: value for short, value in named.items() if value is not None})


def open_page(page: str, year: int | None) -> None:
    """Go to one of ``PAGES`` in the run that follows this callback; ``year``: of the figure that opens it."""
    script, _, of_one_year = PAGES[page]
    if year is not None and of_one_year:
        narrow("year", str(year))
    st.session_state[_WAY] = (script, {})


def mapping_link(key: str) -> None:
    """A way to 维度对照表, for figures that set several forms side by side."""
    st.button("维度对照表", key=f"mapping-{key}", type="tertiary", icon=":material/arrow_forward:",
              icon_position="right", on_click=_open_mapping)  # fmt: skip


def _open_mapping() -> None:
    st.session_state[_WAY] = (PAGES["distribution"][0], {"tab": "维度对照表"})


def open_department(item: str) -> None:
    """Go to 部门画像 of a unit and year, named ``unit_id:year``, in the run that follows this callback."""
    unit_id, _, year = item.partition(":")
    open_leaf(unit_id, int(year), None)


def open_leaf(unit_id: str, fiscal_year: int, key: str | None) -> None:
    """Go to a unit and year in 部门画像, a leaf (``report_id:ordinal``) open, in the run that follows this callback."""
    named = {"u": unit_id, "y": str(fiscal_year)}
    st.session_state[_WAY] = (_DEPARTMENT, named if key is None else named | {"leaf": key})


def open_finding(item: str) -> None:
    """Go to a finding on 规则复算与勾稽, in the run that follows this callback."""
    st.session_state[_WAY] = (_CHECKS, {"finding": item})


def follow() -> None:
    """Go where a callback of the last page said; called before anything is drawn."""
    if _WAY in st.session_state:
        to, parameters = st.session_state.pop(_WAY)
        st.session_state[_TURN] = turn() + 1
        st.switch_page(to, query_params=parameters)


def show_leaf(key: str) -> None:
    """Name a leaf in the URL of the page that is open."""
    set_link(leaf=key)


def chosen_unit(here: Scope) -> tuple[str, int] | None:
    """Unit and year of 部门画像: of the URL, else of the filters, else the first; ``None`` if there is none."""
    unit_id, year = st.query_params.get("u"), st.query_params.get("y")
    if unit_id is not None:
        held = cached.unit_years(here.folder, here.version, unit_id)
        fitting = [y for y in held if year is None or str(y) == year]
        return (unit_id, fitting[0]) if fitting else None
    return cached.first_unit(here.folder, here.version, here.filters.years, here.filters.units)


def turn() -> int:
    return int(st.session_state.get(_TURN, 0))


def breadcrumb(here: DrillPath) -> None:
    """The way here as buttons; the last is where the reader stands."""
    with st.container(horizontal=True, key="breadcrumb", vertical_alignment="center"):
        for i, (step, label) in enumerate(here.crumbs):
            if i:
                st.markdown("›", width="content")
            last = step == here.step and here.leaf is None
            st.button(
                markdown(label),
                key=f"crumb-{step}",
                type="tertiary",
                disabled=last,
                on_click=go,
                args=(here.up_to(step),),
            )


def leaf_panel(scope: Scope, key: str) -> None:
    """One leaf: figures, rule, and its line in the original."""
    found = cached.leaf(scope.folder, scope.version, scope.filters, key)
    if found.empty:
        st.info("链接所指的三级指标不在当前数据或筛选范围内。可清除筛选，或从上方路径重新选择。")
        return
    leaf = found.iloc[0]
    with st.container(border=True, key="leaf"):
        st.subheader(markdown(f"{leaf['unit']} {leaf['fiscal_year']}：{leaf['level3']}"))
        st.caption(markdown(f"{leaf['level1']} › {leaf['level2']} › {leaf['level3']}"))
        if leaf["status"] == "review":
            st.caption("该报告待复核，未纳入比较。")
        inferred = leaf["score"] != leaf["score"] and leaf["score_inferred"] == leaf["score_inferred"]
        a, b, c = st.columns(3)
        a.metric("自评得分" + ("（推定）" if inferred else ""), points(leaf["score_inferred" if inferred else "score"]))
        b.metric("权重", points(leaf["weight"]))
        c.metric("完成值", markdown(leaf["value_text"] or "—"))
        st.markdown("**评分规则**")
        st.text(leaf["rule_text"] or "原文未印评分规则")
        if isinstance(leaf["working"], str):
            st.markdown("**按评分规则测算**")
            st.text(leaf["working"])
        for doubt in cached.leaf_problems(scope.folder, scope.version, key).itertuples():
            st.caption(markdown(f"提取存疑：{doubt.message}（{doubt.code}）"))
        of_leaf = cached.findings_of_leaf(scope.folder, scope.version, leaf["report_id"], int(leaf["ordinal"]))
        for one in of_leaf.to_dict("records"):
            words = f"存疑事项（{findings.words(one)}）：{one['message']}。测算过程：{one['working']}"
            st.caption(markdown(words))
        st.markdown("**原文位置**")
        st.text(leaf["place"])
        by_hand = isinstance(leaf["original_id"], str)
        label = "下载填报的待补录表" if by_hand else "下载原件"
        original(scope, leaf["document_id"], leaf["locator"], leaf["file_name"], label)
        if by_hand:
            st.caption(markdown(f"人工补录，填报人 {leaf['entered_by']}，依据 {leaf['original_name']}"))
            _download(scope, leaf["original_id"], "下载所依据的原件", leaf["original_name"])


def original(scope: Scope, document_id: str, locator: str, file_name: str, label: str = "下载原件") -> None:
    """The line a locator names, its neighbours, and the file to download."""
    lines = cached.original_lines(scope.folder, document_id, locator)
    if not lines:
        st.caption("原件不在本机，无法显示原文。")
        return
    wanted = [(number, text) for number, text, is_wanted in lines if is_wanted]
    st.code("\n".join(f"{number}  {text}" for number, text in wanted), language=None, wrap_lines=True)
    with st.expander("上下文"):
        around = "\n".join(f"{'▶' if is_wanted else ' '} {number}  {text}" for number, text, is_wanted in lines)
        st.code(around, language=None, wrap_lines=True)
    _download(scope, document_id, label, file_name)


def _download(scope: Scope, document_id: str, label: str, file_name: str) -> None:
    if document_id in cached.classified_documents(scope.folder, scope.version):
        st.caption("该文件含涉密单位，只在系统内查看，不提供下载。")
    elif scope.warehouse.original(document_id) is not None:
        st.download_button(
            label,
            partial(_content, scope, document_id),
            file_name,
            "application/octet-stream",
            on_click="ignore",
            key=f"original-{document_id}",
        )


def _content(scope: Scope, document_id: str) -> bytes:
    """The received file as it came, read when asked for."""
    return scope.warehouse.original(document_id) or b""
