"""Files that come through the web page: the same gate and the same ingest as the command line, behind a permission.

Bound to this machine alone, the visitor is the administrator. Bound to any other address, writing needs the key of
``JIXIAO_ADMIN_KEY``; without a key it is off. The check stands here, in what writes, not in the menu.
"""

from __future__ import annotations

import hmac
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from data.batch import ingest
from data.batch.papers import Draft, IngestResult
from data.byhand import acceptance
from data.codes import refusal
from data.door.intake import Document, printable_name, receive
from data.parse import NOTHING_GIVEN, Given
from data.submission import Refusal
from data.units import unit_names
from data.warehouse import Warehouse

KEY = "JIXIAO_ADMIN_KEY"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the address the server is bound to, and the key he typed."""

    bound_to: str
    key: str = ""

    @property
    def is_local(self) -> bool:
        try:
            return self.bound_to == "localhost" or ip_address(self.bound_to).is_loopback
        except ValueError:
            return False

    @property
    def may_write(self) -> bool:
        wanted = os.environ.get(KEY, "")
        return self.is_local or bool(wanted and hmac.compare_digest(wanted.encode(), self.key.encode()))


def permit(visitor: Visitor) -> None:
    """Raise ``Refusal`` E25 unless the visitor may write."""
    if not visitor.may_write:
        raise refusal("E25")


class Work:
    """A batch of uploads: read in the background, whoever looks; then published or discarded.

    There is one for a warehouse at a time. ``draft`` is there once all is read, ``result`` once it is published,
    ``refused`` where the batch as a whole was refused; ``note`` is to be told beside.
    """

    def __init__(self, warehouse: Warehouse, documents: Sequence[Document], given: Given, note: str = "") -> None:
        self.given, self.note = given, note
        self.done, self.of, self.name = 0, len(documents), ""
        self.draft: Draft | None = None
        self.result: IngestResult | None = None
        self.refused: Refusal | None = None
        self.thread = threading.Thread(target=self._read, args=(warehouse, documents), daemon=True)

    @property
    def is_reading(self) -> bool:
        return self.thread.is_alive()

    @property
    def waits(self) -> bool:
        """Whether there is a draft to publish or to discard."""
        return not self.is_reading and self.draft is not None and self.result is None

    def _read(self, warehouse: Warehouse, documents: Sequence[Document]) -> None:
        def progress(done: int, of: int, name: str) -> None:
            self.done, self.of, self.name = done, of, name

        try:
            self.draft = ingest.read(warehouse, documents, self.given, progress)
        except Refusal as refused:
            self.refused = refused
        except Exception as error:
            _LOG.exception("a batch of uploads was not read")
            self.refused = refusal("E12", type(error).__name__)


_works: dict[Path, Work] = {}
_guard = threading.Lock()


def work_of(warehouse: Warehouse) -> Work | None:
    """The batch being read, waiting or published last in this process."""
    return _works.get(warehouse.folder)


def start(
    warehouse: Warehouse, files: Sequence[tuple[str, bytes]], visitor: Visitor, given: Given = NOTHING_GIVEN
) -> Work:
    """Read uploaded files (name, content) in the background. Raises ``Refusal`` E25, E13 (a batch is not settled)."""
    permit(visitor)
    return _begin(warehouse, _documents(files), given)


def publish(warehouse: Warehouse, visitor: Visitor) -> IngestResult | None:
    """Publish the waiting draft as it was read; if the version has moved it is read again, to be looked at anew.

    Raises ``Refusal`` E25, and what ``ingest.publish`` raises.
    """
    permit(visitor)
    work = work_of(warehouse)
    if work is None or work.draft is None or not work.waits:
        return None
    try:
        work.result = ingest.publish(warehouse, work.draft)
    except Refusal as refused:
        if refused.code != "E27":
            raise
        again = [
            receive(content, file_name, folder)
            for document_id, file_name, folder in work.draft.received
            if (content := warehouse.original(document_id)) is not None
        ]
        work.draft = None
        _begin(warehouse, again, work.given, "读取之后另有入库或退回，已按当前数据版本重新读取，请再次确认。")
        return None
    return work.result


def discard(warehouse: Warehouse, visitor: Visitor) -> None:
    """Forget the waiting draft. Raises ``Refusal`` E25, E13."""
    permit(visitor)
    work = work_of(warehouse)
    if work is not None and work.draft is not None and work.waits:
        ingest.discard(warehouse, work.draft)
        _works.pop(warehouse.folder, None)


def _begin(warehouse: Warehouse, documents: Sequence[Document], given: Given, note: str = "") -> Work:
    with _guard:
        before = work_of(warehouse)
        if before is not None and (before.is_reading or before.waits):
            raise refusal("E13")
        work = _works[warehouse.folder] = Work(warehouse, documents, given, note)
        work.thread.start()
    return work


def _documents(files: Sequence[tuple[str, bytes]]) -> list[Document]:
    """Uploads as documents; a name is never a path, and all that is dropped at once lies in one folder."""
    return [
        receive(content, printable_name(name).replace("/", "_").replace("\\", "_").lstrip(".") or "upload")
        for name, content in files
    ]


def ingest_uploads(
    warehouse: Warehouse, files: Sequence[tuple[str, bytes]], visitor: Visitor, given: Given = NOTHING_GIVEN
) -> IngestResult:
    """Read and publish uploaded files in one step. Raises ``Refusal`` E25, and what ``ingest`` raises."""
    permit(visitor)
    return ingest.publish(warehouse, ingest.read(warehouse, _documents(files), given))


def rollback(warehouse: Warehouse, number: int, visitor: Visitor) -> int:
    """Make an earlier version the current one. Raises ``Refusal`` E25, E17."""
    permit(visitor)
    return warehouse.rollback(number)


def decide(
    warehouse: Warehouse, seen: int, report_id: str, state: acceptance.State, reason: str, by: str, visitor: Visitor
) -> int:
    """Accept a report in review, or take that back; the version that says so. Raises ``Refusal`` E25, E32, E13, E10."""
    permit(visitor)
    return acceptance.decide(warehouse, seen, report_id, state, reason, by)


def name_unit(
    warehouse: Warehouse, alias: str, region_code: str | None, unit_id: str, same: bool, visitor: Visitor
) -> int:
    """Confirm a 待确认 name of a unit, or rule it out; the version that says so. Raises ``Refusal`` E25, E42, E13."""
    permit(visitor)
    return unit_names.decide(warehouse, alias, region_code, unit_id, same)
