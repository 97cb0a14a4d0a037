"""What makes years not comparable (execution.breaks), counted a second time over reports drawn at random."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from analytics import execution
from analytics.filters import Filters
from data import derive

YEARS = range(2019, 2025)
REGIONS = ("990101", "990102", "990201", None)
FORMS = ("决策10 过程90", "决策20 过程80", "投入50 产出50")


@dataclass(frozen=True)
class Drawn:
    """A report: kind is its form, None for a project's."""

    unit: int
    year: int
    template: int
    kind: str | None
    accepted: bool


def draw(connection: duckdb.DuckDBPyConnection, seed: int) -> tuple[list[Drawn], set[tuple[int, int]]]:
    """Fill a database with units of four regions, their reports and a roster with gaps; reports, and (unit, year) listed."""
    rng = random.Random(seed)
    templates = [(kind, region) for region in (*REGIONS, "990000") for kind in FORMS] + [(FORMS[0], None)]
    for key, (kind, region) in enumerate(templates, 1):
        connection.execute("insert into template_store values ($1, '部门整体', $2, $3, null)", [key, region, kind])
    connection.execute("insert into template_store values (99, '项目', null, '产出100', null)")
    reports: list[Drawn] = []
    listed: set[tuple[int, int]] = set()
    for unit in range(1, 33):
        region = REGIONS[unit % 4]
        row = [unit, f"U{unit}", f"单位{unit}", region, f"部门{unit // 3}"]
        connection.execute("insert into unit_store values ($1, $2, $3, $3, $4, $5)", row)
        first, last = sorted(rng.choices(YEARS, k=2)) if unit % 3 else (YEARS[0], YEARS[-1])
        usual = rng.choice(FORMS)
        for year in YEARS:
            if rng.random() < 0.2:
                usual = rng.choice(FORMS)
            if rng.random() < 0.6:
                listed.add((unit, year))
            if first <= year <= last and rng.random() < 0.9:
                template = rng.choice([key for key, (kind, _) in enumerate(templates, 1) if kind == usual])
                if rng.random() < 0.9:
                    reports.append(Drawn(unit, year, template, usual, rng.random() < 0.9))
                if rng.random() < 0.3:
                    reports.append(Drawn(unit, year, 99, None, rng.random() < 0.9))
    for key, r in enumerate(reports, 1):
        form = "部门整体" if r.kind else "项目"
        connection.execute(
            "insert into report_store values ($1, $2, 1, true, $3, $4, 'title', $5, '', $6, 1, 'L1', null, null, 0, null, "
            "null, null, $7, 0, null, null, null, null)",
            [key, f"R{key}", r.unit, r.year, form, r.template, "accepted" if r.accepted else "review"],
        )
    for unit, year in sorted(listed):
        connection.execute(
            "insert into roster_store values ($1, $2, null, $2, null, null, null, null, null, false)",
            [year, f"U{unit}"],
        )
    derive.prepare(connection)
    return reports, listed


def counted(
    reports: list[Drawn], listed: set[tuple[int, int]], years: tuple[int, ...], units: set[int]
) -> list[tuple[int, int, int, int, int]]:
    """(year, year before in view, entered, gone, renewed) in plain Python."""
    held: dict[int, dict[int, set[str]]] = {}
    for r in reports:
        if r.accepted and r.unit in units and (not years or r.year in years):
            held.setdefault(r.year, {}).setdefault(r.unit, set()).update({r.kind} if r.kind else set())
    known = sorted(held)
    found = []
    for before, year in pairwise(known):
        earlier = {u for y in known if y < year for u in held[y]}
        later = {u for y in known if y > before for u in held[y]}
        entered = [u for u in held[year] if u not in earlier and not any((u, y) in listed for y in range(1949, year))]
        gone = [
            u for u in held[before] if u not in later and not any((u, y) in listed for y in range(before + 1, 2200))
        ]
        changes: dict[str | None, list[bool]] = {}
        for unit in held[year].keys() & held[before].keys():
            if held[year][unit] and held[before][unit]:
                changes.setdefault(REGIONS[unit % 4], []).append(held[year][unit] != held[before][unit])
        renewed = sum(2 * sum(of) > len(of) for of in changes.values())
        found.append((year, before, len(entered), len(gone), renewed))
    return found


def test_breaks_are_those_counted_report_by_report(database: duckdb.DuckDBPyConnection) -> None:
    reports, listed = draw(database, 4)
    every = set(range(1, 33))
    rng = random.Random(7)
    views = [(Filters(), every)]
    for number in range(24):
        years = tuple(sorted(rng.sample(YEARS, number % 5)))
        some = set(rng.sample(sorted(every), 9))
        views += [
            (Filters(years), every),
            (Filters(years, units=tuple(f"U{u}" for u in some)), some),
            (Filters(years, ("990100",)), {u for u in every if u % 4 < 2}),
            (Filters(years, ("990201",), own_level_only=True), {u for u in every if u % 4 == 2}),
            (Filters(years, departments=("部门2", "部门5")), {u for u in every if u // 3 in (2, 5)}),
        ]
    seen = []
    for filters, units in views:
        found = [tuple(map(int, row)) for row in execution.breaks(database, filters).to_numpy()]
        assert found == counted(reports, listed, filters.years, units), filters
        seen += found
    for what in (2, 3, 4):
        assert len({row[what] for row in seen}) > 2, "too few kinds to tell anything"


def test_a_unit_under_its_confirmed_new_name_has_neither_come_nor_gone(database: duckdb.DuckDBPyConnection) -> None:
    """U2 reports to 2021, U3 from 2022; the roster lists U2 alone, all the years. U1 reports always, U4 to 2021, unlisted."""
    database.execute("insert into template_store values (1, '部门整体', null, '决策10 过程90', null)")
    for unit in range(1, 5):
        database.execute(
            "insert into unit_store values ($1, $2, $3, $3, '990101', null)", [unit, f"U{unit}", f"单位{unit}"]
        )
    years = {1: range(2020, 2024), 2: range(2020, 2022), 3: range(2022, 2024), 4: range(2020, 2022)}
    for key, (unit, year) in enumerate(((u, y) for u, of in years.items() for y in of), 1):
        database.execute(
            "insert into report_store values ($1, $2, 1, true, $3, $4, 'title', '部门整体', '', 1, 1, 'L1', null, null, 0, "
            "null, null, null, 'accepted', 0, null, null, null, null)",
            [key, f"R{key}", unit, year],
        )
    for year in range(2020, 2024):
        database.execute(
            "insert into roster_store values ($1, 'U2', null, '单位2', null, null, '990101', null, null, false)", [year]
        )
    changed = []
    for names in ([], ["单位2", "单位3"]):
        for name in names:
            database.execute("insert into unit_alias values ('U2', $1, $1, '990101', '曾用名', '已确认', null)", [name])
        derive.prepare(database)
        found = execution.breaks(database, Filters()).set_index("fiscal_year").loc[2022]
        changed.append((int(found["entered"]), int(found["gone"])))
    assert changed == [(1, 1), (0, 1)], "U2 is listed and never gone; U3 has come until its name is confirmed"
