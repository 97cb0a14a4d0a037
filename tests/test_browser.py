"""Chromium drives the running app: what only a browser shows."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, quote, urlparse

import pytest
from playwright.sync_api import (
    Browser,
    Dialog,
    Error,
    Page,
    Request,
    TimeoutError,
    WebSocket,
    expect,
    sync_playwright,
)
from pptx import Presentation

from data.warehouse import Warehouse
from tests import formats
from tests.conftest import ROOT
from tests.reports import report

pytestmark = pytest.mark.browser
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WAIT = 30_000


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The app on a port of its own, with a warehouse of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    environment = {**os.environ, "JIXIAO_WAREHOUSE": str(folder)}
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet) as server:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).read()
                break
            except OSError:
                assert time.monotonic() < deadline, "the app did not start"
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/"
        server.terminate()


@pytest.fixture(scope="module")
def address(sample_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("browser")
    shutil.copytree(sample_warehouse.folder, place / "samples")
    with served(place) as found:
        yield found


@pytest.fixture(scope="module")
def written(sample_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app once more, for tests that write into its data sets."""
    place = tmp_path_factory.mktemp("written")
    shutil.copytree(sample_warehouse.folder, place / "samples")
    with served(place) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """One for all tests of a file: a new one starts a process and compiles Streamlit's program anew, which takes two
    thirds of what a page takes."""
    context = browser.new_context(locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """The window, empty and without memory, that fails the test if any request leaves the machine."""
    foreign: list[str] = []

    def seen(request: Request) -> None:
        if urlparse(request.url).hostname not in ("127.0.0.1", None, ""):
            foreign.append(request.url)

    window.set_viewport_size({"width": 1440, "height": 1000})
    window.emulate_media(color_scheme="light")
    window.on("request", seen)
    yield window
    window.evaluate("origin === 'null' || (localStorage.clear(), sessionStorage.clear())")
    window.context.clear_cookies()
    window.goto("about:blank")
    window.remove_listener("request", seen)
    assert foreign == []


def keep(page: Page, name: str) -> None:
    """A screenshot to look at, where ``JIXIAO_SCREENSHOTS`` names a folder."""
    folder = os.environ.get("JIXIAO_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def click_bar(page: Page, label: str) -> None:
    """Click the bar whose axis label starts with a text."""
    ticks = page.locator(".yaxislayer-above .ytick text")
    expect(ticks.filter(has_text=label).first).to_be_visible(timeout=WAIT)

    def spot() -> tuple[float, float] | None:
        labels = [t or "" for t in ticks.all_text_contents()]
        bar = next((i for i, t in enumerate(labels) if t.startswith(label)), None)
        box = page.locator(".barlayer .point path").nth(bar).bounding_box(timeout=2_000) if bar is not None else None
        return None if box is None else (box["x"] + min(30, box["width"] / 2), box["y"] + box["height"] / 2)

    click_until_answered(page, spot)


def click_row(page: Page, row: int) -> None:
    """Click the selection box of a table row."""

    def spot() -> tuple[float, float] | None:
        table = page.get_by_test_id("stDataFrame").first
        table.scroll_into_view_if_needed(timeout=2_000)
        box = table.bounding_box(timeout=2_000)
        return None if box is None else (box["x"] + 16, box["y"] + 35 * (row + 1) + 17)

    click_until_answered(page, spot)


def click_until_answered(page: Page, spot: Callable[[], tuple[float, float] | None]) -> None:
    """Click until the address changes and what was shown is gone: a chart just being drawn does not listen yet."""
    before = page.url
    shown = page.get_by_test_id("stDataFrame").first.element_handle(timeout=WAIT)
    for _ in range(8):
        at = None
        with contextlib.suppress(TimeoutError):
            at = spot()
        if at is not None:
            page.mouse.click(*at)
        with contextlib.suppress(TimeoutError):
            page.wait_for_url(lambda url: url != before, timeout=4_000)
            page.wait_for_function("shown => !shown.isConnected", arg=shown, timeout=WAIT)
            return
    raise AssertionError("no answer to a click")


def leave_for(page: Page, menu: str, heading: str) -> None:
    """Go to a page by the menu, again where a rerun that was under way brought the old page back."""
    for _ in range(4):
        page.get_by_role("link", name=menu).click()
        with contextlib.suppress(AssertionError):
            expect(page.get_by_role("heading", name=heading).first).to_be_visible(timeout=8_000)
            return
    raise AssertionError(f"{menu} did not open")


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", name=text).first).to_be_visible(timeout=WAIT)


def test_clicking_down_to_a_leaf_reading_its_place_and_coming_back_by_link_and_breadcrumb(
    page: Page, address: str
) -> None:
    page.goto(f"{address}drilldown")
    title(page, "6 个指标维度中 3 个有失分")
    keep(page, "1-dimension")
    click_bar(page, "过程")
    title(page, "过程")
    click_bar(page, "预算执行")
    title(page, "预算执行")
    keep(page, "2-level3")
    click_bar(page, "预算执行率")
    title(page, "3 个单位中 3 个有失分")
    keep(page, "3-units")
    click_bar(page, "南京市江宁区商务局")
    expect(page.locator(".st-key-leaf").get_by_text("南京市江宁区商务局_2024.txt 第24行")).to_be_visible(timeout=WAIT)
    expect(page.get_by_test_id("stCode").first).to_contain_text("85.00%")
    keep(page, "4-leaf")
    link = page.url
    assert parameters(page)["l3"] == ["预算执行率"]

    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".st-key-leaf").get_by_text("南京市江宁区商务局_2024.txt 第24行")).to_be_visible(timeout=WAIT)

    page.get_by_role("button", name="过程", exact=True).click()
    title(page, "过程")
    expect(page.get_by_test_id("stCode")).to_have_count(0, timeout=WAIT)
    assert set(parameters(page)) == {"d", "data"}
    page.get_by_role("button", name="全部指标维度").click()
    title(page, "6 个指标维度中 3 个有失分")
    assert parameters(page) == {"data": ["samples"]}


def test_the_table_is_a_second_way_down(page: Page, address: str) -> None:
    page.goto(f"{address}drilldown")
    title(page, "6 个指标维度中 3 个有失分")
    click_row(page, 4)
    title(page, "满意度")
    assert parameters(page)["d"] == ["满意度"]
    click_row(page, 0)
    page.wait_for_url("**l2=**", timeout=WAIT)


def test_filters_narrow_the_view_and_stay_in_the_link(page: Page, address: str) -> None:
    page.goto(f"{address}drilldown?region={quote('江苏省南京市')}&own_level=true")
    expect(page.get_by_text("共 1 个单位、39 项三级指标")).to_be_visible(timeout=WAIT)
    click_bar(page, "决策")
    expect(page.get_by_text("共 1 个单位、8 项三级指标")).to_be_visible(timeout=WAIT)
    assert parameters(page)["region"] == ["320100"]
    page.reload()
    expect(page.get_by_text("共 1 个单位、8 项三级指标")).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("unit", range(4))
def test_a_leaf_of_each_unit_is_reached(page: Page, address: str, unit: int) -> None:
    name = ("南京市数据局", "南京市江宁区商务局", "南京市江宁区中小商贸", "南京市江宁区投资促进中心")[unit]
    way = ("满意度", "满意度", "服务对象、管理对象") if unit == 0 else ("过程", "资产管理", "固定资产利用率")
    page.goto(f"{address}drilldown")
    for step in (*way, name):
        click_bar(page, step)
    expect(page.get_by_text("原文位置").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_test_id("stCode").first).to_contain_text(way[2][:6])
    keep(page, f"leaf-of-unit-{unit + 1}")


@pytest.mark.parametrize(("width", "scheme"), [(1920, "light"), (1280, "dark"), (390, "light")])
@pytest.mark.parametrize(
    ("where", "says", "drawn"),
    [
        ("", "4 份报告分布在 1 个分数段", ".barlayer .point path"),
        ("drilldown", "6 个指标维度中 3 个有失分", ".barlayer .point path"),
        ("department", "39 项三级指标中 4 项有失分", ".iciclelayer path"),
    ],
)
def test_pages_fit_wide_narrow_light_and_dark(
    page: Page, address: str, where: str, says: str, drawn: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{address}{where}")
    title(page, says)
    page.locator(drawn).first.wait_for(state="attached", timeout=WAIT)
    overflow = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    keep(page, f"{where or 'overview'}-{scheme}-{width}")
    assert overflow <= 0


def test_markup_in_a_link_is_shown_literally_and_runs_nothing(page: Page, address: str) -> None:
    dialogs: list[str] = []

    def asked(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", asked)
    page.goto(f"{address}drilldown?d={quote('<img src=x onerror=alert(1)> :red[x] $a$')}")
    expect(page.get_by_text("没有可显示的数据").first).to_be_visible(timeout=WAIT)
    assert page.locator("img[src='x']").count() == 0
    page.remove_listener("dialog", asked)
    assert dialogs == []


def test_from_the_start_page_to_the_original_line_in_four_clicks(page: Page, address: str) -> None:
    page.goto(address)
    title(page, "4 个单位 4 份报告")
    click_row(page, 3)
    title(page, "南京市江宁区商务局(本级) 2024")
    click_row(page, 0)
    expect(page.locator(".st-key-leaf").get_by_text("原文位置")).to_be_visible(timeout=WAIT)
    expect(page.get_by_test_id("stCode").first).to_contain_text("预算执行率")


def test_a_lost_dimension_on_the_overview_opens_the_drill_down(page: Page, address: str) -> None:
    page.goto(address)
    title(page, "失分 11.88 分")
    bar = page.locator(".barlayer").nth(1).locator(".point path").last

    def spot() -> tuple[float, float] | None:
        box = bar.bounding_box(timeout=2_000)
        return None if box is None else (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    click_until_answered(page, spot)
    page.wait_for_url("**/drilldown?d=**", timeout=WAIT)
    title(page, "过程")


def test_filters_stay_when_the_page_is_switched(page: Page, address: str) -> None:
    page.goto(f"{address}drilldown?region={quote('江苏省南京市江宁区')}")
    expect(page.get_by_text("共 3 个单位、121 项三级指标")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="总览").click()
    title(page, "3 个单位 3 份报告")
    page.wait_for_url("**region=320115**", timeout=WAIT)
    page.get_by_role("link", name="指标下钻").click()
    expect(page.get_by_text("共 3 个单位、121 项三级指标")).to_be_visible(timeout=WAIT)
    page.wait_for_url("**/drilldown?**region=320115**", timeout=WAIT)


def test_a_unit_is_found_by_part_of_its_name(page: Page, address: str) -> None:
    page.goto(f"{address}drilldown")
    search = page.get_by_role("combobox", name="单位").last
    search.click()
    search.fill("投资促进")
    page.get_by_role("option", name="投资促进中心").first.click()
    expect(page.get_by_text("共 1 个单位、37 项三级指标")).to_be_visible(timeout=WAIT)


def test_a_page_is_exported_as_slides_that_open(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(address)
    title(page, "4 个单位 4 份报告")
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="导出本页").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    deck = Presentation(str(file))
    assert len(deck.slides) == 3
    assert sum(shape.has_chart for slide in deck.slides for shape in slide.shapes) == 2
    assert file.name.startswith("全部年度_全部区划_总览_v000001")


def test_a_link_into_a_server_just_started_opens_its_page_and_nothing_else(page: Page, tmp_path: Path) -> None:
    with served(tmp_path / "w") as fresh:
        page.goto(f"{fresh}drilldown?d={quote('过程')}")
        title(page, "过程：")
        expect(page.get_by_text("Page not found")).to_have_count(0)
        click_bar(page, "预算执行")


def test_the_start_page_is_found_by_its_name_too(page: Page, address: str) -> None:
    page.goto(f"{address}overview?year=2024")
    expect(page.get_by_role("heading", name="总览")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    assert parameters(page)["year"] == ["2024"]


def test_what_a_link_names_in_vain_is_said(page: Page, address: str) -> None:
    page.goto(f"{address}drilldown?year=2024&year=1999&region=320115")
    expect(page.get_by_text("链接中的 年度 1999 不在当前数据内")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("共 3 个单位、121 项三级指标")).to_be_visible(timeout=WAIT)
    assert parameters(page)["year"] == ["2024"]


def test_an_address_without_a_page_says_so_in_chinese_and_leads_on(page: Page, address: str) -> None:
    for where in ("nothing-here", "没有"):
        page.goto(f"{address}{where}")
        expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="打开总览").click()
    expect(page.get_by_role("heading", name="总览")).to_be_visible(timeout=WAIT)


def test_the_way_back_of_the_browser_takes_the_filters_along(page: Page, address: str) -> None:
    page.goto(f"{address}drilldown?region=320115&year=2024")
    expect(page.get_by_text("共 3 个单位、121 项三级指标")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Remove 江苏省南京市江宁区").click()
    expect(page.get_by_text("共 4 个单位、160 项三级指标")).to_be_visible(timeout=WAIT)
    page.wait_for_timeout(1_200)
    page.go_back()
    expect(page.get_by_text("共 3 个单位、121 项三级指标")).to_be_visible(timeout=WAIT)
    assert parameters(page)["region"] == ["320115"]
    page.wait_for_timeout(1_200)
    page.go_forward()
    expect(page.get_by_text("共 4 个单位、160 项三级指标")).to_be_visible(timeout=WAIT)
    assert "region" not in parameters(page)


def test_a_score_band_lists_its_units_and_stays_in_the_link(page: Page, address: str) -> None:
    page.goto(f"{address}?band={quote('95–98')}")
    title(page, "分数段 95–98：4 个单位 4 份报告")
    page.get_by_role("button", name="显示全部单位").click()
    title(page, "4 个单位 4 份报告，1 份的报告总计与可比得分不同")
    assert "band" not in parameters(page)


@pytest.mark.parametrize("where", ["", "drilldown", "department"])
def test_a_page_sends_less_than_a_megabyte(page: Page, address: str, where: str) -> None:
    """What the server sends of its own: Streamlit's program files, the same for every page and cached, do not count."""
    sent: list[int] = []

    def heard(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: sent.append(len(frame)))

    page.on("websocket", heard)
    page.goto(f"{address}{where}")
    page.locator(".barlayer .point path, .iciclelayer path").first.wait_for(state="attached", timeout=WAIT)
    page.get_by_role("button", name="导出本页").wait_for(timeout=WAIT)
    page.remove_listener("websocket", heard)
    assert 1_000 < sum(sent) < 1_000_000


def test_files_dropped_on_the_page_are_read_and_their_outcome_is_listed(
    page: Page, written: str, tmp_path: Path
) -> None:
    good, bad = tmp_path / "报告.xlsx", tmp_path / "坏.xlsx"
    good.write_bytes(formats.xlsx(formats.sheet_of(report())))
    bad.write_bytes(b"PK\x03\x04broken")
    page.goto(written)
    title(page, "4 个单位 4 份报告")
    page.get_by_text("去数据入库").click()
    title(page, "数据入库")
    page.locator("input[type=file]").set_input_files([str(good), str(bad)])
    expect(page.get_by_text("报告.xlsx")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="读取").click()
    leave_for(page, "总览", "4 个单位 4 份报告")
    page.get_by_text("去数据入库").click()
    title(page, "预览（尚未发布）：共 2 个文件：可入库 1 份，退回 1 份；读出报告 1 份")
    keep(page, "preview")
    page.get_by_role("button", name="发布").click()
    title(page, "数据版本：1 个")
    title(page, "共 2 个文件：已入库 1 份，退回 1 份；读出报告 1 份")
    keep(page, "ingest")
    page.get_by_role("link", name="总览").click()
    expect(page.get_by_text("1 个单位报送 1 份自评价报告")).to_be_visible(timeout=WAIT)


def test_a_measured_leaf_shows_its_working_and_its_line_and_a_decision_outlives_a_reload(
    page: Page, written: str
) -> None:
    page.goto(f"{written}checks?data=samples&unit={quote('南京市江宁区投资促进中心')}")
    expect(page.get_by_text("自评偏高合计 0.03 分，偏低合计 0.98 分").first).to_be_visible(timeout=WAIT)
    keep(page, "checks")
    click_row(page, 0)
    panel = page.locator(".st-key-finding")
    expect(panel.get_by_text("测算过程")).to_be_visible(timeout=WAIT)
    panel.get_by_label("姓名").fill("张三")
    panel.get_by_label("理由").fill("请补充依据")
    panel.get_by_role("button", name="记录处理").click()
    expect(panel.get_by_text("张三：已退回。请补充依据")).to_be_visible(timeout=WAIT)
    page.reload()
    expect(panel.get_by_text("张三：已退回。请补充依据")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="查看该三级指标").click()
    leaf = page.locator(".st-key-leaf")
    expect(leaf.get_by_text("1 × (1 − 2.0%) = 0.98；按整百分点计为 1.00").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_test_id("stCode").first).to_contain_text("0.40%")
    keep(page, "checks-leaf")


def test_views_of_two_pages_are_collected_put_in_order_retitled_and_made_into_a_file(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address)
    for name, view, count in (("总览", "分布在 1 个分数段", 1), ("指标下钻", "6 个指标维度", 2)):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=WAIT)
        page.get_by_role("button", name="加入汇报").click()
        page.get_by_role("menuitem").filter(has_text=view).or_(page.get_by_role("option").filter(has_text=view)).click()
        expect(page.get_by_role("button", name=f"加入汇报（{count}）")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="汇报", exact=True).click()
    expect(page.get_by_label("第 2 项 指标下钻")).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="上移").last.click()
    expect(page.get_by_label("第 1 项 指标下钻")).to_be_visible(timeout=WAIT)
    page.get_by_label("第 1 项 指标下钻").fill("各维度得分率")
    page.get_by_label("第 1 项 指标下钻").press("Enter")
    keep(page, "deck")
    page.get_by_role("button", name="生成文件").click()
    with page.expect_download(timeout=2 * WAIT) as download:
        page.get_by_role("button", name="下载").click(timeout=2 * WAIT)
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(file)).slides if slide.shapes.title]
    assert titles[1:3] == ["各维度得分率", "4 份报告分布在 1 个分数段"]
    assert file.name == "全部年度_全部区划_绩效自评情况汇报_v000001.pptx"


def first_row_of(page: Page, table: str) -> Callable[[], tuple[float, float] | None]:
    """Where the first row of a table is selected, while it stays on the page."""

    def spot() -> tuple[float, float] | None:
        found = page.locator(f"{table} [data-testid=stDataFrame]").last
        with contextlib.suppress(Error):
            found.scroll_into_view_if_needed(timeout=2_000)
            box = found.bounding_box(timeout=2_000)
            return None if box is None else (box["x"] + 16, box["y"] + 52)
        return None

    return spot


def test_every_number_of_a_card_is_followed_to_its_leaf_and_place(page: Page, address: str) -> None:
    page.goto(f"{address}inflation?part={quote('已核实差异')}")
    title(page, "自评偏低线索：2 份报告")
    click_until_answered(page, first_row_of(page, ""))
    title(page, "9 类证据可用")
    title(page, "自评偏低 0.98 分，由")
    keep(page, "card")
    buttons, leaf = page.locator(".st-key-traces button"), page.locator(".st-key-leaf")
    expect(buttons).to_have_count(12, timeout=WAIT)
    followed = 0
    for name in buttons.all_text_contents():
        expect(buttons).to_have_count(12, timeout=WAIT)
        buttons.get_by_text(name, exact=True).click()
        heading = page.locator(".st-key-traced").get_by_role("heading")
        expect(heading).to_have_text(re.compile(f"^{re.escape(name.removesuffix('（分）'))}(：| \\d)"), timeout=WAIT)
        expect(leaf).to_have_count(0, timeout=WAIT)
        if re.search("：0 项|没有涉及", heading.inner_text()):
            continue
        click_until_answered(page, first_row_of(page, ".st-key-traced"))
        expect(leaf.get_by_text("原文位置")).to_be_visible(timeout=WAIT)
        expect(leaf.get_by_text(re.compile(r"_2024\.txt 第\d+行"))).to_be_visible(timeout=WAIT)
        expect(leaf.get_by_test_id("stCode").first).to_contain_text(re.compile(r"\d"))
        followed += 1
    assert followed >= 5
