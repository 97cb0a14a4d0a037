"""Pages against a bare Streamlit page with one chart, in one run: script time, payload, click to painted chart.

    python benchmarks/pages.py

Needs Chromium. Ratios of medians are worth quoting, single times are not: the browser shares the machine.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from analytics import drilldown
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from data import datasets

ROOT = Path(__file__).parent.parent
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
RUNS = 7
BARE = """
import plotly.io
import streamlit as st
st.set_page_config(layout="wide")
turn = st.session_state.get("turn", 0)
st.title("bare")
def picked():
    st.session_state["turn"] = turn + 1
    st.query_params["turn"] = str(turn + 1)
figure = plotly.io.from_json(FIGURES[turn % 2])
st.plotly_chart(figure, key=f"chart-{turn}", on_select=picked, selection_mode="points")
st.subheader(f"turn {turn}")
"""
BAR = ".barlayer .point path"


def figures(place: str) -> list[str]:
    """The first two charts of 指标下钻, as the page draws them."""
    with datasets.build_samples(Path(place)).cursor() as cursor:
        paths = (DrillPath(), DrillPath("可持续发展"))
        views = [drilldown.view(drilldown.table(cursor, Filters(), path), Filters(), path) for path in paths]
    return [view.figure.to_json() for view in views if view.figure is not None]


@contextmanager
def served(script: Path, folder: Path) -> Iterator[str]:
    """A Streamlit script on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "JIXIAO_WAREHOUSE": str(folder)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).read()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
        run.terminate()


def painted(page: Page, address: str) -> float:
    """Seconds from going to an address to the first bar on the screen."""
    start = time.perf_counter()
    page.goto(address)
    page.locator(BAR).last.wait_for(state="attached")
    return time.perf_counter() - start


def clicked(page: Page) -> float:
    """Seconds from a click on a bar to a new chart with another address."""
    before = page.url
    old = page.locator(BAR).last.element_handle()
    box = page.locator(BAR).last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.wait_for_timeout(900)
    start = time.perf_counter()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(lambda url: url != before)
    page.wait_for_function("old => !old.isConnected", arg=old)
    page.locator(BAR).last.wait_for(state="attached")
    return time.perf_counter() - start


def measured(address: str, path: str, browser_path: str) -> tuple[float, float, int]:
    """Median seconds to paint and to answer a click, and bytes received over the socket for one page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        paints, clicks, received = [], [], 0
        for run in range(RUNS):
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            size: list[int] = []
            page.on("websocket", lambda ws, size=size: ws.on("framereceived", lambda f: size.append(len(f))))
            paints.append(painted(page, f"{address}{path}"))
            page.wait_for_timeout(800)
            received = max(received, sum(size))
            if run:
                clicks.append(clicked(page))
            page.close()
        browser.close()
    return statistics.median(paints[1:]), statistics.median(clicks), received


def main() -> None:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("Chromium is needed")
    with tempfile.TemporaryDirectory() as place:
        bare = Path(place) / "bare.py"
        bare.write_text(f"FIGURES = {figures(place)!r}\n{BARE}", encoding="utf-8")
        with served(bare, Path(place)) as address:
            base = measured(address, "", found)
        with served(ROOT / "app.py", Path(place) / "w") as address:
            measured(address, "drilldown", found)
            drill = measured(address, "drilldown", found)
            overview = measured(address, "", found)
    print(f"median of {RUNS - 1} runs         paint s   x bare   click s   x bare   received KB")
    for name, (paint, click, size) in (("bare", base), ("drilldown", drill), ("overview", overview)):
        print(f"{name:24s} {paint:9.2f} {paint / base[0]:8.2f} {click:9.2f} {click / base[1]:8.2f} {size / 1024:13.0f}")


if __name__ == "__main__":
    main()
