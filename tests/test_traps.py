"""Layouts that invite a wrong number: deductions and older years beside scores, hidden columns, days taken for years."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from data import readers, vocabulary
from data.door.intake import receive
from data.parse import parse
from tests.reports import LEAVES, one, read, report

SCORES = [leaf[4] for leaf in LEAVES]
WEIGHTS = [leaf[3] for leaf in LEAVES]
LOST = ["0", "1", "2", "0", "2", "0", "0.5"]
"""Weight less score of every leaf of ``LEAVES``."""


def _table(columns: dict[str, list[str]], total: list[str], **more: str) -> str:
    """A report whose table has the given columns behind the names of ``LEAVES``."""
    rows = [(*leaf[:3], *(column[i] for column in columns.values())) for i, leaf in enumerate(LEAVES)]
    text = report([], total=None, header=("一级指标", "二级指标", "三级指标", *columns), **more)
    return text + "".join("\t".join(row) + "\n" for row in [*rows, ("合计", "", "", *total)])


def _scores(text: str | bytes) -> list[str]:
    return [f"{leaf.score}" for leaf in one(text).leaves]


@pytest.mark.parametrize("word", ["扣分", "扣分值", "失分", "自评扣分", "上年得分", "2022年得分", "得分率"])
def test_a_table_of_weights_with_deductions_or_an_older_year_only_has_no_score(word: str) -> None:
    reading = read(_table({"分值": WEIGHTS, word: LOST}, ["100", "5.5"]))
    assert not reading.submissions
    assert [code for _, code, _ in reading.refusals] == ["E09"]


@pytest.mark.parametrize(
    ("other", "own"), [("扣分", "得分"), ("扣分", "实得分"), ("上年得分", "本年得分"), ("复评", "自评")]
)
def test_the_own_score_is_read_beside_a_column_of_other_numbers(other: str, own: str) -> None:
    text = _table({"分值": WEIGHTS, other: LOST, own: SCORES}, ["100", "5.5", "94.5"])
    assert _scores(text) == SCORES


def test_a_hidden_column_of_an_xlsx_gives_no_score() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2024年度部门整体支出绩效自评表"])
    sheet.append(["填报单位:南京市玄武区商务局"])
    sheet.append(["一级指标", "二级指标", "三级指标", "分值", "自评得分", "得分"])
    for one_, two, three, weight, score in LEAVES:
        sheet.append([one_, two, three, float(weight), float(weight), float(score)])
    sheet.append(["合计", None, None, 100, 100, 94.5])
    sheet.column_dimensions["E"].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    reading = parse(readers.read(receive(stream.getvalue(), "表.xlsx")), vocabulary.load())
    (submission,) = reading.submissions
    assert [f"{leaf.score}" for leaf in submission.leaves] == SCORES
    assert f"{submission.stated_total}" == "94.5"


@pytest.mark.parametrize(
    "line", ["填报日期:2025年3月5日", "2025年3月5日", "2025年3月", "填表人:王某 填报时间:2025年3月"]
)
def test_the_day_of_filling_in_is_not_the_fiscal_year(line: str) -> None:
    reading = read(report(title="部门整体支出绩效自评表", prose=line))
    assert not reading.submissions
    assert [code for _, code, _ in reading.refusals] == ["E07"]


@pytest.mark.parametrize("line", ["单位:南京市玄武区商务局", "部门(盖章):南京市玄武区商务局"])
def test_a_line_headed_unit_names_it_where_an_organisation_follows(line: str) -> None:
    text = report().replace("填报单位:南京市玄武区商务局", line)
    assert one(text).unit == "南京市玄武区商务局"


def test_a_line_headed_unit_that_tells_the_unit_of_money_names_nobody() -> None:
    reading = read(report().replace("填报单位:南京市玄武区商务局", "单位:万元"))
    assert not reading.submissions
    assert [code for _, code, _ in reading.refusals] == ["E08"]


def test_a_department_form_that_names_only_the_department_belongs_to_it() -> None:
    text = report().replace("填报单位:南京市玄武区商务局", "主管部门\t南京市玄武区商务局\t自评总分\t94.5")
    assert one(text).unit == "南京市玄武区商务局"


def test_the_label_of_a_row_that_nobody_filled_in_heads_the_rows_below_it() -> None:
    leaves = [*LEAVES[:5], ("效益", "经济效益", "", "", ""), ("", *LEAVES[5][1:]), LEAVES[6]]
    assert [leaf.level1 for leaf in one(report(leaves)).leaves][5] == "效益"


def test_scores_printed_over_their_weights_are_read_and_other_fractions_are_not() -> None:
    fractions = [f"{score}/{weight}" for score, weight in zip(SCORES, WEIGHTS, strict=True)]
    assert _scores(_table({"分值": WEIGHTS, "自评得分": fractions}, ["100", "94.5"])) == SCORES
    fractions[0] = "8/9"
    assert _scores(_table({"分值": WEIGHTS, "自评得分": fractions}, ["100", "94.5"]))[0] == "None"


def test_rows_that_print_a_label_and_the_sums_of_the_rows_below_are_no_indicators() -> None:
    one_, two = ("决策", "", "", "20", "19"), ("过程", "", "", "30", "28")
    below = [("", *leaf[1:]) for leaf in LEAVES[:4]]
    read_ = one(report([one_, *below[:2], two, *below[2:], ("产出与效益", "", "", "50", "47.5"), *LEAVES[4:]]))
    assert [leaf.level1 for leaf in read_.leaves][:4] == ["决策", "决策", "过程", "过程"]
    assert [leaf.level3 for leaf in read_.leaves] == [leaf[2] for leaf in LEAVES]
    assert read_.status == "accepted"


def test_a_row_without_a_name_whose_numbers_are_not_those_sums_stays_in_doubt() -> None:
    text = report([("决策", "", "", "20", "18"), *LEAVES])
    assert one(text).status == "review"


def test_the_scored_row_of_a_budget_whose_weight_stands_in_the_head_of_its_score() -> None:
    form = (
        "项目名称\t监测\n预算执行情况(万元)(20分)\t\t预算数(A)\t执行数(B)\t执行率(B/A)\t得分(20分*执行率)\n"
        "\t年度财政资金总额\t156\t148.2\t95%\t19\n"
    )
    leaves = [("产出", "数量指标", "站点数量", "50", "50"), ("效益", "社会效益", "服务单位数", "30", "28")]
    read_ = one(report(leaves, title="2024年度项目支出绩效自评表", total="97", prose=form))
    assert read_.status == "accepted"
    assert read_.budget_row_in_total
    assert [(a.score, a.cap) for a in read_.adjustments] == [(19, 20)]
    assert [(f.item, f"{f.amount}") for f in read_.budget_figures] == [("expenditure", "148.2")]
