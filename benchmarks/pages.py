"""Pages against a bare Streamlit page with one chart, turn by turn in one run: time to paint, to answer a click, bytes.

    python benchmarks/pages.py [--rounds N]

All draw the same charts and are clicked at the same places: a click on the last bar of the chart, until the bars of the
next chart are on the screen, timed inside the browser. ``bare`` has Streamlit's own settings, ``alike`` is the same
page with the project's (no collection of garbage after a run). Needs Chromium. The browser shares the machine with
whatever else runs: ratios are worth quoting, those of the minima most; single times are not. Script time is the whole
run of a page with warm caches, as Streamlit's own test runner takes it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.testing.v1 import AppTest

from analytics import drilldown
from analytics.drilldown import DrillPath
from analytics.filters import Filters
from data import datasets

ROOT = Path(__file__).parent.parent
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
STEPS = 3
BARE = """
import plotly.io
import streamlit as st
st.set_page_config(layout="wide")
turn = st.session_state.get("turn", 0)
st.title("bare")
def picked():
    st.session_state["turn"] = turn + 1
    st.query_params["turn"] = str(turn + 1)
figure = plotly.io.from_json(FIGURES[turn % len(FIGURES)])
st.plotly_chart(figure, key=f"chart-{turn}", on_select=picked, selection_mode="points")
st.subheader(f"turn {turn}")
"""
BAR = ".barlayer .point path"
WATCH = """() => {
    const labels = () => [...document.querySelectorAll('.ytick text')].map(t => t.textContent).join();
    window.painted = new Promise(done => window.addEventListener('mousedown', () => {
        const start = performance.now(), old = labels();
        const look = () => {
            const drawn = document.querySelector('.barlayer .point path') && labels();
            requestAnimationFrame(drawn && drawn !== old ? () => done((performance.now() - start) / 1000) : look);
        };
        requestAnimationFrame(look);
    }, {capture: true, once: true}));
}"""
"""Seconds from the next press of the mouse to the frame after the one in which another chart has its bars."""


def figures(place: str) -> list[str]:
    """The charts of 指标下钻 down the last bar of each, as the page draws them."""
    found, path = [], DrillPath()
    with datasets.build_samples(Path(place)).cursor() as cursor:
        for _ in range(STEPS + 1):
            table = drilldown.table(cursor, Filters(), path)
            figure = drilldown.view(table, Filters(), path).figure
            assert figure is not None
            found.append(str(figure.to_json()))
            path = path.down(str(table["item"].iloc[-1]))
    return found


@contextmanager
def served(script: Path, folder: Path, settings: Path = ROOT) -> Iterator[str]:
    """A Streamlit script on a free port of this machine; ``settings``: the folder whose ``.streamlit`` holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    environment = {**os.environ, "JIXIAO_WAREHOUSE": str(folder)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=settings, env=environment, stdout=quiet, stderr=quiet) as run:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).read()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
        run.terminate()


def opened(browser: Browser, address: str) -> tuple[Page, float, int]:
    """A page in a browser that knows nothing yet, seconds until its first bars, bytes it received of the server."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    sizes: list[int] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: sizes.append(len(frame))))
    start = time.perf_counter()
    page.goto(address)
    page.locator(BAR).last.wait_for(state="attached")
    seconds = time.perf_counter() - start
    page.wait_for_timeout(1500)
    return page, seconds, sum(sizes)


def clicked(page: Page) -> float:
    """Seconds from a click on the last bar to the next chart on the screen."""
    box = page.locator(BAR).last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.wait_for_timeout(700)
    page.evaluate(WATCH)
    page.mouse.down()
    page.mouse.up()
    seconds = float(page.evaluate("window.painted"))
    page.wait_for_timeout(500)
    return seconds


def clicks(browser: Browser, addresses: dict[str, str], rounds: int) -> dict[str, list[list[float]]]:
    """Seconds of each click down from the start, by page, the pages taking turns; the first round is not counted."""
    times: dict[str, list[list[float]]] = {name: [[] for _ in range(STEPS)] for name in addresses}
    for turn in range(rounds + 1):
        for name, address in addresses.items():
            page, _, _ = opened(browser, address)
            for step in range(STEPS):
                seconds = clicked(page)
                if turn:
                    times[name][step].append(seconds)
            page.close()
    return times


def paints(browser: Browser, addresses: dict[str, str], rounds: int) -> dict[str, list[tuple[float, int]]]:
    """Seconds to the first bars and bytes received, by page, the pages taking turns; the first round is not counted."""
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in addresses}
    for turn in range(rounds + 1):
        for name, address in addresses.items():
            page, seconds, received = opened(browser, address)
            page.close()
            if turn:
                found[name].append((seconds, received))
    return found


def script_times(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of a whole run of each page with warm caches."""
    os.environ["JIXIAO_WAREHOUSE"] = str(folder)
    sys.path[0] = str(ROOT)  # this file bears the name of the package of the pages
    found: dict[str, list[float]] = {}
    for page in ("overview", "drilldown", "department"):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        app.switch_page(f"pages/explore/{page}.py").run()
        found[page] = []
        for _ in range(rounds):
            start = time.perf_counter()
            app.run()
            found[page].append(time.perf_counter() - start)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=6)
    rounds = parser.parse_args().rounds
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        script = place / "bare.py"
        script.write_text(f"FIGURES = {figures(str(place / 'samples'))!r}\n{BARE}", encoding="utf-8")
        bare = stack.enter_context(served(script, place, place))
        alike = stack.enter_context(served(script, place))
        app = stack.enter_context(served(ROOT / "app.py", place / "w"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        painted = paints(browser, {"bare": bare, "overview": app, "drilldown": f"{app}drilldown"}, rounds)
        answered = clicks(browser, {"bare": bare, "alike": alike, "drilldown": f"{app}drilldown"}, rounds)
        browser.close()
        scripts = script_times(place / "w", 2 * rounds)

    print(f"{rounds} rounds          median     min   x bare: median     min")
    first = [seconds for seconds, _ in painted["bare"]]
    for name, runs in painted.items():
        seconds = [s for s, _ in runs]
        ratios = f"{median(seconds) / median(first):8.2f}{min(seconds) / min(first):8.2f}"
        received = max(size for _, size in runs) / 1024
        print(f"paint {name:12s}{median(seconds):8.2f}{min(seconds):8.2f} s     {ratios}   {received:.0f} KB received")
    for step in range(STEPS):
        for name, by_step in answered.items():
            own, other = by_step[step], answered["bare"][step]
            ratios = f"{median(own) / median(other):8.2f}{min(own) / min(other):8.2f}"
            print(f"click {step + 1} {name:10s}{median(own):8.3f}{min(own):8.3f} s     {ratios}")
    medians, minima = ({name: sum(map(of, by_step)) for name, by_step in answered.items()} for of in (median, min))
    for name in ("bare", "alike"):
        ratios = f"{medians['drilldown'] / medians[name]:8.2f}{minima['drilldown'] / minima[name]:8.2f}"
        print(f"all clicks x {name:26s}{ratios}")
    for name, seconds in scripts.items():
        print(f"script {name:11s}{median(seconds) * 1000:8.0f}{min(seconds) * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
