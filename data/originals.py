"""The lines of a received file around a locator: what a reader sees when he asks where a number stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data.intake import receive, text_of
from data.readers.text import lines
from data.submission import Refusal
from data.warehouse import Warehouse

_POSITION = re.compile(r"L(\d+)$")


@dataclass(frozen=True, slots=True)
class OriginalLine:
    """A line as it stands in the file; ``wanted`` marks the one the locator names."""

    number: int
    text: str
    wanted: bool


def excerpt(warehouse: Warehouse, document_id: str, locator: str, around: int = 2) -> list[OriginalLine]:
    """The line a locator names with its neighbours; empty if the file or the line is not there."""
    content = warehouse.original(document_id)
    position = _POSITION.search(locator)
    if content is None or position is None:
        return []
    try:
        found = lines(text_of(receive(content, document_id)))
    except Refusal:
        return []
    wanted = int(position[1])
    if not 1 <= wanted <= len(found):
        return []
    first, last = max(1, wanted - around), min(len(found), wanted + around)
    return [OriginalLine(n, found[n - 1], n == wanted) for n in range(first, last + 1)]
