"""较上年, 主管部门汇总 and 维度对照表, worked out by hand on reports of two years."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics import distribution, execution, heat, mapping, overview, rollup, sector, yearly
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from analytics.view import View
from data.batch.ingest import ingest
from data.warehouse import Warehouse
from tests.reports import LEAVES, report


@pytest.fixture
def two_years(own: Warehouse, tmp_path: Path) -> Warehouse:
    before = [*LEAVES[:-1], ("满意度", "服务对象满意度", "群众满意度", "10", "9.5")]
    later = [(*leaf[:4], "20") if leaf[2] == "预算执行率" else leaf for leaf in LEAVES]
    (tmp_path / "a.txt").write_text(report(before, title="2023年度部门整体支出绩效自评价报告"), encoding="utf-8")
    (tmp_path / "b.txt").write_text(report(later, total="96.5"), encoding="utf-8")
    assert {r.status for r in ingest(own, [tmp_path / "a.txt", tmp_path / "b.txt"]).reports} == {"accepted"}
    return own


def test_two_years_are_compared_over_their_common_leaves_only(two_years: Warehouse) -> None:
    with two_years.cursor() as cursor:
        ((unit_id,),) = cursor.execute("select distinct unit_id from report").fetchall()
        found = yearly.leaves(cursor, unit_id, 2024)
        first = yearly.leaves(cursor, unit_id, 2023)
    view = yearly.view(found, "单位", 2024)
    kinds = found.set_index("name")["kind"].to_dict()
    assert kinds["企业满意度"] == "新增" and kinds["群众满意度"] == "取消"
    assert sum(kind == "共有" for kind in kinds.values()) == 6
    assert "6 项共有指标的得分率由 94.44% 至 96.67%，+2.22 个百分点" in view.title  # 85/90 and 87/90
    assert view.table["name"].iloc[0] == "预算执行率"
    assert "没有 2022 年的报告可比" in yearly.view(first, "单位", 2023).title


@pytest.fixture
def merged(own: Warehouse, tmp_path: Path) -> Warehouse:
    """甲局 of both years with another form in 2024; 乙局 and 丙局 became 丁局."""
    rows = {
        (2023, "江宁区甲局"): [("产出", "任务完成率", 60, 54), ("效益", "影响", 30, 30), ("效益", "旧指标", 10, 2)],
        (2024, "江宁区甲局"): [("产出", "任务完成率", 40, 38), ("效益", "影响", 40, 36), ("效益", "新指标", 20, 20)],
        (2023, "江宁区乙局"): [("产出", "任务完成率", 60, 60), ("效益", "影响", 40, 40)],
        (2023, "江宁区丙局"): [("产出", "任务完成率", 60, 60), ("效益", "影响", 40, 40)],
        (2024, "江宁区丁局"): [("产出", "任务完成率", 60, 30), ("效益", "影响", 40, 40)],
    }
    head = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分\n"
    lines = [
        f"{year},{unit},320115,{level1},{level1}指标,{level3},{weight},{score}\n"
        for (year, unit), leaves in rows.items()
        for level1, level3, weight, score in leaves
    ]
    (tmp_path / "leaf.csv").write_text(head + "".join(lines), encoding="utf-8-sig")
    result = ingest(own, [tmp_path / "leaf.csv"])
    assert {r.status for r in result.reports} == {"accepted"}, [(d.file_name, d.reason) for d in result.documents]
    return own


def trend_of(warehouse: Warehouse, dimension: str) -> View:
    with warehouse.cursor() as cursor:
        years = distribution.groups(cursor, Filters(), "fiscal_year", dimension)
        pairs = yearly.alike(cursor, Filters(), dimension)
        reasons = execution.broken(execution.breaks(cursor, Filters()))
    return yearly.trend_view(years, pairs, reasons, Filters(), dimension)


def test_a_year_with_a_merger_breaks_the_line_and_the_like_for_like_piece_spans_it(merged: Warehouse) -> None:
    view = trend_of(merged, "全部")
    assert "2024 年 2 份报告的平均得分率 82.00%" in view.title  # (94 + 70) / 2
    assert view.figure is not None
    lines = {
        name: [list(t.x) for t in view.figure.data if t.name == name] for name in ("平均得分率", "同口径（上年至本年）")
    }
    assert lines["平均得分率"] == [[2023], [2024]]
    assert lines["同口径（上年至本年）"] == [[2023, 2024, None]]
    for trace in view.figure.data:
        assert "markers" not in trace.mode or list(trace.customdata) == list(trace.x), "every point opens its year"
    (note,) = [n for n in view.notes if "折线断开" in n]
    assert note == "2024 年折线断开：1 个区划更换表式，单位有增减（减少 2 个，新增 1 个），可能为合并或调整。"
    # 甲局 alone, 任务完成率 and 影响: 84/90 in 2023, 74/80 in 2024
    assert "同口径（1 个单位两年共有的 2 项指标）平均得分率由上年 93.33% 至 92.50%，-0.83 个百分点" in view.sentence
    assert "较 2023 年" not in view.sentence


def test_like_for_like_in_one_dimension(merged: Warehouse) -> None:
    with merged.cursor() as cursor:
        (row,) = yearly.alike(cursor, Filters(), "效益").to_dict("records")
        assert yearly.alike(cursor, Filters(years=(2023,)), "效益").empty
    assert (row["fiscal_year"], row["alike_units"], row["alike_leaves"]) == (2024, 1, 1)
    assert (row["alike_before_rate"], row["alike_rate"]) == pytest.approx((1.0, 0.9))


def test_a_step_of_the_drill_down_is_compared_over_common_leaves_and_lists_the_others(merged: Warehouse) -> None:
    with merged.cursor() as cursor:
        first = yearly.steps(cursor, Filters(), DrillPath(), 2024)
        leaves = yearly.steps(cursor, Filters(), DrillPath("效益", "效益指标"), 2024)
        nothing = yearly.steps(cursor, Filters(), DrillPath(), 2023)
    rows = first.set_index("item")
    assert rows.loc["履职产出", ["before_rate", "score_rate"]].tolist() == pytest.approx([54 / 60, 38 / 40])
    assert rows.loc["效益", ["before_rate", "score_rate"]].tolist() == pytest.approx([1, 36 / 40])
    assert rows.loc["效益", ["entered", "gone", "entered_names", "gone_names"]].tolist() == [1, 1, "新指标", "旧指标"]
    assert set(leaves["item"]) == {"影响", "新指标", "旧指标"}
    view = yearly.steps_view(first, Filters(), DrillPath(), 2024)
    assert "由 93.33% 至 92.50%，-0.83 个百分点" in view.title
    assert "2 项共有指标；新增 1 项、取消 1 项" in view.sentence
    assert "没有可比的单位和指标" in yearly.steps_view(nothing, Filters(), DrillPath(), 2023).title


def test_the_units_of_a_name_that_entered_or_left_are_listed_without_a_rate(merged: Warehouse) -> None:
    with merged.cursor() as cursor:
        found = {
            name: yearly.steps(cursor, Filters(), DrillPath("效益", "效益指标", name), 2024)
            for name in ("影响", "新指标", "旧指标", "另一指标")
        }
    (row,) = found["影响"].to_dict("records")
    assert (row["item"], row["leaves"], row["before_rate"], row["score_rate"]) == ("江宁区甲局", 1, 1, 0.9)
    for name, entered, gone in (("新指标", 1, 0), ("旧指标", 0, 1)):
        (row,) = found[name].to_dict("records")
        assert (row["units"], row["leaves"], row["entered"], row["gone"]) == (0, 0, entered, gone)
        assert (row["entered_names"], row["gone_names"])[gone] == name
        view = yearly.steps_view(found[name], Filters(), DrillPath("效益", "效益指标", name), 2024)
        assert "没有可比的单位和指标" in view.title
    assert found["另一指标"].empty


def test_the_overview_says_why_it_does_not_compare_and_compares_like_for_like(merged: Warehouse) -> None:
    with merged.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, Filters()))
        reasons = execution.broken(execution.breaks(cursor, Filters()))
        words = overview.basis(found, reasons, yearly.alike(cursor, Filters(), "全部"))
    assert {figure.change for figure in overview.figures(found, reasons, execution.BASES[0].definition)} == {None}
    assert "与上年不作比较：1 个区划更换表式，单位有增减（减少 2 个，新增 1 个），可能为合并或调整" in words
    assert "由上年 93.33% 至 92.50%，-0.83 个百分点" in words


def test_a_gap_between_years_is_named_and_nothing_is_joined_across_it(own: Warehouse, tmp_path: Path) -> None:
    head = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分\n"
    lines = [
        f"{y},江宁区甲局,320115,产出,数量,任务完成率,60,{y - 1970}\n{y},江宁区甲局,320115,效益,社会,影响,40,40\n"
        for y in (2020, 2021, 2023)
    ]
    (tmp_path / "leaf.csv").write_text(head + "".join(lines), encoding="utf-8-sig")
    ingest(own, [tmp_path / "leaf.csv"])
    view = trend_of(own, "全部")
    assert view.figure is not None
    assert [list(t.x) for t in view.figure.data if t.name == "平均得分率"] == [[2020, 2021], [2023]]
    assert [list(t.x) for t in view.figure.data if t.name.startswith("同口径")] == [[2020, 2021, None]]
    assert "缺少 2022 年的数据，折线断开。" in view.notes
    assert view.table[["q1_rate", "middle_rate", "q3_rate"]].isna().all(axis=None), "one report is not summarised"
    assert "不足 5 份报告的年份不概括分布。" in view.notes
    assert "没有 2022 年与 2023 年均报送的单位，不作同口径比较" in view.sentence


def test_a_name_that_stands_twice_in_a_report_is_not_matched(own: Warehouse, tmp_path: Path) -> None:
    twice = [(*leaf[:2], "预算调整率", *leaf[3:]) if leaf[2] == "预算执行率" else leaf for leaf in LEAVES]
    for year in (2023, 2024):
        text = report(twice, title=f"{year}年度部门整体支出绩效自评价报告")
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    ingest(own, [tmp_path / "2023.txt", tmp_path / "2024.txt"])
    with own.cursor() as cursor:
        ((unit_id,),) = cursor.execute("select distinct unit_id from report").fetchall()
        found = yearly.leaves(cursor, unit_id, 2024)
        beside = yearly.steps(cursor, Filters(), DrillPath("过程", "预算执行", "预算调整率"), 2024)
    assert beside.empty
    assert "预算调整率" not in set(found["name"])
    assert (found["kind"] == "共有").sum() == 5


def test_a_department_is_averaged_simply_and_by_budget(own: Warehouse, tmp_path: Path) -> None:
    head = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分\n"
    leaves = "".join(
        f"2024,{unit},320115,产出,数量,任务完成率,100,{score}\n2024,{unit},320115,效益,社会,影响,0,0\n"
        for unit, score in (("江宁区甲局", 90), ("江宁区甲局下属中心", 96))
    )
    (tmp_path / "leaf.csv").write_text(head + leaves, encoding="utf-8-sig")
    head = "年度,单位名称,区划代码,全年预算数,全年执行数,金额单位\n"
    money = head + "2024,江宁区甲局,320115,300,290,万元\n2024,江宁区甲局下属中心,320115,100,95,万元\n"
    (tmp_path / "money.csv").write_text(money, encoding="utf-8-sig")
    roster = "年度,单位名称,区划代码,主管部门,单位编码\n2024,江宁区甲局,320115,江宁区甲局,1\n2024,江宁区甲局下属中心,320115,江宁区甲局,2\n"
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8-sig")
    result = ingest(own, [tmp_path])
    assert not result.refused, [(d.file_name, d.reason) for d in result.documents]
    with own.cursor() as cursor:
        found = rollup.departments(cursor, Filters())
        view = rollup.view(found, rollup.unnamed(cursor, Filters()), Filters())
    (row,) = found.to_dict("records")
    assert (row["department"], row["units"], row["simple_score"]) == ("江宁区甲局", 2, 93)
    assert row["weighted_score"] == pytest.approx((90 * 300 + 96 * 100) / 400)
    assert row["budget_wan"] == 400
    assert view.title == "主管部门汇总：1 个主管部门，1 个含下属单位"


def test_departments_and_units_of_one_name_in_two_districts_are_told_apart(own: Warehouse, tmp_path: Path) -> None:
    head = "年度,单位名称,区划代码,主管部门,一级指标,二级指标,三级指标,权重,得分\n"
    rows = [
        f"2024,{unit},{code},教育局,{leaf}\n"
        for unit, code, score in (("教育局", 320115, 99), ("第一小学", 320115, 97), ("教育局", 320113, 50))
        for leaf in (f"产出,数量,任务完成率,90,{score - 10}", "效益,社会,影响,10,10")
    ]
    (tmp_path / "leaf.csv").write_text(head + "".join(rows), encoding="utf-8-sig")
    assert not ingest(own, [tmp_path]).refused
    with own.cursor() as cursor:
        found = rollup.departments(cursor, Filters())
        coloured = heat.table(cursor, Filters(), "unit").query("dimension == '全部'")
        units = sector.units(cursor, Filters(), 2024, None)
        beside = sector.view(sector.leaves(cursor, tuple(units["unit_id"]), 2024), Filters(), 2024)
    assert found.set_index("item")[["units", "simple_score", "region"]].to_dict("index") == {
        "教育局:2024:320115": {"units": 2, "simple_score": 98, "region": "江苏省南京市江宁区"},
        "教育局:2024:320113": {"units": 1, "simple_score": 50, "region": "江苏省南京市栖霞区"},
    }
    assert rollup.view(found, 0, Filters()).title == "主管部门汇总：2 个主管部门，1 个含下属单位"
    names = ["教育局（江苏省南京市栖霞区）", "第一小学", "教育局（江苏省南京市江宁区）"]
    assert list(coloured.sort_values("score_rate")["item"]) == names
    assert sorted(beside.columns.values())[-3:] == sorted(names)
    with own.cursor() as cursor:
        groups = distribution.groups(cursor, Filters(), "department", "全部")
        cells = heat.table(cursor, Filters(), "department")
    assert list(groups["reports"]) == [3]
    for view in (
        distribution.groups_view(groups, Filters(), "department", "全部"),
        heat.view(cells, Filters(), "department"),
    ):
        assert any("不同区划名称相同的归为一组" in note for note in view.notes)
    by_region = distribution.groups_view(groups, Filters(), "region", "全部")
    assert not any("归为一组" in note for note in by_region.notes)


def test_the_map_lists_what_each_form_prints_for_a_dimension(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = mapping.labels(cursor, Filters())
    view = mapping.view(found, Filters())
    assert "2 种表式" in view.title
    duties = found[found["dimension"] == "履职产出"]
    assert set(duties["level1"]) == {"部门履职", "履职"}
    assert found.groupby("template")["weight"].sum().round(6).eq(100).all()
