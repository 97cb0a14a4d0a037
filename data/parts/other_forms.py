"""Forms that look like a self-evaluation and are none: target declarations, monitoring tables, blank templates.

They are recognised only among tables without a single score; a table with scores is read, whatever its title. A table
in which values were filled in but no score is kept for its values: for review, out of every comparison.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.codes import refusal
from data.normalise import folded, not_applicable, search_key
from data.parts.split import Part, is_title
from data.table.rows import LeafRow
from data.vocabulary import Vocabulary

CODES = ("E33", "E34")
"""What the two other forms are refused with."""

_TITLE_LENGTH = 60
_MOST_VALUES = 0.5


def refuse_other_form(part: Part, leaves: Sequence[LeafRow], vocabulary: Vocabulary) -> None:
    """Raise ``Refusal`` E33 (目标申报), E34 (监控) or E09 (blank template) for a table without scores or values."""
    if any(row.score is not None for row in leaves):
        return
    form = _named(part, vocabulary)
    if form == "目标申报":
        raise refusal("E33")
    if form == "监控":
        raise refusal("E34")
    if not values_only(leaves):
        raise refusal("E09")


def values_only(leaves: Sequence[LeafRow]) -> bool:
    """Whether a table prints values for most of its rows and a score for none."""
    filled = sum(1 for row in leaves if (text := row.texts.get("value", "")) and not not_applicable(text))
    return filled > _MOST_VALUES * len(leaves) and all(row.score is None for row in leaves)


def _named(part: Part, vocabulary: Vocabulary) -> str | None:
    """The other form that a short line above the table, or a word of its head, names; the last title has the say."""
    lines = [text for row in part.prose for text in row.texts if len(folded(text)) <= _TITLE_LENGTH]
    named: str | None = None
    for text in (*lines, *(part.header.texts if part.header else ())):
        key = search_key(text)
        found = next((form for form, word in vocabulary.other_forms if word in key), None)
        if found is not None or (is_title(text) and "自评" in key):
            named = found
    return named
