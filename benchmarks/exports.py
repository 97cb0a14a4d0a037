"""What leaves, measured: slides, letters, the workbook beside bare xlsxwriter, and other visitors while a file is made.

    python benchmarks/exports.py [--rounds N] [--rows N]

A simulated city of one year is made first. The workbook's rows and bare xlsxwriter's are the same cells, written turn
by turn in processes of their own, so that each tells its own peak of memory. Ratios of minima are worth quoting; the
machine is shared with whatever else runs.
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent
if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(ROOT)  # this file bears the name of the package it measures

import pandas as pd  # noqa: E402
import xlsxwriter  # noqa: E402

from analytics.filters import Filters  # noqa: E402
from analytics.view import Chart, View  # noqa: E402
from data.batch.ingest import ingest  # noqa: E402
from data.simulate import City, write  # noqa: E402
from data.warehouse import Warehouse  # noqa: E402
from exports.byhand import letters  # noqa: E402
from exports.report.child import Build  # noqa: E402
from exports.report.spec import ReportSpec  # noqa: E402
from exports.report.workbook import _LEAVES, _OPTIONS, _Pen  # noqa: E402
from exports.source import Source  # noqa: E402
from exports.views.slides import slides  # noqa: E402

SOURCE = Source("模拟数据", "v000001", "2024", "全部区划", "2025-01-01")
LETTERS = 300


def deck() -> list[View]:
    """20 pages: 15 charts of 20 bars, 5 tables of 14 rows and 8 columns."""
    names = [f"示例部门{n:02d}" for n in range(20)]
    table = pd.DataFrame({"unit": names, "score_rate": [0.8 + n / 100 for n in range(20)]})
    chart = Chart("bar", "unit", ("score_rate",), "%", 1.0)
    columns = {"unit": "填报单位", "score_rate": "得分率"}
    wide = pd.DataFrame({f"c{n}": names for n in range(8)})
    charts = [View("20 个单位的得分率", "", table, None, columns, chart=chart)] * 15
    return [*charts, *[View("一览", "", wide, None, {f"c{n}": f"第{n}列" for n in range(8)})] * 5]


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Rows like those of the sheet of all leaves, as a cursor gives them."""
    rule = "得分 = 完成值 ÷ 年度指标值 × 权重，超过 100% 的按 100% 计，低于 60% 的不得分。"
    for n in range(count):
        yield (2024, f"模拟{n % 12}区", f"示例部门{n % 400:03d}", "产出指标", "数量指标", f"任务{n % 40}", "履职产出",
               5.0, 4.5 + n % 5 / 10, None, f"{90 + n % 10}.00%", "≥95%", 4.5, 4.75, -0.25, rule,
               f"示例部门{n % 400:03d}_2024.xlsx 自评表 第 {n % 60} 行")  # fmt: skip


def own(out: Path, count: int) -> None:
    """The project's sheet of leaves."""
    book = xlsxwriter.Workbook(str(out), _OPTIONS)
    _Pen(book, SOURCE).detailed("三级指标得分_明细", _LEAVES, list(_LEAVES), rows(count))
    book.close()


def bare(out: Path, count: int) -> None:
    """The same cells by xlsxwriter alone."""
    book = xlsxwriter.Workbook(
        str(out), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, list(_LEAVES.values()))
    for number, row in enumerate(rows(count), start=1):
        sheet.write_row(number, 0, row)
    book.close()


def in_a_process(kind: str, count: int) -> tuple[float, float]:
    """Processor seconds of one workbook, and the peak of memory in MB, of a process that does nothing else."""
    done = subprocess.run(
        [sys.executable, __file__, "--one", kind, "--rows", str(count)], capture_output=True, check=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def one(kind: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        {"own": own, "bare": bare}[kind](Path(folder) / "a.xlsx", count)
        print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def reruns(folder: Path, warehouse: Warehouse, rounds: int) -> None:
    """Whole runs of 指标下钻 with warm caches, alone and while files of a city are made: reports in their process,
    letters in a thread of the server."""
    from streamlit.testing.v1 import AppTest

    os.environ["JIXIAO_WAREHOUSE"] = str(folder)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.switch_page("pages/explore/drilldown.py").run()

    def run() -> float:
        start = time.perf_counter()
        app.run()
        return time.perf_counter() - start

    alone = median(run() for _ in range(rounds))
    works = {ending: Build(warehouse, 1, ReportSpec(), ending).thread for ending in (".pptx", ".xlsx")}
    works["letters"] = threading.Thread(target=letters.archive, args=(warehouse, 1, Filters(), SOURCE))
    for what, thread in works.items():
        thread.start()
        during = list(iter(lambda thread=thread: run() if thread.is_alive() else None, None))
        print(f"rerun while {what} is made: {median(during) * 1000:.0f} ms, alone {alone * 1000:.0f} ms: "
              f"x {median(during) / alone:.2f} ({len(during)} runs, {sum(during):.1f} s)")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--one", choices=["own", "bare"])
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.rows)
        return
    times = []
    for _ in range(asked.rounds):
        start = time.process_time()
        slides(deck(), SOURCE)
        times.append(time.process_time() - start)
    print(f"20 slides with 15 charts: {min(times):.2f} s (median {median(times):.2f})")

    by_kind: dict[str, list[tuple[float, float]]] = {"own": [], "bare": []}
    for _ in range(asked.rounds):
        for kind, found in by_kind.items():
            found.append(in_a_process(kind, asked.rows))
    own_s, bare_s = (min(s for s, _ in by_kind[kind]) for kind in ("own", "bare"))
    peaks = {count: in_a_process("own", count)[1] for count in (asked.rows // 10, asked.rows)}
    print(f"workbook of {asked.rows} rows: {own_s:.2f} s, bare xlsxwriter {bare_s:.2f} s: x {own_s / bare_s:.2f}")
    print("peak memory: " + ", ".join(f"{peak:.0f} MB with {count} rows" for count, peak in peaks.items()))

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "w"
        city = Warehouse(folder / "simulated", "simulated")
        ingest(city, [write(City(districts=8, units=60, first_year=2024, years=1), Path(place) / "made").folder])
        (folder / "own").mkdir()
        with city.cursor() as cursor:
            start = time.process_time()
            count = sum(1 for _ in itertools.islice(letters.every(cursor, Filters(), SOURCE), 2 * LETTERS)) // 2
            print(f"{count} letters, docx and xlsx: {time.process_time() - start:.1f} s")
        reruns(folder, city, 4 * asked.rounds)


if __name__ == "__main__":
    main()
