"""Writing from the page: who may, what is kept, what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.batch.uploads import KEY, Visitor, discard, ingest_uploads, publish, rollback, start, work_of
from data.submission import Refusal
from data.warehouse import Warehouse
from tests.opened import opened
from tests.reports import report
from tests.visitors import LOCAL, OUTSIDE


@pytest.mark.parametrize(("address", "local"), [
    ("127.0.0.1", True), ("localhost", True), ("::1", True), ("10.1.0.8", False), ("", False), ("10.0.0.8", False),
    ("example.org", False),
])  # fmt: skip
def test_only_a_server_bound_to_this_machine_makes_its_visitor_the_administrator(
    address: str, local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY, raising=False)
    assert Visitor(address).may_write is local


def test_elsewhere_writing_needs_the_key_and_without_one_it_is_off(
    own: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [("a.txt", report().encode())]
    monkeypatch.delenv(KEY, raising=False)
    for visitor in (OUTSIDE, Visitor("0.0.0.0", "")):  # noqa: S104
        with pytest.raises(Refusal, match="E25"):
            ingest_uploads(own, files, visitor)
        with pytest.raises(Refusal, match="E25"):
            rollback(own, 1, visitor)
    monkeypatch.setenv(KEY, "长口令-1")
    with pytest.raises(Refusal, match="E25"):
        ingest_uploads(own, files, Visitor("0.0.0.0", "x"))  # noqa: S104
    assert own.current() is None
    assert ingest_uploads(own, files, Visitor("0.0.0.0", "长口令-1")).version == 1  # noqa: S104


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "..\\evil.txt", "/etc/passwd", ".hidden", "a\u202etxt.exe", "x" * 300, ""]
)
def test_the_name_of_an_upload_is_never_a_path(own: Warehouse, name: str) -> None:
    result = ingest_uploads(own, [(name, report().encode())], LOCAL)
    assert [d.outcome for d in result.documents] == ["accepted"]
    assert not Path("/tmp/evil.txt").exists()  # noqa: S108


def test_the_page_lists_the_versions_and_goes_back(folder: Path) -> None:
    warehouse = Warehouse(folder)
    for unit in ("南京市玄武区商务局", "南京市玄武区水务局"):
        ingest_uploads(warehouse, [(f"{unit}.txt", report(unit=unit).encode())], LOCAL)
    app = opened("ingest", "manage")
    assert not app.exception
    assert [e.value for e in app.title] == ["数据入库"]
    shown = app.dataframe[0].value
    assert shown["数据版本"].tolist() == ["v000002", "v000001"]
    assert shown["状态"].tolist() == ["当前", "可退回"]
    next(b for b in app.button if b.label == "退回该数据版本").click().run()
    assert not app.exception
    assert warehouse.current() == 1


def read_in(warehouse: Warehouse, *files: tuple[str, bytes]) -> None:
    start(warehouse, files, LOCAL).thread.join()


def test_what_was_read_is_shown_before_it_is_published(folder: Path) -> None:
    warehouse = Warehouse(folder)
    read_in(
        warehouse,
        ("a.txt", report().encode()),
        ("b.txt", report(unit="南京市玄武区水务局", total="90").encode()),
        ("c", b""),
    )
    app = opened("ingest", "manage")
    assert not app.exception
    assert app.subheader[0].value.startswith("预览")
    shown = app.dataframe[0].value.set_index("文件")
    assert shown["结果"].to_dict() == {"a.txt": "可入库", "b.txt": "待复核", "c": "退回"}
    assert shown["编号"].to_dict() == {"a.txt": "", "b.txt": "TOTAL_MISMATCH", "c": "E02"}
    assert shown.loc["a.txt", ["三级指标", "得分合计", "报告总计"]].tolist() == [7, "94.50", "94.50"]
    assert shown.loc["b.txt", "须确认"] == 1
    assert app.dataframe[1].value["状态"].tolist() == ["可入库", "待复核"]
    assert warehouse.current() is None
    next(b for b in app.button if b.label == "发布").click().run()
    assert not app.exception
    assert warehouse.current() == 1
    assert not app.subheader[0].value.startswith("预览")
    assert not [b for b in app.button if b.label in ("发布", "放弃")]


def test_a_discarded_batch_leaves_nothing(folder: Path) -> None:
    warehouse = Warehouse(folder)
    read_in(warehouse, ("a.txt", report().encode()))
    app = opened("ingest", "manage")
    next(b for b in app.button if b.label == "放弃").click().run()
    assert not app.exception
    assert warehouse.current() is None
    assert work_of(warehouse) is None
    assert not list((folder / "originals").iterdir())


def test_a_batch_is_settled_before_the_next_begins_and_only_by_who_may_write(own: Warehouse) -> None:
    read_in(own, ("a.txt", report().encode()))
    with pytest.raises(Refusal, match="E13"):
        start(own, [("b.txt", b"x")], LOCAL)
    for action in (publish, discard):
        with pytest.raises(Refusal, match="E25"):
            action(own, OUTSIDE)
    assert publish(own, LOCAL) is not None
    read_in(own, ("b.txt", b"x"))


def test_a_draft_on_an_older_version_is_read_again_before_it_can_be_published(own: Warehouse) -> None:
    read_in(own, ("a.txt", report().encode()))
    ingest_uploads(own, [("b.txt", report(unit="南京市玄武区水务局").encode())], LOCAL)
    assert publish(own, LOCAL) is None
    work = work_of(own)
    assert work is not None
    work.thread.join()
    assert work.waits
    assert "请再次确认" in work.note
    assert own.current() == 1
    assert publish(own, LOCAL) is not None
    assert own.current() == 2
