"""Rules of a warehouse: every distinct text is parsed once, every new leaf is measured by its rule, set by set."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.rules.reading.parse import parse
from data.rules.rule import Piece, Rule, Term, Unparsed
from data.statements import named

_SQL = Path(__file__).with_name("recompute.sql")
_DOUBLE, _TEXT = pa.float64(), pa.string()
_RULE = pa.schema(
    [
        ("rule_key", pa.int32()), ("form", _TEXT), ("why", _TEXT), ("unit", _TEXT), ("needs_target", pa.bool_()),
        ("pieces", pa.int16()), ("graded", pa.bool_()), ("choices_points", pa.list_(_DOUBLE)),
        ("choices_shares", pa.list_(_DOUBLE)), ("sums", pa.list_(_DOUBLE)), ("every_points", _DOUBLE),
        ("every_share", _DOUBLE), ("every_from", _TEXT), ("every_most", _DOUBLE), ("top_points", _DOUBLE),
        ("subject", _TEXT), ("notes", pa.list_(_TEXT)), ("note", _TEXT),
    ]
)  # fmt: skip
_PIECE = pa.schema(
    [
        ("rule_key", pa.int32()), ("number", pa.int16()), ("words", _TEXT), ("template", _TEXT), ("low", _DOUBLE),
        ("low_rank", pa.int8()), ("high", _DOUBLE), ("high_rank", pa.int8()), ("of_target", pa.bool_()),
        ("grades", _TEXT), ("otherwise", pa.bool_()), ("sense", _TEXT), ("points", _DOUBLE), ("share", _DOUBLE),
        ("x_points", _DOUBLE), ("x_share", _DOUBLE), ("ratio_points", _DOUBLE), ("ratio_share", _DOUBLE),
        ("inverse_points", _DOUBLE), ("inverse_share", _DOUBLE), ("band", pa.bool_()), ("high_points", _DOUBLE),
        ("high_share", _DOUBLE), ("step", _DOUBLE), ("per_points", _DOUBLE), ("per_share", _DOUBLE),
        ("reference", _DOUBLE), ("from_target", pa.bool_()), ("step_percent", pa.bool_()), ("rounding", _TEXT),
    ]
)  # fmt: skip
_RANK = {"in": 1, "law": 2, "open": 3, "out": 5}


def sources() -> list[Path]:
    """The files that decide how a rule is read and measured: another content, other scores."""
    return sorted(f for f in _SQL.parent.iterdir() if f.suffix in (".py", ".csv", ".sql"))


def recompute(connection: duckdb.DuckDBPyConnection) -> None:
    """Parse the rules and measure the leaves that are new in a draft."""
    read_rules(connection)
    steps = named(_SQL)
    for name in ("pending", "scales", "scored", "cases"):
        connection.execute(steps[name])
    measure_cases(connection)
    for name in ("outcomes", "measure"):
        connection.execute(steps[name])
    for name in steps:
        if name.startswith("forget"):
            connection.execute(steps[name])


def measure_cases(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``case_outcome`` from the temporary table ``case_input`` (see ``outcome.sql``)."""
    connection.execute(named(_SQL.with_name("outcome.sql"))["outcomes"])


def read_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Parse every text of ``rule_dim`` that has no row in ``rule_parsed``."""
    steps = named(_SQL)
    unread = connection.execute(steps["unread_rules"]).fetchall()
    if not unread:
        return
    rules = [(key, parse(text)) for key, text in unread]
    batches = {
        "rules": pa.Table.from_pylist([_rule(key, rule) for key, rule in rules], schema=_RULE),
        "pieces": pa.Table.from_pylist(
            [
                _piece(key, number, piece)
                for key, rule in rules
                if isinstance(rule, Rule)
                for number, piece in enumerate(rule.pieces, start=1)
            ],
            schema=_PIECE,
        ),
    }
    for name, batch in batches.items():
        connection.register(f"batch_{name[:-1]}", batch)
        connection.execute(steps[name])
        connection.unregister(f"batch_{name[:-1]}")


def _rule(key: int, rule: Rule | Unparsed | None) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys(_RULE.names)
    blank |= {"rule_key": key, "pieces": 0, "graded": False, "notes": [], "sums": []}
    blank |= {"choices_points": [], "choices_shares": []}
    if rule is None or isinstance(rule, Unparsed):
        return blank | {"why": rule.why if rule else None}
    return blank | {
        "form": rule.form,
        "unit": rule.unit,
        "needs_target": rule.needs_target,
        "pieces": len(rule.pieces),
        "graded": any(p.grades for p in rule.pieces),
        "choices_points": [t.factor for t in rule.choices if not t.w],
        "choices_shares": [t.factor for t in rule.choices if t.w],
        "sums": _sums(rule),
        "every_points": _of(rule.every, 0),
        "every_share": _of(rule.every, 1),
        "every_from": rule.every_from if rule.every else None,
        "every_most": rule.every_most,
        "top_points": rule.top_points,
        "subject": rule.subject,
        "notes": list(rule.notes),
        "note": "；".join(rule.remarks) or None,
    }


def _of(term: Term | None, w: int) -> float:
    return term.factor if term is not None and term.w == w else 0.0


def _sums(rule: Rule) -> list[float]:
    """Every sum that the parts can make, in rising order."""
    parts = [t.factor for t in rule.parts]
    found = {round(sum(some), 6) for n in range(len(parts) + 1) for some in combinations(parts, n)}
    return sorted(found) if parts else []


def _piece(key: int, number: int, piece: Piece) -> dict[str, Any]:
    interval = piece.interval
    return {
        "rule_key": key, "number": number, "words": piece.words, "template": piece.template,
        "low": interval.low, "low_rank": _RANK[interval.low_end],
        "high": interval.high, "high_rank": _RANK[interval.high_end],
        "of_target": interval.of_target, "grades": "|".join(piece.grades), "otherwise": piece.otherwise,
        "sense": piece.sense,
        "points": _sum(piece.terms), "share": _sum(piece.terms, w=1),
        "x_points": _sum(piece.terms, x=1), "x_share": _sum(piece.terms, x=1, w=1),
        "ratio_points": _sum(piece.terms, x=1, t=-1), "ratio_share": _sum(piece.terms, x=1, t=-1, w=1),
        "inverse_points": _sum(piece.terms, x=-1, t=1), "inverse_share": _sum(piece.terms, x=-1, t=1, w=1),
        "band": bool(piece.terms_high),
        "high_points": _sum(piece.terms_high), "high_share": _sum(piece.terms_high, w=1),
        "step": piece.step, "per_points": _sum(piece.per), "per_share": _sum(piece.per, w=1),
        "reference": piece.reference, "from_target": piece.from_target, "step_percent": piece.step_percent,
        "rounding": piece.rounding,
    }  # fmt: skip


def _sum(terms: tuple[Term, ...], x: int = 0, t: int = 0, w: int = 0) -> float:
    return sum(term.factor for term in terms if (term.x, term.t, term.w) == (x, t, w))
