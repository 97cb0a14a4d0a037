"""指标下钻 on the samples: counts, rates and filters worked out by hand."""

from __future__ import annotations

import pytest

from analytics import drilldown
from analytics.drilldown import DrillPath
from analytics.filters import Filters, prefix
from data.warehouse import Warehouse


def rows(warehouse: Warehouse, path: DrillPath, filters: Filters | None = None) -> list[dict[str, object]]:
    with warehouse.cursor() as cursor:
        return drilldown.table(cursor, filters or Filters(), path).to_dict("records")


def test_the_dimensions_hold_every_leaf_once(sample_warehouse: Warehouse) -> None:
    found = rows(sample_warehouse, DrillPath())
    assert [(r["item"], r["leaves"], r["units"], r["weight"], r["score"]) for r in found] == [
        ("决策", 26, 4, 33.0, 32.0),
        ("过程", 91, 4, 122.0, pytest.approx(113.12)),
        ("履职产出", 22, 4, 130.0, 128.0),
        ("效益", 13, 4, 70.0, 70.0),
        ("满意度", 4, 4, 40.0, 40.0),
        ("可持续发展", 4, 1, 5.0, 5.0),
    ]
    assert [r["inferred"] for r in found] == [6, 0, 0, 0, 0, 0]
    assert found[0]["printed"] == "决策、部门决策"


def test_a_district_narrows_to_its_units_and_a_city_holds_its_districts(sample_warehouse: Warehouse) -> None:
    def units(*regions: str, own: bool = False) -> list[object]:
        return [r["units"] for r in rows(sample_warehouse, DrillPath(), Filters(regions=regions, own_level_only=own))]

    assert units("320115") == [3, 3, 3, 3, 3]
    assert units("320100") == units("320000") == [4, 4, 4, 4, 4, 1]
    assert units("320100", own=True) == [1, 1, 1, 1, 1, 1]
    assert units("110000") == []


def test_a_list_cut_to_the_lowest_tells_the_sums_of_all(
    sample_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = DrillPath("过程", "预算执行", "预算执行率")
    with sample_warehouse.cursor() as cursor:
        whole = drilldown.view(drilldown.table(cursor, Filters(), path), Filters(), path)
        monkeypatch.setattr(drilldown, "MOST_LEAVES", 2)
        cut = drilldown.view(drilldown.table(cursor, Filters(), path), Filters(), path)
    assert (len(whole.table), len(cut.table)) == (3, 2)
    assert list(cut.table["score"]) == [8.5, 9.58]
    assert (cut.title, cut.sentence) == (whole.title, whole.sentence)
    assert "得分 27.69 / 权重 30.00；共 3 个单位、3 项" in cut.sentence
    assert "列出得分率较低的 2 项，共 3 项。" in cut.notes
    assert not any("共 3 项" in note for note in whole.notes)


def test_a_year_without_reports_is_empty(sample_warehouse: Warehouse) -> None:
    assert rows(sample_warehouse, DrillPath(), Filters(years=(2019,))) == []
    assert len(rows(sample_warehouse, DrillPath(), Filters(years=(2019, 2024)))) == 6


def test_the_way_down_ends_at_each_units_leaf(sample_warehouse: Warehouse) -> None:
    execution = DrillPath().down("过程").down("预算执行")
    names = rows(sample_warehouse, execution)
    first = next(r for r in names if r["item"] == "预算执行率")
    assert (first["leaves"], first["weight"], first["score"]) == (3, 30.0, pytest.approx(8.5 + 9.58 + 9.61))
    leaves = rows(sample_warehouse, execution.down("预算执行率"))
    assert [(r["unit"], r["score"], r["value_text"]) for r in leaves] == [
        ("南京市江宁区商务局(本级)", 8.5, "85.00%"),
        ("南京市江宁区中小商贸流通企业服务中心", 9.58, "95.78%"),
        ("南京市江宁区投资促进中心", 9.61, "96.12%"),
    ]
    assert all(str(r["place"]).startswith(str(r["unit"]).split("(")[0]) for r in leaves)


def test_a_leaf_out_of_the_filters_is_not_shown(sample_warehouse: Warehouse) -> None:
    key = str(rows(sample_warehouse, DrillPath("过程", "预算执行", "预算执行率"))[0]["item"])
    with sample_warehouse.cursor() as cursor:
        assert len(drilldown.leaf(cursor, Filters(), key)) == 1
        assert drilldown.leaf(cursor, Filters(years=(2020,)), key).empty
        for strange in ("", "x", "x:y", "x:1:2", "' or 1=1 --:1", key + "9999999999"):
            assert drilldown.leaf(cursor, Filters(), strange).empty


def test_proved_scores_count_and_are_marked(sample_warehouse: Warehouse) -> None:
    leaves = rows(sample_warehouse, DrillPath("决策", "预算编制", "预算编制科学性"))
    by_unit = {r["unit"]: r for r in leaves}
    assert by_unit["南京市江宁区投资促进中心"]["counted"] == 1
    assert by_unit["南京市江宁区投资促进中心"]["score"] != by_unit["南京市江宁区投资促进中心"]["score"]
    path = DrillPath("决策", "预算编制", "预算编制科学性")
    with sample_warehouse.cursor() as cursor:
        view = drilldown.view(drilldown.table(cursor, Filters(), path), Filters(), path)
    assert any("推定得分 2 项" in note for note in view.notes)
    assert sum("推定" in text for text in view.figure.data[0].text) == 2  # type: ignore[union-attr]


def test_titles_state_counts(sample_warehouse: Warehouse) -> None:
    with sample_warehouse.cursor() as cursor:
        view = drilldown.view(drilldown.table(cursor, Filters(), DrillPath()), Filters(), DrillPath())
    assert "6 个指标维度中 3 个有失分" in view.title
    assert "97.03%" in view.sentence
    assert len(view.figure.to_json()) < 300_000  # type: ignore[union-attr]


def test_a_path_goes_up_to_any_step() -> None:
    path = DrillPath("过程", "预算执行", "预算执行率", "R:1")
    assert path.step == "unit"
    assert path.up_to("level2") == DrillPath("过程")
    assert path.up_to("dimension") == DrillPath()
    assert [label for _, label in path.crumbs] == ["全部指标维度", "过程", "预算执行", "预算执行率"]


@pytest.mark.parametrize(
    ("code", "expected"), [("320000", "32"), ("320100", "3201"), ("320115", "320115"), ("110101", "110101")]
)
def test_a_region_code_loses_its_zero_pairs(code: str, expected: str) -> None:
    assert prefix(code) == expected


def test_a_leaf_without_a_score_is_left_out_of_the_rate_on_both_sides(sample_warehouse: Warehouse) -> None:
    path = DrillPath("决策")
    with sample_warehouse.cursor() as cursor:
        df = drilldown.table(cursor, Filters(), path)
    df.loc[0, ["weight_scored", "score"]] = [df.loc[0, "weight_scored"] - 1, df.loc[0, "score"] - 1]
    scored = float(df["score"].sum() / df["weight_scored"].sum())
    assert f"得分率 {scored * 100:.2f}%" in drilldown.view(df, Filters(), path).sentence
