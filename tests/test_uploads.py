"""Writing from the page: who may, what is kept, what is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.submission import Refusal
from data.uploads import KEY, Visitor, ingest_uploads, rollback
from data.warehouse import Warehouse
from tests.conftest import ROOT
from tests.reports import report

LOCAL, OUTSIDE = Visitor("127.0.0.1"), Visitor("0.0.0.0")  # noqa: S104 - the address an exposed server is bound to


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


def test_the_page_lists_the_versions_and_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(tmp_path / "w"))
    monkeypatch.chdir(ROOT)
    warehouse = Warehouse(tmp_path / "w")
    for unit in ("南京市玄武区商务局", "南京市玄武区水务局"):
        ingest_uploads(warehouse, [(f"{unit}.txt", report(unit=unit).encode())], LOCAL)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/manage/ingest.py").run()
    assert not app.exception
    assert [e.value for e in app.title] == ["数据入库"]
    shown = app.dataframe[0].value
    assert shown["数据版本"].tolist() == ["v000002", "v000001"]
    assert shown["状态"].tolist() == ["当前", "可退回"]
    next(b for b in app.button if b.label == "退回该数据版本").click().run()
    assert not app.exception
    assert warehouse.current() == 1
