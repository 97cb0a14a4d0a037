"""One file per format: bytes in, grids out. Nothing after a reader knows the format."""

from __future__ import annotations

from data.intake import Document, text_of
from data.readers import text
from data.submission import Grid


def read(document: Document) -> list[Grid]:
    """The grids of a document in reading order. Raises ``Refusal`` for what no reader takes."""
    return text.grids(text_of(document))
