"""The gate before any reader: size, kind of content, text encoding. Raises :class:`Refusal`, nothing else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from data.codes import refusal
from data.door import archive

MAX_BYTES = 20 * 1024 * 1024
_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\x00", "图片"),
    (b"BM", "图片"),
    (b"\x1f\x8b", "压缩包，请改用 zip"),
    (b"Rar!", "压缩包，请改用 zip"),
    (b"7z\xbc\xaf", "压缩包，请改用 zip"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "程序"),
    (b"MZ", "程序"),
)
OLE = b"\xd0\xcf\x11\xe0"
"""How OLE2 containers begin: doc, xls, wps, et, and encrypted xlsx and docx."""

_SECTOR = 512
_ENTRY = 128
_WORD_97 = range(0x65, 0x113)
_BOF, _GLOBALS, _WRITE_PROTECT, _FILEPASS = 0x0809, 0x0005, 0x0086, 0x002F
_PARQUET = b"PAR1"
_BINARY = frozenset(range(8))
Kind = Literal["xlsx", "xls", "docx", "pdf", "html", "zip", "text", "word", "parquet"]
_CONTROL_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Document:
    """A file as received: its bytes, its hash (``document_id``) and a printable name."""

    document_id: str
    file_name: str
    content: bytes
    folder: str = ""
    """Where it lay, to tell which files lay together."""


def printable_name(name: str) -> str:
    """A file name fit to show and store: NFKC, without control and direction characters, at most 200 characters."""
    clean = unicodedata.normalize("NFKC", name)
    return "".join(c for c in clean if unicodedata.category(c)[0] != "C").strip()[:200] or "未命名"


def receive(content: bytes, file_name: str, folder: str = "") -> Document:
    return Document(sha256(content).hexdigest(), printable_name(file_name), content, folder)


def kind_of(document: Document) -> Kind:
    """What a document is, by its content, never by its name.

    Raises ``Refusal`` E01 (too large), E02 (empty), E03 (another kind of file), E04 (encrypted), E05, E20, E21.
    """
    content = document.content
    if len(content) > MAX_BYTES:
        raise refusal("E01", f"上限 {MAX_BYTES // 1024 // 1024} MB")
    if not content.strip():
        raise refusal("E02")
    if content.startswith(_PARQUET) and content.endswith(_PARQUET):
        return "parquet"
    if content.lstrip(b"\r\n\t \x00")[:5] == b"%PDF-" or b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return _container(content)
    if content.startswith(OLE):
        return _ole(content)
    for signature, kind in _UNSUPPORTED:
        if content.startswith(signature) and (len(signature) > 2 or not _BINARY.isdisjoint(content[:64])):
            raise refusal("E03", kind)
    head = content[:2048].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<div")) or b"<html" in head:
        return "html"
    if b"<table" in content[:200_000].lower():
        return "html"
    return "text"


def _container(content: bytes) -> Kind:
    """What a zip container is: a workbook, a document, or an archive of files."""
    names = set(archive.opened(content).namelist())
    if "OFD.xml" in names:
        raise refusal("E03", "ofd")
    if "mimetype" in names and "content.xml" in names:
        raise refusal("E03", "OpenDocument")
    if "[Content_Types].xml" not in names:
        if names & {"word/document.xml", "xl/workbook.xml", "_rels/.rels"}:
            raise refusal("E05", "缺少内容清单")
        return "zip"
    if any(name.startswith("xl/") and "workbook" in name for name in names):
        if "xl/workbook.bin" in names:
            raise refusal("E03", "xlsb")
        return "xlsx"
    if "word/document.xml" in names or any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    raise refusal("E03", "演示文稿或其他 Office 文件")


def _ole(content: bytes) -> Kind:
    """What an OLE2 file is, by the names of its streams."""
    names = _stream_names(content)
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise refusal("E04")
    if names & {"Workbook", "Book"}:
        if _sheet_password(content):
            raise refusal("E04")
        return "xls"
    if "WordDocument" in names:
        if _word_password(content):
            raise refusal("E04")
        if "_VBA_PROJECT" in names:
            raise refusal("E21", "含宏")
        return "word"
    raise refusal("E03", "旧版 Office 文件")


def _stream_names(content: bytes) -> set[str]:
    """The names in the directory of an OLE2 file: entries of 128 bytes, a name and its length in UTF-16 first."""
    found = set()
    for at in range(_SECTOR, len(content) - _ENTRY + 1, _ENTRY):
        length = _short(content, at + 64)
        if content[at + 66] in (1, 2, 5) and 2 < length <= 64 and length % 2 == 0:
            found.add(content[at : at + length - 2].decode("utf-16-le", "replace"))
    return found


def _word_password(content: bytes) -> bool:
    """Whether a Word 97 file needs a password: the flag fEncrypted in the head (FIB) of its text stream."""
    for at in range(_SECTOR, len(content) - _SECTOR, _SECTOR):
        if content[at : at + 2] == b"\xec\xa5" and _short(content, at + 2) in _WORD_97:
            return bool(content[at + 0x0B] & 1)
    return False


def _sheet_password(content: bytes) -> bool:
    """Whether an Excel 97 file needs a password: a FILEPASS record behind the one that opens the workbook."""
    for at in range(_SECTOR, len(content) - _SECTOR, _SECTOR):
        if _short(content, at) == _BOF and _short(content, at + 6) == _GLOBALS:
            following = at + 4 + _short(content, at + 2)
            if _short(content, following) == _WRITE_PROTECT:
                following += 4 + _short(content, following + 2)
            return _short(content, following) == _FILEPASS
    return False


def _short(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 2], "little")


def text_of(document: Document) -> str:
    """The text of a text document: UTF-8 with or without BOM, UTF-16 with BOM, else GB18030.

    Raises ``Refusal`` E02 (empty), E05 (not text).
    """
    content = document.content
    text = _decoded(content)
    if not text.replace("\ufeff", "").strip():
        raise refusal("E02")
    controls = sum(1 for c in text if unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v")
    if controls > len(text) * _CONTROL_SHARE:
        raise refusal("E05")
    return text


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refusal("E05") from error
    if b"\x00" in content:
        raise refusal("E05", "含二进制内容")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal("E05")
