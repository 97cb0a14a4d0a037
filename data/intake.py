"""The gate before any reader: size, kind of content, text encoding. Raises :class:`Refusal`, nothing else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from data import archive
from data.codes import refusal

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
_OLE = b"\xd0\xcf\x11\xe0"
_BINARY = frozenset(range(8))
Kind = Literal["xlsx", "xls", "docx", "pdf", "html", "zip", "text", "word"]
_CONTROL_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Document:
    """A file as received: its bytes, its hash (``document_id``) and a printable name."""

    document_id: str
    file_name: str
    content: bytes


def printable_name(name: str) -> str:
    """A file name fit to show and store: NFKC, without control and direction characters, at most 200 characters."""
    clean = unicodedata.normalize("NFKC", name)
    return "".join(c for c in clean if unicodedata.category(c)[0] != "C").strip()[:200] or "未命名"


def receive(content: bytes, file_name: str) -> Document:
    return Document(sha256(content).hexdigest(), printable_name(file_name), content)


def kind_of(document: Document) -> Kind:
    """What a document is, by its content, never by its name.

    Raises ``Refusal`` E01 (too large), E02 (empty), E03 (another kind of file), E04 (encrypted), E05, E20, E21.
    """
    content = document.content
    if len(content) > MAX_BYTES:
        raise refusal("E01", f"上限 {MAX_BYTES // 1024 // 1024} MB")
    if not content.strip():
        raise refusal("E02")
    if content.lstrip(b"\r\n\t \x00")[:5] == b"%PDF-" or b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return _container(content)
    if content.startswith(_OLE):
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
        return "zip"
    if any(name.startswith("xl/") and "workbook" in name for name in names):
        if "xl/workbook.bin" in names:
            raise refusal("E03", "xlsb")
        return "xlsx"
    if "word/document.xml" in names or any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    raise refusal("E03", "演示文稿或其他 Office 文件")


def _ole(content: bytes) -> Kind:
    """What an OLE2 file is, by the names in its directory (UTF-16)."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise refusal("E04")
    if holds("Workbook") or holds("Book"):
        return "xls"
    if holds("WordDocument"):
        return "word"
    raise refusal("E03", "旧版 Office 文件")


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
