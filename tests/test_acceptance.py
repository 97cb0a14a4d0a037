"""Reports in review that a person accepts: who may, what it holds for, what survives."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from data.batch.uploads import KEY, Visitor, decide, ingest_uploads
from data.byhand.acceptance import State
from data.submission import Refusal
from data.warehouse import Warehouse
from tests.asked import ask
from tests.reports import LEAVES, report
from tests.visitors import LOCAL

TEXT = report((*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "")), total=None)
"""A score is not printed and no total proves it: for review."""


def take(warehouse: Warehouse, name: str, text: str) -> list[str]:
    return [r.status for r in ingest_uploads(warehouse, [(name, text.encode())], LOCAL).reports]


def states(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return ask(warehouse, "select status, accepted_by, accepted_reason from report")


def report_id(warehouse: Warehouse) -> str:
    ((found,),) = ask(warehouse, "select report_id from report")
    return str(found)


def say(warehouse: Warehouse, state: State, reason: str = "已核对原件", by: str = "王五") -> int:
    return decide(warehouse, warehouse.current() or 0, report_id(warehouse), state, reason, by, LOCAL)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    made = Warehouse(tmp_path_factory.mktemp("kept") / "own")
    assert take(made, "a.txt", TEXT) == ["review"]
    return made


@pytest.fixture
def in_review(kept: Warehouse, tmp_path: Path) -> Warehouse:
    """A report in review, to be changed."""
    return Warehouse(shutil.copytree(kept.folder, tmp_path / "own"))


def test_an_accepted_report_takes_part_in_comparisons_and_keeps_its_doubts(in_review: Warehouse) -> None:
    in_view = "select count(*) from report_in_view([], [], [], [], [])"
    doubts = ask(in_review, "select code from problem order by number")
    assert ask(in_review, in_view) == [(0,)]
    assert say(in_review, "确认") == 2
    assert ask(in_review, in_view) == [(1,)]
    assert states(in_review) == [("accepted", "王五", "已核对原件")]
    assert ask(in_review, "select code from problem order by number") == doubts
    assert ask(in_review, "select score from leaf_score where level3 = '企业满意度'") == [(None,)]


def test_the_decision_holds_for_the_same_figures_read_again_and_not_for_others(in_review: Warehouse) -> None:
    say(in_review, "确认")
    assert take(in_review, "b.txt", TEXT + "\n另附说明一行。\n") == ["accepted"]
    assert ask(in_review, "select submission, status, accepted_by from report") == [(2, "accepted", "王五")]
    assert take(in_review, "c.txt", TEXT.replace("\t18\n", "\t17\n")) == ["review"]
    assert states(in_review) == [("review", None, None)]
    assert take(in_review, "d.txt", TEXT + "\n再附说明一行。\n") == ["accepted"]


def test_an_acceptance_can_be_taken_back_and_given_again(in_review: Warehouse) -> None:
    say(in_review, "确认")
    say(in_review, "撤销", "误点")
    assert states(in_review) == [("review", None, None)]
    assert take(in_review, "b.txt", TEXT + "\n另附说明一行。\n") == ["review"]
    say(in_review, "确认", "再次核对", "赵六")
    assert states(in_review) == [("accepted", "赵六", "再次核对")]
    with sqlite3.connect(in_review.folder / "decisions.sqlite") as connection:
        rows = connection.execute("select state, decided_by from acceptance order by acceptance_id").fetchall()
    assert rows == [("确认", "王五"), ("撤销", "王五"), ("确认", "赵六")]


def test_decisions_are_added_never_changed_or_removed(in_review: Warehouse) -> None:
    say(in_review, "确认")
    with sqlite3.connect(in_review.folder / "decisions.sqlite") as connection:
        for statement in ("update acceptance set reason = 'x'", "delete from acceptance"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_without_name_or_reason_or_anything_to_decide_nothing_is_written(in_review: Warehouse) -> None:
    refused: list[tuple[State, str, str]] = [
        ("确认", "", "王五"),
        ("确认", "已核对", "  "),
        ("撤销", "已核对", "王五"),
    ]
    for state, reason, by in refused:
        with pytest.raises(Refusal, match="E32"):
            say(in_review, state, reason, by)
    assert in_review.current() == 1


def test_what_was_not_seen_is_not_accepted(in_review: Warehouse) -> None:
    """Other figures came in while the person looked at the earlier ones."""
    take(in_review, "b.txt", TEXT.replace("\t18\n", "\t17\n"))
    with pytest.raises(Refusal, match="E32"):
        decide(in_review, 1, report_id(in_review), "确认", "已核对", "王五", LOCAL)
    assert states(in_review) == [("review", None, None)]


def test_only_a_report_in_review_can_be_accepted(own: Warehouse) -> None:
    take(own, "a.txt", report())
    with pytest.raises(Refusal, match="E32"):
        say(own, "确认")
    with pytest.raises(Refusal, match="E32"):
        decide(own, 1, "R000000000000", "确认", "已核对", "王五", LOCAL)


def test_elsewhere_accepting_needs_the_key(in_review: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "长口令-1")
    for key, passes in (("", False), ("长口令-1", True)):
        visitor = Visitor("0.0.0.0", key)  # noqa: S104 - the address an exposed server is bound to
        if passes:
            assert decide(in_review, 1, report_id(in_review), "确认", "已核对", "王五", visitor) == 2
        else:
            with pytest.raises(Refusal, match="E25"):
                decide(in_review, 1, report_id(in_review), "确认", "已核对", "王五", visitor)


def test_a_rollback_does_not_touch_the_decision(in_review: Warehouse) -> None:
    say(in_review, "确认")
    in_review.rollback()
    assert states(in_review) == [("review", None, None)]
    assert take(in_review, "c.txt", report(unit="南京市玄武区水务局")) == ["accepted"]
    assert set(states(in_review)) == {("accepted", "王五", "已核对原件"), ("accepted", None, None)}
