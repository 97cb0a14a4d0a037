"""The speed benchmark at the size of three districts: engines answer alike, every query of the pages runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import benchmarks.__main__ as speed
from benchmarks.scale import in_pandas, page_calls, questions, sizes
from benchmarks.scale.questions import Pick
from data.warehouse import Warehouse

TINY = sizes.SIZES["tiny"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sizes") / "tiny"
    sizes.make(TINY, folder)
    return folder


def test_a_size_has_the_leaves_it_says(tiny: Path) -> None:
    with Warehouse(tiny, "simulated").cursor() as cursor:
        assert cursor.execute("select count(*) from leaf_score").fetchall() == [(TINY.leaves,)]
        spread = "select count(distinct region_code), count(distinct unit_id), count(distinct fiscal_year) from report"
        assert cursor.execute(spread).fetchall() == [(3, 96, 4)]


def test_the_other_engines_get_every_row_of_the_tables(tiny: Path) -> None:
    tables = {"leaf": "leaf_fact", "report": "report_store", "unit": "unit_store", "amount": "budget_figure_store",
              "indicator": "indicator_dim"}  # fmt: skip
    with Warehouse(tiny, "simulated").cursor() as cursor:
        for frame, table in tables.items():
            rows = pd.read_parquet(tiny / f"frame_{frame}.parquet")
            assert cursor.table(table).count("*").fetchall() == [(len(rows),)], table
            assert set(rows.columns) <= set(cursor.table(table).columns), table
    reports = pd.read_parquet(tiny / "frame_report.parquet")
    assert set(reports["status"]) == {"accepted", "review"}


def test_filters_that_nothing_meets_give_no_rows(tiny: Path) -> None:
    with Warehouse(tiny, "simulated").cursor() as cursor:
        pick = questions.picks(cursor, TINY, 1)[0]
        for other in (replace(pick, years=(1999,)), replace(pick, regions=("650100",))):
            for name, ask in questions.raw(cursor).items():
                assert len(ask(other)) == 0 or name == "tree", name


def installed() -> list[str]:
    return [name for name in speed.OTHERS if find_spec(name) is not None]


@pytest.mark.parametrize(("mode", "ranges"), [("raw", False), ("raw", True), ("shipped", False)])
def test_every_engine_answers_alike_whatever_is_asked(
    tiny: Path, mode: str, ranges: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ranges:
        monkeypatch.setattr(questions, "_WORTH_RANGES", 0)
        monkeypatch.setattr(questions, "_BLOCK", 2)
    with Warehouse(tiny, "simulated").cursor() as cursor:
        picks = questions.picks(cursor, TINY, 6)
        assert len(set(picks)) == len(picks)
        ours: Mapping[str, Callable[[Pick], pd.DataFrame]] = getattr(questions, mode)(cursor)
        for engine in installed():
            theirs = getattr(import_module(f"benchmarks.scale.in_{engine}"), mode)(tiny)
            assert set(ours) == set(theirs) == set(questions.COLUMNS)
            for name in ours:
                for pick in picks:
                    answer = theirs[name](pick)
                    table = answer if isinstance(answer, pd.DataFrame) else answer.to_dict(as_series=False)
                    own = questions.normal(name, ours[name](pick))
                    assert questions.same(name, own, questions.normal(name, table)), (engine, name, pick)
                    assert len(own) or name == "full" or pick.regions, (name, pick)


@given(st.sets(st.integers(0, 400), min_size=1))
def test_a_scan_by_ranges_leaves_out_no_report_in_view_and_the_widest_gaps(keys: set[int]) -> None:
    blocks = [(key, key) for key in keys]
    lows, highs = questions._ranges(blocks)
    within = {key for low, high in zip(lows, highs, strict=True) for key in range(low, high + 1)}
    assert keys <= within
    assert {*lows, *highs} <= keys
    assert len(lows) <= questions._MOST_RANGES
    ordered = sorted(keys)
    gaps = sorted((b - a - 1 for a, b in pairwise(ordered)), reverse=True)
    assert len(within) - len(keys) == sum(gaps[questions._MOST_RANGES - 1 :])


def test_an_answer_that_differs_in_a_number_is_found(tiny: Path) -> None:
    with Warehouse(tiny, "simulated").cursor() as cursor:
        pick = questions.picks(cursor, TINY, 1)[0]
        own = questions.normal("lost", questions.shipped(cursor)["lost"](pick))
    other = questions.normal("lost", in_pandas.raw(tiny)["lost"](pick))
    assert questions.same("lost", own, other)
    assert not questions.same("lost", own, other.assign(score=other["score"] + 0.01))
    assert not questions.same("lost", own, other.iloc[1:].reset_index(drop=True))


def test_the_undiscriminating_leaves_are_some_but_not_all(tiny: Path) -> None:
    with Warehouse(tiny, "simulated").cursor() as cursor:
        found = questions.shipped(cursor)["full"](questions.picks(cursor, TINY, 1)[0])
    assert 0 < len(found) < 3 * 4 * 36


def test_every_query_of_the_pages_runs(tiny: Path) -> None:
    with Warehouse(tiny, "simulated").cursor() as cursor:
        picks = questions.picks(cursor, TINY, 3)
        asked = page_calls.calls(TINY)
        assert {page for page, _, _ in asked} >= {"总览", "指标下钻", "部门画像", "得分分布", "预算执行"}
        for _, query, call in asked:
            for pick in picks:
                assert call(cursor, pick) is not None, query


def test_a_size_that_does_not_fit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert speed._unable("pandas", TINY) == ""
    assert speed._unable("no_such_engine", TINY) == "not installed"
    monkeypatch.setattr(speed.os, "sysconf", lambda name: 2**20 if name.endswith("PAGES") else 4096)
    assert "does not hold it" in speed._unable("pandas", sizes.SIZES["nation"])
