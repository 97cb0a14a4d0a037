"""What every page stands on: the open data set, its version, the filters. Drawn in ``app.py``, read by pages."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
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
    region_names: tuple[str, ...] = ()

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(Path(self.folder), self.dataset)

    @property
    def version_name(self) -> str:
        return version_name(self.version)

    @property
    def years_words(self) -> str:
        return "、".join(map(str, self.filters.years)) or "全部年度"

    @property
    def regions_words(self) -> str:
        words = "、".join(self.region_names) or "全部区划"
        return f"{words}（仅本级）" if self.filters.own_level_only and self.region_names else words


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
    with st.sidebar:
        years = _many("年度", sorted({int(y) for y in found["fiscal_year"]}, reverse=True), "year", "全部年度")
        regions = _many("区划", list(names), "region", "全部区划", names)
        own_level = st.toggle(
            "仅本级", key="own_level", bind="query-params", disabled=not regions, help="只看所选区划本级，不含其下级"
        )
        departments = sorted(found["department"].dropna().unique())
        picked_departments = _many(
            "主管部门", departments, "department", "全部主管部门" if departments else "报告未载明"
        )
        units = _unit_labels(found)
        picked_units = _many("单位", list(units), "unit", "输入全称、简称或编码", units)
        reviewing = int(found["in_review"].sum())
        st.caption(f"{opened.name} · 数据版本 {version_name(version)} · 报告 {int(found['reports'].sum())} 份")
        if reviewing:
            st.caption(f"其中待复核 {reviewing} 份，未纳入比较")
    filters = Filters(tuple(years), tuple(regions), own_level, tuple(picked_departments), tuple(picked_units))
    scope = Scope(opened.code, opened.name, folder, version, filters, tuple(names[r] for r in regions))
    st.session_state[_KEY] = _plain(scope)
    return scope


def _many(label: str, options: list[Any], key: str, empty: str, names: dict[str, str] | None = None) -> list[Any]:
    """A filter of any number of values, kept in the URL; an unknown value there is dropped."""
    return st.multiselect(
        label,
        options,
        format_func=names.get if names else str,
        key=key,
        bind="query-params",
        placeholder=empty,
        disabled=not options,
    )


def _unit_labels(found: pd.DataFrame) -> dict[str, str]:
    """unit_id -> the name to search for, with code and short names where the roster has them."""
    labels = {}
    for row in found.drop_duplicates("unit_id").itertuples():
        extra = [str(x) for x in (row.unit_code, row.short_names) if isinstance(x, str) and x]
        labels[str(row.unit_id)] = f"{row.unit}（{'，'.join(extra)}）" if extra else str(row.unit)
    return labels


def current() -> Scope:
    """The scope that ``app.py`` drew in this run."""
    *kept, filters, regions = st.session_state[_KEY]
    return Scope(*kept, Filters(*filters), regions)


def _plain(scope: Scope) -> tuple[object, ...]:
    return (scope.dataset, scope.dataset_name, scope.folder, scope.version, astuple(scope.filters), scope.region_names)


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
        "samples": "公开示例：依据四个单位已公开报告的事实和数字整理。"
        "带入本单位的报告：jixiao ingest 报告文件夹，再在左侧选择数据集。",
        "simulated": "模拟数据：单位、区划和数字均为虚构",
    }
    if scope.dataset in words:
        st.info(markdown(words[scope.dataset]), icon=":material/info:")
