"""The numbers of 总览, 得分分布 and 预算执行 counted a second time, in plain Python over exported CSV files.

Nothing of the project is imported: what is counted here from the exported rows must be what the pages show.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from statistics import fmean

Row = dict[str, str]


def rows(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    return float(text.lstrip("'")) if text else None


def quantile(values: list[float], share: float) -> float:
    """Linear between the order statistics, as a continuous quantile is defined."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class City:
    """The exported tables, joined by report."""

    def __init__(self, folder: Path) -> None:
        self.reports = {r["report_id"]: r for r in rows(folder, "report") if r["status"] == "accepted"}
        self.leaves: dict[str, list[Row]] = defaultdict(list)
        for leaf in rows(folder, "leaf_score"):
            if leaf["report_id"] in self.reports:
                self.leaves[leaf["report_id"]].append(leaf)
        self.budget: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        for figure in rows(folder, "budget_figure"):
            amount = number(figure["amount_yuan"])
            if amount is not None:
                self.budget[figure["report_id"]].setdefault((figure["item"], figure["source"]), amount)

    def of_year(self, year: int) -> list[str]:
        return [i for i, r in self.reports.items() if int(r["fiscal_year"]) == year]

    @staticmethod
    def counted(leaf: Row) -> float | None:
        score = number(leaf["score"])
        return score if score is not None else number(leaf["score_inferred"])

    def comparable(self, report_id: str) -> float | None:
        scores = [self.counted(leaf) for leaf in self.leaves[report_id]]
        weights = [number(leaf["weight"]) or 0 for leaf in self.leaves[report_id]]
        return None if None in scores else sum(s for s in scores if s is not None) / sum(weights) * 100

    def rate(self, report_id: str, dimension: str = "") -> float | None:
        """Σ得分 / Σ权重 over the scored leaves of a dimension, or of all."""
        pairs = [
            (self.counted(leaf), number(leaf["weight"]) or 0)
            for leaf in self.leaves[report_id]
            if dimension in ("", leaf["dimension"] or "未映射")
        ]
        weight = sum(w for s, w in pairs if s is not None)
        return sum(s for s, _ in pairs if s is not None) / weight if weight else None

    def amount(self, report_id: str, item: str) -> float | None:
        """财政数据 first, else the report's own."""
        held = self.budget[report_id]
        return held.get((item, "财政数据"), held.get((item, "自评报告")))

    # What the pages show

    def overview(self, year: int) -> dict[str, float | int | None]:
        ids = self.of_year(year)
        scores = [s for i in ids if (s := self.comparable(i)) is not None]
        pairs = [(self.amount(i, "expenditure"), self.amount(i, "adjusted_budget")) for i in ids]
        spent = [(e, b) for e, b in pairs if e is not None and b]
        return {
            "reports": len(ids),
            "units": len({self.reports[i]["unit_id"] for i in ids}),
            "scored": len(scores),
            "average": fmean(scores) if scores else None,
            "lowest": min(scores, default=None),
            "highest": max(scores, default=None),
            "excellent": sum(s >= 90 for s in scores),
            "expenditure": sum(e for e, _ in spent) if spent else None,
            "adjusted_budget": sum(b for _, b in spent) if spent else None,
        }

    def bands(self, year: int) -> dict[str, int]:
        limits = (("98以上", 98, 1e9), ("95–98", 95, 98), ("90–95", 90, 95), ("80–90", 80, 90), ("60–80", 60, 80),
                  ("60以下", -1e9, 60))  # fmt: skip
        scores = [s for i in self.of_year(year) if (s := self.comparable(i)) is not None]
        return {name: sum(low <= s < below for s in scores) for name, low, below in limits}

    def lost(self, year: int) -> dict[str, float]:
        found: dict[str, float] = defaultdict(float)
        for i in self.of_year(year):
            for leaf in self.leaves[i]:
                score = self.counted(leaf)
                if score is not None:
                    found[leaf["dimension"] or "未映射"] += (number(leaf["weight"]) or 0) - score
        return found

    def groups(self, year: int, by: str, dimension: str = "") -> dict[str, dict[str, float]]:
        rates: dict[str, list[float]] = defaultdict(list)
        for i in self.of_year(year):
            rate = self.rate(i, dimension)
            if rate is not None:
                rates[self.reports[i][by]].append(rate)
        return {
            name: {
                "reports": len(values), "mean_rate": fmean(values), "q1_rate": quantile(values, 0.25),
                "middle_rate": quantile(values, 0.5), "q3_rate": quantile(values, 0.75), "lowest_rate": min(values),
                "highest_rate": max(values),
            }
            for name, values in rates.items()
        }  # fmt: skip

    def execution(self, year: int, basis: str) -> dict[str, float | int | None]:
        found: list[tuple[float | None, float | None, float]] = []
        for i in self.of_year(year):
            spent, adjusted, initial, held, basic, project, own_basic, own_project = (
                self.amount(i, item)
                for item in ("expenditure", "adjusted_budget", "initial_budget", "carried_in", "basic_expenditure",
                             "project_expenditure", "adjusted_basic_budget", "adjusted_project_budget")
            )  # fmt: skip
            if basis == "average":
                if basic is not None and project is not None and own_basic and own_project:
                    found.append((None, None, (basic / own_basic + project / own_project) / 2))
                continue
            divisor = {
                "adjusted": adjusted,
                "initial": initial,
                "carry_in": None if adjusted is None or held is None else adjusted + held,
                "approved": self.budget[i].get(("adjusted_budget", "财政数据")),
            }[basis]
            if spent is not None and divisor:
                found.append((spent, divisor, spent / divisor))
        rates = [r for _, _, r in found]
        pooled = (
            fmean(rates) if basis == "average" else sum(s or 0 for s, _, _ in found) / sum(d or 0 for _, d, _ in found)
        )
        return {"rated": len(rates), "rate": pooled, "low_rate": quantile(rates, 0.1),
                "middle_rate": quantile(rates, 0.5), "high_rate": quantile(rates, 0.9)}  # fmt: skip
