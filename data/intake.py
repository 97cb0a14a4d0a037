"""The gate before any reader: size, kind of content, text encoding. Raises :class:`Refusal`, nothing else."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from data.codes import refusal

MAX_BYTES = 20 * 1024 * 1024
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "xlsx、docx 或压缩包"),
    (b"\xd0\xcf\x11\xe0", "xls、doc、wps 或加密文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"\x1f\x8b", "压缩包"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
)
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


def text_of(document: Document) -> str:
    """The text of a text document: UTF-8 with or without BOM, UTF-16 with BOM, else GB18030.

    Raises ``Refusal`` E01 (too large), E02 (empty), E03 (another kind of file), E05 (not text).
    """
    content = document.content
    if len(content) > MAX_BYTES:
        raise refusal("E01", f"上限 {MAX_BYTES // 1024 // 1024} MB")
    if not content.strip():
        raise refusal("E02")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            raise refusal("E03", kind)
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
