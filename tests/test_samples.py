"""公开示例: the facts and figures of the published reports, in words of the project's own."""

from __future__ import annotations

import re
from pathlib import Path

from data.normalise import folded
from data.submission import Submission
from tests.conftest import SAMPLES
from tests.reports import read

_RUN = 12
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def facts(s: Submission) -> list[tuple[object, ...]]:
    return [
        (
            leaf.level1,
            leaf.level2,
            leaf.level3,
            leaf.weight,
            leaf.score,
            leaf.score_inferred,
            leaf.value,
            leaf.value_unit,
        )
        for leaf in s.leaves
    ]


def test_the_samples_carry_the_facts_of_the_published_reports(published: list[Path]) -> None:
    samples = {s.unit: s for file in SAMPLES.glob("*.txt") for s in read(file).submissions}
    reports = {s.unit: s for file in published for s in read(file).submissions}
    assert set(samples) == set(reports)
    for unit, s in samples.items():
        assert facts(s) == facts(reports[unit])
        assert s.status == "accepted"
        assert [(a.kind, a.score, a.cap) for a in s.adjustments] == [
            (a.kind, a.score, a.cap) for a in reports[unit].adjustments
        ]
        assert {(b.item, b.amount_yuan, b.amount) for b in s.budget_figures} == {
            (b.item, b.amount_yuan, b.amount) for b in reports[unit].budget_figures
        }
        assert s.stated_total == reports[unit].stated_total


def test_every_number_and_bound_of_a_rule_is_kept(published: list[Path]) -> None:
    samples = {
        (s.unit, leaf.level3): leaf for f in SAMPLES.glob("*.txt") for s in read(f).submissions for leaf in s.leaves
    }
    reports = {(s.unit, leaf.level3): leaf for f in published for s in read(f).submissions for leaf in s.leaves}
    for key, leaf in reports.items():
        printed = set(re.findall(r"\d+(?:\.\d+)?%|得\d+分|1/\d", _without_list_numbers(leaf.rule_text))) - {"100%"}
        kept = folded(samples[key].rule_text or "")
        assert all(n in kept for n in printed), key
        assert bool(leaf.rule_text) == bool(samples[key].rule_text)


def test_no_sentence_of_the_published_reports_is_in_the_samples(published: list[Path]) -> None:
    source = folded("".join(f.read_text(encoding="utf-8") for f in published))
    for file in SAMPLES.glob("*.txt"):
        s = read(file).submissions[0]
        allowed = [leaf.level3 for leaf in s.leaves] + [a.label for a in s.adjustments] + [s.unit, *_standard_terms()]
        pieces = re.split(r"[\t\n]", file.read_text(encoding="utf-8"))
        text = "|".join(map(folded, pieces))
        for name in sorted(map(folded, allowed), key=len, reverse=True):
            text = text.replace(name, "|")
        runs = {run[i : i + _RUN] for run in _CHINESE.findall(text) for i in range(len(run) - _RUN + 1)}
        assert [run for run in runs if run in source] == []


def _without_list_numbers(rule: str | None) -> str:
    return re.sub(r"(?<=[;:。])\d\.", "", folded(rule or ""))


def _standard_terms() -> list[str]:
    return [
        "一般公共预算财政拨款收入", "政府性基金预算财政拨款收入", "年度部门整体支出绩效自评价情况表", "年度部门整体绩效自评价报告",
        "江宁区部门整体支出绩效自评价情况表", "公共资源交易中心", "政务服务热线服务中心", "政务服务发展中心",
    ]  # fmt: skip
