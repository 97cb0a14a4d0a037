"""The reports are read by method, not by memory: damaged otherwise, they come out right or flagged, never wrong in silence."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from data.submission import Submission
from data.vocabulary import Vocabulary
from tests.published_text import Published, load, truth_of
from tests.reports import read

SEED = 20240615
FLAGS = (
    "LEVEL1_UNCERTAIN",
    "LEVEL2_UNCERTAIN",
    "ROW_",
    "PAGE_",
    "SCORE_",
    "NAME_",
    "WEIGHT_",
    "TOTAL_MISMATCH",
    "HEADER_",
)
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
)


@pytest.fixture(scope="module")
def both(published: list[Path]) -> list[Published]:
    return [load(file) for file in published]


@pytest.fixture(scope="module")
def three(both: list[Published]) -> Published:
    """The document that holds three units."""
    return max(both, key=lambda p: len(p.truth))


def flagged(submissions: tuple[Submission, ...]) -> set[int]:
    """Lines that a problem of ours names, or all lines of a report that is for review."""
    lines = set()
    for s in submissions:
        if s.status == "review":
            lines |= {int(leaf.place.position[1:]) for leaf in s.leaves}
        for p in s.problems:
            if p.place is not None and p.code.startswith(FLAGS):
                lines.add(int(p.place.position[1:]))
    return lines


def wrong_in_silence(
    before: Published, after: str, lines: dict[int, int] | None = None, words: Vocabulary | None = None
) -> list[str]:
    """Leaves that came out otherwise than the truth and are not flagged. ``lines``: old -> new line numbers."""
    submissions = read(after, words).submissions
    got = truth_of(submissions)
    known = flagged(submissions)
    place = lines or {n: n for n in before.truth}
    return [
        f"{old}: {truth} became {got.get(place[old])}"
        for old, truth in before.truth.items()
        if got.get(place[old]) != truth and place[old] not in known
    ]


def right(before: Published, after: str, words: Vocabulary | None = None) -> int:
    got = truth_of(read(after, words).submissions)
    return sum(got.get(line) == truth for line, truth in before.truth.items())


def noise(rng: random.Random) -> str:
    kind = rng.choice(("ascii", "common", "rare", "signs", "mixed"))
    length = rng.randint(1, 6)
    letters = {
        "ascii": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJK ",
        "common": COMMON,
        "rare": "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(40)),
        "signs": "\\/|~^`[]<>*#@",
        "mixed": COMMON[:20] + "aZ3[]",
    }[kind]
    return "".join(rng.choice(letters) for _ in range(length)).strip() or "~"


def test_garbage_exists_in_the_published_report(three: Published) -> None:
    assert len(three.garbage()) >= 10


@pytest.mark.parametrize("block", range(10))
def test_every_garbage_half_label_replaced_by_random_strings(both: list[Published], block: int) -> None:
    rng = random.Random(SEED + block)
    for p in both:
        cells = p.garbage()
        for _ in range(10):
            same = noise(rng)
            text = p.with_cells({cell: same if rng.random() < 0.3 else noise(rng) for cell in cells})
            assert right(p, text) == len(p.truth), text


def test_each_units_own_names_dropped_from_the_vocabulary_in_turn(both: list[Published], words: Vocabulary) -> None:
    for p in both:
        for unit in dict.fromkeys(u for u, *_ in p.truth.values()):
            names = [name for u, _, _, name, *_ in p.truth.values() if u == unit]
            assert right(p, p.text, words.without_indicators(names)) == len(p.truth)


def test_all_names_of_the_document_dropped_from_the_vocabulary(both: list[Published], words: Vocabulary) -> None:
    for p in both:
        smaller = words.without_indicators(name for _, _, _, name, *_ in p.truth.values())
        assert right(p, p.text, smaller) == len(p.truth)


def test_garbage_replaced_and_names_dropped_at_once_is_right_or_flagged(three: Published, words: Vocabulary) -> None:
    rng = random.Random(SEED)
    smaller = words.without_indicators(name for _, _, _, name, *_ in three.truth.values())
    for _ in range(10):
        text = three.with_cells({cell: noise(rng) for cell in three.garbage()})
        assert wrong_in_silence(three, text, words=smaller) == []


def test_page_breaks_at_other_rows(both: list[Published]) -> None:
    rng = random.Random(SEED)
    for p in both:
        rows = sorted(p.truth)
        for _ in range(10):
            breaks = set(rng.sample(rows, 6))
            lines: list[str] = []
            moved: dict[int, int] = {}
            for number, line in enumerate(p.lines, start=1):
                inside = number - 1 in p.truth or number + 1 in p.truth
                if not line.strip() and inside and rng.random() < 0.5:
                    continue
                if number in breaks:
                    lines.append("")
                lines.append(line)
                moved[number] = len(lines)
            assert wrong_in_silence(p, "\n".join(lines), moved) == []


def test_other_scores_blank_are_proved_or_left_null(three: Published) -> None:
    rng = random.Random(SEED)
    for _ in range(20):
        lines = sorted(three.truth)
        chosen = rng.sample(lines, rng.choice((1, 2, 4)))
        cells = {(n - 1, len(three.lines[n - 1].split("\t")[:7]) - 2): "" for n in chosen}
        submissions = read(three.with_cells(cells)).submissions
        for s in submissions:
            for leaf in s.leaves:
                truth = three.truth[int(leaf.place.position[1:])][5]
                if leaf.score is not None:
                    assert leaf.score == truth
                elif leaf.score_inferred is not None and truth is not None:
                    assert leaf.score_inferred == truth
            if s.leaf_total is not None and s.status == "accepted":
                assert s.leaf_total == s.stated_total


def test_a_label_moved_within_its_block(three: Published) -> None:
    rng = random.Random(SEED)
    garbage = set(three.garbage())
    for _ in range(60):
        number = rng.choice(sorted(three.truth))
        column = rng.choice((0, 1))
        parts = three.lines[number - 1].split("\t")
        label = parts[column]
        target = number + rng.choice((-2, -1, 1, 2))
        same = target in three.truth and three.truth[target][: 2 + column] == three.truth[number][: 2 + column]
        if not label or not same or (number - 1, column) in garbage or len(parts) < 7:
            continue
        if len(three.lines[target - 1].split("\t")) < 7 or three.lines[target - 1].split("\t")[column]:
            continue
        text = three.with_cells({(number - 1, column): "", (target - 1, column): label})
        assert wrong_in_silence(three, text) == [], (number, column, target)


def test_columns_permuted_with_their_header(both: list[Published]) -> None:
    rng = random.Random(SEED)
    for p in both:
        for _ in range(8):
            order = list(range(7))
            rng.shuffle(order)
            lines = [
                "\t".join(parts[i] for i in order) if len(parts := line.split("\t")[:7]) == 7 else line
                for line in p.lines
            ]
            assert wrong_in_silence(p, "\n".join(lines)) == [], order


def test_weight_and_score_exchanged_under_an_unchanged_header(three: Published) -> None:
    lines = list(three.lines)
    for number in three.truth:
        parts = lines[number - 1].split("\t")
        if len(parts) >= 7:
            parts[4], parts[5] = parts[5], parts[4]
            lines[number - 1] = "\t".join(parts)
    assert wrong_in_silence(three, "\n".join(lines)) == []


def test_units_reordered(three: Published) -> None:
    starts = [i for i, line in enumerate(three.lines) if line == three.lines[0]]
    assert len(starts) == 3
    blocks = [list(range(a, b)) for a, b in zip(starts, [*starts[1:], len(three.lines)], strict=True)]
    for order in ((2, 1, 0), (1, 2, 0), (2, 0, 1)):
        indices = [i for block in order for i in blocks[block]]
        moved = {old + 1: new for new, old in enumerate(indices, start=1)}
        text = "\n".join(three.lines[i] for i in indices)
        assert wrong_in_silence(three, text, moved) == []
        assert {s.fiscal_year for s in read(text).submissions} == {2024}


def test_a_page_fed_upside_down(three: Published) -> None:
    pages: list[list[int]] = []
    for number in sorted(three.truth):
        if pages and pages[-1][-1] == number - 1:
            pages[-1].append(number)
        else:
            pages.append([number])
    for page in pages:
        lines = list(three.lines)
        moved = {n: n for n in three.truth} | dict(zip(page, reversed(page), strict=True))
        for old, new in zip(page, reversed(page), strict=True):
            lines[new - 1] = three.lines[old - 1]
        assert wrong_in_silence(three, "\n".join(lines), moved) == [], page


def test_a_row_moved_to_another_page_is_right_or_the_report_says_so(both: list[Published]) -> None:
    rng = random.Random(SEED)
    for p in both:
        usual = {s.unit: {q.code for q in s.problems} for s in read(p.text).submissions}
        for _ in range(12):
            source = rng.choice(sorted(p.truth))
            target = rng.choice([n for n in p.truth if p.truth[n][0] == p.truth[source][0] and n != source])
            order = [n for n in range(1, len(p.lines) + 1) if n != source]
            order.insert(order.index(target), source)
            moved = {old: new for new, old in enumerate(order, start=1)}
            text = "\n".join(p.lines[n - 1] for n in order)
            said = any({q.code for q in s.problems} - usual[s.unit] for s in read(text).submissions)
            assert said or wrong_in_silence(p, text, moved) == [], (source, target)
