"""Where the numbers of a file come from, as every slide, sheet and letter says it."""

from __future__ import annotations

from dataclasses import dataclass

SIMULATED = "模拟数据"


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says about where its numbers come from; ``years`` and ``regions`` as the reader sees them."""

    dataset: str
    """公开示例, 本单位数据 or 模拟数据; the last is marked on every slide and sheet."""
    version: str
    years: str
    regions: str
    date: str
    """制表日期 as an ISO date."""
