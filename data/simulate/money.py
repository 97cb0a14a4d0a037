"""Amounts of the simulated units: every identity of a budget holds to the hundredth of a 万元.

carried_out = carried_in + adjusted − expenditure; adjusted = initial + added − reduced; basic + project = whole;
carried_in is last year's carried_out. Amounts are whole numbers of 0.01 万元.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Money:
    """Units × years, in 0.01 万元."""

    initial_basic: Whole
    initial_project: Whole
    adjusted_basic: Whole
    adjusted_project: Whole
    basic: Whole
    project: Whole
    carried_in: Whole
    carried_out: Whole
    changed: Whole
    """Gross sum of additions and reductions."""
    staff: Whole
    establishment: Whole

    @property
    def general_public(self) -> Whole:
        """Revenue from 一般公共预算; revenue in all is the adjusted budget."""
        return self.adjusted * 88 // 100

    @property
    def government_fund(self) -> Whole:
        return self.adjusted * 7 // 100

    @property
    def initial(self) -> Whole:
        return self.initial_basic + self.initial_project

    @property
    def adjusted(self) -> Whole:
        return self.adjusted_basic + self.adjusted_project

    @property
    def expenditure(self) -> Whole:
        return self.basic + self.project

    @property
    def rate_adjusted(self) -> Floats:
        """全年执行数 / 全年预算数."""
        return self.expenditure / np.maximum(self.adjusted, 1)

    @property
    def rate_average(self) -> Floats:
        """Mean of the rates of basic and project spending."""
        basic = self.basic / np.maximum(self.adjusted_basic, 1)
        project = self.project / np.maximum(self.adjusted_project, 1)
        return (basic + project) / 2


def amounts(rng: np.random.Generator, quality: Floats) -> Money:
    """Amounts of units (rows) over years (columns); a unit of better ``quality`` spends closer to its budget."""
    n, years = quality.shape
    size = np.exp(rng.normal(12.2, 0.9, (n, 1)))
    growth = np.cumprod(1 + rng.normal(0.03, 0.05, (n, years)), axis=1)
    initial = np.maximum(size * growth, 2_000)
    share = np.clip(rng.beta(6, 4, (n, 1)) + rng.normal(0, 0.03, (n, years)), 0.15, 0.9)
    initial_basic = np.rint(initial * share).astype(np.int64)
    initial_project = np.rint(initial * (1 - share)).astype(np.int64)
    added = np.where(rng.random((n, years)) < 0.6, rng.gamma(1.2, 0.03, (n, years)), 0)
    reduced = np.where(rng.random((n, years)) < 0.4, rng.gamma(1.2, 0.015, (n, years)), 0)
    plus_basic = np.rint(initial_basic * added * 0.4).astype(np.int64)
    plus_project = np.rint(initial_project * added * 1.4).astype(np.int64)
    less_project = np.rint(initial_project * np.minimum(reduced, 0.8)).astype(np.int64)
    adjusted_basic, adjusted_project = initial_basic + plus_basic, initial_project + plus_project - less_project
    shortfall = rng.gamma(1.6, 0.045, (n, years)) * np.exp(-0.45 * quality)
    basic = np.rint(adjusted_basic * np.clip(1 - shortfall * 0.35, 0.55, 1)).astype(np.int64)
    project = np.rint(adjusted_project * np.clip(1 - shortfall * 1.3, 0.3, 1)).astype(np.int64)
    carried_in, carried_out = np.zeros_like(basic), np.zeros_like(basic)
    held = np.rint(initial[:, 0] * rng.gamma(1.2, 0.03, n)).astype(np.int64)
    for year in range(years):
        carried_in[:, year] = held
        from_before = np.rint(held * rng.uniform(0.2, 0.7, n)).astype(np.int64)
        returned = rng.random(n) < 0.35
        project[:, year] += np.where(returned, from_before, 0)
        carried_out[:, year] = (
            held + adjusted_basic[:, year] + adjusted_project[:, year] - basic[:, year] - project[:, year]
        )
        held = carried_out[:, year]
    establishment = np.broadcast_to(np.maximum(rng.poisson(60, (n, 1)), 8), (n, years)).astype(np.int64)
    staff = np.maximum(np.rint(establishment * rng.normal(0.95, 0.04, (n, years))).astype(np.int64), 3)
    return Money(
        initial_basic, initial_project, adjusted_basic, adjusted_project, basic, project, carried_in, carried_out,
        plus_basic + plus_project + less_project, staff, establishment,
    )  # fmt: skip
