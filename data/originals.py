"""The rows of a received file around a locator: what a reader sees when he asks where a number stands."""

from __future__ import annotations

from data.door import sandbox
from data.door.intake import receive
from data.door.worker import Line
from data.warehouse import Warehouse


def excerpt(warehouse: Warehouse, document_id: str, locator: str) -> tuple[Line, ...]:
    """The row a locator names with its neighbours; empty if the file or the row is not there."""
    content = warehouse.original(document_id)
    _, _, position = locator.partition("#")
    if content is None or not position:
        return ()
    return sandbox.rows_around(receive(content, document_id), position)
