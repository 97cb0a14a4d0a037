"""复核工作底稿: a report's leaves in the columns re-checkers use, and a filled one read back as ``review_score`` rows.

A hidden sheet holds, for each row, its 序号, a hash of what was written and a hash of what the data version held: so
rows may be sorted or left out, a changed one is told, and so is one whose report has been sent anew since. Rows in
which nothing is filled in say nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.codes import refusal
from data.door.intake import Document, kind_of
from data.normalise import number, unwrapped
from data.readers import xlsx
from data.statements import named
from data.submission import Grid, Row
from data.warehouse import Warehouse

SHEET, KEYS = "复核工作底稿", "底稿编号"
SELF = ("一级", "二级", "三级", "指标性质", "指标值", "计量单位", "权重", "自评完成值", "自评得分")
VALUE, SCORE, DEVIATION, REMARK = "复核完成值", "复核得分", "偏离度", "备注"
COLUMNS = (*SELF, VALUE, SCORE, DEVIATION, REMARK)
"""The columns of a 底稿, exactly and in this order."""
LONGEST_VALUE, LONGEST_REMARK = 500, 2000
_SQL = Path(__file__).with_suffix(".sql")
_MOST_SAID = 5
_WEIGHT, _OWN_SCORE = SELF.index("权重"), SELF.index("自评得分")


@dataclass(frozen=True, slots=True)
class Review:
    """One re-checked leaf as a filled 底稿 tells it. ``source``: hash of the leaf it was made for; ``where``: the row
    in words; ``silent``: the score is another than the department's and no remark says why."""

    report_id: str
    ordinal: int
    source: str
    value: str | None
    score: Decimal | None
    reason: str | None
    where: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A leaf as a 底稿 prints it: ``own`` are its cells of ``SELF`` (a number where one is known), ``inferred`` says
    that the self-score was not printed; the rest is what a re-check found so far."""

    report_id: str
    ordinal: int
    own: tuple[str | Decimal | None, ...]
    inferred: bool
    value: str | None = None
    score: Decimal | None = None
    reason: str | None = None

    @property
    def deviation(self) -> float | None:
        """偏离度 = (自评得分 − 复核得分) / 权重: positive where the department scored itself higher."""
        weight, own = self.own[_WEIGHT], self.own[_OWN_SCORE]
        if self.score is None or not isinstance(weight, Decimal) or not isinstance(own, Decimal) or not weight:
            return None
        return float((own - self.score) / weight)


def lines(cursor: duckdb.DuckDBPyConnection, report_ids: Sequence[str]) -> list[Line]:
    """The leaves of current reports, report by report, in their order."""
    found = cursor.execute(named(_SQL)["rows"], {"report_ids": list(report_ids)})
    heads = [d[0] for d in found.description or []]
    rows = (dict(zip(heads, row, strict=True)) for row in found.fetchall())
    return [Line(row["report_id"], row["ordinal"], _own(row), row["inferred"], row["review_value"],
                 row["review_score"], row["review_reason"]) for row in rows]  # fmt: skip


def _own(row: Mapping[str, Any]) -> tuple[str | Decimal | None, ...]:
    def first(value: Decimal | None, text: str | None) -> str | Decimal | None:
        return text if value is None else value

    return (
        row["level1"], row["level2"], row["level3"], row["nature"], first(row["target"], row["target_text"]),
        row["value_unit"], row["weight"], first(row["value"], row["value_text"]), row["score"],
    )  # fmt: skip


def hashes(rows: Sequence[Sequence[str | Decimal | None]]) -> list[str]:
    """A hash of each row of cells; rows with the same cells are told apart by their number among them."""
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for row in rows:
        cells = tuple(map(_plain, row))
        seen[cells] += 1
        found.append(sha256(repr((cells, seen[cells])).encode()).hexdigest()[:16])
    return found


def _plain(cell: str | Decimal | None) -> str:
    """A cell in the form in which it is compared: as a spreadsheet gives it back."""
    if isinstance(cell, Decimal):
        return f"{Decimal(repr(round(float(cell), 10))).normalize():f}"
    text = unwrapped(cell or "").lstrip("' ")[:LONGEST_VALUE]
    value = number(text) if text else None
    return text if value is None else f"{value.normalize():f}"


def recognised(grids: Sequence[Grid]) -> bool:
    """Whether a document is a 复核工作底稿, by its head and the name of its sheet."""
    return any(_is_head(row) for grid in grids for row in grid.rows)


def _is_head(row: Row) -> bool:
    return tuple(map(unwrapped, row.texts[: len(COLUMNS)])) == COLUMNS and row.place.position.startswith(f"{SHEET}!")


@dataclass(frozen=True, slots=True)
class _Key:
    ordinal: int
    source: str


@dataclass(slots=True)
class _Faults:
    words: list[str] = field(default_factory=list)

    def add(self, row: Row, column: str, value: str, why: str) -> None:
        self.words.append(f"{row.place.words}“{column}”：{f'“{value[:20]}”' if value else ''}{why}")


def read(document: Document, grids: Sequence[Grid]) -> tuple[Review, ...]:
    """What is filled in. Raises ``Refusal`` E47 with row, column and value of what cannot be taken."""
    if kind_of(document) != "xlsx" or KEYS not in xlsx.sheet_names(document.content):
        raise refusal("E47", f"工作表“{KEYS}”已丢失，请在原文件中填写并以 xlsx 格式保存")
    report_id, keys = _keys(document)
    rows = list(_table(grids))
    faults = _Faults()
    found = []
    own = hashes([row.texts[: len(SELF)] for row in rows])
    for row, printed in zip(rows, own, strict=True):
        said = dict(zip(COLUMNS, map(unwrapped, row.texts), strict=False))
        if not any(said.get(name) for name in (VALUE, SCORE, REMARK)):
            continue
        key = keys.get(printed)
        if key is None:
            faults.add(row, "三级", said.get("三级", ""), "该行的自评内容已被改动，请按下载时的内容填写")
            continue
        found.append(_review(report_id, key, row, said, faults))
    if not found and not faults.words:
        faults.words.append(f"“{VALUE}”“{SCORE}”“{REMARK}”三栏均未填写")
    _refuse("E47", faults.words)
    return tuple(found)


def _keys(document: Document) -> tuple[str, dict[str, _Key]]:
    rows = list(xlsx.texts(document.content, KEYS, scan=True))
    try:
        report_id = rows[0][0]
        return report_id, {printed: _Key(int(ordinal), source) for ordinal, printed, source in rows[1:]}
    except (IndexError, ValueError) as error:
        raise refusal("E47", f"工作表“{KEYS}”已被改动，请重新下载") from error


def _table(grids: Sequence[Grid]) -> Iterator[Row]:
    """The rows below the head, on its sheet."""
    below = False
    for row in (row for grid in grids for row in grid.rows):
        if _is_head(row):
            below = True
        elif below and row.place.position.startswith(f"{SHEET}!") and any(row.texts):
            yield row


def _review(report_id: str, key: _Key, row: Row, said: Mapping[str, str], faults: _Faults) -> Review:
    score, weight, own = (number(said.get(name, "")) for name in (SCORE, "权重", "自评得分"))
    if said.get(SCORE) and score is None:
        faults.add(row, SCORE, said[SCORE], "不是数字")
    elif score is not None and score < 0:
        faults.add(row, SCORE, said[SCORE], "不能为负数")
    elif score is not None and weight is not None and score > weight:
        faults.add(row, SCORE, said[SCORE], f"高于权重 {said['权重']}")
    for name, longest in ((VALUE, LONGEST_VALUE), (REMARK, LONGEST_REMARK)):
        if len(said.get(name, "")) > longest:
            faults.add(row, name, said[name], f"超过 {longest} 字")
    silent = score is not None and score != own and not said.get(REMARK)
    return Review(report_id, key.ordinal, key.source, said.get(VALUE) or None, score, said.get(REMARK) or None,
                  row.place.words, silent)  # fmt: skip


def checked(warehouse: Warehouse, reviews: Sequence[Review]) -> None:
    """Raise ``Refusal`` E48 where the current version does not hold the report, or holds other rows of it."""
    if not reviews:
        return
    held: dict[tuple[str, int], str] = {}
    if warehouse.current() is not None:
        with warehouse.cursor() as cursor:
            known = lines(cursor, sorted({r.report_id for r in reviews}))
        for report_id, same in groupby(known, key=lambda line: line.report_id):
            of_report = list(same)
            own = hashes([line.own for line in of_report])
            held |= {(report_id, line.ordinal): source for line, source in zip(of_report, own, strict=True)}
    unknown = {r.report_id for r in reviews} - {report_id for report_id, _ in held}
    if unknown:
        raise refusal("E48", f"报告编号 {'、'.join(sorted(unknown))} 不在当前数据版本内")
    changed = [r.where for r in reviews if held.get((r.report_id, r.ordinal)) != r.source]
    _refuse("E48", [f"{where}：自评内容已与当前数据版本不同" for where in changed])


def load(connection: duckdb.DuckDBPyConnection, reviews: Sequence[Review]) -> None:
    """Write re-checked leaves into a draft, in place of what stood for them; totals follow where complete."""
    last = {(r.report_id, r.ordinal): r for r in reviews}
    rows = [
        {"report_id": r.report_id, "ordinal": r.ordinal, "value": r.value, "reason": r.reason,
         "score": None if r.score is None else r.score.quantize(Decimal("0.000001"))}
        for r in last.values()
    ]  # fmt: skip
    schema = pa.schema({"report_id": pa.string(), "ordinal": pa.int16(), "value": pa.string(),
                        "score": pa.decimal128(12, 6), "reason": pa.string()})  # fmt: skip
    connection.register("batch_review", pa.Table.from_pylist(rows, schema))
    for step in ("replaced", "added", "totals"):
        connection.execute(named(_SQL)[step])
    connection.unregister("batch_review")


def _refuse(code: str, words: Sequence[str]) -> None:
    if words:
        more = f"；另有 {len(words) - _MOST_SAID} 处" if len(words) > _MOST_SAID else ""
        raise refusal(code, "；".join(words[:_MOST_SAID]) + more)
