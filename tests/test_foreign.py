"""Invented reports of other provinces and years: no wrong number in an accepted report, and nearly every leaf read.

The PDFs of the set need a browser and are read by ``benchmarks/reading.py`` alone.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.normalise import quantity, target_of
from data.parts.region import region_of
from data.vocabulary import load
from tests.foreign_compare import FIELDS, RIGHT, WRONG, WRONG_IN_REVIEW, Result, judged, written
from tests.foreign_files import PDF, WRITERS
from tests.foreign_mutations import judged as damaged
from tests.foreign_mutations import mutations
from tests.foreign_set import Document, documents
from tests.reports import one, report

READ = [d for d in documents() if d.writer != PDF]


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {document.name: judged(document) for document in READ}


@pytest.mark.parametrize("document", READ, ids=lambda d: d.name)
def test_nothing_wrong_is_accepted(document: Document, results: dict[str, Result]) -> None:
    result = results[document.name]
    wrong = [line for line in result.differences if "(missing)" not in line]
    assert result.leaves[WRONG] == 0, wrong
    assert not [name for name, outcome in result.facts if outcome in (WRONG, WRONG_IN_REVIEW)], wrong


def test_nearly_every_leaf_that_a_person_can_read_is_read(results: dict[str, Result]) -> None:
    leaves = sum(len(t.leaves) for d in READ for t in d.truths)
    right = sum(results[d.name].leaves[RIGHT] for d in READ)
    assert leaves > 600
    assert right / leaves >= 0.9


@pytest.mark.parametrize("document", READ[::8], ids=lambda d: d.name)
def test_damage_is_named_and_puts_no_wrong_number_into_an_accepted_report(document: Document) -> None:
    for mutation in mutations(document):
        result, told = damaged(mutation)
        assert result.leaves[WRONG] == 0, (mutation.kind, mutation.name, result.differences)
        assert told, (mutation.kind, mutation.name, result.status, dict(result.codes))


@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_wrong_is_accepted_of_the_same_page_in_any_format(writer: str) -> None:
    for document in [d for d in documents() if len(d.pages) == 1][15::20]:
        result = written(document, writer)
        assert result.leaves[WRONG] == 0, (document.name, result.status, result.differences)


def test_every_kind_of_damage_is_done() -> None:
    kinds = {mutation.kind for document in READ[::8] for mutation in mutations(document)}
    assert len(kinds) == 6


def test_the_set_is_what_it_says() -> None:
    """At least sixty documents, eight years, twenty provinces and both forms; every field is printed somewhere."""
    truths = [t for d in documents() for t in d.truths]
    assert len(documents()) >= 60
    assert {t.year for t in truths} == set(range(2018, 2026))
    assert len({t.region[:2] for t in truths if t.region}) >= 20
    assert {t.form for t in truths} == {"部门整体", "项目"}
    for name in FIELDS:
        assert any(getattr(leaf, name) for t in truths for leaf in t.leaves), name


REPEATED = (
    ("履职产出", "数量指标", "新建校舍面积", "30", "30"),
    ("履职产出", "质量指标", "校舍验收合格率", "30", "29"),
    ("满意度", "服务对象满意度", "家长满意度", "20", "20"),
    ("预算执行", "预算执行率", "预算执行率", "20", "18"),
)


def test_a_label_that_is_elsewhere_one_of_level2_stays_level1_where_it_is_printed_so() -> None:
    s = one(report(REPEATED, total="97"))
    assert [leaf.level1 for leaf in s.leaves] == ["履职产出", "履职产出", "满意度", "预算执行"]
    assert (s.leaves[3].dimension, s.status) == ("过程", "accepted")


def test_a_level1_the_vocabulary_lacks_keeps_all_its_rows() -> None:
    leaves = [
        ("投入", "预算配置", "在职人员控制率", "30", "30"),
        ("产出及效率", "职责履行", "重点工作实际完成率", "40", "39"),
        ("", "履职效益", "经济效益", "30", "30"),
    ]
    assert [leaf.level1 for leaf in one(report(leaves, total="99")).leaves] == ["投入", "产出及效率", "产出及效率"]


def test_a_sign_misread_as_a_digit_is_no_number() -> None:
    header = ("一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分")
    rows = ["产出\t数量指标\t办结率\t295%\t96%\t60\t60", "效益\t社会效益\t增长率\t295%\t310%\t40\t40"]
    text = "\n".join([report((), total=None, header=header), *rows, "合计\t\t\t\t\t100\t100"]).replace(
        "\n\n产出", "\n产出"
    )
    first, second = one(text).leaves
    assert (first.target, first.target_text) == (None, "295%")
    assert second.target == 295
    assert [p.leaf for p in one(text).problems if p.code == "TARGET_SIGN_LOST"] == [1]


@pytest.mark.parametrize("text", ["2023年", "11月底前", "30天内", "90%以上", "约5个", "12月31日"])
def test_a_date_or_a_bound_is_no_quantity(text: str) -> None:
    assert quantity(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("95%以上", (95, "≥")), ("≧95%", (95, "≥")), ("10个以内", (10, "≤")), ("11月底前", (None, None))],
)
def test_a_target_may_say_its_direction_in_words(text: str, value: tuple[int | None, str | None]) -> None:
    assert target_of(text) == value


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("红河州数据中心", "532500"), ("内蒙古乌拉特中旗财政局", "150824"), ("四川省汶川县水务局", "513221"),
        ("新疆昌吉州民政局", "652300"), ("麗江市古城區財政局", "530702"), ("吉林省教育厅", "220000"),
    ],
)  # fmt: skip
def test_a_region_is_known_by_the_names_documents_use(unit: str, code: str) -> None:
    assert region_of(unit, load()) == code


def test_a_budget_block_of_one_source_has_its_scored_row() -> None:
    header = ("一级指标", "二级指标", "三级指标", "权重", "得分")
    rows = (("产出", "数量指标", "改造小区个数", "60", "60"), ("效益", "社会效益", "受益户数", "30", "29"))
    block = [
        "项目名称\t老旧小区改造", "资金来源\t年初预算\t调整预算\t实际支出\t执行率\t权重\t得分",
        "财政资金(万元)\t5000\t4800\t4700\t97.92%\t10\t9.79",
    ]  # fmt: skip
    title = "2020年度项目支出绩效自评表"
    s = one(report(rows, title=title, prose="\n".join(block), total="98.79", header=header))
    assert [(a.kind, a.score, a.cap) for a in s.adjustments] == [("预算执行", Decimal("9.79"), 10)]
    assert (s.subject, s.status, s.comparable_score) == ("老旧小区改造", "accepted", Decimal("98.79"))
