"""The documents of the foreign set: layouts of many provinces, units, years and formats, each with its truth.

Layouts follow published forms (facts of layout only); which axis a document stands for is its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tests.foreign import Layout, Page, Truth, facts, of, printed
from tests.foreign_files import PDF, WRITERS, print_all

SEVEN = of("一级指标=level1", "二级指标=level2", "三级指标=level3", "年度指标值=target", "实际完成值=value")
POINTS = of("分值=weight", "得分=score", "偏差原因分析及改进措施=reason")

PROJECT = Layout(
    "项目支出绩效自评表",
    "项目支出绩效自评表({year}年度)",
    SEVEN + POINTS,
    side="绩效指标",
    budget="scored",
    unit_line="",
)
WHOLE = Layout(
    "部门整体支出绩效自评表",
    "{year}年度部门整体支出绩效自评表",
    SEVEN + POINTS,
    form="部门整体",
)
LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        PROJECT,
        WHOLE,
        replace(PROJECT, name="blank lines of the form left", numbered=True, fillers="numbered"),
        replace(PROJECT, name="dots of the form left", fillers="dots"),
        replace(
            PROJECT,
            name="points in level1 labels, grade beside the total",
            points=("level1",),
            points_style="\n（{}分）",
            grade="beside",
        ),
        replace(
            PROJECT,
            name="sign, value and unit apart under a head of two rows",
            columns=of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "指标性质=sign", "指标值=target", "度量单位=unit",
                "实际完成值=value", "分值=weight", "得分=score", "偏差原因分析及改进措施=reason",
            ),
            side="", upper=(("绩效指标", 0, 2), ("年度指标值", 3, 5)), target_style="parts", number_style="two",
            signs={"=": "﹦"},
        ),
        replace(
            PROJECT,
            name="510000_0013zp",
            title="部门预算项目支出绩效自评表({year}年度)",
            columns=of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "指标性质=sign", "指标值=target", "度量单位=unit",
                "完成值=value", "权重=weight", "得分=score", "未完成原因分析=reason",
            ),
            side="绩效指标(90分)", total_word="合计", target_style="parts",
            tail=(
                ("评价结论", "项目按计划完成,资金使用规范,达到预期效果。"), ("存在问题", "无"), ("改进措施", "无"),
                ("项目负责人:李某", "财务负责人:王某"),
            ),
        ),
        replace(
            PROJECT,
            name="weight before target, rule before score",
            columns=of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "分值=weight", "年度指标值(A)=target",
                "全年实际值(B)=value", "得分计算方法=rule", "得分=score", "未完成原因分析=reason",
            ),
            points=("level1",), unit_line="",
        ),
        replace(
            PROJECT,
            name="amounts in yuan, unscored",
            budget="unscored", budget_unit="元",
        ),
        replace(
            PROJECT,
            name="notes and signatures below",
            after=(
                "注:1.得分最高不能超过该指标分值上限。", "2.定性指标分为达成预期指标、部分达成预期指标三档,分别按照该指标对应分值区间100-80%(含)合理确定分值。",
            ),
            tail=(("填表人:张某", "联系电话:0731-1234567"),),
        ),
        replace(
            PROJECT,
            name="no weights",
            columns=of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "年初目标值(A)=target", "实际完成值(B)=value", "得分=score",
                "偏差大或目标未完成原因分析=reason",
            ),
        ),
        replace(PROJECT, name="points with the word 分", number_style="points"),
        replace(WHOLE, name="weights in percent, bounds in words", percent_weights=True, target_style="bound"),
        Layout(
            "labels over the rows",
            "{unit}{year}年度部门整体支出绩效自评表",
            of("序号=number", "指标=level3", "分值=weight", "评分标准=rule", "自评得分=score", "备注=remark"),
            form="部门整体", unit_line="", headings=True, total_word="合计",
        ),
        replace(WHOLE, name="blanks inside numbers", number_style="spaced"),
        replace(
            WHOLE,
            name="rates and last year beside",
            columns=of(
                "序号=number", "一级指标=level1", "二级指标=level2", "三级指标=level3", "上年完成值=before", "指标值=target",
                "完成值=value", "分值=weight", "得分率=rate", "得分=score", "责任科室=remark",
            ),
        ),
        Layout(
            "three weight columns",
            "{unit}{year}年度部门整体支出绩效评价自评表",
            of(
                "一级指标=level1", "分值=weight1", "二级指标=level2", "分值=weight2", "三级指标=level3", "分值=weight",
                "评价标准=rule", "指标说明=definition", "得分=score",
            ),
            form="部门整体", unit_line="",
        ),
        Layout(
            "level1 投入 过程 产出 效果",
            "{year}年部门整体支出绩效评价指标评分表",
            of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "指标解释=definition", "权重=weight",
                "评分标准=rule", "完成值=value", "自评得分=score",
            ),
            form="部门整体", unit_line="部门(单位)名称:{}(盖章)", total_word="合计",
        ),
        Layout(
            "bonus and deduction",
            "{year}年度部门整体绩效自评价情况表",
            of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "指标说明=definition", "分值=weight",
                "评分规则=rule", "自评分=score",
            ),
            form="部门整体", points=("level1",), points_style="({}分)", unit_line="填报单位: {}", total_word="总计",
            bonus=(("加分项(≤5分)", "获得省级以上表彰每项加0.5分,不超过5分", "1"), ("减分项(≤5分)", "被通报批评每次扣1分", "-0.5")),
        ),
        Layout(
            "review score beside the own",
            "{year}年度{unit}部门整体支出绩效自评表",
            of(
                "序号=number", "一级指标=level1", "二级指标=level2", "三级指标=level3", "参考分值=weight", "评价要点=rule",
                "年度目标=target", "年终完成值=value", "自评得分=score", "财政审核评分=review_score", "扣分原因=reason",
            ),
            form="部门整体", unit_line="", target_style="bare",
        ),
        Layout(
            "initial and adjusted target",
            "部门整体绩效自评表",
            of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "年初指标值=target", "调整指标值=adjusted",
                "全年完成值=value", "满 分=weight", "指标得分(分)=score", "原因=reason",
            ),
            form="部门整体", unit_line="部门名称:{}", before=("({year}年度)",), total_word="总 分", number_style="two",
        ),
        Layout(
            "one level only",
            "{year}年度部门整体绩效目标自评表",
            of(
                "指标名称=level3", "计量单位=unit", "指标性质=sign", "年初指标值=target", "全年完成值=value",
                "得分系数(%)=coefficient", "指标权重(分)=weight", "指标得分(分)=score", "是否核心指标=core", "说明=remark",
            ),
            form="部门整体", target_style="parts", total="head", unit_line="预算部门:{}",
        ),
        Layout(
            "points in level3 labels",
            "{year}年部门整体支出绩效自评评分表",
            of("一级指标=level1", "二级指标=level2", "三级指标=level3", "评分标准=rule", "得分=score", "备注=remark"),
            form="部门整体", points=("level1", "level2", "level3"),
        ),
        Layout(
            "other words for the levels, floats in csv",
            "{year}年度部门整体支出绩效考评表",
            of(
                "项目=level1", "考核内容=level2", "考核指标=level3", "指标说明=definition", "年度工作目标=target",
                "评分标准=rule", "权数=weight", "考评得分=score",
            ),
            form="部门整体", target_style="float", points=("level1",),
        ),
        replace(
            WHOLE,
            name="other signs",
            signs={"≥": "≧", "≤": "≦", "=": "═"},
            total_word="合计",
        ),
        replace(WHOLE, name="weight repeated in the total, no score", total_word="合 计"),
        replace(WHOLE, name="total in prose", total="prose"),
        replace(WHOLE, name="no total", total="none"),
        replace(
            WHOLE,
            name="reached or not in words",
            columns=of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "指标值=target", "实际完成情况=value",
                "完成程度=state", "分值=weight", "自评分=score", "备注=remark",
            ),
            grade="beside",
        ),
        replace(
            WHOLE,
            name="rule in the middle, unit in a cell",
            title="{unit}{year}年度部门整体绩效自评报告",
            columns=of(
                "一级=level1", "二级=level2", "三级=level3", "权数=weight", "评分细则=rule", "实际完成指标值=value",
                "单位自评分=score",
            ),
            unit_line="",
        ),
        replace(
            WHOLE,
            name="transfer payment",
            title="{year}年度转移支付项目绩效自评表",
            form="项目",
            columns=of(
                "一级指标=level1", "二级指标=level2", "三级指标=level3", "年度指标值=target", "全年实际完成值=value",
                "分值=weight", "得分=score", "未完成原因和改进措施=reason",
            ),
            unit_line="实施单位:{}",
        ),
    )
}  # fmt: skip


_PAIRS = (
    "万萬与與业業东東个個临臨为為丽麗义義乌烏乡鄉书書亚亞产產亩畝价價众眾会會传傳伦倫体體兰蘭关關养養内內冈岡册冊农農决決况況减減则則创創别別剂劑办辦务務动動区區单單卫衛厅廳县縣参參发發变變号號员員响響园園"
    "国國图圖场場处處备備妇婦学學宁寧实實审審对對尔爾岛島广廣庄莊庆慶库庫应應开開张張态態总總户戶执執抢搶护護报報拟擬据據数數无無时時显顯晋晉晓曉机機权權条條标標样樣档檔桥橋桦樺检檢测測济濟淀澱温溫满滿滨濱"
    "点點烟煙环環现現电電监監盖蓋确確种種积積称稱红紅约約级級线線组組细細织織终終经經结結统統绩績续續维維综綜绿綠编編网網职職联聯节節获獲营營萨薩虚虛补補规規计計认認讲講论論设設访訪证證评評话話该該说說请請"
    "调調贝貝负負财財责責账賬质質购購贵貴贷貸费費资資转轉轻輕较較辍輟输輸达達过過运運还還进進连連遗遺释釋钟鐘银銀链鏈锡錫长長门門问問间間闻聞队隊阳陽际際险險难難项項预預题題额額风風验驗黄黃"
)
TRADITIONAL = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
"""Simplified to traditional, for what the set prints."""
PRONOUNCED = {"績": "績(jì)", "項": "項(xiàng)", "際": "際(jì)", "標": "標(biāo)", "數": "數(shù)", "區": "區(qū)"}
"""Pronunciations that a conversion of web pages leaves behind characters."""


@dataclass(frozen=True)
class Document:
    """A file of the set: what it stands for, the page in it, the truth. ``truth`` is empty where no person could read
    scores (a blank form, a declaration of targets): such a file is to be refused."""

    name: str
    writer: str
    pages: tuple[Page, ...]
    truths: tuple[Truth, ...]

    @property
    def ending(self) -> str:
        return next((e for e in ("xlsx", "docx", "html", "pdf", "csv") if self.writer.startswith(e)), "txt")

    @property
    def content(self) -> bytes:
        if self.writer == PDF:
            return _printed_pdfs()[self.name]
        return b"\n\n".join(WRITERS[self.writer](page) for page in self.pages)


LINES: tuple[tuple[str, str, str, str, str | None, int, str], ...] = (
    # layout, set, writer, unit, region, year, subject
    ("项目支出绩效自评表", "农路", "docx", "青神县交通运输局", "511425", 2023, "农村公路养护补助"),
    ("项目支出绩效自评表", "助学", "xlsx", "长沙市岳麓区教育局", "430104", 2022, "困难学生资助"),
    ("项目支出绩效自评表", "信息化", "html", "杭州市余杭区数据资源管理局", "330110", 2024, "政务云运维"),
    ("项目支出绩效自评表", "防疫", "text", "重庆市江津区疾病预防控制中心", "500116", 2021, "公共卫生服务"),
    ("项目支出绩效自评表", "造林", "pdf", "天长市林业局", "341181", 2020, "国土绿化"),
    ("项目支出绩效自评表", "造林", "pipes", "乌拉特中旗林业和草原局", "150824", 2019, "三北防护林工程"),
    ("项目支出绩效自评表", "农路", "xlsx without merged cells", "晋江市交通运输局", "350582", 2018, "危桥改造"),
    ("项目支出绩效自评表", "信息化", "csv", "上海市浦东新区大数据中心", "310115", 2025, "数据共享平台"),
    ("blank lines of the form left", "防疫", "docx", "天长市卫生健康委员会", "341181", 2022, "免疫规划"),
    ("blank lines of the form left", "助学", "text", "池州市贵池区教育和体育局", "341702", 2021, "学前教育资助"),
    ("dots of the form left", "农路", "xlsx", "婺源县公路事业发展中心", "361130", 2023, "公路安全提升"),
    ("dots of the form left", "造林", "html", "息烽县林业局", "520122", 2024, "退耕还林"),
    ("points in level1 labels, grade beside the total", "防疫", "xlsx", "新密市疾病预防控制中心", "410183", 2023, "疫苗冷链"),
    ("points in level1 labels, grade beside the total", "助学", "text", "正定县教育局", "130123", 2022, "义务教育补助"),
    ("points in level1 labels, grade beside the total", "造林", "text, labels in the middle", "中宁县自然资源局", "640521", 2020, "生态修复"),
    ("sign, value and unit apart under a head of two rows", "农路", "html", "丽江市古城区交通运输局", "530702", 2020, "乡村道路硬化"),
    ("sign, value and unit apart under a head of two rows", "信息化", "docx", "红河州数据发展中心", "532500", 2024, "一网通办平台"),
    ("sign, value and unit apart under a head of two rows", "防疫", "xlsx", "临夏市卫生健康局", "622901", 2023, "妇幼健康"),
    ("sign, value and unit apart under a head of two rows", "造林", "pdf", "疏附县林业和草原局", "653121", 2022, "防沙治沙"),
    ("510000_0013zp", "工资", "pipes", "大英县司法局", "510923", 2023, "工资性支出"),
    ("510000_0013zp", "农路", "docx", "达州市通川区交通运输局", "511702", 2023, "通村公路"),
    ("510000_0013zp", "助学", "xlsx", "青神县教育和体育局", "511425", 2024, "普通高中助学金"),
    ("510000_0013zp", "信息化", "text", "大英县政务服务和大数据局", "510923", 2022, "政务外网"),
    ("weight before target, rule before score", "防疫", "docx", "北京市海淀区学院路街道办事处", "110108", 2019, "街道卫生"),
    ("weight before target, rule before score", "信息化", "html", "天津市滨海新区城市管理委员会", "120116", 2021, "城管信息采集"),
    ("weight before target, rule before score", "造林", "pdf", "咸阳市秦都区自然资源局", "610402", 2023, "森林管护"),
    ("three weight columns", "投入产出", "xlsx", "岳阳市君山区水利局", "430611", 2018, ""),
    ("three weight columns", "投入产出", "text", "长沙市岳麓区民政局", "430104", 2019, ""),
    ("three weight columns", "投入产出", "docx", "岳阳市君山区财政局", "430611", 2020, ""),
    ("three weight columns", "投入产出", "pdf", "长沙市岳麓区司法局", "430104", 2021, ""),
    ("level1 投入 过程 产出 效果", "投入产出", "text", "海口市水务局", "460100", 2022, ""),
    ("level1 投入 过程 产出 效果", "投入产出", "text, labels in the middle", "儋州市农业农村局", "460400", 2023, ""),
    ("level1 投入 过程 产出 效果", "投入产出", "html", "桦甸市财政局", "220282", 2021, ""),
    ("bonus and deduction", "决策履职", "docx", "杭州市余杭区审计局", "330110", 2022, ""),
    ("bonus and deduction", "决策履职", "text", "烟台市牟平区行政审批服务局", "370612", 2024, ""),
    ("bonus and deduction", "决策履职", "xlsx, labels repeated", "佛山市南海区政务服务数据管理局", "440605", 2023, ""),
    ("review score beside the own", "效能", "xlsx", "青岛市民政局", "370200", 2023, ""),
    ("review score beside the own", "效能", "html", "沈阳市和平区民政局", "210102", 2022, ""),
    ("review score beside the own", "综合绩效", "csv in GB18030", "五大连池市水务局", "231182", 2021, ""),
    ("initial and adjusted target", "综合绩效", "docx", "百色市田阳区水利局", "451003", 2020, ""),
    ("initial and adjusted target", "效能", "xlsx", "拉萨市城关区民政局", "540102", 2022, ""),
    ("initial and adjusted target", "综合绩效", "text", "三亚市水务局", "460200", 2024, ""),
    ("one level only", "综合绩效", "xlsx", "重庆市江津区水利局", "500116", 2022, ""),
    ("one level only", "效能", "text", "重庆市江津区民政局", "500116", 2023, ""),
    ("one level only", "效能", "html", "重庆市民政局", "500000", 2021, ""),
    ("points in level3 labels", "决策履职", "docx", "达州市通川区审计局", "511702", 2020, ""),
    ("points in level3 labels", "综合绩效", "text", "遂宁市水利局", "510900", 2021, ""),
    ("other words for the levels, floats in csv", "投入产出", "csv", "惠州市惠城区财政局", "441302", 2018, ""),
    ("other words for the levels, floats in csv", "综合绩效", "csv", "东莞市水务局", "441900", 2019, ""),
    ("other signs", "效能", "text", "黄冈市民政局", "421100", 2023, ""),
    ("other signs", "综合绩效", "html", "浠水县水利和湖泊局", "421125", 2022, ""),
    ("weight repeated in the total, no score", "决策履职", "xlsx", "西宁市审计局", "630100", 2023, ""),
    ("weight repeated in the total, no score", "效能", "docx", "呼伦贝尔市民政局", "150700", 2021, ""),
    ("total in prose", "决策履职", "docx", "南宁市政务服务局", "450100", 2024, ""),
    ("total in prose", "综合绩效", "text", "长春市水务局", "220100", 2022, ""),
    ("no total", "效能", "xlsx", "哈尔滨市民政局", "230100", 2020, ""),
    ("reached or not in words", "综合绩效", "docx", "福州市水利局", "350100", 2023, ""),
    ("reached or not in words", "效能", "csv", "昌吉回族自治州民政局", "652300", 2022, ""),
    ("rule in the middle, unit in a cell", "决策履职", "text", "成都市审计局", "510100", 2022, ""),
    ("rule in the middle, unit in a cell", "效能", "xlsx", "合肥市民政局", "340100", 2023, ""),
    ("transfer payment", "文旅", "docx", "山东省文化和旅游厅", "370000", 2022, ""),
    ("transfer payment", "文旅", "text", "婺源县文化广电新闻出版旅游局", "361130", 2021, ""),
    ("部门整体支出绩效自评表", "决策履职", "pdf", "贵阳市审计局", "520100", 2023, ""),
    ("部门整体支出绩效自评表", "综合绩效", "text, page breaks", "兰州市水务局", "620100", 2019, ""),
    ("部门整体支出绩效自评表", "效能", "xlsx of several sheets", "太原市民政局", "140100", 2022, ""),
    ("部门整体支出绩效自评表", "投入产出", "xlsx without merged cells", "石家庄市财政局", "130100", 2025, ""),
    ("510000_0013zp", "农路", "pipes, merged cells lost", "青神县交通运输局", "511425", 2022, "桥梁管护"),
    ("510000_0013zp", "信息化", "pipes, merged cells lost and lines broken", "大英县行政审批局", "510923", 2023, "平台运维"),
    ("项目支出绩效自评表", "造林", "pipes, merged cells lost", "四川省汶川县林业和草原局", "513221", 2021, "天然林保护"),
    ("项目支出绩效自评表", "防疫", "text, merged cells lost", "安徽省天长市疾病预防控制中心", "341181", 2022, "传染病防控"),
    ("sign, value and unit apart under a head of two rows", "助学", "pipes, merged cells lost", "楚雄州教育体育局", "532300", 2020, "生源地贷款"),
    ("sign, value and unit apart under a head of two rows", "农路", "text", "大理州交通运输局", "532900", 2021, "农村客运"),
    ("部门整体支出绩效自评表", "效能", "text, merged cells lost", "遵义市民政局", "520300", 2020, ""),
    ("level1 投入 过程 产出 效果", "投入产出", "pipes, merged cells lost", "定西市财政局", "621100", 2023, ""),
    ("notes and signatures below", "助学", "docx", "株洲市教育局", "430200", 2022, "职业教育补助"),
    ("notes and signatures below", "农路", "text", "郴州市公路建设养护中心", "431000", 2023, "国省道养护"),
    ("no weights", "农路", "docx", "黄冈市公路事业发展中心", "421100", 2021, "道路日常养护"),
    ("no weights", "造林", "text", "宜昌市林业和园林局", "420500", 2022, "长江防护林"),
    ("weights in percent, bounds in words", "决策履职", "text", "毕节市审计局", "520500", 2022, ""),
    ("weights in percent, bounds in words", "综合绩效", "docx", "西安市水务局", "610100", 2020, ""),
    ("weights in percent, bounds in words", "效能", "html", "大庆市民政局", "230600", 2024, ""),
    ("labels over the rows", "决策履职", "text", "齐齐哈尔市审计局", "230200", 2019, ""),
    ("labels over the rows", "效能", "docx", "鞍山市民政局", "210300", 2021, ""),
    ("points with the word 分", "信息化", "xlsx", "宁波市大数据发展管理局", "330200", 2023, "数据安全"),
    ("points with the word 分", "防疫", "text", "温州市卫生健康委员会", "330300", 2024, "职业病防治"),
    ("blanks inside numbers", "综合绩效", "text", "无锡市水利局", "320200", 2021, ""),
    ("blanks inside numbers", "效能", "text, labels in the middle", "徐州市民政局", "320300", 2022, ""),
    ("rates and last year beside", "综合绩效", "xlsx", "深圳市水务局", "440300", 2022, ""),
    ("rates and last year beside", "效能", "html", "珠海市民政局", "440400", 2023, ""),
    ("amounts in yuan, unscored", "文旅", "docx", "洛阳市文化广电和旅游局", "410300", 2022, "文化惠民工程"),
    ("amounts in yuan, unscored", "文旅", "text", "开封市文化广电和旅游局", "410200", 2021, "非遗保护"),
    ("项目支出绩效自评表", "造林-苗木成活率", "xlsx", "大同市规划和自然资源局", "140200", 2023, "京津风沙源治理"),
    ("部门整体支出绩效自评表", "效能", "one cell a line", "银川市民政局", "640100", 2021, ""),
    ("项目支出绩效自评表", "助学", "blanks", "南昌市教育局", "360100", 2020, "研究生助学金"),
)  # fmt: skip


def _document(number: int, line: tuple[str, str, str, str, str | None, int, str]) -> Document:
    name, kind, writer, unit, region, year, subject = line
    page, truth = printed(LAYOUTS[name], facts(kind, unit, region, year, 1000 + number, subject))
    return Document(f"{number:02d} {name} ({kind}, {writer})", writer, (page,), (truth,))


def _converted(document: Document, pronounced: bool) -> Document:
    """The document in traditional characters, as some web pages were converted."""

    def said(text: str) -> str:
        text = text.translate(TRADITIONAL)
        return "".join(PRONOUNCED.get(c, c) for c in text) if pronounced else text

    def told(text: str | None) -> str | None:
        return text if text is None else said(text)

    (page,), (truth,) = document.pages, document.truths
    page = replace(
        page,
        before=tuple(map(said, page.before)),
        rows=tuple(tuple(map(said, row)) for row in page.rows),
        after=tuple(map(said, page.after)),
    )
    leaves = tuple(
        replace(
            leaf,
            level1=said(leaf.level1), level2=said(leaf.level2), level3=said(leaf.level3), value_text=told(leaf.value_text),
            value_unit=told(leaf.value_unit), target_text=told(leaf.target_text), rule_text=told(leaf.rule_text),
        )
        for leaf in truth.leaves
    )  # fmt: skip
    grade = told(truth.grade)
    truth = replace(truth, unit=said(truth.unit), subject=said(truth.subject), leaves=leaves, grade=grade)
    words = "traditional characters with pronunciations" if pronounced else "traditional characters"
    return replace(document, name=f"{document.name}, {words}", pages=(page,), truths=(truth,))


def _together(documents: Sequence[Document], name: str) -> Document:
    """Several reports in one file."""
    pages = tuple(page for d in documents for page in d.pages)
    return Document(name, documents[0].writer, pages, tuple(truth for d in documents for truth in d.truths))


TOGETHER: tuple[tuple[str, tuple[tuple[str, str, str, str, str | None, int, str], ...]], ...] = (
    (
        "two projects of one unit",
        (
            ("项目支出绩效自评表", "农路", "text", "长沙市岳麓区交通运输局", "430104", 2023, "县道大修"),
            ("项目支出绩效自评表", "造林", "text", "长沙市岳麓区交通运输局", "430104", 2023, "道路绿化"),
        ),
    ),
    (
        "three units",
        (
            ("部门整体支出绩效自评表", "效能", "text", "长沙市民政局", "430100", 2022, ""),
            ("部门整体支出绩效自评表", "综合绩效", "text", "长沙市水利局", "430100", 2022, ""),
            ("部门整体支出绩效自评表", "决策履职", "text", "长沙市审计局", "430100", 2022, ""),
        ),
    ),
    (
        "a whole form and a project",
        (
            ("部门整体支出绩效自评表", "效能", "text, page breaks", "南充市民政局", "511300", 2021, ""),
            ("510000_0013zp", "助学", "text, page breaks", "南充市民政局", "511300", 2021, "孤儿助学"),
        ),
    ),
)
"""Files of several reports."""


@lru_cache(maxsize=1)
def documents() -> tuple[Document, ...]:
    """Every document of the set."""
    made = [_document(number, line) for number, line in enumerate(LINES, start=1)]
    made += [
        _converted(made[2], False),
        _converted(made[15], True),
        _converted(made[50], True),
        _converted(made[3], False),
    ]
    for name, lines in TOGETHER:
        parts = [_document(200 + 10 * len(made) + number, line) for number, line in enumerate(lines)]
        made.append(_together(parts, f"{len(made) + 1:02d} {name} ({parts[0].writer})"))
    return tuple(made)


@lru_cache(maxsize=1)
def _printed_pdfs() -> Mapping[str, bytes]:
    wanted = [d for d in documents() if d.writer == PDF]
    return dict(zip([d.name for d in wanted], print_all([d.pages[0] for d in wanted]), strict=True))
