"""Who there is in a simulated city: areas, departments, units, sectors, and the merger.

Everything here is invented: region codes start with 99, names are 模拟一区, 示例部门01. A department has one or two
units (its own level and sometimes a subordinate one); the same department number in every district is one sector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Act = Literal[
    "above_rule", "lenient", "fabricated", "cut_off", "weight_shift", "easy_target", "creep", "mix",
    "declared_na", "copied",
]  # fmt: skip
ACTS: tuple[Act, ...] = (
    "above_rule", "lenient", "fabricated", "cut_off", "weight_shift", "easy_target", "creep", "mix",
    "declared_na", "copied",
)  # fmt: skip
"""Planted kinds of inflation: the eight of the literature and two of our own (declared_na, copied)."""

CITY = "990100"
LAST_YEAR = 2024
_DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class City:
    """What to simulate. The same values always give the same tables.

    ``units`` is the number of reporting units in each area; ``inflated`` the share of them that plant an act from
    some year on; ``acts`` the kinds in play. ``renewed_in`` and ``merged_in`` are fiscal years (``None``: never).
    """

    seed: int = 1
    districts: int = 12
    units: int = 200
    first_year: int = 2015
    years: int = 10
    leaves: int = 50
    renewed_in: int | None = 2020
    merged_in: int | None = 2021
    inflated: float = 0.2
    acts: tuple[Act, ...] = ACTS
    reviewed: float = 0.08
    missing: float = 0.01
    late: float = 0.04

    def __post_init__(self) -> None:
        if not (1 <= self.districts <= 98 and self.units >= 3 and self.years >= 1 and 40 <= self.leaves <= 200):
            raise ValueError("districts 1-98, units from 3, years from 1, leaves 40-200")

    @property
    def fiscal_years(self) -> range:
        return range(self.first_year, self.first_year + self.years)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The city's own level first, then its districts."""
        found = [Area(CITY, "模拟市", 0)]
        found += [Area(f"9901{n:02d}", f"模拟{chinese(n)}区", n) for n in range(1, self.districts + 1)]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Area:
    """The city itself (``number`` 0) or one of its districts."""

    region_code: str
    name: str
    number: int

    @property
    def own_level(self) -> bool:
        return self.number == 0


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit; ``first`` and ``last`` bound the fiscal years in which it exists."""

    code: str
    name: str
    short_name: str
    department: str
    sector: str
    sector_number: int
    first: int
    last: int


def units(city: City, area: Area) -> tuple[Unit, ...]:
    """The units of an area. Every third department has a subordinate unit.

    With ``merged_in`` the departments 01 and 02 end the year before and 示例部门合并01 begins in that year.
    """
    first, last = city.fiscal_years[0], city.fiscal_years[-1]
    merged = city.merged_in if city.merged_in is not None and first < city.merged_in <= last else None
    names: list[tuple[int, bool]] = []
    number = 0
    while len(names) < city.units - (1 if merged else 0):
        number += 1
        names.append((number, False))
        if number % 3 == 0 and len(names) < city.units - (1 if merged else 0):
            names.append((number, True))
    found = [_unit(area, n, below, first, merged - 1 if merged and n in (1, 2) else last) for n, below in names]
    if merged:
        found.append(
            Unit(f"{area.region_code}M01", f"{area.name}示例部门合并01", "合并01", f"{area.name}示例部门合并01",
                 "示例条线01", 1, merged, last)
        )  # fmt: skip
    return tuple(found)


def _unit(area: Area, number: int, below: bool, first: int, last: int) -> Unit:
    department = f"{area.name}示例部门{number:02d}"
    name = f"{department}下属中心" if below else f"{department}(本级)" if number % 3 == 0 else department
    code = f"{area.region_code}{number:03d}{'2' if below else '1'}"
    return Unit(code, name, f"示例{number:02d}{'中心' if below else ''}", department, f"示例条线{number:02d}", number,
                first, last)  # fmt: skip


def chinese(number: int) -> str:
    """1 to 99 as written in names: 一, 十二, 二十三."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def generator(city: City, area: Area, topic: int) -> np.random.Generator:
    """The random numbers of one topic in one area: areas can be made in any order, or alone."""
    return np.random.default_rng([city.seed, area.number, topic])
