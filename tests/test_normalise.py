"""Normal forms of printed text: labels with points, numbers with stray spaces, names with junk."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.normalise import folded, label_of, number, quantity, search_key, stripped_name, unwrapped


@pytest.mark.parametrize(
    ("text", "name", "points", "capped"),
    [
        ("部门决策 (15分)", "部门决策", 15, False),
        ("部门决策\uff0815 分\uff09", "部门决策", 15, False),
        ("年度工作 计划 (4分)", "年度工作计划", 4, False),
        ("加减分项 (≤5分)", "加减分项", 5, True),
        ("决策20分", "决策", 20, False),
        ("(20 分)", "", 20, False),
        ("预算执行", "预算执行", None, False),
        ("规划2035", "规划2035", None, False),
        ("相关性(2.5)", "相关性", Decimal("2.5"), False),
    ],
)
def test_a_label_is_split_into_name_and_points(text: str, name: str, points: object, capped: bool) -> None:
    label = label_of(text)
    assert (label.name, label.points, label.capped) == (name, points, capped)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8. 5", "8.5"), ("97. 58", "97.58"), ("100", "100"), ("\uff19.5", "9.5"), ("9.5分", "9.5"), ("1,234.5", "1234.5"),
        ("", None), ("1O", None), ("l", None), ("5-6", None), ("85%", None), ("-", None), ("9" * 40, None),
    ],
)  # fmt: skip
def test_a_number_is_read_or_left_alone(text: str, expected: str | None) -> None:
    assert number(text) == (Decimal(expected) if expected else None)


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_spaces_inside_a_number_change_nothing(value: Decimal) -> None:
    text = f"{value}"
    assert number(" ".join(text)) == number(text) == value


@given(st.text())
def test_any_text_is_read_without_error(text: str) -> None:
    value = number(text)
    assert value is None or value.is_finite()
    assert label_of(text).name is not None
    assert stripped_name(text) == stripped_name(stripped_name(text))
    quantity(text), unwrapped(text), search_key(text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("85. 00%", "85.00", "%"), ("0.00%", "0.00", "%"), ("26次", "26", "次"), ("1,200万元", "1200", "万元"),
        ("3", "3", None), ("达成预期目标", None, None), ("≥95%", None, None), ("2024年12月", None, None),
    ],
)  # fmt: skip
def test_a_value_has_a_number_and_a_unit(text: str, value: str | None, unit: str | None) -> None:
    assert quantity(text) == (Decimal(value) if value else None, unit)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[预算编制规范性", "预算编制规范性"),
        ("年度工作计划与部门职能 的匹配性", "年度工作计划与部门职能的匹配性"),
        ('"三公"经费控制率', '"三公"经费控制率'),
        ("政府采购率(%)", "政府采购率(%)"),
        ("满意度】", "满意度"),
    ],
)
def test_a_name_loses_only_junk_at_its_ends(text: str, name: str) -> None:
    assert stripped_name(text) == name


@given(st.text(st.one_of(st.characters(), st.sampled_from(" \t\x1c\x85\xa0\u2028\u3000\uff11\uff0e\uff05分"))))
def test_folding_leaves_no_white_space_of_any_kind(text: str) -> None:
    assert folded(text) == re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@given(st.from_regex(r"[+-]?[0-9]{1,9}(\.[0-9]{1,12})?", fullmatch=True), st.sampled_from(["", "%", "万元"]))
def test_a_quantity_is_rounded_only_beyond_six_places(digits: str, unit: str) -> None:
    value, read = quantity(digits + unit)
    assert value == round(Decimal(digits), 6) and read == (unit or None)
    places = len(digits.partition(".")[2])
    assert value.as_tuple().exponent == -min(places, 6)
