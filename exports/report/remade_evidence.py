"""The Views of 自评质量核查 made again for a file (``remade.MAKERS``): peers stay whole, 涉密 units are not shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from analytics.inflation import agreement, population, prepared, reviews, views
from analytics.view import View
from data.decided import draws
from exports.anonymous import classified

if TYPE_CHECKING:
    from exports.report.remade import Place

Parts = dict[str, dict[str, float | None]]


def _assessed(at: Place, fiscal_year: int) -> pd.DataFrame:
    return views.in_view(at.cursor, prepared.reports(at.warehouse, at.version, fiscal_year), at.filters)


def _card(at: Place, report_id: str, fiscal_year: int, trace: str | None = None) -> View | None:
    """A report's card, or the leaves of one of its numbers."""
    reports = _assessed(at, fiscal_year)
    reports = reports[reports["report_id"] == report_id]
    if reports.empty:
        return None
    brought, used = prepared.of_report(at.warehouse, at.version, fiscal_year, report_id)
    if trace is None:
        return views.card_view(reports.iloc[0], used.iloc[0], at.filters)
    return views.leaves_view(reports.iloc[0], brought, views.report_leaves(at.cursor, report_id), trace, at.filters)


def _deviations(at: Place, fiscal_year: int, base: str) -> View:
    reports, leaves, used = prepared.year(at.warehouse, at.version, fiscal_year)
    of_base = reports[reports["base"] == base]
    brought = leaves[leaves["report_id"].isin(of_base["report_id"])]
    table = population.deviations(of_base, brought, used)
    shown = views.in_view(at.cursor, of_base, at.filters)["report_id"]
    return population.deviations_view(table[table["item"].isin(shown)], at.filters)


def _list(at: Place, fiscal_year: int, number: int) -> View | None:
    kept = next((one for one in draws.of_year(at.warehouse, fiscal_year) if one.number == number), None)
    return None if kept is None else reviews.list_for_file(kept, at.filters, set(classified(at.cursor)))


def _reviewed(at: Place, fiscal_year: int) -> tuple[pd.DataFrame, pd.DataFrame, Parts]:
    """Assessed reports in view, their pairs, and the parts of the draws."""
    reports = _assessed(at, fiscal_year)
    pairs = agreement.pairs(at.cursor, fiscal_year)
    pairs = pairs[pairs["report_id"].isin(reports["report_id"])]
    return reports, pairs, reviews.parts_of(draws.of_year(at.warehouse, fiscal_year), pairs["unit_id"].unique())


def _hits(at: Place, fiscal_year: int) -> View:
    _, pairs, parts = _reviewed(at, fiscal_year)
    return reviews.hits_view(pairs, parts, at.filters)


def _agreement(at: Place, fiscal_year: int, part: str) -> View:
    _, pairs, parts = _reviewed(at, fiscal_year)
    return reviews.agreement_view(reviews.in_part(pairs, parts, part), at.filters, part)


def _units(at: Place, fiscal_year: int, part: str) -> View:
    _, pairs, parts = _reviewed(at, fiscal_year)
    return reviews.units_view(reviews.in_part(pairs, parts, part), parts, at.filters, part)


def _fitted(at: Place, fiscal_year: int) -> View:
    return reviews.fitted_view(reviews.fitted_to(*_reviewed(at, fiscal_year)), at.filters)


MAKERS: Mapping[str, Callable[..., View | None]] = {
    "inflation.views.priority_view": lambda at, fiscal_year: views.priority_view(
        _assessed(at, fiscal_year), at.filters, fiscal_year
    ),
    "inflation.views.verified_view": lambda at, fiscal_year, side: views.verified_view(
        _assessed(at, fiscal_year), at.filters, side
    ),
    "inflation.views.significant_view": lambda at, fiscal_year: views.significant_view(
        _assessed(at, fiscal_year), at.filters
    ),
    "inflation.views.leads_view": lambda at, fiscal_year, side: views.leads_view(
        _assessed(at, fiscal_year), at.filters, side
    ),
    "inflation.views.card_view": _card,
    "inflation.views.leaves_view": _card,
    "inflation.population.totals_view": lambda at, base, fiscal_year: population.totals_view(
        prepared.reports(at.warehouse, at.version, fiscal_year), at.filters, base
    ),
    "inflation.population.deviations_view": _deviations,
    "inflation.population.templates_view": lambda at, fiscal_year: population.templates_view(
        population.templates(at.cursor, fiscal_year), at.filters
    ),
    "inflation.population.flat_view": lambda at, fiscal_year, base: population.flat_view(
        population.flat_leaves(at.cursor, fiscal_year, base), at.filters, base
    ),
    "inflation.reviews.list_for_file": _list,
    "inflation.reviews.hits_view": _hits,
    "inflation.reviews.agreement_view": _agreement,
    "inflation.reviews.units_view": _units,
    "inflation.reviews.fitted_view": _fitted,
}
"""View function -> what makes its View again; the choices by name."""
