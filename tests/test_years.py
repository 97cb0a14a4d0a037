"""较上年, 主管部门汇总 and 维度对照表, worked out by hand on reports of two years."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics import mapping, rollup, yearly
from analytics.filters import Filters
from data.ingest import ingest
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


def test_a_name_that_stands_twice_in_a_report_is_not_matched(own: Warehouse, tmp_path: Path) -> None:
    twice = [(*leaf[:2], "预算调整率", *leaf[3:]) if leaf[2] == "预算执行率" else leaf for leaf in LEAVES]
    for year in (2023, 2024):
        text = report(twice, title=f"{year}年度部门整体支出绩效自评价报告")
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    ingest(own, [tmp_path / "2023.txt", tmp_path / "2024.txt"])
    with own.cursor() as cursor:
        ((unit_id,),) = cursor.execute("select distinct unit_id from report").fetchall()
        found = yearly.leaves(cursor, unit_id, 2024)
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
    assert "1 个含下属单位" in view.title


def test_the_map_lists_what_each_form_prints_for_a_dimension(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = mapping.labels(cursor, Filters())
    view = mapping.view(found, Filters())
    assert "2 种表式" in view.title
    duties = found[found["dimension"] == "履职产出"]
    assert set(duties["level1"]) == {"部门履职", "履职"}
    assert found.groupby("template")["weight"].sum().round(6).eq(100).all()
