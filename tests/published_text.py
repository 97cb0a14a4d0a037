"""A published report as lines that a test may damage: which lines are table rows, which cells are garbage half-labels.

Nothing here knows a line number or a damaged word: the garbage is found as what is no label of the finished reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from data.normalise import label_of
from data.submission import Submission
from tests.reports import read


@dataclass(frozen=True)
class Published:
    """Lines of a report, and the truth: line number -> (unit, level1, level2, level3, weight, score)."""

    lines: tuple[str, ...]
    truth: dict[int, tuple[str, str, str, str, object, object]]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def garbage(self) -> list[tuple[int, int]]:
        """(line index, column) of cells in the two label columns that are no label of their unit."""
        labels = {label for _, one, two, *_ in self.truth.values() for label in (one, two)}
        return [
            (number - 1, column)
            for number in sorted(self.truth)
            for column in (0, 1)
            if (cell := self.lines[number - 1].split("\t")[column].strip())
            and len(self.lines[number - 1].split("\t")) >= 7
            and not self._is_label(number, column, labels)
            and cell
        ]

    def _is_label(self, number: int, column: int, labels: set[str]) -> bool:
        """Whether a cell prints a label: whole, with points, or as one half of two rows, or two fused."""
        cell = self.lines[number - 1].split("\t")[column]
        name = label_of(cell).name
        around = [self.lines[n - 1].split("\t")[column] for n in (number - 1, number + 1) if n in self.truth]
        halves = {label_of(a + b).name for other in around for a, b in ((cell, other), (other, cell))}
        spelled = {a + b for a in labels for b in labels}
        return not name or name in labels or name in spelled or bool(halves & labels)

    def with_cells(self, cells: dict[tuple[int, int], str]) -> str:
        """The text with some cells replaced: (line index, column) -> new text."""
        lines = list(self.lines)
        for (line, column), text in cells.items():
            parts = lines[line].split("\t")
            parts[column] = text
            lines[line] = "\t".join(parts)
        return "\n".join(lines)


def load(file: Path) -> Published:
    lines = file.read_text(encoding="utf-8").split("\n")
    return Published(tuple(lines), truth_of(read(file).submissions))


def truth_of(submissions: Iterable[Submission]) -> dict[int, tuple[str, str, str, str, object, object]]:
    return {
        int(leaf.place.position[1:]): (s.unit, leaf.level1, leaf.level2, leaf.level3, leaf.weight, leaf.score)
        for s in submissions
        for leaf in s.leaves
    }
