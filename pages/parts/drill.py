"""The drill path in the URL, the breadcrumb, and the panel of one leaf with its original line."""

from __future__ import annotations

import streamlit as st

from analytics.drilldown import DrillPath
from analytics.style import points
from pages.parts import cached
from pages.parts.literal import markdown
from pages.parts.scope import Scope

_PARAMETERS = {"dimension": "d", "level2": "l2", "level3": "l3", "leaf": "leaf"}
_TURN = "drill_turn"


def path() -> DrillPath:
    """The drill path that the URL names, as far as it is without gaps."""
    named = DrillPath(**{name: st.query_params.get(short) or None for name, short in _PARAMETERS.items()})
    return named if named.step == "unit" else named.up_to(named.step)


def go(to: DrillPath) -> None:
    """Write a path to the URL. The next run draws charts under new keys, so that no old selection lingers."""
    for name, short in _PARAMETERS.items():
        value = getattr(to, name)
        if value is None:
            st.query_params.pop(short, None)
        else:
            st.query_params[short] = value
    st.session_state[_TURN] = turn() + 1


def open_drilldown(to: DrillPath) -> None:
    """Go to 指标下钻 at a path."""
    st.session_state[_TURN] = turn() + 1
    named = {short: getattr(to, name) for name, short in _PARAMETERS.items()}
    st.switch_page("pages/explore/drilldown.py", query_params={k: v for k, v in named.items() if v is not None})


def open_department(item: str) -> None:
    """Go to 部门画像 of a unit and year, named ``unit_id:year``."""
    unit_id, _, year = item.partition(":")
    st.session_state[_TURN] = turn() + 1
    st.switch_page("pages/explore/department.py", query_params={"u": unit_id, "y": year})


def show_leaf(key: str) -> None:
    """Name a leaf in the URL of the page that is open."""
    st.query_params["leaf"] = key
    st.session_state[_TURN] = turn() + 1


def chosen_unit(here: Scope) -> tuple[str, int] | None:
    """Unit and year of 部门画像: of the URL, else of the filters, else the first; ``None`` if there is none."""
    found, _ = cached.choices(here.folder, here.version)
    pairs = [(str(row.unit_id), int(row.fiscal_year)) for row in found.itertuples()]
    unit_id, year = st.query_params.get("u"), st.query_params.get("y")
    if unit_id is not None:
        of_unit = [pair for pair in pairs if pair[0] == unit_id and (year is None or str(pair[1]) == year)]
        return of_unit[0] if of_unit else None
    units, years = here.filters.units, here.filters.years
    fitting = [p for p in pairs if (not units or p[0] in units) and (not years or p[1] in years)]
    return fitting[0] if fitting else None


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
        inferred = leaf["score"] != leaf["score"] and leaf["score_inferred"] == leaf["score_inferred"]
        a, b, c = st.columns(3)
        a.metric("自评得分" + ("（推定）" if inferred else ""), points(leaf["score_inferred" if inferred else "score"]))
        b.metric("权重", points(leaf["weight"]))
        c.metric("完成值", markdown(leaf["value_text"] or "—"))
        st.markdown("**评分规则**")
        st.text(leaf["rule_text"] or "原文未印评分规则")
        for doubt in cached.leaf_problems(scope.folder, scope.version, key).itertuples():
            st.caption(markdown(f"提取存疑：{doubt.message}（{doubt.code}）"))
        st.markdown("**原文位置**")
        st.text(leaf["place"])
        _original(scope, leaf["document_id"], leaf["locator"])


def _original(scope: Scope, document_id: str, locator: str) -> None:
    lines = cached.original_lines(scope.folder, document_id, locator)
    if not lines:
        st.caption("原件不在本机，无法显示原文。")
        return
    wanted = [(number, text) for number, text, is_wanted in lines if is_wanted]
    st.code("\n".join(f"{number}  {text}" for number, text in wanted), language=None, wrap_lines=True)
    with st.expander("上下文"):
        st.code("\n".join(f"{number}  {text}" for number, text, _ in lines), language=None, wrap_lines=True)
    content = scope.warehouse.original(document_id)
    if content is not None:
        st.download_button(
            "下载原件", content, f"{document_id[:8]}.txt", "text/plain", on_click="ignore", key="original"
        )
