"""The evidence as it is kept beside a version: read while it is of this version and method, else worked out again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analytics.inflation import assess, prepared
from analytics.inflation.assess import Assessment
from data.batch.ingest import ingest
from data.connections import close_all
from data.warehouse import Warehouse
from tests.conftest import SAMPLES

YEAR = 2024


@pytest.fixture
def kept(sample_warehouse: Warehouse, tmp_path: Path) -> Iterator[Warehouse]:
    """A copy of the samples' warehouse with nothing prepared."""
    folder = tmp_path / "samples"
    shutil.copytree(sample_warehouse.folder, folder, ignore=shutil.ignore_patterns("prepared"))
    yield Warehouse(folder)
    close_all()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The years that are worked out, in order."""
    years: list[int] = []

    def watched(cursor: object, fiscal_year: int) -> Assessment:
        years.append(fiscal_year)
        return assess(cursor, fiscal_year)  # type: ignore[arg-type]

    monkeypatch.setattr(prepared, "assess", watched)
    return years


def version(warehouse: Warehouse) -> int:
    number = warehouse.current()
    assert number is not None
    return number


def files(warehouse: Warehouse) -> list[Path]:
    return sorted((warehouse.folder / "prepared").glob("*"))


def test_what_is_read_is_what_was_worked_out_and_is_worked_out_once(kept: Warehouse, counted: list[int]) -> None:
    first = prepared.year(kept, version(kept), YEAR)
    again = prepared.year(kept, version(kept), YEAR)
    assert counted == [YEAR]
    for one, other in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, other)
    with kept.cursor() as cursor:
        pd.testing.assert_frame_equal(again[0], assess(cursor, YEAR).reports)
    assert len(again[0]) > 0
    assert len(again[1]) > 30


def test_one_report_is_read_without_the_others(kept: Warehouse, counted: list[int]) -> None:
    reports, brought, used = prepared.year(kept, version(kept), YEAR)
    chosen = str(reports["report_id"].iloc[-1])
    leaves, n = prepared.of_report(kept, version(kept), YEAR, chosen)
    pd.testing.assert_frame_equal(leaves, brought[brought["report_id"] == chosen].reset_index(drop=True))
    pd.testing.assert_frame_equal(n, used[used["report_id"] == chosen].reset_index(drop=True))
    assert counted == [YEAR]


@pytest.mark.parametrize("harm", ["missing", "damaged", "cut short", "another method", "another version"])
def test_what_does_not_fit_is_worked_out_again(
    harm: str, kept: Warehouse, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = prepared.reports(kept, version(kept), YEAR)
    file = next(f for f in files(kept) if "reports" in f.name)
    if harm == "missing":
        file.unlink()
    elif harm == "damaged":
        file.write_bytes(b"no table")
    elif harm == "cut short":
        file.write_bytes(file.read_bytes()[:-40])
    elif harm == "another method":
        monkeypatch.setattr(prepared, "method", lambda: "other")
    else:
        monkeypatch.setattr(Warehouse, "published", lambda _: f"{version(kept)} {'0' * 64}")
    pd.testing.assert_frame_equal(prepared.reports(kept, version(kept), YEAR), before)
    assert counted == [YEAR, YEAR]
    prepared.reports(kept, version(kept), YEAR)
    assert counted == [YEAR, YEAR]
    assert not [f for f in files(kept) if f.suffix == ".tmp"]


def test_a_folder_that_cannot_be_written_changes_no_result(kept: Warehouse, counted: list[int]) -> None:
    (kept.folder / "prepared").write_text("in the way")
    first, again = (prepared.reports(kept, version(kept), YEAR) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert counted == [YEAR, YEAR]


def test_files_of_versions_that_are_gone_are_removed(kept: Warehouse, counted: list[int]) -> None:
    prepared.prepare(kept, [YEAR])
    own = files(kept)
    assert len(own) == len(prepared.TABLES) * len(set(counted))
    shutil.copy(own[0], own[0].with_name("v000099_2024_reports.parquet"))
    prepared.prepare(kept)
    assert files(kept) == own


def test_an_older_version_is_worked_out_and_not_kept(own: Warehouse, counted: list[int]) -> None:
    samples = sorted(SAMPLES.glob("*.txt"))
    ingest(own, samples[:1])
    old = version(own)
    ingest(own, samples[1:2])
    assert version(own) != old
    with own.cursor(old) as cursor:
        ((year,),) = cursor.execute("select distinct fiscal_year from report").fetchall()
    assert len(prepared.reports(own, old, year)) == 1
    assert files(own) == []


def test_without_a_version_there_is_nothing_to_prepare(own: Warehouse) -> None:
    prepared.prepare(own, [YEAR])
    assert not own.folder.exists() or files(own) == []
