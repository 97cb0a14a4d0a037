"""Populations to measure the evidence on, made apart from ``data/simulate``: one year's reports and the year before.

Written from what ``docs/method.md`` says is looked for, not from the simulated city: other forms, other values, other
rates of slips, of numbers given as proof and of candour, units with weights of their own, and three acts that neither
the literature nor the city lists. Honest and inflating units differ in the act only, but for how often they give a
number and admit a shortcoming (overlapping). Populations are interchange tables: they come in by the public door.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Kind = Literal["rate", "under", "over", "step", "target", "words"]

YEAR = 2024
LISTED = ("above_rule", "lenient", "fabricated", "cut_off", "weight_shift", "easy_target", "creep", "mix")
UNLISTED = ("rounded_up", "dropped", "nudged")
CUT = 90.0
_EXACT = ("rate", "under", "over", "step")
_FORM: tuple[tuple[str, str, tuple[Kind, ...]], ...] = (
    ("决策", "目标设定", ("words", "words", "words")),
    ("决策", "预算编制", ("rate", "words", "words")),
    ("过程", "预算执行", ("rate", "under", "over", "over", "under", "step", "rate")),
    ("过程", "预算管理", ("rate", "step", "words", "words", "words", "words")),
    ("过程", "资产管理", ("rate", "under", "words", "words")),
    ("过程", "人员管理", ("under", "over", "words")),
    ("产出", "数量指标", ("target", "target", "target", "target", "words", "words")),
    ("产出", "质量指标", ("target", "target", "step", "words", "words")),
    ("产出", "时效指标", ("rate", "words")),
    ("效益", "社会效益", ("words", "words", "words")),
    ("效益", "可持续影响", ("words", "words")),
    ("满意度", "服务对象满意度", ("rate",)),
)
_RULES: dict[Kind, tuple[str, str]] = {
    "rate": ("得分=完成值×分值", "按完成比例计分"),
    "under": ("达到100%得满分，每低1个百分点扣2%权重分，扣完为止", "达到百分之百为满分，不足的按比例酌情扣减"),
    "over": ("为0%得满分；每增加1%扣5%权重分，扣完为止", "没有发生为满分，发生的按程度酌情扣减"),
    "step": ("≥95%得满分，90%至95%得80%分值，80%至90%得60%分值，80%以下不得分", "按优良中差四个档次计分"),
    "target": ("完成值达到目标值得满分，未达到的得分=完成值/目标值×分值", "对照年度指标值计分"),
    "words": ("", ""),
}
"""Printed rule by kind: one that can be read, one that cannot."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a population is made of. Rates are shares of leaves, groups or units; ``strength`` scales the acts."""

    seed: int
    reports: int = 1000
    share: float = 0.2
    acts: tuple[str, ...] = LISTED
    slips: float = 0.02
    ease_measured: float = 0.4
    ease_words: float = 1.7
    related: float = 0.75
    proof: tuple[float, float] = (0.55, 0.45)
    """Mean share of described leaves with a number: honest, inflating."""
    candour: tuple[float, float] = (0.40, 0.28)
    ritual: float = 0.05
    own_weights: float = 0.25
    heavy: bool = False
    """Whether one described leaf carries thirty points in the form."""
    begun: float = 0.0
    """Share of the inflating units that began a year earlier."""
    strength: float = 1.0
    readable: bool = True
    """Whether the printed rules can be read."""
    place: Literal["value", "note", "narrative"] = "value"
    """Where a described leaf's number stands."""
    districts: int = 1
    before: bool = True
    """Whether the year before is there."""


def varied(seed: int) -> Setting:
    """A population whose settings are drawn; the unlisted acts are among them."""
    rng = np.random.default_rng([seed, 0])
    proof, candour = rng.uniform(0.3, 0.8), rng.uniform(0.2, 0.6)
    return Setting(
        seed, int(rng.integers(300, 1001)), float(rng.uniform(0.05, 0.30)), LISTED + UNLISTED,
        float(rng.uniform(0.005, 0.04)), float(rng.uniform(0.0, 1.0)), float(rng.uniform(1.2, 2.4)),
        float(rng.uniform(0.4, 0.9)), (proof, proof * rng.uniform(0.7, 1.0)),
        (candour, candour * rng.uniform(0.5, 1.0)),
        float(rng.uniform(0.02, 0.1)), float(rng.uniform(0, 0.5)), bool(rng.random() < 0.3),
        float(rng.uniform(0, 0.5)), float(rng.uniform(0.7, 1.1)), bool(rng.random() < 0.85),
        ("value", "note", "narrative")[rng.integers(3)], int(rng.integers(1, 5)), bool(rng.random() < 0.9),
    )  # fmt: skip


def suite(name: str, seed: int) -> Setting:
    """The populations of a suite of ``held_out.csv``: random, reference, sparse (5 % planted) or clean."""
    if name == "random":
        return varied(seed)
    share = {"reference": 0.2, "sparse": 0.05, "clean": 0.0}[name]
    return replace(Setting(seed), share=share)


@dataclass(slots=True)
class Reports:
    """A year of reports, units × leaves; changed in place by the acts. ``share`` is the true share of the weight."""

    kinds: npt.NDArray[np.object_]
    group: npt.NDArray[np.int64]
    value: Floats
    target: Floats
    weight: Floats
    share: Floats
    score: Floats
    proof: Flags
    kept: Flags

    def of(self, *kinds: str) -> Flags:
        return np.isin(self.kinds, kinds)


@dataclass(frozen=True, slots=True)
class Population:
    """``tables``: interchange tables by name and year; ``acts``: unit → act of the inflating units of ``YEAR``."""

    tables: dict[str, pd.DataFrame]
    acts: pd.Series


def make(setting: Setting) -> Population:
    """Simulate a population. The same setting always gives the same tables."""
    rng = np.random.default_rng([setting.seed, 1])
    n = setting.reports
    kinds: npt.NDArray[np.object_] = np.array([k for _, _, group in _FORM for k in group], dtype=object)
    group = np.repeat(np.arange(len(_FORM)), [len(g) for _, _, g in _FORM])
    guilty = rng.permutation(n)[: round(setting.share * n)]
    acts: npt.NDArray[np.object_] = np.full(n, None, dtype=object)
    acts[guilty] = [setting.acts[i % len(setting.acts)] for i in range(len(guilty))]
    earlier = np.zeros(n, dtype=bool)
    earlier[guilty] = rng.random(len(guilty)) < setting.begun
    years = _honest(rng, setting, kinds, group, acts)
    candid = _beta(rng, setting.candour, acts)
    true_loss = [y.weight * (1 - y.share) for y in years]
    for number, year in enumerate(years):
        for unit in np.flatnonzero(earlier if number == 0 else acts != None):  # noqa: E711 - element by element
            _ACTS[acts[unit]](year, int(unit), rng, setting.strength)
    _bring_to_the_cut(rng, years[1], acts, setting)
    found: dict[str, pd.DataFrame] = {}
    for number, year in enumerate(years):
        if number or setting.before:
            found |= _tables(rng, setting, year, YEAR - 1 + number, true_loss[number], candid)
    told = pd.Series(acts, index=[_unit(i) for i in range(n)], dtype=object)
    return Population(found, told[told.notna()])


def _beta(rng: np.random.Generator, means: tuple[float, float], acts: npt.NDArray[np.object_]) -> Floats:
    mean = np.where(acts == None, *means)  # noqa: E711 - element by element
    return rng.beta(6 * mean, 6 * (1 - mean))


def _honest(
    rng: np.random.Generator,
    setting: Setting,
    kinds: npt.NDArray[np.object_],
    group: npt.NDArray[np.int64],
    acts: npt.NDArray[np.object_],
) -> list[Reports]:
    n, m = setting.reports, len(kinds)
    words = kinds == "words"
    ability = rng.normal(0, 0.8, n)
    other = setting.related * ability + np.sqrt(1 - setting.related**2) * rng.normal(0, 0.8, n)
    able = np.where(words, other[:, None], ability[:, None])
    ease = np.where(words, setting.ease_words, setting.ease_measured) + rng.normal(0, 0.8, m)
    habit = rng.normal(0, 0.6, (n, m))
    weight = _weights(rng, setting, words, n)
    targets = np.rint(np.exp(rng.normal(3.4, 0.7, (n, m)))) + 5
    proven = _beta(rng, setting.proof, acts)
    years = []
    for _ in range(2):
        latent = ease + able + rng.normal(0, 0.25, (n, 1)) + habit + rng.logistic(0, 0.85, (n, m))
        depth = np.minimum(rng.exponential(0.07, (n, m)) + 0.01 + 0.02 * np.maximum(-latent, 0), 0.7)
        value, target, share = _values(rng, kinds, latent, depth, targets)
        score = np.round(share * weight, 2)
        slip = (rng.random((n, m)) < setting.slips) & ~words
        moved = rng.uniform(0.03, 0.2, (n, m)) * rng.choice([-1, 1], (n, m)) * weight
        score = np.clip(np.where(slip, np.round(score + moved, 2), score), 0, weight)
        proof = rng.random((n, m)) < proven[:, None]
        years.append(
            Reports(kinds, group, value, target, weight.copy(), share, score, proof, np.ones((n, m), dtype=bool))
        )
    return years


def _weights(rng: np.random.Generator, setting: Setting, words: Flags, n: int) -> Floats:
    """Weights of the form in half points; some units moved a few points for reasons of their own."""
    m = len(words)
    form = np.maximum(np.rint(rng.dirichlet(np.full(m, 4.0)) * 160) / 2, 0.5)
    if setting.heavy:
        form[rng.choice(np.flatnonzero(words))] = 30
    form[np.argmax(form)] += 100 - form.sum() if not setting.heavy else 0
    if setting.heavy:
        rest = np.arange(m) != np.argmax(form)
        form[rest] = np.maximum(np.floor(form[rest] * 70 / form[rest].sum() * 2) / 2, 0.5)
        form[np.flatnonzero(rest)[0]] += 100 - form.sum()
    weight = np.tile(form, (n, 1))
    for unit in np.flatnonzero(rng.random(n) < setting.own_weights):
        for _ in range(rng.integers(1, 5)):
            giver, taker = rng.choice(m, 2, replace=False)
            moved = np.floor(weight[unit, giver] * rng.uniform(0.2, 0.8) * 2) / 2
            weight[unit, giver] -= moved
            weight[unit, taker] += moved
    return weight


def _values(
    rng: np.random.Generator, kinds: npt.NDArray[np.object_], latent: Floats, depth: Floats, targets: Floats
) -> tuple[Floats, Floats, Floats]:
    n, m = latent.shape
    good = latent > 0
    value, target, share = np.full((n, m), np.nan), np.full((n, m), np.nan), np.zeros((n, m))
    for kind in (*_EXACT, "target", "words"):
        at = kinds == kind
        g, d = good[:, at], depth[:, at]
        if kind == "words":
            share[:, at] = np.where(g, 1.0, np.round(1 - np.clip(d * 2.2, 0.05, 0.5), 2))
        elif kind == "target":
            ratio = np.where(g, 1 + np.abs(0.12 * rng.standard_t(3, g.shape)), 1 - d)
            target[:, at] = targets[:, at]
            value[:, at] = np.maximum(np.rint(targets[:, at] * ratio), 1)
            share[:, at] = np.minimum(value[:, at] / target[:, at], 1)
        else:
            value[:, at] = np.round(np.where(g, 0, 100 * d) if kind == "over" else np.where(g, 100, 100 * (1 - d)), 2)
            share[:, at] = _by_rule(kind, value[:, at])
    return value, target, share


def _by_rule(kind: str, value: Floats) -> Floats:
    if kind == "rate":
        return value / 100
    if kind == "under":
        return np.clip(1 - 0.02 * (100 - value), 0, 1)
    if kind == "over":
        return np.clip(1 - 0.05 * value, 0, 1)
    return np.select([value >= 95, value >= 90, value >= 80], [1.0, 0.8, 0.6], 0.0)


# The acts: what is done to one unit of a year.


def _raise(year: Reports, unit: int, where: Flags, score: Floats) -> None:
    weight = year.weight[unit]
    year.score[unit, where] = np.round(np.clip(score, year.score[unit], weight), 2)[where]


def _above_rule(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    room = year.weight[unit] - year.score[unit]
    at = (year.kinds != "words") & (room > 0.02 * year.weight[unit]) & (rng.random(len(room)) < 0.6 * strength)
    _raise(year, unit, at, year.score[unit] + room * rng.uniform(0.4, 1, len(room)))


def _lenient(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    at = year.of("words") & (rng.random(len(year.kinds)) < 0.6 * strength)
    _raise(year, unit, at, year.weight[unit])


def _fabricated(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    at = year.of(*_EXACT) & (year.share[unit] < 0.9995) & (rng.random(len(year.kinds)) < 0.6 * strength)
    year.value[unit, at] = np.where(year.kinds[at] == "over", 0, 100)
    _raise(year, unit, at, year.weight[unit])


def _nothing(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    pass


def _to_the_cut(year: Reports, unit: int, rng: np.random.Generator) -> None:
    wanted = CUT + rng.uniform(0, 0.5) - year.score[unit].sum()
    for leaf in rng.permutation(np.flatnonzero(year.of("words"))):
        more = round(min(float(year.weight[unit, leaf] - year.score[unit, leaf]), wanted), 2)
        if more > 0:
            year.score[unit, leaf] = round(float(year.score[unit, leaf]) + more, 2)
            wanted -= more


def _bring_to_the_cut(rng: np.random.Generator, year: Reports, acts: npt.NDArray[np.object_], setting: Setting) -> None:
    """Seekers are units a little below the cut-off: the act moves to honest ones there."""
    totals = year.score.sum(1)
    seekers = np.flatnonzero(acts == "cut_off")
    below = rng.permutation(np.flatnonzero((totals >= CUT - 4) & (totals < CUT) & (acts == None)))  # noqa: E711
    acts[seekers] = None
    for unit in below[: len(seekers)]:
        acts[unit] = "cut_off"
        _to_the_cut(year, int(unit), rng)
    if len(below) < len(seekers):
        others = [a for a in setting.acts if a != "cut_off"]
        for unit, act in zip(
            seekers[len(below) :], np.resize(np.array(others, dtype=object), len(seekers)), strict=False
        ):
            acts[unit] = act
            _ACTS[act](year, int(unit), rng, setting.strength)


def _weight_shift(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    into = rng.choice(np.flatnonzero(year.of("words")))
    weight, score = year.weight[unit], year.score[unit]
    for leaf in np.flatnonzero((year.kinds != "words") & (score < weight - 0.01)):
        moved = np.floor(weight[leaf] * 0.5 * strength * 2) / 2
        score[leaf] = round(float(score[leaf] * (weight[leaf] - moved) / weight[leaf]), 2)
        weight[leaf] -= moved
        weight[into] += moved
    score[into] = weight[into]
    year.proof[unit, into] = False


def _easy_target(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    at = year.of("target") & (rng.random(len(year.kinds)) < 0.9)
    low = np.maximum(np.floor(year.value[unit] / rng.uniform(1.02, 1.02 + 0.4 * strength, len(at))), 1)
    year.target[unit, at] = np.minimum(low, year.target[unit])[at]
    _raise(year, unit, at & (year.value[unit] >= year.target[unit]), year.weight[unit])


def _creep(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    room = year.weight[unit] - year.score[unit]
    at = rng.random(len(room)) < 0.5
    _raise(year, unit, at, year.score[unit] + strength * room * rng.uniform(0.4, 1, len(room)))


def _mix(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    for act in rng.choice(["above_rule", "lenient", "fabricated", "easy_target", "creep"], 2, replace=False):
        _ACTS[act](year, unit, rng, 0.6 * strength)


def _rounded_up(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    """Every score up to the next half point."""
    _raise(year, unit, np.ones(len(year.kinds), dtype=bool), np.ceil(year.score[unit] * 2 - 1e-9) / 2)


def _dropped(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    """The leaves with the greatest losses are left out, their weight goes to full ones."""
    weight, score = year.weight[unit], year.score[unit]
    worst = np.argsort(score - weight)[: round(5 * strength)]
    worst = worst[score[worst] < weight[worst]]
    full = np.flatnonzero((score >= weight - 0.001) & (weight > 0))
    for leaf in worst:
        into = rng.choice(full)
        weight[into] += weight[leaf]
        score[into] = weight[into]
        year.kept[unit, leaf] = False


def _nudged(year: Reports, unit: int, rng: np.random.Generator, strength: float) -> None:
    """Values are improved by about half of what they lack, and so are the scores by their rule."""
    for kind in _EXACT:
        at = year.of(kind) & (year.share[unit] < 0.9995) & (rng.random(len(year.kinds)) < 0.9 * strength)
        best = 0 if kind == "over" else 100
        year.value[unit, at] = np.round(best + (year.value[unit, at] - best) * rng.uniform(0.1, 0.6, int(at.sum())), 2)
        _raise(year, unit, at, np.where(at, _by_rule(kind, np.nan_to_num(year.value[unit])) * year.weight[unit], 0))


_ACTS: dict[str, Callable[[Reports, int, np.random.Generator, float], None]] = {
    "above_rule": _above_rule, "lenient": _lenient, "fabricated": _fabricated, "cut_off": _nothing,
    "weight_shift": _weight_shift, "easy_target": _easy_target, "creep": _creep, "mix": _mix,
    "rounded_up": _rounded_up, "dropped": _dropped, "nudged": _nudged,
}  # fmt: skip


# Interchange tables.


def _unit(number: int) -> str:
    return f"示例单位{number:04d}"


def _region(setting: Setting, unit: int) -> str:
    return f"9901{1 + unit % setting.districts:02d}"


def _tables(
    rng: np.random.Generator, setting: Setting, year: Reports, fiscal_year: int, true_loss: Floats, candid: Floats
) -> dict[str, pd.DataFrame]:
    n, m = year.score.shape
    groups = [name for _, name, _ in _FORM]
    names = [f"{groups[g]}事项{i + 1:02d}" for i, g in enumerate(year.group)]
    words = year.kinds == "words"
    head = {"fiscal_year": fiscal_year, "region_code": [_region(setting, u) for u in range(n)],
            "unit": [_unit(u) for u in range(n)]}  # fmt: skip
    count = rng.integers(2, 60, (n, m))
    texts = np.where(words & (setting.place == "value") & year.proof, np.char.mod("完成%d项", count), "已完成")
    texts = np.where(np.isin(year.kinds, _EXACT), np.char.mod("%.2f%%", year.value), texts)
    texts = np.where(year.kinds == "target", np.char.mod("%d件", np.nan_to_num(year.value)), texts)
    notes = np.where(words & (setting.place == "note") & year.proof, np.char.mod("其中%d项已归档", count), "")
    goals = np.where(year.kinds == "target", np.char.mod("≥%d件", np.nan_to_num(year.target)), "")
    rule = [_RULES[kind][0 if setting.readable else 1] for kind in year.kinds]
    keep = (year.kept & (year.weight > 0)).ravel()
    leaves = pd.DataFrame(
        {key: np.repeat(column, m) if isinstance(column, list) else column for key, column in head.items()}
        | {
            "ordinal": np.tile(np.arange(1, m + 1), n),
            "level1": np.tile([_FORM[g][0] for g in year.group], n),
            "level2": np.tile([groups[g] for g in year.group], n),
            "level3": np.tile(names, n), "weight": year.weight.ravel(), "score": year.score.ravel(),
            "value_text": texts.ravel(), "target_text": goals.ravel(), "deviation_reason": notes.ravel(),
            "rule_text": np.tile(rule, n),
        }
    )[keep]  # fmt: skip
    leaves = leaves.replace({"": None})
    loss = np.stack([true_loss[:, year.group == g].sum(1) for g in range(len(groups))], axis=1)
    admits = np.where(loss > 0.05, rng.random(loss.shape) < candid[:, None], rng.random(loss.shape) < setting.ritual)
    problems = ["；".join(f"{groups[g]}方面仍有差距" for g in np.flatnonzero(row)) or "无" for row in admits]
    proven = words & year.proof & (setting.place == "narrative")
    done = [
        "。".join(f"{names[i]}办理{count[u, i]}项" for i in np.flatnonzero(proven[u])) or "各项工作有序推进"
        for u in range(n)
    ]
    narrative = pd.concat(
        [pd.DataFrame(head | {"section": "存在问题", "text": problems}),
         pd.DataFrame(head | {"section": "主要绩效", "text": done})]
    )  # fmt: skip
    return {f"leaf_score_{fiscal_year}": leaves, f"narrative_{fiscal_year}": narrative}
