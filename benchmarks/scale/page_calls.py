"""Every query of every page of 分析, as the page's cached functions run it, with filters that differ call by call."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import duckdb

from analytics import (
    department,
    distribution,
    drilldown,
    executed,
    execution,
    findings,
    heat,
    mapping,
    overview,
    rollup,
    sector,
    yearly,
)
from analytics import filters as filters_of
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from benchmarks.scale.questions import Pick
from benchmarks.scale.sizes import FIRST_YEAR, Size

Call = Callable[[duckdb.DuckDBPyConnection, Pick], object]


def calls(size: Size) -> list[tuple[str, str, Call]]:
    """(page, query, call) of every query; a call takes a cursor and what is looked at."""
    last = FIRST_YEAR + size.years - 1
    found: list[tuple[str, str, Call]] = []

    def page(name: str, **queries: Call) -> None:
        found.extend((name, query, call) for query, call in queries.items())

    page(
        "各页",
        筛选项=lambda c, p: filters_of.choices(c),
        可选单位=lambda c, p: filters_of.units(c, Filters(regions=p.regions), only_named=not p.regions),
        可选主管部门=lambda c, p: filters_of.departments(c, Filters(regions=p.regions), only_named=not p.regions),
    )
    page(
        "总览",
        各年=lambda c, p: overview.summaries(c, p.filters),
        断点=lambda c, p: execution.breaks(c, p.filters),
        同口径=lambda c, p: yearly.alike(c, p.filters, distribution.WHOLE),
        分数段=lambda c, p: overview.bands(c, _of_year(p, last)),
        失分=lambda c, p: drilldown.table(c, _of_year(p, last), DrillPath()),
        各单位=lambda c, p: overview.units(c, _of_year(p, last), most=overview.MOST_LISTED),
    )
    page(
        "指标下钻",
        维度=lambda c, p: drilldown.table(c, p.filters, DrillPath()),
        二级指标=lambda c, p: drilldown.table(c, p.filters, DrillPath(p.dimension)),
        三级指标=lambda c, p: drilldown.table(c, p.filters, DrillPath(p.dimension, p.level2)),
        各单位=lambda c, p: drilldown.table(c, p.filters, DrillPath("过程", "预算执行", "指标7")),
        较上年=lambda c, p: yearly.steps(c, p.filters, DrillPath(p.dimension), last),
        各单位较上年=lambda c, p: yearly.steps(c, p.filters, DrillPath("过程", "预算执行", "指标7"), last),
        维度对照表=lambda c, p: mapping.labels(c, p.filters),
    )
    page(
        "部门画像",
        三级指标=lambda c, p: department.part(c, "leaves", p.unit_id, p.fiscal_year),
        报告=lambda c, p: department.part(c, "report", p.unit_id, p.fiscal_year),
        报送记录=lambda c, p: department.part(c, "submissions", p.unit_id, p.fiscal_year),
        预算=lambda c, p: department.part(c, "budget", p.unit_id, p.fiscal_year),
        提取存疑=lambda c, p: department.part(c, "problems", p.unit_id, p.fiscal_year),
        存疑事项=lambda c, p: findings.of_unit(c, p.unit_id, p.fiscal_year),
        较上年=lambda c, p: yearly.leaves(c, p.unit_id, p.fiscal_year),
    )
    for by, name in distribution.GROUPS.items():
        page("得分分布", **{
            f"各{name}": lambda c, p, by=by: distribution.groups(c, p.filters, by, _dimension(p, by)),
            f"各{name}离群": lambda c, p, by=by: distribution.outliers(c, p.filters, by, _dimension(p, by)),
            f"各{name}的点": lambda c, p, by=by: distribution.points(c, p.filters, by, _dimension(p, by)),
        })  # fmt: skip
    page(
        "得分分布",
        分数段=lambda c, p: distribution.columns(c, p.filters, p.dimension),
        累计分布=lambda c, p: distribution.ecdf(c, p.filters, p.dimension),
        分数段的报告=lambda c, p: distribution.lowest(c, p.filters, p.dimension, band="90–95"),
        累计分布的报告=lambda c, p: distribution.lowest(c, p.filters, p.dimension, upto=0.95),
        区划对照=lambda c, p: heat.table(c, p.filters, "region"),
        主管部门对照=lambda c, p: heat.table(c, p.filters, "department"),
        单位对照=lambda c, p: heat.table(c, p.filters, "unit"),
        单位位置=lambda c, p: distribution.position(c, p.unit_id, p.fiscal_year),
        无区分度指标=lambda c, p: distribution.undiscriminating(c, p.filters),
        主管部门汇总=lambda c, p: rollup.departments(c, p.filters),
        条线=lambda c, p: sector.sectors(c, p.filters, max(p.years, default=last)),
        条线的单位=lambda c, p: sector.units(c, p.filters, max(p.years, default=last), p.sector),
        同条线对比=lambda c, p: sector.leaves(c, p.beside, p.fiscal_year),
    )
    page(
        "预算执行",
        各年=lambda c, p: execution.years(c, p.filters, _basis(p)),
        过程=lambda c, p: execution.part(c, "bridge", p.filters, p.fiscal_year),
        各单位=lambda c, p: executed.units(c, p.filters, p.fiscal_year, _basis(p), executed.MOST_LISTED),
        各单位的点=lambda c, p: executed.dots(c, p.filters, p.fiscal_year, _basis(p)),
        支出构成=lambda c, p: execution.part(c, "spending", p.filters, p.fiscal_year),
        收入构成=lambda c, p: execution.part(c, "revenue", p.filters, p.fiscal_year),
    )
    return found


def _basis(pick: Pick) -> str:
    return random.Random(pick.unit_key).choice(execution.BASES).code  # noqa: S311 - which basis is asked for


def _dimension(pick: Pick, by: str) -> str:
    return distribution.WHOLE if by == "dimension" else pick.dimension


def _of_year(pick: Pick, last: int) -> Filters:
    """The filters with one year, as 总览 shows the last year in view."""
    return replace(pick.filters, years=(max(pick.years, default=last),))
