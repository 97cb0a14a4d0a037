"""The pieces of 得分分布: what is looked at, its tabs, and where a click leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import streamlit as st

from analytics import distribution, execution, heat, mapping, rollup, sector, yearly
from analytics.drilldown import DrillPath
from analytics.filters import MOST_OFFERED, Filters
from analytics.view import View
from pages.parts import cached, drill, panel, scope
from pages.parts.scope import Scope


@dataclass(frozen=True, slots=True)
class Look:
    """How the reports in view are looked at: grouped by what, in which dimension; ``turn`` keys the charts."""

    here: Scope
    by: str
    dimension: str
    turn: str

    def table(self, name: str, by: str | None = None, dimension: str | None = None) -> pd.DataFrame:
        return cached.distribution_part(self.here.folder, self.here.version, name, self.here.filters, by, dimension)

    @property
    def groups(self) -> pd.DataFrame:
        return self.table("groups", self.by, self.dimension)


def look(here: Scope) -> Look:
    """Draw the choices; both stand in the link."""
    by = st.segmented_control(
        "分组", list(distribution.GROUPS), format_func=distribution.GROUPS.get, default="region", required=True,
        key="by", bind="query-params",
    )  # fmt: skip
    dimension = st.segmented_control(
        "指标", distribution.DIMENSIONS, default=distribution.WHOLE, required=True, key="dimension",
        bind="query-params", disabled=by == "dimension",
    )  # fmt: skip
    dimension = distribution.WHOLE if by == "dimension" else dimension
    return Look(here, by, dimension, f"{by}-{dimension}-{drill.turn()}")


def open_group(by: str, dimension: str, item: str) -> None:
    """Go to 指标下钻 with the filters narrowed to the group, in the run that follows this callback.

    A group of what is not known (区划未知, 主管部门未载明) has no filter, so it leads nowhere."""
    if by == "dimension":
        drill.open_drilldown(item)
        return
    if not item:
        return
    scope.narrow({"fiscal_year": "year"}.get(by, by), item)
    drill.open_drilldown(dimension if dimension != distribution.WHOLE else None)


def open_cell(by: str, item: str) -> None:
    """Go where the group of a cell of the heat table leads, at the dimension of the cell (``code:dimension``)."""
    code, _, dimension = item.rpartition(":")
    open_group(by, dimension, code)


def open_position(unit_id: str, year: int, dimension: str) -> None:
    """Go to a dimension in 指标下钻 of one unit and year."""
    scope.narrow("unit", unit_id)
    drill.open_drilldown(dimension, year)


def open_rolled_up(item: str) -> None:
    """Go to 指标下钻 of a department in its region and year (``department:year:region code``)."""
    for name, code in zip(("department", "year", "region"), item.rsplit(":", 2), strict=True):
        if code:
            scope.narrow(name, code)
    drill.open_drilldown(None)


def open_name(rows: pd.DataFrame, item: str) -> None:
    """Go to 指标下钻 at a row of 无区分度指标清单, in its year and the region of its form; to its start for a name that
    the form prints in several places."""
    row = rows.set_index("item").loc[item]
    scope.narrow("year", str(row["fiscal_year"]))
    if isinstance(row["region_code"], str):
        scope.narrow("region", row["region_code"])
    named = DrillPath(row["dimension"], row["level2"], row["level3"])
    drill.open_path(named if row["one_place"] else DrillPath())


def open_report(item: str) -> None:
    """Go to the unit of a point; a box itself leads nowhere."""
    if ":" in item:
        drill.open_department(item)


def simple(now: Look) -> list[View]:
    """分数段, and the groups as bars; several years as a line with its like-for-like pieces."""
    filters = now.here.filters
    bands = now.table("columns", None, now.dimension)
    columns = distribution.columns_view(bands, filters, now.dimension)
    if now.by == "fiscal_year" and len(now.groups) > 1:
        pairs = cached.yearly_alike(now.here.folder, now.here.version, filters, now.dimension)
        reasons = execution.broken(cached.execution_breaks(now.here.folder, now.here.version, filters))
        what = "全部指标" if now.dimension == distribution.WHOLE else now.dimension
        groups = yearly.trend_view(now.groups, pairs, reasons, filters, what)
    else:
        groups = distribution.groups_view(now.groups, filters, now.by, now.dimension)
    _listing(now, columns, "band", bands)
    panel.show(groups, f"groups-{now.turn}", partial(open_group, now.by, now.dimension))
    return [columns, groups]


def analysis(now: Look) -> list[View]:
    """Boxes, curve and heat table."""
    far, near = (now.table(name, now.by, now.dimension) for name in ("outliers", "points"))
    boxes = distribution.box_view(now.groups, far, near, now.here.filters, now.by, now.dimension)
    panel.show(boxes, f"boxes-{now.turn}", open_report, table=False)
    beyond = distribution.outliers_view(far, now.groups, now.here.filters, now.by)
    panel.show(beyond, f"beyond-{now.turn}", open_report)
    curve = cumulated(now)
    rows = st.segmented_control(
        "对照表的行", list(heat.GROUPS), format_func=heat.GROUPS.get, default="region", required=True, key="heat"
    )
    cells = heat.view(
        cached.heat_table(now.here.folder, now.here.version, now.here.filters, rows), now.here.filters, rows
    )
    panel.show(cells, f"heat-{rows}-{now.turn}", partial(open_cell, rows), table=False)
    return [boxes, curve, cells]


def cumulated(now: Look) -> View:
    """The curve; a step lists the reports up to it."""
    steps = now.table("ecdf", None, now.dimension)
    view = distribution.ecdf_view(steps, now.here.filters, now.dimension)
    _listing(now, view, "upto", steps)
    return view


def _listing(now: Look, view: View, name: str, rows: pd.DataFrame) -> None:
    """A chart whose picked item stands in the link under ``name``, and below it the reports that its row counts."""
    here = now.here
    counted = {row["item"]: row for row in rows.to_dict("records") if row["reports"]}
    chosen = st.query_params.get(name)
    chosen = chosen if chosen in counted else None
    panel.show(view, f"{name}-{now.turn}", lambda item: drill.set_link(**{name: item}), table=False, chosen=chosen)
    if chosen is None:
        return
    st.button("收起报告", key=f"close-{name}", on_click=drill.set_link, kwargs={name: None}, icon=":material/close:")
    given = {"band": chosen} if name == "band" else {"upto": counted[chosen]["rate"]}
    found = cached.distribution_lowest(here.folder, here.version, here.filters, now.dimension, **given)
    listed = distribution.lowest_view(found, here.filters, now.dimension, counted[chosen])
    panel.show(listed, f"listed-{name}-{now.turn}", open_report)


def position(now: Look) -> list[View]:
    """One unit on its peer base: the unit of the filter, else of a choice on the page."""
    here = now.here
    names = _units(here)
    unit_id = st.selectbox("单位", list(names), format_func=names.get, key="spread_unit", placeholder="输入单位名称")
    if unit_id is None:
        return []
    held = cached.unit_years(here.folder, here.version, unit_id)
    years = [year for year in held if not here.filters.years or year in here.filters.years]
    if not years:
        st.info("所选年度没有该单位的报告。")
        return []
    year = st.segmented_control("年度", years, default=years[0], required=True, key=f"spread_year-{unit_id}")
    rows = cached.distribution_position(here.folder, here.version, unit_id, year)
    view = distribution.position_view(rows, here.filters, names[unit_id], year).choosing(unit_id=unit_id)
    panel.show(view, f"position-{unit_id}-{year}-{now.turn}", partial(open_position, unit_id, year))
    return [view]


def _units(here: Scope) -> dict[str, str]:
    """unit_id -> name: the units of the filter, else those of the regions in view."""
    filters = here.filters
    regions = Filters(regions=filters.regions, own_level_only=filters.own_level_only)
    found = cached.offered_units(here.folder, here.version, regions, filters.units, bool(filters.units))
    return dict(zip(found["unit_id"], found["unit"], strict=True))


def roll_up(now: Look) -> list[View]:
    """主管部门汇总."""
    found, unnamed = cached.rollup_departments(now.here.folder, now.here.version, now.here.filters)
    view = rollup.view(found, unnamed, now.here.filters)
    panel.show(view, f"rollup-{now.turn}", open_rolled_up)
    return [view]


def undiscriminating(now: Look) -> list[View]:
    """无区分度指标清单."""
    view = distribution.undiscriminating_view(now.table("undiscriminating"), now.here.filters)
    if view.table.empty:
        return _table(view)
    panel.show(view, f"full-{now.turn}", partial(open_name, view.table))
    return [view]


def mapped(now: Look) -> list[View]:
    """维度对照表."""
    labels = cached.mapping_labels(now.here.folder, now.here.version, now.here.filters)
    return _table(mapping.view(labels, now.here.filters))


def side_by_side(now: Look) -> list[View]:
    """2 to 12 units of a sector, of the last year in view; units of the filter stand first, beside others of theirs."""
    here = now.here
    wanted = here.filters.units
    held = [year for unit_id in wanted for year in cached.unit_years(here.folder, here.version, unit_id)]
    year = max(here.filters.years or held or cached.choices(here.folder, here.version).years)
    found = cached.sectors(here.folder, here.version, here.filters, year)
    counts = dict(zip(found["sector"].fillna(""), found["units"], strict=True))
    if sum(counts.values()) < sector.FEWEST:
        st.info(f"{year} 年所选范围内不足 {sector.FEWEST} 个单位，无可对比。")
        return []
    if any(counts):
        names = {name: name or "条线未载明" for name in counts}
        of = st.selectbox("条线", list(names), format_func=names.get, key=f"sector-{'-'.join(wanted)}")
    else:
        of = ""
        st.caption("尚未带入应报名单，条线未知；可在下方任选单位对比。")
    if counts[of] < sector.FEWEST:
        st.info(f"{year} 年所选范围内该条线只有 1 个单位，无可对比。可放宽区划，或换一个条线。")
        return []
    picked = _compared(here, year, of, counts[of])
    if len(picked) < sector.FEWEST:
        st.info(f"请选择 {sector.FEWEST} 至 {sector.MOST} 个单位。")
        return []
    leaves = cached.sector_leaves(here.folder, here.version, picked, year)
    return _table(sector.view(leaves, here.filters, year).choosing(unit_ids=picked))


def _compared(here: Scope, year: int, of: str, count: int) -> tuple[str, ...]:
    """The units picked of a sector of ``count``; of too many to offer, those of the filter or picked before remain."""
    key = f"sector-units-{year}-{of}-{'-'.join(here.filters.units)}"
    held = tuple(st.session_state.get(key, ()))
    too_many = count > MOST_OFFERED
    asked = replace(here.filters, units=here.filters.units + held) if too_many else here.filters
    names = sector.labels(cached.sector_units(here.folder, here.version, asked, year, of or None))
    if key not in st.session_state or (held and not set(held) & set(names)):
        st.session_state[key] = list(names)[: sector.MOST]
    choose = "请缩小区划" if here.filters.regions else "请先选区划"
    picked = st.multiselect(
        f"单位（{year} 年，{sector.FEWEST} 至 {sector.MOST} 个）", list(names), format_func=names.get,
        max_selections=sector.MOST, key=key,
        placeholder=f"{choose}（共 {count:,} 个单位）" if too_many else "输入单位名称",
    )  # fmt: skip
    return tuple(sorted(picked))


def _table(view: View) -> list[View]:
    panel.titled_table(view)
    return [view]


TABS: dict[str, Callable[[Look], list[View]]] = {
    "分布": simple,
    "分析视图": analysis,
    "单位位置": position,
    "主管部门汇总": roll_up,
    "无区分度指标": undiscriminating,
    "同条线对比": side_by_side,
    "维度对照表": mapped,
}
"""The tabs of the page, and what draws each and returns what it drew."""
