"""What a page says and offers where the open data lacks what it needs: the simulated city, marked as simulated."""

import streamlit as st

from data import datasets
from pages.parts import cached, scope
from pages.parts.literal import markdown
from pages.parts.scope import Scope


def nothing(here: Scope) -> None:
    """Say that nothing is in view, and what can be done: reports that wait for a person are named first."""
    waiting = sum(cached.choices(here.folder, here.version).in_review.values())
    st.subheader("没有可显示的数据")
    if waiting:
        st.info(f"当前数据集有 {waiting} 份报告待复核，未纳入比较，可到“数据入库”逐份核对确认；也可在左侧清除筛选。")
    else:
        st.info("可在左侧清除筛选；若尚无报告，请先到“数据入库”带入。")


def simulated(here: Scope, lacking: str) -> None:
    """Say what is lacking, and offer the simulated data; nothing of it mixes with the open data."""
    with st.container(border=True, key="offer"):
        st.markdown(markdown(lacking))
        if here.dataset != "simulated":
            st.caption("可打开模拟数据查看多年度、多区划的效果：单位、区划和数字均为虚构，与当前数据不相混。")
            st.button("打开模拟数据", on_click=_open, icon=":material/science:")


def _open() -> None:
    with st.spinner("正在生成模拟数据……"):
        datasets.build_simulated()
    scope.open_next("simulated")
