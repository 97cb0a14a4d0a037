"""Shared fixtures: the real engine, the project's samples, and the two published reports where they are at hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data import simulate, vocabulary, warehouse
from data.batch.ingest import ingest
from data.vocabulary import Vocabulary
from data.warehouse import Warehouse
from tests.checked import publish
from tests.ruled import text

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "samples"


@pytest.fixture(scope="session")
def words() -> Vocabulary:
    return vocabulary.load()


@pytest.fixture(scope="session")
def published() -> list[Path]:
    """The two published reports; without ``JIXIAO_PUBLISHED_REPORTS`` the test is skipped."""
    folder = os.environ.get("JIXIAO_PUBLISHED_REPORTS")
    if not folder:
        pytest.skip("JIXIAO_PUBLISHED_REPORTS is not set")
    files = sorted(Path(folder).glob("*.txt"))
    assert len(files) == 2, f"two reports expected in {folder}"
    return files


@pytest.fixture(scope="session")
def sample_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """公开示例 as the first start builds it."""
    made = Warehouse(tmp_path_factory.mktemp("samples") / "samples", "samples")
    ingest(made, sorted(SAMPLES.glob("*.txt")))
    return made


@pytest.fixture(scope="session")
def simulated_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """模拟数据 of three areas and years, in a folder of data sets: forms renewed in 2021, departments merged in 2022."""
    place = tmp_path_factory.mktemp("simulated")
    city = simulate.City(seed=11, districts=2, units=34, first_year=2020, years=3, renewed_in=2021, merged_in=2022,
                         leaves=42, missing=0.05)  # fmt: skip
    made = Warehouse(place / "simulated", "simulated")
    ingest(made, [simulate.write(city, tmp_path_factory.mktemp("tables")).folder])
    return made


@pytest.fixture(scope="session")
def ruled_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """One report with three findings that ask for a word (``tests/ruled.py``); for tests that publish nothing."""
    made = Warehouse(tmp_path_factory.mktemp("ruled") / "own")
    publish(made, text())
    return made


@pytest.fixture
def ruled(ruled_warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    """The same, to be changed."""
    return Warehouse(Path(shutil.copytree(ruled_warehouse.folder, tmp_path / "own")))


@pytest.fixture
def folder(sample_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the pages look for data sets: a folder of the test's own that holds 公开示例, as a first start leaves it."""
    place = tmp_path / "w"
    shutil.copytree(sample_warehouse.folder, place / "samples")
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(place))
    monkeypatch.chdir(ROOT)
    return place


@pytest.fixture
def own(tmp_path: Path) -> Warehouse:
    """An empty warehouse of the user's own."""
    return Warehouse(tmp_path / "own")


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database with the project's schema."""
    connection = duckdb.connect()
    warehouse.create(connection)
    yield connection
    connection.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skipped test is a failed one: what it needs is missing from the machine."""
    result = yield
    report = result.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
