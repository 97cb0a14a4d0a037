"""数据入库: drop files, see what was read of each and why others were not, publish or discard, roll back."""

import streamlit as st

from analytics import ingest
from data import datasets
from data.batch import uploads
from pages.parts import scope, writing
from pages.parts.manage import batch, doubts

here = scope.current()
st.title("数据入库")
warehouse = datasets.own()
visitor = writing.visitor()
st.write(
    "支持 xlsx、xls、docx、带文字层的 PDF、网页、csv、Parquet、文本及 zip；单个文件不超过 20 MB。"
    "文件只在本机读取，原件一并保存。"
)
if not visitor.may_write:
    writing.explain_permission()

work = uploads.work_of(warehouse)
reading = work is not None and work.is_reading
if reading:
    batch.progress(warehouse)
elif work is None or not work.waits:
    with st.form("upload", clear_on_submit=True, border=True):
        files = st.file_uploader(
            "选择或拖入自评价报告（可多选）", accept_multiple_files=True, disabled=not visitor.may_write
        )
        left, right = st.columns(2)
        year = left.text_input("年度（仅在报告未印年度时使用）", max_chars=4, placeholder="如 2024")
        region = right.text_input("区划代码（仅在报告未印区划时使用）", max_chars=6, placeholder="如 320115")
        sent = st.form_submit_button("读取", icon=":material/upload_file:", disabled=not visitor.may_write)
    if sent:
        batch.read_files(warehouse, files or [], visitor, year, region)
if work is not None and not reading:
    batch.preview(warehouse, work, visitor)

batch.templates()
doubts.lane(here, visitor)
doubts.refusals(here)

found = warehouse.versions()
st.subheader(f"数据版本：{len(found)} 个" if found else "尚无本单位数据")
if found:
    st.dataframe(ingest.versions(found), hide_index=True, alt="数据版本")
    kept = [v.number for v in found if v.kept and not v.current]
    batch.rollback_button(warehouse, kept, visitor)
