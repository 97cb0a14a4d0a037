"""Views made again from how they were made: what a page showed, from a data version, without 涉密 units.

A file never holds what a page had in its cache. Each line calls the functions the page calls, with filters that
``anonymous.cleared`` narrowed, so no export has to remember what may leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from analytics import (
    checks,
    composition,
    department,
    distribution,
    drilldown,
    executed,
    execution,
    findings,
    heat,
    mapping,
    overview,
    progress,
    rollup,
    sector,
    yearly,
)
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from analytics.findings import Choice
from analytics.view import Made, View
from data.decided import decisions
from data.warehouse import Warehouse
from exports.anonymous import classified, cleared
from exports.edition import INTERNAL, Edition, naming
from exports.report import remade_evidence


@dataclass(frozen=True, slots=True)
class Place:
    """Where a View is made again: a version's cursor, its warehouse and number, and filters without 涉密 units."""

    cursor: duckdb.DuckDBPyConnection
    warehouse: Warehouse
    version: int
    filters: Filters


def remade(cursor: duckdb.DuckDBPyConnection, warehouse: Warehouse, version: int, made: Made) -> View | None:
    """A View of a version, whose cursor is given, again; ``None`` where it is about a 涉密 unit.

    Raises ``KeyError`` for a function not listed here.
    """
    choices = dict(made.choices)
    if set(classified(cursor)) & {choices.get("unit_id"), *choices.get("unit_ids", ())}:
        return None
    return MAKERS[made.by](Place(cursor, warehouse, version, cleared(cursor, made.filters)), **choices)


def of_version(warehouse: Warehouse, version: int, made: Iterable[Made], edition: Edition = INTERNAL) -> list[View]:
    """Views of a version as they may leave, without those about 涉密 units, names replaced as the edition asks."""
    with warehouse.cursor(version) as cursor:
        views = [view for one in made if (view := remade(cursor, warehouse, version, one)) is not None]
        names = naming(cursor, Filters(), edition)
        return [names.view(view) for view in views]


def _units(at: Place, band: str | None = None) -> View:
    return overview.units_view(overview.units(at.cursor, at.filters, band), at.filters, band)


def _drilldown(at: Place, path: tuple[str | None, ...]) -> View:
    way = DrillPath(*path)
    return drilldown.view(drilldown.table(at.cursor, at.filters, way.up_to(way.step)), at.filters, way)


def _department(at: Place, unit_id: str, unit: str, fiscal_year: int, report_id: str | None = None) -> View:
    return department.view(department.part(at.cursor, "leaves", unit_id, fiscal_year, report_id), unit, fiscal_year)


def _groups(at: Place, by: str, dimension: str) -> View:
    return distribution.groups_view(
        distribution.groups(at.cursor, at.filters, by, dimension), at.filters, by, dimension
    )


def _boxes(at: Place, by: str, dimension: str) -> View:
    groups, far, near = (
        table(at.cursor, at.filters, by, dimension)
        for table in (distribution.groups, distribution.outliers, distribution.points)
    )
    return distribution.box_view(groups, far, near, at.filters, by, dimension)


def _position(at: Place, unit_id: str, unit: str, fiscal_year: int) -> View:
    rows = distribution.position(at.cursor, unit_id, fiscal_year)
    return distribution.position_view(rows, at.filters, unit, fiscal_year)


def _years(at: Place, what: str) -> View:
    dimension = what if what in distribution.DIMENSIONS else distribution.WHOLE
    groups = distribution.groups(at.cursor, at.filters, "fiscal_year", dimension)
    pairs = yearly.alike(at.cursor, at.filters, dimension)
    reasons = execution.broken(execution.breaks(at.cursor, at.filters))
    return yearly.trend_view(groups, pairs, reasons, at.filters, what)


def _steps(at: Place, path: tuple[str | None, ...], fiscal_year: int) -> View:
    way = DrillPath(*path)
    steps = yearly.steps(at.cursor, at.filters, way.up_to(way.step), fiscal_year)
    return yearly.steps_view(steps, at.filters, way, fiscal_year)


def _sector(at: Place, unit_ids: tuple[str, ...], fiscal_year: int) -> View:
    return sector.view(sector.leaves(at.cursor, tuple(unit_ids), fiscal_year), at.filters, fiscal_year)


def _trend(at: Place, basis: str) -> View:
    years = execution.years(at.cursor, at.filters, basis)
    reasons = execution.broken(execution.breaks(at.cursor, at.filters))
    return execution.trend_view(years, reasons, at.filters, execution.basis_of(basis))


def _executed(at: Place, basis: str, fiscal_year: int) -> View:
    units, dots = (table(at.cursor, at.filters, fiscal_year, basis) for table in (executed.units, executed.dots))
    return executed.view(units, dots, at.filters, execution.basis_of(basis), fiscal_year)


def _bridge(at: Place, fiscal_year: int) -> View:
    return execution.bridge_view(execution.part(at.cursor, "bridge", at.filters, fiscal_year), at.filters, fiscal_year)


def _revenue(at: Place, fiscal_year: int) -> View:
    return composition.revenue_view(
        execution.part(at.cursor, "revenue", at.filters, fiscal_year), at.filters, fiscal_year
    )


def _measured(at: Place) -> View:
    return checks.measured_view(checks.measured(at.cursor, at.filters), at.filters)


def _tried(at: Place, reading: str) -> View:
    (of_code,) = (one for one in checks.READINGS if one.code == reading)
    return checks.tried_view(checks.tried(at.cursor, at.filters, reading), at.filters, of_code)


def _findings(at: Place, what: str = "", choice: tuple[str | None, ...] = ()) -> View:
    chosen = Choice(*choice)
    rows = findings.rows(at.cursor, at.filters, chosen, decisions.latest(at.warehouse))
    return findings.rows_view(rows, at.filters, what, chosen)


def _identities(at: Place) -> View:
    table = findings.part(at.cursor, "identities", at.filters)
    return findings.identities_view(table, findings.summary(at.cursor, at.filters), at.filters)


def _progress(at: Place, by: Any, year: int) -> View:
    return progress.summary_view(progress.units(at.cursor, at.filters, year)[0], by, at.filters, year)


def _reminders(at: Place, year: int) -> View:
    units, elsewhere, classified_units = progress.units(at.cursor, at.filters, year)
    return progress.reminder_view(units, at.filters, year, elsewhere, classified_units)


MAKERS: Mapping[str, Callable[..., View | None]] = {
    **remade_evidence.MAKERS,
    "overview.bands_view": lambda at: overview.bands_view(overview.bands(at.cursor, at.filters), at.filters),
    "overview.lost_view": lambda at: overview.lost_view(
        drilldown.table(at.cursor, at.filters, DrillPath()), at.filters
    ),
    "overview.units_view": _units,
    "drilldown.view": _drilldown,
    "department.view": _department,
    "department.losing_view": lambda at, **of: department.losing_view(_department(at, **of)),
    "distribution.columns_view": lambda at, dimension: distribution.columns_view(
        distribution.columns(at.cursor, at.filters, dimension), at.filters, dimension
    ),
    "distribution.groups_view": _groups,
    "distribution.box_view": _boxes,
    "distribution.ecdf_view": lambda at, dimension: distribution.ecdf_view(
        distribution.ecdf(at.cursor, at.filters, dimension), at.filters, dimension
    ),
    "heat.view": lambda at, by: heat.view(heat.table(at.cursor, at.filters, by), at.filters, by),
    "distribution.position_view": _position,
    "distribution.undiscriminating_view": lambda at: distribution.undiscriminating_view(
        distribution.undiscriminating(at.cursor, at.filters), at.filters
    ),
    "yearly.trend_view": _years,
    "yearly.steps_view": _steps,
    "yearly.view": lambda at, unit_id, unit, fiscal_year: yearly.view(
        yearly.leaves(at.cursor, unit_id, fiscal_year), unit, fiscal_year
    ),
    "rollup.view": lambda at: rollup.view(
        rollup.departments(at.cursor, at.filters), rollup.unnamed(at.cursor, at.filters), at.filters
    ),
    "mapping.view": lambda at: mapping.view(mapping.labels(at.cursor, at.filters), at.filters),
    "sector.view": _sector,
    "execution.trend_view": _trend,
    "execution.bridge_view": _bridge,
    "executed.view": _executed,
    "composition.revenue_view": _revenue,
    "composition.spending_view": lambda at, fiscal_year: composition.spending_view(
        execution.part(at.cursor, "spending", at.filters, fiscal_year), at.filters, fiscal_year
    ),
    "checks.measured_view": _measured,
    "checks.slide_view": lambda at: checks.slide_view(_measured(at)),
    "checks.coverage_view": lambda at: checks.coverage_view(checks.coverage(at.cursor, at.filters), at.filters),
    "checks.tried_view": _tried,
    "findings.balance_view": lambda at: findings.balance_view(findings.summary(at.cursor, at.filters), at.filters),
    "findings.checks_view": lambda at: findings.checks_view(
        findings.part(at.cursor, "by_check", at.filters), at.filters
    ),
    "findings.rows_view": _findings,
    "findings.identities_view": _identities,
    "findings.rates_view": lambda at: findings.rates_view(findings.part(at.cursor, "rates", at.filters), at.filters),
    "progress.summary_view": _progress,
    "progress.reminder_view": _reminders,
}
"""View function -> what makes its View again; the choices by name."""
