"""Checks of the reports against themselves: the published reports, the samples, and the honest report beside each."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.batch.ingest import ingest
from data.batch.recheck import recheck
from data.findings import catalogue
from data.findings.run import check_files, run
from data.submission import Refusal
from data.warehouse import Warehouse
from tests.checked import add, checked, identities, ids, rates, rows
from tests.conftest import SAMPLES
from tests.reports import LEAVES, report

COMMERCE, CENTRE, INVESTMENT = "商务局", "中小商贸流通企业服务中心", "投资促进中心"


@pytest.fixture(scope="module", params=["samples", "published"])
def database(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    """The four units as the samples tell of them, and as the two published reports print them."""
    files = request.getfixturevalue("published") if request.param == "published" else sorted(SAMPLES.glob("*.txt"))
    with checked(*(file.read_text(encoding="utf-8") for file in files)) as connection:
        yield connection


def units(found: list[dict[str, object]]) -> list[str]:
    return [re.sub(r"^南京市(江宁区)?|\(本级\)$", "", str(row["unit"])) for row in found]


def test_the_two_totals_are_explained_by_the_bonus(database: duckdb.DuckDBPyConnection) -> None:
    (found,) = rows(database, "totals_differ")
    assert units([found]) == ["数据局"]
    assert "98.5" in found["message"]
    assert "97.5" in found["message"]
    assert "差额等于加减分 1" in found["message"]
    assert found["direction"] == "中性"
    assert found["place"] != found["against_place"]
    assert rows(database, "total_difference") == []
    totals = [i for i in identities(database) if i[0] == "总分"]
    assert len(totals) == 6
    assert {status for _, _, status in totals} == {"相符"}


def test_only_the_basis_with_carry_over_reproduces_the_stated_execution_rate(
    database: duckdb.DuckDBPyConnection,
) -> None:
    (found,) = rows(database, "rate_basis_unstated")
    for rate in ("103.40%", "97.83%", "85.72%"):
        assert rate in found["message"]
    assert found["message"].endswith("与所述相符的为含上年结转口径")
    assert "5959.46万元 ÷ 6952.2万元 = 85.72%" in found["working"]


def test_the_rates_that_the_amounts_imply(database: duckdb.DuckDBPyConnection) -> None:
    assert rates(database) == {
        ("预算执行率", "年初预算口径"): 103.40,
        ("预算执行率", "调整预算口径"): 97.83,
        ("预算执行率", "含上年结转口径"): 85.72,
        ("结转结余率", "调整预算口径"): 16.30,
        ("结转结余率", "含上年结转口径"): 14.28,
        ("结转结余率", "支出口径"): 16.66,
        ("结转结余变动率", "上年结转口径"): 15.40,
        ("预算调整率", "净额口径"): 5.70,
        ("预算调整率", "总额口径"): 8.24,
        ("在职人员控制率", "编制口径"): 102.90,
        ("一般公共预算变动率", "年初预算口径"): -1.29,
        ("其他收入变动率", "年初预算口径"): 213.65,
    }


def test_every_identity_of_the_published_amounts_holds(database: duckdb.DuckDBPyConnection) -> None:
    found = identities(database)
    assert [i for i in found if i[2] != "相符"] == []
    assert {subject for kind, subject, _ in found if kind in ("预算", "人员")} == {
        "年初预算 = 各来源之和", "调整后预算 = 各来源之和", "支出 = 基本支出 + 项目支出", "年末结转结余",
        "资产总额 = 流动资产 + 非流动资产", "人员合计",
    }  # fmt: skip
    prose = sorted(subject for kind, subject, _ in found if kind == "正文比例")
    assert ["1319" in prose[0], "93%" in prose[0], "423.44" in prose[1], "10.53%" in prose[1]] == [True] * 4
    assert ("总分", "各一级指标得分之和（文）", "相符") in found
    assert len([i for i in found if i[0] == "指标得分"]) == 19
    assert sorted(subject for kind, subject, _ in found if kind == "扣分") == [
        "部门预算编制",
        "预算执行",
        "预算绩效管理",
    ]


def test_execution_beside_carry_over_progress_and_the_other_scores(database: duckdb.DuckDBPyConnection) -> None:
    gap = rows(database, "execution_gap")
    assert units(gap) == [COMMERCE]
    assert "13.07%" in gap[0]["message"]
    assert "85.00%" in gap[0]["message"]
    carry = rows(database, "execution_carry_over")
    assert sorted(units(carry)) == sorted([COMMERCE, CENTRE, INVESTMENT])
    ours = next(r for r in carry if COMMERCE in r["unit"])
    assert "未执行 15%" in ours["message"]
    assert "0.00%" in ours["against"]
    assert units(rows(database, "execution_progress")) == [COMMERCE]


def test_two_partly_met_leaves_stand_below_their_band(database: duckdb.DuckDBPyConnection) -> None:
    found = rows(database, "tier_band")
    assert units(found) == [COMMERCE, COMMERCE]
    assert [r["level3"] for r in found] == ["积极开展消费市场建设", "基地运营中心建设"]
    assert [(r["direction"], r["points"]) for r in found] == [("偏低", Decimal("0.2"))] * 2
    assert "1.2 至 1.6" in found[0]["working"]


def test_scores_beside_what_their_own_rules_admit(database: duckdb.DuckDBPyConnection) -> None:
    gaps = {(r["level3"], r["direction"], float(r["points"])): r for r in rows(database, "rule_gap")}
    assert sorted(key for key in gaps if "预算" in key[0] or "支付" in key[0]) == [
        ("支付进度符合率", "偏高", 0.03),
        ("预算调整率", "偏低", 0.98),
    ]
    adjusted = gaps["预算调整率", "偏低", 0.98]
    assert adjusted["working"].startswith("0.40% × 5%/1% = 2.0%；1 × (1 − 2.0%) = 0.98")
    assert "按整百分点计为 1.00" in adjusted["working"]
    others = [key for key in gaps if key[0] not in ("支付进度符合率", "预算调整率")]
    assert [key[1:] for key in others] == [("偏高", 1.0)] * 4
    assert sorted(r["level3"] for r in rows(database, "rule_points_differ")) == sorted(key[0] for key in others)
    unreachable = rows(database, "score_not_admissible")
    assert units(unreachable) == ["数据局"] * 3
    assert {r["reading"] for r in unreachable} == {"自评 0.50"}
    reversed_ = [(r["level3"]) for r in rows(database, "rule_interval_reversed")]
    assert sorted(reversed_) == ["结转结余率"] * 3 + ["预算调整率"] * 3
    copied = [r["level3"] for r in rows(database, "rule_of_another")]
    assert sorted(copied) == ["组织建设工作及时完成率"] * 3 + ["非税收入预算完成率"] * copied.count(
        "非税收入预算完成率"
    )


def test_satisfaction_zero_values_and_weight_without_basis(database: duckdb.DuckDBPyConnection) -> None:
    assert sorted(units(rows(database, "satisfaction_full"))) == sorted([COMMERCE, CENTRE, INVESTMENT])
    assert {(r["direction"], r["points"]) for r in rows(database, "satisfaction_full")} == {("偏高", None)}
    assert units(rows(database, "satisfaction_unmeasured")) == ["数据局"]
    assert len(rows(database, "sister_same_value")) == 3
    zero = [(r["level3"], r["reading"]) for r in rows(database, "zero_value")]
    assert len(zero) == 6
    assert {name for name, _ in zero} == {"公用经费控制率", "政府采购执行率", "非税收入预算完成率"}
    assert sorted(units(rows(database, "not_applicable_pair"))) == sorted([CENTRE, INVESTMENT])
    assert sorted(units(rows(database, "vague_leaf"))) == sorted([CENTRE, INVESTMENT])
    assert ["50 分" in r["message"] for r in rows(database, "weight_unsupported")] == [True] * 3
    assert units(rows(database, "staff_above_establishment")) == ["数据局"]


def test_nothing_else_is_found(database: duckdb.DuckDBPyConnection) -> None:
    assert ids(database) - {"admission_beside_full", "subject_absent"} == {
        "totals_differ", "rate_basis_unstated", "execution_gap", "execution_carry_over", "execution_progress", "tier_band",
        "satisfaction_full", "satisfaction_unmeasured", "sister_same_value", "zero_value", "not_applicable_pair",
        "vague_leaf", "weight_unsupported", "staff_above_establishment", "rule_gap", "rule_points_differ",
        "score_not_admissible", "rule_interval_reversed", "rule_of_another",
    }  # fmt: skip


def test_narrative_findings_of_the_published_reports(published: list[Path]) -> None:
    with checked(*(file.read_text(encoding="utf-8") for file in published)) as connection:
        absent = {r["level3"]: r for r in rows(connection, "subject_absent")}
        admitted = {r["level3"] for r in rows(connection, "admission_beside_full")}
    named = {"综合管理全市政务服务", "统筹推进全市网上政务服务能力建设", "建设政务服务平台统一电子印章系统"}
    assert named < set(absent)
    assert any("重大项目代办" in name for name in absent)
    assert not {name for name in absent if "党建" in name or "12345" in name or "宁企通" in name or "宁满意" in name}
    assert admitted == {"预算编制与重点工作任务的匹配性", "组织管理情况"}


# The catalogue


def test_every_check_has_its_query_and_every_query_its_check() -> None:
    assert list(check_files()) == list(catalogue.load())
    used = set()
    for file in check_files().values():
        names = re.findall(r"limit_of\('([\w.]+)'\)", file.read_text(encoding="utf-8"))
        assert {name.split(".")[0] for name in names} <= {file.stem}
        used |= set(names)
    assert used == {limit.name for limit in catalogue.thresholds()}


def test_what_is_found_does_not_depend_on_how_many_regions_are_looked_at_together(
    simulated_warehouse: Warehouse, tmp_path: Path
) -> None:
    number = simulated_warehouse.current()
    assert number
    shutil.copyfile(simulated_warehouse.file(number), tmp_path / "draft.duckdb")
    tables = ("finding_store", "checked_identity_store", "budget_rate_store", "finding_run")
    with duckdb.connect(str(tmp_path / "draft.duckdb")) as connection:
        before = {table: sorted(map(repr, connection.table(table).fetchall())) for table in tables}
        ((reports,),) = connection.execute("select count(*) from report_store").fetchall()
        shared = "select * replace ('完成全部任务，' || repeat('按期办结事项', 30) as text) from narrative_store"
        connection.execute(f"create table told as {shared} where section = '主要绩效'")
        connection.execute("delete from narrative_store where section = '主要绩效'")
        connection.execute("insert into narrative_store select * from told")
        found = []
        for most in (10**9, 1):
            connection.execute("delete from finding_run")
            assert run(connection, most_leaves=most) == reports
            found.append({table: sorted(map(repr, connection.table(table).fetchall())) for table in tables})
        ((same,),) = connection.execute(
            "select count(*) from finding_store where check_id = 'sister_same_text'"
        ).fetchall()
    assert found[0] == found[1]
    assert len(before["finding_store"]) > 100
    assert same > 10


def test_the_catalogue_says_what_each_check_is_and_where_each_threshold_comes_from() -> None:
    for check in catalogue.load().values():
        assert check.severity in catalogue.SEVERITIES
        assert min(map(len, (check.name, check.explanation, check.when_empty))) >= 6
        assert all(limit.source and limit.unit for limit in check.thresholds)
        cited = check.explanation + "".join(limit.source for limit in check.thresholds)
        assert not re.search(r"〔20\d\d〕|财预|财绩|中发|53号|10号|101号", cited), check.check_id


def test_thresholds_stand_in_the_version_and_a_warehouse_may_set_its_own(tmp_path: Path) -> None:
    text = report([*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "9.5")])
    with checked(text) as connection:
        stored = dict(connection.execute("select name, value::double from threshold").fetchall())
    assert stored == {limit.name: limit.value for limit in catalogue.thresholds()}
    (tmp_path / catalogue.OVERRIDE).write_text('"execution_gap.gap" = 0.5\n', encoding="utf-8")
    with checked(text, folder=tmp_path) as connection:
        stored = dict(connection.execute("select name, value::double from threshold").fetchall())
        source = connection.execute("select source from threshold where name = 'execution_gap.gap'").fetchall()
    assert stored["execution_gap.gap"] == 0.5
    assert source == [("本单位设定（thresholds.toml）",)]


@pytest.mark.parametrize(
    "line", ['"x.y" = 1', '"execution_gap.gap" = "a"', '"execution_gap.gap" = nan', "=", '"execution_gap.gap" = -1']
)
def test_a_wrong_threshold_is_refused_by_name(tmp_path: Path, line: str) -> None:
    (tmp_path / catalogue.OVERRIDE).write_text(line, encoding="utf-8")
    with pytest.raises(Refusal, match="E31"):
        catalogue.thresholds(tmp_path)


def test_only_reports_not_checked_before_are_checked_again(tmp_path: Path) -> None:
    with checked(report()) as connection:
        assert run(connection) == 0
        assert add(connection, report(unit="南京市玄武区水务局")) == 1
        (tmp_path / catalogue.OVERRIDE).write_text('"vague_leaf.share" = 0.2\n', encoding="utf-8")
        assert run(connection, tmp_path) == 2
        left = connection.execute("select table_name from duckdb_tables() where temporary").fetchall()
    assert [name for (name,) in left if name.startswith(("checked_", "rate_"))] == []


# Ids


def test_ids_outlive_another_reading_and_a_row_put_before(own: Warehouse) -> None:
    leaves = [*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "10")]
    moved = [("决策", "目标设定", "绩效目标新增", "5", "5"), ("", "", "绩效目标合理性", "5", "5"), *leaves[1:]]
    found = []
    for text in (report(leaves, total="95"), report(moved, total="95")):
        with checked(text) as connection:
            (row,) = rows(connection, "satisfaction_unmeasured")
            found.append((row["finding_id"], row["ordinal"]))
    assert found[0][0] == found[1][0]
    assert found[0][1] != found[1][1]
    assert re.fullmatch(r"F[0-9a-f]{16}", found[0][0])


def test_a_retired_submission_keeps_its_findings_in_store_and_shows_only_the_current() -> None:
    full = [*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "10")]
    with checked(report(full, total="95")) as connection:
        assert len(rows(connection, "satisfaction_unmeasured")) == 1
        add(connection, report())
        assert rows(connection, "satisfaction_unmeasured") == []
        stored = connection.execute("select count(*) from finding_store where check_id = 'satisfaction_unmeasured'")
        assert stored.fetchall() == [(1,)]


# Honest reports, and the same reports with one thing changed: each case is a unit of one database


def found_by_case(texts: dict[str, str]) -> dict[str, set[str]]:
    """case -> what is found in its report; a text holds its unit's name as 某单位."""
    names = {f"南京市玄武区第{number}中心": case for number, case in enumerate(texts)}
    with checked(
        *(text.replace("某单位", name) for name, text in zip(names, texts.values(), strict=True))
    ) as connection:
        found: dict[str, set[str]] = {case: set() for case in texts}
        for unit, check_id in connection.execute(
            "select unit, check_id from finding join report using (report_id)"
        ).fetchall():
            found[names[unit]].add(check_id)
    return found


def prose_cases(prose: str, cases: dict[tuple[str, str], set[str]]) -> None:
    """Each case replaces words of a prose, and names what is then found."""
    texts = {
        f"{old} -> {new}": report(unit="某单位", prose=prose.replace(old, new) if old else prose) for old, new in cases
    }
    assert found_by_case(texts) == {f"{old} -> {new}": expected for (old, new), expected in cases.items()}


AMOUNTS = (
    "一、部门概况\n2024年年初预算1000万元(其中一般公共预算900万元、其他收入100万元)；调整后预算1200万元；"
    "年初结转和结余100万元；支出1150万元(其中基本支出700万元、项目支出450万元)；年末结转和结余150万元。\n"
)


def test_amounts_that_come_out_accuse_nobody_and_one_changed_amount_is_found() -> None:
    prose_cases(
        AMOUNTS,
        {
            ("", ""): set(),
            ("450万元", "460万元"): {"budget_identity"},
            ("450万元", "449.996万元"): set(),
            ("其他收入100万元", "其他收入110万元"): {"budget_identity"},
            ("其他收入100万元", "其他收入90万元"): set(),
            ("结余150万元", "结余50万元"): set(),
            ("结余150万元", "结余140万元"): {"budget_identity"},
            ("支出1150万元", "支出1350万元"): {"budget_identity", "expenditure_above_budget"},
            ("150万元。", "150万元。\n二、评价结论\n2024年支出0.12亿元。"): set(),
            ("150万元。", "150万元。\n二、评价结论\n2024年支出1150.00万元。"): set(),
            ("150万元。", "150万元。\n二、评价结论\n2024年支出1250万元。"): {"amount_stated_twice"},
        },
    )


def test_a_stated_rate_is_compared_with_every_basis() -> None:
    cases = {
        "预算执行率为95.83%": set(),
        "预算执行率115%": set(),
        "预算执行率达到88.46%": set(),
        "预算执行率为92.10%": {"rate_not_reproduced"},
        "预算执行率小于90%": {"rate_basis_unstated"},
        "预算执行率大于80%": set(),
        "项目预算执行率为50%": set(),
        "上年预算执行率为50%": set(),
        "2023年预算执行率为50%": set(),
        "预算执行率每低于95%扣1分": set(),
        "力争预算执行率达到99%": set(),
        "按调整预算口径预算执行率小于96%": set(),
    }
    prose_cases(AMOUNTS + "二、评价结论\n本年度某数。\n", {("某数", words): found for words, found in cases.items()})


def test_a_rate_is_not_judged_while_a_basis_is_unknown() -> None:
    prose = AMOUNTS.replace("年初结转和结余100万元；", "") + "二、评价结论\n预算执行率为92.10%。\n"
    with checked(report(prose=prose)) as connection:
        assert ids(connection) == set()
        assert [status for kind, _, status in identities(connection) if kind == "比率"] == ["未能核对"]


def test_percentages_beside_their_two_numbers() -> None:
    cases = {
        "受理诉求120件,较去年同期(100件)上升20%": "相符",
        "受理诉求120件,较去年同期(100件)上升25%": "不符",
        "受理诉求80件,上年同期100件,下降20%": "相符",
        "受理诉求2万件,较去年同期(100件)上升25%": None,
        "企业200家(规上50家,占25%)": "相符",
        "企业200家(规上50家,占30%)": "不符",
        "企业200家(规上50家,占全省30%)": None,
        "共30项(甲类20项,乙类10项,占比33.3%)": None,
    }
    texts = [
        report(unit=f"南京市玄武区第{i}中心", prose=f"三、主要绩效\n2024年{words}。\n") for i, words in enumerate(cases)
    ]
    with checked(*texts) as connection:
        found = connection.execute(
            "select r.unit, any_value(i.status) from report r left join checked_identity i "
            "on i.report_id = r.report_id and kind = '正文比例' group by r.unit order by r.unit"
        ).fetchall()
        wrong = len(rows(connection, "prose_arithmetic"))
    assert [status for _, status in found] == list(cases.values())
    assert wrong == 2


def test_prose_scores_and_deductions_against_the_table() -> None:
    prose = (
        "二、评价结论\n自评得分94.5分。\n(一)决策(总分20分，自评价得分19分)\n1.目标设定(20分)：指标不够量化，扣1分。\n"
        "本项自评得19分。\n"
    )
    prose_cases(
        prose,
        {
            ("", ""): set(),
            ("扣1分", "扣2分"): {"deduction_difference"},
            ("扣1分", "每项扣2分"): set(),
            ("自评价得分19分", "自评价得分18分"): {"section_difference"},
            ("总分20分，自评价得分19分", "总分25分，自评价得分18分"): set(),
        },
    )


HEADER = ("一级指标", "二级指标", "三级指标", "指标值", "完成值", "权重", "得分", "评分规则")
LeafCells = tuple[str, str, str, str, str, str]
"""name, target, value, weight, score, rule."""


def table(leaf: LeafCells) -> str:
    """A report of two leaves that make up 100 points; the second has full marks by its rule."""
    rest = Decimal(100) - Decimal(leaf[3])
    filler = ("产出", "产出数量", "重点工作办结率", "≥90%", "95%", str(rest), str(rest), "≥90%得满分,否则不得分")
    lines = ["2024年度部门整体支出绩效自评价报告", "填报单位:某单位", "\t".join(HEADER)]
    lines += ["\t".join(("过程", "预算执行", *leaf)), "\t".join(filler)]
    lines.append("\t".join(["合计", "", "", "", "", "100", str(rest + Decimal(leaf[4])), ""]))
    return "\n".join(lines) + "\n"


def test_a_leaf_and_the_honest_leaf_beside_it() -> None:
    cases: dict[LeafCells, set[str]] = {
        ("企业满意度", "", "85%", "10", "10", ""): {"satisfaction_full"},
        ("企业满意度", "", "95%", "10", "10", ""): set(),
        ("企业满意度", "", "85%", "10", "8.5", ""): set(),
        ("企业满意度", "", "85%", "10", "10", "满意度≥80%得满分"): set(),
        ("企业满意度", "≥80%", "85%", "10", "10", ""): set(),
        ("企业满意度", "≥90%", "85%", "10", "10", ""): {"full_below_target"},
        ("企业满意度", "≥80%", "85%", "10", "9", ""): {"lost_at_target"},
        ("企业满意度", "≥80人", "75%", "10", "10", ""): set(),
        ("政府采购执行率", "", "0%", "10", "0", "得分=执行率×分值"): {"zero_value"},
        ("资金支付率", "", "95%", "10", "9.5", "得分=资金支付率×分值"): set(),
        ("资金支付率", "", "95%", "10", "10", "得分=资金支付率×分值"): {"rule_gap"},
        ("资金支付率", "", "95%", "10", "9", "得分=资金支付率×分值"): {"rule_gap"},
        ("资金支付率", "", "95%", "10", "4", "大于90%得4分,否则不得分"): {"rule_points_differ"},
        ("预算调整率", "", "0%", "10", "10", "比率=0%得满分"): set(),
        ("结转结余率", "", "0%", "10", "10", "比率=0%得满分"): set(),
        ("信访案件率", "", "2000%", "10", "10", "达到得满分"): {"rate_out_of_range"},
        ("收入增长率", "", "-5%", "10", "10", "达到得满分"): set(),
        ("工作任务推进", "", "部分达成", "10", "9", ""): {"tier_band"},
        ("工作任务推进", "", "部分达成", "10", "7", ""): set(),
        ("工作任务推进", "", "部分达成", "10", "8", ""): set(),
        ("工作任务推进", "", "未达成", "10", "7", ""): {"tier_band"},
        ("工作任务推进", "", "达成预期目标", "10", "7", ""): {"tier_band"},
        ("工作任务推进", "", "基本达成", "10", "7", ""): set(),
        ("工作任务推进", "", "达成", "10", "5", "部分达成得5分,达成得10分"): {"rule_gap"},
        ("工作任务推进", "", "达成", "30", "30", ""): {"weight_unsupported"},
        ("工作任务推进", "", "完成40项", "30", "30", ""): set(),
    }
    found = found_by_case({" ".join(leaf): table(leaf) for leaf in cases})
    assert found == {" ".join(leaf): expected for leaf, expected in cases.items()}


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(0, 99)), min_size=5, max_size=15))
def test_a_score_is_outside_its_band_exactly_where_it_is_and_the_distance_is_positive(
    drawn: list[tuple[int, int]],
) -> None:
    texts = []
    for number, (weight, share) in enumerate(drawn):
        leaf = ("工作任务推进", "", "部分达成", str(weight), str(Decimal(weight) * share / 100), "")
        texts.append(table(leaf).replace("某单位", f"南京市玄武区第{number:02}中心"))
    with checked(*texts) as connection:
        found = {row["unit"]: row for row in rows(connection, "tier_band")}
    for number, (weight, share) in enumerate(drawn):
        away = Decimal(weight) * max(60 - share, share - 80, 0) / 100
        row = found.get(f"南京市玄武区第{number:02}中心")
        assert (row is not None) == (away > Decimal("0.005"))
        if row is not None:
            assert row["points"] == away
            assert row["direction"] == ("偏高" if share > 80 else "偏低")


def test_two_units_with_the_same_text_are_found_and_two_with_their_own_are_not() -> None:
    words = (
        "全年组织招商推介活动二十场，引进重点项目十五个，其中世界五百强企业投资项目三个，完成固定资产投资年度任务，" * 2
    )
    same = [report(unit=f"南京市玄武区{name}", prose=f"三、主要绩效\n{words}\n") for name in ("商务局", "水务局")]
    other = report(unit="南京市玄武区民政局", prose=f"三、主要绩效\n{words[:40]}本局负责养老服务与低保工作。\n")
    with checked(*same, other) as connection:
        found = rows(connection, "sister_same_text")
    assert units(found) == ["玄武区商务局", "玄武区水务局"]
    assert "水务局" in found[0]["message"]


def test_names_shared_with_another_unit_are_found_and_those_shared_with_a_unit_below_are_not() -> None:
    def named(unit: str, work: str) -> str:
        leaves = [
            ("履职产出", "数量指标", f"{work}{what}", "30", "30") for what in ("检查次数", "宣传场次", "受理件数")
        ]
        return report([*leaves, ("满意度", "服务对象满意度", "群众满意度", "10", "9")], unit=unit, total="99")

    works = {"商务局": "电商集市", "水务局": "河道闸站", "民政局": "养老救助", "教育局": "校园食堂"}
    apart = [named(f"南京市玄武区{unit}", work) for unit, work in works.items()]
    below = named("南京市玄武区商务局促进中心", "电商集市")
    with checked(*apart, below) as connection:
        assert rows(connection, "sister_same_name") == []
    with checked(*apart, below, named("南京市玄武区档案馆", "河道闸站")) as connection:
        assert units(rows(connection, "sister_same_name")) == ["玄武区档案馆", "玄武区水务局"]


def test_finance_data_beside_the_report() -> None:
    with checked(report(prose=AMOUNTS)) as connection:
        for printed, expected in (("1150.00", set()), ("1160.00", {"finance_difference"})):
            connection.execute("delete from budget_figure_store where source = '财政数据'")
            connection.execute(
                "insert into budget_figure_store select report_key, 99, 'expenditure', $1, $1 * 10000, $2, '万元', "
                "'财政数据', 1, 'B2', '第2行' from report_store",
                [Decimal(printed), printed],
            )
            assert run(connection) == 1
            assert ids(connection) == expected


def test_finance_data_brought_in_as_a_table_stands_beside_the_report(own: Warehouse, tmp_path: Path) -> None:
    file, finance = tmp_path / "自评.txt", tmp_path / "预算执行情况表.csv"
    file.write_text(report(prose=AMOUNTS), encoding="utf-8")
    head = "年度,单位名称,全年执行数,金额单位"
    finance.write_text(f"{head}\n2024,南京市玄武区商务局,1160.00,万元\n", encoding="utf-8")
    ingest(own, [file])
    ingest(own, [finance])
    with own.cursor() as cursor:
        (found,) = rows(cursor, "finance_difference")
    assert found["message"] == "支出：自评报告 1150万元，财政数据 1160万元"


def test_a_changed_threshold_publishes_a_new_version_without_reading_again(own: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(table(("企业满意度", "", "85%", "10", "10", "")).replace("某单位", "南京市玄武区商务局"), "utf-8")
    ingest(own, [file])

    def found() -> set[str]:
        with own.cursor() as cursor:
            return ids(cursor)

    assert found() == {"satisfaction_full"}
    (own.folder / catalogue.OVERRIDE).write_text('"satisfaction_full.reference" = 80\n', encoding="utf-8")
    file.unlink()
    assert recheck(own) == 2
    assert found() == set()
    own.rollback()
    assert found() == {"satisfaction_full"}
    (own.folder / catalogue.OVERRIDE).write_text('"satisfaction_full.referenz" = 80\n', encoding="utf-8")
    with pytest.raises(Refusal, match="E31"):
        recheck(own)
    assert own.current() == 1


def test_there_is_nothing_to_check_again_before_the_first_report(own: Warehouse) -> None:
    with pytest.raises(Refusal, match="E15"):
        recheck(own)
