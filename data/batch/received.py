"""What the current version says of a file received before, asked file by file: a nation holds too many for a list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.statements import named
from data.warehouse import Warehouse

_SQL = Path(__file__).with_name("ingest.sql")


@dataclass(frozen=True, slots=True)
class Known:
    """The newest outcome of a file."""

    document_key: int
    outcome: str
    reason_code: str | None
    reason: str | None
    region_open: bool
    """A region is unknown or was given by a person."""
    year_open: bool


class Received:
    """The files of the current version by document_id. Each is asked for once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._asked: dict[str, Known | None] = {}

    def __contains__(self, document_id: str) -> bool:
        return self.get(document_id) is not None

    def get(self, document_id: str) -> Known | None:
        """The newest outcome of a file, ``None`` for one that was never received."""
        if document_id not in self._asked:
            self._asked[document_id] = self._found(document_id)
        return self._asked[document_id]

    def report_ids(self, known: Known) -> list[str]:
        """The reports that a file was read for, in order."""
        with self._warehouse.cursor() as cursor:
            rows = cursor.execute(named(_SQL)["reports_of_file"], {"document_key": known.document_key}).fetchall()
        return [report_id for (report_id,) in rows]

    def _found(self, document_id: str) -> Known | None:
        if self._warehouse.current() is None:
            return None
        sql = named(_SQL)
        with self._warehouse.cursor() as cursor:
            row = cursor.execute(sql["received"], {"document_id": document_id}).fetchone()
            if row is None:
                return None
            opened = cursor.execute(sql["open_in_file"], {"document_key": row[0]}).fetchall()[0]
        return Known(*row, *opened)
