"""One area of a simulated city: its units, honest reports, planted acts, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.simulate import money as amounts_of
from data.simulate import planted, scores
from data.simulate.city import Act, Area, City, Unit, generator, units
from data.simulate.templates import Kind, Template, template

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_REACH = (85.0, 90.0)


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted in one report: the act, how many leaves it changed, points above the honest self-score."""

    unit: int
    year: int
    act: Act
    leaves: int
    points: float


@dataclass(frozen=True, slots=True)
class AreaYears:
    """An area with all its years. Arrays are units × years (× leaves); ``exists`` says which reports there are."""

    area: Area
    units: tuple[Unit, ...]
    forms: tuple[Template, ...]
    money: amounts_of.Money
    honest: scores.Scores
    scores: scores.Scores
    planted: tuple[Planted, ...]
    in_roster: Flags
    exists: Flags


def area_years(city: City, area: Area) -> AreaYears:
    """Simulate one area, by its own random numbers: the order in which areas are made does not matter."""
    members = units(city, area)
    years = list(city.fiscal_years)
    forms = tuple(
        template(area.own_level, city.renewed_in is not None and y >= city.renewed_in, city.leaves) for y in years
    )
    rng = generator(city, area, 0)
    measured, described = scores.abilities(rng, len(members), len(years))
    money = amounts_of.amounts(generator(city, area, 1), measured)
    fair = scores.honest(generator(city, area, 2), list(forms), money, measured, described)
    told = scores.Scores(
        fair.value.copy(), fair.words.copy(), fair.target.copy(), fair.weight.copy(), fair.share, fair.score.copy()
    )
    in_roster = np.array([[u.first <= y <= u.last for y in years] for u in members])
    rng = generator(city, area, 3)
    exists = in_roster & (rng.random(in_roster.shape) >= city.late)
    found = _plant(city, generator(city, area, 4), members, forms, fair, told, exists)
    return AreaYears(area, members, forms, money, fair, told, found, in_roster, exists)


def _plant(
    city: City,
    rng: np.random.Generator,
    members: tuple[Unit, ...],
    forms: tuple[Template, ...],
    fair: scores.Scores,
    told: scores.Scores,
    exists: Flags,
) -> tuple[Planted, ...]:
    kinds: list[Kind] = [leaf.kind for leaf in forms[0].leaves]
    guilty = np.flatnonzero(rng.random(len(members)) < city.inflated)
    totals = fair.score.sum(axis=2)
    near_the_cut = rng.permutation(np.flatnonzero(((totals >= _REACH[0]) & (totals < _REACH[1]))[:, -1]))
    spare = iter([u for u in near_the_cut if u not in set(guilty)])
    found = []
    for drawn in guilty:
        act = city.acts[rng.integers(len(city.acts))]
        unit = next(spare, drawn) if act == "cut_off" else drawn
        begins = int(rng.integers(0, max(len(forms) - 1, 1)))
        sister = int((unit + 1 + rng.integers(len(members) - 1)) % len(members))
        for year in range(begins, len(forms)):
            if not exists[unit, year]:
                continue
            report = planted.report_of(told, kinds, int(unit), year)
            before = (report.score.copy(), report.weight.copy(), report.target.copy(), report.value.copy())
            planted.plant(act, report, planted.report_of(fair, kinds, sister, year), rng, year - begins)
            after = (report.score, report.weight, report.target, report.value)
            changed = np.zeros(len(kinds), dtype=bool)
            for one, other in zip(before, after, strict=True):
                changed |= ~((one == other) | (np.isnan(one) & np.isnan(other)))
            if changed.any():
                points = float(np.round(report.score.sum() - before[0].sum(), 2))
                found.append(Planted(int(unit), year, act, int(changed.sum()), points))
    return tuple(found)
