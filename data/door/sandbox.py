"""Reading in child processes: no document is parsed in the process that writes the warehouse or serves the pages.

A child that dies, hangs or uses up its limits costs one document, never the batch; another takes its place. Children
are kept between batches and replaced after some hundred documents, so that memory stays flat.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import IO, TypeVar

from pydantic import ValidationError

from data.codes import refusal
from data.door import convert, memory
from data.door.intake import OLE, Document, kind_of
from data.door.worker import REPLY, REQUEST, Line, Reply, Request, send, take
from data.parse import NOTHING_GIVEN, Given
from data.submission import Refusal

WALL_SECONDS = 60.0
MEMORY = 1024 * 1024 * 1024
_ALLOCATOR = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
"""Arrow's own allocator reserves address space ahead, which counts against the child's limit."""
_POLL = 0.2
_DOCUMENTS_PER_CHILD = 300
_ROOT = Path(__file__).parents[2]
T = TypeVar("T")
R = TypeVar("R")


class _Child:
    """One child process; ``read`` is called by one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def read(self, document: Document, request: Request, companions: Sequence[Document]) -> Reply:
        process = self._running()
        answered = threading.Event()
        threading.Thread(target=_watch, args=(process, answered), daemon=True).start()
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101 - both are pipes
            send(process.stdin, REQUEST.dump_json(request))
            for sent in (document, *companions):
                send(process.stdin, sent.content)
            content = take(process.stdout)
            reply = None if content is None else _with_streams(REPLY.validate_json(content), process.stdout)
            if reply is not None:
                self._read += 1
                return reply
        except (OSError, ValidationError, ValueError):
            pass
        finally:
            answered.set()
        self.close()
        gone = refusal("E23")
        return Reply(None, gone.code, gone.reason)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self._read >= _DOCUMENTS_PER_CHILD):
            self.close()
        if self._process is None:
            self._read = 0
            self._process = subprocess.Popen(
                [sys.executable, "-m", "data.door.worker"],
                cwd=_ROOT,
                env={**os.environ, **_ALLOCATOR},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def close(self) -> None:
        if self._process is not None:
            convert.kill(self._process)
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()
            self._process.wait()
        self._process = None


def _with_streams(reply: Reply, stream: IO[bytes]) -> Reply | None:
    """A reply with the Arrow streams of its tables; ``None`` if they do not follow."""
    tables = []
    for table in reply.tables:
        reports, content = take(stream), take(stream)
        if reports is None or content is None:
            return None
        tables.append(replace(table, reports=reports, content=content))
    return replace(reply, tables=tuple(tables))


def _watch(process: subprocess.Popen[bytes], answered: threading.Event) -> None:
    """Kill a child that does not answer in time, or takes more memory than it may where no limit of its own holds."""
    deadline = time.monotonic() + WALL_SECONDS
    while not answered.wait(min(_POLL, WALL_SECONDS)):
        if time.monotonic() >= deadline or memory.used(process.pid) > MEMORY:
            convert.kill(process)
            return


_idle: queue.LifoQueue[_Child] = queue.LifoQueue()
_all: list[_Child] = []
_guard = threading.Lock()


def _workers() -> int:
    return max(1, min(os.cpu_count() or 1, 8))


def _borrow() -> _Child:
    with _guard:
        if _idle.empty() and len(_all) < _workers():
            _all.append(_Child())
            return _all[-1]
    return _idle.get()


def read(document: Document, given: Given = NOTHING_GIVEN, companions: Sequence[Document] = ()) -> Reply:
    """Read one document in a child process, with the prose of its companions; every failure is a coded reply."""
    ids = tuple(other.document_id for other in companions)
    try:
        readable = [_readable(other) for other in companions]
    except Refusal as refused:
        return Reply(None, refused.code, refused.reason)
    return _asked(document, Request(document.file_name, given, companions=ids), readable)


def _readable(document: Document) -> Document:
    """A document, converted if it is an old one of Word."""
    old = document.content.startswith(OLE) and kind_of(document) == "word"
    return convert.converted(document, "docx") if old else document


def rows_around(document: Document, position: str) -> tuple[Line, ...]:
    """The row of a document at a position with its neighbours; empty if it is not there."""
    return _asked(document, Request(document.file_name, around=position)).lines


def _asked(document: Document, request: Request, companions: Sequence[Document] = ()) -> Reply:
    """What a child says of a document; of an old office file that none can read, what one says of it converted."""
    reply = _in_child(document, request, companions)
    old_word = reply.code == "E26"
    old_sheet = reply.code == "E05" and document.content.startswith(OLE)
    if not old_word and not old_sheet:
        return reply
    try:
        return _in_child(convert.converted(document, "docx" if old_word else "xlsx"), request, companions)
    except Refusal as refused:
        return Reply(None, refused.code, refused.reason) if old_word else reply


def _in_child(document: Document, request: Request, companions: Sequence[Document]) -> Reply:
    child = _borrow()
    try:
        return child.read(document, request, companions)
    finally:
        _idle.put(child)


def read_all(wanted: Iterable[T], read_one: Callable[[T], R]) -> Iterator[tuple[T, R]]:
    """Read on all cores; replies come in the order of what is wanted, few of which is held at a time."""
    ahead: queue.Queue[tuple[T, Future[R]]] = queue.Queue()
    with ThreadPoolExecutor(_workers()) as pool:
        for item in wanted:
            ahead.put((item, pool.submit(read_one, item)))
            if ahead.qsize() > 2 * _workers():
                first, reply = ahead.get()
                yield first, reply.result()
        while not ahead.empty():
            first, reply = ahead.get()
            yield first, reply.result()


@atexit.register
def _close() -> None:
    for child in _all:
        child.close()
