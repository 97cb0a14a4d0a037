"""指标下钻: dimension -> 二级指标 -> 三级指标 -> every unit's leaf scores -> the line it was printed on."""

from functools import partial

import streamlit as st

from analytics import definitions, mapping, yearly
from analytics.drilldown import DrillPath
from pages.parts import cached, drill, export, figures, offer, panel, scope
from pages.parts.body import body
from pages.parts.scope import Scope

st.title("指标下钻")
scope.banner(scope.current())


def step(here: Scope) -> None:
    path = drill.path()
    way = st.container()
    view = cached.drilldown_view(here.folder, here.version, here.filters, path)
    if view.table.empty and path == DrillPath():
        offer.nothing(here)
    elif view.table.empty:
        st.subheader("没有可显示的数据")
        st.info("当前筛选或链接中的路径没有对应的指标。可在左侧清除筛选，或从上方路径返回。")

    if path.leaf:
        drill.leaf_panel(here, path.leaf)
    if not view.table.empty:
        key = f"drill-{drill.turn()}-{path.step}"
        panel.show(view, key, partial(drill.go_down, path), chosen=path.leaf, ahead=drill.turn() > 0)
    with way:
        drill.breadcrumb(path)
    if st.toggle("较上年", key="yearly", help="本年与上年均报送的单位，只比两年共有的指标"):
        year = max(here.filters.years or cached.choices(here.folder, here.version).years)
        steps = cached.yearly_steps(here.folder, here.version, here.filters, path.up_to(path.step), year)
        panel.titled_table(yearly.steps_view(steps, here.filters, path, year))
    if st.toggle("维度对照表", key="mapping", help="各表式的一级、二级指标对应哪个指标维度"):
        labels = cached.mapping_labels(here.folder, here.version, here.filters)
        panel.titled_table(mapping.view(labels, here.filters))
    figures.explained(here, (definitions.RATE, definitions.ALIKE), f"{here.years_words}，{here.regions_words}")
    export.slides_button(here, "指标下钻", [view])


body(step)
