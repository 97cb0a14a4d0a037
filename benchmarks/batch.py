"""A batch through the child processes: documents a second, memory over time, and the share of the reader in it.

    python benchmarks/batch.py [REPORTS]            xlsx reports of 47 leaves
    python benchmarks/batch.py --mixed [FILES]      a quarter each of xlsx, docx, PDF of 4 pages, text (default 3,600)

Processor seconds are those of the parent and of all children: on a shared machine they are worth more than the clock.
The reader's share is what ``readers.read`` alone takes, in one process, beside parsing. Few PDFs are printed (it takes
Chromium), the others are copies of them with other bytes at their end: each is read, a copy is no report of its own.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from data import readers, vocabulary
from data.batch.ingest import ingest
from data.door.intake import receive
from data.parse import parse
from data.warehouse import Warehouse
from tests import formats
from tests.formats import Sheet

SAMPLE = formats.SAMPLES / "南京市江宁区商务局_2024.txt"
ALONE = 20
PRINTED = 10
FOUR_PAGES = formats.PRINT_STYLE.replace("8pt", "11pt")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def named(sheet: Sheet, number: int) -> Sheet:
    """The sheet as another unit's."""
    lines = tuple(f"填报单位:南京市玄武区示例{number:04}局" if "填报单位" in line else line for line in sheet.before)
    return replace(sheet, before=lines)


def plain_text(sheet: Sheet) -> bytes:
    lines = [*sheet.before, *("\t".join(row) for row in (sheet.head, *sheet.rows)), *sheet.after]
    return "\n".join(lines).encode()


def pdfs(sheet: Sheet) -> list[bytes]:
    """The reports of some units as PDF, printed by one Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        found = []
        for number in range(PRINTED):
            page.set_content(formats.html(named(sheet, 9_000 + number), style=FOUR_PAGES))
            found.append(page.pdf(prefer_css_page_size=True))
        browser.close()
    return found


def write(folder: Path, sheet: Sheet, count: int, mixed: bool) -> None:
    printed = pdfs(sheet) if mixed else []
    for n in range(count):
        one = named(sheet, n)
        match n % 4 if mixed else 0:
            case 0:
                (folder / f"{n:04}.xlsx").write_bytes(formats.xlsx(one))
            case 1:
                (folder / f"{n:04}.docx").write_bytes(formats.docx_bytes(one))
            case 2:
                (folder / f"{n:04}.pdf").write_bytes(printed[n // 4 % PRINTED] + b"%%%d\n" % n)
            case _:
                (folder / f"{n:04}.txt").write_bytes(plain_text(one))


def children() -> list[int]:
    return [int(pid) for file in Path("/proc/self/task").glob("*/children") for pid in file.read_text().split()]


def megabytes(pid: int | str) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6
    except OSError:
        return 0.0


def seconds(pid: int) -> float:
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / TICKS
    except OSError:
        return 0.0


def alone(content: bytes) -> tuple[float, float]:
    """Processor milliseconds of the reader and of parsing for one document."""
    words = vocabulary.load()
    reading = parsing = 0.0
    for _ in range(ALONE):
        start = time.process_time()
        grids = readers.read(receive(content, "x"))
        middle = time.process_time()
        parse(grids, words)
        reading += middle - start
        parsing += time.process_time() - middle
    return reading / ALONE * 1e3, parsing / ALONE * 1e3


def main() -> None:
    mixed = "--mixed" in sys.argv
    numbers = [int(x) for x in sys.argv[1:] if x.isdigit()]
    count = numbers[0] if numbers else 3_600 if mixed else 300
    sheet = formats.sheet_of(SAMPLE.read_text(encoding="utf-8"))
    spent: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "in"
        folder.mkdir()
        write(folder, sheet, count, mixed)
        for file in sorted(folder.iterdir())[: 4 if mixed else 1]:
            reader, parser = alone(file.read_bytes())
            print(f"{file.suffix[1:]:5s} alone: reader {reader:6.0f} ms, parsing {parser:4.0f} ms of processor time")
        every = max(1, count // 10)

        def told(number: int, of: int, _: str) -> None:
            for pid in children():
                spent[pid] = seconds(pid)
            if number % every == 0 or number == of:
                sizes = " ".join(f"{megabytes(pid):.0f}" for pid in children())
                print(f"{number:6d}/{of}  parent {megabytes('self'):.0f} MB, children {sizes} MB", flush=True)

        start, own = time.perf_counter(), time.process_time()
        result = ingest(Warehouse(Path(place) / "w"), [folder], progress=told)
        took, own = time.perf_counter() - start, time.process_time() - own
        for pid in children():
            spent[pid] = seconds(pid)
        print(f"published: parent {megabytes('self'):.0f} MB")
    cpu = own + sum(spent.values())
    outcomes = ", ".join(f"{name} {n}" for name, n in Counter(d.outcome for d in result.documents).items())
    print(f"{count} documents ({outcomes}), {len(result.reports)} reports")
    print(f"{took:.1f} s by the clock: {count / took:.1f} documents a second")
    print(f"{cpu:.1f} processor seconds ({own:.1f} of the parent): {2 * count / cpu:.1f} a second on two free cores")


if __name__ == "__main__":
    main()
