"""A batch: outcomes, idempotence, submissions, duplicates, and originals."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

import pytest

from data.batch.ingest import ingest
from data.door import memory, sandbox, worker
from data.door.intake import receive
from data.parse import Given
from data.warehouse import Warehouse
from tests.asked import ask
from tests.reports import LEAVES, report


def put(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_published_reports_give_two_documents_and_four_reports(own: Warehouse, published: list[Path]) -> None:
    result = ingest(own, [published[0].parent])
    assert [d.outcome for d in result.documents] == ["accepted", "accepted"]
    assert sorted((r.leaves, str(r.leaf_total), str(r.stated_total), r.inferred, r.status) for r in result.reports) == [
        (37, "96.54", "96.54", 5, "accepted"),
        (37, "97.58", "97.58", 1, "accepted"),
        (39, "97.5", "98.5", 0, "accepted"),
        (47, "96.5", "96.5", 0, "accepted"),
    ]
    assert ask(own, "select count(*), sum(weight)::int, count(score), count(score_inferred) from leaf_score") == [
        (160, 400, 154, 6)
    ]
    assert ask(
        own,
        "select count(*) from leaf_score where locator <> substr(document_id, 1, 8) || '#L' || regexp_extract(place, '(\\d+)行$', 1)",
    ) == [(0,)]
    assert ask(own, "select amount_yuan::int from budget_figure where item = 'expenditure' limit 1") == [(59594600,)]


def test_the_same_file_again_changes_nothing(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path, "a.txt", report())
    first = ingest(own, [tmp_path])
    second = ingest(own, [put(tmp_path, "renamed.txt", report())])
    assert (first.version, second.version) == (1, 1)
    assert [d.outcome for d in second.documents] == ["unchanged"]


def test_a_corrected_report_is_a_later_submission_and_the_old_rows_stay(own: Warehouse, tmp_path: Path) -> None:
    ingest(own, [put(tmp_path, "a.txt", report())])
    corrected = [*LEAVES[:-1], ("满意度", "服务对象满意度", "企业满意度", "10", "9")]
    ingest(own, [put(tmp_path, "b.txt", report(corrected, total="94"))])
    assert ask(own, "select submission, leaf_total::double from report") == [(2, 94.0)]
    assert ask(own, "select submission, is_current from report_store order by 1") == [(1, False), (2, True)]
    assert ask(own, "select count(*) from leaf_fact") == [(14,)]
    assert ask(own, "select count(*) from leaf_score") == [(7,)]


def test_two_files_for_one_report_in_one_batch_are_both_for_review(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path, "a.txt", report())
    put(tmp_path, "b.txt", report(total=None))
    result = ingest(own, [tmp_path])
    assert [(d.outcome, d.reason_code) for d in result.documents] == [("review", "DUPLICATE_IN_BATCH")] * 2
    assert ask(own, "select count(*) from report") == [(0,)]
    assert ask(own, "select submission, status from report_store order by 1") == [(1, "review"), (2, "review")]


def test_one_bad_document_does_not_stop_the_others(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path, "a.txt", report())
    put(tmp_path, "b.txt", "没有表\n")
    (tmp_path / "c.bin").write_bytes(bytes(range(256)))
    (tmp_path / "d.txt").write_bytes(b"")
    result = ingest(own, [tmp_path])
    assert {d.file_name: (d.outcome, d.reason_code) for d in result.documents} == {
        "a.txt": ("accepted", None), "b.txt": ("refused", "E06"), "c.bin": ("refused", "E05"), "d.txt": ("refused", "E02"),
    }  # fmt: skip
    assert result.refused
    assert ask(own, "select outcome, count(*) from document group by 1 order by 1") == [
        ("accepted", 1),
        ("refused", 3),
    ]
    assert ask(own, "select count(*) from report") == [(1,)]


def test_a_refused_file_passes_once_what_it_lacks_is_given(own: Warehouse, tmp_path: Path) -> None:
    file = put(tmp_path, "a.txt", report(title="部门整体支出绩效自评价报告"))
    assert ingest(own, [file]).documents[0].reason_code == "E07"
    again = ingest(own, [file])
    assert (again.version, again.documents[0].outcome, again.documents[0].reason_code) == (1, "unchanged", "E07")
    assert ingest(own, [file], Given(fiscal_year=2023)).documents[0].outcome == "accepted"
    assert ask(own, "select fiscal_year, year_basis from report") == [(2023, "given")]


def test_a_region_given_later_replaces_the_reading_without_one(own: Warehouse, tmp_path: Path) -> None:
    file = put(tmp_path, "a.txt", report(unit="商务局"))
    assert ingest(own, [file]).documents[0].reason_code == "REGION_UNKNOWN"
    assert ingest(own, [file], Given(region_code="320102")).documents[0].outcome == "accepted"
    assert ask(own, "select region_code, status from report") == [("320102", "accepted")]


def test_every_received_file_is_kept_as_received(own: Warehouse, tmp_path: Path) -> None:
    file = put(tmp_path, "a.txt", report())
    refused = put(tmp_path, "b.txt", "没有表\n")
    result = ingest(own, [tmp_path])
    assert [own.original(d.document_id) for d in result.documents] == [file.read_bytes(), refused.read_bytes()]


def test_an_error_of_ours_is_a_code_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> object:
        raise ZeroDivisionError("secret path /x/y")

    monkeypatch.setattr(worker, "parse", breaks)
    reply = worker.answer(worker.Request("a.txt"), report().encode())
    assert (reply.reading, reply.code) == (None, "E12")
    assert "secret" not in (reply.reason or "")


def test_a_child_that_dies_costs_its_document_only(
    own: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.txt", report())
    put(tmp_path, "b.txt", report(unit="南京市玄武区水务局"))
    real = sandbox.send

    def killing(stream: IO[bytes], content: bytes) -> None:
        if "水务局".encode() in content:
            raise BrokenPipeError
        real(stream, content)

    monkeypatch.setattr(sandbox, "send", killing)
    result = ingest(own, [tmp_path])
    assert [(d.outcome, d.reason_code) for d in result.documents] == [("accepted", None), ("refused", "E23")]
    monkeypatch.undo()
    again = ingest(own, [tmp_path / "a.txt", tmp_path / "b.txt"])
    assert [d.outcome for d in again.documents] == ["unchanged", "accepted"]


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.001)
    monkeypatch.setattr(sandbox, "_DOCUMENTS_PER_CHILD", 0)
    document = receive(report().encode(), "a.txt")
    sandbox.read(document)
    assert sandbox.read(document).code == "E23"
    monkeypatch.undo()
    assert sandbox.read(document).code is None


def test_a_document_that_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 10_000_000 < memory.used(os.getpid()) < 10_000_000_000
    assert memory.used(2**22 + 1) == 0
    document = receive(report().encode(), "a.txt")
    monkeypatch.setattr(sandbox, "_DOCUMENTS_PER_CHILD", 0)
    sandbox.read(document)
    monkeypatch.setattr(sandbox, "MEMORY", 1)
    monkeypatch.setattr(sandbox, "_POLL", 0.0001)
    assert sandbox.read(document).code == "E23"
    monkeypatch.undo()
    assert sandbox.read(document).code is None


def test_the_order_of_files_changes_no_row(tmp_path: Path) -> None:
    names = ["南京市玄武区商务局", "南京市玄武区水务局", "南京市建邺区商务局"]
    contents = []
    for n, order in enumerate(((0, 1, 2), (2, 0, 1))):
        warehouse = Warehouse(tmp_path / f"w{n}")
        files = [put(tmp_path, f"{i}.txt", report(unit=names[i])) for i in range(3)]
        ingest(warehouse, [files[i] for i in order])
        contents.append(
            ask(warehouse, "select * exclude (report_key, template_key) from leaf_score order by report_id, ordinal")
        )
    assert contents[0] == contents[1]


def test_hidden_files_are_left_out(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path, "a.txt", report())
    put(tmp_path, ".b.txt", "x")
    assert len(ingest(own, [tmp_path]).documents) == 1


def test_a_contested_report_is_settled_by_the_file_that_comes_again_alone(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path, "a.txt", report())
    put(tmp_path, "b.txt", report(total=None))
    ingest(own, [tmp_path])
    assert ingest(own, [tmp_path / "a.txt"]).documents[0].outcome == "accepted"
    assert ask(own, "select submission, status from report") == [(3, "accepted")]


def test_a_year_given_by_mistake_can_be_given_otherwise(own: Warehouse, tmp_path: Path) -> None:
    file = put(tmp_path, "a.txt", report(title="部门整体支出绩效自评价报告"))
    ingest(own, [file], Given(fiscal_year=2022))
    assert ingest(own, [file], Given(fiscal_year=2022)).documents[0].outcome == "unchanged"
    assert ingest(own, [file], Given(fiscal_year=2021)).documents[0].outcome == "accepted"
    assert ask(own, "select fiscal_year from report") == [(2021,)]
    assert ask(own, "select count(*) from document") == [(1,)]


def test_what_is_no_readable_file_is_refused_by_name_and_the_rest_loads(own: Warehouse, tmp_path: Path) -> None:
    put(tmp_path, "a.txt", report())
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    result = ingest(own, [tmp_path])
    assert {d.file_name: (d.outcome, d.reason_code) for d in result.documents} == {
        "a.txt": ("accepted", None), "broken.txt": ("refused", "E18"),
    }  # fmt: skip


def test_a_table_longer_than_any_units_is_refused_in_good_time(own: Warehouse, tmp_path: Path) -> None:
    leaves = [("决策" if not i else "", "目标设定" if not i else "", f"指标{i}完成情况", "1", "1") for i in range(3000)]
    result = ingest(own, [put(tmp_path, "a.txt", report(leaves, total="3000"))])
    assert [d.reason_code for d in result.documents] == ["E19"]
