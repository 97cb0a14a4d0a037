"""The child that reads documents: bytes in, a reading or a coded refusal out, under limits of its own.

``python -m data.door.worker`` answers framed requests on standard input until it closes. It may not write files, and
memory and processor time are limited where the system can do that; the parent keeps the wall clock.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

import pyarrow as pa
from pydantic import TypeAdapter

from data import readers, vocabulary
from data.byhand import opinion, sheet, worksheet
from data.byhand.worksheet import Review
from data.codes import refusal
from data.decided.decision import Opinion
from data.door.intake import kind_of, receive
from data.interchange import read, sources
from data.interchange.read import Rewritten
from data.parse import NOTHING_GIVEN, Given, parse
from data.submission import Grid, Reading, Refusal

_MEMORY = 1024 * 1024 * 1024
_CPU_SECONDS = 30
_FILES = 128
_LENGTH = 8
_LONGEST_FRAME = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A document to read, its content follows in a frame of its own."""

    file_name: str
    given: Given = NOTHING_GIVEN
    around: str | None = None
    """Not the reports are wanted but the rows around this position."""
    companions: tuple[str, ...] = ()
    """document_ids of files whose prose is to be read with the reports; their contents follow in this order."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file; ``wanted`` marks the one asked for."""

    words: str
    text: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What was read, or why it was not: a code and a reason."""

    reading: Reading | None
    code: str | None = None
    reason: str | None = None
    lines: tuple[Line, ...] = ()
    tables: tuple[Rewritten, ...] = ()
    """Interchange tables instead of a reading; their streams follow the reply in frames."""
    opinions: tuple[Opinion, ...] = ()
    """What a filled 核查意见单 says, instead of a reading."""
    reviews: tuple[Review, ...] = ()
    """What a filled 复核工作底稿 says, instead of a reading."""


REQUEST, REPLY = TypeAdapter(Request), TypeAdapter(Reply)


def send(stream: IO[bytes], content: bytes) -> None:
    stream.write(len(content).to_bytes(_LENGTH, "big") + content)
    stream.flush()


def take(stream: IO[bytes]) -> bytes | None:
    """The next frame; ``None`` if the stream ended, also in the middle of one, or if the frame is too long."""
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    length = int.from_bytes(head, "big")
    if length > _LONGEST_FRAME:
        return None
    content = stream.read(length)
    return content if len(content) == length else None


def answer(request: Request, content: bytes, companions: Sequence[bytes] = ()) -> Reply:
    """Read one document, with the prose of its companions. Every failure is a coded reply, none an exception."""
    try:
        document = receive(content, request.file_name)
        if request.around is not None and kind_of(document) == "parquet":
            found = sources.parquet_rows(content, request.around)
            return Reply(None, lines=tuple(Line(*line) for line in found))
        if request.around is None and (tables := read.read(document)):
            return Reply(None, tables=tables)
        grids = readers.read(document)
        if request.around is not None:
            return Reply(None, lines=_around(grids, request.around))
        if sheet.recognised(grids):
            return Reply(Reading((sheet.read(document, grids, vocabulary.load()),)))
        if worksheet.recognised(grids):
            return Reply(None, reviews=worksheet.read(document, grids))
        if opinion.recognised(grids):
            return Reply(None, opinions=opinion.read(grids))
        added = [
            (document_id, readers.read(receive(other, document_id)))
            for document_id, other in zip(request.companions, companions, strict=True)
        ]
        return Reply(parse(grids, vocabulary.load(), request.given, added))
    except Refusal as refused:
        return Reply(None, refused.code, refused.reason)
    except (MemoryError, RecursionError):
        heavy = refusal("E23")
        return Reply(None, heavy.code, heavy.reason)
    except Exception as error:
        json.dump({"document": request.file_name, "error": repr(error)}, sys.stderr)
        broken = refusal("E12", type(error).__name__)
        return Reply(None, broken.code, broken.reason)


def _around(grids: Sequence[Grid], position: str, around: int = 2) -> tuple[Line, ...]:
    """The row at a position with its neighbours; empty if it is not there."""
    rows = [row for grid in grids for row in grid.rows]
    at = next((i for i, row in enumerate(rows) if row.place.position == position), None)
    if at is None:
        return ()
    near = range(max(0, at - around), min(len(rows), at + around + 1))
    return tuple(Line(rows[i].place.words, "\t".join(rows[i].texts), i == at) for i in near)


def _limit() -> None:
    """Limits for the life of this process, where the system knows them."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))


def _limit_document() -> None:
    """Processor time for the next document."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + _CPU_SECONDS + 1, most))


def main() -> None:
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    with contextlib.suppress(Refusal):
        vocabulary.load()
    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    _limit()
    while (head := take(requests)) is not None and (content := take(requests)) is not None:
        _limit_document()
        request = REQUEST.validate_json(head)
        companions = [take(requests) or b"" for _ in request.companions]
        reply = answer(request, content, companions)
        send(replies, REPLY.dump_json(reply))
        for table in reply.tables:
            send(replies, table.reports)
            send(replies, table.content)


if __name__ == "__main__":
    main()
