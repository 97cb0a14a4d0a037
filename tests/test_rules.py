"""Scoring rules: what a text means, what stays open, what is not read, and what holds for every rule of a form."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.rules.reading.parse import parse
from data.rules.rule import DOUBTS, NOTES, STATUSES, Rule, Unparsed
from data.statements import named
from tests.conftest import ROOT
from tests.measured import Bench, Case, admits, measured

few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


READINGS: list[tuple[str, Case, tuple[float, ...]]] = [
    ("proportional", Case("得分=资料归档率×分值", "93%"), (9.3,)),
    ("a mean of two rates", Case("得分=(甲类办结率+乙类办结率)/2×分值", "90%"), (9.0,)),
    ("a rate over a stated one", Case("得分=办结率÷95%×分值", "47.5%"), (5.0,)),
    ("never above the weight", Case("按办结率×权重计分", "120%"), (10.0,)),
    ("what 按比例 is relative to stays open", Case("办结率≥95%得满分,低于95%的按比例得分", "76%"), (7.6, 8.0)),
    ("a deduction below", Case("比率≥100%,得满分;比率<100%,每减少1%,扣3%的权重分,扣完为止", "98%"), (9.4,)),
    ("a deduction above", Case("以100%为标准。控制率≤100%,计10分;每超过一个百分点扣1分", "103%"), (7.0,)),
    ("until nothing is left", Case("变动率≤0,计满分;变动率>0的,每超过1个百分点扣4分,扣完为止", "30%"), (0.0,)),
    ("a part of a step stays open", Case("执行率达95%及以上得10分;每低1个百分点扣1分", "92.5%"), (7.5, 8.0)),
    (
        "a part of a step counted whole",
        Case("进度率≥90%得满分,每低于1个百分点(不足1个百分点按1个百分点计算)扣1分", "88.5%"),
        (8.0,),
    ),
    (
        "a part of a step not counted",
        Case("90%及以上得满分;低于90%的,每低1个百分点扣1分,不足1个百分点的不扣分", "88.5%"),
        (9.0,),
    ),
    ("an empty interval read as meant", Case("1.比率=0%,得满分;2.30%≤比率<0%,每增加1%,扣3%的权重分", "5%"), (8.5,)),
    ("full or nothing", Case("覆盖率≥90%得满分,否则不得分", "89.99%"), (0.0,)),
    ("Chinese numerals", Case("达到九成以上得满分,每低于一个百分点扣权重分的百分之二", "88%"), (9.6,)),
    ("full-width signs and spaces", Case("比率 ≥ １００％ ， 得 满 分 ； 比率 ＜ １００％ ， 得 ０ 分", "99%"), (0.0,)),
    ("steps", Case("95%(含)以上得10分,90%(含)-95%得8分,85%-90%得6分,85%以下不得分", "95%"), (10.0,)),
    ("a step that holds its lower end", Case("95%(含)以上得10分,90%(含)-95%得8分,90%以下不得分", "90%"), (8.0,)),
    ("an end both steps claim", Case("90%以上得10分,90%以下得5分", "90%"), (5.0, 10.0)),
    ("an end no step claims", Case("大于90%得10分,小于90%得5分", "90%"), (5.0, 10.0)),
    ("steps named by one end", Case("≥95%得10分;≥90%得8分;≥80%得5分;其他不得分", "91%"), (8.0,)),
    ("steps as shares", Case("[90%,100%]得满分;[80%,90%)得分值的60%;[0,80%)得0分", "85%"), (6.0,)),
    ("steps in a chain of signs", Case("95%>办结率≥80%得三分,办结率≥95%得十分,办结率<80%得一分", "80%"), (3.0,)),
    (
        "a tier",
        Case("分为达成、部分达成、未达成三档,分别按分值的100%-80%(含)、80%-60%(含)、60%-0%计分", "部分达成"),
        (6.0, 8.0),
    ),
    ("a grade", Case("完成得满分,基本完成得80%,未完成不得分", "基本完成"), (8.0,)),
    ("words decide", Case("台账齐全的得10分,否则不得分"), (0.0, 10.0)),
    ("points that add up", Case("①有计划,得1分;②有记录,得1分;③有总结,得1分", None, "3"), (0.0, 1.0, 2.0, 3.0)),
    ("points of which one is had", Case("无拖欠,3分;少量拖欠,2分;大量拖欠,不得分", None, "3"), (0.0, 2.0, 3.0)),
    ("so much off for each", Case("每缺一项扣1分,扣完为止", None, "3"), (0.0, 1.0, 2.0, 3.0)),
    ("a capped bonus", Case("每项加1分,最多加2分", None, "2"), (0.0, 1.0, 2.0)),
    ("against a target", Case("得分=完成值/目标值×分值", "80", target="100"), (8.0,)),
    (
        "a reverse indicator",
        Case("正向指标:得分=完成值/目标值×分值;反向指标:得分=目标值/完成值×分值", "200", target="100", direction="≤"),
        (5.0,),
    ),
    ("below a target", Case("达到目标值得满分,每低于目标值1个百分点扣1分", "93%", target="95%"), (8.0,)),
    (
        "a step below which nothing is had",
        Case("100%得满分;小于100%的,每减少1个百分点扣1分;小于80%的,不得分", "79%"),
        (0.0,),
    ),
    ("more than the weight, where the rule says so", Case("办结率>100%,得110%分值;办结率≤100%得满分", "104%"), (11.0,)),
    ("amounts", Case("投入在500万元以内得满分,每超10万元扣1分", "520万元"), (8.0,)),
    ("为 with a number", Case("调整率为0%的得满分;每增加1%扣4%权重分", "5%"), (8.0,)),
    ("a name with a number", Case("得分=归档率07×分值", "90%"), (9.0,)),
    ("a name with its calculation", Case("归档率(已归档/应归档×100%)×10", "90%"), (9.0,)),
    ("a product in words", Case("按照归档率乘以分值计算得分", "90%"), (9.0,)),
    ("a rate without a formula", Case("按实际完成率计分", "90%"), (9.0,)),
    ("at most 100%", Case("归档率*分值(归档率超100%的按100%计)", "120%"), (10.0,)),
    ("a bound on the score", Case("得分=归档率×分值,最高得7分", "90%"), (7.0,)),
    (
        "where a target is missed",
        Case("完成值达到目标值得满分,未达到的得分=完成值/目标值×分值", "70", target="100"),
        (7.0,),
    ),
    ("where a threshold is missed", Case("归档率达到90%得满分,未达到的得4分", "89%"), (4.0,)),
    ("where a bound is passed", Case("支出不超过50万元得满分,超出的不得分", "51万元"), (0.0,)),
    ("a target not printed leaves its scores open", Case("完成值≥目标值得满分,否则不得分", "80"), (0.0, 10.0)),
    ("steps with their names", Case("≥95%为优,得10分;80%(含)-95%为良,得6分;80%以下为差,得1分", "80%"), (6.0,)),
    ("names before their steps", Case("优(≥95%)得10分,良(80%(含)-95%)得6分,差(<80%)得1分", "79%"), (1.0,)),
    ("a deduction with a bound", Case("归档率≥95%得满分,每低1个百分点扣1分,最多扣3分", "60%"), (7.0,)),
    ("so much off for each, with a bound", Case("每缺一项扣2分,最多扣4分", None), (6.0, 8.0, 10.0)),
    ("a bonus with a bound", Case("获表彰加1分,最高加2分", None, "2"), (0.0, 1.0, 2.0)),
    ("a reference in the step", Case("执行率每低于95%1个百分点扣1分,扣完为止", "93%"), (8.0,)),
    ("a reference in the same sentence", Case("以95%为基准,每低1个百分点扣1分,扣完为止", "93%"), (8.0,)),
    ("a rate, and nothing below a bound", Case("得分=归档率×分值,归档率低于60%不得分", "50%"), (0.0,)),
    ("no case of it", Case("差错0起得满分,每增加1起扣5分", "1起"), (5.0,)),
    ("zero in words", Case("差错率为零,得满分;每上升0.1个百分点扣1分", "0.3%"), (7.0,)),
    ("counts", Case("走访10次及以上得满分,每少1次扣1分", "8次"), (8.0,)),
]


@pytest.mark.parametrize(("case", "expected"), [r[1:] for r in READINGS], ids=[r[0] for r in READINGS])
def test_a_rule_admits_the_scores_its_text_means(bench: Bench, case: Case, expected: tuple[float, ...]) -> None:
    (outcome,) = bench.measure([case])
    assert tuple(round(float(s), 6) for s in admits(outcome)) == expected, outcome


@pytest.mark.parametrize(
    "text",
    [
        "酌情给分", "由评价组综合评定", "视完成情况适当扣分", "超支扣分,未超支不扣分", "得分=甲率×60%+乙率×40%",
        "甲率与乙率两者取低值计分", "甲率×60%×分值+乙率×40%×分值", "每低于1个百分点扣0.5分", "得分=100%-调整率",
        "完成率每增加1%加0.1分,最多加2分", "得分不超过5分", "按考核结果折算计分", "90%≤比率>80%得满分", "得分=",
        "较上年增长得满分,持平得基础分,下降不得分", "得分=分值-(100-完成率)×0.5", "归档率(取低值)×分值", "执行率低于90%扣分",
        "办结率≥95%得满分,每增加1%加1分,最多加2分", "归档率×100", "按归档率计分,每低1个百分点扣1分",
        "比率≥100%得满分;比率<100%,每减少1%扣2%的权重分,最多扣3分",
    ],
)  # fmt: skip
def test_words_never_seen_are_not_guessed(text: str) -> None:
    assert isinstance(parse(text), Unparsed), parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "办结率≥95%且无投诉的得满分,否则不得分", "甲率、乙率均达到90%以上得满分,否则不得分", "偏差率在±5%以内得满分,否则不得分",
        "甲率≥95%得满分;乙率<95%不得分",
    ],
)  # fmt: skip
def test_a_condition_that_one_number_cannot_decide_leaves_its_scores_open(bench: Bench, text: str) -> None:
    (outcome,) = bench.measure([Case(text, "96%")])
    assert admits(outcome) == (0, 10)


@pytest.mark.parametrize(
    ("case", "status"),
    [
        (Case(None, "95%"), "no_rule"),
        (Case("酌情给分", "95%"), "unparsed"),
        (Case("得分=办结率×分值"), "no_value"),
        (Case("得分=办结率×分值", "0.95"), "no_unit"),
        (Case("得分=办结率×分值", "95次"), "value_unfit"),
        (Case("得分=办结率×分值", "基本完成"), "value_unfit"),
        (Case("得分=办结率×分值", "1200%"), "value_doubtful"),
        (Case("得分=办结率×分值", "95%", weight=None), "no_weight"),
        (Case("得分=办结率×分值", "95%", applicability="na"), "not_applicable"),
        (Case("得分=完成值/目标值×分值", "95"), "no_target"),
        (Case("得分=完成值/目标值×分值", "95", target="0"), "no_target"),
        (Case("办结率≥90%得满分;80%≤办结率<90%得5分", "70%"), "outside"),
        (Case("优秀的得90分,否则不得分"), "points_unfit"),
        (Case("齐全得满分,基本齐全得2分,否则不得分", weight="0.5"), "points_unfit"),
        (Case("分为达成、部分达成、未达成三档,按100%-80%、80%-60%、60%-0%计分", "0.00%"), "value_unfit"),
    ],
)
def test_what_cannot_be_measured_says_why(bench: Bench, case: Case, status: str) -> None:
    (outcome,) = bench.measure([case])
    assert (outcome.status, outcome.low, outcome.high, outcome.working) == (status, None, None, None)


def test_the_working_repeats_the_arithmetic(bench: Bench) -> None:
    down = "比率≥100%,得满分;比率<100%,每减少1%,扣2%的权重分,扣完为止"
    up = "比率=0%,得满分;20%≤比率<0%,每增加1%,扣5%的权重分,扣完为止"
    cases = [Case(up, "0.40%", "1"), Case(down, "97.00%", "1"), Case("得分=办结率×分值", "95. 78%"), Case(down, "20%")]
    assert [o.working for o in bench.measure(cases)] == [
        "0.40% × 5%/1% = 2.0%；1 × (1 − 2.0%) = 0.98；按整百分点计为 1.00",
        "|97.00% − 100%| = 3%；3% × 2%/1% = 6.0%；1 × (1 − 6.0%) = 0.94",
        "95.78% × 10 = 9.578",
        "|20% − 100%| = 80%；80% × 2%/1% = 160.0%；扣完，得 0.00",
    ]


def test_a_defective_interval_is_noted_with_its_print() -> None:
    rule = parse("1.比率=0%,得满分;2.20%≤比率<0%,每增加1%,扣5%的权重分,扣完为止。")
    assert isinstance(rule, Rule)
    assert "INTERVAL_REVERSED" in rule.notes
    assert any("20%≤比率<0%" in remark for remark in rule.remarks)


def test_a_rule_that_scores_another_measure_than_it_defines_is_noted() -> None:
    own = parse("归档率=(已归档/应归档)×100%。评分规则:得分=归档率×分值")
    other = parse("归档率=(已归档/应归档)×100%。评分规则:得分=培训完成率×分值")
    assert isinstance(own, Rule)
    assert isinstance(other, Rule)
    assert ("SUBJECT_DIFFERS" in own.notes, "SUBJECT_DIFFERS" in other.notes) == (False, True)
    stepped = parse("归档率=(已归档/应归档)×100%。评分规则:培训完成率=100%,得满分;培训完成率<100%,不得分")
    assert isinstance(stepped, Rule)
    assert "SUBJECT_DIFFERS" in stepped.notes


def test_changing_a_number_changes_the_result_accordingly(bench: Bench) -> None:
    text = "比率≥100%,得满分;比率<100%,每减少1%,扣{}%的权重分,扣完为止"
    lows = [float(o.low or 0) for o in bench.measure([Case(text.format(n), "90%") for n in (1, 2, 5)])]
    assert lows == [9.0, 8.0, 5.0]


# What holds for every rule of a form

numbers = st.integers(min_value=50, max_value=99)
values = st.lists(st.integers(min_value=0, max_value=14_000), min_size=3, max_size=14).map(sorted)
RISING = {
    "proportional": "得分=办结率×分值",
    "mean": "得分=(甲率+乙率)×50%×分值",
    "deduction": "比率≥{a}%,得满分;比率<{a}%,每减少1%,扣3%的权重分,扣完为止",
    "threshold": "办结率≥{a}%得满分,否则不得分",
    "steps": "办结率≥{a}%得10分,{b}%(含)-{a}%得6分,低于{b}%得1分",
    "nested steps": "≥{a}%得满分;≥{b}%得分值的70%;其他不得分",
    "threshold, then proportional": "办结率≥{a}%得满分,低于{a}%的按比例得分",
    "target": "达到目标值得满分,每低于目标值1个百分点扣0.3分,扣完为止",
}
FALLING = {
    "deduction": "比率≤{b}%,得满分;比率>{b}%,每增加1%,扣3%的权重分,扣完为止",
    "threshold": "控制率≤{a}%得满分,超过{a}%不得分",
    "steps": "{b}%以内得10分;{a}%以内得5分;{a}%以上不得分",
    "empty interval": "比率=0%,得满分;20%≤比率<0%,每增加1%,扣5%的权重分,扣完为止",
}


def scores(bench: Bench, text: str, a: int, hundredths: list[int]) -> list[tuple[float, float]]:
    rule = text.format(a=a, b=a - 10)
    cases = [Case(rule, f"{v / 100:.2f}%", target="100%") for v in hundredths]
    found = bench.measure(cases)
    assert all(o.status in ("exact", "several") for o in found), (rule, found)
    return [(float(o.low or 0), float(o.high or 0)) for o in found]


@pytest.mark.parametrize("form", RISING)
@few
@given(a=numbers, hundredths=values)
def test_a_higher_value_never_scores_lower_and_no_score_leaves_the_weight(
    bench: Bench, form: str, a: int, hundredths: list[int]
) -> None:
    found = scores(bench, RISING[form], a, hundredths)
    assert all(0 <= low <= high <= 10 for low, high in found)
    assert [low for low, _ in found] == sorted(low for low, _ in found)
    assert [high for _, high in found] == sorted(high for _, high in found)


@pytest.mark.parametrize("form", FALLING)
@few
@given(a=numbers, hundredths=values)
def test_a_lower_value_never_scores_lower_where_less_is_better(
    bench: Bench, form: str, a: int, hundredths: list[int]
) -> None:
    found = scores(bench, FALLING[form], a, hundredths)
    assert all(0 <= low <= high <= 10 for low, high in found)
    assert [low for low, _ in found] == sorted((low for low, _ in found), reverse=True)
    assert [high for _, high in found] == sorted((high for _, high in found), reverse=True)


@pytest.mark.parametrize(
    ("text", "slope"),
    [(RISING["proportional"], 0.1), (RISING["deduction"], 0.3), (FALLING["deduction"], 0.3), (RISING["target"], 0.3)],
)
@few
@given(a=numbers, start=st.integers(min_value=0, max_value=11_000))
def test_a_hundredth_of_a_percent_moves_a_linear_score_by_its_slope_at_most(
    bench: Bench, text: str, slope: float, a: int, start: int
) -> None:
    lows = [low for low, _ in scores(bench, text, a, [start + n for n in range(12)])]
    assert all(abs(one - other) <= slope / 100 + 2e-6 for one, other in pairwise(lows))


@few
@given(a=numbers, value=st.integers(min_value=0, max_value=14_000))
def test_between_its_ends_a_step_is_level(bench: Bench, a: int, value: int) -> None:
    (low, high), (below, _) = scores(bench, RISING["steps"], a, [value, max(value - 1, 0)])
    assert low == high
    assert low == below or value in (a * 100, (a - 10) * 100)


@few
@given(top=st.integers(min_value=60, max_value=95), weight=st.integers(min_value=1, max_value=30))
def test_tiers_lie_on_each_other_from_nothing_to_the_weight(bench: Bench, top: int, weight: int) -> None:
    rule = f"分为达成、部分达成、未达成三档,分别按分值的100%-{top}%(含)、{top}%-40%(含)、40%-0%计分"
    bands = bench.measure([Case(rule, v, str(weight)) for v in ("未达成", "部分达成", "达成预期目标")])
    ends = [float(e or 0) for o in bands for e in (o.low, o.high)]
    assert ends == sorted(ends)
    assert (ends[0], ends[-1], ends[1], ends[3]) == (0, weight, ends[2], ends[4])


@few
@given(parts=st.lists(st.integers(min_value=1, max_value=5), min_size=2, max_size=5))
def test_points_that_add_up_reach_from_nothing_to_their_sum(bench: Bench, parts: list[int]) -> None:
    rule = ";".join(f"第{n}项材料齐全的,得{p}分" for n, p in enumerate(parts, start=1))
    (outcome,) = bench.measure([Case(rule, None, str(sum(parts)))])
    assert (outcome.low, outcome.high) == (0, sum(parts))
    assert set(map(float, outcome.points)) >= set(map(float, parts))


# Hostile and odd texts


@pytest.mark.parametrize(
    "text",
    [
        "得分=" + "(" * 1900 + "率" + ")" * 1900 + "×分值", "得分=" + "(甲率+乙率)×" * 300 + "分值", "每" * 4000,
        "1." * 2000, "≥" * 4000, "9" * 4000, "得分=" + "率×" * 1900, "百" * 4000, "(含)" * 1300, "扣1分," * 999,
        "90%以上得2分;" * 400, "-" * 4000, "达成、" * 1300 + "100%-80%" * 20, "\u202e\x00￥√" * 800, "得1分" * 1300,
        "1/0分值", "得分=率÷0×分值", "每0%扣1分", "每降低0个百分点扣5分,≥90%得满分",
    ],
)  # fmt: skip
def test_a_hostile_text_is_refused_or_read_within_a_second(text: str) -> None:
    start = time.process_time()
    parse(text)
    assert time.process_time() - start < 1


def test_a_text_too_long_is_no_rule() -> None:
    assert isinstance(parse("得分=率×分值" * 1000), Unparsed)


@few
@given(text=st.text(alphabet="率得扣分每满%≥<=-(),;。0159项以上下含达成×/否则不", max_size=60))
def test_any_text_gives_a_score_within_its_bounds_or_none(bench: Bench, text: str) -> None:
    for outcome in bench.measure([Case(text, v, "10") for v in ("0%", "95.5%", "达成", "-3%", "999%")]):
        if outcome.low is not None:
            assert 0 <= outcome.low <= (outcome.high or 0) <= 20
        assert outcome.status in STATUSES


# One declaration


def test_statuses_doubts_and_notes_in_code_and_sql_are_the_same() -> None:
    outcome = named(ROOT / "data/rules/outcome.sql")["outcomes"]
    assert [s for s in STATUSES if f"'{s}'" not in outcome] == []
    schema = (ROOT / "data/schema.sql").read_text(encoding="utf-8")
    assert [d for d in DOUBTS if f"'{d}'" not in schema] == []
    parser = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "data/rules/reading").glob("*.py"))
    assert [n for n in NOTES if f'"{n}"' not in parser] == []


def test_every_form_is_explained_with_an_example_that_reads_as_it_says() -> None:
    lines = [x for x in (ROOT / "docs/rules.md").read_text(encoding="utf-8").splitlines() if x.startswith("| ")][2:]
    assert len(lines) >= 9
    for line in lines:
        form, example, value, reading, _ = (cell.strip() for cell in line.strip("|").split(" | "))
        rule = parse(example)
        assert isinstance(rule, Rule), example
        assert rule.form == form
        value_text, _, target = value.partition("（目标 ")
        (outcome,) = measured(
            Case(example, None if value_text == "—" else value_text, target=target.rstrip("）") or None)
        )
        assert reading == _words(admits(outcome), outcome.status), example


def _words(scores: tuple[float, ...], status: str) -> str:
    if status == "range":
        return f"{float(scores[0]):g} 至 {float(scores[-1]):g}"
    return "、".join(f"{float(s):g}" for s in scores)
