"""The gate for zip containers (xlsx, docx, zip): what is inside is counted, measured and named before any parser.

Limits: 2,000 entries, 200 MB unpacked, no member above 1 MB that shrinks more than 100 to 1; no encrypted member, no
path out of the folder, no name twice; no DTD, macro, link to another file or embedded object. Members are read through
a counter, so that a false declared size ends the reading.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

from data.codes import refusal

_MOST_ENTRIES = 2_000
_MOST_BYTES = 200 * 1024 * 1024
_SMALL = 1024 * 1024
_RATIO = 100
_HEAD = 4096
_ACTIVE = re.compile(
    r"vbaProject|/externalLinks?/|oleObject|/embeddings/|altChunk|/activeX/|\.(?:exe|dll|js|vbs|bat)$", re.I
)
_EXTERNAL = re.compile(rb'TargetMode\s*=\s*["\']External["\']')
_HYPERLINK = re.compile(rb'Type\s*=\s*["\'][^"\']*/(?:hyperlink|attachedTemplate)["\']')
_RELATIONSHIP = re.compile(rb"<Relationship\b[^>]*>")
_MARKUP = (b"<", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf<")
_UTF8_NAME = 0x800


def opened(content: bytes) -> zipfile.ZipFile:
    """A zip container whose table of contents is harmless. Raises ``Refusal`` E04, E20 or E21."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise refusal("E05", "压缩结构损坏") from error
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise refusal("E20", f"内含 {len(entries)} 个条目，上限 {_MOST_ENTRIES} 个")
    if sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise refusal("E20", f"解压后超过 {_MOST_BYTES // 1024 // 1024} MB")
    seen: set[str] = set()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise refusal("E04")
        if entry.file_size > _SMALL and entry.file_size > _RATIO * max(entry.compress_size, 1):
            raise refusal("E20", "压缩比异常")
        name = entry.filename.replace("\\", "/")
        if name in seen or ".." in name.split("/") or name.startswith("/") or re.match(r"^[A-Za-z]:", name):
            raise refusal("E21", "含越界或重复的文件名")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise refusal("E21", "含链接")
        seen.add(name)
    return archive


def member(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo) -> bytes:
    """The content of a member, never more than it declares. Raises ``Refusal`` E05 or E20."""
    entry = archive.getinfo(name) if isinstance(name, str) else name
    try:
        with archive.open(entry) as stream:
            content = stream.read(entry.file_size + 1)
            more = stream.read(1)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise refusal("E05", "压缩内容损坏") from error
    if len(content) > entry.file_size or more:
        raise refusal("E20", "实际大小超过声明")
    return content


def office(content: bytes) -> zipfile.ZipFile:
    """An xlsx or docx container without anything active. Raises ``Refusal`` E04, E05, E20 or E21."""
    archive = opened(content)
    for entry in archive.infolist():
        if _ACTIVE.search(entry.filename):
            raise refusal("E21", "含宏、外部链接或嵌入对象")
    total = 0
    for entry in archive.infolist():
        found = member(archive, entry)
        total += len(found)
        if total > _MOST_BYTES:
            raise refusal("E20", f"解压后超过 {_MOST_BYTES // 1024 // 1024} MB")
        if entry.filename.lower().endswith((".xml", ".rels")) or found.lstrip().startswith(_MARKUP):
            _harmless(found, entry.filename)
    return archive


def _harmless(xml: bytes, name: str) -> None:
    head = xml[:_HEAD] if not xml.startswith((b"\xff\xfe", b"\xfe\xff")) else xml[:_HEAD].replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"<!DOCTYPE" in xml.replace(b"\x00", b""):
        raise refusal("E21", "含文档类型声明")
    if name.lower().endswith(".rels"):
        for relationship in _RELATIONSHIP.findall(xml):
            if _EXTERNAL.search(relationship) and not _HYPERLINK.search(relationship):
                raise refusal("E21", "含外部链接")


def files(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file in a zip archive, folders and system files left out."""
    archive = opened(content)
    for entry in archive.infolist():
        name = _name(entry)
        base = name.rsplit("/", 1)[-1]
        if entry.is_dir() or base.startswith(".") or "__MACOSX/" in name or base in ("Thumbs.db", "desktop.ini"):
            continue
        yield name, member(archive, entry)


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of a member: UTF-8 where flagged, else GB18030 as Chinese Windows writes it."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    raw = entry.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
