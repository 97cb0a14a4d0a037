"""The simulated forms: what the city and the districts ask for, before and after the change of template.

A leaf's ``kind`` is how its value comes about and how its printed rule scores it. Names of common leaves are those of
the indicator vocabulary; duty leaves (履职) are bespoke to a sector (条线).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["rate", "execution", "over", "under", "cap", "step", "tier", "yes_no", "target", "satisfaction", "vague"]

RULES: dict[Kind, str] = {
    "rate": "得分={name}×分值",
    "execution": "得分=预算执行率×分值",
    "over": "{name}为0%的得满分；每增加1%扣5%权重分，扣完为止",
    "under": "{name}≥100%得满分；比率<100%时每减少1%扣2%权重分，扣完为止",
    "cap": "{name}≤100%得满分，否则不得分",
    "step": "{name}大于等于95%得满分，90%至95%得80%分值，80%至90%得60%分值，80%以下不得分",
    "tier": "要点2项各占1/2分值，按达成100%-80%(含)、部分达成80%-60%(含)、未达成60%-0%三档计分",
    "yes_no": "已按规定制定并执行的得{points}分，否则不得分",
    "target": "完成值达到目标值得满分，未达到的得分=完成值/目标值×分值",
    "satisfaction": "得分=满意度×分值",
    "vague": "",
}
"""Printed rule by kind, in words of our own."""

PERCENT: frozenset[Kind] = frozenset({"rate", "execution", "over", "under", "cap", "step", "satisfaction"})


@dataclass(frozen=True, slots=True)
class TemplateLeaf:
    """One row of a form. ``ease`` is the log-odds of full marks for an average unit; ``duty`` marks bespoke leaves."""

    level1: str
    level2: str
    level3: str
    weight: float
    kind: Kind
    ease: float
    duty: bool = False

    @property
    def rule(self) -> str:
        return RULES[self.kind].format(name=self.level3, points=f"{self.weight:g}")


@dataclass(frozen=True, slots=True)
class Template:
    """A form: its leaves in printed order; their weights add up to 100."""

    name: str
    leaves: tuple[TemplateLeaf, ...]

    def index(self, kind: Kind) -> list[int]:
        return [i for i, leaf in enumerate(self.leaves) if leaf.kind == kind]


_PLANNING = (
    ("计划制定", "中长期规划制定健全性", "tier", 1.6),
    ("计划制定", "工作计划制定健全性", "tier", 1.9),
    ("目标设定", "绩效目标合理性", "tier", 1.4),
    ("目标设定", "绩效指标明确性", "tier", 0.9),
    ("预算编制", "预算编制科学性", "tier", 1.2),
    ("预算编制", "预算编制规范性", "yes_no", 1.8),
)
_RUNNING = (
    ("预算执行", "预算调整率", "over", -0.4),
    ("预算执行", "支付进度符合率", "under", 0.7),
    ("预算执行", "预算执行率", "execution", -1.5),
    ("预算执行", "结转结余率", "over", -0.2),
    ("预算执行", "公用经费控制率", "cap", 2.0),
    ("预算执行", "“三公”经费变动率", "cap", 2.2),
    ("预算执行", "政府采购执行率", "rate", 0.8),
    ("预算执行", "非税收入预算完成率", "under", 1.0),
    ("预算管理", "预算管理制度健全性", "yes_no", 2.0),
    ("预算管理", "资金使用合规性", "tier", 1.5),
    ("预算管理", "绩效管理覆盖率", "rate", 1.2),
    ("预算管理", "基础信息完善性", "tier", 1.7),
    ("预算管理", "预决算信息公开度", "yes_no", 2.1),
    ("资产管理", "资产管理制度健全性", "yes_no", 1.9),
    ("资产管理", "资产管理规范性", "tier", 0.9),
    ("资产管理", "固定资产利用率", "rate", 0.7),
    ("项目管理", "项目管理制度健全性", "yes_no", 1.8),
    ("项目管理", "项目管理制度执行规范性", "tier", 0.8),
    ("人员管理", "人员管理制度健全性", "yes_no", 1.8),
    ("人员管理", "在职人员控制率", "cap", 1.6),
    ("机构建设", "组织建设工作及时完成率", "rate", 1.1),
    ("机构建设", "业务学习与培训及时完成率", "rate", 0.9),
)
_DUTIES: tuple[tuple[Kind, float], ...] = (
    ("target", 0.6), ("target", 0.4), ("rate", 0.5), ("step", 0.6), ("target", 0.5),
    ("rate", 0.3), ("tier", 0.7), ("tier", 0.6), ("vague", 1.4), ("vague", 1.3),
    ("target", 0.3), ("step", 0.5), ("tier", 0.8), ("rate", 0.6), ("vague", 1.2), ("target", 0.6),
)  # fmt: skip
_EFFECTS = (
    ("经济效益", "经济效益", "tier", 0.9),
    ("社会效益", "社会效益", "tier", 1.1),
    ("生态效益", "生态效益", "vague", 1.5),
    ("可持续影响", "协调可持续发展", "vague", 1.3),
)
_DUTY_WORDS = ("重点任务完成数", "服务事项办结数", "事项按期办结率", "工作质量达标率", "项目建成数", "任务及时完成率")


def template(own_level: bool, renewed: bool, leaves: int = 50) -> Template:
    """The form of the city itself (``own_level``) or of its districts, before or after the renewal.

    The renewal renames 履职 to 部门履职 in districts and moves weight from 过程 to 履职产出, so that raw points of the
    two forms cannot be compared. ``leaves`` is met by the number of duty leaves.
    """
    plan, run, duty, effect, satisfied = {
        (True, False): (15, 20, 40, 15, 10),
        (True, True): (12, 18, 45, 15, 10),
        (False, False): (6, 34, 30, 20, 10),
        (False, True): (8, 27, 35, 20, 10),
    }[own_level, renewed]
    names = {
        (True, False): ("部门决策", "部门管理", "部门履职", "部门效益", "满意度"),
        (True, True): ("部门决策", "部门管理", "部门履职", "部门效益", "满意度"),
        (False, False): ("决策", "过程", "履职", "效益指标", "满意度指标"),
        (False, True): ("决策", "过程", "产出指标", "效益指标", "满意度指标"),
    }[own_level, renewed]
    fixed = len(_PLANNING) + len(_RUNNING) + len(_EFFECTS) + 1
    duties = [_DUTIES[i % len(_DUTIES)] for i in range(max(leaves - fixed, 1))]
    found: list[TemplateLeaf] = []
    for (level2, level3, kind, ease), weight in zip(_PLANNING, _shares(plan, len(_PLANNING)), strict=True):
        found.append(TemplateLeaf(names[0], level2, level3, weight, kind, ease))  # type: ignore[arg-type]
    execution = next(i for i, row in enumerate(_RUNNING) if row[2] == "execution")
    for_execution = 4.0 if own_level else 10.0
    weights = _shares(run - for_execution, len(_RUNNING) - 1)
    weights.insert(execution, for_execution)
    for (level2, level3, kind, ease), weight in zip(_RUNNING, weights, strict=True):
        found.append(TemplateLeaf(names[1], level2, level3, weight, kind, ease))  # type: ignore[arg-type]
    for number, ((kind, ease), weight) in enumerate(zip(duties, _shares(duty, len(duties)), strict=True)):
        level3 = f"{_DUTY_WORDS[number % len(_DUTY_WORDS)]}{number + 1:02d}"
        level2 = ("数量指标", "质量指标", "时效指标")[number * 3 // len(duties)]
        found.append(TemplateLeaf(names[2], level2, level3, weight, kind, ease, duty=True))
    for (level2, level3, kind, ease), weight in zip(_EFFECTS, _shares(effect, len(_EFFECTS)), strict=True):
        found.append(TemplateLeaf(names[3], level2, level3, weight, kind, ease))  # type: ignore[arg-type]
    found.append(TemplateLeaf(names[4], "服务对象满意度", "整体满意度", float(satisfied), "satisfaction", -0.3))
    return Template(f"{'市级' if own_level else '区级'}{'新' if renewed else '旧'}表", tuple(found))


def _shares(total: float, parts: int) -> list[float]:
    """``total`` points in ``parts`` weights of half points, the remainder on the first ones."""
    halves = round(total * 2)
    each, more = divmod(halves, parts)
    return [(each + (i < more)) / 2 for i in range(parts)]
