"""What one engine does, in a process of its own: load, answer every question for every pick, and say how long it took.

    python -m benchmarks.scale.child ENGINE MODE FOLDER ROUNDS OUT

Seconds and peak memory go to OUT as a pickle, with the answers in normal form.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from benchmarks.scale import page_calls, questions
from benchmarks.scale.questions import Pick
from benchmarks.scale.sizes import Size, peak
from data.connections import close_all
from data.warehouse import Warehouse

_RAW_MEMORY = "4GB"
"""All leaves of a nation at once take more than the reader of a version has; the other engines have all there is."""


def main() -> None:
    engine, mode, place, rounds, out = sys.argv[1:]
    folder = Path(place)
    size = Size(**json.loads((folder / "made.json").read_text(encoding="utf-8"))["size"])
    with Warehouse(folder, "simulated").cursor() as cursor:
        picks = questions.picks(cursor, size, int(rounds))
    found: dict[str, Any] = {"times": {}, "busy": {}, "answers": {}, "load": 0.0}
    if mode == "pages":
        _pages(folder, size, picks, found)
    else:
        with ExitStack() as stack:
            start = time.perf_counter()
            asked = _answers(engine, mode, folder, stack)
            found["load"] = time.perf_counter() - start
            for name, ask in asked.items():
                for number, pick in enumerate(picks):
                    answer, took, _ = _quickest(lambda ask=ask, pick=pick: ask(pick))
                    found["times"].setdefault(name, []).append(took)
                    table = answer if isinstance(answer, pd.DataFrame) else answer.to_dict(as_series=False)
                    found["answers"][name, number] = questions.normal(name, table)
    found["peak"] = peak()
    Path(out).write_bytes(pickle.dumps(found))


def _answers(engine: str, mode: str, folder: Path, stack: ExitStack) -> Mapping[str, Callable[[Pick], Any]]:
    if engine == "pandas":
        from benchmarks.scale import in_pandas

        return in_pandas.raw(folder) if mode == "raw" else in_pandas.shipped(folder)
    if engine == "polars":
        from benchmarks.scale import in_polars

        return in_polars.raw(folder) if mode == "raw" else in_polars.shipped(folder)
    warehouse = Warehouse(folder, "simulated")
    if mode == "raw":
        close_all()
        held = duckdb.connect(
            str(warehouse.file(1)), read_only=True, config={"threads": 2, "memory_limit": _RAW_MEMORY}
        )
        return questions.raw(stack.enter_context(held))
    return questions.shipped(stack.enter_context(warehouse.cursor()))


def _pages(folder: Path, size: Size, picks: list[Pick], found: dict[str, Any]) -> None:
    """Every query of the pages, one cursor a call, by the reader that the cached functions of the pages ask."""
    warehouse = Warehouse(folder, "simulated")
    for page, query, call in page_calls.calls(size):
        for pick in picks:

            def ask(call: page_calls.Call = call, pick: Pick = pick) -> object:
                return warehouse.asked(None, lambda cursor: call(cursor, pick))

            _, took, busy = _quickest(ask)
            found["times"].setdefault((page, query), []).append(took)
            found["busy"].setdefault((page, query), []).append(busy)


def _quickest(ask: Callable[[], Any]) -> tuple[Any, float, float]:
    """An answer, and the least milliseconds of three calls, passed and of the processors: the machine may be busy."""
    least, busy = float("inf"), float("inf")
    for _ in range(3):
        start, used = time.perf_counter(), time.process_time()
        answer = ask()
        least = min(least, (time.perf_counter() - start) * 1000)
        busy = min(busy, (time.process_time() - used) * 1000)
    return answer, least, busy


if __name__ == "__main__":
    main()
