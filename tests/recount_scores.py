"""The numbers of 得分分布 and 较上年 counted a second time, in plain Python over exported CSV files."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import fmean

from tests.recount import BANDS, ORDER, City, Row, quantile

STEPS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 99, 100)
"""Hundredths of the reports at which the cumulated curve has its steps."""


def grouped(city: City, ids: list[str], by: str, dimension: str) -> dict[str, dict[str, float]]:
    """Group -> report -> score rate."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for i in ids:
        if by == "dimension":
            for name in ORDER:
                rate = city.rate(i, name)
                if rate is not None:
                    found[name][i] = rate
        elif (rate := city.rate(i, dimension)) is not None:
            found[named(city.reports[i], by)][i] = rate
    return found


def named(report: Row, by: str) -> str:
    """The group of a report; a region that others lie in stands for its own level."""
    own_level = by == "region" and report["region_code"].endswith("00")
    return f"{report[by]}（本级）" if own_level else report[by]


def fences(values: list[float]) -> tuple[float, float]:
    """Beyond them, by more than the last digits of a sum, a rate is an outlier."""
    low, high = quantile(values, 0.25), quantile(values, 0.75)
    return low - 1.5 * (high - low) - 1e-9, high + 1.5 * (high - low) + 1e-9


def groups(city: City, ids: list[str], by: str, dimension: str = "") -> dict[str, dict[str, float]]:
    found = {}
    for name, rates in grouped(city, ids, by, dimension).items():
        values = list(rates.values())
        low, high = fences(values)
        inside = [v for v in values if low <= v <= high]
        found[name] = {
            "reports": len(values),
            "units": len({city.reports[i]["unit_id"] for i in rates}),
            "mean_rate": fmean(values),
            "q1_rate": quantile(values, 0.25),
            "middle_rate": quantile(values, 0.5),
            "q3_rate": quantile(values, 0.75),
            "lowest_rate": min(values),
            "highest_rate": max(values),
            "low_rate": min(inside),
            "high_rate": max(inside),
            "outliers": len(values) - len(inside),
            "full_reports": sum(v >= 1 for v in values),
        }
    return found


def of_all(groups: dict[str, dict[str, float]]) -> dict[str, float]:
    """What is said of all groups together; of medians and outliers, where there are five reports or more."""
    every, large = list(groups.values()), [g for g in groups.values() if g["reports"] >= 5]
    middles = [g["middle_rate"] for g in large]
    said = {"all_low_middle": min(middles), "all_high_middle": max(middles)} if large else {}
    return said | {
        "all_groups": len(every), "all_small": len(every) - len(large), "all_reports": sum(g["reports"] for g in every),
        "all_largest": max(g["reports"] for g in every), "all_low_mean": min(g["mean_rate"] for g in every),
        "all_high_mean": max(g["mean_rate"] for g in every), "all_lowest": min(g["lowest_rate"] for g in every),
        "all_highest": max(g["highest_rate"] for g in every), "all_outliers": sum(g["outliers"] for g in large),
    }  # fmt: skip


def outliers(city: City, ids: list[str], by: str, dimension: str = "") -> set[tuple[str, str]]:
    """(report, group code or name) beyond the whiskers of a group of five or more."""
    found = set()
    for name, rates in grouped(city, ids, by, dimension).items():
        if len(rates) < 5:
            continue
        low, high = fences(list(rates.values()))
        found |= {(city.name(i), name) for i, rate in rates.items() if not low <= rate <= high}
    return found


def columns(city: City, ids: list[str], dimension: str) -> dict[str, int]:
    rates = [r for i in ids if (r := city.rate(i, dimension)) is not None]
    return {name: sum(low <= round(r * 100, 6) < below for r in rates) for name, low, below in BANDS}


def curve(city: City, ids: list[str], dimension: str) -> dict[float, float]:
    """Rate -> share of the reports at or below it, at the lowest rate that each step of the reports reaches."""
    rates = sorted(r for i in ids if (r := city.rate(i, dimension)) is not None)
    shares = {rate: sum(r <= rate for r in rates) / len(rates) for rate in rates}
    return {rate: shares[rate] for step in STEPS for rate in [next(r for r in rates if shares[r] * 100 >= step - 1e-9)]}


def heat(city: City, ids: list[str], by: str) -> dict[tuple[str, str], tuple[int, float, float]]:
    """Row and dimension -> reports, Σ得分, Σ权重."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for i in ids:
        for dimension in ("", *ORDER):
            score, weight = city.sums(i, dimension)
            if weight:
                found[named(city.reports[i], by), dimension or "全部"].append((score, weight))
    return {cell: (len(s), sum(a for a, _ in s), sum(b for _, b in s)) for cell, s in found.items()}


def position(city: City, report_id: str) -> dict[str, dict[str, float]]:
    """Dimension -> where a report stands among those of its year and form."""

    def base(report: Row) -> tuple[str, ...]:
        return report["fiscal_year"], report["form"], report["region_code"], report["template"]

    peers = [i for i, r in city.reports.items() if base(r) == base(city.reports[report_id])]
    found = {}
    for dimension in ORDER:
        own = city.rate(report_id, dimension)
        if own is not None:
            rates = [r for i in peers if (r := city.rate(i, dimension)) is not None]
            found[dimension] = {
                "rate": own, "reports": len(rates), "below": sum(r < own for r in rates),
                "same": sum(r == own for r in rates), "q1_rate": quantile(rates, 0.25),
                "middle_rate": quantile(rates, 0.5), "q3_rate": quantile(rates, 0.75),
            }  # fmt: skip
    return found


def undiscriminating(city: City, ids: list[str]) -> dict[tuple[int, str, str, str], tuple[int, int, float]]:
    """(year, region, form, leaf) -> reports, of which full, mean weight; 95 % full of at least 30 reports."""
    found: dict[tuple[int, str, str, str], list[tuple[bool, float]]] = defaultdict(list)
    for i in ids:
        report = city.reports[i]
        for leaf in city.leaves[i]:
            score, weight = city.counted(leaf), city.weight(leaf)
            if score is not None and weight > 0:
                key = (int(report["fiscal_year"]), report["region_code"], report["template"], leaf["level3"])
                found[key].append((score >= weight, weight))
    return {
        key: (len(seen), sum(full for full, _ in seen), fmean(w for _, w in seen))
        for key, seen in found.items()
        if len(seen) >= 30 and sum(full for full, _ in seen) / len(seen) >= 0.95
    }


def name_of(leaf: Row) -> str:
    return leaf["canonical_leaf"] or leaf["level3"]


def side_by_side(city: City, ids: list[str]) -> dict[str, tuple[dict[str, float], float, int]]:
    """Leaf -> unit -> rate; the widest difference; units that have it."""
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for i in ids:
        for leaf in city.leaves[i]:
            score = city.counted(leaf)
            if score is not None:
                found[name_of(leaf)].append((city.reports[i]["unit_id"], score / city.weight(leaf)))
    return {
        name: (dict(rates), max(r for _, r in rates) - min(r for _, r in rates), len({u for u, _ in rates}))
        for name, rates in found.items()
    }


def departments(city: City, ids: list[str]) -> dict[str, dict[str, float | None]]:
    """department:year:region -> simple and weighted mean of 可比得分."""
    found: dict[str, list[str]] = defaultdict(list)
    for i in ids:
        report = city.reports[i]
        if report["department"]:
            found[f"{report['department']}:{report['fiscal_year']}:{report['region_code']}"].append(i)
    means: dict[str, dict[str, float | None]] = {}
    for name, ids in found.items():
        scores = {i: s for i in ids if (s := city.comparable(i)) is not None}
        budgets = {i: b for i in ids if (b := city.amount(i, "adjusted_budget")) is not None}
        both = [(scores[i], budgets[i]) for i in scores if budgets.get(i, 0) > 0]
        means[name] = {
            "units": len({city.reports[i]["unit_id"] for i in ids}),
            "simple_score": fmean(scores.values()) if scores else None,
            "weighted_score": sum(s * b for s, b in both) / sum(b for _, b in both) if both else None,
            "with_budget": len(both),
            "budget_wan": sum(budgets.values()) / 10_000 if budgets else None,
            "lowest": min(scores.values(), default=None),
            "highest": max(scores.values(), default=None),
        }
    return means


def labels(city: City, ids: list[str]) -> dict[tuple[str, ...], tuple[int, int, float]]:
    """(form, region, template, level1, level2, dimension) -> reports, leaves, points a report."""
    found: dict[tuple[str, ...], list[tuple[str, float]]] = defaultdict(list)
    for i in ids:
        report = city.reports[i]
        for leaf in city.leaves[i]:
            key = (report["form"], report["region"], report["template"], leaf["level1"], leaf["level2"])
            found[*key, city.dimension(leaf)].append((i, city.weight(leaf)))
    return {
        key: (len({i for i, _ in leaves}), len(leaves), sum(w for _, w in leaves) / len({i for i, _ in leaves}))
        for key, leaves in found.items()
    }


Known = dict[tuple[str, str], Row]


def once(city: City, report_id: str) -> Known:
    """(name, dimension) -> leaf, of the leaves whose name stands once in a report."""
    names = Counter((name_of(leaf), city.dimension(leaf)) for leaf in city.leaves[report_id])
    return {key: leaf for leaf in city.leaves[report_id] if names[key := (name_of(leaf), city.dimension(leaf))] == 1}


def pairs(city: City, year: int) -> list[tuple[str, Known, Known]]:
    """The reports of a year that have one of the same unit the year before, with the leaves of both."""
    before = {city.reports[i]["unit_id"]: i for i in city.of_year(year - 1)}
    units = {i: city.reports[i]["unit_id"] for i in city.of_year(year)}
    return [(i, once(city, before[unit]), once(city, i)) for i, unit in units.items() if unit in before]


def common(city: City, then: Known, now: Known) -> list[tuple[Row, Row]]:
    both = [(then[key], now[key]) for key in then if key in now]
    return [(a, b) for a, b in both if city.counted(a) is not None and city.counted(b) is not None]


def rate_of(city: City, leaves: list[Row]) -> float:
    return sum(city.counted(leaf) or 0 for leaf in leaves) / sum(city.weight(leaf) for leaf in leaves)


def alike(city: City, year: int, dimension: str = "") -> dict[str, float]:
    """Like for like: units and leaves of both years."""
    rates, leaves = [], 0
    for _, then, now in pairs(city, year):
        both = [(a, b) for a, b in common(city, then, now) if dimension in ("", city.dimension(a))]
        if both:
            leaves += len(both)
            rates.append((rate_of(city, [a for a, _ in both]), rate_of(city, [b for _, b in both])))
    return {
        "alike_units": len(rates), "alike_leaves": leaves, "alike_before_rate": fmean(a for a, _ in rates),
        "alike_rate": fmean(b for _, b in rates),
    }  # fmt: skip


def moved(city: City, year: int) -> dict[str, dict[str, float]]:
    """Dimension -> rates of both years over common leaves, and how many leaves entered and left."""
    both: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    entered: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for _, then, now in pairs(city, year):
        for a, b in common(city, then, now):
            both[city.dimension(b)].append((a, b))
        entered.update(dimension for _, dimension in now.keys() - then.keys())
        gone.update(dimension for _, dimension in then.keys() - now.keys())
    return {
        name: {
            "leaves": len(both[name]), "before_rate": rate_of(city, [a for a, _ in both[name]]),
            "score_rate": rate_of(city, [b for _, b in both[name]]), "entered": entered[name], "gone": gone[name],
        }
        for name in both
    }  # fmt: skip


def moved_units(city: City, year: int, place: tuple[str, str, str]) -> dict[str, dict[str, float | None]]:
    """Unit -> both years over the leaves that stand under a dimension, level2 and level3, of this year if it has them."""
    found: dict[str, dict[str, float | None]] = {}
    for i, then, now in pairs(city, year):
        here = [
            key
            for key in now | then
            for leaf in [now.get(key, then.get(key, {}))]
            if (city.dimension(leaf), leaf["level2"], leaf["level3"]) == place
        ]
        both = [(then[key], now[key]) for key in here if key in then and key in now]
        both = [(a, b) for a, b in both if city.counted(a) is not None and city.counted(b) is not None]
        if here:
            found[city.reports[i]["unit"]] = {
                "leaves": len(both), "entered": sum(key not in then for key in here),
                "gone": sum(key not in now for key in here),
                "before_rate": rate_of(city, [a for a, _ in both]) if both else None,
                "score_rate": rate_of(city, [b for _, b in both]) if both else None,
            }  # fmt: skip
    return found
