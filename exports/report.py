"""The standard set of a year and its filters as one file: what ``jixiao report`` and the page 汇报 write.

A format is a function ``(cursor, Prepared) -> bytes`` in ``FORMATS``; it takes filters, names and source from
``Prepared``, so that 涉密, 通报版 and 脱敏 hold in every format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from analytics import filters as filters_of
from analytics import overview
from analytics.filters import Filters
from data.codes import refusal
from data.warehouse import DATASETS, Warehouse, version_name
from exports.anonymous import Names, cleared
from exports.edition import Edition, naming
from exports.names import file_name
from exports.slides import Source


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """What to report on: a fiscal year (``None``: the last with reports) and filters, for whom, under which heading.

    ``titles`` replaces titles of pages by their names in the set; ``template`` is a bureau's own .pptx.
    """

    year: int | None = None
    filters: Filters = field(default_factory=Filters)
    edition: Edition = field(default_factory=Edition)
    bureau: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    template: Path | None = None


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

    @property
    def file_name(self) -> str:
        """汇报 file name without ending: year, district, name, edition, data version."""
        edition = self.spec.edition
        marks = (edition.words,) if edition.public or edition.anonymous else ()
        return file_name(self.source.years, self.source.regions, "绩效自评情况汇报", *marks, self.source.version)


Format = Callable[[duckdb.DuckDBPyConnection, Prepared], bytes]


def prepare(cursor: duckdb.DuckDBPyConnection, warehouse: Warehouse, version: int, spec: ReportSpec) -> Prepared:
    """Raises ``Refusal`` E43 where nothing is left to report on."""
    found = filters_of.choices(cursor)
    shown = cleared(cursor, replace(spec.filters, years=()))
    years = sorted({int(y) for y in found["fiscal_year"]})
    year = spec.year if spec.year is not None else max(spec.filters.years or years, default=0)
    one = replace(shown, years=(year,))
    places = _regions(cursor, spec.filters)
    if not overview.summary(overview.summaries(cursor, one)).reports:
        words = "、".join(map(str, years)) or "无"
        raise refusal("E43", f"{year} 年，{places}；已入库年度：{words}")
    names = naming(cursor, one, spec.edition)
    source = Source(
        DATASETS.get(warehouse.dataset, warehouse.dataset),
        version_name(version),
        str(year),
        names.text(places),
        date.today().isoformat(),
    )
    return Prepared(spec, year, one, shown, names, source)


def _regions(cursor: duckdb.DuckDBPyConnection, filters: Filters) -> str:
    names = filters_of.regions(cursor, filters.regions)
    words = "、".join(names.get(code, code) for code in filters.regions) or "全部区划"
    return f"{words}（仅本级）" if filters.own_level_only and filters.regions else words


def write(warehouse: Warehouse, spec: ReportSpec, out: Path, formats: Mapping[str, Format]) -> Prepared:
    """Write the standard set in the format of the file's ending, whole or not at all.

    Raises ``Refusal`` E15 without a version, E16 for another ending, E43 for an empty selection, E10.
    """
    form = formats.get(out.suffix.lower())
    if form is None:
        raise refusal("E16", f"汇报文件的扩展名应为 {'、'.join(formats)}，而非 {out.suffix or out.name}")
    version = warehouse.current()
    with warehouse.cursor(version) as cursor:
        prepared = prepare(cursor, warehouse, version or 0, spec)
        content = form(cursor, prepared)
    draft = out.with_name(f".{out.name}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(out)
    except OSError as error:
        raise refusal("E10", str(out)) from error
    finally:
        draft.unlink(missing_ok=True)
    return prepared
