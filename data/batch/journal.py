"""Replies of the reading children, kept as JSON in the warehouse folder until what they lead to is published.

A batch that was killed, or previewed and then published, does not read again what was read. An entry is found by the
document, by what was given, by its companions and by the program: another version of it reads anew.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from data.door import sandbox
from data.door.intake import Document
from data.door.worker import REPLY, Reply
from data.parse import NOTHING_GIVEN, Given

_HERE = Path(__file__).parents[1]
_OURS = frozenset({"E12", "E23", "E26"})
"""Failures that may pass the next time are not kept."""


class Journal:
    """The journal of one warehouse folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "journal"

    def read(self, document: Document, given: Given = NOTHING_GIVEN, companions: Sequence[Document] = ()) -> Reply:
        """The reply kept for a document, else a child's, which is then kept."""
        file = self._file(document, given, companions)
        try:
            return REPLY.validate_json(file.read_bytes())
        except (OSError, ValidationError):
            pass
        reply = sandbox.read(document, given, companions)
        if reply.code not in _OURS and not reply.tables:
            self._keep(file, REPLY.dump_json(reply))
        return reply

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, document: Document, given: Given, companions: Sequence[Document]) -> Path:
        ids = (other.document_id for other in companions)
        key = "\x1f".join((program(), str(given.fiscal_year), str(given.region_code), document.document_id, *ids))
        return self._folder / f"{sha256(key.encode()).hexdigest()}.json"

    def _keep(self, file: Path, content: bytes) -> None:
        """Seen whole or not at all by this program; what a power cut leaves does not validate and is read again."""
        self._folder.mkdir(exist_ok=True)
        draft = file.with_suffix(f".{os.getpid()}.tmp")
        draft.write_bytes(content)
        draft.replace(file)


@lru_cache(maxsize=1)
def program() -> str:
    """What tells one state of the reading program and its vocabulary from another."""
    digest = sha256()
    for file in sorted([*_HERE.rglob("*.py"), *_HERE.rglob("vocabulary/*.csv")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()
