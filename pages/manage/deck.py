"""汇报: views collected on other pages, or the standard set, as slides, document, workbook or page to print."""

import streamlit as st

from pages.parts import collected, scope
from pages.parts.manage import report

here = scope.current()
st.title("汇报")
scope.banner(here)

held = len(collected.entries())
kinds = {"own": f"选取的内容（{held}）", "standard": "标准汇报"}
kind = st.segmented_control(
    "内容", list(kinds), format_func=kinds.get, default="own" if held else "standard", required=True, key="report-kind"
)
if kind == "own":
    report.listed(here)
else:
    st.caption("封面、总体情况、分数段、失分、下钻、预算执行、各单位得分和存疑事项，附口径说明；按左侧的筛选。")
spec = report.wanted(here, kind == "own")
ending, template = report.form_and_template()
if st.button("生成文件", type="primary", icon=":material/build:", disabled=kind == "own" and not held):
    report.make(here, spec, ending, template)
report.file_made()
