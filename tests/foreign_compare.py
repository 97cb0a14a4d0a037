"""What was read of a document against its truth, leaf by leaf and field by field.

A leaf is *right* if every field is as printed; *missing* if a printed field (or the whole leaf) was not taken;
*doubted* if a field differs and a problem names this very leaf; *wrong* if a field differs, or a leaf was made up. What
is wrong in a report kept for review is counted apart from what is wrong in an accepted one: only the second kind can
reach a comparison unseen. *Refused* leaves are those of units that were refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from data import readers, vocabulary
from data.door.intake import receive
from data.normalise import folded, number
from data.parse import parse
from data.submission import Leaf, Reading, Refusal, Submission
from tests.foreign import TrueLeaf, Truth
from tests.foreign_files import WRITERS
from tests.foreign_set import Document

FIELDS = (
    "level1", "level2", "level3", "weight", "score", "value_text", "value", "value_unit", "target_text", "direction",
    "rule_text",
)  # fmt: skip
RIGHT, MISSING, DOUBTED, WRONG, WRONG_IN_REVIEW, REFUSED = (
    "right", "missing", "doubted", "wrong", "wrong in review", "refused",
)  # fmt: skip
OUTCOMES = (RIGHT, MISSING, DOUBTED, WRONG, WRONG_IN_REVIEW, REFUSED)
_SEVERITIES = ("warning", "error")


@dataclass
class Result:
    """Counts of one document, and what differed in words."""

    leaves: Counter[str] = field(default_factory=Counter)
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    facts: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    status: str = ""

    def add(self, other: Result) -> None:
        self.leaves += other.leaves
        self.fields += other.fields
        self.facts += other.facts
        self.codes += other.codes


def read_document(content: bytes, name: str) -> Reading:
    """Read a file as ingest does; a refused file is a reading of nothing."""
    try:
        return parse(readers.read(receive(content, name)), vocabulary.load())
    except Refusal as refused:
        return Reading((), (("", refused.code, refused.reason),))


def judged(document: Document, content: bytes | None = None) -> Result:
    """A document's reading against its truths."""
    reading = read_document(document.content if content is None else content, f"表.{document.ending}")
    return compared(reading, document.truths)


def written(document: Document, writer: str) -> Result:
    """A document of one report, written in another format, against the same truth."""
    name = next((f"表.{ending}" for ending in ("xlsx", "docx", "html", "csv") if writer.startswith(ending)), "表.txt")
    return compared(read_document(WRITERS[writer](document.pages[0]), name), document.truths)


def compared(reading: Reading, truths: Sequence[Truth]) -> Result:
    result = Result()
    result.codes.update(code for _, code, _ in reading.refusals)
    left = list(reading.submissions)
    statuses = [s.status for s in left] + ["refused " + code for _, code, _ in reading.refusals]
    result.status = ", ".join(statuses)
    for truth in truths:
        found = next((s for s in left if folded(s.unit) == folded(truth.unit)), left[0] if left else None)
        if found is None:
            result.leaves[REFUSED] += len(truth.leaves)
            continue
        left.remove(found)
        _compare(result, found, truth)
    for extra in left:
        result.leaves[_wrong(extra)] += len(extra.leaves)
        result.differences.append(f"a report that is not there: {extra.unit}")
    return result


def _wrong(submission: Submission) -> str:
    return WRONG if submission.status == "accepted" else WRONG_IN_REVIEW


def _compare(result: Result, found: Submission, truth: Truth) -> None:
    result.codes.update(p.code for p in found.problems)
    for name, read, true in (
        ("unit", folded(found.unit), folded(truth.unit)),
        ("region", found.region_code, truth.region),
        ("year", found.fiscal_year, truth.year),
        ("form", found.form, truth.form),
        ("total", found.stated_total, truth.total),
        ("grade", found.grade, truth.grade),
        ("subject", found.subject, truth.subject),
    ):
        outcome = RIGHT if read == true else MISSING if read in (None, "") else _wrong(found)
        result.facts[name, outcome] += 1
        if outcome != RIGHT:
            result.differences.append(f"{name}: {read!r} for {true!r}")
    doubts = {p.leaf for p in found.problems if p.leaf is not None and p.severity in _SEVERITIES}
    waiting = list(found.leaves)
    for true_leaf in truth.leaves:
        leaf = next((x for x in waiting if folded(x.level3) == folded(true_leaf.level3)), None)
        if leaf is None:
            result.leaves[MISSING] += 1
            result.differences.append(f"missing: {true_leaf.level3}")
            continue
        waiting.remove(leaf)
        _compare_leaf(result, found, leaf, true_leaf, leaf.ordinal in doubts)
    for leaf in waiting:
        result.leaves[DOUBTED if leaf.ordinal in doubts else _wrong(found)] += 1
        result.differences.append(f"made up: {leaf.level3} {leaf.weight} {leaf.score}")


def _compare_leaf(result: Result, found: Submission, leaf: Leaf, true: TrueLeaf, doubted: bool) -> None:
    """A form without level2 may have its level1 repeated there."""
    outcomes = set()
    for name in FIELDS:
        wanted = getattr(true, name)
        if name == "level2" and not wanted and leaf.level2 == leaf.level1:
            wanted = leaf.level2
        read = leaf.counted_score if name == "score" else getattr(leaf, name)
        if _same(read, wanted):
            outcome = RIGHT
        elif read in (None, ""):
            outcome = MISSING
        else:
            outcome = DOUBTED if doubted else _wrong(found)
        result.fields[name, outcome] += 1
        outcomes.add(outcome)
        if outcome != RIGHT:
            result.differences.append(f"{true.level3} {name} ({outcome}): {read!r} for {wanted!r}")
    worst = next(o for o in (WRONG, WRONG_IN_REVIEW, DOUBTED, MISSING, RIGHT) if o in outcomes)
    result.leaves[worst] += 1


def _same(read: object, true: object) -> bool:
    """Equal as printed: blanks inside aside, and numbers by value (9.50 in a spreadsheet is 9.5)."""
    if isinstance(read, str) and isinstance(true, str):
        if folded(read) == folded(true):
            return True
        one, two = (number(text.removesuffix("%")) for text in (folded(read), folded(true)))
        return one is not None and two is not None and abs(one - two) <= Decimal("0.000001")
    return (read or None) == (true or None) if isinstance(read, str) or isinstance(true, str) else read == true
