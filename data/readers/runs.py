"""Rows of text as they come, gathered into grids: a run of rows of one kind is one grid."""

from __future__ import annotations

from typing import Literal

from data.submission import Grid, Row

Kind = Literal["table", "prose"]


class Runs:
    """``found`` holds the grids of all runs that are closed."""

    def __init__(self) -> None:
        self.found: list[Grid] = []
        self._rows: list[Row] = []
        self._kind: Kind = "prose"

    def add(self, kind: Kind, row: Row) -> None:
        """The next row; another kind ends the run before it."""
        if kind != self._kind:
            self.close()
            self._kind = kind
        self._rows.append(row)

    def close(self) -> None:
        if self._rows:
            self.found.append(Grid(self._kind, tuple(self._rows)))
        self._rows = []
