"""An interchange file -> typed Arrow batches, in the child process: every cell is checked, nothing is guessed.

Rows keep the number of their report within the table and their own row in the file. Repeated texts are dictionary
coded throughout, so that a million rows need little memory. The first wrong cells end the reading, by name, row and
value.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from data import vocabulary as words_of
from data.codes import refusal
from data.door.intake import Document
from data.interchange.cells import Checker, both, derived, filled, nothing, texts
from data.interchange.columns import Column, NotAValueError, Table, converter, row_schema, tables
from data.interchange.reports import Reports, combined
from data.interchange.sources import Source, bounded, sources
from data.normalise import not_applicable, quantity, search_key, target_of
from data.prose.budget import YUAN
from data.submission import MOST_YUAN, plain
from data.vocabulary import Vocabulary

_MOST_TEXT = 1024 * 1024 * 1024
_AMOUNTS: Mapping[str, Mapping[str, str]] = {
    "total": {
        "initial_budget": "initial_budget", "adjusted_budget": "adjusted_budget", "expenditure": "expenditure",
        "carried_in": "carried_in", "carried_out": "carried_out",
    },
    "basic": {
        "initial_budget": "initial_basic_budget", "adjusted_budget": "adjusted_basic_budget",
        "expenditure": "basic_expenditure", "carried_in": "carried_in_basic", "carried_out": "carried_out_basic",
    },
    "project": {
        "initial_budget": "initial_project_budget", "adjusted_budget": "adjusted_project_budget",
        "expenditure": "project_expenditure", "carried_in": "carried_in_project", "carried_out": "carried_out_project",
    },
}  # fmt: skip
"""Columns of 预算执行情况表 -> budget items, by 支出类别."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A table of a file as re-written. ``position`` and ``place`` stand before a row's number in its locator.

    ``reports`` and ``content`` are Arrow streams (``REPORT_SCHEMA``, ``row_schema``); they travel beside the record.
    """

    table: str
    rows: int
    datasets: tuple[str, ...]
    position: str
    place: str
    ignored: tuple[str, ...] = ()
    """Row labels without a name, which were not read."""
    reports: Annotated[bytes, Field(exclude=True)] = b""
    content: Annotated[bytes, Field(exclude=True)] = b""


def read(document: Document) -> tuple[Rewritten, ...]:
    """The interchange tables of a file; none if it is no interchange file.

    Raises ``Refusal`` E40 (a column or cell is not what it must be), E24 (too many rows), E20 (too much text), E05.
    """
    words = words_of.load()
    return tuple(_rewritten(source, words) for source in sources(document))


def _rewritten(source: Source, words: Vocabulary) -> Rewritten:
    table = source.found.table
    checker = Checker(table, source.place, words)
    reports = Reports(checker, source.dataset)
    name = "budget_figure" if table.name == "budget_execution" else table.name
    schema = row_schema(name)
    sink = io.BytesIO()
    rows = text = 0
    with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
        for numbers, cells in source.batches:
            rows += len(numbers)
            bounded(rows)
            found = {
                c.name: checker.values(c, cells[source.found.positions[c.name]], numbers)
                if c.name in source.found.positions
                else nothing(c, len(numbers))
                for c in table.columns
            }
            text += sum(_length(array) for array in found.values())
            if text > _MOST_TEXT:
                raise refusal("E20", "文字总量超过 1 GB")
            report = reports.numbers(found, numbers)
            batch = {"report": report, "row": pa.array(numbers, pa.int32()), **found}
            batch |= _finished(table.name, batch, source.found.positions, checker, reports)
            stream.write_batch(pa.record_batch([batch[f.name].cast(f.type) for f in schema], schema=schema))
    checker.end()
    content = sink.getvalue()
    datasets = tuple(sorted(reports.datasets))
    return Rewritten(name, rows, datasets, source.position, source.place, source.ignored, reports.stream(), content)


def _length(cells: pa.Array) -> int:
    if not pa.types.is_dictionary(cells.type):
        return 0
    lengths = pc.binary_length(cells.dictionary).take(cells.indices)
    return int(pc.sum(lengths).as_py() or 0)


def _finished(
    name: str, batch: Mapping[str, pa.Array], given: Mapping[str, int], checker: Checker, reports: Reports
) -> dict[str, pa.Array]:
    """What is not printed but follows: ordinals, defaults, and the second forms that reading a document also makes."""
    found: dict[str, pa.Array] = {}
    table = tables()[name]
    if "ordinal" in table.by_name:
        if "ordinal" not in given:
            found["ordinal"] = reports.ordinals(batch["report"])
        elif batch["ordinal"].null_count:
            at = int(pc.index(batch["ordinal"].is_null(), True).as_py())
            checker.wrong(table.by_name["ordinal"], batch["row"][at].as_py(), None, "要么全填，要么不设此列")
    match name:
        case "leaf_score":
            found |= _leaf(batch, given, checker.words, reports)
        case "stated_figure":
            found["source"] = filled(batch["source"], "表")
        case "narrative":
            found |= {n: filled(batch[n], fill) for n, fill in (("heading", ""), ("text", ""), ("state", "text"))}
        case "budget_figure":
            found |= _amounts(batch, table, checker)
        case "budget_execution":
            return _melted(batch, table, checker, reports)
        case "roster":
            found["classified"] = batch["classified"].fill_null(False)
    return found


def _leaf(
    batch: Mapping[str, pa.Array], given: Mapping[str, int], words: Vocabulary, reports: Reports
) -> dict[str, pa.Array]:
    said, targets = batch["value_text"], batch["target_text"]
    number = batch["value"].type
    read, unit = both(said, quantity, number)
    wanted, sign = both(targets, target_of, number)
    value = pc.coalesce(batch["value"], read)
    own_unit = texts(batch["value_unit"])
    level1, level2 = filled(batch["level1"], ""), filled(batch["level2"], "")
    blank = pc.and_(pc.is_null(texts(said)), value.is_null())
    zero = pc.or_(pc.fill_null(pc.equal(value, pa.scalar(0, number)), False), _without(blank, batch["score"]))
    judged = pc.if_else(
        pc.fill_null(derived(said, not_applicable, pa.bool_()), False), "na", pc.if_else(zero, "unknown", "yes")
    )
    dimension, canonical = _mapped(reports.form_of(batch["report"]), level1, level2, batch["level3"], words)
    return {
        "level1": level1,
        "level2": level2,
        "level1_raw": filled(batch["level1_raw"], texts(level1)),
        "level2_raw": filled(batch["level2_raw"], texts(level2)),
        "hierarchy_method": filled(batch["hierarchy_method"], "given"),
        "value": value,
        "value_unit": pc.coalesce(
            pc.if_else(batch["value"].is_valid(), own_unit, None), unit, own_unit
        ).dictionary_encode(),
        "target": pc.coalesce(batch["target"], wanted),
        "direction": filled(batch["direction"], sign),
        "applicability": filled(batch["applicability"], judged),
        "dimension": filled(batch["dimension"], dimension),
        "canonical_leaf": filled(batch["canonical_leaf"], canonical),
    }


def _without(blank: pa.Array, score: pa.Array) -> pa.Array:
    """No value and no points: may be 不适用."""
    return pc.and_(blank, pc.fill_null(pc.equal(score, pa.scalar(0, score.type)), True))


def _mapped(
    form: pa.Array, level1: pa.Array, level2: pa.Array, level3: pa.Array, words: Vocabulary
) -> tuple[pa.Array, pa.Array]:
    """指标维度 and 规范指标名称 of each row, as for a document."""
    inverse, firsts = combined([form, level1, level2, level3])
    at = pa.array(firsts)
    labels = list(zip(*(c.take(at).to_pylist() for c in (form, level1, level2, level3)), strict=True))
    rows = pa.array(inverse)
    dimension = pa.array([words.dimension(f, one, two, three or "") for f, one, two, three in labels], pa.string())
    canonical = pa.array([words.canonical_names.get(search_key(x[3] or "")) for x in labels], pa.string())
    return dimension.take(rows), canonical.take(rows)


def _amounts(batch: Mapping[str, pa.Array], table: Table, checker: Checker) -> dict[str, pa.Array]:
    """金额 from 所印数字 or the other way round; one of them must be there."""
    column = table.by_name["amount"]
    convert = converter(column, checker.words)

    def amount_of(text: str) -> Decimal | None:
        try:
            return convert(text)  # type: ignore[no-any-return]
        except NotAValueError:
            return None

    printed = derived(batch["printed"], lambda text: text or None, pa.string())
    amount = pc.coalesce(batch["amount"], derived(batch["printed"], amount_of, column.type))
    if amount.null_count:
        at = int(pc.index(amount.is_null(), True).as_py())
        checker.wrong(
            column, batch["row"][at].as_py(), batch["printed"][at].as_py(), "不是数字，金额与所印数字至少填一项"
        )
    _bounded_in_yuan(column, amount, batch["printed_unit"], batch["row"], checker)
    return {"amount": amount, "printed": pc.coalesce(printed, _plain_texts(amount)).dictionary_encode()}


def _bounded_in_yuan(column: Column, amount: pa.Array, unit: pa.Array, rows: pa.Array, checker: Checker) -> None:
    """An amount of ``MOST_YUAN`` or more is named by its row."""
    most = derived(unit, lambda name: MOST_YUAN / YUAN[name] if name in YUAN else None, amount.type)
    beyond = pc.fill_null(pc.greater_equal(pc.abs(amount), most), False)
    if pc.any(beyond).as_py():
        at = int(pc.index(beyond, True).as_py())
        checker.wrong(column, rows[at].as_py(), f"{plain(amount[at].as_py())}{unit[at].as_py()}", "数值过大")


def _plain_texts(amount: pa.Array) -> pa.Array:
    return pa.array([None if v is None else plain(v) for v in amount.to_pylist()], pa.string())


def _melted(batch: Mapping[str, pa.Array], table: Table, checker: Checker, reports: Reports) -> dict[str, pa.Array]:
    """预算执行情况表: one row for each amount that is there."""
    category = pc.coalesce(texts(batch["category"]), "total")
    parts = []
    for kind, known in _AMOUNTS.items():
        for name, item in known.items():
            wanted = pc.and_(pc.equal(category, kind), batch[name].is_valid())
            at = pa.array(np.flatnonzero(wanted.to_numpy(zero_copy_only=False)))
            if len(at):
                unit, rows = (batch[n].take(at) for n in ("printed_unit", "row"))
                _bounded_in_yuan(table.by_name[name], batch[name].take(at), unit, rows, checker)
                parts.append((at, item, batch[name].take(at)))
    lengths = [len(at) for at, _, _ in parts]
    at = pa.concat_arrays([p[0] for p in parts]) if parts else pa.array([], pa.int64())
    amount = pa.concat_arrays([p[2] for p in parts]) if parts else pa.array([], batch["expenditure"].type)
    items = [item for (_, item, _), length in zip(parts, lengths, strict=True) for _ in range(length)]
    order = pa.array(np.argsort(at.to_numpy(), kind="stable"))
    at, amount = at.take(order), amount.take(order)
    report = batch["report"].take(at)
    return {
        "report": report,
        "row": batch["row"].take(at),
        "ordinal": reports.ordinals(report),
        "item": pa.array(items, pa.string()).take(order).dictionary_encode(),
        "amount": amount,
        "printed": _plain_texts(amount).dictionary_encode(),
        "printed_unit": texts(batch["printed_unit"].take(at)).dictionary_encode(),
        "source": texts(filled(batch["source"], "财政数据").take(at)).dictionary_encode(),
    }
