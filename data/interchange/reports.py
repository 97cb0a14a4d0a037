"""The reports that the rows of an interchange table belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.codes import refusal
from data.interchange.cells import Checker
from data.interchange.columns import REPORT_SCHEMA

_KEYS = ("fiscal_year", "region_code", "unit", "form", "subject")
_FACTS = ("unit_code", "department", "year_basis", "stated_total", "grade", "status", "dataset")
_CHUNK = 65_536
Codes = npt.NDArray[np.int64]


class Reports:
    """The reports of a table: numbered in order of appearance, their facts the same in every row."""

    def __init__(self, checker: Checker, dataset: str | None) -> None:
        self._checker = checker
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._facts: list[dict[str, Any]] = []
        self._rows: list[int] = []
        self._counts: dict[int, int] = {}
        self.datasets: set[str] = {dataset} if dataset else set()

    def numbers(self, found: Mapping[str, pa.Array], rows: Sequence[int]) -> pa.Array:
        names = [n for n in (*_KEYS, *_FACTS) if n in found and n in self._checker.table.by_name]
        names = [n for n in names if self._checker.table.by_name[n].report]
        inverse, firsts = combined([found[n] for n in names])
        at = pa.array(firsts)
        picked = {n: found[n].take(at).to_pylist() for n in names}
        numbers = np.empty(len(firsts), dtype=np.int32)
        for i in np.argsort(firsts, kind="stable"):
            told = {n: picked[n][i] for n in names}
            numbers[i] = self._number(told, rows[int(firsts[i])])
        return pa.array(numbers[inverse], pa.int32())

    def _number(self, told: dict[str, Any], row: int) -> int:
        told["form"] = told.get("form") or "部门整体"
        told["subject"] = told.get("subject") or ""
        if dataset := told.pop("dataset", None):
            self.datasets.add(dataset)
        key = tuple(told.get(n) for n in _KEYS)
        facts = {n: told.get(n) for n in _FACTS if n != "dataset"}
        number = self._numbers.setdefault(key, len(self._facts))
        if number == len(self._facts):
            self._facts.append(facts)
            self._rows.append(row)
            return number
        known = self._facts[number]
        for name, value in facts.items():
            if value is not None and known[name] is not None and value != known[name]:
                column = self._checker.table.by_name[name]
                self._checker.wrong(column, row, value, f"与同一报告第{self._rows[number]}行的“{known[name]}”不同")
            elif value is not None:
                known[name] = value
        return number

    def form_of(self, report: pa.Array) -> pa.Array:
        """表类 of each row, coded."""
        forms = pa.array([key[_KEYS.index("form")] for key in self._numbers], pa.string()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(forms.indices.take(report), forms.dictionary)

    def ordinals(self, report: pa.Array) -> pa.Array:
        """1, 2, 3 … within each report, in the order of the rows."""
        numbers = report.to_numpy()
        order = np.argsort(numbers, kind="stable")
        ordered = numbers[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        lengths = np.diff(np.r_[starts, len(ordered)])
        before = [self._counts.get(int(ordered[s]), 0) for s in starts]
        for s, length, count in zip(starts, lengths, before, strict=True):
            self._counts[int(ordered[s])] = count + int(length)
        within = np.arange(len(ordered)) - np.repeat(starts, lengths) + np.repeat(np.array(before, dtype=int), lengths)
        result = np.empty(len(ordered), dtype=np.int64)
        result[order] = within + 1
        if len(result) and result.max() > np.iinfo(np.int16).max:
            raise refusal("E19", f"一个报告超过 {np.iinfo(np.int16).max} 行")
        return pa.array(result, pa.int16())

    def stream(self) -> bytes:
        rows = [
            dict(zip(_KEYS, key, strict=True)) | facts | {"row": row}
            for key, facts, row in zip(self._numbers, self._facts, self._rows, strict=True)
        ]
        table = pa.Table.from_pylist(rows, schema=REPORT_SCHEMA)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, REPORT_SCHEMA, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
            stream.write_table(table, max_chunksize=_CHUNK)
        return bytes(sink.getvalue().to_pybytes())


def combined(columns: Sequence[pa.Array]) -> tuple[Codes, Codes]:
    """Rows that are equal in all columns get one code: the code of each row, and the first row of each code."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        size = len(coded.dictionary)
        _, codes = np.unique(codes * (size + 1) + coded.indices.fill_null(size).to_numpy(), return_inverse=True)
    _, firsts, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return inverse, firsts
