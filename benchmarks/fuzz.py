"""Thousands of damaged documents through the child processes and into a warehouse: what became of them, by code.

    python benchmarks/fuzz.py [DOCUMENTS] [SEED]

Seven formats of the four samples; 70 % changed in their own structure, 30 % in their bytes. Exit code 1 if one of the
gates does not hold: no crash, none over 60 s, no half-loaded report, no word of an exception in a message, at least
half past the sniffer, and no accepted report with other figures than its original where only words were changed.
Interrupted, it tells of the documents that were done.
"""

from __future__ import annotations

import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from data.batch.ingest import publish, read
from data.batch.journal import Journal
from data.door import archive, sandbox
from data.door.intake import Document, kind_of, receive
from data.door.worker import Reply
from data.submission import Refusal, Scope, Submission
from data.warehouse import Warehouse
from tests import formats
from tests.mutations import Mutation, mutated

AT_ONCE = 100
_LEAK = re.compile(r"Traceback|Error\b|Exception|File \"|0x[0-9a-f]{6}")


def sources() -> list[tuple[str, bytes]]:
    """(format, content) of every sample in every format."""
    found = []
    for file in sorted(formats.SAMPLES.glob("*.txt")):
        sheet = formats.sheet_of(file.read_text(encoding="utf-8"))
        found += [
            ("txt", file.read_bytes()),
            ("csv", formats.comma(sheet).encode()),
            ("md", formats.pipes(sheet).encode()),
        ]
        found += [(e, (formats.SAMPLES / e / f"{file.stem}.{e}").read_bytes()) for e in ("xlsx", "docx", "html", "pdf")]
    return found


def totals(submission: Submission) -> frozenset[Decimal]:
    """Every total it prints: of a table whose total row lost its label, the one in the prose is left."""
    return frozenset(f.value for f in submission.stated_figures if f.scope == Scope.TOTAL)


def figures(submission: Submission) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple(sorted((x.weight or Decimal(-1), x.score or Decimal(-1)) for x in submission.leaves))


def past_the_sniffer(document: Document) -> bool:
    try:
        if kind_of(document) in ("xlsx", "docx"):
            archive.office(document.content).close()
    except Refusal:
        return False
    return True


class Tally:
    def __init__(self) -> None:
        self.codes: Counter[str] = Counter()
        self.kinds: Counter[tuple[str, str]] = Counter()
        self.slowest = 0.0
        self.past = self.leaks = self.wrong = self.half = 0

    def add(self, document: Document, mutation: Mutation, reply: Reply, seconds: float, original: Submission) -> None:
        self.slowest = max(self.slowest, seconds)
        self.past += past_the_sniffer(document)
        codes, words = told(reply)
        for code in codes:
            self.codes[code] += 1
        self.kinds[mutation.kind, codes[0]] += 1
        self.leaks += any(_LEAK.search(text) for text in words)
        for submission in reply.reading.submissions if reply.reading else ():
            same = figures(submission) == figures(original) and totals(submission) <= totals(original)
            if mutation.figures_kept and submission.status == "accepted" and not same:
                self.wrong += 1
                print(f"other figures: {document.file_name} {mutation.kind}")


def told(reply: Reply) -> tuple[list[str], list[str]]:
    """Codes and messages of a reply, one code a document."""
    if reply.reading is None:
        return [reply.code or ""], [reply.reason or ""]
    found = reply.reading
    words = [why for _, _, why in found.refusals] + [p.message for s in found.submissions for p in s.problems]
    if found.refusals:
        return [found.refusals[0][1]], words
    return ["review" if any(s.status == "review" for s in found.submissions) else "accepted"], words


def main() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    failed = run(count, seed)
    sys.exit(1 if failed else 0)


def run(count: int, seed: int) -> bool:
    good = sources()

    @cache
    def original(which: int) -> Submission:
        reading = sandbox.read(receive(good[which][1], "x")).reading
        assert reading is not None and len(reading.submissions) == 1, good[which][0]
        return reading.submissions[0]

    tally, start = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        warehouse = Warehouse(Path(place) / "w")
        loaded = 0
        for first in range(0, count, AT_ONCE):
            batch = []
            for number in range(first, min(first + AT_ONCE, count)):
                chance = random.Random(f"{seed} {number}")  # noqa: S311 - the same documents every time
                which = chance.randrange(len(good))
                mutation = mutated(good[which][1], good[which][0], chance)
                batch.append((receive(mutation.content, f"{number}.{good[which][0]}"), mutation, original(which)))
            try:
                loaded += one_batch(warehouse, batch, tally)
            except KeyboardInterrupt:
                count = first
                break
            print(f"{first + len(batch)} documents, {time.monotonic() - start:.0f} s", file=sys.stderr)
        with warehouse.cursor() as cursor:
            ((rows,),) = cursor.execute("select count(*) from leaf_fact").fetchall()
        tally.half += rows != loaded
    took = time.monotonic() - start
    print(f"{count} documents, seed {seed}, {took:.0f} s, slowest {tally.slowest:.1f} s, {loaded} leaves loaded")
    for code, number in tally.codes.most_common():
        print(f"  {code:9s} {number:6d}")
    for (kind, code), number in sorted(tally.kinds.items()):
        print(f"  {kind:21s} {code:9s} {number:6d}")
    print(f"past the sniffer {tally.past} ({tally.past / count:.0%}); crashes {tally.codes['E12']}; hangs "
          f"{tally.slowest > sandbox.WALL_SECONDS}; words of an exception {tally.leaks}; half-loaded {tally.half}; "
          f"accepted with other figures {tally.wrong}")  # fmt: skip
    bad = tally.codes["E12"] or tally.leaks or tally.half or tally.wrong or tally.past * 2 < count
    return bool(bad or tally.slowest > sandbox.WALL_SECONDS)


def one_batch(warehouse: Warehouse, batch: list[tuple[Document, Mutation, Submission]], tally: Tally) -> int:
    """Read and publish some documents; the number of leaves that were to be loaded."""
    warehouse.folder.mkdir(exist_ok=True)
    journal = Journal(warehouse.folder)

    def timed(item: tuple[Document, Mutation, Submission]) -> tuple[Reply, float]:
        begin = time.monotonic()
        return journal.read(item[0]), time.monotonic() - begin

    for (document, mutation, original), (reply, seconds) in sandbox.read_all(batch, timed):
        tally.add(document, mutation, reply, seconds, original)
    result = publish(warehouse, read(warehouse, [document for document, _, _ in batch]))
    tally.half += len(result.documents) != len(batch)
    tally.half += sum(d.outcome in ("accepted", "review") and not result.reports for d in result.documents)
    return sum(r.leaves for r in result.reports)


if __name__ == "__main__":
    main()
