"""Speed by size: each page's real queries, beside pandas and polars on the same rows; Markdown tables on the screen.

    python -m benchmarks [--sizes city,province,nation] [--rounds N] [--seed N] [--folder DIR]

Every warehouse is made in SQL and removed afterwards (``--folder``: kept there and used again). Each engine runs in a
process of its own; answers are compared. pandas and polars answer in memory: where their rows would not fit beside what
else runs, the table says so. polars is no dependency of the project (extra ``bench``).
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.scale import questions
from benchmarks.scale.questions import PAGES
from benchmarks.scale.sizes import PARTS, SIZES, Size

OTHERS = ("pandas", "polars")
_BYTES_A_LEAF = {"pandas": 250, "polars": 95}
"""Peak memory of the raw questions per leaf, as measured at province size."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed of the pages' queries by size, beside pandas and polars.")
    parser.add_argument("--sizes", default="city", help=f"of {', '.join(SIZES)}")
    parser.add_argument("--rounds", type=int, default=10, help="calls of each query, every one with other filters")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the warehouses are kept for the next run")
    given = parser.parse_args()
    names = given.sizes.split(",")
    if unknown := [name for name in names if name not in SIZES]:
        parser.error(f"unknown size {unknown[0]}: one of {', '.join(SIZES)}")
    print(machine())
    with tempfile.TemporaryDirectory() as temporary:
        for name in names:
            size = replace(SIZES[name], seed=given.seed)
            print("\n".join(run(size, (given.folder or Path(temporary)) / f"{name}-{given.seed}", given.rounds)))


def run(size: Size, folder: Path, rounds: int) -> list[str]:
    """The tables of one size as lines of Markdown. Raises ``AssertionError`` where engines answer differently."""
    if not (folder / "made.json").exists():
        _child(["-m", "benchmarks.scale.sizes", json.dumps({n: getattr(size, n) for n in Size.__slots__}), str(folder)])
    made = json.loads((folder / "made.json").read_text(encoding="utf-8"))
    took, sent = made["took"], _asked_upload(folder)
    parts = ", ".join(f"{part} {took[part]:.0f} s" for part in PARTS)
    leaves = f"{size.leaves / 1e6:.2f} million leaves"
    lines = [
        "", f"### {size.name}: {leaves} ({size.regions} regions × {size.units} units × {size.years} years × 50)", "",
        f"Published in {sum(took[part] for part in PARTS) / 60:.1f} minutes ({parts}), peak memory {took['peak']} MB; "
        f"file {took['bytes'] / 1e6:.0f} MB.",
        f"One region's last year sent again ({sent['reports']} reports, {sent['leaves']:,} leaves): the next version "
        f"after {sent['seconds']:.1f} s, peak memory {sent['peak']} MB.",
    ]  # fmt: skip
    for mode, title in (("raw", "the same raw rows"), ("shipped", "as shipped, with prepared tables")):
        lines += compared(size, folder, rounds, mode, title)
    pages = _asked("this project", "pages", folder, rounds)
    lines += ["", f"Every query of the pages (ms; peak memory {pages['peak']} MB)", "",
              "| page | query | median | worst | processors, median | worst |",
              "|---|---|---|---|---|---|"]  # fmt: skip
    every, busy = ([t for times in pages[kind].values() for t in times] for kind in ("times", "busy"))
    rows = [(page, query, times, pages["busy"][page, query]) for (page, query), times in pages["times"].items()]
    for page, query, times, used in [*rows, ("**all**", f"{len(every)} calls", every, busy)]:
        figures = " | ".join(f"{f(t):.1f}" for t in (times, used) for f in (median, max))
        lines.append(f"| {page} | {query} | {figures} |")
    return lines


def compared(size: Size, folder: Path, rounds: int, mode: str, title: str) -> list[str]:
    """A table of the seven questions, engine by engine, after their answers were found equal."""
    ours = _asked("this project", mode, folder, rounds)
    others: dict[str, dict[str, Any] | str] = {}
    for engine in OTHERS:
        others[engine] = why = _unable(engine, size)
        if not why:
            others[engine] = theirs = _asked(engine, mode, folder, rounds)
            for (name, number), answer in ours["answers"].items():
                assert questions.same(name, answer, theirs["answers"][name, number]), (engine, mode, name, number)
    known = {engine: found for engine, found in others.items() if isinstance(found, dict)}
    lines = ["", f"{size.name}, {title}: median ms (times this project's)", "",
             f"| question | this project | {' | '.join(OTHERS)} |", "|---|---|" + "---|" * len(OTHERS)]  # fmt: skip
    rows = {words: (name,) for name, words in PAGES.items()} | {"**together**": tuple(PAGES)}
    for words, asked in rows.items():
        own = sum(median(ours["times"][name]) for name in asked)
        cells = []
        for engine in OTHERS:
            time = sum(median(known[engine]["times"][name]) for name in asked) if engine in known else None
            cells.append(f"{time:.1f} ({time / own:.1f}×)" if time is not None else "–")
        lines.append(f"| {words} | {own:.1f} | {' | '.join(cells)} |")
    memory = [f"{known[e]['peak']} MB" if e in known else str(others[e]) for e in OTHERS]
    lines.append(f"| peak memory | {ours['peak']} MB | {' | '.join(memory)} |")
    loads = [f"{known[e]['load']:.1f} s" if e in known else "–" for e in OTHERS]
    lines.append(f"| loading before the first question | {ours['load']:.1f} s | {' | '.join(loads)} |")
    return lines


def _unable(engine: str, size: Size) -> str:
    """Why an engine is not asked; empty if it is."""
    if find_spec(engine) is None:
        return "not installed"
    needed = _BYTES_A_LEAF[engine] * size.leaves
    free = int(re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())[1]) * 1024  # type: ignore[index]
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if needed > total * 0.7:
        return f"does not hold it: about {needed / 2**30:.0f} of {total / 2**30:.0f} GiB"
    return f"not asked: {free / 2**30:.0f} GiB free" if needed > free else ""


def _asked(engine: str, mode: str, folder: Path, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "found"
        _child(["-m", "benchmarks.scale.child", engine, mode, str(folder), str(rounds), str(out)])
        found: dict[str, Any] = pickle.loads(out.read_bytes())  # noqa: S301 - written by the child of this run
        return found


def _asked_upload(folder: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "found"
        _child(["-m", "benchmarks.scale.upload", str(folder), str(out)])
        found: dict[str, float] = json.loads(out.read_text(encoding="utf-8"))
        return found


def _child(arguments: list[str]) -> None:
    subprocess.run([sys.executable, *arguments], check=True, cwd=Path(__file__).parent.parent)


def machine() -> str:
    """The machine without names: cores, memory, versions."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    versions = [f"{name} {_version(name)}" for name in ("duckdb", "pandas", "polars")]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {', '.join(versions)}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
