"""Rules measured as a warehouse does it, without a report around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pyarrow as pa

from data import warehouse
from data.normalise import quantity
from data.rules import store


@dataclass(frozen=True)
class Case:
    """A rule and what a leaf prints beside it."""

    rule: str | None
    value: str | None = None
    weight: str | None = "10"
    target: str | None = None
    direction: str | None = None
    applicability: str = "yes"


@dataclass(frozen=True)
class Outcome:
    status: str
    low: float | None
    high: float | None
    points: tuple[float, ...]
    working: str | None


_NUMBER = pa.decimal128(24, 6)
_INPUT = pa.schema(
    [
        ("case_key", pa.int32()), ("rule_key", pa.int32()), ("value_key", pa.int32()), ("weight", pa.decimal128(12, 6)),
        ("applicability", pa.string()), ("value", _NUMBER), ("value_unit", pa.string()), ("value_text", pa.string()),
        ("target", _NUMBER), ("target_text", pa.string()), ("direction", pa.string()),
    ]
)  # fmt: skip


class Bench:
    """An in-memory database with the project's schema, for as many measurements as a test makes."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        warehouse.create(self.connection)
        self.keys: dict[str | None, int] = {}

    def measure(self, cases: Sequence[Case]) -> list[Outcome]:
        c = self.connection
        for case in cases:
            if case.rule is not None and case.rule not in self.keys:
                self.keys[case.rule] = len(self.keys) + 1
                c.execute("insert into rule_dim values ($1, $2, null)", [self.keys[case.rule], case.rule])
        store.read_rules(c)
        c.register("batch", pa.Table.from_pylist([self._row(i, x) for i, x in enumerate(cases)], schema=_INPUT))
        c.execute("create or replace temp table case_input as select * from batch")
        c.unregister("batch")
        store.measure_cases(c)
        rows = c.execute("select status, low, high, points, working from case_outcome order by case_key").fetchall()
        c.execute("drop table case_outcome")
        return [Outcome(s, low, high, tuple(points or ()), working) for s, low, high, points, working in rows]

    def _row(self, number: int, case: Case) -> dict[str, object]:
        value, unit = quantity(case.value) if case.value else (None, None)
        target, _ = quantity(case.target) if case.target else (None, None)
        return {
            "case_key": number, "rule_key": self.keys.get(case.rule), "value_key": number,
            "weight": None if case.weight is None else Decimal(case.weight), "applicability": case.applicability,
            "value": value, "value_unit": unit, "value_text": case.value, "target": target,
            "target_text": case.target, "direction": case.direction,
        }  # fmt: skip


def measured(*cases: Case) -> list[Outcome]:
    return Bench().measure(cases)


def admits(outcome: Outcome) -> tuple[float, ...]:
    """The scores a rule admits: single ones, or the two ends of an interval."""
    if outcome.low is None or outcome.high is None:
        return ()
    return outcome.points or ((outcome.low,) if outcome.low == outcome.high else (outcome.low, outcome.high))
