"""Everything that is cached, in one file. Each function takes all it depends on: folder, version, filters, path.

A version never changes, so folder and version together name the data. DataFrames and plain values are kept, and the
View that clicks wait for.
"""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics import (
    checks,
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
    resubmission,
    rollup,
    sector,
    yearly,
)
from analytics import doubts as doubts_of
from analytics import filters as filters_of
from analytics.drilldown import DrillPath
from analytics.filters import Choices, Filters
from analytics.findings import Choice
from analytics.inflation import agreement, beside, population, prepared
from analytics.inflation import draw as drawing
from analytics.inflation import views as inflation_views
from analytics.view import View
from data.decided import decisions
from data.originals import excerpt
from data.warehouse import Warehouse
from exports import anonymous
from exports.byhand import completion
from exports.edition import Edition
from exports.report import deck
from exports.report.spec import ReportSpec, prepare


@st.cache_data(max_entries=512, show_spinner=False)
def drilldown_table(folder: str, version: int, filters: Filters, path: DrillPath) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: drilldown.table(cursor, filters, path))


@st.cache_resource(max_entries=256, show_spinner=False)
def drilldown_view(folder: str, version: int, filters: Filters, path: DrillPath) -> View:
    """The panel of a step, shared as it is and never changed: a click need not build its figure anew."""
    return drilldown.view(drilldown_table(folder, version, filters, path.up_to(path.step)), filters, path)


@st.cache_data(max_entries=512, show_spinner=False)
def leaf(folder: str, version: int, filters: Filters, key: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: drilldown.leaf(cursor, filters, key))


@st.cache_data(max_entries=512, show_spinner=False)
def leaf_problems(folder: str, version: int, key: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: drilldown.leaf_problems(cursor, key))


@st.cache_data(max_entries=64, show_spinner=False)
def choices(folder: str, version: int) -> Choices:
    return Warehouse(Path(folder)).asked(version, lambda cursor: filters_of.choices(cursor))


@st.cache_data(max_entries=64, show_spinner=False)
def offered_units(
    folder: str, version: int, regions: Filters, named: tuple[str, ...], only_named: bool
) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: filters_of.units(cursor, regions, named, only_named))


@st.cache_data(max_entries=64, show_spinner=False)
def offered_departments(
    folder: str, version: int, regions: Filters, named: tuple[str, ...], only_named: bool
) -> tuple[str, ...]:
    return Warehouse(Path(folder)).asked(
        version, lambda cursor: filters_of.departments(cursor, regions, named, only_named)
    )


@st.cache_data(max_entries=512, show_spinner=False)
def unit_years(folder: str, version: int, unit_id: str) -> tuple[int, ...]:
    return Warehouse(Path(folder)).asked(version, lambda cursor: filters_of.unit_years(cursor, unit_id))


@st.cache_data(max_entries=512, show_spinner=False)
def first_unit(folder: str, version: int, years: tuple[int, ...], units: tuple[str, ...]) -> tuple[str, int] | None:
    return Warehouse(Path(folder)).asked(version, lambda cursor: filters_of.first_unit(cursor, years, units))


@st.cache_data(max_entries=64, show_spinner=False)
def classified(folder: str, version: int) -> frozenset[str]:
    """The ids of units marked 涉密, which no file holds."""
    return Warehouse(Path(folder)).asked(version, lambda cursor: frozenset(anonymous.classified(cursor)))


@st.cache_data(max_entries=64, show_spinner=False)
def classified_documents(folder: str, version: int) -> frozenset[str]:
    """The ids of files that hold a report of such a unit."""
    return Warehouse(Path(folder)).asked(version, lambda cursor: frozenset(anonymous.classified_documents(cursor)))


@st.cache_data(max_entries=64, show_spinner="正在整理标准汇报")
def standard_titles(
    folder: str, version: int, filters: Filters, year: int | None, edition: Edition
) -> list[tuple[str, str]]:
    """The pages of the standard report by name, with their titles."""
    warehouse = Warehouse(Path(folder))
    with warehouse.cursor(version) as cursor:
        prepared = prepare(cursor, warehouse, version, ReportSpec(year, filters, edition))
        return [(page.name, page.page.title) for page in deck.standard(cursor, prepared)]


@st.cache_data(max_entries=256, show_spinner=False)
def overview_summaries(folder: str, version: int, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: overview.summaries(cursor, filters))


@st.cache_data(max_entries=256, show_spinner=False)
def overview_units(folder: str, version: int, filters: Filters, band: str | None) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(
        version, lambda cursor: overview.units(cursor, filters, band, overview.MOST_LISTED)
    )


@st.cache_data(max_entries=256, show_spinner=False)
def overview_bands(folder: str, version: int, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: overview.bands(cursor, filters))


@st.cache_data(max_entries=256, show_spinner=False)
def department_part(
    folder: str, version: int, name: str, unit_id: str, fiscal_year: int, report_id: str | None = None
) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(
        version, lambda cursor: department.part(cursor, name, unit_id, fiscal_year, report_id)
    )


@st.cache_data(max_entries=256, show_spinner=False)
def execution_years(folder: str, version: int, filters: Filters, basis: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: execution.years(cursor, filters, basis))


@st.cache_data(max_entries=256, show_spinner=False)
def execution_breaks(folder: str, version: int, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: execution.breaks(cursor, filters))


@st.cache_data(max_entries=256, show_spinner=False)
def execution_part(folder: str, version: int, name: str, filters: Filters, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: execution.part(cursor, name, filters, fiscal_year))


@st.cache_data(max_entries=256, show_spinner=False)
def executed_units(folder: str, version: int, filters: Filters, fiscal_year: int, basis: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(
        version, lambda cursor: executed.units(cursor, filters, fiscal_year, basis, executed.MOST_LISTED)
    )


@st.cache_data(max_entries=256, show_spinner=False)
def executed_dots(folder: str, version: int, filters: Filters, fiscal_year: int, basis: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: executed.dots(cursor, filters, fiscal_year, basis))


@st.cache_data(max_entries=512, show_spinner=False)
def distribution_part(
    folder: str, version: int, name: str, filters: Filters, by: str | None, dimension: str | None
) -> pd.DataFrame:
    """A table of ``analytics.distribution`` by its name; ``by`` and ``dimension`` where it takes them."""
    more = {key: value for key, value in (("by", by), ("dimension", dimension)) if value is not None}
    return Warehouse(Path(folder)).asked(version, lambda cursor: getattr(distribution, name)(cursor, filters, **more))


@st.cache_data(max_entries=64, show_spinner=False)
def distribution_lowest(
    folder: str, version: int, filters: Filters, dimension: str, band: str | None = None, upto: float | None = None
) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(
        version, lambda cursor: distribution.lowest(cursor, filters, dimension, band, upto)
    )


@st.cache_data(max_entries=64, show_spinner=False)
def heat_table(folder: str, version: int, filters: Filters, by: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: heat.table(cursor, filters, by))


@st.cache_data(max_entries=256, show_spinner=False)
def distribution_position(folder: str, version: int, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: distribution.position(cursor, unit_id, fiscal_year))


@st.cache_data(max_entries=256, show_spinner=False)
def sectors(folder: str, version: int, filters: Filters, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: sector.sectors(cursor, filters, fiscal_year))


@st.cache_data(max_entries=64, show_spinner=False)
def sector_units(folder: str, version: int, filters: Filters, fiscal_year: int, of: str | None) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: sector.units(cursor, filters, fiscal_year, of))


@st.cache_data(max_entries=256, show_spinner=False)
def sector_leaves(folder: str, version: int, units: tuple[str, ...], fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: sector.leaves(cursor, units, fiscal_year))


@st.cache_data(max_entries=64, show_spinner=False)
def roster_years(folder: str, version: int) -> list[int]:
    return Warehouse(Path(folder)).asked(version, lambda cursor: progress.years(cursor))


@st.cache_data(max_entries=64, show_spinner=False)
def progress_units(folder: str, version: int, filters: Filters, year: int) -> tuple[pd.DataFrame, int, int]:
    return Warehouse(Path(folder)).asked(version, lambda cursor: progress.units(cursor, filters, year))


@st.cache_data(max_entries=64, show_spinner=False)
def unknown_names(folder: str, version: int, year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: progress.unknown_names(cursor, year))


@st.cache_data(max_entries=256, show_spinner=False)
def original_lines(folder: str, document_id: str, locator: str) -> list[tuple[str, str, bool]]:
    found = excerpt(Warehouse(Path(folder)), document_id, locator)
    return [(line.words, line.text, line.wanted) for line in found]


@st.cache_data(max_entries=64, show_spinner=False)
def doubts(folder: str, version: int, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: doubts_of.table(cursor, filters))


@st.cache_data(max_entries=64, show_spinner=False)
def refused(folder: str, version: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: doubts_of.refused(cursor))


@st.cache_data(max_entries=64, show_spinner="正在生成待补录表")
def refused_sheets(folder: str, version: int, document_id: str) -> list[tuple[str, bytes]]:
    warehouse = Warehouse(Path(folder))
    with warehouse.cursor(version) as cursor:
        return completion.of_refused(warehouse, cursor, document_id)


@st.cache_data(max_entries=256, show_spinner=False)
def checks_summary(folder: str, version: int, filters: Filters) -> tuple[object, ...]:
    return Warehouse(Path(folder)).asked(version, lambda cursor: astuple(findings.summary(cursor, filters)))


@st.cache_data(max_entries=256, show_spinner=False)
def checks_part(folder: str, version: int, name: str, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: findings.part(cursor, name, filters))


@st.cache_data(max_entries=256, show_spinner=False)
def measured(folder: str, version: int, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: checks.measured(cursor, filters))


@st.cache_data(max_entries=256, show_spinner=False)
def coverage(folder: str, version: int, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: checks.coverage(cursor, filters))


@st.cache_data(max_entries=256, show_spinner=False)
def checks_rows(folder: str, version: int, filters: Filters, choice: Choice, newest_decision: int) -> pd.DataFrame:
    """``newest_decision`` stands for what was decided so far."""
    warehouse = Warehouse(Path(folder))
    with warehouse.cursor(version) as cursor:
        return findings.rows(cursor, filters, choice, decisions.latest(warehouse))


@st.cache_data(max_entries=256, show_spinner=False)
def finding(folder: str, version: int, finding_id: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: findings.one(cursor, finding_id))


@st.cache_data(max_entries=512, show_spinner=False)
def findings_of_leaf(folder: str, version: int, report_id: str, ordinal: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: findings.of_leaf(cursor, report_id, ordinal))


@st.cache_data(max_entries=256, show_spinner=False)
def findings_of_unit(folder: str, version: int, unit_id: str, fiscal_year: int, newest_decision: int) -> pd.DataFrame:
    """``newest_decision`` stands for what was decided so far."""
    warehouse = Warehouse(Path(folder))
    with warehouse.cursor(version) as cursor:
        return findings.with_decisions(findings.of_unit(cursor, unit_id, fiscal_year), decisions.latest(warehouse))


@st.cache_data(max_entries=64, show_spinner=False)
def thresholds(folder: str, version: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: findings.thresholds(cursor))


@st.cache_data(max_entries=128, show_spinner=False)
def resubmissions(folder: str, version: int, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: resubmission.submissions(cursor, unit_id, fiscal_year))


@st.cache_data(max_entries=128, show_spinner=False)
def compared(folder: str, version: int, name: str, report_id: str, before: int, after: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(
        version, lambda cursor: resubmission.part(cursor, name, report_id, before, after)
    )


@st.cache_data(max_entries=256, show_spinner=False)
def yearly_leaves(folder: str, version: int, unit_id: str, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: yearly.leaves(cursor, unit_id, fiscal_year))


@st.cache_data(max_entries=512, show_spinner=False)
def yearly_alike(folder: str, version: int, filters: Filters, dimension: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: yearly.alike(cursor, filters, dimension))


@st.cache_data(max_entries=256, show_spinner=False)
def yearly_steps(folder: str, version: int, filters: Filters, path: DrillPath, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: yearly.steps(cursor, filters, path, fiscal_year))


@st.cache_data(max_entries=256, show_spinner=False)
def rollup_departments(folder: str, version: int, filters: Filters) -> tuple[pd.DataFrame, int]:
    return Warehouse(Path(folder)).asked(
        version, lambda cursor: (rollup.departments(cursor, filters), rollup.unnamed(cursor, filters))
    )


@st.cache_data(max_entries=256, show_spinner=False)
def mapping_labels(folder: str, version: int, filters: Filters) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: mapping.labels(cursor, filters))


@st.cache_data(max_entries=128, show_spinner=False)
def tried(folder: str, version: int, filters: Filters, code: str) -> pd.DataFrame:
    """The table of a reading of 口径试算."""
    return Warehouse(Path(folder)).asked(version, lambda cursor: checks.tried(cursor, filters, code))


@st.cache_data(max_entries=8, show_spinner="正在与同类比较")
def inflation_whole(folder: str, version: int, fiscal_year: int) -> pd.DataFrame:
    """Assessed reports of a year, whatever the filters."""
    return prepared.reports(Warehouse(Path(folder)), version, fiscal_year)


@st.cache_data(max_entries=64, show_spinner=False)
def inflation_reports(folder: str, version: int, filters: Filters, fiscal_year: int) -> pd.DataFrame:
    warehouse = Warehouse(Path(folder))
    found = prepared.reports(warehouse, version, fiscal_year)
    with warehouse.cursor(version) as cursor:
        return inflation_views.in_view(cursor, found, filters)


@st.cache_data(max_entries=256, show_spinner=False)
def inflation_card(
    folder: str, version: int, fiscal_year: int, report_id: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, list[tuple[str, str]]]:
    """Of one report: what its leaves bring, observations used (empty: not compared), what it prints, what it admits."""
    warehouse = Warehouse(Path(folder))
    brought, used = prepared.of_report(warehouse, version, fiscal_year, report_id)
    with warehouse.cursor(version) as cursor:
        printed = inflation_views.report_leaves(cursor, report_id)
        admitted = inflation_views.admissions(cursor, report_id)
    return brought, used, printed, admitted


@st.cache_data(max_entries=256, show_spinner=False)
def inflation_signals(folder: str, version: int, fiscal_year: int, report_id: str) -> pd.DataFrame:
    return beside.signals(*prepared.signals(Warehouse(Path(folder)), version, fiscal_year, report_id))


@st.cache_data(max_entries=8, show_spinner="正在与同类比较")
def inflation_beside(folder: str, version: int, fiscal_year: int) -> dict[str, pd.DataFrame]:
    return Warehouse(Path(folder)).asked(version, lambda cursor: beside.tables(cursor, fiscal_year))


@st.cache_data(max_entries=64, show_spinner=False)
def inflation_deviations(folder: str, version: int, fiscal_year: int, base: str) -> pd.DataFrame:
    reports, brought, used = prepared.year(Warehouse(Path(folder)), version, fiscal_year)
    of_base = reports[reports["base"] == base]
    inside = brought[brought["report_id"].isin(of_base["report_id"])]
    return population.deviations(of_base, inside, used)


@st.cache_data(max_entries=64, show_spinner=False)
def inflation_flat(folder: str, version: int, fiscal_year: int, base: str) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: population.flat_leaves(cursor, fiscal_year, base))


@st.cache_data(max_entries=64, show_spinner=False)
def inflation_templates(folder: str, version: int, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: population.templates(cursor, fiscal_year))


@st.cache_data(max_entries=64, show_spinner=False)
def draw_frame(folder: str, version: int, filters: Filters, fiscal_year: int) -> list[tuple[object, ...]]:
    """The units that can be drawn, as values of ``draw.Candidate``."""
    with Warehouse(Path(folder)).cursor(version) as cursor:
        reports = inflation_whole(folder, version, fiscal_year)
        return [astuple(c) for c in drawing.frame(cursor, reports, fiscal_year, filters)]


@st.cache_data(max_entries=64, show_spinner=False)
def review_pairs(folder: str, version: int, fiscal_year: int) -> pd.DataFrame:
    return Warehouse(Path(folder)).asked(version, lambda cursor: agreement.pairs(cursor, fiscal_year))
