"""Invented reports of other provinces and years: no wrong number in an accepted report, and nearly every leaf read.

The PDFs of the set need a browser and are read by ``benchmarks/reading.py`` alone.
"""

from __future__ import annotations

import pytest

from tests.foreign_compare import FIELDS, RIGHT, WRONG, WRONG_IN_REVIEW, Result, judged
from tests.foreign_files import PDF
from tests.foreign_set import Document, documents

READ = [d for d in documents() if d.writer != PDF]


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {document.name: judged(document) for document in READ}


@pytest.mark.parametrize("document", READ, ids=lambda d: d.name)
def test_nothing_wrong_is_accepted(document: Document, results: dict[str, Result]) -> None:
    result = results[document.name]
    wrong = [line for line in result.differences if "(missing)" not in line]
    assert result.leaves[WRONG] == 0, wrong
    assert not [name for name, outcome in result.facts if outcome in (WRONG, WRONG_IN_REVIEW)], wrong


def test_nearly_every_leaf_that_a_person_can_read_is_read(results: dict[str, Result]) -> None:
    leaves = sum(len(t.leaves) for d in READ for t in d.truths)
    right = sum(results[d.name].leaves[RIGHT] for d in READ)
    assert leaves > 600
    assert right / leaves >= 0.9


def test_the_set_is_what_it_says() -> None:
    """At least sixty documents, eight years, twenty provinces and both forms; every field is printed somewhere."""
    truths = [t for d in documents() for t in d.truths]
    assert len(documents()) >= 60
    assert {t.year for t in truths} == set(range(2018, 2026))
    assert len({t.region[:2] for t in truths if t.region}) >= 20
    assert {t.form for t in truths} == {"部门整体", "项目"}
    for name in FIELDS:
        assert any(getattr(leaf, name) for t in truths for leaf in t.leaves), name
