"""doc, wps, xls, et: converted or read where that is possible, refused with what to do where it is not."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from data.door import convert, sandbox
from data.door.intake import receive
from tests import formats
from tests.formats import sheet_of
from tests.hostile import ole, rewritten, same
from tests.reports import read, report
from tests.test_formats import assert_same, one

FILES = Path(__file__).parent / "files"
DOC, XLS = (FILES / "report.doc").read_bytes(), (FILES / "report.xls").read_bytes()
"""The report of ``tests.reports`` as LibreOffice 7.4 saves ``tests.formats``' docx and xlsx of it."""

DOCX = formats.docx_bytes(sheet_of(report()))
PRESENT = ["fake", *(["installed"] if convert.program() else [])]


@pytest.fixture
def soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of LibreOffice; a test writes what it does with ``out``, the folder to convert into."""
    path = tmp_path / "soffice"
    monkeypatch.setenv(convert.PROGRAM, str(path))
    return path


def does(soffice: Path, body: str) -> None:
    head = f"#!{sys.executable}\nimport os, sys, time, pathlib\n"
    out = "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\nout.mkdir()\n"
    soffice.write_text(head + out + body, encoding="utf-8")
    soffice.chmod(0o755)


def copies(soffice: Path, content: bytes) -> None:
    source = soffice.with_name("converted")
    source.write_bytes(content)
    does(soffice, f"(out / 'source.docx').write_bytes(pathlib.Path({str(source)!r}).read_bytes())")


@pytest.mark.parametrize("which", PRESENT)
def test_a_word_97_file_is_read_as_the_docx_it_is_converted_to(
    which: str, soffice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if which == "fake":
        copies(soffice, DOCX)
    else:
        monkeypatch.delenv(convert.PROGRAM)
    reply = sandbox.read(receive(DOC, "报告.wps"))
    assert reply.reading is not None, reply.reason
    (submission,) = reply.reading.submissions
    assert_same(submission, one(report()))
    lines = sandbox.rows_around(receive(DOC, "报告.wps"), submission.leaves[0].place.position)
    assert [line.text.split("\t")[2] for line in lines if line.wanted] == ["绩效目标合理性"]


@pytest.mark.parametrize("name", ["报告.xls", "报告.et"])
def test_an_excel_97_file_is_read_without_conversion(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(convert.PROGRAM, "")
    reply = sandbox.read(receive(XLS, name))
    assert reply.reading is not None, reply.reason
    assert_same(reply.reading.submissions[0], one(report()))


def test_without_libreoffice_a_word_97_file_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(convert.PROGRAM, "")
    reply = sandbox.read(receive(DOC, "报告.doc"))
    assert reply.code == "E26"
    assert "另存为" in (reply.reason or "")


def test_a_converter_that_hangs_is_ended_with_all_it_started(
    soffice: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(convert, "WALL_SECONDS", 1.5)
    mark = tmp_path / "mark"
    does(soffice, f"os.fork() or (time.sleep(4), pathlib.Path({str(mark)!r}).touch())\ntime.sleep(30)")
    started = time.monotonic()
    assert sandbox.read(receive(DOC, "报告.doc")).code == "E23"
    assert time.monotonic() - started < 10
    time.sleep(3)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"", {"E02"}),
        (b"no document", {"E06"}),
        (DOCX[: len(DOCX) // 2], {"E05"}),
        (rewritten(DOCX, same, {"word/vbaProject.bin": b"x"}), {"E21"}),
    ],
    ids=["empty", "text", "cut off", "macros"],
)
def test_what_a_converter_gives_passes_the_same_gate(content: bytes, codes: set[str], soffice: Path) -> None:
    copies(soffice, content)
    assert sandbox.read(receive(DOC, "报告.doc")).code in codes


def test_a_converter_knows_no_key_writes_only_in_its_own_folder_and_leaves_nothing(
    soffice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_ADMIN_KEY", "secret")
    seen = tmp_path / "seen"
    does(soffice, f"pathlib.Path({str(seen)!r}).write_text(str('JIXIAO_ADMIN_KEY' in os.environ) + os.environ['HOME'])")
    assert sandbox.read(receive(DOC, "报告.doc")).code == "E26"
    told = seen.read_text()
    assert told.startswith("False")
    assert not os.path.exists(told.removeprefix("False"))  # noqa: PTH110


def with_password(content: bytes) -> bytes:
    """The flag that Word 97 sets in the head of its text, or the record that Excel 97 puts first."""
    raw = bytearray(content)
    at = next(i for i in range(512, len(raw), 512) if raw[i : i + 2] in (b"\xec\xa5", b"\x09\x08"))
    if raw[at] == 0xEC:
        raw[at + 0x0B] |= 1
    else:
        after = at + 4 + raw[at + 2]
        raw[after : after + 2] = b"\x2f\x00"
    return bytes(raw)


def locked_pdf(encryption: bytes) -> bytes:
    """A PDF without pages under some encryption."""
    raw = b"%PDF-1.4\n"
    starts = []
    for number, inside in enumerate((b"/Type/Catalog/Pages 2 0 R", b"/Type/Pages/Kids[]/Count 0", encryption), 1):
        starts.append(len(raw))
        raw += b"%d 0 obj<<%s>>endobj\n" % (number, inside)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % start for start in starts)
    return raw + b"xref\n0 4\n%strailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(raw),
    )


@pytest.mark.parametrize(
    "content",
    [
        with_password(DOC),
        with_password(XLS),
        ole("DataSpaces", "DRMEncryptedTransform", "EncryptedPackage"),
        locked_pdf(b"/Filter/MicrosoftIRMServices/V 1/R 2"),
        locked_pdf(b"/Filter/Standard/V 1/R 2/P -4/O<" + b"61" * 32 + b">/U<" + b"62" * 32 + b">"),
    ],
    ids=["doc", "xls", "rights management", "pdf with rights management", "pdf with a password"],
)
def test_a_locked_file_is_refused_as_locked(content: bytes) -> None:
    reply = sandbox.read(receive(content, "报告"))
    assert (reply.reading, reply.code) == (None, "E04")


def test_a_word_97_file_with_macros_is_refused_before_conversion() -> None:
    assert sandbox.read(receive(ole("WordDocument", "_VBA_PROJECT"), "报告.doc")).code == "E21"


def test_a_damaged_excel_97_file_stays_refused_as_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(convert.PROGRAM, "")
    assert sandbox.read(receive(XLS[:1000] + bytes(2000) + XLS[3000:], "报告.et")).code == "E05"
    assert read(XLS).submissions
