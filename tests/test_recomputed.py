"""按评分规则测算: what the rules of the two published reports and of the project's samples yield, checked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analytics import checks
from analytics.filters import Filters
from data import warehouse as module
from data.batch.ingest import ingest
from data.warehouse import Warehouse
from tests.conftest import SAMPLES
from tests.reports import report

DATA, COMMERCE, SERVICE, INVESTMENT = (
    "南京市数据局", "南京市江宁区商务局(本级)", "南京市江宁区中小商贸流通企业服务中心", "南京市江宁区投资促进中心"
)  # fmt: skip


@pytest.fixture(scope="module", params=["samples", "published"])
def cursor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The project's samples, and the published reports where they are at hand."""
    if request.param == "samples":
        warehouse = request.getfixturevalue("sample_warehouse")
    else:
        warehouse = Warehouse(tmp_path_factory.mktemp("published"))
        ingest(warehouse, request.getfixturevalue("published"))
    with warehouse.cursor() as found:
        yield found


@pytest.fixture(scope="module")
def leaves(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return checks.recomputed(cursor, Filters())


def of(leaves: pd.DataFrame, unit: str, name: str) -> pd.Series:
    found = leaves[(leaves["unit"] == unit) & (leaves["level3"] == name)]
    assert len(found) == 1, (unit, name)
    return found.iloc[0]


def test_a_payment_progress_scored_above_its_rule(leaves: pd.DataFrame) -> None:
    leaf = of(leaves, INVESTMENT, "支付进度符合率")
    assert (leaf["score"], leaf["low"], leaf["high"], leaf["direction"]) == (0.97, 0.94, 0.94, "偏高")
    assert leaf["gap"] == pytest.approx(0.03)
    assert leaf["working"] == "|97.00% − 100%| = 3%；3% × 2%/1% = 6.0%；1 × (1 − 6.0%) = 0.94"


def test_an_adjustment_rate_scored_below_either_reading_of_its_rule(leaves: pd.DataFrame) -> None:
    leaf = of(leaves, INVESTMENT, "预算调整率")
    assert (leaf["score"], leaf["low"], leaf["high"], leaf["direction"]) == (0, 0.98, 1, "偏低")
    assert leaf["gap"] == pytest.approx(-0.98)
    assert leaf["working"] == "0.40% × 5%/1% = 2.0%；1 × (1 − 2.0%) = 0.98；按整百分点计为 1.00"
    assert "20%≤比率<0%" in leaf["rule_note"]


def test_no_other_gap_in_the_district_than_two_leaves_below_their_band(leaves: pd.DataFrame) -> None:
    district = leaves[leaves["unit"] != DATA].dropna(subset="gap")
    gaps = {(r.unit, r.level3): round(r.gap, 6) for r in district.itertuples() if r.gap}
    assert gaps == {
        (COMMERCE, "积极开展消费市场建设"): -0.2,
        (COMMERCE, "基地运营中心建设"): -0.2,
        (INVESTMENT, "预算调整率"): -0.98,
        (INVESTMENT, "支付进度符合率"): 0.03,
    }
    below = of(leaves, COMMERCE, "基地运营中心建设")
    assert (below["low"], below["high"], below["status"]) == (1.2, 1.6, "range")


def test_four_scores_above_the_points_of_their_rules_and_three_that_no_rule_yields(leaves: pd.DataFrame) -> None:
    data = leaves[(leaves["unit"] == DATA) & (leaves["gap"] != 0)]
    above = data[data["weight"] == 5]
    assert (len(above), above["gap"].sum(), set(above["high"])) == (4, 4.0, {4.0})
    between = data[data["weight"] == 1]
    assert set(between["level3"]) == {"部门预算执行率", "专项资金执行率", "工作开展情况"}
    assert set(between["score"]) == {0.5}
    assert len(data) == 7


def test_coverage_is_known(cursor: duckdb.DuckDBPyConnection) -> None:
    found = checks.coverage(cursor, Filters()).set_index("unit")
    assert found["leaves"].to_dict() == {DATA: 39, SERVICE: 37, COMMERCE: 47, INVESTMENT: 37}
    assert found["with_rule"].to_dict() == {DATA: 39, SERVICE: 31, COMMERCE: 31, INVESTMENT: 31}
    assert found["recomputed"].to_dict() == {DATA: 0, SERVICE: 13, COMMERCE: 13, INVESTMENT: 12}
    assert found.loc[DATA, "parsed"] == 38
    assert (found["parsed"] >= found["with_rule"] - 4).all()
    assert found.loc[INVESTMENT, ["above", "below"]].tolist() == pytest.approx([0.03, 0.98])


def test_defective_copied_and_short_rules_are_named(cursor: duckdb.DuckDBPyConnection) -> None:
    rows = cursor.execute(
        "select r.unit, d.code, d.level3 from rule_doubt d join report r using (report_key)"
    ).fetchall()
    named = {(unit, code, name) for unit, code, name in rows}
    for unit in (COMMERCE, SERVICE, INVESTMENT):
        assert {(unit, "RULE_INTERVAL", n) for n in ("预算调整率", "结转结余率")} <= named
        assert (unit, "RULE_COPIED", "组织建设工作及时完成率") in named
    assert (INVESTMENT, "RULE_COPIED", "非税收入预算完成率") in named
    assert (INVESTMENT, "VALUE_UNFIT", "非税收入预算完成率") in named
    assert len([n for n in named if n[:2] == (DATA, "RULE_POINTS")]) == 4
    assert {code for _, code, _ in named} == {
        "RULE_INTERVAL", "RULE_COPIED", "RULE_SUBJECT", "RULE_POINTS", "RULE_UNREAD", "VALUE_UNFIT"
    }  # fmt: skip


def test_other_readings_are_tried_and_not_stored(cursor: duckdb.DuckDBPyConnection) -> None:
    before = cursor.execute("select count(*), sum(hash(r)) from rule_case r").fetchall()
    tried = checks.satisfaction_tried(cursor, Filters(), "proportional").set_index("unit")
    assert tried["tried"].to_dict() == {COMMERCE: 8.0, SERVICE: 8.0, INVESTMENT: 8.0}
    assert tried.loc[COMMERCE, "tried_score"] == pytest.approx(94.5)
    assert set(checks.satisfaction_tried(cursor, Filters(), "full_from_90")["tried"]) == {0.0}
    dropped = checks.not_applicable_tried(cursor, Filters()).set_index("unit")
    assert dropped["weight_dropped"].to_dict() == {SERVICE: 2.0, INVESTMENT: 2.0}
    assert dropped.loc[SERVICE, "tried_score"] == pytest.approx(97.58 / 98 * 100)
    adjusted, carried = (checks.execution_tried(cursor, Filters(), basis) for basis in ("adjusted", "carry_in"))
    assert (adjusted["tried_value"].tolist(), adjusted["tried_low"].tolist()) == (["97.83%"], [2.0])
    assert (carried["tried_value"].tolist(), carried["tried_low"].tolist()) == (["85.72%"], [1.0])
    assert cursor.execute("select count(*), sum(hash(r)) from rule_case r").fetchall() == before


HEADER = ("一级指标", "二级指标", "三级指标", "完成值", "分值", "得分", "评分规则")
RULE = "比率≥100%,得满分;比率<100%,每减少1%,扣{}%的权重分,扣完为止"


def loaded(folder: Path, *rows: tuple[str, ...]) -> list[tuple[object, ...]]:
    """Name, status, lowest score, gap of the leaves of a report with these rows and a filler up to 100."""
    filled = [*rows, ("效益", "社会效益", "其他", "", str(100 - 10 * len(rows)), str(100 - 10 * len(rows)), "")]
    folder.mkdir(exist_ok=True)
    file = folder / "a.txt"
    file.write_text(report(filled, total=None, header=HEADER), encoding="utf-8")  # type: ignore[arg-type]
    warehouse = Warehouse(folder / "w")
    ingest(warehouse, [file])
    with warehouse.cursor() as found:
        return found.execute(
            "select level3, recomputed_status, recomputed_low::double, rule_gap::double from leaf_score order by ordinal"
        ).fetchall()[:-1]


def test_renaming_a_leaf_changes_nothing_and_changing_its_rule_does(tmp_path: Path) -> None:
    one = loaded(tmp_path / "1", ("产出", "数量", "办结率", "95%", "10", "9", RULE.format(2)))
    other = loaded(tmp_path / "2", ("产出", "数量", "甲乙丙率", "95%", "10", "9", RULE.format(2)))
    dearer = loaded(tmp_path / "3", ("产出", "数量", "办结率", "95%", "10", "9", RULE.format(4)))
    assert one == [("办结率", "exact", 9.0, 0.0)]
    assert other[0][1:] == one[0][1:]
    assert dearer == [("办结率", "exact", 8.0, 1.0)]


def test_a_version_of_an_older_program_is_measured_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "select unit, ordinal, recomputed_status, recomputed_low, rule_gap, working from leaf_score order by all"
    warehouse = Warehouse(tmp_path / "w")
    ingest(warehouse, [SAMPLES / "南京市江宁区投资促进中心_2024.txt"])
    with warehouse.cursor() as found:
        before = found.execute(query).fetchall()
    monkeypatch.setattr(module, "schema_hash", lambda: "newer")
    warehouse.upgrade()
    assert warehouse.current() == 2
    with warehouse.cursor() as found:
        assert found.execute(query).fetchall() == before


def test_what_is_loaded_later_is_measured_and_what_was_stays(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "w")
    ingest(warehouse, [SAMPLES / "南京市江宁区投资促进中心_2024.txt"])
    with warehouse.cursor() as found:
        before = found.execute("select * from rule_case order by case_key").fetchall()
    ingest(warehouse, [SAMPLES / "南京市江宁区商务局_2024.txt"])
    with warehouse.cursor() as found:
        assert found.execute("select * from rule_case order by case_key").fetchall()[: len(before)] == before
        assert found.execute("select count(*) from leaf_fact where case_key is null").fetchall() == [(0,)]
        assert found.execute("select count(*) from leaf_score where recomputed_status is null").fetchall() == [(0,)]
