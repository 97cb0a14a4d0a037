"""What may leave: no 涉密 unit, and under 脱敏 no name of a unit, place or file."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from analytics import overview
from analytics.filters import Filters
from analytics.view import View
from data.derive import prepare
from exports.anonymous import AS_PRINTED, Names, cleared, names
from tests.checked import checked
from tests.reports import report

UNITS = ("南京市玄武区商务局", "南京市玄武区教育局")


@pytest.fixture(scope="module")
def two() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two units, the second 涉密 in the roster of another year, under a name that a person confirmed."""
    with checked(report(unit=UNITS[0]), report(unit=UNITS[1])) as connection:
        connection.execute(
            "insert into roster_store (fiscal_year, unit_id, unit, region_code, classified) "
            "values (2020, 'U_roster', '玄武教育局机关', '320102', true)"
        )
        connection.execute(
            "insert into unit_alias select 'U_roster', unit, unit_normalised, region_code, '全称', '已确认', null "
            "from unit_store where unit = $unit",
            {"unit": UNITS[1]},
        )
        prepare(connection)
        yield connection


def test_a_unit_that_any_roster_marks_leaves_every_table(two: duckdb.DuckDBPyConnection) -> None:
    assert set(overview.units(two, Filters())["unit"]) == set(UNITS)
    assert set(overview.units(two, cleared(two, Filters()))["unit"]) == {UNITS[0]}


def test_a_choice_of_marked_units_alone_shows_nobody(two: duckdb.DuckDBPyConnection) -> None:
    marked = two.execute("select unit_id from unit_store where unit = $unit", {"unit": UNITS[1]}).fetchall()[0][0]
    assert overview.units(two, cleared(two, Filters(units=(marked,)))).empty


def test_names_of_units_places_and_files_are_replaced_the_longest_first(two: duckdb.DuckDBPyConnection) -> None:
    found = names(two)
    said = found.text(f"{UNITS[0]}（0.txt 第3行）位于南京市玄武区，代码320102，隶属玄武区人民政府；得分 96.5")
    for name in ("南京", "玄武", "商务局", "0.txt", "320102"):
        assert name not in said
    assert said.startswith("单位") and said.endswith("人民政府；得分 96.5")
    assert found.text(UNITS[0]) != found.text(UNITS[1])
    assert found.text("玄武教育局机关") == found.text(UNITS[1]), "one unit, two names"


def test_a_view_is_replaced_in_words_and_cells_and_loses_its_figure(two: duckdb.DuckDBPyConnection) -> None:
    table = pd.DataFrame({"unit": [UNITS[0], None], "score": [96.5, 88.0]})
    view = View(f"{UNITS[0]} 96.50 分", "南京市", table, None, {"unit": "填报单位"}, ("玄武区",))
    shown = names(two).view(view)
    assert UNITS[0] not in shown.title + str(shown.table["unit"][0]) and pd.isna(shown.table["unit"][1])
    assert list(shown.table["score"]) == [96.5, 88.0]
    assert "南京" not in shown.sentence and "玄武" not in shown.notes[0]


def test_without_names_everything_stays_as_printed() -> None:
    assert AS_PRINTED.text("南京市") == "南京市"
    assert Names({"a.b": "文件001"}).text("a.b 与 aXb") == "文件001 与 aXb"
