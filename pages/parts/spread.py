"""The pieces of 得分分布: what is looked at, where a click leads, one unit's position, the sector comparison."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import distribution, sector
from pages.parts import cached, drill, panel, scope
from pages.parts.scope import Scope


def choices() -> tuple[str, str]:
    """By what reports are grouped, and in which dimension they are looked at."""
    by = st.segmented_control(
        "分组", list(distribution.GROUPS), format_func=distribution.GROUPS.get, default="region", required=True,
        key="spread_by",
    )  # fmt: skip
    dimension = st.segmented_control(
        "指标", distribution.DIMENSIONS, default=distribution.WHOLE, required=True, key="spread_dimension",
        disabled=by == "dimension",
    )  # fmt: skip
    return by, distribution.WHOLE if by == "dimension" else dimension


def table(here: Scope, name: str, by: str | None, dimension: str | None) -> pd.DataFrame:
    return cached.distribution_part(here.folder, here.version, name, here.filters, by, dimension)


def open_group(by: str, dimension: str, item: str) -> None:
    """Go to 指标下钻 with the filters narrowed to the group, in the run that follows this callback."""
    if by == "dimension":
        drill.open_drilldown(item)
        return
    scope.narrow({"fiscal_year": "year"}.get(by, by), item)
    drill.open_drilldown(dimension if dimension != distribution.WHOLE else None)


def open_report(item: str) -> None:
    """Go to the unit of a point; a box itself leads nowhere."""
    if ":" in item:
        drill.open_department(item)


def heat_rows() -> str:
    names = {"region": "区划", "department": "主管部门", "unit": "填报单位"}
    return st.segmented_control(
        "对照表的行", list(names), format_func=names.get, default="region", required=True, key="heat"
    )


def position_panel(here: Scope, turn: str) -> None:
    """One unit on its peer base: the unit of the filter, else of a choice on the page."""
    found, _ = cached.choices(here.folder, here.version)
    seen = found[found["fiscal_year"].isin(here.filters.years)] if here.filters.years else found
    seen = seen[seen["unit_id"].isin(here.filters.units)] if here.filters.units else seen
    names = {f"{r['unit_id']}:{r['fiscal_year']}": f"{r['unit']} {r['fiscal_year']}" for r in seen.to_dict("records")}
    item = st.selectbox(
        "单位", list(names), format_func=names.get, key="spread_unit", placeholder="输入单位名称", index=0
    )
    if item is None:
        return
    unit_id, _, year = item.partition(":")
    rows = cached.distribution_position(here.folder, here.version, unit_id, int(year))
    unit = names[item].rpartition(" ")[0]
    panel.show(distribution.position_view(rows, here.filters, unit, int(year)), f"position-{item}-{turn}")


def sector_panel(here: Scope) -> None:
    """2 to 12 units of a sector side by side."""
    found, _ = cached.choices(here.folder, here.version)
    years = sorted(here.filters.years or set(found["fiscal_year"]), reverse=True)
    if not years:
        return
    year = int(years[0])
    units = cached.sector_choices(here.folder, here.version, here.filters, year)
    sectors = sorted(units["sector"].dropna().unique())
    if sectors:
        chosen = st.selectbox("条线", sectors, key="sector")
        units = units[units["sector"] == chosen]
    else:
        st.caption("尚未带入应报名单，条线未知；可在下方任选单位对比。")
    names = dict(zip(units["unit_id"], units["unit"], strict=True))
    picked = st.multiselect(
        f"单位（{year} 年，{sector.FEWEST} 至 {sector.MOST} 个）", list(names), default=list(names)[: sector.MOST],
        format_func=names.get, max_selections=sector.MOST, key=f"sector-units-{year}-{chosen if sectors else ''}",
    )  # fmt: skip
    if len(picked) < sector.FEWEST:
        st.info("请选择 2 至 12 个单位。")
        return
    view = sector.view(cached.sector_leaves(here.folder, here.version, tuple(sorted(picked)), year), here.filters, year)
    panel.titled_table(view)
