"""Interchange tables made for tests and benchmarks: a million leaves in seconds, the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from data.interchange.write import TableWriter
from data.vocabulary import load

LEAVES = 40
_AT_ONCE = 2_000
_LABELS = (("决策", "决策立项"), ("过程", "预算执行"), ("产出", "产出数量"), ("效益", "社会效益"))


def leaf_table(
    file: Path, reports: int, seed: int = 0, dataset: str = "own", totals: bool = True, different: bool = False
) -> int:
    """Reports of 40 leaves of 2.5 points each, as Parquet; the number of leaves.

    Every unit is of a real region, every score at most its weight, and the total (``totals``) is the sum of its scores.
    ``different``: nearly every 完成值 is another amount of money, and every 年度指标值 another percentage.
    """
    rng = np.random.default_rng(seed)
    regions = [r for r in load().regions if r.level == "县级" and not r.region_code.startswith("99")]
    labels = [_LABELS[i * len(_LABELS) // LEAVES] for i in range(LEAVES)]
    names = [f"第{i + 1}项工作完成率" for i in range(LEAVES)]
    rules = [f"完成率达到{90 - i % 5}%得满分，每低1个百分点扣{1 + i % 3}%的权重分，扣完为止。" for i in range(LEAVES)]
    with TableWriter(file, "leaf_score", dataset) as writer:
        for start in range(0, reports, _AT_ONCE):
            n = min(_AT_ONCE, reports - start)
            numbers = np.repeat(np.arange(start, start + n), LEAVES)
            rate = rng.integers(6_000, 10_001, n * LEAVES)
            score = np.round(2.5 * np.minimum(1, rate / 9_000), 2)
            region = pa.array([r.region_code for r in regions])
            which = pa.array(numbers % len(regions))
            units = pa.array(
                [
                    f"{regions[i % len(regions)].full_name}第{i // len(regions) + 1:03}局"
                    for i in range(start, start + n)
                ]
            )
            own = pa.array(np.repeat(np.arange(n), LEAVES))
            sums = np.repeat(np.round(score.reshape(n, LEAVES).sum(axis=1), 2), LEAVES)
            leaf = pa.array(np.tile(np.arange(LEAVES), n))
            writer.write(
                {
                    "fiscal_year": np.full(n * LEAVES, 2024),
                    "region_code": region.take(which),
                    "unit": units.take(own),
                    "stated_total": _decimals(sums, 12) if totals else pa.nulls(n * LEAVES, pa.decimal128(12, 6)),
                    "ordinal": np.tile(np.arange(1, LEAVES + 1), n),
                    "level1": pa.array([one for one, _ in labels]).take(leaf),
                    "level2": pa.array([two for _, two in labels]).take(leaf),
                    "level3": pa.array(names).take(leaf),
                    "weight": _decimals(np.full(n * LEAVES, 2.5), 12),
                    "score": _decimals(score, 12),
                    "value_text": pa.array(np.char.mod("%.2f%%", rate / 100)),
                    "rule_text": pa.array(rules).take(leaf),
                }
                | (_different(rng, n * LEAVES) if different else {})
            )
        return writer.rows


def _different(rng: np.random.Generator, rows: int) -> dict[str, pa.Array]:
    return {
        "value_text": pa.array(np.char.mod("%.2f万元", rng.random(rows) * 1e6)),
        "target_text": pa.array(np.char.mod("≥%.4f%%", rng.random(rows) * 100)),
    }


def _decimals(values: np.ndarray, digits: int) -> pa.Array:
    return pa.array(values).cast(pa.decimal128(digits, 6))
