"""What is read of invented reports in the layouts of many provinces: leaves right, wrong, missing, refused.

    python benchmarks/reading.py [--details] [--mutations] [WORDS …]     WORDS: only documents whose name holds one

The gate is wrong = 0 in accepted reports; with that, readable is the share of right leaves among all that a person can
read. ``--mutations`` damages every document in the ways of ``tests/foreign_mutations.py`` and counts the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.foreign_compare import FIELDS, OUTCOMES, RIGHT, WRONG, Result, judged  # noqa: E402
from tests.foreign_set import documents  # noqa: E402

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
    return 1 if total.leaves[WRONG] else 0


if __name__ == "__main__":
    sys.exit(main())
