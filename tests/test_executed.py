"""各单位预算执行: what is said of every report, which of many are listed and drawn."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import executed, execution, overview
from analytics.filters import Filters
from analytics.view import View, evenly
from data.batch.ingest import ingest
from data.warehouse import Warehouse

ADJUSTED = execution.BASES[0]
Report = tuple[float | None, float | None, float | None]
"""执行数 and 全年预算数 (yuan), 可比得分."""


def units(warehouse: Warehouse) -> pd.DataFrame:
    with warehouse.cursor() as cursor:
        return executed.units(cursor, Filters(), 2024, "adjusted")


def shown(warehouse: Warehouse) -> View:
    with warehouse.cursor() as cursor:
        dots = executed.dots(cursor, Filters(), 2024, "adjusted")
    return executed.view(units(warehouse), dots, Filters(), ADJUSTED, 2024)


def hold(database: duckdb.DuckDBPyConnection, reports: list[Report]) -> None:
    """One report of 2024 a unit, as they are prepared."""
    for table in ("unit_store", "report_prepared", "prepared_scope"):
        database.execute(f"delete from {table}")
    database.execute("insert into prepared_scope values (2024, 990102, 1)")
    keys = list(range(1, len(reports) + 1))
    spent, budget, score = map(list, zip(*reports, strict=True))
    database.execute(
        "insert into unit_store (unit_key, unit_id, unit, unit_normalised, region_code) "
        "select n, 'U' || n, '单位' || n, '单位' || n, '990102' from (select unnest($keys::integer[]) as n)",
        {"keys": keys},
    )
    database.execute(
        """insert into report_prepared by name
        select
            key as report_key, key as unit_key, 2024 as fiscal_year, 990102 as region_key, 0 as department_key,
            0 as template_key, '部门整体' as form, true as accepted, true as first_of_unit, 0 as inferred, 0 as findings,
            0 as doubts, spent as expenditure, budget as adjusted_budget, score as comparable_score, '自评报告' as source
        from (
            select
                unnest($keys::integer[]) as key, unnest($spent::decimal(18, 2)[]) as spent,
                unnest($budget::decimal(18, 2)[]) as budget, unnest($score::decimal(12, 6)[]) as score
        )""",
        {"keys": keys, "spent": spent, "budget": budget, "score": score},
    )


def asked(database: duckdb.DuckDBPyConnection, most: int | None = None) -> pd.DataFrame:
    return executed.units(database, Filters(), 2024, "adjusted", most)


def test_a_rate_that_is_only_stated_enters_no_sum_and_is_named(sample_warehouse: Warehouse) -> None:
    by_unit = shown(sample_warehouse).table.set_index("unit")
    assert by_unit.loc["南京市江宁区商务局(本级)", "source"] == "自填·口径不明"
    assert by_unit.loc["南京市江宁区商务局(本级)", "stated_rate"] == pytest.approx(0.85)
    assert pd.isna(by_unit.loc["南京市江宁区商务局(本级)", "rate"])
    assert by_unit.loc["南京市数据局", "source"] == "自评报告"


def test_an_adjustment_is_shown_net_and_gross(sample_warehouse: Warehouse) -> None:
    row = units(sample_warehouse).set_index("unit").loc["南京市数据局"]
    assert row["adjustment_rate"] == pytest.approx((6091.91 - 5763.60) / 5763.60)
    assert row["gross_adjustment_rate"] == pytest.approx((73.34 + 188 + 213.65) / 5763.60, abs=1e-6)
    assert row["carry_over_change_rate"] == pytest.approx((992.74 - 860.29) / 860.29)


def test_a_report_without_amounts_of_the_finance_side_is_not_compared_with_them(sample_warehouse: Warehouse) -> None:
    assert shown(sample_warehouse).table["own_gap_points"].isna().all()


def test_an_amount_printed_twice_is_compared_with_the_finance_side_as_first_printed(
    own: Warehouse, tmp_path: Path
) -> None:
    leaves, figures = tmp_path / "三级指标.csv", tmp_path / "预算金额.csv"
    key = "2024,南京市玄武区商务局"
    scored = "".join(f"{key},决策,计划制定,计划{n},20,18\n" for n in range(5))
    leaves.write_text(f"年度,单位名称,一级指标,二级指标,三级指标,分值,得分\n{scored}", "utf-8")
    printed = (("expenditure", 915, "自评报告"), ("expenditure", 500, "自评报告"), ("adjusted_budget", 1000, "自评报告"),
               ("adjusted_budget", 600, "自评报告"), ("expenditure", 920, "财政数据"),
               ("adjusted_budget", 1000, "财政数据"))  # fmt: skip
    lines = "".join(f"{key},{item},{amount},万元,{source}\n" for item, amount, source in printed)
    figures.write_text(f"年度,单位名称,预算项目,所印数字,金额单位,数据来源\n{lines}", "utf-8")
    ingest(own, [leaves, figures])
    row = units(own).iloc[0]
    assert row["rate"] == pytest.approx(0.92)
    assert row["own_rate"] == pytest.approx(0.915)
    assert row["own_gap_points"] == pytest.approx(0.5)


def test_a_budget_below_zero_has_no_rate_on_any_page(database: duckdb.DuckDBPyConnection) -> None:
    """50 of -100 is no rate of -50 %: 预算执行 and 总览 leave the report out alike."""
    hold(database, [(50, -100, 90), (80, 100, 90), (0, 0, 90)])
    by_unit = asked(database).set_index("unit")
    assert list(by_unit["rate"].dropna()) == [0.8]
    assert by_unit.loc["单位1", "source"] == "预算数为负数"
    assert (by_unit["all_zero"].iloc[0], by_unit["all_negative"].iloc[0]) == (1, 1)
    view = executed.view(asked(database), asked(database), Filters(), ADJUSTED, 2024)
    assert "；1 份预算数为 0，不计算；1 份预算数为负数，不计算" in view.sentence
    years = execution.years(database, Filters(regions=("990102",)), "adjusted")
    assert (years["rated"].iloc[0], years["rate"].iloc[0]) == (1, 0.8)
    assert execution.lacking(years, asked(database)).endswith("3 份报告中 1 份预算数为 0、1 份预算数为负数。")
    narrowed = Filters(units=("U1", "U2", "U3"))
    assert overview.summary(overview.summaries(database, narrowed)).execution_rate == 0.8


def test_scores_are_set_beside_the_lower_and_the_higher_rates(database: duckdb.DuckDBPyConnection) -> None:
    scores = [80.0] * 5 + [85.0] * 10 + [90.0, 91.0, 92.0, 93.0, 94.0]
    reports: list[Report] = [(60 + 2 * n, 100, score) for n, score in enumerate(scores)]
    hold(database, reports)
    view = executed.view(asked(database), asked(database), Filters(), ADJUSTED, 2024)
    assert "执行率较低的四分之一（5 份）平均可比得分 80.00，较高的四分之一 92.00" in view.sentence
    of_staff = asked(database).assign(all_staff=20, all_staff_over=2)
    view = executed.view(of_staff, of_staff, Filters(), ADJUSTED, 2024)
    assert view.notes[0] == "在职人员控制率（在职人数 ÷ 编制数）20 份列明，2 份超过 100%。"
    hold(database, reports[:19])
    view = executed.view(asked(database), asked(database), Filters(), ADJUSTED, 2024)
    assert "四分之一" not in view.sentence, "four reports are too few"


def test_reports_of_one_rate_at_the_bound_of_a_quarter_enter_with_their_mean(
    database: duckdb.DuckDBPyConnection,
) -> None:
    """Three are below the bound, six stand at it with a mean of 85: the quarter takes two of the six."""
    low: list[Report] = [(50, 100, 70), (51, 100, 71), (52, 100, 72)]
    at: list[Report] = [(60, 100, score) for score in (80, 80, 80, 90, 90, 90)]
    rest: list[Report] = [(100, 100, score) for score in (90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100)]
    for reports in (low + at + rest, rest + at[::-1] + low):
        hold(database, reports)
        row = asked(database).iloc[0]
        assert (row["all_scored"], row["all_quarter"]) == (20, 5)
        assert row["all_low_score"] == pytest.approx((70 + 71 + 72 + 2 * 85) / 5)
        assert row["all_high_score"] == pytest.approx(95), "all eleven of them"


AMOUNT = st.integers(0, 12).map(float) | st.none()
SOME = st.lists(
    st.tuples(AMOUNT, st.sampled_from([None, 0.0, 10.0]), st.integers(60, 100) | st.none()), min_size=1, max_size=40
)
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rates(reports: list[Report]) -> dict[int, float | None]:
    return {key: s / b if s is not None and b else None for key, (s, b, _) in enumerate(reports, 1)}


@MANY
@given(SOME)
def test_what_is_said_is_said_of_all_reports(database: duckdb.DuckDBPyConnection, reports: list[Report]) -> None:
    hold(database, reports)
    whole = asked(database, 1).iloc[0]
    found = rates(reports)
    known = sorted(rate for rate in found.values() if rate is not None)
    assert (whole["all_reports"], whole["all_rated"]) == (len(reports), len(known))
    assert whole["all_over"] == sum(rate > 1 for rate in known)
    assert whole["all_zero"] == sum(budget == 0 for _, budget, _ in reports)
    assert whole["all_unstated"] + whole["all_zero"] == len(reports) - len(known)
    if known:
        middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
        said = [whole["all_lowest"], whole["all_middle"], whole["all_highest"]]
        assert said == pytest.approx([known[0], middle, known[-1]])
    scored = [(found[key], score) for key, (_, _, score) in enumerate(reports, 1) if found[key] is not None and score]
    quarter = len(scored) // 4
    assert (whole["all_scored"], whole["all_quarter"]) == (len(scored), quarter)
    for side, ordered in (("low", sorted(scored)), ("high", sorted(scored, reverse=True))):
        bound = ordered[quarter - 1][0] if quarter else None
        inside = [score for rate, score in ordered[:quarter] if rate != bound]
        at = [score for rate, score in ordered if rate == bound]
        mean = (sum(inside) + (quarter - len(inside)) * sum(at) / len(at)) / quarter if quarter else math.nan
        assert whole[f"all_{side}_score"] == pytest.approx(mean, nan_ok=True)


@MANY
@given(SOME, st.integers(1, 30))
def test_of_many_reports_the_extremes_of_each_kind_are_listed_by_turns(
    database: duckdb.DuckDBPyConnection, reports: list[Report], most: int
) -> None:
    hold(database, reports)
    found = rates(reports)
    low = sorted((rate, key) for key, rate in found.items() if rate is not None and rate <= 1)
    over = sorted((-rate, key) for key, rate in found.items() if rate is not None and rate > 1)
    without = [(0, key) for key, rate in found.items() if rate is None]
    turns = [(place, key) for place, (_, key) in enumerate(low, 1)]
    turns += [(2 * place, key) for kind in (over, without) for place, (_, key) in enumerate(kind, 1)]
    listed = asked(database, most)
    assert sorted(listed["item"]) == sorted(f"U{key}:2024" for _, key in sorted(turns)[:most])
    assert list(listed["rate"].dropna()) == sorted(listed["rate"].dropna()), "the lowest first"
    assert listed["rate"].isna().tolist() == sorted(listed["rate"].isna()), "those without one last"
    assert len(asked(database)) == len(reports)
    view = executed.view(listed, listed.head(0), Filters(), ADJUSTED, 2024)
    (said,) = [note for note in view.notes if note.startswith("列出")] or [None]
    assert (said is None) == (most >= len(reports))
    assert said is None or (said.startswith(f"列出 {most} 份") and f"，共 {len(reports)} 份；" in said)


def test_what_is_listed_of_many_is_said_by_kind(database: duckdb.DuckDBPyConnection) -> None:
    hold(database, [(80, 100, 90)] * 5 + [(110, 100, 90)] * 4 + [(None, 100, 90)])
    (note,) = [n for n in executed.view(*[asked(database, 7)] * 2, Filters(), ADJUSTED, 2024).notes if "列出 7" in n]
    kinds = "执行率较低的 4 份、超过 100% 的 4 份中较高的 2 份、无法计算的 1 份"
    assert note == f"列出 7 份（{kinds}），共 10 份；“导出表格”含全部。"


@MANY
@given(SOME)
def test_the_points_drawn_stand_at_even_distances(database: duckdb.DuckDBPyConnection, reports: list[Report]) -> None:
    hold(database, reports)
    every = asked(database).dropna(subset=["rate", "comparable_score"])
    every["key"] = every["item"].str[1:-5].astype(int)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executed, "MOST_POINTS", 7)
        drawn = executed.dots(database, Filters(), 2024, "adjusted")
    assert list(drawn["item"]) == list(evenly(every.sort_values(["rate", "key"]), 7)["item"])
