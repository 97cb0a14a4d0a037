"""Tables that lost their rows: one cell a line, or all cells run on with blanks between them.

The head says how many cells a row has. A row may lack labels that a merged cell printed once, and reasons; all else
must stand in its place: weight and score are numbers, a name is none. Of all ways to cut the cells into rows exactly
one may fit, with weights of 100 and scores that make the printed total. Else nothing is read: a table that can be cut
in two ways is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from data.normalise import chinese_count, number, search_key
from data.submission import TOLERANCE, Cell, Grid, Place, Row
from data.table.columns import LEVELS, header_role, is_header, name_like, reads_as_rule
from data.table.rows import row_word
from data.vocabulary import Vocabulary

_FEWEST_HEADS = 4
_FEWEST_ROWS = 2
_MOST_STEPS = 20_000
_MOST_ROWS = 400
_MOST_BLANKS = 200
_LABEL_LENGTH = 30
_WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Token:
    """A cell's text, the row of the document it stood in, and that row's number."""

    text: str
    row: Row
    source: int


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the head begins among the tokens, and what its columns hold."""

    start: int
    roles: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.roles)

    @property
    def end(self) -> int:
        return self.start + self.width

    @property
    def name(self) -> int:
        return self.roles.index("level3")

    @property
    def labels(self) -> int:
        """How many columns a row may lack: those before the names, where they are labels and nothing else."""
        return self.name if set(self.roles[: self.name]) <= set(LEVELS) else 0

    @property
    def remarks(self) -> int:
        """How many columns at the end a row may lack as well: reasons and remarks, mostly left empty."""
        return next((n for n, role in enumerate(reversed(self.roles)) if role not in ("reason", "remark")), 0)

    def last(self, role: str) -> int:
        """The last column of a role: of several 分值 that of the finest level."""
        return self.width - 1 - self.roles[::-1].index(role)


@dataclass(frozen=True, slots=True)
class _Cut:
    """One way to cut the tokens into rows, and the token behind the last row."""

    rows: tuple[Row, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Refolded:
    """The grids of a document with its table put back together, and the place of the table's head."""

    grids: list[Grid]
    head: Place


def names_a_table(grids: Sequence[Grid], vocabulary: Vocabulary) -> bool:
    """Whether a document prints the words of a table's head after each other, be it without anything between them.

    A head that stands on a row of its own has lost nothing: there is no table below it.
    """
    rows = [row for grid in grids for row in grid.rows]
    if any(is_header(row, vocabulary) for row in rows):
        return False
    if any(_head(tokens, vocabulary) is not None for tokens in (_lines(rows), _words(rows))):
        return True
    words = sorted((re.escape(word) for word in vocabulary.headers if len(word) > 1), key=len, reverse=True)
    run = re.compile(rf"(?:{'|'.join(words)}){{{_FEWEST_HEADS},}}")
    return any(
        "指标" in hit[0] and "分" in hit[0] for row in rows if (hit := run.search(search_key("".join(row.texts))))
    )


def refolded(grids: Sequence[Grid], vocabulary: Vocabulary) -> Refolded | None:
    """The document with its lost table restored; ``None`` where it has a table, or none that can be restored surely."""
    rows = [row for grid in grids for row in grid.rows]
    if any(is_header(row, vocabulary) for row in rows):
        return None
    for tokens, blank_cells, needs_total in (
        (_lines(rows, blanks=True), True, False),
        (_lines(rows), False, False),
        (_words(rows), False, True),
    ):
        head = _head(tokens, vocabulary)
        if head is None:
            continue
        search = _Search(tokens, head, vocabulary, blank_cells, needs_total)
        cut = search.only()
        if cut is not None:
            before, after = tokens[: head.start], tokens[cut.end :]
            table = Grid(
                "table", (_row([t.text for t in tokens[head.start : head.end]], tokens[head.start]), *cut.rows)
            )
            torn = {tokens[head.start].source, tokens[cut.end - 1].source}
            return Refolded([*_prose(before, torn), table, *_prose(after, torn)], tokens[head.start].row.place)
    return None


def _lines(rows: Sequence[Row], blanks: bool = False) -> list[_Token]:
    """One token a line; with ``blanks`` an empty one for every empty line between two."""
    found: list[_Token] = []
    for i, row in enumerate(rows):
        found.append(_Token(" ".join(filter(None, row.texts)), row, i))
        if blanks and i + 1 < len(rows):
            between = _line_number(rows[i + 1]) - _line_number(row) - 1
            found += [_Token("", row, i)] * min(max(between, 0), _MOST_BLANKS)
    return found


def _line_number(row: Row) -> int:
    found = re.search(r"\d+$", row.place.position)
    return int(found[0]) if found else 0


def _words(rows: Sequence[Row]) -> list[_Token]:
    """One token for every run of characters without a blank."""
    return [_Token(word, row, i) for i, row in enumerate(rows) for text in row.texts for word in text.split()]


def _head(tokens: Sequence[_Token], vocabulary: Vocabulary) -> _Head | None:
    """The first run of header words with names, weights and scores among them."""
    start = 0
    while start < len(tokens):
        roles: list[str] = []
        while start + len(roles) < len(tokens) and (role := header_role(tokens[start + len(roles)].text, vocabulary)):
            roles.append(role)
        stray = roles.index("level1") if "level1" in roles and "number" not in roles else 0
        roles, start = roles[stray:], start + stray
        if len(roles) >= _FEWEST_HEADS and {"level3", "weight", "score"} <= set(roles):
            return _Head(start, tuple(roles))
        start += len(roles) or 1
    return None


class _Search:
    """The ways to cut the tokens behind a head into rows that fit, and whether just one of them does."""

    def __init__(
        self, tokens: Sequence[_Token], head: _Head, vocabulary: Vocabulary, blank_cells: bool, needs_total: bool
    ) -> None:
        self.tokens = tokens
        self.head = head
        self.vocabulary = vocabulary
        self.blank_cells = blank_cells
        self.needs_total = needs_total
        self.steps = 0
        self.known = {"level1": vocabulary.level1_labels, "level2": frozenset(vocabulary.level2_labels)}
        self.labels_known = self.known["level1"] | self.known["level2"]

    def only(self) -> _Cut | None:
        found: dict[tuple[tuple[str, ...], ...], _Cut] = {}
        for cut in self._cuts(self.head.end, (), Decimal(0), Decimal(0)):
            found[tuple(row.texts for row in cut.rows)] = cut
            if len(found) > 1:
                return None
        return next(iter(found.values())) if found and self.steps <= _MOST_STEPS else None

    def _cuts(self, at: int, rows: tuple[Row, ...], weight: Decimal, score: Decimal | None) -> Iterator[_Cut]:
        """Every way to go on from a token; ``score`` is ``None`` once a row printed none."""
        self.steps += 1
        if self.steps > _MOST_STEPS or len(rows) > _MOST_ROWS or weight > _WHOLE + TOLERANCE:
            return
        complete = len(rows) >= _FEWEST_ROWS and abs(weight - _WHOLE) <= TOLERANCE
        if at < len(self.tokens) and row_word([self.tokens[at].text], self.vocabulary) == "total":
            total = self._total(at, score) if complete else None
            if total is not None:
                yield _Cut((*rows, total[0]), total[1])
            return
        outside = self._outside(at) if complete else None
        if outside is not None:
            yield from self._cuts(at + self.head.width, (*rows, outside), weight, score)
            return
        if complete and not self.needs_total and self._ends(at):
            yield _Cut(rows, at)
            return
        optional = (0, 0) if self.blank_cells else (self.head.labels, self.head.remarks)
        for lacking, without in product(range(optional[0] + 1), range(optional[1] + 1)):
            end = at + self.head.width - lacking - without
            if end > len(self.tokens):
                continue
            cells = [""] * lacking + [token.text for token in self.tokens[at:end]] + [""] * without
            points = self._points(cells)
            if points is not None:
                row = _row(cells, self.tokens[at + self.head.name - lacking])
                known = None if score is None or points[1] is None else score + points[1]
                yield from self._cuts(end, (*rows, row), weight + points[0], known)

    def _ends(self, at: int) -> bool:
        """Whether a table without a total can end here: no number follows, and no total anywhere."""
        rest = self.tokens[at:]
        numeric = any(number(token.text) is not None for token in rest[:1])
        return not numeric and not any(row_word([token.text], self.vocabulary) == "total" for token in rest)

    def _outside(self, at: int) -> Row | None:
        """A bonus or deduction row, where every cell stands for itself: no weight, a name, perhaps a score."""
        head, end = self.head, at + self.head.width
        if not self.blank_cells or end > len(self.tokens):
            return None
        cells = [token.text for token in self.tokens[at:end]]
        score = cells[head.last("score")]
        fits = (
            not cells[head.last("weight")] and name_like(cells[head.name]) and (not score or number(score) is not None)
        )
        return _row(cells, self.tokens[at + head.name]) if fits else None

    def _points(self, cells: Sequence[str]) -> tuple[Decimal, Decimal | None] | None:
        """Weight and score of a row if all its cells can be what the head says."""
        head = self.head
        weight, printed = number(cells[head.last("weight")]), cells[head.last("score")]
        score = number(printed)
        if weight is None or weight <= 0 or (score is None and (printed or not self.blank_cells)):
            return None
        if score is not None and not 0 <= score <= weight:
            return None
        name = cells[head.name]
        if not name_like(name) or self._is_label(name, cells):
            return None
        for i, (text, role) in enumerate(zip(cells, head.roles, strict=True)):
            if role in ("rule", "definition", "reason") and number(text) is not None:
                return None
            if role in ("reason", "remark") and search_key(text) in self.labels_known:
                return None
            if i < head.name and role in LEVELS and text and (text == name or not self._may_be_label(text, role)):
                return None
        return weight, score

    def _is_label(self, name: str, cells: Sequence[str]) -> bool:
        """Whether a name is a known label in the wrong place; some indicators are called like one."""
        beside = {search_key(cells[i]) for i in range(self.head.name) if self.head.roles[i] == "level2"}
        return search_key(name) in self.labels_known and not (self.blank_cells and beside <= {"", *self.labels_known})

    def _may_be_label(self, text: str, role: str) -> bool:
        """Whether a cell can stand in a column of labels; a label known for the other level only cannot."""
        key = search_key(re.sub(r"[(\uff08].*$", "", text))
        levels = [known for known in ("level1", "level2") if key in self.known[known]]
        readable = len(text) <= _LABEL_LENGTH and chinese_count(text) > 0 and not reads_as_rule(text)
        return readable and number(text) is None and (not levels or role in levels)

    def _total(self, at: int, score: Decimal | None) -> tuple[Row, int] | None:
        """The total row at a token and the token behind it, if it prints what the rows come to."""
        head, end, printed = self.head, at + 1, list[Decimal]()
        most = head.width if self.blank_cells else 3
        while end < len(self.tokens) and end - at < most:
            text = self.tokens[end].text
            value = number(text)
            if value is None and (text or not self.blank_cells):
                break
            printed += [value] if value is not None else []
            end += 1
        if not printed or len(printed) > 2 or (len(printed) == 2 and printed[0] != _WHOLE):
            return None
        sum_of_scores = printed[-1] if len(printed) == 2 or score is not None else None
        if (
            not self.blank_cells
            and score is not None
            and sum_of_scores is not None
            and abs(sum_of_scores - score) > TOLERANCE
        ):
            return None
        cells = [""] * head.width
        cells[0] = self.tokens[at].text
        if sum_of_scores is not None:
            cells[head.last("score")] = str(sum_of_scores)
        if len(printed) == 2 or sum_of_scores is None:
            cells[head.last("weight")] = str(printed[0])
        return _row(cells, self.tokens[at]), end


def _row(cells: Sequence[str], token: _Token) -> Row:
    return Row(tuple(Cell(text, "value" if text else "blank") for text in cells), token.row.place)


def _prose(tokens: Sequence[_Token], torn: Set[int]) -> list[Grid]:
    """What stands before or behind the table: whole rows as they were, what is left of a torn one word by word."""
    rows: list[Row] = []
    for token in tokens:
        if token.source in torn:
            rows += [_row([token.text], token)] if token.text else []
        elif not (rows and rows[-1] is token.row):
            rows.append(token.row)
    return [Grid("prose", tuple(rows))] if rows else []
