"""The two published reports, leaf by leaf, against expectations checked by hand."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from data.normalise import folded
from data.readers.text import lines
from data.submission import Submission
from tests.reports import codes, read

EXPECTED = Path(__file__).parent / "expected" / "published_leaves.csv"
BUREAU, COMMERCE, SERVICE, INVESTMENT = (
    "南京市数据局",
    "南京市江宁区商务局(本级)",
    "南京市江宁区中小商贸流通企业服务中心",
    "南京市江宁区投资促进中心",
)


@pytest.fixture(scope="module")
def reports(published: list[Path]) -> dict[str, Submission]:
    return {s.unit: s for file in published for s in read(file).submissions}


@pytest.fixture(scope="module")
def texts(published: list[Path]) -> dict[str, list[str]]:
    """Lines of the document each unit stands in."""
    return {s.unit: lines(file.read_text(encoding="utf-8")) for file in published for s in read(file).submissions}


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def test_every_leaf_is_as_checked_by_hand(reports: dict[str, Submission]) -> None:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        expected = [
            (
                r["unit"], r["line"], r["level1"], r["level2"], r["level3"], number(r["weight"]), number(r["score"]),
                number(r["score_inferred"]), r["value_text"] or None,
            )
            for r in csv.DictReader(file)
        ]  # fmt: skip
    actual = [
        (
            unit, leaf.place.position, leaf.level1, leaf.level2, leaf.level3, leaf.weight, leaf.score,
            leaf.score_inferred, leaf.value_text,
        )
        for unit, s in reports.items()
        for leaf in s.leaves
    ]  # fmt: skip
    assert len(expected) == 160
    assert sorted(actual, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("unit", "leaves", "leaf_total", "printed", "stated", "inferred"),
    [
        (BUREAU, 39, "97.5", "97.5", "98.5", 0),
        (COMMERCE, 47, "96.5", "96.5", "96.5", 0),
        (SERVICE, 37, "97.58", "96.58", "97.58", 1),
        (INVESTMENT, 37, "96.54", "91.54", "96.54", 5),
    ],
)
def test_totals_reconcile_and_proved_scores_are_apart(
    reports: dict[str, Submission], unit: str, leaves: int, leaf_total: str, printed: str, stated: str, inferred: int
) -> None:
    s = reports[unit]
    assert (len(s.leaves), s.weight_total, s.status) == (leaves, 100, "accepted")
    assert (s.leaf_total, s.leaf_total_printed, s.stated_total) == tuple(map(Decimal, (leaf_total, printed, stated)))
    assert s.comparable_score == Decimal(leaf_total)
    assert sum(leaf.score_inferred is not None for leaf in s.leaves) == inferred
    proofs = [p for p in s.problems if p.code == "SCORE_INFERRED"]
    assert [p.leaf for p in proofs] == [leaf.ordinal for leaf in s.leaves if leaf.score_inferred is not None]


def test_group_sums_are_those_of_the_templates(reports: dict[str, Submission]) -> None:
    assert reports[BUREAU].template == "部门决策15 部门管理20 部门履职40 履职绩效20 可持续发展能力5"
    for unit in (COMMERCE, SERVICE, INVESTMENT):
        assert reports[unit].template == "决策6 过程34 履职30 效益指标20 满意度指标10"


def test_every_leaf_has_a_dimension(reports: dict[str, Submission]) -> None:
    by_dimension = {
        unit: {d: sum((leaf.weight or Decimal(0)) for leaf in s.leaves if leaf.dimension == d) for d in _dimensions(s)}
        for unit, s in reports.items()
    }
    assert by_dimension[BUREAU] == {"决策": 15, "过程": 20, "履职产出": 40, "效益": 10, "满意度": 10, "可持续发展": 5}
    for unit in (COMMERCE, SERVICE, INVESTMENT):
        assert by_dimension[unit] == {"决策": 6, "过程": 34, "履职产出": 30, "效益": 20, "满意度": 10}


def _dimensions(s: Submission) -> list[str]:
    assert all(leaf.dimension for leaf in s.leaves)
    return list(dict.fromkeys(leaf.dimension for leaf in s.leaves if leaf.dimension))


def test_opening_the_original_at_a_locator_finds_the_name_and_the_score(
    reports: dict[str, Submission], texts: dict[str, list[str]]
) -> None:
    for unit, s in reports.items():
        for leaf in s.leaves:
            line = texts[unit][int(leaf.place.position.removeprefix("L")) - 1]
            assert folded(leaf.level3) in folded(line)
            if leaf.score is not None:
                assert str(leaf.score) in [folded(cell) for cell in line.split("\t")]


def test_year_and_region_and_how_they_are_known(reports: dict[str, Submission]) -> None:
    assert {unit: (s.fiscal_year, s.year_basis, s.region_code) for unit, s in reports.items()} == {
        BUREAU: (2024, "title", "320100"),
        COMMERCE: (2024, "prose", "320115"),
        SERVICE: (2024, "inherited", "320115"),
        INVESTMENT: (2024, "inherited", "320115"),
    }
    assert "YEAR_INHERITED" in codes(reports[SERVICE]) & codes(reports[INVESTMENT])


def test_bonus_and_deduction_stand_outside_the_hundred(reports: dict[str, Submission]) -> None:
    bonus, deduction = reports[BUREAU].adjustments
    assert (bonus.kind, bonus.label, bonus.score, bonus.cap) == ("加分", "受嘉奖情况", 1, 5)
    assert (deduction.kind, deduction.label, deduction.score) == ("减分", "部门或工作人员违法违纪情况", None)
    assert "TOTAL_WITH_ADJUSTMENT" in codes(reports[BUREAU])
    assert all(not reports[unit].adjustments for unit in (COMMERCE, SERVICE, INVESTMENT))


def test_scores_stated_in_prose_are_kept_with_their_lines(reports: dict[str, Submission]) -> None:
    stated = {
        (f.scope.value, f.label): (f.value, f.place.position)
        for f in reports[BUREAU].stated_figures
        if f.source == "文"
    }
    assert stated[("total", "自评得分")] == (Decimal("97.5"), "L91")
    assert stated[("level1", "部门决策")] == (14, "L93")
    assert stated[("level1", "部门管理")] == (Decimal("18.5"), "L110")
    assert stated[("level1", "部门履职")] == (40, "L137")
    assert stated[("level1", "履职绩效")] == (20, "L138")
    assert stated[("level1", "可持续发展能力")] == (5, "L147")
    assert stated[("level2", "预算绩效管理")] == (Decimal("2.5"), "L135")
    assert sum(scope == "level2" for scope, _ in stated) == 14
    assert ("adjustment", "加减分项") in stated


def test_budget_amounts_assets_and_staff_are_read_with_their_lines(reports: dict[str, Submission]) -> None:
    first: dict[str, tuple[Decimal | None, str]] = {}
    for f in reports[BUREAU].budget_figures:
        first.setdefault(f.item, (f.amount_yuan if f.printed_unit == "万元" else f.amount, f.place.position))
    wan = Decimal(10_000)
    assert first == {
        "staff_establishment": (69, "L63"), "staff_on_post": (71, "L63"), "staff_retired": (7, "L63"),
        "staff_auxiliary_establishment": (38, "L63"), "staff_auxiliary_on_post": (37, "L63"),
        "staff_total": (115, "L63"), "total_assets": (Decimal("19248.69") * wan, "L65"),
        "current_assets": (Decimal("11029.74") * wan, "L65"), "noncurrent_assets": (Decimal("8218.95") * wan, "L65"),
        "fixed_assets_original": (Decimal("2999.14") * wan, "L65"), "fixed_assets_net": (Decimal("489.18") * wan, "L65"),
        "intangible_assets_original": (Decimal("7115.67") * wan, "L65"),
        "intangible_assets_net": (Decimal("6821.98") * wan, "L65"),
        "initial_budget": (Decimal("5763.6") * wan, "L69"), "initial_general_public": (Decimal("5663.6") * wan, "L69"),
        "initial_other_revenue": (100 * wan, "L69"), "adjusted_budget": (Decimal("6091.91") * wan, "L69"),
        "adjusted_general_public": (Decimal("5590.26") * wan, "L69"), "adjusted_government_fund": (188 * wan, "L69"),
        "adjusted_other_revenue": (Decimal("313.65") * wan, "L69"), "carried_in": (Decimal("860.29") * wan, "L69"),
        "expenditure": (Decimal("5959.46") * wan, "L71"), "basic_expenditure": (Decimal("3657.88") * wan, "L71"),
        "project_expenditure": (Decimal("2301.58") * wan, "L71"), "carried_out": (Decimal("992.74") * wan, "L71"),
    }  # fmt: skip
    assert all(not reports[unit].budget_figures for unit in (COMMERCE, SERVICE, INVESTMENT))


def test_narrative_sections_and_answers_that_say_nothing(reports: dict[str, Submission]) -> None:
    assert [n.section for n in reports[BUREAU].narratives] == [
        "部门概况", "评价结论", "主要绩效", "存在问题", "有关建议", "评价情况",
    ]  # fmt: skip
    states = {unit: {n.section: n.state for n in reports[unit].narratives} for unit in (COMMERCE, INVESTMENT)}
    assert states[COMMERCE]["评价情况"] == "none"
    assert states[COMMERCE]["存在问题"] == "unreadable"
    assert states[INVESTMENT]["评价情况"] == states[INVESTMENT]["存在问题"] == "unreadable"
    assert states[INVESTMENT]["主要绩效"] == "text"


def test_what_was_repaired_is_said(reports: dict[str, Submission]) -> None:
    assert {"ROW_SHIFTED", "LABEL_FUSED", "LABEL_HALF", "HEADER_CONTENT_CONFLICT"} <= codes(reports[COMMERCE])
    assert {"PAGE_REVERSED", "LABEL_WRONG_COLUMN"} <= codes(reports[SERVICE])
    assert {"ROW_NOISE", "LABEL_JOINED"} <= codes(reports[BUREAU])
