"""An area's arrays -> interchange tables (Arrow), and the truth table.

Every table has the report's columns (fiscal_year, region_code, unit, form) and its own. Repeated words are
dictionary-coded, so that a city fits in memory and in small files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.simulate.area import AreaYears
from data.simulate.city import Area, City, Unit, generator
from data.simulate.templates import PERCENT, Template

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_REPORT = {"fiscal_year": pa.int16(), "region_code": pa.string(), "unit": pa.string(), "form": pa.string()}
SCHEMAS: Mapping[str, Mapping[str, pa.DataType]] = {
    "leaf_score": _REPORT
    | {
        "stated_total": pa.float64(), "grade": pa.string(), "ordinal": pa.int16(), "level1": pa.string(),
        "level2": pa.string(), "level3": pa.string(), "weight": pa.float64(), "score": pa.float64(),
        "value_text": pa.string(), "target_text": pa.string(), "direction": pa.string(), "rule_text": pa.string(),
    },
    "budget_figure": _REPORT
    | {"item": pa.string(), "printed": pa.string(), "printed_unit": pa.string(), "source": pa.string()},
    "narrative": _REPORT | {"section": pa.string(), "text": pa.string()},
    "review_score": _REPORT
    | {"ordinal": pa.int16(), "value": pa.string(), "score": pa.float64(), "reason": pa.string()},
    "roster": {
        "fiscal_year": pa.int16(), "region_code": pa.string(), "unit": pa.string(), "unit_code": pa.string(),
        "short_names": pa.string(), "department": pa.string(), "sector": pa.string(), "budget_wan": pa.float64(),
        "classified": pa.bool_(),
    },
    "truth": {
        "fiscal_year": pa.int16(), "region_code": pa.string(), "unit": pa.string(), "act": pa.string(),
        "leaves": pa.int16(), "points": pa.float64(),
    },
}  # fmt: skip
FORM = "部门整体"
_GRADES = ((90, "优"), (80, "良"), (60, "中"), (0, "差"))


def tables(city: City, found: AreaYears, year: int) -> dict[str, pa.Table]:
    """The interchange tables of one area in one year (an index into ``city.fiscal_years``), and ``truth``."""
    rng = generator(city, found.area, 10 + year)
    present = np.flatnonzero(found.exists[:, year])
    here = _Here(city, found, year, present)
    columns = {
        "leaf_score": _leaves(here, rng),
        "budget_figure": _amounts(here, rng),
        "narrative": _narrative(here, rng),
        "review_score": _reviews(here, rng),
        "roster": _roster(found, city.fiscal_years[year], year),
        "truth": _truth(found, city.fiscal_years[year], year),
    }
    return {name: _table(values, SCHEMAS[name]) for name, values in columns.items()}


class _Here:
    """What the tables of one area and year share."""

    def __init__(self, city: City, found: AreaYears, year: int, present: npt.NDArray[np.int64]) -> None:
        self.city, self.found, self.year, self.present = city, found, year, present
        self.area: Area = found.area
        self.fiscal_year = city.fiscal_years[year]
        self.form: Template = found.forms[year]
        self.units: list[Unit] = [found.units[u] for u in present]
        self.names = np.array([u.name for u in self.units], dtype=object)

    def report(self, which: npt.NDArray[np.int64]) -> dict[str, Any]:
        """The report's columns, one row for every index into ``units``."""
        n = len(which)
        return {
            "fiscal_year": np.full(n, self.fiscal_year),
            "region_code": np.full(n, self.area.region_code, dtype=object),
            "unit": self.names[which] if n else np.array([], dtype=object),
            "form": np.full(n, FORM, dtype=object),
        }


def _leaves(here: _Here, rng: np.random.Generator) -> dict[str, Any]:
    s, leaves = here.found.scores, here.form.leaves
    value, words, target, weight, score = (
        a[here.present, here.year] for a in (s.value, s.words, s.target, s.weight, s.score)
    )
    n, m = value.shape
    totals = np.round(score.sum(axis=1), 2)
    texts = _value_texts(here.form, value, words)
    texts[rng.random((n, m)) < here.city.missing] = None
    printed = score.copy()
    printed[rng.random((n, m)) < here.city.missing / 20] = np.nan
    counted = np.array([leaf.kind == "target" for leaf in leaves])
    targets = np.full((n, m), None, dtype=object)
    targets[:, counted] = _counts(target[:, counted])
    names = [_leaf_name(leaf.level3, here.units, leaf.duty) for leaf in leaves]
    which = np.repeat(np.arange(n), m)
    return here.report(which) | {
        "stated_total": np.repeat(totals, m),
        "grade": np.repeat(np.array([_grade(t) for t in totals], dtype=object), m),
        "ordinal": np.tile(np.arange(1, m + 1), n),
        "level1": np.tile(np.array([leaf.level1 for leaf in leaves], dtype=object), n),
        "level2": np.tile(np.array([leaf.level2 for leaf in leaves], dtype=object), n),
        "level3": np.array(names, dtype=object).T.ravel(),
        "weight": weight.ravel(),
        "score": printed.ravel(),
        "value_text": texts.ravel(),
        "target_text": targets.ravel(),
        "direction": np.tile(np.array(["≥" if c else None for c in counted], dtype=object), n),
        "rule_text": np.tile(np.array([leaf.rule or None for leaf in leaves], dtype=object), n),
    }


def _leaf_name(level3: str, units: list[Unit], duty: bool) -> list[str]:
    """A common leaf has one name, a duty leaf one for each sector."""
    return [f"条线{u.sector_number:02d}{level3}" if duty else level3 for u in units]


def _value_texts(form: Template, value: npt.NDArray[np.float64], words: Texts) -> Texts:
    texts = words.copy()
    for i, leaf in enumerate(form.leaves):
        known = ~np.isnan(value[:, i])
        if leaf.kind in PERCENT:
            texts[known, i] = np.char.mod("%.2f%%", value[known, i]).astype(object)
        elif leaf.kind == "target":
            texts[known, i] = _counts(value[known, i])
    return texts


def _counts(numbers: npt.NDArray[np.float64]) -> Texts:
    return np.char.mod("%d件", numbers).astype(object)


def _grade(total: float) -> str:
    return next(word for lowest, word in _GRADES if total >= lowest)


def _amounts(here: _Here, rng: np.random.Generator) -> dict[str, Any]:
    money, at = here.found.money, (here.present, here.year)
    wan = {
        "initial_budget": money.initial, "initial_basic_budget": money.initial_basic,
        "initial_project_budget": money.initial_project, "adjusted_budget": money.adjusted,
        "adjusted_basic_budget": money.adjusted_basic, "adjusted_project_budget": money.adjusted_project,
        "carried_in": money.carried_in, "expenditure": money.expenditure, "basic_expenditure": money.basic,
        "project_expenditure": money.project, "carried_out": money.carried_out, "revenue": money.adjusted,
        "revenue_general_public": money.general_public, "revenue_government_fund": money.government_fund,
        "revenue_other": money.adjusted - money.general_public - money.government_fund,
    }  # fmt: skip
    heads = {"staff_establishment": money.establishment, "staff_on_post": money.staff}
    n = len(here.present)
    own, finance = rng.random(n) < 0.75, rng.random(n) < 0.9
    stale = rng.random(n) < 0.03
    which, items, printed, unit, source = [], [], [], [], []
    for word, told in (("自评报告", own), ("财政数据", finance)):
        for item, amounts in (wan | (heads if word == "自评报告" else {})).items():
            shown = amounts[at].copy()
            if item == "expenditure" and word == "自评报告":
                shown = np.where(stale, money.basic[at], shown)
            rows = np.flatnonzero(told)
            which.append(rows)
            items.append(np.full(len(rows), item, dtype=object))
            people = item in heads
            printed.append(
                (np.char.mod("%d", shown[rows]) if people else np.char.mod("%.2f", shown[rows] / 100)).astype(object)
            )
            unit.append(np.full(len(rows), "人" if people else "万元", dtype=object))
            source.append(np.full(len(rows), word, dtype=object))
    return here.report(np.concatenate(which)) | {
        "item": np.concatenate(items),
        "printed": np.concatenate(printed),
        "printed_unit": np.concatenate(unit),
        "source": np.concatenate(source),
    }


def _narrative(here: _Here, rng: np.random.Generator) -> dict[str, Any]:
    """主要绩效 names what was done; 存在问题 admits some of what was really lost, and now and then what was not."""
    fair, leaves = here.found.honest, here.form.leaves
    lost = (fair.weight - fair.score)[here.present, here.year] > 0.05
    groups = list(dict.fromkeys(leaf.level2 for leaf in leaves))
    member = np.array([[leaf.level2 == group for leaf in leaves] for group in groups])
    chance = rng.random((len(here.units), len(groups)))
    admitted = np.where(lost @ member.T, chance < 0.35, chance < 0.03)
    named = rng.random(lost.shape) < 0.8
    duties = [i for i, leaf in enumerate(leaves) if leaf.duty]
    texts, sections = [], []
    for u, unit in enumerate(here.units):
        done = [_leaf_name(leaves[i].level3, [unit], True)[0] for i in duties if named[u, i]]
        problems = [f"{group}方面仍有不足" for g, group in enumerate(groups) if admitted[u, g]]
        sections += ["主要绩效", "存在问题"]
        texts += [
            f"全年围绕职责推进各项工作，完成了{'、'.join(done) or '年度任务'}。",
            "；".join(problems) + "，将在下一年度改进。" if problems else "无。",
        ]
    which = np.repeat(np.arange(len(here.units)), 2)
    return here.report(which) | {"section": np.array(sections, dtype=object), "text": np.array(texts, dtype=object)}


def _reviews(here: _Here, rng: np.random.Generator) -> dict[str, Any]:
    """A random sample, reviewed leaf by leaf: the true score of the honest value, and a reviewer's own small error."""
    chosen = np.flatnonzero(rng.random(len(here.units)) < here.city.reviewed)
    fair, told = here.found.honest, here.found.scores
    at = (here.present[chosen], here.year)
    weight = told.weight[at]
    error = rng.normal(0, 0.02, weight.shape) * (rng.random(weight.shape) < 0.3)
    score = np.round(np.clip(fair.share[at] + error, 0, 1) * weight, 2)
    n, m = weight.shape
    numbers = np.concatenate([np.tile(np.arange(1, m + 1), n), np.zeros(n, dtype=int)])
    points = np.concatenate([score.ravel(), np.round(score.sum(axis=1), 2)])
    which = np.concatenate([np.repeat(chosen, m), chosen])
    nothing = np.full(len(which), None, dtype=object)
    return here.report(which) | {"ordinal": numbers, "value": nothing, "score": points, "reason": nothing}


def _roster(found: AreaYears, fiscal_year: int, year: int) -> dict[str, Any]:
    which = np.flatnonzero(found.in_roster[:, year])
    units = [found.units[u] for u in which]
    return {
        "fiscal_year": np.full(len(which), fiscal_year),
        "region_code": np.full(len(which), found.area.region_code, dtype=object),
        "unit": [u.name for u in units],
        "unit_code": [u.code for u in units],
        "short_names": [u.short_name for u in units],
        "department": [u.department for u in units],
        "sector": [u.sector for u in units],
        "budget_wan": found.money.initial[which, year] / 100,
        "classified": np.zeros(len(which), dtype=bool),
    }


def _truth(found: AreaYears, fiscal_year: int, year: int) -> dict[str, Any]:
    acts = [p for p in found.planted if p.year == year]
    return {
        "fiscal_year": np.full(len(acts), fiscal_year),
        "region_code": np.full(len(acts), found.area.region_code, dtype=object),
        "unit": [found.units[p.unit].name for p in acts],
        "act": [p.act for p in acts],
        "leaves": np.array([p.leaves for p in acts], dtype=np.int64),
        "points": np.array([p.points for p in acts], dtype=np.float64),
    }


def _table(columns: Mapping[str, Any], schema: Mapping[str, pa.DataType]) -> pa.Table:
    arrays = [
        pa.array(columns[name], type=kind, from_pandas=pa.types.is_floating(kind)) for name, kind in schema.items()
    ]
    return pa.table(dict(zip(schema, arrays, strict=True)))
