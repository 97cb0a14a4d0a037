"""没有这个页面: what an address shows that no page stands at."""

import streamlit as st

st.title("没有这个页面")
st.markdown("该地址下没有页面，可能是链接不完整或页面已改名。请从左侧菜单选择页面，或：")
st.page_link("pages/explore/overview.py", label="打开总览", icon=":material/dashboard:")
