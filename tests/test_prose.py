"""Amounts, stated scores and sections in prose: the figures follow the words."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import vocabulary
from data.prose.budget import budget_figures
from data.prose.narrative import narratives
from data.prose.stated import stated_figures
from data.submission import Cell, Place, Row, Scope

WORDS = vocabulary.load()


def prose(*lines: str) -> list[Row]:
    return [Row((Cell(line),), Place(f"L{n}", f"第{n}行")) for n, line in enumerate(lines, start=1)]


def amounts(*lines: str, unit: str = "南京市玄武区商务局", year: int = 2024) -> dict[str, Decimal]:
    found, _ = budget_figures(prose(*lines), unit, year, WORDS)
    return {f.item: f.amount_yuan if f.amount_yuan is not None else f.amount for f in found}


def test_parts_belong_to_the_whole_whose_brackets_enclose_them() -> None:
    text = (
        "年初预算数为100万元(其中基本支出60万元、项目支出40万元);调整后预算数120万元(其中项目支出50万元,基本支出70万元);"
        "实际支出110万元(其中基本支出70万元、项目支出40万元)。"
    )
    assert {k: v / 10_000 for k, v in amounts(text).items()} == {
        "initial_budget": 100, "initial_basic_budget": 60, "initial_project_budget": 40,
        "adjusted_budget": 120, "adjusted_basic_budget": 70, "adjusted_project_budget": 50,
        "expenditure": 110, "basic_expenditure": 70, "project_expenditure": 40,
    }  # fmt: skip


@pytest.mark.parametrize(("unit", "factor"), [("元", 1), ("千元", 1_000), ("万元", 10_000), ("亿元", 100_000_000)])
def test_the_printed_unit_is_applied_once(unit: str, factor: int) -> None:
    assert amounts(f"2024年实际支出数12.5{unit}。") == {"expenditure": Decimal("12.5") * factor}


def test_no_unit_no_amount() -> None:
    found, problems = budget_figures(prose("2024年实际支出数12.5,年末结转和结余3万元。"), "商务局", 2024, WORDS)
    assert [(f.item, f.amount) for f in found] == [("carried_out", 3)]
    assert [p.code for p in problems] == ["AMOUNT_WITHOUT_UNIT"]


@pytest.mark.parametrize("said", ["10000000亿元", "1000000000000000元"])
def test_an_amount_of_a_thousand_million_million_yuan_is_said_not_taken(said: str) -> None:
    found, problems = budget_figures(
        prose(f"2024年实际支出数{said},年末结转和结余9999999亿元。"), "商务局", 2024, WORDS
    )
    assert [(f.item, f.amount_yuan) for f in found] == [("carried_out", Decimal("999999900000000"))]
    assert [p.message for p in problems] == [f"金额过大，未取数：支出 {said}"]


@pytest.mark.parametrize(
    "text",
    [
        "支出比上年增加12万元。",
        "2023年实际支出数12万元。",
        "全市数据企业业务收入12亿元。",
        "所属玄武区贸促中心年初预算数12万元。",
        "2025年度计划安排12亿元。",
        "A项目年初预算100万元,实际支出90万元。",
        "信息化专项年初预算为100万元,调整后预算90万元,实际支出80万元。",
        "截止2023年12月31日,年末结转和结余300万元。",
        "2022年、2023年、2024年实际支出数分别为100万元、200万元、300万元。",
        "年初部门预算数、调整后预算数分别为100万元、200万元。",
        "支出100万元用于A项目。",
    ],
)
def test_amounts_of_other_years_and_others_are_not_taken(text: str) -> None:
    assert amounts(text) == {}


def test_thousands_separators_and_full_width_digits() -> None:
    assert amounts("年初部门预算数\uff1a1,234.50万元。") == {"initial_budget": Decimal("12345000")}
    assert amounts("年初预算\uff11\uff12\uff0e\uff15万元") == {"initial_budget": Decimal("125000")}


@given(st.permutations(range(4)), st.decimals(min_value=1, max_value=99999, places=2))
def test_clauses_in_any_order_give_the_same_figures(order: list[int], spent: Decimal) -> None:
    clauses = [
        "年初部门预算数为300万元(其中一般公共预算拨款收入280万元、其他收入20万元)",
        "年初结转和结余30万元",
        f"2024年实际支出数{spent}万元(其中基本支出1万元、项目支出2万元)",
        "年末结转和结余5万元",
    ]
    found = amounts(";".join(clauses[i] for i in order) + "。")
    assert found["expenditure"] == spent * 10_000
    assert (found["carried_in"], found["carried_out"]) == (300_000, 50_000)
    assert (found["initial_general_public"], found["initial_other_revenue"]) == (2_800_000, 200_000)


def test_staff_are_persons_not_money() -> None:
    found, _ = budget_figures(prose("行政编制数20人,实有在职21人;离退休5人。"), "商务局", 2024, WORDS)
    assert [(f.item, f.amount, f.amount_yuan) for f in found] == [
        ("staff_establishment", 20, None), ("staff_on_post", 21, None), ("staff_retired", 5, None),
    ]  # fmt: skip


def test_two_different_amounts_for_one_item_are_flagged() -> None:
    _, problems = budget_figures(prose("实际支出数12万元。", "实际支出数13万元。"), "商务局", 2024, WORDS)
    assert [p.code for p in problems] == ["AMOUNT_CONFLICT"]


def test_amounts_of_a_published_report_changed_at_random_follow(published: list) -> None:  # type: ignore[type-arg]
    rng = random.Random(7)
    line = next(
        text for f in published for text in f.read_text(encoding="utf-8").split("\n") if "年初部门预算数" in text
    )
    unit = "南京市数据局"
    before = amounts(line, unit=unit)
    assert len(before) == 8
    for _ in range(30):
        factor = rng.randint(2, 9)
        printed = sorted({f.printed for f in budget_figures(prose(line), unit, 2024, WORDS)[0]}, key=len, reverse=True)
        after = line
        for i, number in enumerate(printed):
            after = after.replace(number + "万元", f"<{i}>万元")
        for i, number in enumerate(printed):
            after = after.replace(f"<{i}>", f"{Decimal(number) * factor}")
        assert amounts(after, unit=unit) == {k: v * factor for k, v in before.items()}
        unit_of = rng.choice([("元", 10_000), ("亿元", Decimal(1) / 10_000)])
        assert amounts(line.replace("万元", unit_of[0]), unit=unit) == {k: v / unit_of[1] for k, v in before.items()}


def test_section_item_and_total_scores() -> None:
    rows = prose(
        "总分100分,自评得分 95分,评价等级为“优”。",
        "(一)部门决策(总分15分,自评价得分14分)",
        "1.决策机制(4分):好。",
        "本项自评得3.5分。",
        "(二)加减分项(≤5分,自评得分1分)",
    )
    found, grade = stated_figures(rows, ["部门决策"], ["决策机制"])
    assert [(f.scope, f.label, f.value, f.out_of, f.place.position) for f in found] == [
        (Scope.TOTAL, "自评得分", 95, 100, "L1"),
        (Scope.LEVEL1, "部门决策", 14, 15, "L2"),
        (Scope.LEVEL2, "决策机制", Decimal("3.5"), 4, "L4"),
        (Scope.ADJUSTMENT, "加减分项", 1, 5, "L5"),
    ]
    assert grade == "优"


def test_a_table_of_contents_is_no_section() -> None:
    contents = Row((Cell("一、"), Cell("部门概况"), Cell("1")), Place("L1", "第1行"))
    found, _ = narratives(
        [contents, *prose("一、部门概况", "本局负责商务工作,内设五科。", "二、存在问题", "无。")], WORDS
    )
    assert [(n.section, n.state) for n in found] == [("部门概况", "text"), ("存在问题", "none")]
