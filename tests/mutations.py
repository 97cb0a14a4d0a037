"""Damaged copies of good documents: a part of the format's own structure changed, or plain bytes.

``mutated`` gives a document and whether a figure or the shape of the table may have been touched. Where neither was, an
accepted reading must still hold the figures of the original.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

STRUCTURED = 0.7
_TEXT = re.compile(r">([^<>]+)<")
_ELEMENT = re.compile(r"<([\w:]+)[^<>]*>[^<>]*</\1>|<[\w:]+[^<>]*/>")
_ATTRIBUTE = re.compile(r'(?<=\s)[\w:]+="([^"]*)"')
_OBJECT = re.compile(rb"\d+ 0 obj.*?endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_WORDS = (
    "",
    "完成情况",
    "x",
    "决策",
    "合计",
    "得分",
    "填报单位:某局",
    "二〇二四年",
    "无",
    "<b>",
    "=1+1",
    "\u202e",
    "指" * 500,
)
_NUMBERS = ("", "0", "-1", "1e9", "99999999", "8. 5", "100", "１０", "1,0", "NaN", "三", "10分", "0.1" * 20)


@dataclass(frozen=True)
class Mutation:
    content: bytes
    kind: str
    figures_kept: bool
    """Only words were changed: neither a figure nor a cell was added, taken away or moved."""


def mutated(content: bytes, format_name: str, chance: random.Random) -> Mutation:
    """A damaged copy of a document in one of the formats xlsx, docx, html, pdf, txt, csv, md."""
    if chance.random() >= STRUCTURED:
        return Mutation(_bytes(content, chance), "bytes", False)
    if format_name in ("xlsx", "docx"):
        return _member(content, chance)
    if format_name == "pdf":
        return Mutation(_pdf(content, chance), "pdf object", False)
    text = content.decode()
    if format_name == "html":
        changed, kind, kept = _markup(text, chance)
    else:
        changed, kind, kept = _cells(text, {"txt": "\t", "csv": ",", "md": "|"}[format_name], chance)
    return Mutation(changed.encode(errors="surrogatepass"), kind, kept)


def _bytes(content: bytes, chance: random.Random) -> bytes:
    raw = bytearray(content)
    match chance.randrange(5):
        case 0:
            del raw[chance.randrange(len(raw)) :]
        case 1:
            for _ in range(chance.randint(1, 40)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
        case 2:
            at = chance.randrange(len(raw))
            raw[at:at] = chance.randbytes(chance.randint(1, 2000))
        case 3:
            at = chance.randrange(len(raw))
            del raw[at : at + chance.randint(1, 2000)]
        case _:
            a, b = sorted((chance.randrange(len(raw)), chance.randrange(len(raw))))
            raw[a:a] = raw[a : min(b, a + 5000)]
    return bytes(raw)


def _member(content: bytes, chance: random.Random) -> Mutation:
    """One XML member of a container changed, mostly the one that holds the table."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    main = [n for n in members if re.search(r"sheet\d*\.xml$|sharedStrings\.xml$|word/document\.xml$", n)]
    xml = [n for n in members if n.endswith((".xml", ".rels"))]
    name = chance.choice(main if chance.random() < 0.8 else xml)
    if chance.random() < 0.03:
        del members[name]
        kind, kept = "member gone", False
    else:
        changed, kind, kept = _markup(members[name].decode(), chance)
        members[name] = changed.encode(errors="surrogatepass")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for other, data in members.items():
            new.writestr(other, data)
    return Mutation(stream.getvalue(), kind, kept and name in main)


def _markup(text: str, chance: random.Random) -> tuple[str, str, bool]:
    """XML or HTML with one text, element or attribute changed."""
    places: Callable[[re.Pattern[str]], list[re.Match[str]]] = lambda pattern: list(pattern.finditer(text))  # noqa: E731
    choice = chance.random()
    if choice < 0.45 and (found := places(_TEXT)):
        hit = chance.choice(found)
        old = hit[1]
        digits = bool(re.search(r"[\d一二三四五六七八九十百]", old))
        new = chance.choice(_NUMBERS if digits and chance.random() < 0.7 else _WORDS).replace("<", "&lt;")
        return text[: hit.start(1)] + new + text[hit.end(1) :], "text", not digits and not re.search(r"\d", new)
    if choice < 0.75 and (found := places(_ELEMENT)):
        hit, other = chance.choice(found), chance.choice(found)
        match chance.randrange(3):
            case 0:
                return text[: hit.start()] + text[hit.end() :], "element gone", False
            case 1:
                return (
                    text[: hit.end()] + hit[0] * chance.choice((1, 1, 300)) + text[hit.end() :],
                    "element again",
                    False,
                )
            case _:
                first, second = sorted((hit, other), key=lambda m: m.start())
                if first is second:
                    return text, "nothing", True
                middle = text[first.end() : second.start()]
                swapped = text[: first.start()] + second[0] + middle + first[0] + text[second.end() :]
                return swapped, "elements swapped", False
    if choice < 0.9 and (found := places(_ATTRIBUTE)):
        hit = chance.choice(found)
        new = chance.choice(("", "0", "-1", "999999999", "XFD1048576", "x", "&quot;", "1" * 400))
        return text[: hit.start(1)] + new + text[hit.end(1) :], "attribute", False
    at = chance.randrange(len(text))
    match chance.randrange(3):
        case 0:
            return text[:at], "cut off", False
        case 1:
            return text[:at] + "<a>" * chance.choice((1, 50, 20_000)) + text[at:], "nested", False
        case _:
            return (
                text[:at] + chance.choice(("&x;", "<!-- ", "]]>", "\ufffe", "&#0;", "<![CDATA[")) + text[at:],
                "sign",
                False,
            )


def _cells(text: str, sign: str, chance: random.Random) -> tuple[str, str, bool]:
    """Text with one cell or line changed."""
    lines = text.split("\n")
    at = chance.choice([i for i, line in enumerate(lines) if line.strip()])
    cells = lines[at].split(sign)
    c = chance.randrange(len(cells))
    match chance.randrange(6):
        case 0 | 1:
            digits = bool(re.search(r"[\d一二三四五六七八九十百]", cells[c]))
            new = chance.choice(_NUMBERS if digits and chance.random() < 0.7 else _WORDS)
            kept = not digits and not re.search(r"\d", new) and bool(cells[c].strip()) and sign not in new
            cells[c] = new
            lines[at] = sign.join(cells)
            return "\n".join(lines), "cell", kept
        case 2:
            del cells[c]
            lines[at] = sign.join(cells)
        case 3:
            cells.insert(c, chance.choice(cells))
            lines[at] = sign.join(cells)
        case 4:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            if chance.random() < 0.5:
                del lines[at]
            else:
                lines.insert(at, lines[at])
    return "\n".join(lines), "cells or lines moved", False


def _pdf(content: bytes, chance: random.Random) -> bytes:
    """One object of a PDF changed: its dictionary, or its stream unpacked, changed and packed again."""
    objects = list(_OBJECT.finditer(content))
    if not objects:
        return _bytes(content, chance)
    hit = chance.choice(objects)
    body = hit[0]
    packed = _STREAM.search(body)
    if packed and chance.random() < 0.6:
        try:
            raw = bytearray(zlib.decompress(packed[1]))
        except zlib.error:
            raw = bytearray(packed[1])
        for _ in range(chance.randint(1, 6)):
            if raw:
                at = chance.randrange(len(raw))
                raw[at : at + chance.choice((1, 1, 30))] = chance.choice(
                    (b"", b"0", b"9" * 30, b"(", b"]", b"\x00", b"BT ")
                )
        body = body[: packed.start(1)] + zlib.compress(bytes(raw)) + body[packed.end(1) :]
    else:
        names = list(re.finditer(rb"/\w+|\b\d+ 0 R\b|\b\d+\b", body))
        if names:
            name = chance.choice(names)
            new = chance.choice((b"", b"/X", b"0", b"-1", b"999999999", b"1 0 R", b"[", b">>", b"null"))
            body = body[: name.start()] + new + body[name.end() :]
    return content[: hit.start()] + body + content[hit.end() :]
