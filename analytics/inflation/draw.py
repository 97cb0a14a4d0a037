"""抽查: which units are re-checked, part by evidence and part at random, so that the list can be proved afterwards.

The random part is drawn first and from every unit that is neither named nor left out, whatever its evidence: its hit
rate speaks for all of them. Systematic sampling along the order group, size, last re-check, random key gives each unit
of a group the same known probability and each stratum its share. Chance comes from SHA-256 of seed and unit_id alone,
so that anybody can repeat it; shares are fractions, so that no rounding of a machine decides.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from hashlib import sha256
from math import floor
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.inflation.evidence import FAMILIES
from analytics.style import points
from data.decided.draws import Arm, Drawn
from data.statements import named

_SQL = Path(__file__).with_suffix(".sql")
ARMS: tuple[Arm, ...] = ("随机", "证据", "指定")
GROUPS = {"": "不分组", "region": "区划", "sector": "条线"}
UNKNOWN = "未载明"
_TELLING = 1.0
"""Evidence of a family that is given as a reason (the least that is called 低)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A unit that must be drawn, or must not, and why."""

    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quota:
    """Fewest and most units of a group; ``most`` is ``None`` where there is no limit."""

    group: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """What is asked for. ``sizes``: classes of budget with as many units each; ``rest_years``: units re-checked within
    so many years come last in the part by evidence (the random part takes no heed of it)."""

    fiscal_year: int
    size: int
    seed: int
    random_share: float = 0.3
    must: tuple[Named, ...] = ()
    excluded: tuple[Named, ...] = ()
    quota_by: str = ""
    quotas: tuple[Quota, ...] = ()
    sizes: int = 3
    rest_years: int = 0
    filters: Filters = field(default_factory=Filters)

    @property
    def chosen(self) -> int:
        """Units that are not named: drawn by evidence or at random."""
        return self.size - len(self.must)

    @property
    def random(self) -> int:
        """Units of the random part, at least one."""
        return min(self.chosen, max(1, floor(Fraction(str(self.random_share)) * self.chosen + Fraction(1, 2))))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with a report of the year. ``level`` and ``evidence`` put it in its place of the part by evidence (a lower
    level first, then stronger evidence), ``why`` says the reason in words."""

    unit_id: str
    unit: str
    region: str
    sector: str
    budget_wan: float | None
    last_review: int | None
    classified: bool
    level: int
    evidence: float
    why: str


def frame(
    cursor: duckdb.DuckDBPyConnection, reports: pd.DataFrame, fiscal_year: int, filters: Filters
) -> tuple[Candidate, ...]:
    """The units that can be drawn: those in view with a report among the assessed ``reports`` of the year.

    A unit with several reports stands where the strongest of them does.
    """
    given = filters.parameters() | {"years": [fiscal_year], "fiscal_year": fiscal_year}
    found = cursor.execute(named(_SQL)["units"], given).df()
    best: dict[str, tuple[int, float, str]] = {}
    for report in reports.to_dict("records"):
        told = _standing(report)
        unit_id = str(report["unit_id"])
        if unit_id not in best or (told[0], -told[1]) < (best[unit_id][0], -best[unit_id][1]):
            best[unit_id] = told
    return tuple(
        Candidate(
            str(row["unit_id"]), str(row["unit"]), _text(row["region"]), _text(row["sector"]),
            None if pd.isna(row["budget_wan"]) else float(row["budget_wan"]),
            None if pd.isna(row["last_review"]) else int(row["last_review"]),
            bool(row["classified"]), *best[str(row["unit_id"])],
        )
        for row in found.to_dict("records") if str(row["unit_id"]) in best
    )  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) and value else UNKNOWN


def _standing(report: Mapping[Hashable, Any]) -> tuple[int, float, str]:
    """Where a report stands in the part by evidence, and why. What is not ranked stands by verified differences."""
    gap = max(float(report["gap_high"]), float(report["gap_low"]))
    if report["priority"] in ("高", "中", "低"):
        strong = [f.name for code, f in FAMILIES.items() if float(report[code]) >= _TELLING]
        why = f"核查优先级{report['priority']}" + (f"：{'、'.join(strong)}" if strong else "")
        return {"高": 0, "中": 1, "低": 3}[str(report["priority"])], round(float(report["sii_db"]), 9), why
    if gap > 0:
        return 2, round(gap, 6), f"未排核查优先级；已核实差异最大 {points(gap)} 分"
    return 4, 0.0, "未排核查优先级，无已核实差异，按随机次序补足户数"


def faults(asked: Draw, candidates: Sequence[Candidate]) -> list[str]:
    """Why a draw cannot be made as asked, in words; empty if it can."""
    units = {c.unit_id: c for c in candidates}
    must, excluded = {n.unit_id for n in asked.must}, {n.unit_id for n in asked.excluded}
    said = []
    if not all(n.reason.strip() for n in (*asked.must, *asked.excluded)):
        said.append("指定和排除的单位均须写明理由。")
    if must & excluded:
        said.append(f"“{_names(units, must & excluded)}”既指定又排除。")
    if (must | excluded) - units.keys():
        said.append("指定或排除的单位不在可抽查的范围内。")
    free = len(units.keys() - must - excluded)
    if asked.chosen < 1:
        said.append(f"抽查户数应多于指定的 {len(must)} 户：随机部分至少 1 户。")
    elif asked.chosen > free:
        said.append(f"除指定和排除的以外只有 {free} 户，不足 {asked.chosen} 户。")
    if not 0 < asked.random_share <= 1:
        said.append("随机部分的占比应大于 0，不超过 100%。")
    if said:
        return said
    groups = _groups(asked, candidates)
    for name in sorted({q.group for q in asked.quotas} - groups.keys()):
        said.append(f"“{name}”没有可抽查的单位。")
    for g in groups.values():
        if g.least > g.named + g.free:
            said.append(f"“{g.name}”可抽查 {g.named + g.free} 户，不足最低 {g.least} 户。")
        if g.most is not None and (g.most < g.least or g.most < g.named):
            said.append(f"“{g.name}”最高 {g.most} 户，少于最低 {g.least} 户或指定 {g.named} 户。")
    if not said and sum(g.need for g in groups.values()) > asked.chosen:
        said.append("各组最低户数之和超过抽查户数。")
    if not said and sum(g.room for g in groups.values()) < asked.chosen:
        said.append("各组最高户数之和不足抽查户数。")
    return said


def _names(units: Mapping[str, Candidate], ids: set[str]) -> str:
    return "、".join(sorted(units[i].unit if i in units else i for i in ids))


def draw(asked: Draw, candidates: Sequence[Candidate]) -> tuple[Drawn, ...]:
    """The list: random part, part by evidence, named units. The same arguments always give the same list.

    Raises ``ValueError`` with the words of ``faults`` where there are any.
    """
    wrong = faults(asked, candidates)
    if wrong:
        raise ValueError("".join(wrong))
    why_named = {n.unit_id: n.reason.strip() for n in asked.must}
    apart = why_named.keys() | {n.unit_id for n in asked.excluded}
    groups, sizes = _groups(asked, candidates), _size_classes(candidates, asked.sizes)
    free = [c for c in candidates if c.unit_id not in apart]

    def stratum(c: Candidate) -> str:
        group = f"{GROUPS[asked.quota_by]} {_group(asked, c)}；" if asked.quota_by else ""
        return f"{group}预算规模{sizes[c.unit_id][1]}"

    shares = _random_shares(asked, groups)
    order = sorted(free, key=lambda c: (
        _group(asked, c), sizes[c.unit_id][0], c.last_review or 0, _key(asked.seed, c.unit_id),
    ))  # fmt: skip
    chances = [shares[_group(asked, c)] / groups[_group(asked, c)].free for c in order]
    at_random = {c.unit_id: p for c, p in _systematic(asked.seed, order, chances)}
    by_evidence = _by_evidence(asked, groups, [c for c in free if c.unit_id not in at_random], Counter(
        _group(asked, c) for c in free if c.unit_id in at_random
    ))  # fmt: skip
    rows = []
    for c in candidates:
        about = (c.unit_id, c.unit)
        if c.unit_id in why_named:
            rows.append(Drawn(*about, "指定", why_named[c.unit_id], stratum(c), None, c.classified))
        elif c.unit_id in at_random:
            p = at_random[c.unit_id]
            rows.append(Drawn(*about, "随机", "随机抽取", stratum(c), float(p), c.classified))
        elif c.unit_id in by_evidence:
            rows.append(Drawn(*about, "证据", by_evidence[c.unit_id], stratum(c), None, c.classified))
    place = {unit_id: i for i, unit_id in enumerate(by_evidence)}
    return tuple(sorted(rows, key=lambda r: (ARMS.index(r.arm), place.get(r.unit_id, 0), r.unit, r.unit_id)))


@dataclass(frozen=True, slots=True)
class _Group:
    """Units of a group: how many are named, how many are free to be drawn, and its quota."""

    name: str
    named: int
    free: int
    least: int
    most: int | None

    @property
    def need(self) -> int:
        """Units to be drawn beside the named ones, at least."""
        return max(0, self.least - self.named)

    @property
    def room(self) -> int:
        """Units to be drawn beside the named ones, at most."""
        return self.free if self.most is None else min(self.free, self.most - self.named)


def _group(asked: Draw, c: Candidate) -> str:
    return {"region": c.region, "sector": c.sector}.get(asked.quota_by, "")


def _groups(asked: Draw, candidates: Sequence[Candidate]) -> dict[str, _Group]:
    must, excluded = {n.unit_id for n in asked.must}, {n.unit_id for n in asked.excluded}
    quotas = {q.group: q for q in asked.quotas}
    members: dict[str, list[Candidate]] = {}
    for c in candidates:
        members.setdefault(_group(asked, c), []).append(c)
    found = {}
    for name, inside in sorted(members.items()):
        of, fixed = quotas.get(name, Quota(name)), sum(c.unit_id in must for c in inside)
        free = sum(c.unit_id not in must | excluded for c in inside)
        found[name] = _Group(name, fixed, free, of.least, of.most)
    return found


def _size_classes(candidates: Sequence[Candidate], classes: int) -> dict[str, tuple[int, str]]:
    """Class of budget of each unit, with its words; classes hold as many units each, unknown budgets stand apart."""
    known = sorted((c.budget_wan, c.unit_id) for c in candidates if c.budget_wan is not None)
    found = {c.unit_id: (0, UNKNOWN) for c in candidates}
    for i, (_, unit_id) in enumerate(known):
        k = i * max(classes, 1) // len(known) + 1
        found[unit_id] = (k, f"第 {k} 档（由小到大共 {max(classes, 1)} 档）")
    return found


def _key(seed: int, what: str) -> int:
    """A number of 256 bits that follows from seed and unit alone."""
    return int.from_bytes(sha256(f"{seed}|{what}".encode()).digest(), "big")


def _random_shares(asked: Draw, groups: Mapping[str, _Group]) -> dict[str, Fraction]:
    """Expected random units of each group: in proportion to its units, within its quota.

    Where the part by evidence could not make up every minimum, groups get as much of theirs at random as is lacking.
    """
    room = {name: g.room for name, g in groups.items()}
    shares = _in_proportion(asked.random, groups, dict.fromkeys(groups, 0), room)
    by_evidence = asked.chosen - asked.random
    if sum(max(0, g.need - floor(shares[name])) for name, g in groups.items()) <= by_evidence:
        return shares
    needs = {name: g.need for name, g in groups.items()}
    left, least = by_evidence, dict(needs)
    while left and any(least.values()):
        most = max(least, key=lambda name: (least[name], name))
        least[most] -= 1
        left -= 1
    return _in_proportion(asked.random, groups, least, room)


def _in_proportion(
    places: int, groups: Mapping[str, _Group], least: Mapping[str, int], most: Mapping[str, int]
) -> dict[str, Fraction]:
    """``places`` over groups in proportion to their free units, each within its bounds; they add up exactly.

    The factor λ with Σ clip(λ·free, least, most) = places: between two neighbouring bounds the sum is linear in λ.
    """

    def total(factor: Fraction) -> Fraction:
        return sum((share(name, factor) for name in groups), Fraction(0))

    def share(name: str, factor: Fraction) -> Fraction:
        return min(max(factor * groups[name].free, Fraction(least[name])), Fraction(most[name]))

    bounds = [Fraction(b[name], g.free) for name, g in groups.items() if g.free for b in (least, most)]
    steps = sorted({Fraction(0), *bounds})
    low, high = steps[0], steps[-1]
    for step in steps:
        if total(step) <= places:
            low = step
        else:
            high = step
            break
    span = total(high) - total(low)
    factor = low if not span else low + (high - low) * (places - total(low)) / span
    return {name: share(name, factor) for name in groups}


def _systematic(seed: int, order: Sequence[Candidate], chances: Sequence[Fraction]) -> list[tuple[Candidate, Fraction]]:
    """Units whose stretch of the summed chances holds a point start, start + 1 …; start is between 0 and 1."""
    start = Fraction(_key(seed, "start"), 2**256)
    reached, found = Fraction(0), []
    for c, chance in zip(order, chances, strict=True):
        before = floor(reached - start)
        reached += chance
        if floor(reached - start) > before:
            found.append((c, chance))
    return found


def _by_evidence(
    asked: Draw, groups: Mapping[str, _Group], free: Sequence[Candidate], taken: Counter[str]
) -> dict[str, str]:
    """Units of the part by evidence in their order, with reasons: first what minima lack, then whoever comes first."""

    def rests(c: Candidate) -> bool:
        return c.last_review is not None and asked.fiscal_year - c.last_review < asked.rest_years

    order = sorted(free, key=lambda c: (rests(c), c.level, -c.evidence, _key(asked.seed, c.unit_id)))
    places, found = asked.chosen - asked.random, dict[str, str]()
    for short in (True, False):
        for c in order:
            g = groups[_group(asked, c)]
            lacks = taken[g.name] < g.need
            if len(found) == places or c.unit_id in found or taken[g.name] >= g.room or (short and not lacks):
                continue
            found[c.unit_id] = c.why + (f"；补足“{g.name}”最低 {g.least} 户" if short else "")
            taken[g.name] += 1
    ranked = [c.unit_id for c in order if c.unit_id in found]
    return {unit_id: found[unit_id] for unit_id in ranked}


def to_json(value: Draw | Sequence[Candidate]) -> str:
    """A draw or its frame as text to be kept; ``asked_of`` and ``frame_of`` read it back."""
    plain = asdict(value) if isinstance(value, Draw) else [asdict(c) for c in value]
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def asked_of(text: str) -> Draw:
    """The draw that ``to_json`` wrote."""
    kept: dict[str, Any] = json.loads(text)
    filters: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in kept["filters"].items()}
    for name, kind in (("must", Named), ("excluded", Named), ("quotas", Quota)):
        kept[name] = tuple(kind(**one) for one in kept[name])
    return Draw(**kept | {"filters": Filters(**filters)})


def frame_of(text: str) -> tuple[Candidate, ...]:
    """The frame that ``to_json`` wrote."""
    return tuple(Candidate(**one) for one in json.loads(text))
