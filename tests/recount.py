"""A city counted a second time, in plain Python over exported CSV files: its reports, leaves and amounts, and 总览.

Nothing of the project is imported: what is counted here, in ``recount_scores`` and in ``recount_money`` from the exported
rows must be what the pages show.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from copy import copy
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


BANDS = (("98以上", 98, 1e9), ("95–98", 95, 98), ("90–95", 90, 95), ("80–90", 80, 90), ("60–80", 60, 80),
         ("60以下", -1e9, 60))  # fmt: skip
ORDER = ("决策", "过程", "履职产出", "效益", "满意度", "可持续发展", "未映射")


class City:
    """The exported tables, joined by report; only accepted reports are compared."""

    def __init__(self, folder: Path) -> None:
        everything = {r["report_id"]: r for r in rows(folder, "report")}
        self.sent = {(r["unit_id"], int(r["fiscal_year"])) for r in everything.values() if r["form"] == "部门整体"}
        self.reports = {i: r for i, r in everything.items() if r["status"] == "accepted"}
        self.roster = [r for r in rows(folder, "roster") if r["classified"] == "False"]
        self.leaves = self._by_report(rows(folder, "leaf_score"))
        self.findings = self._by_report(rows(folder, "finding"))
        self.doubts = self._by_report([r for r in rows(folder, "problem") if r["severity"] != "info"])
        self.budget: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        for figure in sorted(rows(folder, "budget_figure"), key=lambda r: int(r["ordinal"])):
            amount = number(figure["amount_yuan"] or figure["amount"])
            if amount is not None:
                self.budget[figure["report_id"]].setdefault((figure["item"], figure["source"]), amount)

    def _by_report(self, found: list[Row]) -> dict[str, list[Row]]:
        kept: dict[str, list[Row]] = defaultdict(list)
        for row in found:
            if row["report_id"] in self.reports:
                kept[row["report_id"]].append(row)
        return kept

    def narrowed(self, regions: list[str], own_level: bool, departments: list[str], units: list[str]) -> City:
        """The same city as far as some regions (with what lies below them), departments and units go; empty: all."""

        def seen(row: Row) -> bool:
            starts = [code if own_level else code.removesuffix("00").removesuffix("00") for code in regions]
            return (
                (not starts or any(row["region_code"].startswith(start) for start in starts))
                and (not departments or row["department"] in departments)
                and (not units or row["unit_id"] in units)
            )

        part = copy(self)
        part.reports = {i: r for i, r in self.reports.items() if seen(r)}
        part.roster = [r for r in self.roster if seen(r)]
        return part

    def of_year(self, year: int) -> list[str]:
        return [i for i, r in self.reports.items() if int(r["fiscal_year"]) == year]

    def name(self, report_id: str) -> str:
        """A report as the pages name it."""
        return f"{self.reports[report_id]['unit_id']}:{self.reports[report_id]['fiscal_year']}"

    @staticmethod
    def counted(leaf: Row) -> float | None:
        score = number(leaf["score"])
        return score if score is not None else number(leaf["score_inferred"])

    @staticmethod
    def weight(leaf: Row) -> float:
        return number(leaf["weight"]) or 0.0

    @staticmethod
    def dimension(leaf: Row) -> str:
        return leaf["dimension"] or "未映射"

    def comparable(self, report_id: str) -> float | None:
        scores = [self.counted(leaf) for leaf in self.leaves[report_id]]
        weight = sum(self.weight(leaf) for leaf in self.leaves[report_id])
        return None if None in scores else round(sum(s for s in scores if s is not None) / weight * 100, 6)

    def sums(self, report_id: str, dimension: str = "") -> tuple[float, float]:
        """Σ得分 and Σ权重 over the scored leaves of a dimension, or of all."""
        pairs = [
            (score, self.weight(leaf))
            for leaf in self.leaves[report_id]
            if dimension in ("", self.dimension(leaf)) and (score := self.counted(leaf)) is not None
        ]
        return sum(s for s, _ in pairs), sum(w for _, w in pairs)

    def rate(self, report_id: str, dimension: str = "") -> float | None:
        score, weight = self.sums(report_id, dimension)
        return round(score / weight, 12) if weight else None

    def amount(self, report_id: str, item: str) -> float | None:
        """财政数据 first, else the report's own."""
        held = self.budget[report_id]
        return held.get((item, "财政数据"), held.get((item, "自评报告")))

    # 总览

    def overview(self, year: int) -> dict[str, float | int | None]:
        ids = self.of_year(year)
        scores = [s for i in ids if (s := self.comparable(i)) is not None]
        pairs = [(self.amount(i, "expenditure"), self.amount(i, "adjusted_budget")) for i in ids]
        spent = [(e, b) for e, b in pairs if e is not None and b]
        due = [r["unit_id"] for r in self.roster if int(r["fiscal_year"]) == year]
        doubtful = [i for i in ids if self.findings[i]]
        at_stake = [b for i in doubtful if (b := self.amount(i, "adjusted_budget")) is not None]
        return {
            "due": len(due),
            "arrived": sum((unit, year) in self.sent for unit in due),
            "reports": len(ids),
            "units": len({self.reports[i]["unit_id"] for i in ids}),
            "scored": len(scores),
            "average": fmean(scores) if scores else None,
            "lowest": min(scores, default=None),
            "highest": max(scores, default=None),
            "excellent": sum(s >= 90 for s in scores),
            "with_amounts": len(spent),
            "expenditure": sum(e for e, _ in spent) if spent else None,
            "adjusted_budget": sum(b for _, b in spent) if spent else None,
            "findings": sum(len(self.findings[i]) for i in ids),
            "finding_units": len({self.reports[i]["unit_id"] for i in doubtful}),
            "finding_budget": sum(at_stake) if at_stake else None,
            "doubts": sum(len(self.doubts[i]) for i in ids),
        }

    def headed(self, year: int, compared: bool) -> list[tuple[str, str | None]]:
        """Value and change of the figures that head 总览."""
        now, before = self.overview(year), self.overview(year - 1)

        def share(of: dict[str, float | int | None], part: str, whole: str) -> float:
            return (of[part] or 0) / (of[whole] or 1)

        def moved(part: str, whole: str) -> str | None:
            gap = share(now, part, whole) - share(before, part, whole)
            return f"{gap * 100:+.2f} 个百分点" if compared else None

        return [
            (f"{now['arrived']}/{now['due']}", None),
            (f"{now['average']:.2f}", f"{now['average'] - before['average']:+.2f} 分" if compared else None),  # type: ignore[operator]
            (f"{share(now, 'excellent', 'scored') * 100:.2f}%", moved("excellent", "scored")),
            (f"{share(now, 'expenditure', 'adjusted_budget') * 100:.2f}%", moved("expenditure", "adjusted_budget")),
            (f"{now['findings']} 项", None),
        ]

    def units_of_name(
        self, ids: list[str], place: tuple[str, str, str]
    ) -> tuple[dict[str, dict[str, float | None]], dict[str, float]]:
        """The leaves under a dimension, level2 and level3 by report and ordinal, and what they add up to."""
        named = [
            (i, leaf) for i in ids for leaf in self.leaves[i]
            if (self.dimension(leaf), leaf["level2"], leaf["level3"]) == place
        ]  # fmt: skip
        scored = [(i, leaf, score) for i, leaf in named if (score := self.counted(leaf)) is not None]
        rates = {id(leaf): score / self.weight(leaf) for _, leaf, score in scored if self.weight(leaf)}
        listed: dict[str, dict[str, float | None]] = {
            f"{i}:{leaf['ordinal']}": {"counted": self.counted(leaf), "score_rate": rates.get(id(leaf))}
            for i, leaf in named
        }
        units = {i: self.reports[i]["unit_id"] for i, _ in named}
        whole = {
            "all_leaves": len(named), "all_units": len(set(units.values())),
            "all_losing": len({units[i] for i, leaf, _ in scored if rates.get(id(leaf), 1) < 1}),
            "all_inferred": sum(bool(leaf["score_inferred"]) for _, leaf in named),
            "all_unscored": len(named) - len(scored), "all_weight": sum(self.weight(leaf) for _, leaf, _ in scored),
            "all_score": sum(score for _, _, score in scored),
        }  # fmt: skip
        return listed, whole

    def bands(self, year: int) -> dict[str, tuple[int, int]]:
        """分数段 -> reports, units."""
        scores = {i: s for i in self.of_year(year) if (s := self.comparable(i)) is not None}
        within = {name: [i for i, s in scores.items() if low <= s < below] for name, low, below in BANDS}
        return {name: (len(ids), len({self.reports[i]["unit_id"] for i in ids})) for name, ids in within.items()}

    def steps(self, ids: list[str], step: str, of: dict[str, str]) -> dict[str, dict[str, float]]:
        """A step of 指标下钻, which begins with where points were lost: an item -> its sums."""
        found: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for i in ids:
            for leaf in self.leaves[i]:
                mapped = leaf | {"dimension": self.dimension(leaf)}
                if all(mapped[name] == value for name, value in of.items()):
                    found[mapped[step]].append((i, leaf))
        return {item: self._lost(leaves) for item, leaves in found.items()}

    def _lost(self, leaves: list[tuple[str, Row]]) -> dict[str, float]:
        scored = [(self.weight(leaf), s) for _, leaf in leaves if (s := self.counted(leaf)) is not None]
        weight, score = sum(w for w, _ in scored), sum(s for _, s in scored)
        return {
            "leaves": len(leaves),
            "units": len({self.reports[i]["unit_id"] for i, _ in leaves}),
            "weight": sum(self.weight(leaf) for _, leaf in leaves),
            "score": score,
            "lost": weight - score,
            "score_rate": score / weight,
            "inferred": sum(bool(leaf["score_inferred"]) for _, leaf in leaves),
            "unscored": len(leaves) - len(scored),
        }

    def listed(self, year: int) -> dict[str, dict[str, float | None]]:
        """The table of units below 总览."""
        return {
            self.name(i): {
                "comparable_score": self.comparable(i),
                "stated_total": number(self.reports[i]["stated_total"]),
                "leaves": len(self.leaves[i]),
                "inferred": sum(bool(leaf["score_inferred"]) for leaf in self.leaves[i]),
                "findings": len(self.findings[i]),
                "doubts": len(self.doubts[i]),
            }
            for i in self.of_year(year)
        }
