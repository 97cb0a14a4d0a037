"""Every code a user can meet, with its meaning and what to do: refusals (Enn) and extraction doubts (提取存疑).

The README table and the tests are compared with these two catalogues; a code that is not here cannot be raised.
"""

from __future__ import annotations

from data.submission import Place, Problem, Refusal, Severity

REFUSALS: dict[str, tuple[str, str]] = {
    "E01": ("文件超过大小上限", "请拆分文件，或删去与自评无关的附件后再提交。"),
    "E02": ("文件为空", "请确认文件已完整保存后重新提交。"),
    "E03": ("暂不支持该文件格式", "请另存为 xlsx、docx、带文字层的 PDF、网页或文本后提交。"),
    "E04": ("文件已加密", "请去除打开密码或数字版权限制后重新提交。"),
    "E05": ("文件损坏或不可读", "请在原程序中打开并重新保存；文本请以 UTF-8 或 GB18030 编码保存。"),
    "E06": ("未找到绩效自评指标表", "请确认文件含有带“指标、分值、得分”表头的自评表。"),
    "E07": (
        "年度未知",
        "报告未印明年度。请填写本页的“年度”一栏（命令行用 --year）后重新提交，或用待补录表填报。",
    ),
    "E08": ("填报单位未知", "请在报告中补充“填报单位:……”一行后重新提交。"),
    "E09": (
        "指标表中没有可读的得分",
        "空白模板、目标申报表不入库；得分一列的表头未能识别、只印扣分或往年得分的，请改用“得分”一列，或用待补录表填报。",
    ),
    "E37": ("处理意见未能记录", "请补充或更正后重新提交；已有记录不受影响。"),
    "E10": ("磁盘空间不足或无法写入", "请清理磁盘或检查目录权限后重试；原有数据版本不受影响。"),
    "E11": ("数据版本校验不一致", "请用 jixiao rollback 退回上一数据版本，并联系管理员。"),
    "E12": ("处理时发生内部错误", "请将该文件和编号提供给开发人员；其他文件不受影响。"),
    "E13": ("另一个入库正在进行", "请等待其结束后重试。"),
    "E14": ("数据集不一致", "模拟数据、公开示例与本单位数据不能混放，请更换目录。"),
    "E15": ("没有可用的数据版本", "请先用 jixiao ingest 入库至少一份报告。"),
    "E16": (
        "文件类型与扩展名不支持导出",
        "公开表用 .csv、.xlsx 或 .parquet，汇报用 .pptx、.docx、.xlsx 或 .html。",
    ),
    "E18": ("文件无法读取", "请检查文件权限，或确认它是普通文件而非链接、管道后重新提交。"),
    "E19": ("一个单位的指标行过多", "请确认文件为自评表；如含多个单位，请补充各单位的“填报单位”一行。"),
    "E20": ("压缩内容过大", "请删去与自评无关的附件后重新保存并提交。"),
    "E21": ("文件含不允许的内容", "请另存为不含宏、外部链接和嵌入对象的 xlsx 或 docx 后提交。"),
    "E22": ("PDF 没有文字层", "该文件为扫描件，请提交电子版，或用待补录表填报。"),
    "E23": ("处理超时或超出内存上限", "请拆分文件，或另存为更简单的 xlsx 后提交。"),
    "E24": ("表格过大", "请删去与自评无关的工作表和空行、空列后提交。"),
    "E25": (
        "本页不能写入数据",
        "服务未限定在本机访问，入库与退回须输入管理员口令（由环境变量 JIXIAO_ADMIN_KEY 设定）。",
    ),
    "E26": (
        "旧版 doc、wps 文件未能转换",
        "请在 Word 或 WPS 中“另存为” docx（表格为 xlsx）后提交，或在本机安装 LibreOffice。",
    ),
    "E27": ("数据版本已变动", "读取之后另有入库或退回，请重新读取后再发布。"),
    "E31": ("阈值设置有误", "thresholds.toml 每行为“核对项目.阈值 = 数字”，名称见核对项目目录；请更正后重试。"),
    "E33": ("绩效目标申报表，不是自评表", "该表填报的是年初目标，没有得分；请提交同一年度的绩效自评表。"),
    "E38": ("自有词表有误", "请按所列文件和行改正；列名与程序自带词表相同。"),
    "E36": ("表格的行列已丢失，无法唯一还原", "请提交原来的 xlsx、docx 或带制表符的文本，或用待补录表填报。"),
    "E34": ("绩效运行监控表，不是自评表", "该表反映年中执行情况，没有得分；请提交年度终了后的绩效自评表。"),
    "E30": ("待补录表填写有误", "请改正所列之处后重新提交；空白单元格按未印处理，不必填满。"),
    "E35": ("待补录表与系统中的报告不符", "请重新下载该报告的待补录表，编号、单位、年度、表类不可改动。"),
    "E32": ("没有可确认的报告", "请刷新页面，确认该报告仍为待复核，并填写姓名和理由。"),
    "E40": ("导入表不符合要求", "请按空白模板的列名和填写说明修改后重新提交。"),
    "E41": ("导入表的行没有对应的报告", "请与这些报告的三级指标得分表一并提交，或先入库这些报告。"),
    "E42": ("没有待确认的单位名称", "请刷新页面，确认该名称仍在待确认之列。"),
    "E43": ("所选范围内没有可汇报的报告", "请放宽年度、区划等筛选，或先入库报告。"),
    "E44": ("演示文稿模板不能使用", "请改用宽屏、含标题版式的 .pptx 模板，或不指定模板。"),
    "E45": ("核查意见单填写有误", "请改正所列之处后重新提交；空白的行不作处理，编号不可改动。"),
    "E46": ("抽查名单未能固定", "请按所列原因修改后重新抽取；已固定的名单不受影响。"),
    "E47": ("复核工作底稿填写有误", "请改正所列之处后重新提交；空白的行不作处理，自评各栏不可改动。"),
    "E48": ("复核工作底稿与系统中的报告不符", "请确认报告已入库；报告已重新报送的，请重新下载底稿后填写。"),
    "E49": ("涉密单位的内容不列入导出", "应报名单中标为涉密的单位，其数据只在系统内查看。"),
    "E17": ("没有可退回的数据版本", "请用 jixiao versions 查看现有版本。"),
}

PROBLEMS: dict[str, tuple[Severity, str]] = {
    "YEAR_FROM_PROSE": ("info", "标题未印年度，年度取自正文"),
    "YEAR_INHERITED": ("warning", "该单位未印年度，年度取自同一文件的其他单位"),
    "YEAR_GIVEN": ("info", "报告未印年度，年度由入库人指定"),
    "YEAR_CONFLICT": ("warning", "报告中出现不同年度"),
    "UNIT_INHERITED": ("warning", "该表未印单位，单位取自同一文件的前一部分"),
    "REGION_UNKNOWN": ("error", "无法从报告中确定区划"),
    "REGION_GIVEN": ("info", "报告未印区划，区划由入库人指定"),
    "LABEL_GARBAGE": ("info", "级别名称单元格不可辨读，未采用"),
    "LABEL_HALF": ("info", "级别名称疑被行线分为两半，采用可辨读的一半"),
    "LABEL_JOINED": ("info", "级别名称分印在相邻两行，已合并"),
    "LABEL_REPAIRED": ("warning", "级别名称与规范名称相近，按规范名称归并"),
    "LABEL_FUSED": ("warning", "两个级别名称印在同一单元格，已拆分"),
    "LABEL_WRONG_COLUMN": ("warning", "级别名称印在不相符的一列，未采用"),
    "LABEL_UNKNOWN": ("info", "级别名称不在词表中，按原文采用"),
    "LABEL_POINTS_MISMATCH": ("error", "级别名称所印分值与其下指标权重之和不符"),
    "TEMPLATE_SUM_DIFFERS": ("warning", "一级指标权重合计与同表式的其他单位不同"),
    "LEVEL1_UNCERTAIN": ("error", "一级指标归属有两种可能，需人工确认"),
    "LEVEL2_UNCERTAIN": ("warning", "二级指标归属有两种可能，需人工确认"),
    "DIMENSION_UNMAPPED": ("warning", "指标未能对应到指标维度，下钻时列入“未映射”"),
    "TEXT_REFOLDED": ("warning", "表格由逐格文字按表头还原，权重与得分均与合计相符"),
    "ROW_SHIFTED": ("warning", "该行缺少单元格，已按数字列对齐"),
    "TARGET_SIGN_LOST": ("warning", "指标值疑由“≥”误读为“2”，未取数"),
    "CELLS_COLLAPSED": ("info", "合并单元格未保留，各行已按表头右移对齐"),
    "ROW_UNALIGNED": ("error", "该行单元格数与表头不符且无法唯一对齐，未取数"),
    "ROW_NOISE": ("info", "该行没有指标名称和数字，按杂迹处理"),
    "SUB_ITEM": ("info", "“其中”各行为上一指标的组成部分，不另作三级指标"),
    "SUBTOTAL_MISMATCH": ("warning", "小计与其上各行合计不符"),
    "SCORE_SHARED": ("error", "得分或权重单元格与上一指标合并，无法分到各指标"),
    "NAME_REPAIRED": ("warning", "三级指标名称含杂迹，已去除"),
    "NAME_DOUBTFUL": ("warning", "三级指标名称读似完成值、评分规则或说明"),
    "NAME_MISSING": ("error", "该行有数字而无三级指标名称"),
    "PAGE_REVERSED": ("warning", "该页各行自下而上排列，已按表的次序恢复"),
    "PAGE_ORDER_DOUBT": ("error", "该页行序与表的次序不一致，需人工确认"),
    "HEADER_CONTENT_CONFLICT": ("warning", "表头用词与该列内容不符，按内容取用"),
    "WEIGHT_MISSING": ("error", "权重缺失或不可辨读"),
    "WEIGHT_NOT_100": ("error", "权重合计不等于 100"),
    "SCORE_MISSING": ("error", "得分缺失，且无法由总计推定"),
    "VALUES_ONLY": ("error", "表内未印得分，仅保留完成值"),
    "SCORE_COLUMNS": ("error", "有不止一列得分，且各列不同，需人工确认取用哪一列"),
    "REVIEW_SCORE_BESIDE": ("info", "表内另有复核得分一列，未作自评得分取用"),
    "TARGET_ADJUSTED": ("info", "指标值经过调整，按调整后的取用"),
    "SCORE_UNREADABLE": ("error", "得分单元格不可辨读"),
    "SCORE_INFERRED": ("warning", "得分缺失，由总计推定"),
    "SCORE_ABOVE_WEIGHT": ("error", "得分高于权重"),
    "SCORE_NEGATIVE": ("error", "得分为负数"),
    "TOTAL_MISSING": ("warning", "未印总计，无法核对各指标得分之和"),
    "TOTAL_MISMATCH": ("error", "总计与各指标得分之和不符"),
    "TOTAL_WITH_ADJUSTMENT": ("info", "总计含加减分"),
    "BUDGET_ROW_IN_TOTAL": ("info", "预算执行一行计入总计"),
    "TOTAL_EXCLUDES_BUDGET_ROW": ("info", "预算执行一行另计，不在总计内"),
    "FORMULA_WITHOUT_VALUE": ("warning", "单元格为公式且未保存计算结果，未取数"),
    "STATED_SCORE_MISMATCH": ("warning", "正文所述得分与表内得分之和不符"),
    "NARRATIVE_UNREADABLE": ("info", "该节文字过短且不可辨读，疑为“无”"),
    "AMOUNT_WITHOUT_UNIT": ("warning", "金额未印单位，未取数"),
    "AMOUNT_TOO_LARGE": ("warning", "金额过大，未取数"),
    "AMOUNT_CONFLICT": ("warning", "同一项金额前后不一致"),
    "REVIEW_IN_SOURCE": ("error", "来源数据标为待复核"),
    "DUPLICATE_IN_BATCH": ("error", "同一批次中有两份不同的文件报送同一报告"),
}


def problem(
    code: str, detail: str = "", place: Place | None = None, leaf: int | None = None, severity: Severity | None = None
) -> Problem:
    """A problem of the catalogue, its message completed by what was seen."""
    default, meaning = PROBLEMS[code]
    return Problem(code, severity or default, f"{meaning}：{detail}" if detail else meaning, place, leaf)


def refusal(code: str, detail: str = "") -> Refusal:
    """A refusal of the catalogue: what is wrong, the detail, what to do."""
    meaning, advice = REFUSALS[code]
    return Refusal(code, f"{meaning}（{detail}）。{advice}" if detail else f"{meaning}。{advice}")
