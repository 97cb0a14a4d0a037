"""Planted acts: what an inflating unit does to an honest report, and nothing else.

Each act takes the honest arrays and changes scores (and, where that is the act, values, targets or weights) of one unit
in one year. The truth table says which act, how many leaves and how many points above the honest self-score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.simulate.city import Act
from data.simulate.scores import NOT_APPLICABLE, Scores
from data.simulate.templates import PERCENT, Kind

Floats = npt.NDArray[np.float64]

_CUT = 90.0
_REACH = 5.0
_FULL_VALUE: dict[Kind, float] = {"rate": 100, "under": 100, "step": 100, "over": 0, "cap": 100}


@dataclass(slots=True)
class Report:
    """The leaves of one unit in one year, changed in place: views into the arrays of :class:`Scores`."""

    kinds: list[Kind]
    value: Floats
    words: npt.NDArray[np.object_]
    target: Floats
    weight: Floats
    share: Floats
    score: Floats

    @property
    def missing(self) -> Floats:
        return self.weight - self.score

    def of(self, *kinds: Kind) -> npt.NDArray[np.bool_]:
        return np.array([kind in kinds for kind in self.kinds])

    @property
    def described(self) -> npt.NDArray[np.bool_]:
        return self.of("tier", "vague")

    @property
    def ruled(self) -> npt.NDArray[np.bool_]:
        return np.array([kind in PERCENT or kind == "target" for kind in self.kinds])

    def raise_to(self, where: npt.NDArray[np.bool_], score: Floats) -> None:
        self.score[where] = np.round(np.clip(score, self.score, self.weight), 2)[where]


def above_rule(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """The value stays, the score is put above what the rule gives."""
    chosen = report.ruled & (report.missing > 0.02 * report.weight) & (rng.random(report.score.shape) < 0.6 * strength)
    report.raise_to(chosen, report.score + report.missing * rng.uniform(0.4, 1.0, report.score.shape))


def lenient(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """Described leaves that are not full become full."""
    chosen = report.described & (report.missing > 0) & (rng.random(report.score.shape) < 0.8 * strength)
    report.raise_to(chosen, report.weight)
    tiers = chosen & report.of("tier")
    report.words[tiers] = "达成预期目标"


def fabricated(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """Imperfect values are replaced by perfect ones, the score follows the rule."""
    for kind, perfect in _FULL_VALUE.items():
        chosen = report.of(kind) & (report.missing > 0) & (rng.random(report.score.shape) < 0.75 * strength)
        report.value[chosen] = perfect
        report.raise_to(chosen, report.weight)


def cut_off(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """A total a little below 90 is brought to just above it, by whatever leaves have room."""
    total = report.score.sum()
    if not _CUT - _REACH * strength <= total < _CUT:
        return
    wanted = _CUT + rng.uniform(0, 0.6) - total
    for i in rng.permutation(len(report.score)):
        more = round(min(report.weight[i] - report.score[i], wanted), 2)
        if more > 0 and not report.ruled[i]:
            report.score[i] = round(report.score[i] + more, 2)
            wanted -= more


def weight_shift(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """Weight moves from measured duty leaves to one vague leaf, which is full."""
    vague = np.flatnonzero(report.of("vague"))
    givers = np.flatnonzero(report.of("target", "rate", "step") & (report.missing > 0) & (report.weight >= 1))
    if not len(vague) or not len(givers):
        return
    into = rng.choice(vague)
    for i in givers:
        moved = np.floor(report.weight[i] * 0.75 * strength * 2) / 2
        report.score[i] = round(report.score[i] * (1 - moved / report.weight[i]), 2)
        report.weight[i] -= moved
        report.weight[into] += moved
    report.score[into] = report.weight[into]


def easy_target(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """Targets are set so low that any result passes them by far."""
    chosen = report.of("target") & (rng.random(report.score.shape) < 0.9)
    low = np.maximum(np.floor(report.value / rng.uniform(1.15, 1 + 0.6 * strength + 0.15, report.value.shape)), 1)
    report.target[chosen] = low[chosen]
    report.raise_to(chosen, report.weight)


def creep(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """A little more on many leaves than the year before, values unchanged (``strength`` grows with the years)."""
    room = report.missing * np.clip(0.35 * strength, 0, 1) * (rng.random(report.score.shape) < 0.8)
    report.raise_to(room > 0.01, report.score + room)


def declared_na(report: Report, rng: np.random.Generator, strength: float = 1.0) -> None:
    """Leaves with losses are declared 不适用 and scored full."""
    chosen = report.of("rate", "over", "under", "cap", "step") & (report.missing > 0)
    chosen &= rng.random(report.score.shape) < 0.6 * strength
    report.value[chosen] = np.nan
    report.words[chosen] = NOT_APPLICABLE
    report.raise_to(chosen, report.weight)


def copied(report: Report, sister: Report, rng: np.random.Generator) -> None:
    """Values and scores are those of a better sister unit, where they are better."""
    better = sister.score / np.maximum(sister.weight, 0.5) > report.score / np.maximum(report.weight, 0.5) + 0.005
    better &= ~report.of("execution", "target") & (rng.random(report.score.shape) < 0.9)
    report.value[better], report.words[better] = sister.value[better], sister.words[better]
    report.raise_to(better, sister.score / np.maximum(sister.weight, 0.5) * report.weight)


_ALONE: dict[Act, Callable[[Report, np.random.Generator, float], None]] = {
    "above_rule": above_rule,
    "lenient": lenient,
    "fabricated": fabricated,
    "cut_off": cut_off,
    "weight_shift": weight_shift,
    "easy_target": easy_target,
    "creep": creep,
    "declared_na": declared_na,
}


def plant(act: Act, report: Report, sister: Report, rng: np.random.Generator, years_in: int) -> None:
    """Apply an act to one report; ``years_in`` counts the years since the unit began (0 in the first)."""
    if act == "copied":
        copied(report, sister, rng)
    elif act == "mix":
        for one in rng.choice(["above_rule", "lenient", "fabricated", "easy_target"], 2, replace=False):
            _ALONE[one](report, rng, 0.5)
    else:
        _ALONE[act](report, rng, 0.6 + 0.35 * years_in if act == "creep" else 1.0)


def report_of(scores: Scores, kinds: list[Kind], unit: int, year: int) -> Report:
    """One report as views into the arrays."""
    at = (unit, year)
    return Report(kinds, scores.value[at], scores.words[at], scores.target[at], scores.weight[at], scores.share[at],
                  scores.score[at])  # fmt: skip
