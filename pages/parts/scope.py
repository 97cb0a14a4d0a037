"""What every page stands on: the open data set, its version, the filters. Drawn in ``app.py``, read by pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from analytics.filters import Filters
from data import datasets
from data.datasets import DataSet
from data.warehouse import Warehouse, version_name
from pages.parts import cached
from pages.parts.literal import markdown


@dataclass(frozen=True, slots=True)
class Scope:
    """The open data set and what is looked at in it."""

    dataset: str
    dataset_name: str
    folder: str
    version: int
    filters: Filters

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(Path(self.folder), self.dataset)

    @property
    def version_name(self) -> str:
        return version_name(self.version)


_KEY = "scope"


def draw() -> Scope | None:
    """Draw data set and filters in the sidebar; ``None`` if there is nothing to open."""
    available = datasets.available()
    opened = _dataset(available)
    version = opened.warehouse.current()
    if version is None:
        return None
    folder = str(opened.warehouse.folder)
    found, names = cached.choices(folder, version)
    years = sorted({int(y) for y in found["fiscal_year"]}, reverse=True)
    with st.sidebar:
        picked_years = st.multiselect("年度", years, key="year", bind="query-params", placeholder="全部年度")
        picked = st.multiselect(
            "区划",
            list(names),
            format_func=names.get,
            key="region",
            bind="query-params",
            placeholder="全部区划",
        )
        own_level = st.toggle("仅本级", key="own_level", bind="query-params", help="只看所选区划本级，不含其下级")
        st.caption(f"{opened.name} · 数据版本 {version_name(version)} · 报告 {int(found['reports'].sum())} 份")
        reviewing = int(found["in_review"].sum())
        if reviewing:
            st.caption(f"其中待复核 {reviewing} 份，未纳入比较")
    scope = Scope(opened.code, opened.name, folder, version, Filters(tuple(picked_years), tuple(picked), own_level))
    st.session_state[_KEY] = _plain(scope)
    return scope


def current() -> Scope:
    """The scope that ``app.py`` drew in this run."""
    kept = st.session_state[_KEY]
    return Scope(*kept[:4], Filters(*kept[4]))


def _plain(scope: Scope) -> tuple[object, ...]:
    filters = (scope.filters.years, scope.filters.regions, scope.filters.own_level_only)
    return (scope.dataset, scope.dataset_name, scope.folder, scope.version, filters)


def _dataset(available: list[DataSet]) -> DataSet:
    by_code = {d.code: d for d in available}
    with st.sidebar:
        code = st.selectbox(
            "数据集",
            list(by_code),
            format_func={d.code: d.name for d in available}.get,
            key="data",
            bind="query-params",
        )
    return by_code.get(code, available[0])


def banner(scope: Scope) -> None:
    """Say which data set is open, on every page."""
    words = {
        "samples": "公开示例：依据四个单位已公开报告的事实和数字整理",
        "simulated": "模拟数据：单位、区划和数字均为虚构",
    }
    if scope.dataset in words:
        st.info(markdown(words[scope.dataset]), icon=":material/info:")
