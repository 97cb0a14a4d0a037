"""应报名单: names become known, renamed units keep their id, unknown names wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import duckdb
import pytest

from data.units import identity, roster
from data.units.roster import RosterRow
from data.vocabulary import Vocabulary

JIANGNING = "320115"


def add_report(
    connection: duckdb.DuckDBPyConnection, key: int, unit: str, year: int = 2024, region: str = JIANGNING
) -> str:
    """A report of a unit, straight into storage; its unit_id."""
    unit_id = identity.unit_id(region, unit)
    row = [key, unit_id, unit, identity.normalised(unit), region]
    connection.execute("insert into unit_store values ($1, $2, $3, $4, $5, null)", row)
    connection.execute(
        "insert into report_store by name select $1 as report_key, 'R' || $1 as report_id, 1 as submission, "
        "true as is_current, $1 as unit_key, $2 as fiscal_year, 'title' as year_basis, '部门整体' as form, '' as subject, "
        "1 as template_key, 1 as document_key, 'L1' as position, 0 as leaf_total_printed, 'accepted' as status, 0 as leaves",
        [key, year],
    )
    return unit_id


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Sequence[tuple[object, ...]]:
    return connection.execute(sql).fetchall()


@pytest.fixture
def three(database: duckdb.DuckDBPyConnection, words: Vocabulary) -> duckdb.DuckDBPyConnection:
    """One unit by its full name, one by its short name, one by a name the roster does not know."""
    add_report(database, 1, "南京市江宁区商务局")
    add_report(database, 2, "江宁区人社局")
    add_report(database, 3, "南京市江宁区水利局")
    listed = [
        RosterRow(2024, JIANGNING, "南京市江宁区商务局", "115001", None, "区商务局", "商务", Decimal("6091.91")),
        RosterRow(2024, JIANGNING, "南京市江宁区人力资源和社会保障局", "115002", "区人社局、江宁区人社局", "区人社局"),
        RosterRow(2024, JIANGNING, "南京市江宁区水务局", "115003", None, "区水务局"),
        RosterRow(2024, JIANGNING, "南京市江宁区教育局", "115004"),
    ]
    roster.load(database, listed)
    roster.match(database, words)
    return database


def test_full_and_short_names_lead_to_the_roster_unit(three: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        three,
        "select u.unit, o.unit_code, u.department from unit_store u join unit_identity i using (unit_id) "
        "left join roster o on o.unit_id = i.roster_unit_id order by u.unit_key",
    )
    assert found == [
        ("南京市江宁区商务局", "115001", "区商务局"),
        ("江宁区人社局", "115002", "区人社局"),
        ("南京市江宁区水利局", None, None),
    ]


def test_an_unknown_name_waits_with_the_likeliest_units_that_have_no_report(three: duckdb.DuckDBPyConnection) -> None:
    assert rows(three, "select unit from unit_unmatched") == [("南京市江宁区水利局",)]
    found = rows(
        three,
        "select a.alias, o.unit, a.likeness::double from unit_alias a join roster o using (unit_id) where status = '待确认'",
    )
    assert found == [("南京市江宁区水利局", "南京市江宁区水务局", 66.67)]  # 2 of 3 characters, region left out


def test_a_confirmed_name_resolves_and_a_ruled_out_one_is_not_proposed_again(
    three: duckdb.DuckDBPyConnection, words: Vocabulary
) -> None:
    three.execute("update unit_alias set status = '已排除' where status = '待确认'")
    roster.match(three, words)
    assert rows(three, "select count(*) from unit_alias where status = '待确认'") == [(0,)]
    three.execute("update unit_alias set status = '已确认' where status = '已排除'")
    roster.match(three, words)
    assert rows(three, "select count(*) from unit_unmatched") == [(0,)]
    assert rows(three, "select department from unit_store where unit_key = 3") == [("区水务局",)]


def test_a_renamed_unit_keeps_its_id_by_its_code(three: duckdb.DuckDBPyConnection, words: Vocabulary) -> None:
    add_report(three, 4, "南京市江宁区商务和投资促进局", 2025)
    roster.load(three, [RosterRow(2025, JIANGNING, "南京市江宁区商务和投资促进局", "115001")])
    roster.match(three, words)
    old = identity.unit_id(JIANGNING, "南京市江宁区商务局")
    assert rows(three, "select unit_id, unit from roster where fiscal_year = 2025") == [
        (old, "南京市江宁区商务和投资促进局")
    ]
    assert rows(
        three,
        "select roster_unit_id from unit_identity join unit_store using (unit_id) where unit_key in (1, 4)",
    ) == [(old,), (old,)]
    assert rows(three, "select alias from unit_alias where kind = '曾用名' and status = '已确认'") == [
        ("南京市江宁区商务局",)
    ]


def test_a_later_roster_of_the_same_year_and_region_replaces_the_earlier(three: duckdb.DuckDBPyConnection) -> None:
    roster.load(
        three, [RosterRow(2024, JIANGNING, "南京市江宁区商务局", "115001"), RosterRow(2024, "320100", "南京市商务局")]
    )
    assert rows(three, "select region_code, unit from roster order by region_code") == [
        ("320100", "南京市商务局"),
        (JIANGNING, "南京市江宁区商务局"),
    ]


def test_a_short_name_of_two_units_settles_nothing(database: duckdb.DuckDBPyConnection) -> None:
    own = add_report(database, 1, "区服务中心")
    roster.load(
        database,
        [
            RosterRow(2024, JIANGNING, "江宁区政务服务中心", short_names="区服务中心"),
            RosterRow(2024, JIANGNING, "江宁区企业服务中心", short_names="区服务中心"),
        ],
    )
    assert rows(database, "select roster_unit_id from unit_identity") == [(own,)]


def test_the_same_name_in_another_region_is_another_unit(
    database: duckdb.DuckDBPyConnection, words: Vocabulary
) -> None:
    other = add_report(database, 1, "商务局", region="320102")
    roster.load(database, [RosterRow(2024, JIANGNING, "南京市江宁区商务局", short_names="商务局")])
    roster.match(database, words)
    assert rows(database, "select roster_unit_id from unit_identity") == [(other,)]
    assert rows(database, "select count(*) from unit_unmatched") == [(0,)]  # no roster for that region
