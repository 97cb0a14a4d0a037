"""One document -> the parts that belong to one reporting unit each: its name, region, year, prose and table rows.

A part starts at a 填报单位 line (or at the title just above it). A blank line or a page mark ends a page chunk of the
table, never the table. A document without 填报单位 lines is one part, named by its titles and cover.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from data.normalise import chinese_count, folded, search_key, simple, unwrapped
from data.parts.region import region_of
from data.submission import Grid, Row
from data.table.columns import header_role, is_header
from data.vocabulary import Vocabulary

_UNIT_LINE = re.compile(
    r"^(?:填报单位|填报部门|单位名称|部门名称|预算部门|预算单位|部门单位|部门\(单位\)名称?|被评价单位|评价单位|自评单位|申报单位|"
    r"实施单位|项目单位|项目实施单位)"
    r"(?:\((?:公章|盖章|签章|加盖公章)\))?:(?P<name>.+)$"
)
_PLAIN_UNIT_LINE = re.compile(r"^(?:单位|部门)(?:\((?:公章|盖章|签章)\))?:(?P<name>.+)$")
_UNIT_LINE_TAIL = re.compile(
    r"(?:[(\uff08](?:公章|盖章|签章)[)\uff09]|填报日期|填报时间|填表日期|填表人|联系人|联系电话|负责人|单位负责人|日期|年度|金额单位|单位).*$"
)
_TITLE = re.compile(r"(?:自评|绩效评价|绩效自我评价|绩效报告).*(?:表|报告|情况|书|结果)$")
_TITLE_UNIT = re.compile(
    r"(?:\d{4}年度?)?(?P<name>[^,。;:、《》]{2,40}?)(?:\d{4}年度?)?(?:部门|单位)?(?:整体|项目支出|预算绩效|支出绩效|绩效)"
)
_DATE_TAIL = re.compile(r"(?:\d{4}|[〇○零一二三四五六七八九十]{4})年.{0,8}$")
_SUBJECT_LINE = re.compile(r"^项目名称(?::|$)")
_TITLE_LENGTH = 60
_YEAR_TAIL = re.compile(r"\((?:19|20)\d{2}年度?\)$")
_LOOK_BACK = 4
_TOTAL_CELLS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit printed: prose rows, titles among them, and its indicator table in page chunks."""

    unit: str | None
    titles: tuple[str, ...]
    prose: tuple[Row, ...]
    header: Row | None
    chunks: tuple[tuple[Row, ...], ...]
    start: Row
    exact: bool
    unit_basis: Literal["printed", "only", "before"] = "printed"
    """Whether its own lines name the unit, or it is the only one of the document, or the one named before."""

    @property
    def form(self) -> str:
        """项目 where a title says so and none says 整体, else 部门整体."""
        text = "".join(self.titles)
        return "项目" if "项目" in text and "整体" not in text else "部门整体"


def is_title(text: str) -> bool:
    whole = _YEAR_TAIL.sub("", simple(text))
    return len(whole) <= _TITLE_LENGTH and bool(_TITLE.search(whole)) and not re.search(r"[。;]|\d+$|^附件\d*:", whole)


def unit_line(row: Row) -> str | None:
    """The name on a 填报单位 line, as printed; ``None`` for any other line."""
    text = unwrapped(" ".join(t for t in row.texts if t)).strip("*#_ ")
    found = _UNIT_LINE.match(simple(text))
    if not found:
        return None
    _, _, printed = text.replace("\uff1a", ":").partition(":")
    name = _UNIT_LINE_TAIL.sub("", printed.strip())
    return name.strip() or None


def _plain_unit_line(row: Row, vocabulary: Vocabulary) -> str | None:
    """The name on a line 单位:…局; 单位:万元 names none."""
    texts = [text for text in row.texts if text]
    found = _PLAIN_UNIT_LINE.match(simple(texts[0])) if len(texts) == 1 else None
    return found["name"] if found and looks_like_unit(found["name"], vocabulary) else None


_BARE_UNIT_LABEL = re.compile(
    r"^(?:填报单位|填报部门|单位名称|部门名称|预算部门|预算单位|实施单位|项目单位|项目实施单位|自评单位|评价单位|部门\(单位\)名称)"
    r"(?:\([^()]*\))?:?$"
)


def _beside_label(row: Row, vocabulary: Vocabulary) -> str | None:
    """The name in the cell beside 单位名称, 填报单位 …; of several the first."""
    texts = [text for text in row.texts if text]
    for label, name in pairwise(texts):
        if _BARE_UNIT_LABEL.match(simple(label)) and looks_like_unit(unwrapped(name), vocabulary):
            return unwrapped(name)
    return None


def _department(rows: Sequence[Row], vocabulary: Vocabulary) -> str | None:
    """The name beside 主管部门: on a 部门整体 form that names no other, it is the department that reports."""
    for row in rows:
        texts = [text for text in row.texts if text]
        for label, name in pairwise(texts):
            if simple(label).rstrip(":") == "主管部门" and looks_like_unit(unwrapped(name), vocabulary):
                return unwrapped(name)
    return None


def _unit_names(rows: Sequence[tuple[Grid, Row]], vocabulary: Vocabulary) -> dict[int, str]:
    """Row number -> name, for 填报单位 lines; the name may stand on the line below its label."""
    found: dict[int, str] = {}
    for i, (_, row) in enumerate(rows):
        name = unit_line(row) or _beside_label(row, vocabulary) or _plain_unit_line(row, vocabulary)
        if name is not None:
            found[i] = name
        elif i + 1 < len(rows) and _BARE_UNIT_LABEL.match(simple("".join(row.texts)).strip("*#_")):
            below = unwrapped("".join(rows[i + 1][1].texts)).strip("*#_ ")
            if looks_like_unit(below, vocabulary):
                found[i] = below
    return found


def parts(grids: list[Grid], vocabulary: Vocabulary) -> list[Part]:
    """Cut a document into its units, in printed order. Parts without an indicator table join the one before."""
    rows = [(grid, row) for grid in grids for row in grid.rows]
    if not rows:
        return []
    starts = _starts(rows, vocabulary)
    found = [_part(rows[a:b], vocabulary) for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]
    named = {search_key(part.unit) for part in found if part.unit}
    return [
        replace(part, unit=before.unit, unit_basis="only" if len(named) == 1 else "before")
        if part.unit is None and part.header is not None and before is not None
        else part
        for part, before in zip(found, [_last_named(found[:i]) for i in range(len(found))], strict=True)
    ]


def _last_named(found: Sequence[Part]) -> Part | None:
    return next((part for part in reversed(found) if part.unit), None)


def _starts(rows: list[tuple[Grid, Row]], vocabulary: Vocabulary) -> list[int]:
    """Row numbers at which a new unit or another form of the same unit begins; the first is always 0."""
    starts = [0]
    names = _unit_names(rows, vocabulary)
    heads = [i for i, (_, row) in enumerate(rows) if is_header(row, vocabulary)]
    totals = [i for i, (_, row) in enumerate(rows) if _is_total(row, vocabulary)]
    forms = _project_forms(rows, vocabulary)
    marked = headed = False
    current = ""
    last_table = -1
    for i, (grid, row) in enumerate(rows):
        if is_header(row, vocabulary):
            headed, last_table = True, i
            continue
        if headed and _opens_form(i, rows, heads, totals, vocabulary):
            starts.append(i)
            marked = headed = False
            continue
        above = last_table
        if headed and grid.kind == "table":
            last_table = i
        form = headed and i in forms
        if i in names and search_key(names[i]) == current:
            continue
        if not form and (i not in names or not (marked or headed)):
            if i in names:
                marked, current = True, search_key(names[i])
            continue
        current = search_key(names[i]) if i in names else ""
        begin = i
        for back in range(i - 1, max(above, i - 1 - _LOOK_BACK, starts[-1]), -1):
            if is_title(rows[back][1].texts[0]):
                begin = back
        starts.append(begin)
        marked, headed = i in names, False
    return starts


def _opens_form(
    i: int, rows: list[tuple[Grid, Row]], heads: Sequence[int], totals: Sequence[int], vocabulary: Vocabulary
) -> bool:
    """Whether a title behind an indicator table opens another one: that table is complete, or the next head differs.

    A title that every page repeats opens nothing: the same head follows, and only one total.
    """
    texts = [text for text in rows[i][1].texts if text]
    if len(texts) != 1 or not (is_title(texts[0]) or _names_other_form(texts[0], vocabulary)):
        return False
    before, after = [h for h in heads if h < i], [h for h in heads if h > i]
    if not before or not after:
        return False
    last, following = before[-1], after[0]
    words = [{search_key(text) for text in rows[h][1].texts if text} for h in (last, following)]
    complete = any(last < t < i for t in totals) and any(t > following for t in totals)
    return complete or words[0] != words[1]


def _names_other_form(text: str, vocabulary: Vocabulary) -> bool:
    key = search_key(text)
    return len(key) <= _TITLE_LENGTH and any(key.endswith(word) for _, word in vocabulary.other_forms)


def _is_total(row: Row, vocabulary: Vocabulary) -> bool:
    words = [vocabulary.row_words.get(search_key(text).rstrip(":")) for text in row.texts[:_TOTAL_CELLS]]
    return "total" in words


def _project_forms(rows: Sequence[tuple[Grid, Row]], vocabulary: Vocabulary) -> frozenset[int]:
    """Row numbers of 项目名称 lines that a head of an indicator table follows before the next such line."""
    found: set[int] = set()
    last: int | None = None
    for i, (_, row) in enumerate(rows):
        first = next((text for text in row.texts if text), "")
        if _SUBJECT_LINE.match(simple(first)):
            last = i
        elif last is not None and is_header(row, vocabulary):
            found.add(last)
            last = None
    return frozenset(found)


def _part(rows: list[tuple[Grid, Row]], vocabulary: Vocabulary) -> Part:
    unit: str | None = None
    titles: list[str] = []
    prose: list[Row] = []
    header: Row | None = None
    chunks: list[list[Row]] = []
    chunk_of: Grid | None = None
    exact = all(grid.exact for grid, _ in rows if grid.kind == "table")
    names = _unit_names(rows, vocabulary)
    complete = False
    for i, (grid, row) in enumerate(rows):
        foreign = complete and header is not None and grid.exact and len(row.cells) != len(header.cells)
        if i in names:
            unit = unit or names[i]
            if grid.kind == "table":
                prose.append(row)
        elif is_header(row, vocabulary):
            if header is None or (not chunks and _says_more(row, header, vocabulary)):
                header = row
            chunk_of = None
        elif header is not None and grid.kind == "table" and not foreign:
            complete = complete or _is_total(row, vocabulary)
            if grid is not chunk_of:
                chunks.append([])
                chunk_of = grid
            chunks[-1].append(row)
        else:
            if is_title(" ".join(t for t in row.texts if t)):
                titles.append(simple(row.texts[0]))
            prose.append(row)
    unit = unit or _unit_from_titles(titles, prose, vocabulary)
    if unit is None and any("整体" in title for title in titles):
        unit = _department(prose, vocabulary)
    return Part(
        unit,
        tuple(titles),
        tuple(prose),
        header,
        tuple(tuple(c) for c in chunks if c),
        rows[0][1],
        exact and bool(chunks),
    )


def _says_more(row: Row, head: Row, vocabulary: Vocabulary) -> bool:
    """Whether the second row of a head names every column that the first names, and more: it is the head."""
    here, there = ({header_role(text, vocabulary) for text in r.texts if text} - {None} for r in (row, head))
    return there < here


def looks_like_unit(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a short text reads as the name of an organisation (南京市…局, …中心(本级))."""
    name = re.sub(r"\([^()]*\)$", "", simple(text))
    if not 3 <= len(name) <= 40 or chinese_count(name) < len(name) - 4 or re.search(r"[,。;:、年]", name):
        return False
    return any(name.endswith(suffix) for suffix in vocabulary.organisation_suffixes)


def _unit_from_titles(titles: list[str], prose: list[Row], vocabulary: Vocabulary) -> str | None:
    """The name most often seen on titles and on lines of their own before the first long paragraph."""
    seen: Counter[str] = Counter()
    for title in titles:
        found = _TITLE_UNIT.search(title)
        if found and looks_like_unit(found["name"], vocabulary):
            seen[found["name"]] += 1
    for row in prose:
        text = folded(row.texts[0])
        line = _DATE_TAIL.sub("", text)
        if len(text) <= _TITLE_LENGTH and looks_like_unit(line, vocabulary) and region_of(line, vocabulary):
            seen[line] += 1
    if not seen:
        return None
    best, most = seen.most_common(1)[0]
    rivals = [name for name, count in seen.items() if count == most and name != best]
    return None if rivals else best
