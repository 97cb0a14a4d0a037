"""What was read is not read again: a killed batch goes on, a draft is published as it was read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from data.batch import journal
from data.batch.ingest import discard, ingest, publish, read
from data.door import sandbox
from data.door.intake import Document, receive
from data.door.worker import Reply
from data.parse import Given
from data.submission import Refusal
from data.warehouse import Warehouse
from tests.reports import report

UNITS = ("南京市玄武区商务局", "南京市玄武区水务局", "南京市建邺区商务局", "南京市建邺区水务局")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the documents that children were asked to read."""
    names: list[str] = []
    real = sandbox.read

    def noted(document: Document, given: Given, companions: Sequence[Document] = ()) -> Reply:
        names.append(document.file_name)
        return real(document, given, companions)

    monkeypatch.setattr(sandbox, "read", noted)
    return names


def batch() -> list[Document]:
    return [receive(report(unit=unit).encode(), f"{unit}.txt") for unit in UNITS]


def entries(warehouse: Warehouse) -> int:
    return len(list((warehouse.folder / "journal").glob("*.json")))


def test_a_killed_batch_goes_on_where_it_was(own: Warehouse, tmp_path: Path, asked: list[str]) -> None:
    for document in batch():
        (tmp_path / document.file_name).write_bytes(document.content)
    files = sorted(tmp_path.glob("*.txt"))

    def killed(number: int, of: int, name: str) -> None:
        if number == of:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(own, files, progress=killed)
    assert own.current() is None
    before = len(asked)
    assert before == entries(own) == len(UNITS) - 1
    result = ingest(own, files)
    assert [d.outcome for d in result.documents] == ["accepted"] * len(UNITS)
    assert len(asked) == before + 1
    assert entries(own) == 0


def test_what_was_read_otherwise_is_read_anew(
    own: Warehouse, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read(own, batch()[:1])
    read(own, batch()[:1])
    assert len(asked) == 1
    read(own, batch()[:1], Given(fiscal_year=2023))
    assert len(asked) == 2
    monkeypatch.setattr(journal, "program", lambda: "another")
    read(own, batch()[:1])
    assert len(asked) == 3


@pytest.mark.parametrize("damaged", [b"", b"{", b'{"reading": 1}', b"\x00" * 200])
def test_a_damaged_entry_is_read_anew(own: Warehouse, asked: list[str], damaged: bytes) -> None:
    first = read(own, batch()[:1])
    for file in (own.folder / "journal").glob("*.json"):
        file.write_bytes(damaged)
    assert read(own, batch()[:1]) == first
    assert len(asked) == 2


def test_a_failure_of_ours_is_not_kept(own: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "read", lambda *_: Reply(None, "E23", "x"))
    assert read(own, batch()[:1]).result.documents[0].reason_code == "E23"
    monkeypatch.undo()
    assert read(own, batch()[:1]).result.documents[0].outcome == "accepted"


def test_a_draft_changes_nothing_until_it_is_published_as_it_was_read(own: Warehouse, asked: list[str]) -> None:
    draft = read(own, [*batch(), receive(b"", "a.txt")])
    assert own.current() is None
    before = len(asked)
    result = publish(own, draft)
    assert len(asked) == before
    assert result.version == own.current() == 1
    assert (result.documents, result.reports) == (draft.result.documents, draft.result.reports)
    with own.cursor() as cursor:
        assert cursor.execute("select count(*) from leaf_score").fetchall() == [(7 * len(UNITS),)]


def test_a_draft_is_not_published_on_another_version_than_it_was_read_for(own: Warehouse, tmp_path: Path) -> None:
    draft = read(own, batch()[:2])
    (tmp_path / "a.txt").write_text(report(unit=UNITS[3]), encoding="utf-8")
    ingest(own, [tmp_path / "a.txt"])
    with pytest.raises(Refusal, match="E27"):
        publish(own, draft)
    assert own.current() == 1
    assert publish(own, read(own, batch()[:2])).version == 2


def test_a_discarded_draft_leaves_no_file_behind(own: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(batch()[0].content)
    kept = ingest(own, [tmp_path / "a.txt"]).documents[0].document_id
    discard(own, read(own, [*batch(), receive(b"\x00\x01", "b.bin")]))
    assert [f.name for f in (own.folder / "originals").iterdir()] == [kept]
    assert entries(own) == 0
