"""旁证: what stands beside the evidence of a year and is no part of it, as views: S10, S14, S15, S16.

All of it is often the doing of a form or of rounding habits; the words say so, and name no unit where none is meant.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from analytics.filters import Filters
from analytics.inflation import context
from analytics.inflation.catalogue import listed
from analytics.inflation.context import ALIKE_REPORTS, HEAPED_VALUES, OUTLIER_REPORTS, Alike
from analytics.inflation.signals import bases
from analytics.style import percent, points
from analytics.view import View

MOST_ROWS = 200
STATUSES = {"ok": "可用", "too_few": "数据不足", "not_available": "无资料"}
_FORM_NOTE = "表式相同、口径统一时也会如此，供阅读时参考，不计入证据。"


def signals_view(signals: pd.DataFrame, filters: Filters) -> View:
    """Every signal of one report: value, observations used, status; from a row a signal as ``catalogue.listed`` has."""
    told = signals.assign(
        said=[points(v) if v == v else "—" for v in signals["value"]], state=signals["status"].map(STATUSES)
    )
    usable = int((signals["status"] == "ok").sum())
    columns = {"code": "编号", "name": "信号", "said": "数值", "unit": "单位", "n": "依据数", "state": "状态"}
    title = f"各类信号 {len(told)} 项，其中可用 {usable} 项"
    return View(title, "", told, None, columns, ("数据不足和无资料都不算 0，也不计入证据。",), filters, title)


def signals(values: pd.DataFrame, n: pd.DataFrame) -> pd.DataFrame:
    """``catalogue.listed`` of some reports; empty where they are not compared."""
    return listed(values, n) if len(values) else pd.DataFrame()


def tables(cursor: duckdb.DuckDBPyConnection, fiscal_year: int) -> dict[str, pd.DataFrame]:
    """heaps (base, n, status, fives_rate, whole_rate), outliers (unit, level3, level, middle, z), alike (kind, unit,
    other, likeness_rate; n and status of each kind in ``kinds``), sums (unit, kind, subject, stated, computed, blocks).
    """
    found, _ = bases(cursor, fiscal_year)
    names: dict[str, str] = {}
    heaps, far = [], []
    for base in found:
        names |= dict(zip(base.reports["report_id"], base.reports["unit"], strict=True))
        leaves = base.leaves.assign(report_id=base.reports["report_id"].to_numpy()[base.leaves["at"]])
        heaped = context.heaping(leaves.loc[leaves["value_unit"] == "%", "value"].to_numpy(float))
        heaps.append((base.name, heaped.n, heaped.status, heaped.fives, heaped.whole))
        off = context.outliers(leaves)
        far.append(off[off["status"] == "ok"].merge(leaves[["report_id", "ordinal", "level3"]]))
    alike = {
        "指标与权重": context.alike_trees(cursor, fiscal_year),
        "正文": context.alike_prose(cursor, fiscal_year),
        "与本单位上年正文": context.repeated_prose(cursor, fiscal_year),
    }
    outliers = pd.concat(far, ignore_index=True) if far else pd.DataFrame(columns=["report_id", "level3", "z"])
    outliers = outliers.assign(item=outliers["report_id"], unit=outliers["report_id"].map(names))
    sums = context.sums_off(cursor, fiscal_year)
    return {
        "heaps": pd.DataFrame(heaps, columns=["base", "n", "status", "fives_rate", "whole_rate"]),
        "outliers": outliers.reindex(outliers["z"].abs().sort_values(ascending=False).index),
        "alike": pd.concat([_pairs(kind, a, names) for kind, a in alike.items()], ignore_index=True),
        "kinds": pd.DataFrame([(k, a.n, a.status) for k, a in alike.items()], columns=["kind", "n", "status"]),
        "sums": sums.assign(item=sums["report_id"], unit=sums["report_id"].map(names).fillna("")),
    }


def _pairs(kind: str, found: Alike, names: Mapping[str, str]) -> pd.DataFrame:
    pairs = found.pairs
    return pd.DataFrame({
        "kind": kind, "item": pairs["first"], "unit": pairs["first"].map(names), "other": pairs["second"].map(names),
        "likeness_rate": pairs["likeness"],
    })  # fmt: skip


def views(found: Mapping[str, pd.DataFrame], filters: Filters) -> list[View]:
    """The tables of ``tables`` for the reader."""
    return [_heaps(found["heaps"], filters), _outliers(found["outliers"], filters),
            _alike(found["alike"], found["kinds"], filters), _sums(found["sums"], filters)]  # fmt: skip


def _heaps(heaps: pd.DataFrame, filters: Filters) -> View:
    told = heaps.assign(state=heaps["status"].map(STATUSES))
    enough = heaps[heaps["status"] == "ok"]
    title = f"尾数：各同类均不足 {HEAPED_VALUES} 个百分数，数据不足"
    if len(enough):
        title = f"尾数：百分数为 5 的倍数的占比最高 {percent(float(enough['fives_rate'].max()))}"
    columns = {"base": "同类", "n": "百分数个数", "fives_rate": "5 的倍数", "whole_rate": "整数", "state": "状态"}
    return View(title, "", told, None, columns, (f"0 和 100% 不计。取整的习惯也会如此，不针对单位。{_FORM_NOTE}",),
                filters, title)  # fmt: skip


def _outliers(far: pd.DataFrame, filters: Filters) -> View:
    title = f"完成值离群：{far['report_id'].nunique()} 份报告的 {len(far)} 项完成值远离同类"
    columns = {"unit": "填报单位", "level3": "三级指标", "level": "完成值（或与目标值之比）", "middle": "同类中位数"}
    notes = [f"少于 {OUTLIER_REPORTS} 份报告的指标不比。偏高、偏低同样列出，可能是单位不同或填报有误。"]
    if len(far) > MOST_ROWS:
        notes.append(f"列出偏离最大的 {MOST_ROWS} 项。")
    return View(title, "", far.head(MOST_ROWS), None, columns, tuple(notes), filters, title)


def _alike(pairs: pd.DataFrame, kinds: pd.DataFrame, filters: Filters) -> View:
    said = [
        f"{row.kind} {int((pairs['kind'] == row.kind).sum())} 对" if row.status == "ok" else f"{row.kind}数据不足"
        for row in kinds.itertuples()
    ]
    title = f"雷同：{'，'.join(said)}"
    columns = {"kind": "比较的内容", "unit": "填报单位", "other": "另一单位", "likeness_rate": "相同程度"}
    notes = [f"高于百分之九十九的配对且过半相同的才列出；不足 {ALIKE_REPORTS} 份的不比。{_FORM_NOTE}"]
    if len(pairs) > MOST_ROWS:
        notes.append(f"列出前 {MOST_ROWS} 对，共 {len(pairs)} 对。")
    return View(title, "", pairs.head(MOST_ROWS), None, columns, tuple(notes), filters, title)


def _sums(sums: pd.DataFrame, filters: Filters) -> View:
    blocked = sums.loc[sums["blocks"], "report_id"].nunique()
    title = f"合计勾稽：{sums['report_id'].nunique()} 份报告所印合计与各项之和不符，其中 {blocked} 份先核对、不作比较"
    told = sums.assign(kept=["先核对合计" if b else "照常比较" for b in sums["blocks"]])
    columns = {
        "unit": "填报单位",
        "kind": "合计",
        "subject": "对象",
        "stated": "所印",
        "computed": "各项之和",
        "kept": "处理",
    }
    return View(title, "", told.head(MOST_ROWS), None, columns, (), filters, title)
