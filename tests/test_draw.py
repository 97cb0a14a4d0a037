"""抽查: the list keeps what was asked of it, can be drawn again, and every random unit's chance is what it says."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics.filters import Filters
from analytics.inflation import assess, reviews
from analytics.inflation import draw as drawing
from analytics.inflation.draw import Candidate, Draw, Named, Quota
from data.decided import draws
from data.submission import Refusal
from data.warehouse import Warehouse
from tests.opened import opened, words
from tests.visitors import LOCAL, OUTSIDE

DISTRICTS = ("甲区", "乙区", "丙区")


def unit(i: int, region: str = "甲区", evidence: float = 0.0, last: int | None = None) -> Candidate:
    budget = None if i % 7 == 0 else float(i * 13 % 50)
    return Candidate(f"U{i:03d}", f"单位{i:03d}", region, "商务", budget, last, False, 0, evidence, f"证据{i}")


@st.composite
def asked(draw_from: st.DrawFn) -> tuple[Draw, tuple[Candidate, ...]]:
    """A frame of up to 60 units in three districts, and a draw of it with named, left out and quotas."""
    n = draw_from(st.integers(3, 60))
    places = draw_from(st.lists(st.sampled_from(DISTRICTS), min_size=n, max_size=n))
    evidence = draw_from(st.lists(st.integers(-3, 30), min_size=n, max_size=n))
    last = draw_from(st.lists(st.none() | st.integers(2018, 2024), min_size=n, max_size=n))
    frame = tuple(unit(i, places[i], float(evidence[i]), last[i]) for i in range(n))
    apart = draw_from(st.lists(st.integers(0, n - 1), unique=True, max_size=n // 2))
    cut = draw_from(st.integers(0, len(apart)))
    must = tuple(Named(f"U{i:03d}", "领导批示") for i in apart[:cut])
    excluded = tuple(Named(f"U{i:03d}", "机构撤并") for i in apart[cut:])
    free = n - len(apart)
    size = len(must) + draw_from(st.integers(1, max(free, 1)))
    quotas = tuple(
        Quota(name, draw_from(st.integers(0, 4)), draw_from(st.none() | st.integers(4, 20)))
        for name in draw_from(st.lists(st.sampled_from(DISTRICTS), unique=True))
    )
    by = "region" if quotas else draw_from(st.sampled_from(["", "region"]))
    share = draw_from(st.sampled_from([0.01, 0.1, 0.3, 0.5, 1.0]))
    seed = draw_from(st.integers(0, 10**9))
    rest = draw_from(st.integers(0, 3))
    return Draw(2024, size, seed, share, must, excluded, by, quotas, rest_years=rest), frame


@given(asked())
def test_a_list_keeps_everything_that_was_asked_of_it(case: tuple[Draw, tuple[Candidate, ...]]) -> None:
    of, frame = case
    assume(not drawing.faults(of, frame))
    rows = drawing.draw(of, frame)
    arms = Counter(row.arm for row in rows)
    assert len(rows) == len({row.unit_id for row in rows}) == of.size
    assert arms["随机"] == of.random >= 1
    assert {row.unit_id for row in rows if row.arm == "指定"} == {n.unit_id for n in of.must}
    assert not {row.unit_id for row in rows} & {n.unit_id for n in of.excluded}
    assert all((row.probability is not None) == (row.arm == "随机") and row.reason for row in rows)
    region = {c.unit_id: c.region for c in frame}
    counts = Counter(region[row.unit_id] for row in rows)
    for quota in of.quotas:
        assert quota.least <= counts[quota.group] <= (quota.most if quota.most is not None else of.size)
    assert drawing.draw(of, frame[::-1]) == drawing.draw(of, frame) == rows


@given(asked())
def test_what_cannot_be_held_is_said_and_not_drawn(case: tuple[Draw, tuple[Candidate, ...]]) -> None:
    of, frame = case
    for wrong in (
        replace(of, size=len(of.must)),
        replace(of, size=len(frame) + len(of.must) + 1),
        replace(of, random_share=0.0),
        replace(of, must=(Named("U000", " "),), excluded=(), size=2),
        replace(of, must=(Named("U000", "甲"),), excluded=(Named("U000", "乙"),), size=2),
        replace(of, excluded=(Named("U999", "不存在"),)),
        replace(of, quota_by="region", quotas=(Quota("没有的区", 1),)),
        replace(of, quota_by="region", quotas=(Quota(frame[0].region, len(frame) + 1),)),
    ):
        assert drawing.faults(wrong, frame)
        with pytest.raises(ValueError, match="。"):
            drawing.draw(wrong, frame)


def test_every_unit_is_drawn_at_random_as_often_as_its_probability_says() -> None:
    """9 of 甲区 and 3 of 乙区, 4 at random, 乙区 at most 1: 乙区 gets its 1 (a third each), 甲区 3 (a third each)."""
    frame = tuple(unit(i, "甲区" if i < 9 else "乙区") for i in range(12))
    of = Draw(2024, 4, 0, 1.0, quota_by="region", quotas=(Quota("乙区", 0, 1),))
    seen: Counter[str] = Counter()
    for seed in range(1200):
        rows = drawing.draw(replace(of, seed=seed), frame)
        assert {row.probability for row in rows} == {1 / 3}
        seen.update(row.unit_id for row in rows)
    assert set(seen) == {c.unit_id for c in frame}
    assert all(330 <= times <= 470 for times in seen.values()), seen  # 400 expected, sd 16.3


def test_the_random_part_is_spread_over_sizes_and_the_rest_goes_by_evidence() -> None:
    """20 units, budgets in 4 classes of 5: 4 at random are one of each class; evidence takes the strongest others."""
    frame = tuple(replace(unit(i, evidence=float(i)), budget_wan=float(i)) for i in range(20))
    rows = drawing.draw(Draw(2024, 8, 3, 0.5, sizes=4), frame)
    at_random = {row.unit_id for row in rows if row.arm == "随机"}
    assert sorted(int(u[1:]) // 5 for u in at_random) == [0, 1, 2, 3]
    assert {row.probability for row in rows if row.arm == "随机"} == {0.2}
    others = [c.unit_id for c in reversed(frame) if c.unit_id not in at_random]
    assert [row.unit_id for row in rows if row.arm == "证据"] == others[:4]


def test_units_checked_lately_come_last_in_the_part_by_evidence_only() -> None:
    frame = tuple(unit(i, evidence=float(i), last=2023 if i >= 15 else None) for i in range(20))
    of = Draw(2024, 10, 7, 0.1, rest_years=2)
    rows = drawing.draw(of, frame)
    taken = {int(row.unit_id[1:]) for row in rows if row.arm == "证据"}
    assert max(taken) < 15
    seeds = [drawing.draw(replace(of, seed=s), frame) for s in range(40)]
    assert any(int(r.unit_id[1:]) >= 15 for rows in seeds for r in rows if r.arm == "随机")


@pytest.fixture
def own(sample_warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    return Warehouse(Path(shutil.copytree(sample_warehouse.folder, tmp_path / "own")), "samples")


def drawn_from(warehouse: Warehouse, of: Draw) -> tuple[tuple[Candidate, ...], tuple[draws.Drawn, ...]]:
    with warehouse.cursor() as cursor:
        frame = drawing.frame(cursor, assess(cursor, of.fiscal_year).reports, of.fiscal_year, of.filters)
    return frame, drawing.draw(of, frame)


def test_a_frozen_list_is_drawn_again_from_its_parameters_and_version(own: Warehouse) -> None:
    of = Draw(2024, 2, 20250601, filters=Filters(regions=("320100",)), must=())
    frame, rows = drawn_from(own, of)
    kept = draws.freeze(own, own.published(), 2024, str(of.seed), drawing.to_json(of), drawing.to_json(frame), rows,
                        "张 三", LOCAL)  # fmt: skip
    (read,) = draws.of_year(own, 2024)
    assert read == kept
    assert (read.drawn_by, f"{int(read.version[1:])} {read.digest}") == ("张 三", own.published())
    again = drawing.asked_of(read.parameters)
    assert again == of
    assert drawn_from(own, again) == (frame, read.rows)
    assert drawing.draw(again, drawing.frame_of(draws.frame(own, read.number))) == read.rows
    assert read.list_hash == draws.list_hash(read.rows)
    assert {row.arm for row in read.rows} == {"随机", "证据"}


def test_the_page_fixes_a_list_shows_it_and_draws_it_again(folder: Path) -> None:
    app = opened("inflation", part="抽查")
    assert not app.exception
    assert "本年度尚未抽取名单" in words(app)
    button = next(b for b in app.button if b.label == "抽取并固定名单")
    button.click().run()
    assert ["E46" in e.value for e in app.error] == [True]
    made = Warehouse(folder / "samples", "samples")
    with made.cursor() as cursor:
        ((first,),) = cursor.execute("select min(unit_id) from report").fetchall()
    app.multiselect(key="draw-指定单位").select(first).run()
    assert "均须写明理由" in "".join(w.value for w in app.warning)
    next(t for t in app.text_input if "理由" in t.label).set_value("审计提示").run()
    app.text_input(key="draw-by").set_value("张三")
    app.text_input(key="draw-seed").set_value("20250601")
    next(n for n in app.number_input if n.label == "抽查户数").set_value(3)
    next(b for b in app.button if b.label == "抽取并固定名单").click().run()
    assert not app.exception and not app.error
    assert "2024 年度第 1 号抽查名单：3 户" in words(app)
    assert "随机种子 20250601" in words(app).replace("\\", "")
    (table,) = (t.value for t in app.dataframe if "arm" in t.value.columns)
    assert sorted(table["arm"]) == ["指定", "证据", "随机"]
    next(b for b in app.button if b.label == "重新抽取核对").click().run()
    assert ["第 1 号名单一致" in s.value for s in app.success] == [True]
    (kept,) = draws.of_year(made, 2024)
    assert reviews.repeated(kept, draws.frame(made, kept.number))
    assert not reviews.repeated(replace(kept, rows=kept.rows[:-1]), draws.frame(made, kept.number))


def test_a_list_for_a_file_leaves_out_units_marked_classified_then_or_since(own: Warehouse) -> None:
    of = Draw(2024, 4, 1)
    frame, _ = drawn_from(own, of)
    secret = (replace(frame[0], classified=True), *frame[1:])
    rows = drawing.draw(of, secret)
    kept = draws.freeze(
        own, own.published(), 2024, "1", drawing.to_json(of), drawing.to_json(secret), rows, "张三", LOCAL
    )
    inside = reviews.list_view(kept, Filters())
    assert list(inside.table["marked"]).count("涉密") == 1 and "4 户" in inside.title
    left = reviews.list_for_file(kept, Filters(), {frame[1].unit_id})
    assert set(left.table["item"]) == {c.unit_id for c in frame[2:]}
    assert "marked" not in left.columns and "2 户" in left.title


def test_a_list_cannot_be_changed_removed_or_frozen_without_name_right_or_on_another_version(own: Warehouse) -> None:
    of = Draw(2024, 2, 1)
    frame, rows = drawn_from(own, of)
    rest = (2024, "1", drawing.to_json(of), drawing.to_json(frame))
    for seen, listed, by, who, code in (
        (own.published(), rows, " ", LOCAL, "E46"), (own.published(), (), "张三", LOCAL, "E46"),
        ("1 " + "0" * 64, rows, "张三", LOCAL, "E46"), (own.published(), rows, "张三", OUTSIDE, "E25"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            draws.freeze(own, seen, *rest, listed, by, who)
        assert refused.value.code == code
    assert draws.of_year(own, 2024) == []
    for number in (1, 2):
        assert draws.freeze(own, own.published(), *rest, rows, "张三", LOCAL).number == number
    assert [kept.number for kept in draws.of_year(own, 2024)] == [2, 1]
    with sqlite3.connect(own.folder / "decisions.sqlite") as connection:
        for change in (
            "update drawn set arm = '指定'",
            "delete from drawn",
            "update draw set seed = '2'",
            "delete from draw",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(change)
