"""总览 and 部门画像 on the samples, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analytics import department, execution, overview
from analytics.drilldown import DrillPath, table
from analytics.execution import BASES
from analytics.filters import Filters
from analytics.view import View
from data.batch.ingest import ingest
from data.warehouse import Warehouse


def test_the_summary_counts_units_and_averages_the_comparable_score(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, Filters()))
        nothing = overview.summary(overview.summaries(cursor, Filters(years=(2000,))))
    assert (found.fiscal_year, found.reports, found.units, found.scored, found.in_review) == (2024, 4, 4, 4, 0)
    assert found.average == pytest.approx((97.5 + 96.5 + 97.58 + 96.54) / 4)
    assert (found.lowest, found.highest, found.doubts) == (96.5, 97.58, 6)
    assert found.excellent_rate == 1
    assert found.execution_rate == pytest.approx(5959.46 / 6091.91)
    assert "2024 年，4 个单位报送 4 份自评价报告，平均可比得分 97.03" in overview.headline(found)
    assert f"{found.findings} 项（4 个单位，其中 1 个列明预算、涉及 6,091.91 万元）" in overview.headline(found)
    assert "（4 份部门整体自评报告中 1 份列明金额）" in overview.basis(found, {}, pd.DataFrame({"fiscal_year": []}))
    assert (nothing.fiscal_year, nothing.reports, nothing.average) == (None, 0, None)
    assert "没有可比较的报告" in overview.headline(nothing)
    shown = overview.figures(found, {}, BASES[0].definition)
    assert shown[0].label == "单位", "without 应报名单 nobody is due"
    assert [figure.value for figure in shown] == ["4", "97.03", "100.00%", "97.83%", f"{found.findings} 项"]
    assert "不低于 90 分" in shown[2].definition.formula


def year(fiscal_year: int, **more: float) -> dict[str, float]:
    return {"fiscal_year": fiscal_year, "reports": 40, "units": 40, "scored": 40} | more


def test_changes_are_on_the_year_before_and_on_no_other() -> None:
    years = [year(2020, average=90.0, excellent=20), year(2022, average=91.0, excellent=30),
             year(2023, average=93.5, excellent=36)]  # fmt: skip
    last = overview.summary(pd.DataFrame(years))
    moved = {figure.label: figure.change for figure in overview.figures(last, {}, BASES[0].definition)}
    assert moved["平均可比得分"] == "+2.50 分"
    assert moved["优占比"] == "+15.00 个百分点"
    alone = overview.summary(pd.DataFrame(years[:2]))
    assert alone.before is None


def test_a_year_that_cannot_be_compared_shows_no_change_and_says_why() -> None:
    found = overview.summary(pd.DataFrame([year(2022, average=90.0), year(2023, average=93.0)]))
    reasons = {2023: "12 个区划更换表式"}
    assert {figure.change for figure in overview.figures(found, reasons, BASES[0].definition)} == {None}
    nobody = pd.DataFrame({"fiscal_year": []})
    assert "与上年不作比较：12 个区划更换表式" in overview.basis(found, reasons, nobody)


def test_a_later_year_in_which_units_are_due_and_none_has_reported_is_named() -> None:
    found = overview.summary(pd.DataFrame([year(2022, average=90.0, due=40, arrived=40, due_until=2023)]))
    nobody = pd.DataFrame({"fiscal_year": []})
    assert "应报名单已列至 2023 年，该年尚无可比较的报告" in overview.basis(found, {}, nobody)


def test_units_show_the_comparable_score_beside_the_printed_total(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        df = overview.units(cursor, Filters())
    assert df[["unit", "comparable_score", "stated_total", "inferred"]].to_numpy().tolist() == [
        ["南京市江宁区中小商贸流通企业服务中心", 97.58, 97.58, 1],
        ["南京市数据局", 97.5, 98.5, 0],
        ["南京市江宁区投资促进中心", 96.54, 96.54, 5],
        ["南京市江宁区商务局(本级)", 96.5, 96.5, 0],
    ]
    assert "1 份的报告总计与可比得分不同" in overview.units_view(df, Filters()).title


def test_every_report_stands_in_just_one_band(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        df = overview.bands(cursor, Filters())
        within = overview.units(cursor, Filters(), "95–98")
        cut = overview.units_view(overview.units(cursor, Filters(), "95–98", 1), Filters(), "95–98")
        none = overview.units_view(overview.units(cursor, Filters(), "98以上"), Filters(), "98以上")
    assert df[["item", "reports"]].to_numpy().tolist() == [
        ["98以上", 0], ["95–98", 4], ["90–95", 0], ["80–90", 0], ["60–80", 0], ["60以下", 0],
    ]  # fmt: skip
    bands = overview.bands_view(df, Filters())
    assert bands.title == "4 份报告分布在 1 个分数段"
    assert len(within) == 4
    assert (cut.title, len(cut.table)) == ("分数段 95–98：4 个单位 4 份报告", 1)
    assert cut.notes[-1] == "列出可比得分较高的 1 份，共 4 份。"
    assert none.table.empty
    assert none.title == "分数段 98以上：没有报告"


def test_lost_points_are_those_of_the_dimensions(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        view = overview.lost_view(table(cursor, Filters(), DrillPath()), Filters())
    assert view.title == "失分 11.88 分，其中过程 8.88 分"
    assert view.table["item"].tolist()[:3] == ["过程", "履职产出", "决策"]


def test_money_of_a_project_is_not_added_to_that_of_its_unit(own: Warehouse, tmp_path: Path) -> None:
    head = "年度,单位名称,区划代码,表类,项目名称,"
    leaves = [
        f"2024,江宁区甲局,320115,{form},{subject},产出,数量,{name},50,45\n"
        for form, subject in (("部门整体", ""), ("项目", "道路养护"))
        for name in ("任务完成率", "按时完成率")
    ]
    money = [
        f"2024,江宁区甲局,320115,{form},{subject},{item},{amount},万元,自评报告\n"
        for form, subject, whole, spent in (("部门整体", "", 100, 90), ("项目", "道路养护", 40, 20))
        for item, amount in (("调整后预算", whole), ("支出", spent))
    ]
    (tmp_path / "leaf.csv").write_text(f"{head}一级指标,二级指标,三级指标,权重,得分\n{''.join(leaves)}", "utf-8-sig")
    (tmp_path / "money.csv").write_text(f"{head}预算项目,金额,金额单位,数据来源\n{''.join(money)}", "utf-8-sig")
    assert not ingest(own, [tmp_path]).refused
    with own.cursor() as cursor:
        found = overview.summary(overview.summaries(cursor, Filters()))
        years = execution.years(cursor, Filters(), "adjusted")
    assert (found.reports, found.whole_reports, found.with_amounts) == (2, 1, 1)
    assert (found.expenditure, found.adjusted_budget) == (900_000, 1_000_000)
    assert years[["reports", "rated", "numerator"]].to_numpy().tolist() == [[1, 1, 900_000]]


def test_a_unit_of_several_reports_shows_one_of_them(own: Warehouse, tmp_path: Path) -> None:
    head = "年度,单位名称,区划代码,表类,项目名称,一级指标,二级指标,三级指标,权重,得分\n"
    rows = [
        f"2024,江宁区甲局,320115,{form},{subject},产出,数量,{name},50,{score}\n"
        for form, subject, score in (("部门整体", "", 45), ("项目", "道路养护", 30))
        for name in ("任务完成率", "按时完成率")
    ]
    (tmp_path / "leaf.csv").write_text(head + "".join(rows), encoding="utf-8-sig")
    assert not ingest(own, [tmp_path]).refused
    with own.cursor() as cursor:
        unit_id = str(department.units(cursor)["unit_id"].iloc[0])
        reports = department.part(cursor, "report", unit_id, 2024)
        first = department.part(cursor, "leaves", unit_id, 2024)
        names = department.choices(reports)
        second = department.part(cursor, "leaves", unit_id, 2024, list(names)[1])
    assert list(names.values()) == ["部门整体", "项目 道路养护"]
    assert department.view(first, "江宁区甲局", 2024).sentence == "共失 10.00 分：产出 10.00 分。"
    assert department.view(second, "江宁区甲局", 2024).sentence == "共失 40.00 分：产出 40.00 分。"
    assert list(reports["comparable_score"]) == [90, 60]


def test_a_unit_shows_its_whole_tree(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        units = department.units(cursor)
        unit_id = units.loc[units["unit"] == "南京市数据局", "unit_id"].iloc[0]
        parts = {
            n: department.part(cursor, n, unit_id, 2024)
            for n in ("report", "leaves", "submissions", "budget", "problems")
        }
        none = department.part(cursor, "leaves", "nobody", 2024)
    view = department.view(parts["leaves"], "南京市数据局", 2024)
    assert view.title == "南京市数据局 2024：39 项三级指标中 4 项有失分"
    assert view.sentence == "共失 2.50 分：部门管理 1.50 分，部门决策 1.00 分。"
    icicle = view.figure.data[0]  # type: ignore[union-attr]
    assert len(icicle.ids) == 1 + 5 + 15 + 39
    assert icicle.values[0] == 100
    assert {figure.label: figure.value for figure in department.figures(parts["report"])} == {
        "可比得分": "97.50",
        "报告总计": "98.50",
        "等级": "未印",
        "三级指标": "39 项",
    }
    assert "第 1 次报送" in department.basis(parts["report"])
    assert len(parts["budget"]) == 37
    tables = department.parts_views(parts["submissions"], parts["budget"], parts["problems"])
    assert [len(v.table) for v in tables] == [1, 37, 1]
    assert department.view(none, "x", 2024).table.empty


@pytest.mark.parametrize("name", ["bands", "lost", "tree"])
def test_no_chart_is_larger_than_300_kb(sample_warehouse: Warehouse, name: str) -> None:
    with sample_warehouse.cursor() as cursor:
        views: dict[str, View] = {
            "bands": overview.bands_view(overview.bands(cursor, Filters()), Filters()),
            "lost": overview.lost_view(table(cursor, Filters(), DrillPath()), Filters()),
            "tree": department.view(
                department.part(cursor, "leaves", str(department.units(cursor)["unit_id"].iloc[0]), 2024), "单位", 2024
            ),
        }
    assert len(views[name].figure.to_json()) < 300_000  # type: ignore[union-attr]
