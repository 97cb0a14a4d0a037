"""Chromium drives 总览, 得分分布 and 预算执行 over a simulated city: filters, tabs, clicks through, links that restore."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from data.warehouse import Warehouse
from tests.test_browser import WAIT, browser, click_row, keep, page, parameters, served, title, window

__all__ = ["browser", "page", "window"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(simulated_warehouse: Warehouse) -> Iterator[str]:
    with served(simulated_warehouse.folder.parent) as found:
        yield found


def choose(page: Page, name: str, option: str) -> None:
    """Pick a value of a filter in the sidebar."""
    box = page.get_by_role("combobox", name=name).last
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")


def open_row(page: Page, row: int, heading: str) -> None:
    """Click a row until its page opens: a page that was just restored may still be writing its link."""
    for _ in range(4):
        with contextlib.suppress(AssertionError, Error):
            click_row(page, row)
            expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible(timeout=8_000)
            return
    raise AssertionError(f"{heading} did not open")


def test_scores_are_filtered_grouped_and_followed_into_the_drill_down(page: Page, address: str) -> None:
    page.goto(f"{address}distribution?data=simulated")
    title(page, "3 个区划的平均得分率由")
    choose(page, "年度", "2022")
    choose(page, "区划", "模拟市模拟二区")
    title(page, "模拟市模拟二区：平均得分率")
    page.get_by_role("radio", name="指标维度").click()
    title(page, "5 个指标维度的平均得分率由")
    keep(page, "distribution-dimension")
    open_row(page, 1, "指标下钻")
    title(page, "过程：")
    found = parameters(page)
    assert (found["d"], found["year"], found["region"]) == (["过程"], ["2022"], ["990102"])


def test_the_city_s_own_level_opens_as_what_its_bar_counts(page: Page, address: str) -> None:
    page.goto(f"{address}distribution?data=simulated&year=2022")
    title(page, "3 个区划的平均得分率由")
    open_row(page, 0, "指标下钻")
    page.wait_for_url("**own_level=true**", timeout=WAIT)
    assert parameters(page)["region"] == ["990100"]
    expect(page.get_by_text("共 32 个单位").first).to_be_visible(timeout=WAIT)


def test_tabs_and_groups_stand_in_the_link_and_years_are_compared_like_for_like(page: Page, address: str) -> None:
    page.goto(f"{address}distribution?data=simulated")
    page.get_by_role("radio", name="年度").click()
    title(page, "全部指标：2022 年")
    expect(page.get_by_text("2021 年折线断开").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("同口径（").first).to_be_visible(timeout=WAIT)
    page.get_by_role("tab", name="分析视图").click()
    title(page, "3 个年度的得分率中位数")
    keep(page, "distribution-boxes")
    link = page.url
    assert parameters(page)["tab"] == ["分析视图"]
    page.goto("about:blank")
    page.goto(link)
    title(page, "3 个年度的得分率中位数")
    for tab, says in (
        ("单位位置", "个维度中"),
        ("主管部门汇总", "主管部门汇总："),
        ("无区分度指标", "无区分度指标清单："),
        ("同条线对比", "项得分率不同"),
        ("维度对照表", "维度对照表："),
    ):
        page.get_by_role("tab", name=tab).click()
        title(page, says)


def test_cells_and_steps_and_rows_open_what_they_count(page: Page, address: str) -> None:
    page.goto(f"{address}distribution?data=simulated&year=2022&tab={quote('分析视图')}")
    title(page, "3 个区划 × 5 个维度的得分率")
    heat, curve = (page.locator(".js-plotly-plot").filter(has=page.locator(kind)) for kind in (".hm", ".js-line"))
    click_inside(page, curve.locator(".point").nth(3), 0.5, 0.5)
    title(page, "份报告的得分率不高于 ")
    expect(page.get_by_role("button", name="收起报告")).to_be_visible(timeout=WAIT)
    keep(page, "distribution-upto")
    click_inside(page, heat.locator(".nsewdrag").first, 0.3, 0.1)
    title(page, "决策：")
    page.wait_for_url("**d=*", timeout=WAIT)
    found = parameters(page)
    assert (found["d"], found["year"], found["region"], found["own_level"]) == (
        ["决策"],
        ["2022"],
        ["990100"],
        ["true"],
    )
    page.goto(f"{address}distribution?data=simulated&region=990101&tab={quote('无区分度指标')}")
    title(page, "无区分度指标清单：")
    open_row(page, 0, "指标下钻")
    found = parameters(page)
    assert found["region"] == ["990101"] and found["year"] == ["2022"] and {"d", "l2", "l3"} <= set(found)
    title(page, f"{found['l3'][0]}：")


def click_inside(page: Page, area: Locator, across: float, down: float) -> None:
    """Click a spot of an area, given as parts of its width and height, until the address changes."""
    before = page.url
    for _ in range(8):
        with contextlib.suppress(Error):
            area.scroll_into_view_if_needed(timeout=2_000)
            box = area.bounding_box(timeout=2_000)
            if box is not None:
                page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
            page.wait_for_url(lambda url: url != before, timeout=4_000)
            return
    raise AssertionError("no answer to a click")


def test_the_basis_of_execution_is_switched_explained_and_kept(page: Page, address: str) -> None:
    page.goto(f"{address}execution?data=simulated")
    title(page, "（调整预算口径）")
    page.get_by_role("radio", name="年初预算口径").click()
    title(page, "（年初预算口径）")
    page.get_by_test_id("stPopover").get_by_role("button").click()
    expect(page.get_by_text("年初预算口径：全年执行数 ÷ 年初预算数；各报告").first).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("数据版本 v000001").last).to_be_visible(timeout=WAIT)
    keep(page, "execution-explained")
    page.keyboard.press("Escape")
    page.reload()
    title(page, "（年初预算口径）")
    open_row(page, 0, "部门画像")
    assert parameters(page)["y"] == ["2022"]


def test_a_figure_opens_the_page_it_stands_on_with_the_filters(page: Page, address: str) -> None:
    page.goto(f"{address}?data=simulated&region={quote('模拟市模拟一区')}")
    title(page, "份报告分布在")
    page.get_by_test_id("stMain").get_by_role("button", name="维度对照表").click()
    title(page, "维度对照表：")
    page.get_by_test_id("stSidebarNav").get_by_text("总览", exact=True).click()
    title(page, "份报告分布在")
    page.get_by_test_id("stMain").get_by_role("button", name="规则复算与勾稽").click()
    expect(page.get_by_role("heading", name="规则复算与勾稽", exact=True)).to_be_visible(timeout=WAIT)
    page.wait_for_url("**year=2022**", timeout=WAIT)
    assert parameters(page)["region"] == ["990101"]
