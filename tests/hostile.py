"""A generator of hostile and broken files: name -> content and the codes with which it may be refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import openpyxl

from tests import formats
from tests.formats import sheet_of
from tests.reports import report

XLSX = formats.xlsx(sheet_of(report()))
DOCX = formats.docx_bytes(sheet_of(report()))
DOCTYPE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (c + 1, b"&%c;" % c * 10) for c in range(ord("a"), ord("m")))
    + b"]>"
)


def rewritten(content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """A container with its members changed and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, added in (extra or {}).items():
            new.writestr(name, added)
    return stream.getvalue()


def without(content: bytes, gone: str) -> bytes:
    """A container that lacks a member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != gone:
                new.writestr(name, old.read(name))
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


def members(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]


def declared_in(content: bytes, member: str, declaration: bytes) -> bytes:
    """A container with a document type in one member."""

    def change(name: str, xml: bytes) -> bytes:
        if name != member:
            return xml
        head, sign, rest = xml.partition(b"?>")
        return head + sign + declaration + rest if sign else declaration + xml

    return rewritten(content, change)


def twice(content: bytes, name: str) -> bytes:
    """A container that holds a member twice: what one reader takes is not what another takes."""
    other = "x" * len(name)
    return rewritten(content, same, {other: b"<a/>"}).replace(other.encode(), name.encode())


def overlapping() -> bytes:
    """An archive whose directory names the same packed bytes many times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("00000.txt", random.Random(1).randbytes(400_000).hex())
    raw = stream.getvalue()
    start = raw.rfind(b"PK\x01\x02")
    end = raw.rfind(b"PK\x05\x06")
    entry, tail = raw[start:end], raw[end:]
    entries = b"".join(entry.replace(b"00000.txt", b"%05d.txt" % n) for n in range(1_000))
    sizes = struct.pack("<HHII", 1_000, 1_000, len(entries), start)
    return raw[:start] + entries + tail[:8] + sizes + tail[20:]


def nested() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 5_000_000)
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(10):
            archive.writestr(f"{n}.zip", inner.getvalue())
    return outer.getvalue()


def long_sheet(rows: int) -> bytes:
    """A sheet of very many rows that packs no worse than a real one."""
    chance = random.Random(1)
    lines = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (r, r, chance.randrange(10**9)) for r in range(1, rows)
    )

    def change(name: str, xml: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return xml
        before, _, rest = xml.partition(b"<sheetData>")
        return before + b"<sheetData>" + lines + b"</sheetData>" + rest.partition(b"</sheetData>")[2]

    return rewritten(XLSX, change)


def deep(content: bytes, member: str, mark: bytes) -> bytes:
    """A member with elements a hundred thousand deep."""
    return rewritten(content, lambda n, c: c.replace(mark, mark + b"<x>" * 100_000, 1) if n == member else c)


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    xref = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    tail = b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF" % (count, trailer, len(body))
    return bytes(body) + b"xref\n0 %d\n0000000000 65535 f \n" % count + xref + tail


CATALOG, PAGE = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def pages(kids: bytes) -> bytes:
    return b"<< /Type /Pages /Kids [%s] /Count 1 >>" % kids


def many_pages(count: int) -> bytes:
    return pdf(CATALOG, pages(b" ".join(b"%d 0 R" % (3 + n) for n in range(count))), *[PAGE] * count)


def packed_stream(size: int) -> bytes:
    packed = zlib.compress(b" " * size, 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    return pdf(CATALOG, pages(b"3 0 R"), PAGE[:-2] + b"/Contents 4 0 R >>", stream)


HOSTILE: dict[str, tuple[bytes, set[str]]] = {
    "empty": (b"", {"E02"}),
    "blanks": (b" \n" * 50, {"E02"}),
    "zeros": (b"\x00" * 5000, {"E02", "E05"}),
    "random": (random.Random(1).randbytes(20_000), {"E05", "E03", "E06"}),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 99, {"E03"}),
    "xlsx cut off": (XLSX[: len(XLSX) // 2], {"E05"}),
    "docx cut off": (DOCX[:-30], {"E05"}),
    "docx without its list of contents": (without(DOCX, "[Content_Types].xml"), {"E05"}),
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
    "name from the root": (rewritten(XLSX, same, {"/etc/evil.xml": b"<a/>"}), {"E21"}),
    "name of another drive": (rewritten(XLSX, same, {"C:\\evil.xml": b"<a/>"}), {"E21"}),
    "a member twice": (twice(XLSX, "xl/worksheets/sheet1.xml"), {"E21"}),
    "overlapping members": (overlapping(), {"E05", "E20"}),
    "archives in an archive": (nested(), {"E03"}),
    "laughs in a sheet": (declared_in(XLSX, "xl/worksheets/sheet1.xml", LAUGHS), {"E21"}),
    "laughs in a document": (declared_in(DOCX, "word/document.xml", LAUGHS), {"E21"}),
    "sheet of very many rows": (long_sheet(300_000), {"E20", "E23", "E24"}),
    "deep sheet": (deep(XLSX, "xl/worksheets/sheet1.xml", b"<sheetData>"), {"E05", "E06", "E20", "E23"}),
    "deep document": (deep(DOCX, "word/document.xml", b"<w:body>"), {"E05", "E06", "E20", "E23"}),
    **{
        f"without {name}": (without(content, name), {"E03", "E05", "E06"})
        for content, name in (
            (XLSX, "xl/workbook.xml"),
            (XLSX, "xl/_rels/workbook.xml.rels"),
            (XLSX, "xl/worksheets/sheet1.xml"),
            (DOCX, "word/document.xml"),
        )
    },
    "encrypted pdf": (
        pdf(
            CATALOG,
            pages(b"3 0 R"),
            PAGE,
            trailer=b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -4 >> /ID [(a) (a)] "
            % (b"x" * 32, b"y" * 32),
        ),
        {"E04"},
    ),
    "pdf of very many pages": (many_pages(5_000), {"E24"}),
    "one page very many times": (pdf(CATALOG, pages(b"3 0 R " * 20_000), PAGE), {"E22", "E24"}),
    "pages that hold themselves": (pdf(CATALOG, pages(b"2 0 R")), {"E05", "E22"}),
    "packed blanks in a pdf": (packed_stream(50_000_000), {"E22", "E23"}),
    "deep pdf": (pdf(CATALOG, b"<< /Type /Pages /Kids " + b"[" * 20_000 + b"] >>"), {"E05", "E22", "E23"}),
    "html of endless rows": (b"<table><tr><td rowspan=65534>x" + b"<td colspan=900>y" * 300, {"E24", "E06"}),
    "big5": (report().replace("绩", "績").encode("big5", errors="replace"), {"E05", "E06"}),
}
