"""Files that come through the web page: the same gate and the same ingest as the command line, behind a permission.

Bound to this machine alone, the visitor is the administrator. Bound to any other address, writing needs the key of
``JIXIAO_ADMIN_KEY``; without a key it is off. The check stands here, in what writes, not in the menu.
"""

from __future__ import annotations

import hmac
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from data.byhand import acceptance
from data.codes import refusal
from data.ingest import IngestResult, Progress, ingest
from data.intake import printable_name
from data.parse import NOTHING_GIVEN, Given
from data.warehouse import Warehouse

KEY = "JIXIAO_ADMIN_KEY"


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


def ingest_uploads(
    warehouse: Warehouse,
    files: Sequence[tuple[str, bytes]],
    visitor: Visitor,
    given: Given = NOTHING_GIVEN,
    progress: Progress | None = None,
) -> IngestResult:
    """Ingest uploaded files (name, content). Raises ``Refusal`` E25, and what ``ingest`` raises."""
    permit(visitor)
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        paths = []
        for number, (name, content) in enumerate(files):
            inside = Path(folder) / str(number)
            inside.mkdir()
            path = inside / (printable_name(name).replace("/", "_").replace("\\", "_")[-80:].lstrip(".") or "upload")
            path.write_bytes(content)
            paths.append(path)
        return ingest(warehouse, paths, given, progress)


def rollback(warehouse: Warehouse, number: int, visitor: Visitor) -> int:
    """Make an earlier version the current one. Raises ``Refusal`` E25, E17."""
    permit(visitor)
    return warehouse.rollback(number)


def decide(
    warehouse: Warehouse, report_id: str, state: acceptance.State, reason: str, by: str, visitor: Visitor
) -> int:
    """Accept a report in review, or take that back; the version that says so. Raises ``Refusal`` E25, E32, E13, E10."""
    permit(visitor)
    return acceptance.decide(warehouse, report_id, state, reason, by)
