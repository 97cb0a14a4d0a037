"""总览: the answer in a sentence, 可比得分 by unit, 分数段, where points were lost; each opens what it stands on."""

import streamlit as st

from analytics import overview
from analytics.drilldown import DrillPath
from pages.parts import cached, drill, export, panel, scope
from pages.parts.literal import markdown

here = scope.current()
st.title("总览")
scope.banner(here)
scope.first_choice(here)

summary = overview.Summary(*cached.overview_summary(here.folder, here.version, here.filters))
st.markdown(f"#### {markdown(overview.headline(summary))}")
if not summary.reports:
    st.info("可在左侧清除筛选；若尚无报告，请先入库（见说明文件中的 jixiao ingest）。")
    st.stop()
for column, (label, value) in zip(st.columns([3, 3, 4, 3]), overview.figures(summary), strict=True):
    column.metric(label, value)

bands = overview.bands_view(cached.overview_bands(here.folder, here.version, here.filters), here.filters)
dimensions = cached.drilldown_table(here.folder, here.version, here.filters, DrillPath())
lost = overview.lost_view(dimensions, here.filters)
units = overview.units_view(cached.overview_units(here.folder, here.version, here.filters), here.filters)
turn = drill.turn()
band = st.query_params.get("band")
left, right = st.columns(2)
with left:
    panel.show(bands, f"bands-{turn}", lambda band: drill.set_link(band=band), table=False, chosen=band)
with right:
    panel.show(lost, f"lost-{turn}", drill.open_drilldown, table=False)
if band is not None:
    units = overview.in_band(units, bands, band)
    st.button("显示全部单位", on_click=drill.set_link, kwargs={"band": None}, icon=":material/close:")
panel.show(units, f"units-{turn}-{band}", drill.open_department)
export.slides_button(here, "总览", [bands, lost, units])
