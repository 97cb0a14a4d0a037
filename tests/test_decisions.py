"""Decisions on findings: who may, what is kept, and that nothing that happens to the data touches them."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from data.batch.uploads import KEY, Visitor
from data.decided.decisions import OPEN, STATES, decide, history, latest, newest, working_hash
from data.submission import Refusal
from data.warehouse import Warehouse
from tests.checked import publish, rows
from tests.reports import LEAVES, report
from tests.visitors import LOCAL, OUTSIDE


def text(score: str, name: str = "企业满意度") -> str:
    """A report whose satisfaction has these points of 10 and no number."""
    total = str(85 + float(score))
    return report([*LEAVES[:-1], ("满意度", "服务对象满意度", name, "10", score)], total=total)


def finding(warehouse: Warehouse) -> str:
    with warehouse.cursor() as cursor:
        (found,) = rows(cursor, "satisfaction_unmeasured")
    return str(found["finding_id"])


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decisions") / "own"
    publish(Warehouse(folder), text("10"))
    return folder


@pytest.fixture
def own(published_once: Path, tmp_path: Path) -> Warehouse:
    """A warehouse with one report and one finding, of its own for each test."""
    shutil.copytree(published_once, tmp_path / "own")
    return Warehouse(tmp_path / "own")


@pytest.fixture
def found(own: Warehouse) -> str:
    return finding(own)


def test_the_last_decision_is_the_state_and_all_are_kept(own: Warehouse, found: str) -> None:
    assert (newest(own), latest(own), history(own, found)) == (0, {}, [])
    decide(own, found, "已退回", "请补充调查数据", "张三", LOCAL)
    last = decide(own, found, "部门已说明", " 已补报\n调查表 ", "  李  四 ", LOCAL)
    assert latest(own) == {found: last}
    assert (last.state, last.decided_by, last.reason) == ("部门已说明", "李 四", "已补报\n调查表")
    assert [d.state for d in history(own, found)] == ["部门已说明", "已退回"]
    assert newest(own) == 2
    assert STATES[0] == OPEN


def test_a_decision_without_state_name_or_reason_is_refused(own: Warehouse, found: str) -> None:
    for state, reason, by in [
        ("", "r", "张三"),
        ("同意", "r", "张三"),
        ("采纳", "  ", "张三"),
        ("采纳", "r", ""),
        ("采纳", "r" * 1001, "张三"),
        ("采纳", "r", "x" * 41),
    ]:
        with pytest.raises(Refusal, match="E37"):
            decide(own, found, state, reason, by, LOCAL)
    assert newest(own) == 0


def test_a_decision_on_an_unknown_finding_is_refused(own: Warehouse, found: str) -> None:
    for unknown in ("F0", "", "' or 1=1 --"):
        with pytest.raises(Refusal, match="E37"):
            decide(own, unknown, "采纳", "r", "张三", LOCAL)


def test_who_may_not_write_may_not_decide(own: Warehouse, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(Refusal, match="E25"):
        decide(own, found, "采纳", "r", "张三", OUTSIDE)
    monkeypatch.setenv(KEY, "口令")
    assert decide(own, found, "采纳", "r", "张三", Visitor("0.0.0.0", "口令")).number == 1  # noqa: S104


def test_decisions_outlive_another_ingest_a_resubmission_and_a_rollback(own: Warehouse, found: str) -> None:
    kept = decide(own, found, "已退回", "请补充", "张三", LOCAL)
    publish(own, text("9"))
    assert latest(own) == {found: kept}
    with own.cursor() as cursor:
        assert rows(cursor, "satisfaction_unmeasured") == []
    publish(own, text("10") + "\n")
    assert finding(own) == found
    own.rollback()
    own.rollback()
    assert finding(own) == found
    assert latest(own) == {found: kept}


def test_nothing_in_the_file_can_be_changed_or_removed(own: Warehouse, found: str) -> None:
    decide(own, found, "采纳", "r", "张三", LOCAL)
    connection = sqlite3.connect(own.folder / "decisions.sqlite")
    for statement in ("update decision set state = '待核'", "delete from decision"):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.close()


def test_a_damaged_file_of_decisions_is_said_and_not_overwritten(own: Warehouse, found: str) -> None:
    file = own.folder / "decisions.sqlite"
    file.write_bytes(b"damaged" * 1000)
    for call in (lambda: newest(own), lambda: latest(own), lambda: decide(own, found, "采纳", "r", "张三", LOCAL)):
        with pytest.raises(Refusal, match="E11"):
            call()
    assert file.read_bytes() == b"damaged" * 1000


def test_another_working_has_another_hash() -> None:
    assert working_hash("1 + 1 = 2") == working_hash("1 + 1 = 2") != working_hash("1 + 1 = 3")
