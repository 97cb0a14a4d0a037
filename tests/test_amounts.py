"""Amounts as large, as small and as negative as they may be: published, summed on every basis, shown on every page."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from analytics import executed, execution, overview, rollup
from analytics.filters import Filters
from benchmarks.scale import page_calls
from benchmarks.scale.questions import Pick
from benchmarks.scale.sizes import FIRST_YEAR, Size
from data import vocabulary
from data.batch.ingest import ingest
from data.connections import digest_of
from data.submission import MOST_YUAN
from data.warehouse import Warehouse
from tests.asked import ask

YEARS = (FIRST_YEAR, FIRST_YEAR + 1)
UNITS = tuple(f"南京市玄武区第{n}局" for n in range(1, 4))
CENT = Decimal("0.01")
LARGEST = MOST_YUAN - CENT
LEAF = ("年度", "区划代码", "单位名称", "主管部门", "一级指标", "二级指标", "三级指标", "分值", "得分")
AMOUNT = ("年度", "区划代码", "单位名称", "预算项目", "金额", "金额单位", "数据来源")
TABLES = {
    "largest": {},
    "negative": {"carried_in": -LARGEST, "carried_out": -LARGEST, "initial_budget": -LARGEST},
    "smallest": dict.fromkeys(("adjusted_budget", "initial_budget", "adjusted_basic_budget"), CENT)
    | dict.fromkeys(("carried_in", "adjusted_project_budget"), Decimal(0)),
}


def amounts(table: str) -> dict[str, Decimal]:
    """Yuan of every item but persons."""
    items = {i.item for i in vocabulary.load().budget_items if not i.item.startswith("staff")}
    return dict.fromkeys(sorted(items), LARGEST) | TABLES[table]


def write(file: Path, *rows: tuple[object, ...]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file


@pytest.fixture(scope="module", params=TABLES)
def extreme(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, str]:
    """Three units of one department and two years, with every item in 财政数据, and the largest in 自评报告."""
    place = tmp_path_factory.mktemp("extreme")
    reports = [(year, "320102", unit) for year in YEARS for unit in UNITS]
    leaves = [
        (*report, "南京市玄武区某局", one, two, three, 50, 50)
        for report in reports
        for one, two, three in (("决策", "目标设定", "绩效目标合理性"), ("产出", "产出数量", "重点工作办结率"))
    ]
    figures = [
        (*report, item, amount if source == "财政数据" else LARGEST, "元", source)
        for report in reports
        for source in ("自评报告", "财政数据")
        for item, amount in amounts(request.param).items()
    ]
    made = Warehouse(place / "own")
    told = ingest(made, [write(place / "leaf.csv", LEAF, *leaves), write(place / "amount.csv", AMOUNT, *figures)])
    assert [d.outcome for d in told.documents] == ["accepted", "accepted"]
    return made, request.param


@pytest.mark.parametrize("basis", execution.BASES, ids=lambda b: b.code)
def test_execution_sums_the_largest_amounts_on_every_basis(
    extreme: tuple[Warehouse, str], basis: execution.Basis
) -> None:
    made, table = extreme
    stated = amounts(table)
    budget = {
        "adjusted": stated["adjusted_budget"],
        "initial": stated["initial_budget"],
        "carry_in": stated["adjusted_budget"] + stated["carried_in"],
        "approved": stated["adjusted_budget"],
    }.get(basis.code)
    with made.cursor() as cursor:
        by_year = execution.years(cursor, Filters(), basis.code)
        by_unit = executed.units(cursor, Filters(), YEARS[0], basis.code)
    assert list(by_year["fiscal_year"]) == list(YEARS)
    if budget is not None:
        assert list(by_unit["denominator"]) == [float(budget)] * len(UNITS)
    if budget is not None and budget <= 0:
        assert list(by_year["rated"]) == [0] * len(YEARS)
    elif budget is not None:
        assert list(by_year["numerator"]) == [float(LARGEST * len(UNITS))] * len(YEARS)
        assert list(by_year["denominator"]) == [float(budget * len(UNITS))] * len(YEARS)
        assert list(by_year["rate"]) == pytest.approx([float(LARGEST / budget)] * len(YEARS))


def test_a_department_weighs_scores_by_the_largest_budgets(extreme: tuple[Warehouse, str]) -> None:
    made, table = extreme
    budget = amounts(table)["adjusted_budget"] * len(UNITS)
    with made.cursor() as cursor:
        rows = rollup.departments(cursor, Filters())
        years = overview.summaries(cursor, Filters())
    assert list(rows["budget_wan"]) == [float(budget / 10_000)] * len(YEARS)
    assert list(rows["weighted_score"]) == pytest.approx([100] * len(YEARS))
    assert list(years["expenditure"]) == [float(LARGEST * len(UNITS))] * len(YEARS)
    assert list(years["adjusted_budget"]) == [float(budget)] * len(YEARS)


def test_every_query_of_every_page_answers(extreme: tuple[Warehouse, str]) -> None:
    made, _ = extreme
    units = ask(made, "select unit_id, unit_key from unit_store order by unit_key")
    for years, regions in (((), ()), ((YEARS[0],), ("320102",)), (YEARS, ("320100",))):
        pick = Pick(years, regions, "决策", "目标设定", *units[0], YEARS[1], "商务", tuple(u for u, _ in units))
        for _, _, call in page_calls.calls(Size("extreme", 1, len(UNITS), len(YEARS), 2)):
            made.asked(None, lambda cursor, call=call, pick=pick: call(cursor, pick))  # type: ignore[misc]
    for view in ("budget_figure", "budget_disagreement", "finding", "report"):
        ask(made, f"select * from {view}")


def test_the_schema_refuses_an_amount_too_large(database: duckdb.DuckDBPyConnection) -> None:
    for sign in ("", "-"):
        row = f"(1, 1, 'revenue', 1, {sign}1000000000000000.01, '1', '元', '自评报告', 1, 'L1', '第 1 行')"
        with pytest.raises(duckdb.ConstraintException):
            database.execute(f"insert into budget_figure_store values {row}")


def test_an_amount_too_large_for_a_newer_schema_is_said_and_left_out(own: Warehouse, tmp_path: Path) -> None:
    leaves = [(YEARS[0], "320102", UNITS[0], "", "决策", "目标设定", f"目标{n}合理性", 50, 50) for n in (1, 2)]
    figures = [
        (YEARS[0], "320102", UNITS[0], item, 9, "万元", source)
        for item in ("支出", "调整后预算")
        for source in ("自评报告", "财政数据")
    ]
    ingest(own, [write(tmp_path / "leaf.csv", LEAF, *leaves), write(tmp_path / "amount.csv", AMOUNT, *figures)])
    made_older(own.file(1))
    (own.folder / "CURRENT").write_text(f"v000001 {digest_of(own.file(1))}\n", encoding="utf-8")
    own.upgrade()
    left = [("adjusted_budget", Decimal("90000.00"), "自评报告"), ("adjusted_budget", Decimal("90000.00"), "财政数据")]
    assert (own.current(), own.outdated()) == (2, False)
    assert ask(own, "select item, amount_yuan, source from budget_figure order by source desc") == left[::-1]
    assert ask(own, "select item, amount_yuan from finance_figure_store") == [left[1][:2]]
    assert ask(own, "select code, severity, message, place from problem where code like 'AMOUNT%' order by number") == [
        ("AMOUNT_TOO_LARGE", "warning", "金额过大，未取数：支出 9万元", f"amount.csv 第{row}行") for row in (2, 3)
    ]


def made_older(file: Path) -> None:
    """A version as older programs wrote them: amounts have twenty-four digits and no bound."""
    with duckdb.connect(str(file)) as connection:
        connection.execute("update schema_info set schema_hash = 'older'")
        for name in ("budget_figure_store", "finance_figure_store"):
            connection.execute(
                f"""create table older as select * replace (
                    if(item = 'expenditure', 12345678901234567.89, amount_yuan)::decimal(24, 2) as amount_yuan
                ) from {name}"""
            )
            connection.execute(f"drop table {name}")
            connection.execute(f"alter table older rename to {name}")
