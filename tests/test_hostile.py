"""Broken and hostile files: the right code, no number invented, nothing half-loaded, the others unharmed."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks import fuzz
from data.batch.ingest import ingest
from data.door import sandbox, worker
from data.door.intake import receive
from data.warehouse import Warehouse
from tests import formats
from tests.formats import sheet_of
from tests.hostile import DOCTYPE, DOCX, HOSTILE, LAUGHS, XLSX, declared_in, members
from tests.reports import LEAVES, Leaf, report


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_code(name: str) -> None:
    content, codes = HOSTILE[name]
    reply = sandbox.read(receive(content, name))
    if reply.reading is not None:
        assert reply.reading.submissions == ()
        assert {code for _, code, _ in reply.reading.refusals} <= codes
        return
    assert reply.code in codes, reply
    assert "Traceback" not in (reply.reason or "")


@pytest.mark.parametrize("content", [XLSX, DOCX], ids=["xlsx", "docx"])
def test_a_document_type_is_refused_in_whatever_part_it_stands(content: bytes) -> None:
    parts = members(content)
    assert len(parts) > 7
    for part in parts:
        for declaration in (DOCTYPE, LAUGHS):
            reply = worker.answer(worker.Request("x"), declared_in(content, part, declaration))
            assert (reply.reading, reply.code) == (None, "E21"), part


FORMATS = {
    "txt": lambda text: text.encode(),
    "xlsx": lambda text: formats.xlsx(sheet_of(text)),
    "docx": lambda text: formats.docx_bytes(sheet_of(text)),
    "html": lambda text: formats.html(sheet_of(text)).encode(),
    "csv": lambda text: formats.comma(sheet_of(text)).encode(),
}


def swapped(leaf: Leaf) -> Leaf:
    return (*leaf[:3], leaf[4], leaf[3])


CHANGED: dict[str, tuple[str, str]] = {
    "weights and scores swapped": (report([swapped(leaf) for leaf in LEAVES]), "review"),
    "a total changed": (report(total="95.5"), "review"),
    "two scores deleted": (
        report([(*leaf[:4], "") if leaf[0] in ("产出", "效益") else leaf for leaf in LEAVES]),
        "review",
    ),
    "one score deleted": (report([(*leaf[:4], "") if leaf[0] == "产出" else leaf for leaf in LEAVES]), "accepted"),
}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("change", CHANGED)
def test_a_changed_figure_is_doubted_and_none_is_invented(change: str, kind: str) -> None:
    text, status = CHANGED[change]
    reading = worker.answer(worker.Request("x"), FORMATS[kind](text)).reading
    assert reading is not None
    printed = {leaf[2]: (leaf[3], leaf[4]) for leaf in LEAVES}
    for found in reading.submissions:
        assert found.status == status
        for leaf in found.leaves:
            weight, score = printed[leaf.level3]
            assert leaf.weight in (None, Decimal(weight)) or found.status == "review"
            assert leaf.score in (None, Decimal(score)) or found.status == "review"
            if leaf.score_inferred is not None:
                assert (leaf.score, leaf.score_inferred) == (None, Decimal(score))


def test_of_a_unit_printed_twice_neither_table_counts(own: Warehouse, tmp_path: Path) -> None:
    text = report() + report(unit="南京市玄武区水务局") + report(total="94")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    result = ingest(own, [tmp_path])
    assert sorted((r.unit, r.status) for r in result.reports) == [
        ("南京市玄武区商务局", "review"), ("南京市玄武区商务局", "review"), ("南京市玄武区水务局", "accepted"),
    ]  # fmt: skip
    with own.cursor() as cursor:
        assert cursor.execute("select unit from report").fetchall() == [("南京市玄武区水务局",)]


def test_a_renamed_file_is_what_it_holds() -> None:
    for name, content in (("a.txt", XLSX), ("a.xlsx", report().encode()), ("a.xls", FORMATS["html"](report()))):
        reading = sandbox.read(receive(content, name)).reading
        assert reading is not None and len(reading.submissions) == 1


def test_a_batch_of_hostile_files_leaves_the_good_one_unharmed(own: Warehouse, tmp_path: Path) -> None:
    for i, (content, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{i:02}.bin").write_bytes(content)
    (tmp_path / "good.xlsx").write_bytes(XLSX)
    result = ingest(own, [tmp_path])
    outcomes = Counter(d.outcome for d in result.documents)
    assert outcomes["accepted"] == 1
    assert outcomes["review"] == 0
    with own.cursor() as cursor:
        assert cursor.execute("select count(*), sum(score) from leaf_score").fetchall()[0][0] == 7


def test_an_archive_that_lies_is_refused_whole(own: Warehouse, tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", report())
        archive.writestr("b.txt", b"0" * 50_000_000)
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    assert [(d.outcome, d.reason_code) for d in ingest(own, [tmp_path]).documents] == [("refused", "E20")]


LINES = {
    "negative weight": report().replace("\t20\t18", "\t-20\t18"),
    "huge points": report().replace("\t20\t18", "\t999999\t999999").replace("\t30\t28", "\t999999\t999999"),
    "tiny weights": report([(*leaf[:3], "0.000001", "999999") for leaf in LEAVES], total=None),
    "huge stated score": report(prose="经自评，自评得分99999999999999999999999999999999999分。"),
    "long fraction": report(prose=f"经自评，自评得分94.5{'0' * 60}1分。"),
    "a year before there were any": report(title="1920年度部门整体支出绩效自评价报告"),
    "more doubts than a small integer counts": report().replace("合计", "某\t某\t\n" * 40_000 + "合计"),
}
"""Numbers that no column holds."""


def test_a_number_no_column_holds_costs_its_own_file_only(own: Warehouse, tmp_path: Path) -> None:
    for name, text in LINES.items():
        (tmp_path / f"{name}.txt").write_text(text.replace("商务局", f"第{len(name)}局"), encoding="utf-8")
    (tmp_path / "good.txt").write_text(report(), encoding="utf-8")
    result = ingest(own, [tmp_path])
    outcomes = {d.file_name: (d.outcome, d.reason_code) for d in result.documents}
    assert outcomes.pop("good.txt") == ("accepted", None)
    assert outcomes.pop("long fraction.txt") == ("accepted", None)
    assert {code for outcome, code in outcomes.values() if outcome == "refused"} == {"E07", "E09"}
    assert {(r.leaves, str(r.leaf_total)) for r in result.reports if r.status == "accepted"} == {(7, "94.5")}


def test_damaged_documents_are_read_or_refused_and_never_with_other_figures() -> None:
    """A few of the thousands that ``benchmarks/fuzz.py`` makes, with the same gates."""
    assert not fuzz.run(25, 0)
