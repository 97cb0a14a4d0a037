"""What is read of invented reports in the layouts of many provinces: leaves right, wrong, missing, refused.

    python benchmarks/reading.py [--details] [--mutations] [--formats] [WORDS …]

WORDS: only documents whose name holds one of them. The gate is wrong = 0 in accepted reports; with that, readable is
the share of right leaves among all that a person can read. ``--mutations`` damages every document in the ways of
``tests/foreign_mutations.py`` and counts the same; ``--formats`` writes every page in every format.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.foreign_compare import FIELDS, OUTCOMES, RIGHT, WRONG, Result, judged, written  # noqa: E402
from tests.foreign_files import WRITERS  # noqa: E402
from tests.foreign_mutations import judged as damaged  # noqa: E402
from tests.foreign_mutations import mutations  # noqa: E402
from tests.foreign_set import Document, documents  # noqa: E402

FACTS = ("unit", "region", "year", "form", "total", "grade", "subject")


def main() -> int:
    details = "--details" in sys.argv
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    chosen = [d for d in documents() if not words or any(w in d.name for w in words)]
    total = Result()
    print(f"{'document':<76} " + " ".join(f"{o:>8.8}" for o in OUTCOMES) + "  outcome")
    for document in chosen:
        result = judged(document)
        total.add(result)
        print(f"{document.name:<76} " + " ".join(f"{result.leaves[o]:>8}" for o in OUTCOMES) + f"  {result.status}")
        if details:
            for line in result.differences:
                print("      ", line)
            print("      ", dict(result.codes))
    print(f"\n{'field':<12} " + " ".join(f"{o:>15}" for o in OUTCOMES[:-1]))
    for name in FIELDS:
        print(f"{name:<12} " + " ".join(f"{total.fields[name, o]:>15}" for o in OUTCOMES[:-1]))
    print(f"\n{'of a report':<12} " + " ".join(f"{o:>15}" for o in OUTCOMES[:-1]))
    for name in FACTS:
        print(f"{name:<12} " + " ".join(f"{total.facts[name, o]:>15}" for o in OUTCOMES[:-1]))
    leaves = sum(len(t.leaves) for d in chosen for t in d.truths)
    share = total.leaves[RIGHT] / leaves if leaves else 0
    print(f"\n{len(chosen)} documents, {leaves} leaves: " + ", ".join(f"{o} {total.leaves[o]}" for o in OUTCOMES))
    print(f"wrong in accepted reports: {total.leaves[WRONG]}    readable: {share:.1%}")
    harm = _damage(chosen, details) if "--mutations" in sys.argv else 0
    harm += _formats(chosen) if "--formats" in sys.argv else 0
    return 1 if total.leaves[WRONG] or harm else 0


def _formats(chosen: Sequence[Document]) -> int:
    """Read every page in every format, print the counts by format; the number of wrong leaves in accepted reports."""
    wrong = 0
    print(f"\n{'every page as':<44} " + " ".join(f"{o:>15}" for o in OUTCOMES))
    for writer in WRITERS:
        leaves: Counter[str] = Counter()
        for document in chosen:
            if len(document.pages) == 1:
                leaves.update(written(document, writer).leaves)
        print(f"{writer:<44} " + " ".join(f"{leaves[o]:>15}" for o in OUTCOMES))
        wrong += leaves[WRONG]
    return wrong


def _damage(chosen: Sequence[Document], details: bool) -> int:
    """Damage every document in every way, print the counts by kind; the number of wrong leaves in accepted reports."""
    done: Counter[str] = Counter()
    told: Counter[str] = Counter()
    leaves: dict[str, Counter[str]] = {}
    for document in chosen:
        for mutation in mutations(document):
            result, named = damaged(mutation)
            done[mutation.kind] += 1
            told[mutation.kind] += named
            leaves.setdefault(mutation.kind, Counter()).update(result.leaves)
            if details and (result.leaves[WRONG] or not named):
                print(mutation.kind, mutation.name, result.status, dict(result.codes), result.differences)
    print(f"\n{'damage':<22} {'done':>6} {'named':>6} " + " ".join(f"{o:>15}" for o in OUTCOMES))
    for kind, count in done.items():
        print(f"{kind:<22} {count:>6} {told[kind]:>6} " + " ".join(f"{leaves[kind][o]:>15}" for o in OUTCOMES))
    wrong = sum(counts[WRONG] for counts in leaves.values())
    print(f"\n{done.total()} damaged documents, {told.total()} named, wrong in accepted reports: {wrong}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
