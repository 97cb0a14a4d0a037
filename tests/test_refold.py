"""Tables that lost their rows: put back together where just one way fits everything printed, refused where not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.submission import Refusal
from tests.conftest import SAMPLES
from tests.formats import sheet_of
from tests.reports import LEAVES, codes, one, read, report
from tests.test_formats import facts

TOP = "2024年度部门整体支出绩效自评价报告\n填报单位:南京市玄武区商务局\n"
HEAD = ["一级指标", "二级指标", "三级指标", "分值", "得分"]


def cells(covered: bool, total: tuple[str, ...] = ("合计", "100", "94.5")) -> list[str]:
    """The cells of the report of ``tests.reports`` after each other; ``covered`` ones left out, else printed again."""
    found = list(HEAD)
    one_, two = "", ""
    for level1, level2, *rest in LEAVES:
        one_, two = level1 or one_, level2 or two
        found += [x for x in (level1, level2) if x] if covered else [one_, two]
        found += rest
    return [*found, *total]


def assert_read(text: str, doubt: bool = True, reasons: dict[int, str] | None = None) -> None:
    submission = one(text)
    wanted = one(report())
    same = ("place", "level1_raw", "level2_raw", "hierarchy_method", "deviation_reason")
    found = {i: x.deviation_reason for i, x in enumerate(submission.leaves) if x.deviation_reason}
    assert found == (reasons or {})
    assert [{k: v for k, v in facts(x).items() if k not in same} for x in submission.leaves] == [
        {k: v for k, v in facts(x).items() if k not in same} for x in wanted.leaves
    ]
    assert (submission.unit, submission.fiscal_year, submission.stated_total) == (
        wanted.unit,
        wanted.fiscal_year,
        wanted.stated_total,
    )
    assert submission.status == "accepted"
    assert ("TEXT_REFOLDED" in codes(submission)) == doubt


@pytest.mark.parametrize("covered", [True, False], ids=["labels once", "labels on every row"])
@pytest.mark.parametrize("sign", ["\n", "\n\n", " ", "  \u3000"], ids=["line", "spaced lines", "blank", "wide blank"])
@pytest.mark.parametrize("end", ["\n", "\n以上由本单位填报。\n"], ids=["nothing after", "prose after"])
def test_cells_after_each_other_are_folded_by_their_head(covered: bool, sign: str, end: str) -> None:
    assert_read(TOP + sign.join(cells(covered)) + end)


def test_reasons_are_printed_only_where_points_were_lost() -> None:
    found = cells(covered=True)
    found[len(HEAD) : len(HEAD)] = ["扣分原因"]
    at = found.index("绩效指标明确性")
    found.insert(at + 3, "个别指标未量化,已修订")
    text = TOP + "\n".join(found)
    assert_read(text, reasons={1: "个别指标未量化,已修订"})
    unknown = text.replace("产出数量", "一处名称").replace("产出\n", "另一名称\n")
    with pytest.raises(Refusal, match="E36"):
        raise_refusal(unknown)


def raise_refusal(text: str) -> None:
    """A refusal of the only report as an exception, as that of a whole document is."""
    for _, code, reason in read(text).refusals:
        raise Refusal(code, reason)


def test_everything_on_one_line() -> None:
    assert_read(TOP.replace("\n", " ") + " ".join(cells(covered=True)))


def test_rows_on_lines_of_their_own_with_blanks_between_the_cells() -> None:
    lines = ["  ".join(HEAD), *("  ".join(filter(None, leaf)) for leaf in LEAVES), "合计  100  94.5"]
    assert_read(TOP + "\n".join(lines))


def test_an_empty_line_is_an_empty_cell_where_the_table_then_fits() -> None:
    text = report().split("\n\n", 3)[3]
    assert_read(TOP + text.replace("\t", "\n"))
    missing = text.replace("预算调整率\t10\t10", "预算调整率\t10\t").replace("\t", "\n")
    leaf = one(TOP + missing).leaves[3]
    assert (leaf.level3, leaf.score, leaf.score_inferred) == ("预算调整率", None, 10)


def test_a_total_that_only_prints_the_score() -> None:
    assert_read(TOP + "\n".join(cells(covered=True, total=("总分", "94.5"))))


def test_lines_without_a_total_are_folded_by_their_weights() -> None:
    submission = one(TOP + "\n".join(cells(covered=True, total=())))
    assert [x.score for x in submission.leaves] == [x.score for x in one(report()).leaves]
    assert {"TOTAL_MISSING", "TEXT_REFOLDED"} <= codes(submission)


@pytest.mark.parametrize(
    "text",
    [
        " ".join(cells(covered=True, total=())),
        " ".join(cells(covered=True, total=("合计", "100", "94"))),
        "\n".join(cells(covered=True, total=("合计", "100", "94"))),
        "".join(cells(covered=True)),
        "\n".join(cells(covered=True)).replace("重点工作办结率\n30\n28", "重点工作办结率\n30\n"),
        "\n".join(cells(covered=True)).replace("重点工作办结率\n30\n28", "重点工作办结率\n29\n28"),
        "\n".join(cells(covered=True)).replace("重点工作办结率\n30\n28", "30\n28"),
        "\n".join(HEAD),
    ],
    ids=["no total", "other total", "other total on lines", "run together", "no score", "not 100", "no name", "head"],
)
def test_what_does_not_reconcile_is_refused(text: str) -> None:
    try:
        reading = read(TOP + text)
        assert reading.submissions == ()
        assert [code for _, code, _ in reading.refusals] == ["E36"]
    except Refusal as refused:
        assert refused.code == "E36"


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_damage_never_makes_another_number(seed: int, times: int) -> None:
    """Cells lost, doubled or exchanged: the scores of the report, or none at all."""
    chance = random.Random(seed)
    found = cells(covered=chance.random() < 0.5)
    for _ in range(times):
        at = chance.randrange(len(HEAD), len(found) - 1)
        match chance.randrange(3):
            case 0:
                del found[at]
            case 1:
                found.insert(at, found[at])
            case 2:
                found[at], found[at + 1] = found[at + 1], found[at]
    try:
        reading = read(TOP + chance.choice(["\n", " "]).join(found))
    except Refusal:
        return
    printed = {(name, float(weight), float(score)) for _, _, name, weight, score in LEAVES}
    for submission in reading.submissions:
        if submission.status == "accepted":
            read_ = {(x.level3, float(x.weight or 0), float(x.score or 0)) for x in submission.leaves}
            assert read_ == printed


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.txt")), ids=lambda file: file.stem)
def test_the_samples_folded_are_the_samples(file: object) -> None:
    text = file.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    sheet = sheet_of(text)
    lines = [*sheet.before, *sheet.head]
    for row in sheet.rows:
        lines += row
    wanted = one(text)
    submission = one("\n".join([*lines, *sheet.after]))
    assert [(x.level3, x.weight, x.score, x.value_text) for x in submission.leaves] == [
        (x.level3, x.weight, x.score, x.value_text) for x in wanted.leaves
    ]
