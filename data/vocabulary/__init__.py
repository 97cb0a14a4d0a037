"""What varies between places, as data: header words, labels, indicator names, dimensions, regions, budget items.

Each table is a CSV file beside this module; an administrator extends them with a line, not with code (see ``own``).
Every word is compared in its ``search_key`` form (see :mod:`data.normalise`), so a table needs each wording once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from data.normalise import search_key
from data.vocabulary import own

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Indicator:
    level1: str
    level2: str
    level3: str


@dataclass(frozen=True)
class Region:
    region_code: str
    name: str
    full_name: str
    level: str


@dataclass(frozen=True)
class BudgetItem:
    item: str
    words: tuple[str, ...]
    parent: str
    name: str


BANDS = {"分数段": "score_bands", "等级": "grades"}
"""Kind of score band -> its table: a name and a lowest score a line, the highest first, the last without."""


@dataclass(frozen=True)
class ScoreBand:
    """A band of scores that holds its lower bound and not its upper one."""

    kind: str
    place: int
    item: str
    lowest: float
    below: float


@dataclass(frozen=True)
class DimensionLine:
    form: str
    level1: str
    level2: str
    level3: str
    dimension: str

    @property
    def keys(self) -> tuple[str, str, str, str]:
        return self.form, self.level1, self.level2, self.level3


@dataclass(frozen=True)
class Vocabulary:
    """All tables of one folder. Frozen: ``without_indicators`` makes a smaller one."""

    headers: Mapping[str, str]
    """Header word -> column role."""
    level1_labels: frozenset[str]
    level2_labels: Mapping[str, str]
    """Level2 label -> dimension its level1 usually maps to ('' if it stands under several)."""
    indicators: tuple[Indicator, ...]
    dimensions: tuple[DimensionLine, ...]
    row_words: Mapping[str, str]
    other_forms: tuple[tuple[str, str], ...]
    """(form, word in its title or head) of forms that are no self-evaluation."""
    sections: Mapping[str, str]
    budget_items: tuple[BudgetItem, ...]
    regions: tuple[Region, ...]
    region_aliases: tuple[tuple[str, str], ...]
    """(short name, code) of regions that documents call otherwise than GB/T 2260: 红河州, 内蒙古."""
    organisation_suffixes: frozenset[str]
    score_bands: tuple[ScoreBand, ...]

    def without_indicators(self, names: Iterable[str]) -> Vocabulary:
        """The same vocabulary with the lines of these level3 names dropped."""
        dropped = {search_key(name) for name in names}
        return replace(self, indicators=tuple(i for i in self.indicators if search_key(i.level3) not in dropped))

    def without_labels(self, names: Iterable[str]) -> Vocabulary:
        """The same vocabulary with these level1 and level2 labels dropped."""
        dropped = {search_key(name) for name in names}
        return replace(
            self,
            level1_labels=self.level1_labels - dropped,
            level2_labels={k: v for k, v in self.level2_labels.items() if k not in dropped},
        )

    @cached_property
    def indicator_pairs(self) -> Mapping[str, frozenset[tuple[str, str]]]:
        """Search key of a level3 name -> the (level1, level2) search keys it is known under."""
        found: dict[str, set[tuple[str, str]]] = {}
        for i in self.indicators:
            found.setdefault(search_key(i.level3), set()).add((search_key(i.level1), search_key(i.level2)))
        return {name: frozenset(pairs) for name, pairs in found.items()}

    @cached_property
    def canonical_names(self) -> Mapping[str, str]:
        return {search_key(i.level3): i.level3 for i in self.indicators}

    @cached_property
    def _dimension_lines(self) -> Mapping[tuple[str, str, str, str], str]:
        return {line.keys: line.dimension for line in self.dimensions}

    @lru_cache(maxsize=4096)  # noqa: B019 - vocabularies are few and live as long as the process
    def dimension(self, form: str, level1: str, level2: str = "", level3: str = "") -> str | None:
        """指标维度 of a leaf: the most specific line of ``dimensions.csv`` wins; ``None`` if no line fits."""
        one, two, three = search_key(level1), search_key(level2), search_key(level3)
        for l3, l2, l1 in (
            (three, two, one),
            (three, "", ""),
            ("", two, one),
            ("", two, ""),
            ("", "", one),
        ):
            if not (l1 or l2 or l3):
                continue
            for f in (form, ""):
                found = self._dimension_lines.get((f, l1, l2, l3))
                if found:
                    return found
        return None

    def __hash__(self) -> int:
        return id(self)

    @cached_property
    def region_names(self) -> Mapping[str, frozenset[str]]:
        """Every way a region is written in front of a name -> the codes it may mean."""
        found: dict[str, set[str]] = {}
        by_code = {r.region_code: r for r in self.regions}
        short: dict[str, list[str]] = {}
        for alias, code in self.region_aliases:
            short.setdefault(code, []).append(alias)
        for r in self.regions:
            province = by_code.get(r.region_code[:2] + "0000")
            city = by_code.get(r.region_code[:4] + "00")
            forms = {r.full_name, r.name, *short.get(r.region_code, ())}
            if province is not None and r.full_name != province.name:
                rest = r.full_name.removeprefix(province.name)
                above = ("", province.name, *short.get(province.region_code, ()))
                forms |= {name + tail for name in above for tail in (rest, r.name, *short.get(r.region_code, ()))}
            if city is not None and city is not r:
                forms |= {name + r.name for name in short.get(city.region_code, ())}
            for form in forms:
                found.setdefault(form, set()).add(r.region_code)
        return {form: frozenset(codes) for form, codes in found.items()}

    @cached_property
    def regions_by_code(self) -> Mapping[str, Region]:
        return {r.region_code: r for r in self.regions}


def load(folder: Path = FOLDER) -> Vocabulary:
    """The vocabulary of a folder (the project's own by default) with the administrator's lines after it, read once.

    Raises ``Refusal`` E38 for a line of the administrator's that says nothing this program knows.
    """
    mine = own.folder()
    return _load(folder, mine, own.stamp(mine))


def _lines(folder: Path, mine: Path | None, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    return [*found, *(own.lines(mine, name, found) if mine is not None and name in own.FILES else ())]


@lru_cache(maxsize=4)
def _load(folder: Path, mine: Path | None, stamp: tuple[tuple[str, int, int], ...]) -> Vocabulary:
    """``stamp``: what the administrator's files were when they were read."""
    if mine is not None:
        own.check_names(mine)

    def lines(name: str) -> list[dict[str, str]]:
        return _lines(folder, mine, name)

    labels = lines("labels.csv")
    return Vocabulary(
        headers={search_key(r["word"]): r["role"] for r in lines("headers.csv")},
        level1_labels=frozenset(search_key(r["label"]) for r in labels if r["level"] == "1"),
        level2_labels={search_key(r["label"]): r["level1"] for r in labels if r["level"] == "2"},
        indicators=tuple(Indicator(r["level1"], r["level2"], r["level3"]) for r in lines("indicators.csv")),
        dimensions=tuple(
            DimensionLine(
                r["form"], search_key(r["level1"]), search_key(r["level2"]), search_key(r["level3"]), r["dimension"]
            )
            for r in lines("dimensions.csv")
        ),
        row_words={search_key(r["word"]): r["kind"] for r in lines("row_words.csv")},
        other_forms=tuple((r["form"], search_key(r["word"])) for r in lines("other_forms.csv")),
        sections={search_key(r["word"]): r["section"] for r in lines("sections.csv")},
        budget_items=tuple(
            BudgetItem(r["item"], tuple(r["words"].split("|")), r["parent"], r["name"])
            for r in lines("budget_items.csv")
        ),
        regions=tuple(Region(r["region_code"], r["name"], r["full_name"], r["level"]) for r in lines("regions.csv")),
        region_aliases=tuple((r["alias"], r["region_code"]) for r in lines("region_aliases.csv")),
        organisation_suffixes=frozenset(r["suffix"] for r in lines("organisations.csv")),
        score_bands=tuple(band for kind, table in BANDS.items() for band in _bands(kind, lines(f"{table}.csv"))),
    )


def _bands(kind: str, lines: list[dict[str, str]]) -> list[ScoreBand]:
    """Bands from the highest down; the last reaches to minus infinity."""
    lowest = [float(line["lowest"] or "-inf") for line in lines]
    names = [line.get("item") or line["grade"] for line in lines]
    below = [float("inf"), *lowest[:-1]]
    return [ScoreBand(kind, i, *band) for i, band in enumerate(zip(names, lowest, below, strict=True), start=1)]
