"""A warehouse folder: immutable version files, the CURRENT pointer, originals, decisions, one writer at a time.

Readers open the version that CURRENT names, read-only and hardened, and take one ``cursor()`` per call. A writer
copies that version, changes the copy, checks it, and only then moves CURRENT (write-temp, fsync, atomic replace): a
killed process or a full disk leaves the published version as it was.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout

from data import vocabulary
from data.codes import problem, refusal
from data.connections import digest_of, forget, opened, whole
from data.derive import derive
from data.door.intake import Document
from data.rules.store import sources
from data.statements import named
from data.submission import MOST_YUAN, Refusal

_HERE = Path(__file__).parent
_SQL = _HERE / "warehouse.sql"
_FIXED_TABLES = frozenset({"schema_info", "region", "budget_item", "score_band"})
_DERIVED_TABLES = frozenset(
    {"rule_parsed", "rule_piece", "rule_case", "prepared_scope", "report_prepared", "rate_prepared", "label_prepared"}
    | {"rate_summary", "rate_count", "unit_span", "full_prepared", "report_pair", "paired_scope", "due_prepared"}
    | {"unit_prepared", "year_prepared", "leaf_prepared", "name_prepared", "name_span", "step_prepared"}
    | {"sector_prepared", "history_prepared", "rate_span", "execution_summary", "execution_span"}
)
"""Made again under a new schema, new rules or other prepared sums, not carried over."""
Answer = TypeVar("Answer")
KEPT_VERSIONS = 5
_UPGRADE_WAIT = 60.0
_VERSION = re.compile(r"^v(\d{6,})\.duckdb$")
_WRITER: Mapping[str, Any] = {
    "storage_compatibility_version": "v1.5.0",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": 2,
}
DATASETS: Mapping[str, str] = {"own": "本单位数据", "samples": "公开示例", "simulated": "模拟数据"}


@dataclass(frozen=True, slots=True)
class Version:
    """One published version: its number, when and how it came about, and whether its file is still kept."""

    number: int
    created_at: str
    action: str
    detail: str
    kept: bool
    current: bool

    @property
    def name(self) -> str:
        return version_name(self.number)


def version_name(number: int) -> str:
    return f"v{number:06d}"


class Warehouse:
    """A warehouse folder. Cheap to make; nothing is opened or created before it is needed."""

    def __init__(self, folder: Path, dataset: str = "own") -> None:
        self.folder = folder
        self._dataset = dataset

    # What it is

    @property
    def dataset(self) -> str:
        """Which data set the folder holds: own, samples or simulated."""
        file = self.folder / "dataset"
        return file.read_text(encoding="utf-8", errors="replace").strip() if file.exists() else self._dataset

    def current(self) -> int | None:
        """Number of the published version, ``None`` before the first."""
        pointer = self._pointer()
        return pointer[0] if pointer else None

    def published(self) -> str:
        """What ``CURRENT`` says, empty before the first version: another text is another content."""
        pointer = self._pointer()
        return f"{pointer[0]} {pointer[1]}" if pointer else ""

    def _pointer(self) -> tuple[int, str] | None:
        try:
            name, digest = (self.folder / "CURRENT").read_text(encoding="utf-8").split()
            return int(name.removeprefix("v")), digest
        except FileNotFoundError:
            if self._history():
                raise refusal("E11", "CURRENT 缺失") from None
            return None
        except ValueError as error:
            raise refusal("E11", "CURRENT") from error

    def file(self, number: int) -> Path:
        return self.folder / f"{version_name(number)}.duckdb"

    def versions(self) -> list[Version]:
        """Every version ever published, newest first."""
        current = self.current()
        entries = {e["version"]: e for e in self._history() if e["action"] != "rollback"}
        if current is not None and current not in entries:
            at = datetime.fromtimestamp(self.file(current).stat().st_mtime, UTC).isoformat(timespec="seconds")
            entries[current] = {"at": at, "action": "", "detail": ""}
        return [
            Version(n, e["at"], e["action"], e["detail"], self.file(n).exists(), n == current)
            for n, e in sorted(entries.items(), reverse=True)
        ]

    def _history(self) -> list[dict[str, Any]]:
        file = self.folder / "history.jsonl"
        if not file.exists():
            return []
        found = []
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:
                continue
            if isinstance(entry, dict) and isinstance(entry.get("version"), int) and {"at", "action"} <= entry.keys():
                found.append({"detail": "", "sha256": None} | entry)
        return found

    # Reading

    @contextmanager
    def cursor(self, number: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A read-only cursor of a version (the current one by default). Raises E15 if there is none, E11 if damaged."""
        with self._cursor(number, page=False) as cursor:
            yield cursor

    def asked(self, number: int | None, ask: Callable[[duckdb.DuckDBPyConnection], Answer]) -> Answer:
        """What a query of a page finds in a version. Raises as ``cursor`` does.

        Pages have a reader of their own with little memory, so that one server bears many visitors; a query that does
        not fit into it, or finds no room beside the version, is asked of the reader of whole tables.
        """
        try:
            with self._cursor(number, page=True) as cursor:
                return ask(cursor)
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            with self._cursor(number, page=False) as cursor:
                return ask(cursor)

    @contextmanager
    def _cursor(self, number: int | None, page: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        pointer = self._pointer()
        if pointer is None:
            raise refusal("E15")
        wanted = pointer[0] if number is None else number
        root = opened(self.file(wanted), pointer[1] if wanted == pointer[0] else None, page)
        cursor = root.cursor()
        try:
            if page:
                cursor.execute("use version")
            yield cursor
        except (duckdb.InternalException, duckdb.FatalException):
            forget(self.file(wanted), page)  # DuckDB refuses all that is asked of a database after such an error
            raise
        finally:
            cursor.close()

    def original(self, document_id: str) -> bytes | None:
        """The bytes of a received file, ``None`` if unknown."""
        if not re.fullmatch(r"[0-9a-f]{64}", document_id):
            return None
        file = self.folder / "originals" / document_id
        return file.read_bytes() if file.exists() else None

    def outdated(self) -> bool:
        """Whether the current version was made with another ``schema.sql`` than the program's."""
        if self.current() is None:
            return False
        with self.cursor() as cursor:
            try:
                return cursor.execute(named(_SQL)["schema_hash"]).fetchall() != [(schema_hash(),)]
            except duckdb.CatalogException:
                return True

    # Writing

    def upgrade(self) -> None:
        """Publish the current data under the program's schema, if it was made with another one."""
        if self.outdated():
            with self.writing(wait=_UPGRADE_WAIT, any_dataset=True):
                if self.outdated():
                    self.publish(lambda _: None, "upgrade", "升级数据结构")

    @contextmanager
    def writing(self, wait: float = 0, any_dataset: bool = False) -> Iterator[None]:
        """Hold the folder's lock, waiting for it so many seconds.

        Raises E13 if another process writes, E14 if the folder holds another data set, E10 if it cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / "LOCK")
            with lock.acquire(timeout=wait):
                if self.dataset != self._dataset and not any_dataset:
                    raise refusal("E14", DATASETS.get(self.dataset, "未知数据集"))
                self._prepare()
                yield
        except Timeout as error:
            raise refusal("E13") from error
        except (PermissionError, NotADirectoryError, FileExistsError) as error:
            raise refusal("E10", str(self.folder)) from error

    def _prepare(self) -> None:
        for leftover in (*self.folder.glob("*.tmp"), *self.folder.glob("*.tmp.wal")):
            if not leftover.is_dir():  # where a reader puts what does not fit into its memory
                leftover.unlink(missing_ok=True)
        (self.folder / "originals").mkdir(exist_ok=True)
        if not (self.folder / "dataset").exists():
            _replace(self.folder / "dataset", (self._dataset + "\n").encode())
        prepare_decisions(self.folder / "decisions.sqlite")

    def adopt(self, dataset: str) -> bool:
        """Let a folder that holds no version yet hold another data set; whether it could. While ``writing()``."""
        if self.current() is not None or self._history():
            return False
        _replace(self.folder / "dataset", (dataset + "\n").encode())
        self._dataset = dataset
        return True

    def keep_original(self, document: Document) -> None:
        file = self.folder / "originals" / document.document_id
        if not file.exists():
            _replace(file, document.content)

    def forget_original(self, document_id: str) -> None:
        (self.folder / "originals" / document_id).unlink(missing_ok=True)

    def publish(self, change: Callable[[duckdb.DuckDBPyConnection], None], action: str, detail: str) -> int:
        """Make the next version by ``change`` on a copy of the current one and move CURRENT. Its number.

        What follows from the rows is derived, and everything checked, before CURRENT moves. To be called while
        ``writing()``. Raises ``CheckFailed`` if a check returns rows; the current version stays.
        """
        current = self.current()
        number = self._next_number()
        draft = self.folder / f"{version_name(number)}.tmp"
        try:
            outdated = current is not None and self.outdated()
            if current is not None and not outdated:
                shutil.copyfile(self.file(current), draft)
            connection = duckdb.connect(str(draft), config=dict(_WRITER))
            try:
                if current is None or outdated:
                    create(connection)
                if current is not None and outdated:
                    _carry_over(self.file(current), connection)
                change(connection)
                derive(connection, self.folder)
                check(connection)
                connection.execute("checkpoint")
            finally:
                connection.close()
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            digest = digest_of(draft)
            draft.replace(self.file(number))
        except BaseException:
            draft.unlink(missing_ok=True)
            draft.with_name(draft.name + ".wal").unlink(missing_ok=True)
            raise
        self._point(number, digest)
        self._log(number, action, detail, digest)
        self._prune(number)
        return number

    def rollback(self, number: int | None = None) -> int:
        """Point CURRENT at an earlier kept version (the one before by default). Raises E17 if there is none."""
        if not self.folder.is_dir():
            raise refusal("E17")
        with self.writing(any_dataset=True):
            try:
                current = self.current()
            except Refusal:
                current = None
            digests = {e["version"]: e["sha256"] for e in self._history() if e["sha256"]}
            sound = [n for n in sorted(self._kept()) if n != current and self._sound(n, digests.get(n))]
            earlier = [n for n in sound if current is None or n < current]
            wanted = number if number is not None else (earlier[-1] if earlier else None)
            if wanted is not None and wanted in self._kept() and wanted != current and wanted not in sound:
                raise refusal("E11", version_name(wanted))
            if wanted is None or wanted not in sound:
                raise refusal("E17")
            self._log(wanted, "rollback", f"由 {version_name(current) if current else '损坏的版本'} 退回", None)
            self._point(wanted, digest_of(self.file(wanted)))
            return wanted

    def _sound(self, number: int, digest: str | None) -> bool:
        """Whether a version file is what was published, and opens."""
        if digest is not None and digest_of(self.file(number)) != digest:
            return False
        try:
            whole(self.file(number)).close()
        except duckdb.Error:
            return False
        return True

    def _kept(self) -> list[int]:
        return [int(m[1]) for f in self.folder.glob("v*.duckdb") if (m := _VERSION.match(f.name))]

    def _next_number(self) -> int:
        """The highest number ever used, plus one, also after a rollback."""
        used = [*self._kept(), *(e["version"] for e in self._history())]
        return max(used, default=0) + 1

    def _point(self, number: int, digest: str) -> None:
        _replace(self.folder / "CURRENT", f"{version_name(number)} {digest}\n".encode())

    def _log(self, number: int, action: str, detail: str, digest: str | None) -> None:
        entry = {
            "version": number,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "action": action,
            "detail": detail,
            "sha256": digest,
        }
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _prune(self, current: int) -> None:
        """Remove all but the newest versions, and what readers that were killed left beside removed ones.

        On Windows a version that a reader holds open stays until next time."""
        for number in sorted(self._kept(), reverse=True)[KEPT_VERSIONS:]:
            if number != current:
                try:
                    self.file(number).unlink(missing_ok=True)
                except PermissionError:
                    continue
        for beside in self.folder.glob("v*.duckdb.*tmp"):
            if beside.is_dir() and not beside.with_name(beside.name.partition(".duckdb")[0] + ".duckdb").exists():
                shutil.rmtree(beside, ignore_errors=True)


class CheckFailed(Exception):  # noqa: N818 - named after what happened
    """A version did not pass a check of ``data/checks/`` and was not published."""


@lru_cache(maxsize=1)
def schema_hash() -> str:
    """What tells versions of other programs from ours: tables, prepared sums, score bands, reading of rules; asked on
    every run."""
    parts = [
        _HERE / "schema.sql",
        _HERE / "prepare.sql",
        _HERE / "pairs.sql",
        *(vocabulary.FOLDER / f"{name}.csv" for name in vocabulary.BANDS.values()),
        *sources(),
    ]
    return sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def _carry_over(old: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Copy the rows of an older version, column by column of the same name, into a freshly created one.

    An amount that reading would no longer take (``MOST_YUAN``) is said of its report, as reading says it, and left out.
    """
    source = whole(old)
    too_large: dict[str, pa.Table] = {}
    try:
        held = {name for (name,) in source.execute(named(_SQL)["base_tables"]).fetchall()}
        for (name,) in connection.execute(named(_SQL)["base_tables"]).fetchall():
            if name in held and name not in _FIXED_TABLES | _DERIVED_TABLES:
                columns = [c for c in connection.table(name).columns if c in source.table(name).columns]
                rows = source.table(name).select(*columns).to_arrow_table()
                if "amount_yuan" in columns:
                    rows, too_large[name] = _bounded_in_yuan(rows)
                connection.register("batch_carried", rows)
                blank = [
                    duckdb.ConstantExpression(None).alias(c) for c in connection.table(name).columns if c not in columns
                ]
                carried = connection.table("batch_carried").select("*", *blank)
                carried.select(*connection.table(name).columns).insert_into(name)
                connection.unregister("batch_carried")
    finally:
        source.close()
    if "budget_figure_store" in too_large:
        said = problem("AMOUNT_TOO_LARGE")
        connection.register("batch_too_large", too_large["budget_figure_store"])
        connection.execute(
            named(_SQL)["amounts_too_large"], {"code": said.code, "severity": said.severity, "message": said.message}
        )
        connection.unregister("batch_too_large")


def _bounded_in_yuan(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Rows whose amount is kept, and rows whose amount is too large."""
    amount = rows["amount_yuan"]
    beyond = pc.fill_null(pc.greater_equal(pc.abs(amount), pa.scalar(MOST_YUAN, amount.type)), False)
    return rows.filter(pc.invert(beyond)), rows.filter(beyond)


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables and views of ``schema.sql`` in an empty database and fill in the fixed tables.

    In one transaction: by itself each of some 280 statements would wait for the disk.
    """
    connection.begin()
    for file in (_HERE / "rules" / "macros.sql", _HERE / "schema.sql"):
        connection.execute(file.read_text(encoding="utf-8"))
    connection.execute("insert into schema_info values ($1)", [schema_hash()])
    words = vocabulary.load()
    columns = [field.name for field in fields(vocabulary.Region)]
    regions = pa.table({name: [getattr(region, name) for region in words.regions] for name in columns})
    connection.register("batch_region", regions)
    connection.execute("insert into region select * from batch_region")
    connection.unregister("batch_region")
    connection.executemany(
        "insert into score_band values ($1, $2, $3, $4, $5)",
        [[b.kind, b.place, b.item, b.lowest, b.below] for b in words.score_bands],
    )
    items = {i.item: (i.name, i.parent or None) for i in words.budget_items}
    connection.executemany(
        "insert into budget_item values ($1, $2, $3)", [[item, name, parent] for item, (name, parent) in items.items()]
    )
    connection.commit()


def check(connection: duckdb.DuckDBPyConnection) -> None:
    """Run every query of ``data/checks/``; each must return nothing."""
    for file in sorted((_HERE / "checks").glob("*.sql")):
        rows = connection.execute(file.read_text(encoding="utf-8")).fetchall()[:3]
        if rows:
            raise CheckFailed(f"{file.stem}: {rows}")


def prepare_decisions(file: Path) -> None:
    """The decisions people take on findings: rows are added, never changed or removed."""
    connection = sqlite3.connect(file)
    try:
        tables = (_HERE / "decided" / "decisions.sql").read_text(encoding="utf-8")
        connection.executescript(f"begin;\n{tables}\ncommit;")
    except sqlite3.DatabaseError as error:
        raise refusal("E11", file.name) from error
    finally:
        connection.close()


def _replace(file: Path, content: bytes) -> None:
    """Write a file so that it is seen whole or not at all."""
    draft = file.with_name(file.name + ".tmp")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
