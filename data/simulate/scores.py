"""Values, true scores and honest self-scores of one area: units × years × leaves.

A unit has one ability for what is measured and another, half related, for what is described; leaves have an ease; a
unit keeps its strengths from year to year. A leaf's true score follows from its printed value by its printed rule. An
honest unit scores itself so, but for rare slips that go both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.simulate.money import Money
from data.simulate.templates import PERCENT, Kind, Template

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

SLIPS = 0.02
"""Share of ruled leaves with a slip of the pen, in either direction."""

_TIERS = ("达成预期目标", "部分达成并具有一定效果", "未达成且效果较差")
_WRITTEN = ("已制定并执行", "未制定")
NOT_APPLICABLE = "不适用"


@dataclass(frozen=True, slots=True)
class Scores:
    """Arrays units × years × leaves.

    ``value`` is the printed number (percent as 97.35, counts as they are, NaN where the value is words), ``words`` the
    printed text where it is words (``None`` elsewhere), ``target`` NaN where there is none, ``weight`` and ``score``
    points; ``share`` the true score as a share of the weight.
    """

    value: Floats
    words: Words
    target: Floats
    weight: Floats
    share: Floats
    score: Floats


def abilities(rng: np.random.Generator, units: int, years: int) -> tuple[Floats, Floats]:
    """Log-odds of doing well, units × years: for measured and for described leaves (correlated about one half)."""
    lasting = rng.normal(0, 0.7, (units, 1)) + rng.normal(0, 0.2)
    measured = lasting + _wandering(rng, units, years, 0.35)
    described = 0.5 * measured + rng.normal(0, 0.55, (units, 1)) + _wandering(rng, units, years, 0.3)
    return measured, described


def _wandering(rng: np.random.Generator, units: int, years: int, size: float) -> Floats:
    """A stationary first-order series with persistence 0.7."""
    steps = rng.normal(0, size, (units, years))
    for year in range(1, years):
        steps[:, year] = 0.7 * steps[:, year - 1] + np.sqrt(1 - 0.49) * steps[:, year]
    return steps


def honest(
    rng: np.random.Generator, forms: list[Template], money: Money, measured: Floats, described: Floats
) -> Scores:
    """What every unit would report without any act; ``forms`` is the template of each year, kinds in the same order."""
    kinds: list[Kind] = [leaf.kind for leaf in forms[0].leaves]
    units, years = measured.shape
    leaves = len(kinds)
    ease = np.array([[leaf.ease for leaf in form.leaves] for form in forms])
    weight = np.array([[leaf.weight for leaf in form.leaves] for form in forms])
    by_words = np.array([kind in ("tier", "yes_no", "vague") for kind in kinds])
    ability = np.where(by_words, described[:, :, None], measured[:, :, None])
    habit = rng.normal(0, 0.7, (units, 1, leaves))
    chance = rng.logistic(0, 0.8, (units, years, leaves))
    latent = ease[None] + ability + habit + chance
    spread = rng.random((units, years, leaves))
    targets = np.rint(np.exp(rng.normal(3.2, 0.8, (units, 1, leaves)))) + 4
    value = np.full((units, years, leaves), np.nan)
    words = np.full((units, years, leaves), None, dtype=object)
    target = np.full((units, years, leaves), np.nan)
    share = np.zeros((units, years, leaves))
    short = np.where(latent > 0, 0, np.minimum(0.01 + 0.06 * np.log1p(np.exp(-latent)) * (0.5 + spread), 0.7))
    for i, kind in enumerate(kinds):
        name = forms[0].leaves[i].level3
        if kind == "target":
            ratio = np.where(latent[:, :, i] > 0, 1 + 0.12 * np.abs(spread[:, :, i] - 0.3), 1 - short[:, :, i])
            target[:, :, i] = np.broadcast_to(targets[:, :, i], (units, years))
            value[:, :, i] = np.rint(target[:, :, i] * ratio)
        elif kind in PERCENT:
            value[:, :, i] = np.round(_percent(kind, name, latent[:, :, i], short[:, :, i], spread[:, :, i], money), 2)
        else:
            words[:, :, i] = _in_words(kind, latent[:, :, i])
        share[:, :, i] = true_share(kind, value[:, :, i], target[:, :, i], latent[:, :, i], spread[:, :, i])
    weights = np.broadcast_to(weight[None], share.shape).copy()
    score = np.round(share * weights, 2)
    ruled = np.array([kind not in ("vague", "tier") for kind in kinds])
    slip = (rng.random(share.shape) < SLIPS) & ruled
    moved = np.round(rng.uniform(0.02, 0.15, share.shape) * weights * rng.choice([-1, 1], share.shape), 2)
    score = np.clip(np.where(slip, score + moved, score), 0, weights)
    return Scores(value, words, target, weights, share, score)


def _percent(kind: Kind, name: str, latent: Floats, short: Floats, spread: Floats, money: Money) -> Floats:
    if kind == "execution":
        return money.rate_average * 100
    if name == "预算调整率":
        return money.changed / np.maximum(money.initial, 1) * 100
    if name == "结转结余率":
        return money.carried_out / np.maximum(money.adjusted, 1) * 100
    if name == "在职人员控制率":
        return money.staff / money.establishment * 100
    if kind == "cap":
        return np.where(latent > -1.2, 100 - 25 * spread**2, 100 + 12 * spread)
    if kind == "satisfaction":
        return np.clip(82 + 16 / (1 + np.exp(-latent)) + 2 * spread, 60, 100)
    return 100 * (1 - short)


def _in_words(kind: Kind, latent: Floats) -> Words:
    if kind == "vague":
        return np.full(latent.shape, None, dtype=object)
    if kind == "yes_no":
        return np.where(latent > _NOT_WRITTEN, _WRITTEN[0], _WRITTEN[1]).astype(object)
    return np.select([latent > -1, latent > -2.2], _TIERS[:2], _TIERS[2]).astype(object)


_NOT_WRITTEN = -1.8


def true_share(kind: Kind, value: Floats, target: Floats, latent: Floats, spread: Floats) -> Floats:
    """The share of the weight that the printed rule gives; for words, where in its band the unit stands."""
    if kind in ("rate", "execution", "satisfaction"):
        return np.clip(value / 100, 0, 1)
    if kind == "over":
        return np.clip(1 - 0.05 * value, 0, 1)
    if kind == "under":
        return np.clip(1 - 0.02 * (100 - value), 0, 1)
    if kind == "cap":
        return np.where(value <= 100, 1.0, 0.0)
    if kind == "step":
        return np.select([value >= 95, value >= 90, value >= 80], [1.0, 0.8, 0.6], 0.0)
    if kind == "target":
        return np.clip(value / target, 0, 1)
    if kind == "yes_no":
        return np.where(latent > _NOT_WRITTEN, 1.0, 0.0)
    if kind == "tier":
        return np.select([latent > 0, latent > -1, latent > -2.2], [1.0, 0.8 + 0.18 * spread, 0.6 + 0.19 * spread],
                         0.5 * spread)  # fmt: skip
    return np.where(latent > 0, 1.0, 0.7 + 0.25 * spread)
