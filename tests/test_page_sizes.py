"""What each page of a simulated city sends: no chart above 300 KB, no page above 1 MB, an alternative text for every chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from data.warehouse import Warehouse
from tests.conftest import ROOT
from tests.opened import opened

TABS = ("分布", "分析视图", "单位位置", "主管部门汇总", "无区分度指标", "同条线对比", "维度对照表")
PAGES = [
    *(
        ("distribution", {"tab": tab, "by": by})
        for tab, by in zip(TABS, ["年度", "主管部门", *["区划"] * 5], strict=True)
    ),
    *((page, {}) for page in ("overview", "drilldown", "department", "execution", "checks", "inflation")),
]


def sent(block: Any) -> Iterator[Any]:
    """Every element that a page sends, as the message it is sent as."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from sent(child)
        elif child.proto is not None:
            yield child.proto


@pytest.mark.parametrize(("page", "parameters"), PAGES, ids=["-".join([p, *d.values()]) for p, d in PAGES])
def test_a_page_of_a_city_is_small(
    simulated_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, page: str, parameters: dict[str, str]
) -> None:
    monkeypatch.setenv("JIXIAO_WAREHOUSE", str(simulated_warehouse.folder.parent))
    monkeypatch.chdir(ROOT)
    app = opened(page, data="simulated", **parameters)
    assert not app.exception and not app.error
    elements = [*sent(app.main), *sent(app.sidebar)]
    charts = [e for e in elements if e.DESCRIPTOR.name == "PlotlyChart"]
    assert sum(e.ByteSize() for e in elements) < 1_000_000
    assert all(chart.ByteSize() < 300_000 and len(chart.alt) > 5 for chart in charts)
    if page != "distribution" or parameters["tab"] in TABS[:3]:
        assert charts
