"""Run every check over the reports that were not checked yet, set by set."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa

from data.findings import catalogue
from data.statements import named

_HERE = Path(__file__).parent
_VOCABULARY = _HERE.parent / "vocabulary"
_RULES = _HERE.parent / "rules"
MOST_LEAVES = 1_000_000
_WORDS = {"admission": "admissions.csv", "general_word": "general_words.csv"}


def check_files() -> dict[str, Path]:
    """The query of each check by its id, in the order of the catalogue's file, then of names."""
    found = {file.stem: file for file in sorted((_HERE / "checks").rglob("*.sql"))}
    order = list(catalogue.load())
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def run(connection: duckdb.DuckDBPyConnection, folder: Path | None = None, most_leaves: int = MOST_LEAVES) -> int:
    """Fill ``finding_store``, ``checked_identity_store`` and ``budget_rate_store``; the number of reports checked.

    Looked at are reports never checked with these checks, thresholds, recomputed scores and amounts, and for the checks
    between units the other reports of their year and region. ``folder``: a warehouse, whose own thresholds hold;
    ``most_leaves``: about as many are looked at together, whole regions of a year.
    """
    limits = catalogue.thresholds(folder)
    steps, scope = named(_HERE / "steps.sql"), named(_HERE / "scope.sql")
    _copy_catalogue(connection, limits, steps)
    whole = [name for name in scope if name != "parts" and not name.startswith("part_")]
    for name in whole:
        given = {"run": _fingerprint(limits), "most": most_leaves} if name == "due_report" else None
        connection.execute(scope[name], given)
    connection.execute(steps["clear_findings"])
    for table, file in _WORDS.items():
        connection.register(table, _table(_VOCABULARY / file))
    checks = {check_id: file.read_text(encoding="utf-8") for check_id, file in check_files().items()}
    for (part,) in connection.execute(scope["parts"]).fetchall():
        _check_part(connection, part, scope, steps, checks)
    for table in _WORDS:
        connection.unregister(table)
    ((stale,),) = connection.execute(steps["stale"]).fetchall()
    connection.execute(scope["forget"])
    return int(stale)


def _check_part(
    connection: duckdb.DuckDBPyConnection,
    part: int,
    scope: Mapping[str, str],
    steps: Mapping[str, str],
    checks: Mapping[str, str],
) -> None:
    """The checks (id -> query) over whole regions of a year."""
    for name, statement in scope.items():
        if name.startswith("part_"):
            connection.execute(statement, {"part": part} if name == "part_report" else None)
    for file in ("rates.sql", "identities.sql"):
        for statement in named(_HERE / file).values():
            connection.execute(statement)
    for check_id, query in checks.items():
        rows = connection.execute(query).to_arrow_table()
        if len(rows):
            connection.register("batch_finding", rows)
            connection.execute(steps["store"], {"check_id": check_id})
            connection.unregister("batch_finding")
    connection.execute(steps["forget_runs"])
    connection.execute(steps["runs"])


def _copy_catalogue(
    connection: duckdb.DuckDBPyConnection, limits: Sequence[catalogue.Threshold], steps: Mapping[str, str]
) -> None:
    """The catalogue and the thresholds used, as tables of the version."""
    checks = [(c.check_id, c.name, c.explanation, c.severity, c.when_empty) for c in catalogue.load().values()]
    batches = {
        "batch_check": pa.table(
            dict(
                zip(
                    ("check_id", "name", "explanation", "severity", "when_empty"),
                    zip(*checks, strict=True),
                    strict=True,
                )
            )
        ),
        "batch_threshold": pa.table(
            {"name": [x.name for x in limits], "value": [x.value for x in limits], "source": [x.source for x in limits]}
        ),
    }
    for name, table in batches.items():
        connection.register(name, table)
    for step in ("clear_catalogue", "catalogue", "clear_thresholds", "thresholds"):
        connection.execute(steps[step])
    for name in batches:
        connection.unregister(name)


def _fingerprint(limits: Sequence[catalogue.Threshold]) -> str:
    """What tells one run from another: the checks, the words they look for, the rules' meaning, the thresholds."""
    digest = sha256(repr([(x.name, x.value) for x in limits]).encode())
    rules = (f for f in sorted(_RULES.rglob("*")) if f.suffix in (".py", ".csv", ".sql"))
    for file in (*sorted(_HERE.rglob("*.sql")), *(_VOCABULARY / name for name in _WORDS.values()), *rules):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _table(file: Path) -> pa.Table:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return pa.Table.from_pylist(rows)
