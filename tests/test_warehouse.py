"""Versions, CURRENT, the lock, rollback, and what a killed writer leaves behind."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from data import connections
from data import warehouse as module
from data.batch.ingest import ingest
from data.submission import Refusal
from data.warehouse import KEPT_VERSIONS, Warehouse
from tests.conftest import ROOT
from tests.reports import report


def put(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def totals(warehouse: Warehouse) -> list[tuple[str, float]]:
    with warehouse.cursor() as cursor:
        return cursor.execute("select unit, stated_total::double from report order by unit").fetchall()


def test_a_writer_leaves_alone_what_a_reader_puts_beside_its_version(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    beside = own.folder / "v000001.duckdb.tmp"
    beside.mkdir()
    (beside / "part").write_bytes(b"1")
    with own.writing():
        assert (beside / "part").exists()


def test_every_public_view_and_its_columns_exist(database: duckdb.DuckDBPyConnection) -> None:
    contract = {
        "roster": "fiscal_year unit_id unit_code unit short_names department region_code sector budget_wan classified",
        "document": "document_id file_name received_at outcome reason_code reason",
        "report": "report_id unit_id region_code region department unit fiscal_year year_basis form subject template "
        "submission stated_total leaf_total comparable_score grade status",
        "report_document": "report_id submission document_id role",
        "leaf_score": "report_id ordinal level1 level2 level3 level1_raw level2_raw hierarchy_method dimension "
        "canonical_leaf weight score score_inferred value_text value value_unit target_text target direction "
        "deviation_reason applicability rule_text recomputed_low recomputed_high recomputed_status locator place",
        "adjustment": "report_id ordinal label score cap locator",
        "stated_figure": "report_id scope label source value locator",
        "budget_figure": "report_id item amount_yuan printed printed_unit source locator",
        "narrative": "report_id section text locator",
        "problem": "report_id document_id ordinal code severity message locator",
        "finding": "finding_id report_id ordinal check_id direction points message working locator",
        "review_score": "report_id ordinal value score reason",
    }
    for view, columns in contract.items():
        wanted = columns.split()
        assert [c[0] for c in database.execute(f"describe {view}").fetchall()][: len(wanted)] == wanted
    comments = dict(database.execute("select view_name, comment from duckdb_views() where not internal").fetchall())
    assert all(comments[view] for view in contract)
    tables = dict(database.execute("select table_name, comment from duckdb_tables() where not internal").fetchall())
    assert [name for name, comment in tables.items() if not comment] == []


def test_values_outside_the_contract_are_refused_by_the_schema(database: duckdb.DuckDBPyConnection) -> None:
    for statement in (
        "insert into leaf_fact values (1, 0, 1, 1, 1, 1, 1, 1, null, 'yes', null, 1, 'L1', 'x')",
        "insert into leaf_fact values (1, 1, 1, 1, 1, 1, -1, 1, null, 'yes', null, 1, 'L1', 'x')",
        "insert into leaf_fact values (1, 1, 1, 1, 1, 1, 1, 1, 1, 'yes', null, 1, 'L1', 'x')",
        "insert into leaf_fact values (1, 1, 1, 1, 1, 1, 1, 1, null, 'maybe', null, 1, 'L1', 'x')",
        "insert into document_store values (1, repeat('a', 64), 'x', 1, now()::timestamp, 'refused', null, null)",
    ):
        with pytest.raises(duckdb.ConstraintException):
            database.execute(statement)


def test_a_check_names_what_is_wrong(database: duckdb.DuckDBPyConnection) -> None:
    module.check(database)
    database.execute("insert into leaf_fact values (9, 1, 1, 1, 1, 1, 1, 1, null, 'yes', null, 1, 'L1', 'x')")
    with pytest.raises(module.CheckFailed, match="leaf_refers_to_known_rows"):
        module.check(database)


def test_five_versions_are_kept_and_numbers_never_return(own: Warehouse, tmp_path: Path) -> None:
    for i in range(7):
        put(tmp_path, "a.txt", report(unit=f"南京市玄武区第{i + 1}局"))
        assert ingest(own, [tmp_path / "a.txt"]).version == i + 1
    assert sum(v.kept for v in own.versions()) == KEPT_VERSIONS
    assert own.rollback() == 6
    assert own.rollback(4) == 4
    assert own.current() == 4
    assert len(totals(own)) == 4
    put(tmp_path, "b.txt", report(unit="南京市玄武区新局"))
    assert ingest(own, [tmp_path / "b.txt"]).version == 8
    assert len(totals(own)) == 5
    with pytest.raises(Refusal) as refused:
        own.rollback(1)
    assert refused.value.code == "E17"


def test_a_reader_keeps_its_version_while_a_new_one_is_published(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    with own.cursor() as cursor:
        ingest(own, [put(tmp_path, "b.txt", report(unit="南京市玄武区水务局"))])
        assert cursor.execute("select count(*) from report").fetchone() == (1,)
    assert len(totals(own)) == 2


def test_readers_can_neither_write_nor_reach_files(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    for statement in (
        "delete from leaf_fact", "create table t (a int)", "select * from read_text('/etc/passwd')",
        "copy report to 'x.csv'", "attach 'x.duckdb'", "install httpfs", "set threads = 1", "select * from own",
    ):  # fmt: skip
        with own.cursor() as cursor, pytest.raises(duckdb.Error):
            cursor.execute(statement)
        with pytest.raises(duckdb.Error):
            own.asked(None, lambda cursor, statement=statement: cursor.execute(statement))  # type: ignore[misc]


def test_a_query_too_large_for_pages_is_asked_of_the_reader_of_whole_tables(tmp_path: Path) -> None:
    own = Warehouse(tmp_path / "陈'某的 数据")
    ingest(own, [put(tmp_path, "a.txt", report())])
    given: list[str] = []

    def long_list(cursor: duckdb.DuckDBPyConnection) -> int:
        given.append(cursor.execute("select current_setting('memory_limit')").fetchall()[0][0])
        (kept,) = cursor.execute("select len(list(n)) from range(15_000_000) r(n), report").fetchall()[0]
        return int(kept)

    assert own.asked(1, lambda cursor: cursor.execute("select unit from report").fetchall()) == [
        ("南京市玄武区商务局",)
    ]
    assert own.asked(None, long_list) == 15_000_000
    assert given == ["133.5 MiB", "1.8 GiB"]


def test_a_query_of_a_page_that_finds_no_room_to_write_is_asked_again(own: Warehouse, tmp_path: Path) -> None:
    """As in a folder that may not be written: what would not fit into memory cannot be put beside the version."""
    ingest(own, [put(tmp_path, "a.txt", report())])
    beside: list[str] = []

    def sorted_rows(cursor: duckdb.DuckDBPyConnection) -> int:
        ((place,),) = cursor.execute("select current_setting('temp_directory')").fetchall()
        beside.append(place)
        if len(beside) == 1:
            Path(place).touch()
        query = "select row_number() over (order by hash(n)) as place, n from range(12_000_000) r(n)"
        ((last,),) = cursor.execute(f"select max(place) from ({query})").fetchall()
        return int(last)

    assert own.asked(None, sorted_rows) == 12_000_000
    assert len(set(beside)) == 2, "readers have folders of their own"
    assert not any(Path(place).is_dir() for place in beside)


def test_queries_go_on_while_their_version_is_left_and_readers_stay_few(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    for page in (True, False):
        with own.writing():
            first = own.publish(lambda _: None, "ingest", "")
        asking = threading.Barrier(2)

        def slow(cursor: duckdb.DuckDBPyConnection, asking: threading.Barrier = asking) -> list[tuple[int]]:
            asking.wait()
            asking.wait()
            found: list[tuple[int]] = cursor.execute("select count(*)::integer from leaf_score").fetchall()
            return found

        def read(page: bool = page, slow: Callable[..., list[tuple[int]]] = slow) -> list[tuple[int]]:
            if page:
                return own.asked(None, slow)
            with own.cursor() as cursor:
                return slow(cursor)

        with ThreadPoolExecutor(1) as visitor:
            found = visitor.submit(read)
            asking.wait()
            for _ in range(KEPT_VERSIONS):
                with own.writing():
                    own.publish(lambda _: None, "ingest", "")
                own.asked(None, lambda cursor: cursor.execute("select 1").fetchall())
                totals(own)
            assert not own.file(first).exists()
            asking.wait()
            assert found.result() == [(7,)]
    mine = [key for key in connections._roots if key[0].parent == own.folder]
    assert len(mine) == 4, "two versions, each for pages and for whole tables"


def test_a_reader_that_broke_is_opened_anew(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])

    def breaks(cursor: duckdb.DuckDBPyConnection) -> None:
        raise duckdb.FatalException("database has been invalidated")

    def here(page: bool) -> duckdb.DuckDBPyConnection | None:
        return connections._roots.get((own.file(1), page))

    whole = totals(own)
    own.asked(None, lambda cursor: cursor.execute("select 1").fetchall())
    assert here(True)
    with pytest.raises(duckdb.FatalException):
        own.asked(None, breaks)
    assert not here(True)
    assert here(False), "the other reader is whole"
    assert own.asked(None, lambda cursor: cursor.execute("select unit from report").fetchall()) == [(whole[0][0],)]


def test_what_a_killed_reader_left_goes_with_its_version(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    left = [own.folder / f"v000001.duckdb.{name}tmp" for name in ("0123abcd.", "")]
    for place in left:
        place.mkdir()
        (place / "part").write_bytes(b"1")
    for number in range(2, KEPT_VERSIONS + 2):
        assert all(place.exists() for place in left), number
        with own.writing():
            own.publish(lambda _: None, "ingest", "")
    assert not any(place.exists() for place in left)


def test_a_damaged_version_is_refused_with_a_code(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    file = own.file(1)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(Refusal) as refused, own.cursor():
        pass
    assert refused.value.code == "E11"


def test_no_version_is_a_code_not_a_crash(own: Warehouse) -> None:
    with pytest.raises(Refusal) as refused, own.cursor():
        pass
    assert refused.value.code == "E15"
    assert own.versions() == []


def test_another_writer_at_work_is_refused(own: Warehouse, tmp_path: Path) -> None:
    holding = (
        "import sys, time; from pathlib import Path; from data.warehouse import Warehouse\n"
        "with Warehouse(Path(sys.argv[1])).writing():\n    print('held', flush=True); time.sleep(30)"
    )
    with subprocess.Popen([sys.executable, "-c", holding, str(own.folder)], cwd=ROOT, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(Refusal) as refused:
            ingest(own, [put(tmp_path, "a.txt", report())])
        other.kill()
    assert refused.value.code == "E13"
    assert ingest(own, [tmp_path / "a.txt"]).version == 1


def test_a_folder_of_another_data_set_is_refused(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    with pytest.raises(Refusal) as refused:
        ingest(Warehouse(own.folder, "simulated"), [tmp_path / "a.txt"])
    assert refused.value.code == "E14"


def test_a_full_disk_leaves_the_published_version(
    own: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    before = totals(own)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.shutil, "copyfile", full)
    with pytest.raises(Refusal) as refused:
        ingest(own, [put(tmp_path, "b.txt", report(unit="南京市玄武区水务局"))])
    assert refused.value.code == "E10"
    monkeypatch.undo()
    assert totals(own) == before
    assert ingest(own, [tmp_path / "b.txt"]).version == 2


def test_a_failed_check_publishes_nothing(own: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])

    def fails(_: object) -> None:
        raise module.CheckFailed("x")

    monkeypatch.setattr(module, "check", fails)
    with pytest.raises(Refusal) as refused:
        ingest(own, [put(tmp_path, "b.txt", report(unit="南京市玄武区水务局"))])
    assert refused.value.code == "E12"
    assert own.current() == 1
    assert not list(own.folder.glob("*.tmp"))


def _ingest_forever(folder: str, reports: str) -> None:
    warehouse = Warehouse(Path(folder))
    for i in range(10_000):
        file = Path(reports) / f"{os.getpid()}-{i}.txt"
        file.write_text(report(unit=f"南京市玄武区{os.getpid()}第{i}局"), encoding="utf-8")
        ingest(warehouse, [file])


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_killed_writer_leaves_a_whole_version_every_time(own: Warehouse, tmp_path: Path) -> None:
    script = "import sys; from tests.test_warehouse import _ingest_forever; _ingest_forever(*sys.argv[1:])"
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for kill in range(3):
        writer = subprocess.Popen([sys.executable, "-c", script, str(own.folder), str(inbox)], cwd=ROOT)
        deadline = time.monotonic() + 20
        before = own.current()
        while own.current() == before and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(0.02 * kill)
        writer.kill()
        writer.wait()
        current = own.current()
        assert current is not None
        with own.cursor() as cursor:
            counts = cursor.execute(
                "select (select count(*) from report), (select count(*) from leaf_score)"
            ).fetchone()
        assert counts is not None
        assert counts[0] * 7 == counts[1]
        assert counts[0] >= 1
    assert ingest(own, [put(tmp_path, "last.txt", report())]).documents[0].outcome == "accepted"


def test_decisions_are_never_changed_or_removed(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    with sqlite3.connect(own.folder / "decisions.sqlite") as connection:
        connection.execute(
            "insert into decision (finding_id, working_hash, state, reason, decided_by, decided_at) values ('F', 'h', '采纳', 'r', 'w', 't')"
        )
        for statement in ("update decision set state = '不采纳'", "delete from decision"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)
    connection.close()


def test_a_version_of_an_older_schema_is_carried_over_whole(
    own: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    before = totals(own)
    assert not own.outdated()
    monkeypatch.setattr(module, "schema_hash", lambda: "newer")
    assert own.outdated()
    own.upgrade()
    assert (own.current(), own.outdated()) == (2, False)
    assert totals(own) == before
    with own.cursor() as cursor:
        assert cursor.execute("select count(*) from leaf_score").fetchone() == (7,)
    assert ingest(own, [tmp_path / "a.txt"]).documents[0].outcome == "unchanged"


def test_a_lost_or_damaged_pointer_is_refused_and_rollback_mends_it(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    ingest(own, [put(tmp_path, "b.txt", report(unit="南京市玄武区水务局"))])
    for damage in (None, "", "garbage"):
        pointer = own.folder / "CURRENT"
        pointer.unlink() if damage is None else pointer.write_text(damage, encoding="utf-8")
        with pytest.raises(Refusal) as refused:
            totals(own)
        assert refused.value.code == "E11", damage
        with pytest.raises(Refusal) as refused:
            ingest(own, [put(tmp_path, "c.txt", report(unit="南京市玄武区教育局"))])
        assert refused.value.code == "E11", damage
        assert own.rollback(1) == 1
        assert len(totals(own)) == 1
        assert own.rollback(2) == 2


def test_rollback_passes_over_damaged_versions(own: Warehouse, tmp_path: Path) -> None:
    for i in range(3):
        ingest(own, [put(tmp_path, f"{i}.txt", report(unit=f"南京市玄武区第{i + 1}局"))])
    content = bytearray(own.file(2).read_bytes())
    content[len(content) // 2] ^= 1
    own.file(2).write_bytes(content)
    with pytest.raises(Refusal) as refused:
        own.rollback(2)
    assert refused.value.code == "E11"
    assert own.rollback() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("history.jsonl", b"[]\n5\n\xff\xfe\n"), ("decisions.sqlite", b"x" * 4096), ("dataset", b"\xff\xfe")],
)
def test_a_damaged_side_file_is_a_code_never_a_traceback(
    own: Warehouse, tmp_path: Path, name: str, content: bytes
) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    (own.folder / name).write_bytes(content)
    own.versions()
    assert totals(own)
    try:
        ingest(own, [put(tmp_path, "b.txt", report(unit="南京市玄武区水务局"))])
    except Refusal as refused:
        assert refused.code in ("E11", "E14")
