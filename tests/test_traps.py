"""Layouts that invite a wrong number: deductions and older years beside scores, hidden columns, days taken for years."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from data import readers, vocabulary
from data.intake import receive
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
