"""What every page stands on: the open data set, its version, the filters. Drawn in ``app.py``, read by pages.

Filters live in the widgets and are repeated in the link. The link a session starts with sets the
widgets; after that the widgets write the link, also after a change of page by the menu, which empties it and may lose
what the widgets hold: it is kept beside them. Only the browser's way back or forward sets them again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics.filters import Filters, prefix
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
    own_reports: bool = False
    """Whether the user's own data set can be opened."""

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
_LINK = "scope_link"
_WRITTEN = "scope_link_written"
_LAG = 1.0
"""Seconds after which the browser knows the last link."""
_NAMES = {"data": "数据集", "year": "年度", "region": "区划", "department": "主管部门", "unit": "单位"}
_OWN_LEVEL = "own_level"
_OPEN = "data_to_open"


def draw() -> Scope | None:
    """Draw data set and filters in the sidebar; ``None`` if there is nothing to open."""
    available = {found.code: found for found in datasets.available()}
    given = _given()
    dropped: list[tuple[str, str]] = []
    opened = _dataset(available, given, dropped)
    version = opened.warehouse.current()
    if version is None:
        return None
    folder = str(opened.warehouse.folder)
    offered = cached.choices(folder, version)
    with st.sidebar:
        picked_years = _many("year", {str(y): str(y) for y in offered.years}, "全部年度", given, dropped)
        regions = _many("region", offered.regions, "全部区划", given, dropped)
        if given is not None:
            st.session_state[_OWN_LEVEL] = given.get(_OWN_LEVEL) == ["true"]
        elif _OWN_LEVEL not in st.session_state:
            st.session_state[_OWN_LEVEL] = bool(_kept().get(_OWN_LEVEL))
        own_level = st.toggle("仅本级", key=_OWN_LEVEL, disabled=not regions, help="只看所选区划本级，不含其下级")
        narrow_by = Filters(regions=tuple(regions), own_level_only=own_level) if offered.too_many_units else Filters()
        only_named = offered.too_many_units and not regions
        first = "请先选区划"
        found = cached.offered_departments(folder, version, narrow_by, _asked("department", given), only_named)
        empty = first if only_named else "全部主管部门" if found else "报告未载明"
        departments = _many("department", {d: d for d in found}, empty, given, dropped)
        labels = _unit_labels(cached.offered_units(folder, version, narrow_by, _asked("unit", given), only_named))
        empty = f"{first}（共 {offered.units:,} 个单位）" if only_named else "输入全称、简称或编码"
        units = _many("unit", labels, empty, given, dropped)
        reviewing = sum(offered.in_review.values())
        reports = sum(offered.reports.values())
        st.caption(f"{opened.name} · 数据版本 {version_name(version)} · 报告 {reports} 份")
        if reviewing:
            st.caption(f"其中待复核 {reviewing} 份，未纳入比较")
    filters = Filters(tuple(map(int, picked_years)), tuple(regions), own_level, tuple(departments), tuple(units))
    _write_link([opened.code], picked_years, regions, own_level, departments, units)
    if dropped:
        words = "、".join(f"{_NAMES[name]} {value[:40]}" for name, value in dropped)
        st.warning(markdown(f"链接中的 {words} 不在当前数据内，已略去，其余条件照常。"), icon=":material/link_off:")
    scope = Scope(
        opened.code,
        opened.name,
        folder,
        version,
        filters,
        tuple(offered.regions[r] for r in regions),
        "own" in available,
    )
    st.session_state[_KEY] = astuple(scope)
    return scope


def open_next(dataset: str) -> None:
    """Open a data set in the run that follows."""
    st.session_state[_OPEN] = dataset


def narrow(name: str, code: str) -> None:
    """Set one filter (``year``, ``region``, ``department``, ``unit``) to one value, in the run that follows.

    A region that others lie in is narrowed to its own level (仅本级), as a group of a region is counted."""
    st.session_state[name] = [code]
    if name == "region":
        st.session_state[_OWN_LEVEL] = prefix(code) != code


_served: list[str] = []


def first_run_of_the_server(page: str) -> bool:
    """Whether no page was drawn in this process before."""
    if not _served:
        _served.append(page)
        return True
    return False


def moved_on(here: Scope) -> bool:
    """Whether another data set was asked for, or another version published, since this scope was drawn."""
    return _OPEN in st.session_state or here.warehouse.current() != here.version


def current() -> Scope:
    """The scope that ``app.py`` drew in this run."""
    kept = dict(zip(Scope.__slots__, st.session_state[_KEY], strict=True))
    return Scope(**{**kept, "filters": Filters(*kept["filters"])})


def _given() -> dict[str, list[str]] | None:
    """What the link says of the filters, where it comes first: at the start of a session, and after the browser's way
    back or forward.
    """
    said = {name: st.query_params.get_all(name) for name in (*_NAMES, _OWN_LEVEL) if name in st.query_params}
    return said if _LINK not in st.session_state or _went_back(said) else None


def _went_back(said: Mapping[str, list[str]]) -> bool:
    """Whether the browser went to an earlier or later link of this session.

    Otherwise links lag behind the widgets: a second change may come before the browser knows what the first one wrote.
    So no widget may have changed since the last run, and what that run wrote must have had time to arrive. A change of
    page by the menu leaves no data set in the link.
    """
    kept = _kept()
    if "data" not in said or said == kept or _OPEN in st.session_state:
        return False
    held = {name: st.session_state[name] for name in _NAMES if st.session_state.get(name)}
    held["data"] = [held.get("data", "")]
    own_level = st.session_state.get(_OWN_LEVEL, False) and bool(held.get("region"))
    unchanged = held | ({_OWN_LEVEL: ["true"]} if own_level else {}) == kept
    return unchanged and time.monotonic() - st.session_state[_WRITTEN] > _LAG


def _kept() -> dict[str, list[str]]:
    """The filters of the run before."""
    kept: dict[str, list[str]] = st.session_state.get(_LINK, {})
    return kept


def _write_link(
    dataset: list[str],
    years: list[str],
    regions: list[str],
    own_level: bool,
    departments: list[str],
    units: list[str],
) -> None:
    wanted = {"data": dataset, "year": years, "region": regions, "department": departments, "unit": units}
    wanted[_OWN_LEVEL] = ["true"] if own_level and regions else []
    said = {name: values for name, values in wanted.items() if values}
    for name in wanted:
        if name not in said:
            st.query_params.pop(name, None)
        elif st.query_params.get_all(name) != said[name]:
            st.query_params[name] = said[name]
    if said != _kept():
        st.session_state[_WRITTEN] = time.monotonic()
    st.session_state[_LINK] = said


def _many(
    key: str,
    names: Mapping[str, str],
    empty: str,
    given: Mapping[str, list[str]] | None,
    dropped: list[tuple[str, str]],
) -> list[str]:
    """A filter of any number of values, by code; a link may name a value by its code or by its name."""
    if given is not None:
        st.session_state[key] = _known(key, names, given.get(key, []), dropped)
    else:
        held = st.session_state[key] if key in st.session_state else _kept().get(key, [])
        st.session_state[key] = [code for code in held if code in names]
    picked: list[str] = st.multiselect(
        _NAMES[key], list(names), format_func=names.get, key=key, placeholder=empty, disabled=not names
    )
    return picked


def _asked(key: str, given: Mapping[str, list[str]] | None) -> tuple[str, ...]:
    """What a filter holds before it is drawn: of the link, of the widget, or kept from the run before."""
    held = given.get(key, []) if given is not None else st.session_state.get(key, _kept().get(key, []))
    return tuple(held)


def _known(key: str, names: Mapping[str, str], said: list[str], dropped: list[tuple[str, str]]) -> list[str]:
    by_name = {name: code for code, name in names.items()}
    known: list[str] = []
    for value in said:
        code = value if value in names else by_name.get(value)
        if code is None:
            dropped.append((key, value))
        elif code not in known:
            known.append(code)
    return known


def _unit_labels(found: pd.DataFrame) -> dict[str, str]:
    """unit_id -> the name to search for, with code and short names where the roster has them."""
    labels = {}
    for row in found.itertuples():
        extra = [str(x) for x in (row.unit_code, row.short_names) if isinstance(x, str) and x]
        labels[str(row.unit_id)] = f"{row.unit}（{'，'.join(extra)}）" if extra else str(row.unit)
    return labels


def _dataset(
    available: Mapping[str, DataSet], given: Mapping[str, list[str]] | None, dropped: list[tuple[str, str]]
) -> DataSet:
    names = {code: found.name for code, found in available.items()}
    wanted = st.session_state.pop(_OPEN, None)
    said = [wanted] if wanted in names else _known("data", names, (given or {}).get("data", []), dropped)
    if said:
        st.session_state["data"] = said[0]
    elif st.session_state.get("data") not in names:
        held = _kept().get("data", [])
        if held and held[0] in names:
            st.session_state["data"] = held[0]
        else:
            st.session_state.pop("data", None)
    with st.sidebar:
        code = st.selectbox(_NAMES["data"], list(names), format_func=names.get, key="data")
    return available[code]


def banner(scope: Scope) -> None:
    """Say which data set is open, on every page."""
    words = {
        "samples": "公开示例：依据四个单位已公开报告的事实和数字整理。",
        "simulated": "模拟数据：单位、区划和数字均为虚构",
    }
    if scope.dataset in words:
        st.info(markdown(words[scope.dataset]), icon=":material/info:")


_CHOSEN = "first_choice"


def first_choice(scope: Scope) -> None:
    """On the start page of a new installation: look at the example, or bring in one's own reports."""
    if scope.dataset != "samples" or scope.own_reports or _CHOSEN in st.session_state:
        return
    example, own = st.columns(2, border=True)
    with example:
        st.markdown("**先看公开示例**")
        st.caption("四个单位的已公开报告，可逐级点击到每项得分的原文。")
        st.button("浏览公开示例", on_click=_choose, icon=":material/visibility:")
    with own:
        st.markdown("**带入本单位的报告**")
        st.caption("拖入 xlsx、docx、PDF 等报告文件，读出的内容、存疑和退回原因逐份列出。")
        st.page_link("pages/manage/ingest.py", label="去数据入库", icon=":material/upload_file:")


def _choose() -> None:
    st.session_state[_CHOSEN] = True
