"""抽查 and 复核 as the page shows them: a list that was drawn, and what its re-check found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.filters import Filters
from analytics.inflation import draw as drawing
from analytics.inflation.agreement import (
    BIAS_PAIRS,
    FITTED_HITS,
    HIT,
    LIMIT_PAIRS,
    Agreement,
    Fitted,
    Interval,
    agreements,
    fitted,
    hits,
)
from analytics.inflation.evidence import EPSILON, FAMILIES
from analytics.style import BLUE, GREY, ORANGE, TEMPLATE, literal, percent, points
from analytics.view import View, remakable
from data.decided.draws import Drawn, Frozen, list_hash

ALL, UNDRAWN = "全部", "未列入抽查"
_BASIS = "差 = 自评得分 − 复核得分，按所复核指标的权重折算为 100 分；正为自评偏高，负为自评偏低。"


def list_view(kept: Frozen, filters: Filters) -> View:
    """A list as it was fixed."""
    return _list_view(kept, filters, kept.rows)


@remakable()
def list_for_file(kept: Frozen, filters: Filters, classified: Set[str]) -> View:
    """The list as it may leave: without units marked 涉密 when it was drawn, or by now (``classified``)."""
    return _list_view(kept, filters, [r for r in kept.rows if not r.classified and r.unit_id not in classified])


def _list_view(kept: Frozen, filters: Filters, rows: Sequence[Drawn]) -> View:
    counts = {arm: sum(row.arm == arm for row in rows) for arm in drawing.ARMS}
    table = pd.DataFrame(
        [
            {"item": r.unit_id, "unit": r.unit, "arm": r.arm, "reason": r.reason, "stratum": r.stratum,
             "probability_rate": r.probability, "marked": "涉密" if r.classified else ""}
            for r in rows
        ],
        columns=["item", "unit", "arm", "reason", "stratum", "probability_rate", "marked"],
    ).astype({"probability_rate": float})  # fmt: skip
    title = f"{kept.fiscal_year} 年度第 {kept.number} 号抽查名单：{len(rows)} 户"
    sentence = "，".join(f"{arm} {n} 户" for arm, n in counts.items() if n) + "。"
    columns = {
        "unit": "填报单位", "arm": "抽取方式", "reason": "理由", "stratum": "分层", "probability_rate": "入样概率",
    }  # fmt: skip
    columns |= {"marked": "标记"} if table["marked"].any() else {}
    notes = (
        f"{day(kept)} 由 {kept.drawn_by} 抽取；随机种子 {kept.seed}；"
        f"数据版本 {kept.version}（{kept.digest[:12]}）；名单校验码 {kept.list_hash[:12]}。",
        parameters_words(drawing.asked_of(kept.parameters)),
        "随机部分先从全部可抽单位中抽取，其命中率可推及全部单位；其余按证据先后。",
        "随机数由种子和单位编号按 SHA-256 得出，可在任何计算机上重算。",
    )
    return View(title, sentence, table, None, columns, notes, filters, title)


def day(kept: Frozen) -> str:
    """When a list was fixed, in local time."""
    return datetime.fromisoformat(kept.drawn_at).astimezone().strftime("%Y-%m-%d %H:%M")


def parameters_words(asked: drawing.Draw) -> str:
    """The parameters of a draw in words."""
    words = [f"抽查 {asked.size} 户", f"随机部分占 {percent(asked.random_share)}", f"预算规模分 {asked.sizes} 档"]
    if asked.rest_years:
        words.append(f"近 {asked.rest_years} 年内已复核的单位在证据部分排在最后")
    for quota in asked.quotas:
        most = f"，至多 {quota.most} 户" if quota.most is not None else ""
        words.append(f"{drawing.GROUPS[asked.quota_by]}“{quota.group}”至少 {quota.least} 户{most}")
    words += [f"{word} {len(units)} 户" for word, units in (("指定", asked.must), ("排除", asked.excluded)) if units]
    return "参数：" + "；".join(words) + "。"


def repeated(kept: Frozen, frame_text: str) -> bool:
    """Whether drawing again with the parameters and the frame that were kept gives the list that was kept."""
    asked, frame = drawing.asked_of(kept.parameters), drawing.frame_of(frame_text)
    again = () if drawing.faults(asked, frame) else drawing.draw(asked, frame)
    return again == kept.rows and list_hash(again) == kept.list_hash


def in_part(pairs: pd.DataFrame, parts: Mapping[str, Mapping[str, float | None]], part: str) -> pd.DataFrame:
    """The pairs of one part of the draw, or of all."""
    return pairs if part == ALL else pairs[pairs["unit_id"].isin(parts[part])]


def parts_of(lists: Iterable[Frozen], checked: Iterable[str]) -> dict[str, dict[str, float | None]]:
    """Part of the draw → unit_id → probability of inclusion; a unit of several lists counts in the newest of them.

    ``checked`` units that are on no list are a part of their own.
    """
    found: dict[str, Drawn] = {}
    for kept in sorted(lists, key=lambda one: one.number):
        found |= {row.unit_id: row for row in kept.rows}
    parts: dict[str, dict[str, float | None]] = {arm: {} for arm in drawing.ARMS}
    for unit_id, row in found.items():
        parts[row.arm][unit_id] = row.probability
    others = [unit_id for unit_id in checked if unit_id not in found]
    return parts | ({UNDRAWN: dict.fromkeys(others)} if others else {})


_HIT_COLUMNS = {
    "part": "部分", "drawn": "抽取户数", "checked": "已复核", "over": "自评偏高", "over_rate": "偏高占比",
    "over_words": "偏高占比的 95% 区间", "under": "自评偏低", "under_rate": "偏低占比",
    "under_words": "偏低占比的 95% 区间",
}  # fmt: skip


@remakable()
def hits_view(pairs: pd.DataFrame, parts: Mapping[str, Mapping[str, float | None]], filters: Filters) -> View:
    """How often each part of the draw found a difference, upwards and downwards."""
    rows, notes = [], [f"自评与复核相差 {HIT:g} 分及以上（按 100 分折算）计为偏高或偏低。区间按 Wilson 法。"]
    for part, units in parts.items():
        if not units:
            continue
        of = hits(pairs, units)
        rows.append({
            "part": part, "drawn": of.drawn, "checked": of.checked, "over": of.over, "under": of.under,
            "over_rate": _value(of.over_rate), "under_rate": _value(of.under_rate),
            "over_words": _between(of.over_rate), "under_words": _between(of.under_rate),
        })  # fmt: skip
        if of.weighted is not None:
            notes.append(f"{part}部分各户入样概率不等，按概率倒数加权的偏高占比为 {percent(of.weighted)}。")
    table = pd.DataFrame(rows, columns=list(_HIT_COLUMNS))
    told = [f"{r['part']} {r['checked']} 户中偏高 {r['over']} 户、偏低 {r['under']} 户" for r in rows if r["checked"]]
    title = "各部分命中率：" + ("；".join(told) if told else "尚无复核结果")
    return View(title, "", table, None, _HIT_COLUMNS, tuple(notes), filters, title)


def _value(of: Interval | None) -> float | None:
    return None if of is None else of.value


def _between(of: Interval | None) -> str:
    return "—" if of is None else f"{percent(of.low)} 至 {percent(of.high)}"


def _points(of: Interval | None) -> str:
    return "—" if of is None else f"{_signed(of.value)}（{_signed(of.low)} 至 {_signed(of.high)}）"


def _signed(value: float) -> str:
    """Two decimals with their sign; nothing is less than nothing."""
    return f"{round(value, 2) + 0.0:+.2f}"


_AGREEMENT_COLUMNS = {
    "level1": "范围", "n": "对数", "bias": "平均差（95% 区间）", "lower": "一致性下限（95% 区间）",
    "upper": "一致性上限（95% 区间）", "slope": "随得分高低的变化（95% 区间）",
}  # fmt: skip


@remakable("part")
def agreement_view(pairs: pd.DataFrame, filters: Filters, part: str) -> View:
    """Bias, limits of agreement and proportional bias over whole reports and each level1, the former plotted."""
    found = agreements(pairs)
    rows = [
        {"level1": name or ALL, "n": of.n, "bias": _points(of.bias), "lower": _points(of.lower),
         "upper": _points(of.upper), "slope": _points(of.slope)}
        for name, of in found.items()
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(_AGREEMENT_COLUMNS))
    whole = found.get("", Agreement(0))
    notes = (
        _BASIS,
        f"少于 {BIAS_PAIRS} 对不算平均差，少于 {LIMIT_PAIRS} 对不算一致性界限（Bland–Altman，约 95% 的差所在的范围）。",
        "“随得分高低的变化”：得分每高 1 分，差平均变动多少分；区间不含 0 说明偏离与得分高低有关。",
    )
    told = "" if part == ALL else f"{part}部分"
    if whole.bias is None:
        title = f"{told}自评与复核：{whole.n} 对，不足 {BIAS_PAIRS} 对，不算平均差"
        return View(title, "", table, None, _AGREEMENT_COLUMNS, notes, filters, title)
    side = "高" if whole.bias.value >= 0 else "低"
    title = f"{told}自评比复核平均{side} {points(abs(whole.bias.value))} 分（{whole.n} 对）"
    sentence = f"平均差的 95% 区间为 {_signed(whole.bias.low)} 至 {_signed(whole.bias.high)} 分。"
    if whole.lower and whole.upper:
        sentence += f"约 95% 的差在 {_signed(whole.lower.value)} 至 {_signed(whole.upper.value)} 分之间。"
    figure = _bland_altman(pairs[pairs["level1"].isna()], whole)
    return View(title, sentence, table, figure, _AGREEMENT_COLUMNS, notes, filters, f"{title}。{sentence}")


def _bland_altman(whole: pd.DataFrame, of: Agreement) -> go.Figure:
    middle = ((whole["own"] + whole["reviewed"]) / 2).to_numpy(float)
    dots = go.Scatter(
        x=middle, y=whole["off"], mode="markers", customdata=whole["report_id"], name="报告",
        marker={"color": [ORANGE if abs(off) >= HIT else BLUE for off in whole["off"]], "size": 8, "opacity": 0.7},
        hovertext=[literal(str(u)) for u in whole["unit"]],
        hovertemplate="%{hovertext}<br>平均 %{x:.2f}，差 %{y:+.2f}<extra></extra>", showlegend=False,
    )  # fmt: skip
    figure = go.Figure(dots)
    ends = [float(np.min(middle)), float(np.max(middle))]
    for line, name, dash in ((of.bias, "平均差", "solid"), (of.lower, "一致性界限", "dash"), (of.upper, "", "dash")):
        if line is not None:
            figure.add_trace(go.Scatter(
                x=ends, y=[line.value] * 2, mode="lines", line={"color": GREY, "dash": dash}, name=name,
                showlegend=bool(name), hovertemplate=f"{line.value:+.2f}<extra></extra>",
            ))  # fmt: skip
    return figure.update_layout(
        template=TEMPLATE, height=340, dragmode=False, legend={"orientation": "h", "y": 1.15},
        xaxis={"fixedrange": True, "title": {"text": "自评与复核的平均（分）"}},
        yaxis={"fixedrange": True, "title": {"text": "自评 − 复核（分）"}, "gridcolor": "rgba(128,128,128,0.25)"},
    )  # fmt: skip


@remakable("part")
def units_view(
    pairs: pd.DataFrame, parts: Mapping[str, Mapping[str, float | None]], filters: Filters, part: str
) -> View:
    """The re-checked reports, the largest differences first, whichever way they go."""
    part_of = {unit_id: part for part, units in parts.items() for unit_id in units}
    whole = pairs[pairs["level1"].isna()]
    table = whole.assign(item=whole["report_id"], part=whole["unit_id"].map(part_of), size=whole["off"].abs())
    table = table.sort_values(["size", "report_id"], ascending=[False, True], kind="stable")
    columns = {"unit": "填报单位", "part": "部分", "leaves": "复核指标数", "own": "自评（折 100 分）",
               "reviewed": "复核（折 100 分）", "off": "差（分）"}  # fmt: skip
    told = "" if part == ALL else f"（{part}）"
    return View(f"已复核 {len(table)} 份报告{told}", "", table, None, columns, (_BASIS,), filters)


def fitted_to(reports: pd.DataFrame, pairs: pd.DataFrame, parts: Mapping[str, Mapping[str, float | None]]) -> Fitted:
    """Constants fitted to the re-checked reports of the random part."""
    whole = pairs[pairs["level1"].isna() & pairs["unit_id"].isin(parts["随机"])].set_index("report_id")
    scores = reports[reports["report_id"].isin(whole.index)].set_index("report_id")
    return fitted(scores, (whole.loc[scores.index, "off"] >= HIT - 1e-9).to_numpy())


@remakable()
def fitted_view(found: Fitted, filters: Filters) -> View:
    """Constants fitted to the random part beside the ones in use; nothing takes their place by itself."""
    columns = {"name": "类别", "shipped": "现用 μ", "fitted": "推算 μ"}
    rows = [
        {"name": family.name, "shipped": family.shift, "fitted": (found.shifts or {}).get(code)}
        for code, family in FAMILIES.items()
    ]
    table = pd.DataFrame(rows).astype({"fitted": float})
    notes = ("只用随机部分推算；推算值只供比较，不自动采用。更换须改动 docs/method.md 所述参数并重新验证。",)
    if found.epsilon is None:
        title = f"随机部分已复核 {found.checked} 户，偏高 {found.hits} 户，不足 {FITTED_HITS} 户，不作推算"
        return View(title, "", table, None, columns, notes, filters, title)
    title = f"现用 ε {EPSILON:.2f}，按随机部分 {found.checked} 户复核结果推算为 {found.epsilon:.3f}"
    return View(title, "", table, None, columns, notes, filters, title)
