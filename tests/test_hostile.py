"""Broken and hostile files: the right code, no number invented, nothing half-loaded, the others unharmed."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from benchmarks import fuzz
from data import sandbox
from data.ingest import ingest
from data.intake import receive
from data.warehouse import Warehouse
from tests import formats
from tests.formats import sheet_of
from tests.reports import LEAVES, report

XLSX = formats.xlsx(sheet_of(report()))
DOCX = formats.docx_bytes(sheet_of(report()))


def rewritten(content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """A container with its members changed and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, added in (extra or {}).items():
            new.writestr(name, added)
    return stream.getvalue()


def same(_: str, content: bytes) -> bytes:
    return content


def with_doctype(name: str, content: bytes) -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    head, sign, rest = content.partition(b"?>")
    return head + sign + entity + rest if name in ("word/document.xml", "xl/worksheets/sheet1.xml") else content


def far_away() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(XLSX))
    page = book.active
    assert page is not None
    page["XFD1048576"] = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def encrypted_flag() -> bytes:
    raw = bytearray(XLSX)
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        raw[at + 8] |= 1
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(raw)


def bomb() -> bytes:
    return rewritten(XLSX, same, {"xl/media/image1.png": b"\x00" * 50_000_000})


def liar() -> bytes:
    """A member that declares ten bytes and holds more."""
    raw = bytearray(rewritten(XLSX, same, {"xl/extra.xml": b"a" * 5000}))
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(b"xl/extra.xml"))
    raw[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(raw)


def many_entries() -> bytes:
    return rewritten(XLSX, same, {f"xl/x{i}.xml": b"<a/>" for i in range(2_100)})


def ole(*names: str) -> bytes:
    """An OLE2 container with nothing but a directory of these streams."""
    entries = [
        name.encode("utf-16-le").ljust(64, b"\0") + bytes([2 * len(name) + 2, 0, 2]) + bytes(61) for name in names
    ]
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(entries)


def external_target() -> bytes:
    relation = b'<Relationship Id="r9" Type="http://x/image" Target="http://evil.example/a" TargetMode="External"/></Relationships>'
    return rewritten(DOCX, lambda n, c: c.replace(b"</Relationships>", relation) if n.endswith(".rels") else c)


HOSTILE: dict[str, tuple[bytes, set[str]]] = {
    "empty": (b"", {"E02"}),
    "blanks": (b" \n" * 50, {"E02"}),
    "zeros": (b"\x00" * 5000, {"E02", "E05"}),
    "random": (random.Random(1).randbytes(20_000), {"E05", "E03", "E06"}),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 99, {"E03"}),
    "xlsx cut off": (XLSX[: len(XLSX) // 2], {"E05"}),
    "docx cut off": (DOCX[:-30], {"E05"}),
    "xlsx with a doctype": (rewritten(XLSX, with_doctype), {"E21"}),
    "docx with a doctype": (rewritten(DOCX, with_doctype), {"E21"}),
    "macros": (rewritten(XLSX, same, {"xl/vbaProject.bin": b"x"}), {"E21"}),
    "external link": (rewritten(XLSX, same, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), {"E21"}),
    "embedded object": (rewritten(DOCX, same, {"word/embeddings/oleObject1.bin": b"x"}), {"E21"}),
    "external target": (external_target(), {"E21"}),
    "out of the folder": (rewritten(XLSX, same, {"../evil.xml": b"<a/>"}), {"E21"}),
    "bomb": (bomb(), {"E20"}),
    "false size": (liar(), {"E05", "E20"}),
    "many entries": (many_entries(), {"E20"}),
    "far-away cell": (far_away(), {"E24"}),
    "encrypted member": (encrypted_flag(), {"E04"}),
    "encrypted workbook": (ole("EncryptionInfo", "EncryptedPackage"), {"E04"}),
    "word 97": (ole("WordDocument"), {"E26"}),
    "broken xls": (ole("Workbook"), {"E05"}),
    "other ole": (ole("Contents"), {"E03"}),
    "ofd": (rewritten(b"PK\x05\x06" + b"\x00" * 18, same, {"OFD.xml": b"<a/>"}), {"E03"}),
    "broken pdf": (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", {"E05", "E22"}),
    "html without a table": (b"<html><body><p>x</p></body></html>", {"E06"}),
    "table of a million columns": (b"<table><tr><td colspan=999999>x</td></tr></table>", {"E24"}),
    "deep html": (b"<div>" * 100_000 + b"<table><tr><td>x", {"E05", "E06", "E23"}),
    "csv with an open quote": (
        '一级指标,二级指标,三级指标,分值,得分\n"a,b,c,1,1\n'.encode() * 3,
        {"E05", "E06", "E09"},
    ),
    "wrong encoding": (report().encode("utf-16-le"), {"E05"}),
}


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
