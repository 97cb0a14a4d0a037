"""The standard set of a year, or views that were collected: what ``jixiao report`` and 汇报 write, whatever the format.

A format is a function ``(cursor, Prepared) -> bytes`` in ``formats.FORMATS``; it takes filters, names and source from
``Prepared``, so that 涉密, 通报版 and 脱敏 hold in every format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from analytics import filters as filters_of
from analytics import overview
from analytics.filters import Filters
from analytics.view import Made, View
from data.codes import refusal
from data.warehouse import DATASETS, Warehouse, version_name
from exports.anonymous import Names, cleared
from exports.edition import Edition, naming
from exports.names import file_name
from exports.report.remade import remade
from exports.source import Source


@dataclass(frozen=True, slots=True)
class Collected:
    """A view that a reader put into the report: how it was made, and a title of his own (empty: the view's)."""

    made: Made
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """What to report on: a fiscal year (``None``: the last with reports) and filters, for whom, under which heading.

    ``titles`` replaces titles of pages by their names in the set; ``template`` is a bureau's own .pptx. ``collected``
    views take the place of the standard set; ``title`` is the cover's where the usual one is not meant.
    """

    year: int | None = None
    filters: Filters = field(default_factory=Filters)
    edition: Edition = field(default_factory=Edition)
    bureau: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    template: Path | None = None
    title: str = ""
    collected: tuple[Collected, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A spec held against a data version: the year, filters without 涉密 units, names to replace, and the source."""

    spec: ReportSpec
    year: int
    filters: Filters
    """One year."""
    all_years: Filters
    """The same without the year, for trends."""
    naming: Names
    source: Source
    views: tuple[View, ...] = ()
    """The collected views, names replaced."""

    @property
    def file_name(self) -> str:
        """汇报 file name without ending: year, district, name, edition, data version."""
        edition = self.spec.edition
        marks = (edition.words,) if edition.public or edition.anonymous else ()
        return file_name(self.source.years, self.source.regions, "绩效自评情况汇报", *marks, self.source.version)


Told = Callable[[int, int, str], None]
"""Is told how far the work is: of so many parts so many are done, and which is next."""


def untold(done: int, of: int, what: str) -> None:
    """Where nobody wants to know."""


Format = Callable[[duckdb.DuckDBPyConnection, Prepared], bytes]


def prepare(
    cursor: duckdb.DuckDBPyConnection, warehouse: Warehouse, version: int, spec: ReportSpec, told: Told = untold
) -> Prepared:
    """Raises ``Refusal`` E43 where nothing is left to report on."""
    if spec.collected:
        return _collected(cursor, warehouse, version, spec, told)
    shown = cleared(cursor, replace(spec.filters, years=()))
    years = sorted(filters_of.choices(cursor).years)
    year = spec.year if spec.year is not None else max(spec.filters.years or years, default=0)
    one = replace(shown, years=(year,))
    places = _regions(cursor, spec.filters)
    if not overview.summary(overview.summaries(cursor, one)).reports:
        words = "、".join(map(str, years)) or "无"
        raise refusal("E43", f"{year} 年，{places}；已入库年度：{words}")
    names = naming(cursor, one, spec.edition)
    return Prepared(spec, year, one, shown, names, _source(warehouse, version, str(year), names.text(places)))


def _source(warehouse: Warehouse, version: int, years: str, places: str) -> Source:
    dataset = DATASETS.get(warehouse.dataset, warehouse.dataset)
    return Source(dataset, version_name(version), years, places, date.today().isoformat())


def _collected(
    cursor: duckdb.DuckDBPyConnection, warehouse: Warehouse, version: int, spec: ReportSpec, told: Told
) -> Prepared:
    """The collected views made again. Years and places are those of all of them."""
    looked_at = [one.made.filters for one in spec.collected]
    shown = cleared(cursor, Filters())
    names = naming(cursor, shown, spec.edition)
    views = []
    for done, one in enumerate(spec.collected):
        told(done, len(spec.collected), one.title)
        view = remade(cursor, warehouse, version, one.made)
        if view is not None:
            view = names.view(view)
            views.append(replace(view, title=names.text(one.title)) if one.title else view)
    if not views:
        raise refusal("E43", "所选视图均为涉密单位")
    known = filters_of.choices(cursor).years
    years = sorted({year for filters in looked_at for year in filters.years})
    all_years = not all(filters.years for filters in looked_at)
    words = "全部年度" if all_years else "、".join(map(str, years))
    codes = tuple(sorted({code for filters in looked_at for code in filters.regions}))
    places = _regions(cursor, Filters(regions=codes if all(filters.regions for filters in looked_at) else ()))
    year = max(known if all_years else years, default=0)
    source = _source(warehouse, version, words, names.text(places))
    return Prepared(spec, year, replace(shown, years=(year,)), shown, names, source, tuple(views))


def _regions(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> str:
    names = filters_of.regions(cursor, filters.regions)
    words = "、".join(names.get(code, code) for code in filters.regions) or "全部区划"
    return f"{words}（仅本级）" if filters.own_level_only and filters.regions else words
