"""What runs of plain words in a rule say: links between neighbours, other measures, targets met or missed, labels."""

from __future__ import annotations

import re

from data.rules.reading.tokens import grades

_START = re.compile(
    r"^(?:、|若|如果|如|当|凡|即|则|的|应|可|由|在|其中|对于|对|该指标|本指标|该项指标|该项|本项|此项|指标|按照|按|共|给予|予以|应当|介于|处于|区间|控制|直接|得分|计分|分别|比例)+"
)
_FINISH = re.compile(
    r"(?:、|的|时|者|则|之间|区间|范围|情况下|情形|可|应|将|予以|部分|的话|该指标|本指标|该项|本项|此项|按照|按|直接|在|控制|视为|给予)+$"
)
FILLER = re.compile(
    r"^(?:、|的|时|者|则|之间|区间|范围|内|情况下|情形|部分|计分|得分|计算|给分|赋分|打分|记分|计|得|该项|本项|此项|该指标|本指标|指标|分|分数|即|可|应|将|予以|直接|在|由|按|按照|其中|若|如|当|相应|标准|进行|评分|处理|或|和|及|者均|均)*$"
)
OTHER_MEASURE = re.compile(
    r"酌情|视情|适当|平均(?!办理|办结|响应|处理|审批|等待)|加权|较低|较高|取低|取高|孰低|孰高|择其|累计|另行|扣|加分|减分|计分|给分|赋分|分数|满分|得分|系数|(?<![取获使觉懂值难])得(?:一|两|半|部|相|适|基|低|中|高|较)"
)
ONCE = re.compile(r"不(?:重复|累计|重复累计)(?:累计)?(?:计算|加分|得分|计分|扣分|同一项目)?")
JOINED = re.compile(r"[且并或]|以及|同时|和|与")
SEVERAL = re.compile(r"(?<![人平户日])均|都|两项|各项|分别|±")
RATE = re.compile(r"(?:率|度|比例|比重)$")
TARGET_MET = re.compile(
    r"^(?:全部|全面|按时|按期|如期)?(?:完成|达到|实现|达成)(?:了)?(?:年度|年初|预期|计划|既定|绩效|设定)*(?:目标任务|目标|指标|任务|计划)(?:值)?$"
)
TARGET_MISSED = re.compile(
    r"^(?:未全部|未|没有|未能|不能)(?:完成|达到|实现|达成)(?:年度|年初|预期|计划|既定|绩效|设定)*(?:目标任务|目标|指标|任务|计划)?(?:值)?$"
)
MISSED = re.compile(
    r"^(?:未|没有|未能|不能)(?:全部|全面|按时|如期)?(?:完成|达到|达成|实现|达标|达)(?:标准|要求|规定)?$"
    r"|^(?:达不到|不达标)(?:标准|要求|的)?$"
)
PASSED = re.compile(r"^(?:超过|超出|突破|高于)(?:的|标准|规定|控制数)?$")
_LABELLED = re.compile(r"^(?:即为|定为|视为|为|是|属于|属)?(?P<grade>.+?)(?:等次|档次|级别|级|档)?$")


def stripped(word: str) -> str:
    """A run of words without what only links it to its neighbours."""
    return _FINISH.sub("", _START.sub("", word))


def is_label(word: str) -> bool:
    """为优: the name of a step whose condition is a number."""
    named = _LABELLED.match(word)
    return named is not None and named["grade"] in grades()
