"""Every signal as a row: value, unit, observations used and status (ok, too_few, not_available)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.inflation.signals import COMMON_LEAVES, SHARED_LEAVES, TARGETS, WINDOW_REPORTS


@dataclass(frozen=True, slots=True)
class Signal:
    """``statistic``: its column in ``Assessment.values`` and ``n``, and ``by_<statistic>`` in ``leaves`` for what makes
    it; ``least``: fewest observations that tell something."""

    code: str
    statistic: str
    name: str
    unit: str
    least: int = 1


SIGNALS = (
    Signal("S1", "rule", "得分高于按规则测算", "分"),
    Signal("S2", "breaches", "得分高于规则的指标", "项"),
    Signal("S4", "peers", "定性得分与定量表现的偏离度", "", SHARED_LEAVES),
    Signal("S5", "points_over_peers", "定性得分高于定量表现相近的单位", "分", SHARED_LEAVES),
    Signal("S6", "evidence", "满分而无数字的分值", "分"),
    Signal("S6", "largest", "满分而无数字的最大一项", "分"),
    Signal("S7", "weights", "权重集中程度", ""),
    Signal("S7", "moved", "定性指标权重高于同类", "分"),
    Signal("S8", "prose", "提到而未扣分的事项", "项"),
    Signal("S9", "jumps", "完成值由不足变为满值", "项", COMMON_LEAVES),
    Signal("S9", "perfect", "恰为满值的完成值多于同类", "", COMMON_LEAVES),
    Signal("S9", "declared", "不适用而得满分多于同类", ""),
    Signal("S11", "cut", "等级分数线以上的聚集", "", WINDOW_REPORTS),
    Signal("S12", "drift", "得分率上升多于同类", "", COMMON_LEAVES),
    Signal("S12", "creeping", "未满分指标升多降少", "", COMMON_LEAVES),
    Signal("S13", "targets", "实际值高于目标值", "", TARGETS),
)
"""S3 (value worse, score higher) is within S1, for rules that could not be read. Others: ``context``, ``agreement``."""


def listed(values: pd.DataFrame, n: pd.DataFrame) -> pd.DataFrame:
    """report_id, code, statistic, name, value, unit, n, status: a row a report and signal. A value is null where there
    is no input (``not_available``) or too little of it, in the report or among its peers (``too_few``)."""
    rows = []
    used = n.set_index("report_id").reindex(values["report_id"])
    for signal in SIGNALS:
        value = values[signal.statistic].to_numpy(float)
        count = used[signal.statistic].fillna(0).to_numpy(float)
        status = np.select([~np.isnan(value), count > 0], ["ok", "too_few"], "not_available")
        rows.append(
            pd.DataFrame({"report_id": values["report_id"].to_numpy(), "code": signal.code,
                          "statistic": signal.statistic, "name": signal.name, "value": value, "unit": signal.unit,
                          "n": count.astype(int), "status": status})
        )  # fmt: skip
    return pd.concat(rows, ignore_index=True)
