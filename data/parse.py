"""Grids -> submissions: the order of the steps, nothing of their inside.

split into units -> column roles -> rows in reading order -> level1 and level2 -> leaves -> stated figures, amounts,
narrative -> reconciliation. Bad content never raises; it becomes a :class:`Problem`, or a refusal of that unit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from data.codes import problem, refusal
from data.normalise import (
    MOST_POINTS,
    label_of,
    search_key,
    simple,
    unwrapped,
)
from data.parts.other_forms import CODES, refuse_other_form, values_only
from data.parts.region import region_in_titles, region_of
from data.parts.split import Part, parts
from data.parts.year import printed_year
from data.prose import budget, narrative, stated
from data.reconcile import budget_row_in_total, reconcile
from data.submission import (
    Adjustment,
    BudgetFigure,
    Grid,
    Identity,
    Narrative,
    Problem,
    Reading,
    Refusal,
    Row,
    Scope,
    Severity,
    StatedFigure,
    Submission,
    YearBasis,
    plain,
)
from data.table import columns, hierarchy
from data.table.blocks import Table
from data.table.budget_rows import BudgetBlock, budget_block
from data.table.collapsed import spread_out
from data.table.leaf import leaf_of, without_lost_signs
from data.table.non_leaves import leaves_only
from data.table.order import Order, reading_order
from data.table.refold import names_a_table, refolded
from data.table.rows import LeafRow, TableRows, full_rows, read_rows, without_junk
from data.table.spans import with_flat_heads
from data.vocabulary import Vocabulary

_DIMENSION_ORDER = ("决策", "过程", "履职产出", "效益", "满意度", "可持续发展")
_KIND_ORDER = ("数量", "质量", "时效", "经济效益", "社会效益", "生态效益", "可持续影响", "满意度")
_SUBJECT = re.compile(r"^项目名称(?:$|:(?P<name>.*)$)")
FEWEST_LEAVES = 2
MOST_LEAVES = 400
_FIRST_YEAR = 1949


@dataclass(frozen=True, slots=True)
class Given:
    """What the person who ingests knows: it fills in what is not printed and never overrides it."""

    fiscal_year: int | None = None
    region_code: str | None = None
    drafting: bool = False
    """The reading only prefills a 待补录表: an unknown unit or year (0) stays open, missing scores refuse nothing."""


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class _Read:
    """A part with its table rows in reading order."""

    part: Part
    rows: TableRows
    leaves: tuple[LeafRow, ...]
    problems: tuple[Problem, ...]
    prose: tuple[tuple[Row, ...], ...] = ()
    """Its prose, document by document."""


def parse(
    grids: Sequence[Grid],
    vocabulary: Vocabulary,
    given: Given = NOTHING_GIVEN,
    companions: Sequence[tuple[str, Sequence[Grid]]] = (),
) -> Reading:
    """Every report of a document.

    ``companions`` are other documents (document_id, grids) whose prose belongs to reports of this one: it is read with
    them, its lines keep their document. Raises ``Refusal`` where there is neither an indicator table nor such prose.
    """
    restored = refolded(grids, vocabulary)
    grids = restored.grids if restored else grids
    found = parts([with_flat_heads(grid, vocabulary) for grid in grids], vocabulary)
    tables = [part for part in found if part.header is not None and part.chunks]
    if not tables:
        missing = refusal("E36") if names_a_table(grids, vocabulary) else refusal("E06")
        return _prose_only(found, missing, vocabulary, given)
    added = [
        (document_id, part)
        for document_id, other in companions
        for part in parts([with_flat_heads(grid, vocabulary) for grid in other], vocabulary)
    ]
    refusals: list[tuple[str, str, str]] = []
    reads: list[_Read] = []
    for alone in _read_all(tables, vocabulary):
        read = replace(alone, prose=(alone.part.prose, *_prose_of(alone.part, added)))
        try:
            _refuse_unusable(read, vocabulary, given)
        except Refusal as refused:
            refusals.append((read.part.unit or "", refused.code, refused.reason))
            continue
        reads.append(read)
    results = hierarchy.resolve([_table(r) for r in reads], vocabulary) if reads else []
    submissions = []
    for read, result in zip(reads, results, strict=True):
        try:
            submissions.append(_submission(read, result, found, vocabulary, given))
        except Refusal as refused:
            refusals.append((read.part.unit or "", refused.code, refused.reason))
    if restored:
        doubt = problem("TEXT_REFOLDED", place=restored.head)
        submissions = [replace(s, problems=(*s.problems, doubt)) for s in submissions]
    told = {s.unit for s in submissions}
    beside = [r for r in refusals if r[0] in told and r[1] in CODES]
    return Reading(tuple(submissions), tuple(r for r in refusals if r not in beside))


def _prose_only(found: Sequence[Part], missing: Refusal, vocabulary: Vocabulary, given: Given) -> Reading:
    """The reports a document without an indicator table speaks of, beside its refusal."""
    told: list[Identity] = []
    for part in found:
        unit = part.unit
        if unit is None:
            continue
        try:
            year, _, _ = _year(part, found, given)
        except Refusal:
            continue
        sections, _ = narrative.narratives(part.prose, vocabulary)
        amounts, _ = budget.budget_figures(part.prose, unit, year, vocabulary)
        scores, _ = stated.stated_figures(part.prose, [], [], unit, year)
        if given.drafting or sections or amounts or scores:
            region, _ = _region(part, vocabulary, given)
            form = _form(part)
            told.append(Identity(unit, region, year, form, _subject(part) if form == "项目" else ""))
    if not told:
        raise missing
    return Reading((), (("", missing.code, missing.reason),), tuple(dict.fromkeys(told)))


def _prose_of(part: Part, added: Sequence[tuple[str, Part]]) -> list[tuple[Row, ...]]:
    """The prose that other documents hold of a unit and its year, its lines marked with their document."""
    name, year = search_key(part.unit or ""), printed_year(part)
    return [
        tuple(replace(row, place=replace(row.place, document=document_id)) for row in other.prose)
        for document_id, other in added
        if other.unit is not None
        and search_key(other.unit) == name
        and (year is None or (told := printed_year(other)) is None or told[0] == year[0])
    ]


def _form(part: Part) -> Literal["部门整体", "项目"]:
    return "项目" if part.form == "项目" else "部门整体"


def _read_all(tables: Sequence[Part], vocabulary: Vocabulary) -> list[_Read]:
    """Rows of every part; a page's order is judged by the vocabulary and by the sister parts."""
    raw: list[tuple[Part, columns.Columns, TableRows]] = []
    for compact in tables:
        part, moved = spread_out(compact, vocabulary)
        assert part.header is not None  # noqa: S101 - parse() keeps only parts with a header
        roles = columns.decide(part.header, full_rows(part, vocabulary, len(part.header.cells)), vocabulary)
        roles = replace(roles, problems=(*moved, *roles.problems))
        raw.append((part, roles, leaves_only(read_rows(part, roles, vocabulary), vocabulary)))
    known = {search_key(i.level3): n for n, i in enumerate(vocabulary.indicators)}
    alone = [_ordered(rows, [known], vocabulary) for _, _, rows in raw]
    reads = []
    for i, (part, roles, rows) in enumerate(raw):
        sisters = [
            {search_key(leaf.name): n for n, leaf in enumerate(other.leaves)}
            for j, other in enumerate(alone)
            if j != i and not any(p.code == "PAGE_ORDER_DOUBT" for p in other.problems)
        ]
        order = _ordered(rows, [known, *sisters], vocabulary)
        leaves, repaired = without_junk(order.leaves, {*known, *(name for sister in sisters for name in sister)})
        reads.append(_Read(part, rows, leaves, (*roles.problems, *rows.problems, *order.problems, *repaired)))
    return reads


def _ordered(rows: TableRows, positions: Sequence[Mapping[str, int]], vocabulary: Vocabulary) -> Order:
    return reading_order(
        rows,
        [lambda leaf: _rank(leaf, vocabulary), _kind_rank],
        [lambda leaf, places=places: places.get(search_key(leaf.name)) for places in positions],  # type: ignore[misc]
    )


def _rank(leaf: LeafRow, vocabulary: Vocabulary) -> int | None:
    """Usual order of a row by its printed labels: 决策 0, 过程 1, …; ``None`` where they tell nothing."""
    one, two = label_of(leaf.level1_cell).name, search_key(label_of(leaf.level2_cell).name)
    dimension = vocabulary.dimension("", one) if one else None
    dimension = dimension or vocabulary.level2_labels.get(two)
    return _DIMENSION_ORDER.index(dimension) if dimension in _DIMENSION_ORDER else None


def _kind_rank(leaf: LeafRow) -> int | None:
    """Usual order of a row by its printed level2 within 产出 and 效益: 数量 0, 质量 1, …; ``None`` for other labels."""
    two = search_key(label_of(leaf.level2_cell).name)
    return next((i for i, kind in enumerate(_KIND_ORDER) if kind in two), None)


def _refuse_unusable(read: _Read, vocabulary: Vocabulary, given: Given) -> None:
    leaves = read.leaves
    if len(leaves) > MOST_LEAVES:
        raise refusal("E19", f"{len(leaves)} 行，上限 {MOST_LEAVES} 行")
    if given.drafting:
        return
    left_open = sum(p.code == "ROW_NOISE" for p in read.problems)
    if len(leaves) + left_open >= FEWEST_LEAVES:
        refuse_other_form(read.part, leaves, vocabulary)
    if len(leaves) < FEWEST_LEAVES:
        raise refusal("E06", f"仅有 {len(leaves)} 行指标")
    if read.part.unit is None:
        raise refusal("E08", read.part.start.place.words)


def _table(read: _Read) -> Table:
    """What the hierarchy needs of a part: its rows and the points its prose declares for each 一级指标."""
    declared: dict[str, Decimal] = {}
    spoken: set[str] = set()
    printed = [label_of(r.level1_cell).name for r in read.leaves]
    for figure in _stated(read, printed, [], None)[0]:
        spoken.add(search_key(figure.label))
        if figure.scope == Scope.LEVEL1 and figure.out_of is not None:
            declared.setdefault(search_key(figure.label), figure.out_of)
    return Table(read.leaves, declared, frozenset(spoken), read.part.form)


def _submission(
    read: _Read, result: hierarchy.Hierarchy, document: Sequence[Part], vocabulary: Vocabulary, given: Given
) -> Submission:
    part = read.part
    unit = part.unit or ""
    year, basis, year_problems = _year(part, document, given)
    if year < _FIRST_YEAR:
        if not given.drafting:
            raise refusal("E07", f"印作 {year} 年")
        year = 0
    region, region_problems = _region(part, vocabulary, given)
    form = _form(part)
    leaves = [
        leaf_of(i, row, assigned, form, vocabulary)
        for i, (row, assigned) in enumerate(zip(read.leaves, result.rows, strict=True), start=1)
    ]
    leaves, lost_signs = without_lost_signs(leaves)
    ordinal_at = {leaf.place: leaf.ordinal for leaf in leaves}
    own = [
        replace(p, leaf=ordinal_at.get(p.place)) if p.leaf is None and p.place is not None else p
        for p in (*read.problems, *result.problems)
    ]
    blocks = [budget_block(prose) for prose in read.prose]
    block = next((b for b in blocks if b.figures or b.problems), BudgetBlock())
    adjustments = tuple(
        Adjustment("减分" if a.kind == "减分" else "加分", a.label, a.score, a.cap, a.rule_text, a.place)
        for a in read.rows.adjustments
    )
    level1 = list(dict.fromkeys(leaf.level1 for leaf in leaves if leaf.level1))
    level2 = list(dict.fromkeys(leaf.level2 for leaf in leaves if leaf.level2))
    in_prose, grade = _stated(read, level1, level2, year)
    in_total = budget_row_in_total(leaves, block.scored.weight) if block.scored else None
    in_table = _table_figures(read.rows)
    figures = [*in_table, *in_prose]
    amounts, amount_problems = _amounts(read, year, vocabulary)
    sections, section_problems = _sections(read, vocabulary)
    unmapped = [leaf for leaf in leaves if leaf.dimension is None]
    if unmapped:
        own.append(problem("DIMENSION_UNMAPPED", f"{len(unmapped)} 项", unmapped[0].place))
    if part.unit_basis != "printed":
        severity: Severity = "warning" if part.unit_basis == "only" else "error"
        own.append(problem("UNIT_INHERITED", unit, part.start.place, severity=severity))
    if values_only(read.leaves):
        own.append(problem("VALUES_ONLY", f"{len(leaves)} 项", part.start.place))
    counted = (block.scored.weight, block.scored.score) if block.scored and in_total else None
    checked = reconcile(leaves, adjustments, figures, own, part.start.place, counted)
    if block.scored is not None:
        row = block.scored
        adjustments += (Adjustment("预算执行", row.label, row.score, row.weight, None, row.place),)
        if in_total is not None:
            words = f"{row.label} {plain(row.score)} / {plain(row.weight)} 分"
            own.append(problem("BUDGET_ROW_IN_TOTAL" if in_total else "TOTAL_EXCLUDES_BUDGET_ROW", words, row.place))
    totals = [f.value for f in figures if f.scope == Scope.TOTAL]
    found = Submission(
        unit=unit,
        region_code=region,
        fiscal_year=year,
        year_basis=basis,
        form=form,
        subject=_subject(part) if form == "项目" else "",
        leaves=checked.leaves,
        adjustments=adjustments,
        stated_figures=tuple(figures),
        budget_figures=(*block.figures, *amounts),
        narratives=tuple(sections),
        stated_total=totals[0] if totals else None,
        grade=next((t.grade for t in read.rows.totals if t.grade), grade),
        problems=(
            *year_problems,
            *region_problems,
            *lost_signs,
            *own,
            *block.problems,
            *amount_problems,
            *section_problems,
            *checked.problems,
        ),
        place=part.start.place,
        budget_row_in_total=bool(in_total),
    )
    if not _is_points(found.leaf_total, found.leaf_total_printed, found.weight_total, found.comparable_score):
        raise refusal("E09", "分值或得分超出范围")
    return found


def _stated(
    read: _Read, level1: Sequence[str], level2: Sequence[str], year: int | None
) -> tuple[list[StatedFigure], str | None]:
    """Scores stated in the prose of all documents; what a companion only repeats counts once."""
    found: list[StatedFigure] = []
    grade: str | None = None
    for prose in read.prose:
        figures, told = stated.stated_figures(prose, level1, level2, read.part.unit or "", year)
        grade = grade or told
        said = {(f.scope, f.label, f.value) for f in found}
        found += [f for f in figures if (f.scope, f.label, f.value) not in said and _is_points(f.value, f.out_of)]
    return found, grade


def _is_points(*numbers: Decimal | None) -> bool:
    return all(number is None or abs(number) < MOST_POINTS for number in numbers)


def _amounts(read: _Read, year: int, vocabulary: Vocabulary) -> tuple[list[BudgetFigure], list[Problem]]:
    """Amounts in the prose of all documents; what a companion only repeats counts once."""
    found: list[BudgetFigure] = []
    problems: list[Problem] = []
    for prose in read.prose:
        figures, doubts = budget.budget_figures(prose, read.part.unit or "", year, vocabulary)
        problems += doubts
        said = {(f.item, f.amount_yuan, f.amount) for f in found}
        found += [f for f in figures if (f.item, f.amount_yuan, f.amount) not in said]
    if len(read.prose) > 1:
        problems = [p for p in problems if p.code != "AMOUNT_CONFLICT"] + budget.conflicts(found, vocabulary)
    return found, problems


def _sections(read: _Read, vocabulary: Vocabulary) -> tuple[list[Narrative], list[Problem]]:
    """The sections of all documents; of two with one name the first document's stands."""
    found: dict[str, Narrative] = {}
    problems: list[Problem] = []
    for prose in read.prose:
        sections, doubts = narrative.narratives(prose, vocabulary)
        problems += doubts
        for section in sections:
            found.setdefault(section.section, section)
    return list(found.values()), problems


def _subject(part: Part) -> str:
    """项目名称, in the cell beside the words or after a colon; empty where it is not printed."""
    for row in part.prose:
        texts = [text for text in row.texts if text]
        for label, name in pairwise([*texts, ""]):
            found = _SUBJECT.match(simple(label))
            if found:
                return found["name"] or unwrapped(name)
    return ""


def _table_figures(rows: TableRows) -> list[StatedFigure]:
    figures = []
    for total in rows.totals:
        if total.score is not None:
            figures.append(StatedFigure(Scope.TOTAL, total.label, "表", total.score, total.weight, total.place))
        if total.weight is not None:
            figures.append(StatedFigure(Scope.WEIGHT_TOTAL, total.label, "表", total.weight, None, total.place))
    return figures


def _year(part: Part, document: Sequence[Part], given: Given) -> tuple[int, YearBasis, list[Problem]]:
    """Fiscal year: printed in a title, else in prose, else the only year of the document's other units, else given."""
    printed = printed_year(part)
    if printed is not None:
        year, basis, others = printed
        problems = [problem("YEAR_FROM_PROSE", f"{year}", part.start.place)] if basis == "prose" else []
        if others:
            problems.append(problem("YEAR_CONFLICT", "、".join(map(str, (year, *others))), part.start.place))
        return year, basis, problems
    around = Counter(p[0] for other in document if other is not part and (p := printed_year(other)) is not None)
    if len(around) == 1:
        year = next(iter(around))
        return year, "inherited", [problem("YEAR_INHERITED", f"{year}", part.start.place)]
    if given.fiscal_year is not None:
        return given.fiscal_year, "given", [problem("YEAR_GIVEN", f"{given.fiscal_year}", part.start.place)]
    if given.drafting:
        return 0, "given", []
    raise refusal("E07", part.unit or "")


def _region(part: Part, vocabulary: Vocabulary, given: Given) -> tuple[str | None, list[Problem]]:
    context = "".join(part.titles) + "".join(text for row in part.prose[:20] for text in row.texts)
    code = region_of(part.unit or "", vocabulary, context) or region_in_titles(part.titles, vocabulary)
    if code is not None:
        return code, []
    if given.region_code is not None:
        return given.region_code, [problem("REGION_GIVEN", given.region_code, part.start.place)]
    return None, [problem("REGION_UNKNOWN", part.unit or "", part.start.place)]
