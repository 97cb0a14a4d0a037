"""Reports written for the purpose: other layouts, other words, bad content. Right, flagged or refused with a code."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.parse import Given
from data.submission import Refusal
from tests.reports import LEAVES, codes, one, read, report


def rows(text: str) -> list[tuple[str, str, str]]:
    return [(leaf.level1, leaf.level2, leaf.level3) for leaf in one(text).leaves]


TRUTH = [
    ("决策", "目标设定", "绩效目标合理性"),
    ("决策", "目标设定", "绩效指标明确性"),
    ("过程", "预算执行", "预算执行率"),
    ("过程", "预算执行", "预算调整率"),
    ("产出", "产出数量", "重点工作办结率"),
    ("效益", "社会效益", "服务企业情况"),
    ("满意度", "服务对象满意度", "企业满意度"),
]


def test_a_plain_report_is_accepted_as_printed() -> None:
    s = one(report())
    assert (s.unit, s.region_code, s.fiscal_year, s.year_basis) == ("南京市玄武区商务局", "320102", 2024, "title")
    assert (s.status, s.leaf_total, s.stated_total, s.comparable_score) == (
        "accepted",
        Decimal("94.5"),
        Decimal("94.5"),
        Decimal("94.5"),
    )
    assert rows(report()) == TRUTH
    assert [leaf.dimension for leaf in s.leaves] == ["决策", "决策", "过程", "过程", "履职产出", "效益", "满意度"]


def test_labels_repeated_on_every_row() -> None:
    full = [(*pair, name, w, s) for pair, (_, _, name, w, s) in zip([t[:2] for t in TRUTH], LEAVES, strict=True)]
    assert rows(report(full)) == TRUTH


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends(ending: str) -> None:
    assert rows(report().replace("\n", ending)) == TRUTH


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_other_encodings(encoding: str) -> None:
    s = one(report().encode(encoding))
    assert (s.unit, len(s.leaves), s.status) == ("南京市玄武区商务局", 7, "accepted")


@pytest.mark.parametrize(
    "header",
    [
        ("一级指标", "二级指标", "三级指标", "权重", "自评得分"),
        ("一级 指标", "二级\u3000指标", "三级指标", "分值(分)", "自评分"),
        ("\u4e00级指标", "二级指标", "指标名称", "权数", "自评价得分"),
        ("一级指标", "二级指标", "三级指标", "满分", "指标得分(分)"),
    ],
)
def test_other_header_words(header: tuple[str, ...]) -> None:
    s = one(report(header=header))
    assert (s.weight_total, s.leaf_total, s.status) == (100, Decimal("94.5"), "accepted")


def test_full_width_colon_brackets_and_spaces_in_the_unit_line() -> None:
    s = one(
        report(unit="X").replace("填报单位:X", "填报单位\uff08盖章\uff09\uff1a 南京市玄武区商务局\uff08本级\uff09 ")
    )
    assert (s.unit, s.region_code) == ("南京市玄武区商务局\uff08本级\uff09", "320102")


def test_a_year_in_chinese_digits() -> None:
    assert one(report(title="二〇二三年度部门整体支出绩效自评价报告")).fiscal_year == 2023


def test_one_missing_score_is_proved_by_the_total() -> None:
    leaves = [*LEAVES[:1], ("", "", "绩效指标明确性", "10", ""), *LEAVES[2:]]
    s = one(report(leaves))
    assert (s.leaves[1].score, s.leaves[1].score_inferred) == (None, Decimal("9.0"))
    assert s.status == "accepted"
    assert "SCORE_INFERRED" in codes(s)


def test_two_missing_scores_are_proved_only_if_both_must_be_full() -> None:
    leaves = [
        ("决策", "目标设定", "绩效目标合理性", "10", ""),
        *LEAVES[1:3],
        ("", "", "预算调整率", "10", ""),
        *LEAVES[4:],
    ]
    proved = one(report(leaves))
    assert [leaf.score_inferred for leaf in proved.leaves if leaf.score is None] == [10, 10]
    open_ = one(report(leaves, total="93.5"))
    assert [leaf.score_inferred for leaf in open_.leaves if leaf.score is None] == [None, None]
    assert (open_.leaf_total, open_.comparable_score) == (None, None)
    assert "SCORE_MISSING" in codes(open_)


def test_without_a_total_nothing_is_inferred() -> None:
    leaves = [*LEAVES[:1], ("", "", "绩效指标明确性", "10", ""), *LEAVES[2:]]
    s = one(report(leaves, total=None))
    assert s.leaves[1].score_inferred is None
    assert {"TOTAL_MISSING", "SCORE_MISSING"} <= codes(s)


def test_a_gap_above_the_weight_infers_nothing() -> None:
    leaves = [*LEAVES[:1], ("", "", "绩效指标明确性", "10", ""), *LEAVES[2:]]
    s = one(report(leaves, total="99"))
    assert s.leaves[1].score_inferred is None
    assert s.status == "review"


def test_a_total_that_is_not_the_sum_is_for_review_with_both_numbers() -> None:
    s = one(report(total="96.5"))
    assert s.status == "review"
    (doubt,) = [p for p in s.problems if p.code == "TOTAL_MISMATCH"]
    assert "96.5" in doubt.message
    assert "94.5" in doubt.message
    assert [leaf.score for leaf in s.leaves] == [Decimal(leaf[4]) for leaf in LEAVES]


def test_weights_that_do_not_sum_to_a_hundred_are_for_review() -> None:
    s = one(report([*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "12", "9.5")]))
    assert s.status == "review"
    assert "WEIGHT_NOT_100" in codes(s)


def test_a_score_above_its_weight_is_for_review_and_kept_as_printed() -> None:
    s = one(report([*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "12")], total="97"))
    assert s.leaves[-1].score == 12
    assert "SCORE_ABOVE_WEIGHT" in codes(s)
    assert s.status == "review"


def test_an_unreadable_score_is_null_and_flagged() -> None:
    s = one(report([*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "9,S")], total=None))
    assert (s.leaves[-1].score, s.leaves[-1].score_inferred) == (None, None)
    assert {"SCORE_UNREADABLE", "SCORE_MISSING"} <= codes(s)


def test_bonus_rows_stay_outside_and_the_total_says_so() -> None:
    text = report(total=None) + "加分项(≤3分)\t\t受表彰情况\t\t2\n合计\t\t\t100\t96.5\n"
    s = one(text)
    assert [(a.kind, a.score, a.cap) for a in s.adjustments] == [("加分", 2, 3)]
    assert (s.leaf_total, s.stated_total, s.comparable_score) == (Decimal("94.5"), Decimal("96.5"), Decimal("94.5"))
    assert "TOTAL_WITH_ADJUSTMENT" in codes(s)
    assert s.status == "accepted"


def test_region_unknown_is_null_and_for_review_unless_given() -> None:
    assert (one(report(unit="商务局")).region_code, one(report(unit="商务局")).status) == (None, "review")
    assert one(report(unit="商务局"), given=Given(region_code="320102")).region_code == "320102"


def test_a_district_name_that_several_cities_share_needs_its_city() -> None:
    assert one(report(unit="鼓楼区商务局")).region_code is None
    assert (
        one(report(unit="鼓楼区商务局", title="南京市鼓楼区2024年度部门整体支出绩效自评价报告")).region_code == "320106"
    )
    assert one(report(unit="福州市鼓楼区商务局")).region_code == "350102"


def test_what_is_given_never_overrides_what_is_printed() -> None:
    s = one(report(), given=Given(fiscal_year=2020, region_code="110000"))
    assert (s.fiscal_year, s.region_code) == (2024, "320102")


def test_year_unknown_is_refused_unless_given() -> None:
    text = report(title="部门整体支出绩效自评价报告")
    assert [code for _, code, _ in read(text).refusals] == ["E07"]
    s = one(text, given=Given(fiscal_year=2022))
    assert (s.fiscal_year, s.year_basis) == (2022, "given")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "E02"), (b"  \n\t\n", "E02"), (b"\xef\xbb\xbf", "E02"),
        (bytes(range(256)) * 20, "E05"), (b"%PDF-1.7 ...", "E05"), (b"PK\x03\x04...", "E05"), (b"\x89PNG\r\n\x1a\n", "E03"),
        ("今天开会,没有表。\n".encode(), "E06"), (b"x" * (20 * 1024 * 1024 + 1), "E01"),
        ("一级指标\t二级指标\t三级指标\t分值\t得分\n".encode(), "E06"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_with_a_code(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.code == code
    assert refused.value.reason


def test_a_table_without_scores_is_refused() -> None:
    declared = [(*leaf[:4], "") for leaf in LEAVES]
    assert [code for _, code, _ in read(report(declared, total=None)).refusals] == ["E09"]


def test_one_unit_of_a_document_refused_leaves_the_others() -> None:
    bad = report([(*leaf[:4], "") for leaf in LEAVES], unit="南京市玄武区水务局", total=None)
    reading = read(report() + "\n" + bad)
    assert [s.unit for s in reading.submissions] == ["南京市玄武区商务局"]
    assert [(unit, code) for unit, code, _ in reading.refusals] == [("南京市玄武区水务局", "E09")]


def test_markup_and_formulas_in_names_are_kept_as_text() -> None:
    name = '=HYPERLINK("http://x")<b>:red[x]$a$ 指标'
    assert one(report([*LEAVES[:-1], ("满意度", "服务对象满意度", name, "10", "9.5")])).leaves[-1].level3 == name


def edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_a_total_of_another_year_or_another_subject_proves_nothing() -> None:
    leaves = [*LEAVES[:1], ("", "", "绩效指标明确性", "10", ""), *LEAVES[2:]]
    for stated in (
        "上年自评得分94.5分。",
        "2023年自评得分为94.5分。",
        "A项目自评得分94.5分。",
        "各处室平均自评得分94.5分。",
    ):
        s = one(report(leaves, total=None, prose=stated))
        assert s.leaves[1].score_inferred is None, stated
        assert [f for f in s.stated_figures if f.scope == "total"] == []
    for stated in ("2024年自评得分94.5分。", "总分100分,自评得分94.5分。", "玄武区商务局自评总分94.5分。"):
        assert one(report(leaves, total=None, prose=stated)).leaves[1].score_inferred == 9, stated


def test_a_misread_label_is_repaired_only_where_the_document_vouches_for_it() -> None:
    misread = one(edited(report(), "目标设定", "目标设走"))
    assert misread.leaves[0].level2 == "目标设定"
    assert "LABEL_REPAIRED" in codes(misread)
    other = [*LEAVES[:4], ("产出", "目标管理", "目标管理完成率", "30", "28"), *LEAVES[5:]]
    assert one(report(other)).leaves[4].level2 == "目标管理"


def test_an_unknown_level1_is_for_review_and_counted_as_unmapped() -> None:
    s = one(edited(report(), "产出\t产出数量", "产岀贝\t产出数量"))
    assert s.leaves[4].dimension is None
    assert {"LABEL_UNKNOWN", "DIMENSION_UNMAPPED"} <= codes(s)
    assert s.status == "review"


def test_two_labels_with_points_in_one_cell_are_told_apart() -> None:
    leaves = [
        ("决策(20分)过程(30分)", "目标设定", "绩效目标合理性", "10", "10"),
        *LEAVES[1:2],
        ("", *LEAVES[2][1:]),
        *LEAVES[3:],
    ]
    s = one(report(leaves))
    assert [leaf.level1 for leaf in s.leaves[:4]] == ["决策", "决策", "过程", "过程"]
    assert "LABEL_FUSED" in codes(s)


def test_names_and_sentences_exchanged_under_an_unchanged_header() -> None:
    header = ("一级指标", "二级指标", "三级指标", "指标说明", "分值", "得分")
    leaves = [(one_, two, f"是否按要求完成{name}的各项工作", name, w, s) for one_, two, name, w, s in LEAVES]
    s = one(report(leaves, header=header))  # type: ignore[arg-type]
    assert [leaf.level3 for leaf in s.leaves] == [leaf[2] for leaf in LEAVES]
    assert "HEADER_CONTENT_CONFLICT" in codes(s)


def test_a_name_that_reads_as_a_value_is_doubted() -> None:
    s = one(edited(report(), "服务企业情况", "达成预期目标"))
    assert "NAME_DOUBTFUL" in codes(s)


def test_zero_width_signs_are_not_text() -> None:
    assert rows(report().replace("预算执行", "预算\u200b执行")) == TRUTH


def test_a_title_year_that_the_prose_contradicts_is_flagged() -> None:
    s = one(report(title="2023年度部门整体支出绩效自评价报告", prose="2024年完成A。2024年完成B。2024年完成C。"))
    assert s.fiscal_year == 2023
    assert "YEAR_CONFLICT" in codes(s)


@pytest.mark.parametrize(
    "line",
    [
        "填报单位:\n南京市玄武区商务局",
        "**填报单位: 南京市玄武区商务局**",
        "单位名称:南京市玄武区商务局 填报日期:2025年3月",
    ],
)
def test_other_ways_to_print_the_unit(line: str) -> None:
    assert one(edited(report(), "填报单位:南京市玄武区商务局", line)).unit == "南京市玄武区商务局"


def test_a_blank_cell_too_many_is_left_out_where_only_one_way_fits() -> None:
    s = one(edited(report(), "产出\t产出数量\t重点", "产出\t\t产出数量\t重点"))
    assert [leaf.level3 for leaf in s.leaves] == [leaf[2] for leaf in LEAVES]
    assert "ROW_SHIFTED" in codes(s)


def test_names_of_nothing_but_signs_in_two_units_end_no_reading() -> None:
    def of(unit: str, name: str) -> str:
        return report([*LEAVES[:-1], (*LEAVES[-1][:2], name, *LEAVES[-1][3:])], unit=unit)

    found = read(of("南京市玄武区商务局", "“”") + "\n" + of("南京市玄武区水务局", "@"))
    assert [(s.unit, len(s.leaves)) for s in found.submissions] == [
        ("南京市玄武区商务局", 7),
        ("南京市玄武区水务局", 7),
    ]
    assert found.submissions[1].leaves[-1].level3 == "@"
