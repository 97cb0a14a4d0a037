"""得分分布: simple columns first, boxes, curve and heat table beside; a unit on its base; units side by side."""

from functools import partial

import streamlit as st

from analytics import distribution, mapping, rollup
from pages.parts import cached, drill, export, offer, panel, scope, spread

here = scope.current()
st.title("得分分布")
scope.banner(here)

by, dimension = spread.choices()
table = partial(spread.table, here)
columns = distribution.columns_view(table("columns", None, dimension), here.filters, dimension)
if columns.table.empty:
    st.subheader("没有可显示的数据")
    st.info("可在左侧清除筛选；若尚无报告，请先到“数据入库”带入。")
    st.stop()
groups = table("groups", by, dimension)
simple = distribution.groups_view(groups, here.filters, by, dimension)
few = distribution.too_few(groups)
if few:
    offer.simulated(here, few)

names = ["分布", "分析视图", "单位位置", "主管部门汇总", "无区分度指标", "同条线对比", "维度对照表"]
first, analysis, place, whole, dull, sector, mapped = st.tabs(names)
turn = f"{by}-{dimension}-{drill.turn()}"
with first:
    panel.show(columns, f"columns-{turn}", table=False)
    panel.show(simple, f"groups-{turn}", partial(spread.open_group, by, dimension))
with analysis:
    far, near = table("outliers", by, dimension), table("points", by, dimension)
    boxes = distribution.box_view(groups, far, near, here.filters, by, dimension)
    panel.show(boxes, f"boxes-{turn}", spread.open_report, table=False)
    panel.show(
        distribution.ecdf_view(table("ecdf", None, dimension), here.filters, dimension), f"ecdf-{turn}", table=False
    )
    rows = spread.heat_rows()
    heat = distribution.heat_view(table("heat", rows, None), here.filters, rows)
    panel.show(heat, f"heat-{rows}-{turn}", table=False)
with place:
    spread.position_panel(here, turn)
with dull:
    leaves = distribution.undiscriminating_view(table("undiscriminating", None, None), here.filters)
    panel.titled_table(leaves)
with whole:
    found, unnamed = cached.rollup_departments(here.folder, here.version, here.filters)
    departments = rollup.view(found, unnamed, here.filters)
    panel.titled_table(departments)
with sector:
    spread.sector_panel(here)
with mapped:
    panel.titled_table(mapping.view(cached.mapping_labels(here.folder, here.version, here.filters), here.filters))
export.slides_button(here, "得分分布", [columns, simple, boxes, heat, leaves])
