"""Years with gaps, a district of one unit, equal scores, budgets of zero or none, 102 %, mixed units of money: what is said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analytics import distribution, executed, execution, heat, overview, sector, yearly
from analytics.execution import BASES
from analytics.filters import Filters
from data.batch.ingest import ingest
from data.warehouse import Warehouse

YEARS = (2019, 2020, 2022, 2023)
LEAVES = (("决策", "立项", "立项依据充分性", 10), ("过程", "预算", "预算执行率", 20), ("产出", "数量", "任务完成率", 40),
          ("效益", "社会", "影响", 20), ("满意度", "满意度", "群众满意度", 10))  # fmt: skip
UNITS = {
    "六合区独一局": ("320116", (10, 18, 38, 19, 9)),
    **{f"栖霞区示例{n}局": ("320113", (10, 20, 40, 20, 10)) for n in range(1, 7)},
    "江宁区甲局": ("320115", (8, 15, 36, 18, 8)),
    "江宁区乙局": ("320115", (8, 16, 36, 18, 8)),
    "雨花台区待核局": ("320114", (1, 1, 1, 1, 1)),
}
IN_REVIEW = "雨花台区待核局"
MONEY = {  # 年初预算, 全年预算, 执行数, 上年结转, 年末结转, unit
    "六合区独一局": "100,100,102,0,0,万元",
    "栖霞区示例1局": "0,0,0,0,0,万元",
    "栖霞区示例2局": "1000000,1000000,900000,0,100000,元",
    "栖霞区示例3局": "1.2,1.25,1.1,0.1,0.25,亿元",
    "栖霞区示例4局": ",120,110,,,万元",
    "江宁区甲局": "100,,90,,,万元",
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    place = tmp_path_factory.mktemp("odd")
    scores = [
        f"{year},{unit},{region},{a},{b},{name},{weight},{score},{'95.00%' if name == '预算执行率' else ''},{'待复核' if unit == IN_REVIEW else ''}\n"
        for year in YEARS
        for unit, (region, given) in UNITS.items()
        for (a, b, name, weight), score in zip(LEAVES, given, strict=True)
    ]
    head = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分,完成值,状态\n"
    (place / "leaf.csv").write_text(head + "".join(scores), encoding="utf-8-sig")
    head = "年度,单位名称,区划代码,年初预算数,全年预算数,全年执行数,年初结转结余,年末结转结余,金额单位\n"
    money = [f"{year},{unit},{UNITS[unit][0]},{given}\n" for year in YEARS for unit, given in MONEY.items()]
    (place / "money.csv").write_text(head + "".join(money), encoding="utf-8-sig")
    made = Warehouse(place / "own")
    assert not ingest(made, [place / "leaf.csv", place / "money.csv"]).refused
    return made


def test_a_district_of_one_unit_is_named_and_not_summarised(odd: Warehouse) -> None:
    last = Filters(years=(2023,))
    with odd.cursor() as cursor:
        found = distribution.groups(cursor, last, "region", "全部")
        far, near = (
            distribution.outliers(cursor, last, "region", "全部"),
            distribution.points(cursor, last, "region", "全部"),
        )
    bars = distribution.groups_view(found, last, "region", "全部")
    assert bars.title == "3 个区划的平均得分率由 85.50% 至 100.00%"  # (85 + 86) / 2 of 江宁
    assert bars.sentence == "共 9 份报告；2 个区划不足 5 份报告。"
    alone = bars.table.set_index("label").loc["江苏省南京市六合区"]
    assert alone["mean_rate"] == pytest.approx(0.94)
    assert alone[["middle_rate", "q1_rate", "q3_rate", "outliers"]].isna().all()
    with odd.cursor() as cursor:
        few = Filters(years=(2023,), regions=("320115", "320116"))
        small, none = (table(cursor, few, "region", "全部") for table in (distribution.groups, distribution.outliers))
    assert small["reports"].max() < 5
    assert distribution.outliers_view(none, small, few, "region").title == "各组不足 5 份报告，不判断离群"
    points = distribution.box_view(small, none, near, few, "region", "全部")
    assert not any("须线" in note for note in points.notes), "no box, no whisker"
    boxes = distribution.box_view(found, far, near, last, "region", "全部")
    assert boxes.title == "江苏省南京市栖霞区：得分率中位数 100.00%"
    assert boxes.figure is not None
    assert sorted(boxes.figure.data[-1].x) == pytest.approx([85, 86, 94])


def test_a_report_in_review_enters_nothing_and_is_counted_where_it_belongs(odd: Warehouse) -> None:
    with odd.cursor() as cursor:
        whole, here, there = (
            overview.summary(overview.summaries(cursor, Filters(regions=codes)))
            for codes in ((), ("320113",), ("320114",))
        )
    assert (whole.reports, whole.in_review, here.in_review, there.reports) == (9, 1, 0, 0)
    nobody = pd.DataFrame({"fiscal_year": []})
    assert "另有 1 份报告待复核，未纳入。" in overview.basis(whole, {}, nobody)
    assert "待复核" not in overview.basis(here, {}, nobody)


def test_equal_scores_draw_no_curve_and_say_that_they_are_equal(odd: Warehouse) -> None:
    equal = Filters(regions=("320113",))
    with odd.cursor() as cursor:
        curve = distribution.ecdf_view(distribution.ecdf(cursor, equal, "全部"), equal, "全部")
        found = overview.summary(overview.summaries(cursor, equal))
        figures = overview.figures(found, {}, BASES[0].definition)
        cells = heat.view(heat.table(cursor, equal, "unit"), equal, "unit")
    assert curve.figure is None and "得分率相同" in curve.title
    assert cells.sentence == "各维度均为 100.00%。", "none is called the lower one"
    assert "平均可比得分 100.00，均为 100.00" in overview.headline(found)
    assert figures[1].change == "0.00 分", "no sign, so no arrow"


def test_a_missing_year_breaks_every_line_and_is_named(odd: Warehouse) -> None:
    with odd.cursor() as cursor:
        years = distribution.groups(cursor, Filters(), "fiscal_year", "全部")
        scores = yearly.trend_view(years, yearly.alike(cursor, Filters(), "全部"), {}, Filters(), "全部指标")
        money = execution.trend_view(execution.years(cursor, Filters(), "adjusted"), {}, Filters(), BASES[0])
    for view in (scores, money):
        assert view.figure is not None
        joined = [pair for t in view.figure.data for pair in zip(t.x, t.x[1:], strict=False) if None not in pair]
        assert joined and all(abs(a - b) <= 1 for a, b in joined)
        assert "缺少 2021 年的数据，折线断开。" in view.notes
    assert "有金额的报告不足 5 份的年份不概括分布。" in money.notes
    assert money.table[["low_rate", "middle_rate", "high_rate"]].isna().all(axis=None)


def test_amounts_of_mixed_units_are_summed_in_yuan_and_what_lacks_one_is_named(odd: Warehouse) -> None:
    with odd.cursor() as cursor:
        years = execution.years(cursor, Filters(), "adjusted")
        units = executed.units(cursor, Filters(), 2023, "adjusted")
        bridge = execution.part(cursor, "bridge", Filters(), 2023)
    view = executed.view(units, units, Filters(), BASES[0], 2023)
    sources = view.table.set_index("unit")["source"].to_dict()
    assert sources["栖霞区示例1局"] == "预算数为 0"
    assert sources["江宁区甲局"] == "未列所需金额", "it prints amounts, though not the one to divide by"
    assert sources["江宁区乙局"] == "自填·口径不明"
    assert sources["六合区独一局"] == "财政数据"
    assert view.title.endswith("由 88.00% 至 102.00%")
    assert "9 份报告中 4 份有金额，中位数 90.83%；1 份超过 100%；1 份预算数为 0，不计算" in view.sentence
    assert execution.lacking(years, units) == "9 份报告中 4 份未列明所需金额、1 份预算数为 0。"
    last = years.iloc[-1]
    assert last["numerator"] == 1_020_000 + 900_000 + 110_000_000 + 1_100_000
    assert last["denominator"] == 1_000_000 + 1_000_000 + 125_000_000 + 1_200_000
    shown = [figure.value for figure in execution.figures(years, bridge, {}, BASES[0], 2023)]
    assert shown == ["88.16%", "4.10%", "19.76%", "151.00%"]
    assert execution.amounts(years, BASES[0], 2023).endswith("= 1.13 亿元 ÷ 1.28 亿元（9 份报告中 4 份列明金额）")


def test_a_basis_nobody_can_be_counted_on_has_no_figure_of_another_year(odd: Warehouse) -> None:
    with odd.cursor() as cursor:
        years = execution.years(cursor, Filters(), "average")
        bridge = execution.part(cursor, "bridge", Filters(), 2023)
        units = executed.units(cursor, Filters(), 2023, "average")
    basis = execution.basis_of("average")
    words = executed.view(units, units, Filters(), basis, 2023).sentence
    assert words == "9 份报告均无法按该口径计算：6 份未列所需金额，3 份自填·口径不明。"
    assert execution.figures(years, bridge, {}, basis, 2023)[0].value == "—"
    assert "没有可计算的报告" in execution.trend_view(years, {}, Filters(), basis).title


def test_reports_of_projects_beside_those_of_units_are_counted_and_named_under_the_filters(tmp_path: Path) -> None:
    own = [("甲局", "320115", "", 90), ("甲局", "320115", "河道整治", 70), ("甲局", "320115", "道路养护", 80),
           ("乙局", "320116", "", 96)]  # fmt: skip
    head = "年度,单位名称,区划代码,表类,项目名称,一级指标,二级指标,三级指标,权重,得分\n"
    rows = [
        f"2023,{unit},{region},{'项目' if subject else '部门整体'},{subject},{a},{b},{name},{weight},{weight * score / 100}\n"
        for unit, region, subject, score in own
        for a, b, name, weight in LEAVES
    ]
    (tmp_path / "leaf.csv").write_text(head + "".join(rows), encoding="utf-8-sig")
    made = Warehouse(tmp_path / "own")
    assert not ingest(made, [tmp_path / "leaf.csv"]).refused
    nobody = pd.DataFrame({"fiscal_year": []})
    with made.cursor() as cursor:
        one = overview.units(cursor, Filters(regions=("320115",)))["item"].iloc[0].split(":")[0]
    for view, projects, average in ((Filters(), 2, 84), (Filters(units=(one,)), 2, 80),
                                    (Filters(regions=("320115",)), 2, 80), (Filters(regions=("320116",)), 0, 96)):  # fmt: skip
        with made.cursor() as cursor:
            years, bands = overview.summaries(cursor, view), overview.bands(cursor, view)
        found = overview.summary(years)
        assert (found.projects, found.average) == (projects, average)
        said = (overview.basis(found, {}, nobody), overview.scope_of(years), *overview.bands_view(bands, view).notes)
        named = [f"含 {projects} 份项目支出自评" in words for words in said]
        assert named == ([True, True, False, True] if projects else [False, False, False])


def of_district(place: Path, units: list[list[tuple[float, float]]]) -> Warehouse:
    """Units of one district and year, each by weight and score of ``LEAVES``."""
    rows = "".join(
        f"2023,栖霞区示例{n}局,320113,{a},{b},{name},{weight},{score}\n"
        for n, given in enumerate(units, 1)
        for (a, b, name, _), (weight, score) in zip(LEAVES, given, strict=True)
    )
    head = "年度,单位名称,区划代码,一级指标,二级指标,三级指标,权重,得分\n"
    (place / "leaf.csv").write_text(head + rows, encoding="utf-8-sig")
    made = Warehouse(place / "own")
    assert not ingest(made, [place / "leaf.csv"]).refused
    return made


def test_an_outlier_is_found_beside_a_report_further_off_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quartiles 71, 80 and 81: the whiskers reach from 56 to 96, so 60 is none and 97, which is nearer to 80, is one."""
    scores = (12, 13, 14.2, 15, 16, 16.1, 16.2, 16.2, 19.4)
    made = of_district(tmp_path, [[(10, 10), (20, score), (40, 40), (20, 20), (10, 10)] for score in scores])
    monkeypatch.setattr(distribution, "MOST_OUTLIERS", 1)
    with made.cursor() as cursor:
        for by in distribution.GROUPS:
            found = distribution.outliers(cursor, Filters(), by, "过程")
            assert found["rate"].tolist() == pytest.approx([0.97]), by


def test_equal_rates_of_other_weights_are_equal(tmp_path: Path) -> None:
    """19.12 of 20 and 14.34 of 15 are 95.6 %, which division in binary tells apart in its last digit."""
    made = of_district(
        tmp_path,
        [[(10, 10), (20, 20), (40, 40), (20, 19.12), (10, 10)], [(10, 10), (25, 25), (40, 40), (15, 14.34), (10, 10)]],
    )
    with made.cursor() as cursor:
        ((rate, reports),) = distribution.ecdf(cursor, Filters(), "效益")[["rate", "reports"]].to_numpy()
        units = sector.units(cursor, Filters(), 2023, None)["unit_id"]
        leaves = sector.leaves(cursor, tuple(units), 2023)
    assert (rate, reports) == (pytest.approx(0.956), 2)
    assert set(leaves["difference_rate"]) == {0}
    assert sector.view(leaves, Filters(), 2023).title == "2 个单位共有 5 项三级指标，0 项得分率不同"
