"""Prepared tables are plain sums over the public rows, whatever was uploaded or changed since, and only that is made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analytics import distribution, drilldown, mapping, yearly
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from data import derive, simulate
from data.batch.ingest import ingest
from data.warehouse import Warehouse

YEARS = (2020, 2021, 2022)

BASED = """with printed as (
        select r.report_key, b.item, arg_min(b.amount_yuan, (b.source <> '财政数据', b.ordinal)) as yuan,
            arg_min(b.amount_yuan, b.ordinal) filter (b.source = '财政数据') as approved
        from budget_figure b join report r using (report_id) group by all
    ),
    wide as (
        select r.report_key, r.unit_id, r.fiscal_year, coalesce(r.region_code, '0')[:2] as province,
            min(yuan) filter (item = 'expenditure') as spent, min(yuan) filter (item = 'initial_budget') as initial,
            min(yuan) filter (item = 'adjusted_budget') as adjusted, min(yuan) filter (item = 'carried_in') as held,
            min(approved) filter (item = 'adjusted_budget') as approved,
            min(yuan) filter (item = 'basic_expenditure') / min(yuan) filter (item = 'adjusted_basic_budget' and yuan > 0) as basic,
            min(yuan) filter (item = 'project_expenditure') / min(yuan) filter (item = 'adjusted_project_budget' and yuan > 0) as project
        from report r left join printed using (report_key)
        where r.status = 'accepted' and r.form = '部门整体' group by all
    ),
    based as (
        select *, spent / if(divisor > 0, divisor, null) as rate from (
            select *, unnest(['adjusted', 'initial', 'carry_in', 'approved']) as basis, spent as numerator,
                unnest([adjusted, initial, adjusted + held, approved]) as divisor
            from wide
        )
        union all
        select *, 'average', null, null, (basic + project) / 2 from wide
    )"""
"""The rate of every report of 部门整体 on every basis, over the public rows."""

PLAIN = {
    "report": """
        select r.report_key, r.fiscal_year, coalesce(r.region_code, '0'), r.status = 'accepted', r.comparable_score,
            (select count(*) from leaf_score l where l.report_key = r.report_key and l.score_inferred is not null),
            (select count(*) from finding f where f.report_key = r.report_key),
            (select count(*) from problem p where p.report_id = r.report_id and p.severity <> 'info')
        from report r""",
    "rate": """
        select coalesce(l.dimension, '未映射') as dimension, l.report_key,
            sum(l.weight) filter (coalesce(l.score, l.score_inferred) is not null) as weight,
            sum(coalesce(l.score, l.score_inferred)) as score
        from leaf_score l where l.status = 'accepted' group by all having weight > 0
        union all
        select '全部', l.report_key, sum(l.weight) filter (coalesce(l.score, l.score_inferred) is not null) as weight,
            sum(coalesce(l.score, l.score_inferred))
        from leaf_score l where l.status = 'accepted' group by all having weight > 0""",
    "label": """
        select fiscal_year, coalesce(region_code, '0'), template_key, coalesce(dimension, '未映射'), level1, level2,
            count(distinct report_key), count(*), count(*) filter (coalesce(score, score_inferred) is null),
            count(*) filter (score_inferred is not null), sum(weight), sum(coalesce(score, score_inferred)), min(ordinal)
        from leaf_score where status = 'accepted' group by all""",
    "leaf": """
        select report_key, ordinal, level1, level2, level3, fiscal_year, coalesce(region_code, '0'), unit_id, weight, score,
            score_inferred, value_text, place
        from leaf_score where status = 'accepted'""",
    "name": """
        select fiscal_year, coalesce(region_code, '0')[:2], level1, level2, level3, dimension, canonical_leaf, count(*),
            count(*) filter (coalesce(score, score_inferred) is null), count(*) filter (score_inferred is not null),
            sum(weight), sum(weight) filter (coalesce(score, score_inferred) is not null),
            sum(coalesce(score, score_inferred)), min(ordinal)
        from leaf_score where status = 'accepted' group by all""",
    "name_span": """
        with seen as (
            select unit_id, coalesce(region_code, '0')[:2] as province, dimension, level2, level3,
                list_sort(list(distinct fiscal_year)) as years
            from leaf_score where status = 'accepted' group by all
        )
        select province, dimension, level2, level3, years, count(*) from seen group by all""",
    "full": """
        with own as (
            select fiscal_year, template_key, level3, count(*) as leaves,
                count(*) filter (coalesce(score, score_inferred) >= weight) as full_leaves, sum(weight) as weight
            from leaf_score where status = 'accepted' and coalesce(score, score_inferred) is not null and weight > 0
            group by fiscal_year, template_key, level3, region_code
        )
        select fiscal_year, template_key, level3, sum(leaves), sum(full_leaves), sum(weight)
        from own group by all having sum(leaves) >= 30 and max(full_leaves / leaves) >= 0.95""",
    "count": """
        with rate as (select fiscal_year, dimension, rate from rate_prepared)
        select fiscal_year, dimension, rate, count(*) from rate group by all""",
    "summary": """
        with rate as (
            select unnest([fiscal_year, 0])::smallint as year, dimension, region_key, department_key, unit_key, weight,
                score, rate
            from rate_prepared
        ),
        grouped as (
            select 'region' as kind, region_key as key, * from rate union all select 'scope', 0, * from rate
            union all select 'scope', region_key // 10000, * from rate where region_key <> 0
            union all select 'department', department_key, * from rate where year = 0
        ),
        summed as (
            select kind, year, dimension, key, count(*) as reports, count(distinct unit_key), sum(weight), sum(score),
                nearly(avg(rate)), quantile_cont(rate, [0.25, 0.5, 0.75]) as q, min(rate), max(rate),
                count(*) filter (rate >= 1)
            from grouped group by kind, year, dimension, key
        ),
        fenced as (
            select *, q[1] - 1.5 * (q[3] - q[1]) - 1e-9 as low, q[3] + 1.5 * (q[3] - q[1]) + 1e-9 as high from summed
        )
        select f.* exclude (q, low, high), nearly(q[1]), nearly(q[2]), nearly(q[3]),
            min(rate) filter (rate >= low), max(rate) filter (rate <= high), count(*) filter (rate < low or rate > high)
        from fenced f join grouped using (kind, year, dimension, key) group by all""",
    "rate_span": """
        with seen as (
            select region_key, dimension, unit_key, list_sort(list(distinct fiscal_year)) as years from rate_prepared group by all
        )
        select region_key, dimension, years, count(*) from seen group by all""",
    "span": """
        with seen as (
            select unit_id, region_code, dimension, level2, list_sort(list(distinct fiscal_year)) as years from (
                select unit_id, coalesce(region_code, '0') as region_code, coalesce(dimension, '未映射') as dimension,
                    level2, fiscal_year
                from leaf_score where status = 'accepted'
            ) group by grouping sets (
                (unit_id, region_code, dimension, level2), (unit_id, region_code, dimension), (unit_id, region_code)
            )
        )
        select region_code, dimension, level2, years, count(*) from seen group by all""",
    "history": """
        with one as (
            select unit_id, fiscal_year, status = 'accepted' as accepted,
                max(template) filter (form = '部门整体' and status = 'accepted') as form
            from report group by all
        ),
        unit as (
            select unit_id, coalesce(list_sort(list(fiscal_year) filter (accepted)), []) as accepted from one group by unit_id
        ),
        form as (
            select unit_id, list_sort(list(fiscal_year)) as years from one where form is not null group by unit_id, form
        )
        select i.unit_id, coalesce(region_code, '0'), i.department, u.accepted,
            (select list_sort(list(distinct fiscal_year)) from roster o where o.unit_id = n.roster_unit_id),
            coalesce((select list_sort(list(years)) from form f where f.unit_id = i.unit_id), [])
        from unit_store i join unit_identity n using (unit_id) left join unit u using (unit_id)""",
    "execution": f"""
        {BASED}
        select basis, key, fiscal_year, count(*), count(rate), sum(numerator) filter (rate is not null),
            sum(divisor) filter (rate is not null), nearly(avg(rate)),
            list_transform(quantile_cont(rate, [0.1, 0.5, 0.9]), lambda rate: nearly(rate))
        from (select *, unnest(list_distinct(['0', province])) as key from based) group by basis, key, fiscal_year""",
    "execution_span": f"""
        {BASED},
        seen as (
            select basis, unit_id, list_sort(list(distinct fiscal_year)) as years
            from based where rate is not null group by basis, unit_id
        )
        select basis, province, years, fiscal_year, count(*), sum(numerator), sum(divisor), nearly(sum(rate))
        from based join seen using (basis, unit_id) where rate is not null group by all""",
    "due": """
        select o.fiscal_year, o.unit_id, exists (
            select 1 from report r join unit_identity i using (unit_id)
            where i.roster_unit_id = o.unit_id and r.fiscal_year = o.fiscal_year and r.form = '部门整体'
        ) from roster o where not o.classified""",
    "sector": """
        select distinct r.fiscal_year, o.sector, coalesce(r.region_code, '0'), r.unit_id
        from report r join unit_identity i using (unit_id)
        left join roster o on o.unit_id = i.roster_unit_id and o.fiscal_year = r.fiscal_year
        where r.status = 'accepted'""",
    "budget": """
        select report_id, item, arg_min(amount_yuan, (source <> '财政数据', ordinal))
        from budget_figure where item in ('expenditure', 'adjusted_budget', 'carried_in') group by all""",
    "year": """
        select fiscal_year, coalesce(region_code, '0'), count(*) filter (status = 'accepted'),
            count(distinct unit_id) filter (status = 'accepted'), sum(comparable_score) filter (status = 'accepted'),
            count(*) filter (status <> 'accepted'),
            coalesce(sum((select count(*) from finding f where f.report_key = r.report_key)) filter (status = 'accepted'), 0)
        from report r group by all""",
    "pair": """
        with single as (
            select i.roster_unit_id, fiscal_year, min(report_key) as report_key
            from report join unit_identity i using (unit_id)
            where status = 'accepted' and form = '部门整体' group by all having count(*) = 1
        ),
        leaf as (
            select report_key, coalesce(canonical_leaf, level3) as name, coalesce(dimension, '未映射') as dimension,
                min(weight) as weight, min(coalesce(score, score_inferred)) as score
            from leaf_score group by all having count(*) = 1
        ),
        common as (
            select n.report_key, b.report_key as before_key, x.dimension, x.weight, x.score, y.weight as w, y.score as s
            from single n join single b on b.roster_unit_id = n.roster_unit_id and b.fiscal_year + 1 = n.fiscal_year
            join leaf x on x.report_key = n.report_key
            join leaf y on y.report_key = b.report_key and y.name = x.name and y.dimension = x.dimension
            where x.score is not null and y.score is not null and x.weight > 0 and y.weight > 0
        )
        select report_key, before_key, d, count(*), sum(weight), sum(score), sum(w), sum(s)
        from (select *, unnest([dimension, '全部']) as d from common) group by all""",
    "step": """
        with single as (
            select i.roster_unit_id, fiscal_year, min(report_key) as report_key, min(coalesce(region_code, '0')[:2]) as province
            from report join unit_identity i using (unit_id)
            where status = 'accepted' and form = '部门整体' group by all having count(*) = 1
        ),
        beside as (
            select n.fiscal_year, n.province, n.report_key, b.report_key as before_key
            from single n join single b on b.roster_unit_id = n.roster_unit_id and b.fiscal_year + 1 = n.fiscal_year
        ),
        leaf as (
            select report_key, coalesce(canonical_leaf, level3) as name, coalesce(dimension, '未映射') as dimension, true as here,
                min(level2) as level2, min(level3) as level3, min(weight) as weight, min(coalesce(score, score_inferred)) as score
            from leaf_score group by all having count(*) = 1
        ),
        seen as (
            select report_key, name, dimension, coalesce(n.level2, b.level2) as level2, coalesce(n.level3, b.level3) as level3,
                n.weight, n.score, b.weight as w, b.score as s, b.here is null as entered, n.here is null as gone,
                coalesce(n.weight > 0 and b.weight > 0 and n.score is not null and b.score is not null, false) as common
            from (select l.* from leaf l join beside using (report_key)) n
            full join (select b.report_key, l.* exclude (report_key) from leaf l join beside b on b.before_key = l.report_key) b
                using (report_key, name, dimension)
        )
        select fiscal_year, province, dimension, level2, level3, count(distinct report_key) filter (common),
            count(*) filter (common), sum(weight) filter (common), sum(score) filter (common), sum(w) filter (common),
            sum(s) filter (common), count(*) filter (entered), count(*) filter (gone),
            list_sort(list(distinct name) filter (entered))[:20], list_sort(list(distinct name) filter (gone))[:20]
        from seen join beside using (report_key)
        where report_key in (select report_key from seen where common)
        group by fiscal_year, province, grouping sets ((dimension), (dimension, level2), (dimension, level2, level3))""",
}
PREPARED = {
    "report": """
        select report_key, fiscal_year, region_key::varchar, accepted, comparable_score, inferred, findings, doubts
        from report_prepared""",
    "rate": "select dimension, report_key, weight, score from rate_prepared",
    "label": """
        select fiscal_year, region_key::varchar, template_key, dimension, level1, level2, reports, leaves, unscored, inferred,
            weight, score, first_ordinal
        from label_prepared""",
    "leaf": """
        select report_key, ordinal, level1, level2, level3, fiscal_year, region_key::varchar, unit_id, weight,
            case when not inferred then counted end, case when inferred then counted end, value_text, f.file_name || ' ' || place
        from leaf_prepared
        join indicator_dim using (indicator_key) join unit_store using (unit_key) join value_dim using (value_key)
        join document_store f using (document_key)""",
    "name": """
        select fiscal_year, province::varchar, level1, level2, level3, dimension, canonical_leaf, leaves, unscored, inferred,
            weight, weight_scored, score, first_ordinal
        from name_prepared join indicator_dim using (indicator_key)""",
    "name_span": """
        select province::varchar, dimension, level2, level3,
            years_of(years), units
        from name_span join indicator_dim on indicator_key = name_key""",
    "full": """
        select fiscal_year, template_key, level3, sum(leaves), sum(full_leaves), sum(weight) from full_prepared group by all""",
    "count": "select fiscal_year, dimension, rate, reports from rate_count",
    "summary": """
        select kind, fiscal_year, dimension, key, reports, units, weight, score, nearly(mean_rate), lowest_rate,
            highest_rate, full_reports, nearly(q1_rate), nearly(middle_rate), nearly(q3_rate),
            low_rate, high_rate, outliers
        from rate_summary""",
    "rate_span": "select region_key, dimension, years_of(years), units from rate_span",
    "span": """
        select region_key::varchar, dimension, level2,
            years_of(years), units
        from unit_span""",
    "history": """
        select u.unit_id, region_key::varchar, d.department, years_of(accepted), years_of(listed),
            coalesce(list_sort(list_transform(forms, lambda years: years_of(years))), [])
        from unit_prepared p join unit_store u using (unit_key) left join history_prepared using (history_key)
        left join unit_store d on d.unit_key = p.department_key""",
    "execution": """
        select basis, key::varchar, fiscal_year, reports, rated, numerator, denominator, nearly(mean_rate),
            list_transform(tenths, lambda rate: nearly(rate))
        from execution_summary""",
    "execution_span": """
        select basis, province::varchar, years_of(years), fiscal_year, reports, numerator, denominator, nearly(rates)
        from execution_span""",
    "due": "select fiscal_year, unit_id, arrived from due_prepared",
    "sector": "select fiscal_year, sector, region_key::varchar, unit_id from sector_prepared join unit_store using (unit_key)",
    "budget": """
        from (unpivot (select report_id, expenditure, adjusted_budget, carried_in from report_budget join report using (report_key))
        on expenditure, adjusted_budget, carried_in into name item value amount) select report_id, item, amount""",
    "year": """
        select fiscal_year, region_key::varchar, reports, units, score, in_review, findings from year_prepared""",
    "pair": """
        select report_key, before_key, dimension, leaves, weight, score, weight_before, score_before from report_pair""",
    "step": """
        select fiscal_year, province::varchar, s.dimension, s.level2, level3, units, leaves, weight, score, weight_before,
            score_before, entered, gone, entered_names, gone_names
        from step_prepared s left join indicator_dim on indicator_key = name_key""",
}


def differing(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows of each prepared table are not a row of the plain sums, or the other way round; such tables alone."""
    found = {}
    # to nine digits, with the halves away from where sums of printed figures lie: their last digits differ
    connection.execute("create or replace temp macro nearly(rate) as round(rate + 1.234e-10, 9)")
    connection.execute(
        "create or replace temp macro years_of(bits) as "
        "list_filter(range(1949, 2200), lambda year: get_bit(bits, (year - 1949)::integer) = 1)::smallint[]"
    )
    for name, plain in PLAIN.items():
        prepared = PREPARED[name]
        lost = connection.execute(f"select count(*) from (({plain}) except all ({prepared}))").fetchall()
        made = connection.execute(f"select count(*) from (({prepared}) except all ({plain}))").fetchall()
        found[name] = lost[0][0] + made[0][0]
    return {name: rows for name, rows in found.items() if rows}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Two years, and then a third in an upload of its own."""
    place = tmp_path_factory.mktemp("prepared")
    made = simulate.City(seed=5, districts=2, units=33, first_year=2020, years=3, renewed_in=2021, merged_in=2022,
                         leaves=40, missing=0.05)  # fmt: skip
    tables = sorted(simulate.write(made, place).folder.glob("*.parquet"))
    last = [file for file in tables if file.stem.endswith("2022")]
    warehouse = Warehouse(place / "w", "simulated")
    ingest(warehouse, [file for file in tables if file not in last])
    ingest(warehouse, last)
    return warehouse


@pytest.fixture
def draft(city: Warehouse, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    number = city.current()
    assert number == 2
    file = tmp_path / "draft.duckdb"
    shutil.copyfile(city.file(number), file)
    connection = duckdb.connect(str(file))
    yield connection
    connection.close()


def test_a_second_upload_leaves_plain_sums(city: Warehouse) -> None:
    with city.cursor() as cursor:
        assert {int(y) for (y,) in cursor.execute("select distinct fiscal_year from report").fetchall()} == set(YEARS)
        for table in (
            "report_prepared",
            "rate_prepared",
            "rate_summary",
            "rate_count",
            "label_prepared",
            "full_prepared",
            "unit_span",
            "report_pair",
            "step_prepared",
            "execution_summary",
            "execution_span",
        ):
            assert len(cursor.table(table)) > 0, table
        assert differing(cursor) == {}


def test_nothing_is_made_again_where_nothing_changed(draft: duckdb.DuckDBPyConnection) -> None:
    assert derive.prepare(draft) == []
    assert derive.pair(draft) == []


CHANGES = {
    "review": "update report_store set status = 'review' where report_key = $key",
    "retire": "update report_store set is_current = false where report_key = $key",
    "department": """
        update unit_store set department = '示例部门新设'
        where unit_key = (select unit_key from report_store where report_key = $key)""",
    "amount": """
        update budget_figure_store set amount_yuan = amount_yuan + 10000, amount = amount + 1
        where report_key = $key and item = 'expenditure'""",
    "doubt": """
        insert into problem_store
        select report_key, document_key, 900, null, 'X', 'warning', 'x', null, null from report_store where report_key = $key""",
    "finding": "delete from finding_store where report_key = $key",
    "name": """
        insert into unit_alias
        select o.unit_id, u.unit, u.unit_normalised, u.region_code, '曾用名', '已确认', null
        from report_store r join unit_store u using (unit_key), (select unit_id from unit_store order by unit_id limit 1) o
        where r.report_key = $key""",
    "roster": """
        update roster_store set classified = not classified, sector = nullif(sector, (select max(sector) from roster_store))
        where unit_id = (select unit_id from unit_store join report_store using (unit_key) where report_key = $key)""",
}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(changes=[("doubt", 1)])
@example(changes=[("doubt", 1), ("doubt", 1)])
@example(changes=[("doubt", 1)])
@given(st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(1, 290)), min_size=1, max_size=4))
def test_whatever_changes_only_its_years_are_made_again(
    draft: duckdb.DuckDBPyConnection, changes: list[tuple[str, int]]
) -> None:
    for name, key in changes:
        draft.execute(CHANGES[name], {"key": key})
    keys = [key for _, key in changes]
    of_units = draft.execute(
        "select distinct fiscal_year from report_store where report_key in (select unnest($keys)) or unit_key in "
        "(select unit_key from report_store where report_key in (select unnest($keys)))", {"keys": keys},
    ).fetchall()  # fmt: skip
    own = draft.execute(
        "select distinct fiscal_year from report_store where report_key in (select unnest($keys))", {"keys": keys}
    ).fetchall()
    made = derive.prepare(draft)
    allowed = of_units if any(name == "department" for name, _ in changes) else own
    assert set(made) <= {year for (year,) in allowed}
    paired = derive.pair(draft)
    if all(name not in ("name", "department") for name, _ in changes):
        assert set(paired) <= {year + after for (year,) in own for after in (0, 1)}
    assert differing(draft) == {}
    assert derive.prepare(draft) == derive.pair(draft) == []


def test_one_district_of_one_year_is_made_again_alone(draft: duckdb.DuckDBPyConnection) -> None:
    before = (
        "select report_key, rowid from report_prepared where fiscal_year <> 2021 or region_key <> 990101 order by 1"
    )
    draft.execute(
        "update unit_store set region_code = null where unit_key = "
        "(select min(unit_key) from unit_store where region_code = '990102')"
    )
    assert derive.prepare(draft) == list(YEARS)
    kept = draft.execute(before).fetchall()
    draft.execute(
        "update report_store set comparable_score = 1 where fiscal_year = 2021 and unit_key in "
        "(select unit_key from unit_store where region_code = '990101')"
    )
    assert derive.prepare(draft) == [2021]
    assert draft.execute(before).fetchall() == kept
    derive.pair(draft)
    assert differing(draft) == {}


def test_two_provinces_are_each_summarised_once(draft: duckdb.DuckDBPyConnection) -> None:
    draft.execute("update unit_store set region_code = '320115' where region_code = '990102'")
    derive.prepare(draft)
    derive.pair(draft)
    assert {key for (key,) in draft.execute("select key from rate_summary where kind = 'scope'").fetchall()} == {
        0,
        32,
        99,
    }
    assert differing(draft) == {}
    found = distribution.groups(draft, Filters(regions=("320000",)), "dimension", distribution.WHOLE)
    assert len(found) > 3 and found["item"].is_unique


filters = st.builds(
    Filters,
    years=st.lists(st.sampled_from(YEARS), max_size=2, unique=True).map(tuple),
    regions=st.lists(st.sampled_from(["990000", "990100", "990101", "990102"]), max_size=2, unique=True).map(tuple),
    own_level_only=st.booleans(),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=filters)
def test_a_step_over_prepared_labels_is_the_step_over_the_leaves(city: Warehouse, given: Filters) -> None:
    with city.cursor() as cursor:
        units = tuple(u for (u,) in cursor.execute("select unit_id from unit_store").fetchall())
        each = Filters(given.years, given.regions, given.own_level_only, units=units)
        for path in (DrillPath(), DrillPath("过程"), DrillPath("履职产出"), DrillPath("过程", "预算执行")):
            found, expected = (drilldown.table(cursor, one, path) for one in (given, each))
            assert found.to_dict("records") == expected.to_dict("records")
            found, expected = (yearly.steps(cursor, one, path, 2022) for one in (given, each))
            pd.testing.assert_frame_equal(found, expected)
        assert mapping.labels(cursor, given).to_dict("records") == mapping.labels(cursor, each).to_dict("records")
        found, expected = (distribution.undiscriminating(cursor, one) for one in (given, each))
        assert found.drop(columns="name").to_dict("records") == expected.drop(columns="name").to_dict("records")


LOWEST = """
    with lowest as (
        select l.*, coalesce(l.score, l.score_inferred) / nullif(l.weight, 0) as rate
        from leaf_score l
        join report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
        join unit_store u on u.unit_id = l.unit_id
        where l.dimension = $dimension and l.level2 = $level2 and l.level3 = $level3
        order by rate nulls first, l.fiscal_year desc, l.region_code, u.unit_key, l.ordinal
        limit $most
    )
    select report_id || ':' || ordinal as item
    from lowest order by rate nulls first, fiscal_year desc, region_code, unit, ordinal"""


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given=filters,
    most=st.integers(1, 60),
    number=st.integers(0, 5),
    place=st.sampled_from([("过程", "预算执行"), ("履职产出", "数量指标")]),
)
def test_the_lowest_leaves_of_a_name_are_those_of_all_leaves_in_order(
    city: Warehouse, given: Filters, most: int, number: int, place: tuple[str, str]
) -> None:
    with pytest.MonkeyPatch.context() as patched, city.cursor() as cursor:
        patched.setattr(drilldown, "MOST_LEAVES", most)
        names = drilldown.table(cursor, given, DrillPath(*place))
        if names.empty:
            return
        name = names.iloc[number % len(names)]
        found = drilldown.table(cursor, given, DrillPath(*place, name["item"]))
        of_name = {"dimension": place[0], "level2": place[1], "level3": name["item"], "most": most}
        plain = cursor.execute(LOWEST, given.parameters() | of_name).fetchall()
        assert list(found["item"]) == [item for (item,) in plain]
        whole = found.iloc[0]
        sums = ("leaves", "units", "inferred", "unscored", "score")
        assert [whole[f"all_{of}"] for of in sums] == [name[of] for of in sums]
        assert whole["all_weight"] == name["weight_scored"]
