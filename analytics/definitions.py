"""口径: what each shown figure is, said once: its formula and where its numbers come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's name, formula in words, and source."""

    name: str
    formula: str
    source: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that heads a page: its value as shown, its definition, its change, and the page it stands on.

    ``change``: on the year before, ``None`` where that cannot be compared; ``opens``: a page's address, ``None`` where
    the same page shows it."""

    value: str
    definition: Definition
    change: str | None = None
    opens: str | None = None

    @property
    def label(self) -> str:
        return self.definition.name


_SCORES = "自评价报告的自评表"
_AMOUNTS = "财政数据为先，其次为自评报告"
_FIVE = f"{_AMOUNTS}；只含同时列明年初预算、全年预算、上年结转结余、执行数、年末结转结余的报告"

REPORTED = Definition(
    "已报 / 应报",
    "应报名单中已报送部门整体支出自评价报告的单位数 / 应报名单的单位数，均不含涉密单位",
    "应报名单、自评价报告",
)
UNITS = Definition("单位", "有自评价报告的单位数", "自评价报告")
SCORE = Definition("可比得分", "三级指标得分合计 ÷ 权重合计 × 100，不含加减分，含推定得分", _SCORES)
AVERAGE = Definition("平均可比得分", f"各报告可比得分的算术平均数；可比得分 = {SCORE.formula}", _SCORES)
FINDINGS = Definition(
    "存疑事项",
    "规则复算与勾稽查出的条数；涉及预算为有存疑事项的部门整体自评报告的全年预算数合计，每份报告只计一次",
    "自评价报告的自评表与正文、所列金额",
)
ALIKE = Definition(
    "同口径",
    "只含上年和本年均报送的单位，逐单位只比两年共有且均有得分的三级指标；各单位得分率的算术平均数；变化由未舍入的数相减",
    f"{_SCORES}；指标按规范名称和指标维度对应，名称在一份报告中重复的不对应",
)
RATE = Definition("得分率", "得分合计 ÷ 权重合计，只含有得分的指标", _SCORES)
MEAN_RATE = Definition("平均得分率", "各报告得分率的算术平均数，不按权重或预算加权", _SCORES)
QUARTILES = Definition(
    "四分位、须线、离群",
    "四分位数在相邻两值之间线性内插；须线为距四分位 1.5 倍四分位距以内最远的报告，须线以外为离群",
    _SCORES,
)
CUMULATED = Definition("累计分布", "得分率不高于某值的报告数 ÷ 报告数", _SCORES)
POSITION = Definition("单位位置", "在同一年度、同一表式的全部报告中的位次，不受筛选影响", _SCORES)
UNDISCRIMINATING = Definition("无区分度指标", "满分报告占 95% 以上、不少于 30 份报告的三级指标", _SCORES)
ROLL_UP = Definition(
    "主管部门汇总",
    "简单平均：各单位可比得分的算术平均数；按预算加权：Σ（可比得分 × 全年预算数）÷ Σ 全年预算数，只含列明预算的单位",
    f"{_SCORES}；金额{_AMOUNTS}",
)
ADJUSTED = Definition("预算调整率（净额）", "（全年预算数合计 − 年初预算数合计）÷ 年初预算数合计", _FIVE)
CARRIED = Definition("结转结余率", "年末结转结余合计 ÷ 全年预算数合计", _FIVE)
CARRIED_CHANGE = Definition("结转结余变动率", "（年末结转结余合计 − 上年结转结余合计）÷ 上年结转结余合计", _FIVE)
TOTAL = Definition("报告总计", "报告所印总计，可能含加减分", _SCORES)
GRADE = Definition("等级", "报告所印等级，不由得分推出", "自评价报告")
LEAVES = Definition("三级指标", "自评表的三级指标行数", _SCORES)


def excellent_rate(lowest: float | None) -> Definition:
    """优占比 with the 可比得分 from which a report counts."""
    bound = "达到“优”" if lowest is None else f"不低于 {lowest:g} 分"
    return Definition("优占比", f"可比得分{bound}的报告数 ÷ 有可比得分的报告数", f"{_SCORES}；界限见等级划分")


def execution_rate(basis: str, formula: str, *, averaged: bool) -> Definition:
    """预算执行率 on a basis (口径): its name and formula; ``averaged``: the mean over units, not a quotient of sums."""
    how = "各单位执行率的算术平均数" if averaged else "各报告的分子、分母分别合计后相除"
    return Definition("预算执行率", f"{basis}：{formula}；{how}，只含列明金额的部门整体自评报告", _AMOUNTS)
