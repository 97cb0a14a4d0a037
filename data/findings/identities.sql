-- What a report states more than once, set against itself: every identity with its result, those that hold too.

-- name: clear
delete from checked_identity_store where report_key in (select report_key from checked_report where is_stale);

-- name: totals
-- Each stated total against the sum of the leaves, with and without bonus, with and without the scored budget row.
insert into checked_identity_store
with adjusted as (
    select
        report_key,
        sum(case when kind = '加分' then score when kind = '减分' then -abs(score) end) as bonus,
        sum(score) filter (kind = '预算执行') as budget_row
    from adjustment_store
    group by report_key
),
stated as (
    select
        s.*, r.leaf_total, coalesce(a.bonus, 0) as bonus, coalesce(a.budget_row, 0) as budget_row,
        (select count(*) from leaf_fact f where f.report_key = s.report_key and f.score_inferred is not null) as inferred,
        r.certain, r.document_key as report_document, r.position as report_position
    from stated_figure_store s
    join checked_report r using (report_key)
    left join adjusted a using (report_key)
    where r.is_stale and s.scope = 'total' and r.leaf_total is not null and r.certain
),
variant as (
    select *, leaf_total as sum, '' as words, 1 as preference from stated
    union all select *, leaf_total + bonus, ' + 加减分 ' || shown(bonus), 2 from stated where bonus <> 0
    union all select *, leaf_total + budget_row, ' + 预算执行 ' || shown(budget_row), 3 from stated where budget_row <> 0
    union all
    select *, leaf_total + budget_row + bonus, ' + 预算执行 ' || shown(budget_row) || ' + 加减分 ' || shown(bonus), 4
    from stated where bonus <> 0 and budget_row <> 0
),
best as (
    select *, abs(value - sum) <= 0.005 as holds
    from variant
    qualify row_number() over (partition by report_key, ordinal order by abs(value - sum) > 0.005, preference) = 1
)
select
    report_key, '总分', '总分（' || source || '）', if(holds, '相符', '不符'), value, sum, '分',
    '指标得分合计 ' || shown(leaf_total) || words || ' = ' || shown(sum)
        || if(holds, '', '，与所印总分相差 ' || shown(value - sum))
        || if(inferred > 0, '（含推定得分 ' || inferred || ' 项）', ''),
    if(source = '表', '表内总分 ', '正文总分 ') || shown(value), '指标得分合计' || words || '：' || shown(sum), null,
    document_key, position, place
from best;

-- name: sections
-- Section and item scores in prose against the table, where the weights under the label are the full marks it states.
insert into checked_identity_store
with part as (
    select report_key, 'level1' as scope, level1 as label, sum(weight) as weight, sum(counted) as score,
        count(*) filter (counted is null) as missing, min(place) as place
    from checked_leaf where is_stale group by report_key, level1
    union all
    select report_key, 'level2', level2, sum(weight), sum(counted), count(*) filter (counted is null), min(place)
    from checked_leaf where is_stale group by report_key, level2
)
select
    s.report_key, '指标得分', s.label, if(abs(s.value - p.score) <= 0.005, '相符', '不符'), s.value, p.score, '分',
    '表内“' || s.label || '”各三级指标得分合计 ' || shown(p.score) || '，正文所述 ' || shown(s.value),
    '正文“' || s.label || '”得分 ' || shown(s.value), '表内合计 ' || shown(p.score), p.place, s.document_key, s.position,
    s.place
from stated_figure_store s
join part p on p.report_key = s.report_key and p.scope = s.scope and p.label = s.label
where s.source = '文' and p.missing = 0 and abs(p.weight - s.out_of) <= 0.005;

-- name: section_total
-- 一级指标 scores in prose against the total in prose, where their full marks come to its full marks.
insert into checked_identity_store
with section as (
    select report_key, sum(value) as value, sum(out_of) as out_of, count(*) as sections,
        string_agg(shown(value), ' + ' order by ordinal) as words, min(place) as place
    from stated_figure_store s join checked_report r using (report_key)
    where r.is_stale and scope = 'level1' and source = '文'
    group by report_key
)
select
    t.report_key, '总分', '各一级指标得分之和（文）', if(abs(t.value - s.value) <= 0.005, '相符', '不符'), t.value, s.value,
    '分', s.words || ' = ' || shown(s.value), '正文总分 ' || shown(t.value), '一级指标得分之和 ' || shown(s.value), s.place,
    t.document_key, t.position, t.place
from stated_figure_store t
join section s using (report_key)
where t.scope = 'total' and t.source = '文' and s.sections > 1 and abs(s.out_of - coalesce(t.out_of, 100)) <= 0.005;

-- name: weights
insert into checked_identity_store
with budget_row as (
    select report_key, sum(cap) as cap from adjustment_store where kind = '预算执行' group by report_key
),
printed as (
    select report_key, value, document_key, position, place
    from stated_figure_store where scope = 'weight_total' and source = '表'
    qualify row_number() over (partition by report_key order by ordinal) = 1
),
found as (
    select
        r.report_key, r.weight_total, coalesce(p.value, 100) as value, coalesce(b.cap, 0) as cap, p.value is not null as is_printed,
        coalesce(p.document_key, r.document_key) as document_key, coalesce(p.position, r.position) as position, p.place
    from checked_report r
    left join printed p using (report_key)
    left join budget_row b using (report_key)
    where r.is_stale and r.certain and r.weight_total is not null
)
select
    report_key, '权重', '权重合计', if(abs(value - weight_total) <= 0.005 or abs(value - weight_total - cap) <= 0.005, '相符', '不符'),
    value, weight_total, '分',
    '三级指标权重合计 ' || shown(weight_total) || if(cap > 0, '，预算执行一行 ' || shown(cap), '')
        || if(is_printed, '，所印满分 ', '，满分 ') || shown(value),
    if(is_printed, '所印满分 ', '满分 ') || shown(value), '权重合计 ' || shown(weight_total), null, document_key, position, place
from found;

-- name: parts
-- Parts against their whole. Kinds of spending and of assets are complete; sources may have others that are not listed.
insert into checked_identity_store
with kind(identity, whole, part, complete) as (
    values
        ('年初预算 = 各来源之和', 'initial_budget', 'initial_general_public', false),
        ('年初预算 = 各来源之和', 'initial_budget', 'initial_government_fund', false),
        ('年初预算 = 各来源之和', 'initial_budget', 'initial_state_capital', false),
        ('年初预算 = 各来源之和', 'initial_budget', 'initial_special_account', false),
        ('年初预算 = 各来源之和', 'initial_budget', 'initial_business_revenue', false),
        ('年初预算 = 各来源之和', 'initial_budget', 'initial_operating_revenue', false),
        ('年初预算 = 各来源之和', 'initial_budget', 'initial_other_revenue', false),
        ('调整后预算 = 各来源之和', 'adjusted_budget', 'adjusted_general_public', false),
        ('调整后预算 = 各来源之和', 'adjusted_budget', 'adjusted_government_fund', false),
        ('调整后预算 = 各来源之和', 'adjusted_budget', 'adjusted_state_capital', false),
        ('调整后预算 = 各来源之和', 'adjusted_budget', 'adjusted_special_account', false),
        ('调整后预算 = 各来源之和', 'adjusted_budget', 'adjusted_business_revenue', false),
        ('调整后预算 = 各来源之和', 'adjusted_budget', 'adjusted_operating_revenue', false),
        ('调整后预算 = 各来源之和', 'adjusted_budget', 'adjusted_other_revenue', false),
        ('收入 = 各来源之和', 'revenue', 'revenue_general_public', false),
        ('收入 = 各来源之和', 'revenue', 'revenue_government_fund', false),
        ('收入 = 各来源之和', 'revenue', 'revenue_business', false),
        ('收入 = 各来源之和', 'revenue', 'revenue_operating', false),
        ('收入 = 各来源之和', 'revenue', 'revenue_other', false),
        ('年初预算 = 基本支出 + 项目支出', 'initial_budget', 'initial_basic_budget', true),
        ('年初预算 = 基本支出 + 项目支出', 'initial_budget', 'initial_project_budget', true),
        ('调整后预算 = 基本支出 + 项目支出', 'adjusted_budget', 'adjusted_basic_budget', true),
        ('调整后预算 = 基本支出 + 项目支出', 'adjusted_budget', 'adjusted_project_budget', true),
        ('支出 = 基本支出 + 项目支出', 'expenditure', 'basic_expenditure', true),
        ('支出 = 基本支出 + 项目支出', 'expenditure', 'project_expenditure', true),
        ('支出 = 基本支出 + 项目支出', 'expenditure', 'operating_expenditure', true),
        ('资产总额 = 流动资产 + 非流动资产', 'total_assets', 'current_assets', true),
        ('资产总额 = 流动资产 + 非流动资产', 'total_assets', 'noncurrent_assets', true)
),
amount as (
    select * from stated_amount where not persons
),
summed as (
    select
        w.report_key, k.identity, any_value(k.complete) as complete, w.figure as whole, sum(p.figure) as parts, count(*) as n,
        greatest(any_value(w.step), max(p.step)) * (count(*) + 1) / 2 as tolerance,
        string_agg(ten_thousands(p.figure), ' + ' order by p.item) as words, min(p.place) as part_place,
        any_value(w.document_key) as document_key, any_value(w.position) as position, any_value(w.place) as place
    from kind k
    join amount w on w.item = k.whole
    join amount p on p.item = k.part and p.report_key = w.report_key
    group by w.report_key, k.identity, w.figure
    having count(*) > 1
)
select
    report_key, '预算', identity,
    case
        when abs(parts - whole) <= tolerance then '相符'
        when parts < whole and not complete then '未能核对'
        else '不符'
    end,
    whole, parts, '元',
    words || ' = ' || ten_thousands(parts)
        || case
            when abs(parts - whole) <= tolerance then ''
            when parts < whole and not complete then '，比总额少 ' || ten_thousands(whole - parts) || '，可能另有未列来源'
            else '，与总额相差 ' || ten_thousands(parts - whole)
        end,
    '总额 ' || ten_thousands(whole), '分项之和 ' || ten_thousands(parts), part_place, document_key, position, place
from summed;

-- name: carry_over
-- 年末结转结余 = 可用资金 − 支出; the budget may or may not hold what was carried in, and revenue may stand for it.
insert into checked_identity_store
with wide as (
    select
        report_key, stated['adjusted_budget'].figure as adjusted, stated['revenue'].figure as revenue,
        stated['carried_in'].figure as carried_in, stated['expenditure'].figure as spent, stated['carried_out'].figure as carried_out,
        greatest(stated['adjusted_budget'].step, stated['revenue'].step, stated['carried_in'].step, stated['expenditure'].step,
            stated['carried_out'].step) as step,
        stated['expenditure'].place as spent_place, stated['carried_out'] as printed
    from stated_by_item
),
way as (
    select *, carried_in + adjusted - spent as computed, 1 as preference,
        ten_thousands(carried_in) || ' + ' || ten_thousands(adjusted) || ' − ' || ten_thousands(spent) as words from wide
    union all select *, carried_in + revenue - spent, 2,
        ten_thousands(carried_in) || ' + ' || ten_thousands(revenue) || ' − ' || ten_thousands(spent) from wide
    union all select *, adjusted - spent, 3,
        ten_thousands(adjusted) || ' − ' || ten_thousands(spent) || '（调整后预算已含年初结转）' from wide
),
best as (
    select *, abs(carried_out - computed) <= step * 2 as holds
    from way
    where carried_out is not null and carried_in is not null and computed is not null
    qualify row_number() over (partition by report_key order by abs(carried_out - computed) > step * 2, preference) = 1
)
select
    report_key, '预算', '年末结转结余', if(holds, '相符', '不符'), carried_out, computed, '元',
    words || ' = ' || ten_thousands(computed)
        || if(holds, '', '，与所印相差 ' || ten_thousands(carried_out - computed) || '，可能另有收回、结余分配'),
    '年末结转结余 ' || ten_thousands(carried_out), '算得 ' || ten_thousands(computed), spent_place, printed.document_key,
    printed.position, printed.place
from best;

-- name: staff
-- The total of persons is the sum of some of the groups; where no group fits, others may be counted in it.
insert into checked_identity_store
with wide as (
    select
        report_key, stated['staff_on_post'].figure as on_post, coalesce(stated['staff_retired'].figure, 0) as retired,
        coalesce(stated['staff_auxiliary_on_post'].figure, 0) as auxiliary, stated['staff_total'].figure as total,
        stated['staff_on_post'].place as part_place, stated['staff_total'] as printed
    from stated_by_item
),
best as (
    select
        *,
        case
            when on_post + retired + auxiliary = total then on_post + retired + auxiliary
            when on_post + auxiliary = total then on_post + auxiliary
            when on_post + retired = total then on_post + retired
        end as fitting,
        on_post + retired + auxiliary as all_of_them
    from wide
    where total is not null and on_post is not null and retired + auxiliary > 0
)
select
    report_key, '人员', '人员合计', if(fitting is null, '未能核对', '相符'), total, coalesce(fitting, all_of_them), '人',
    '在职 ' || shown(on_post) || if(retired > 0, '、离退休 ' || shown(retired), '')
        || if(auxiliary > 0, '、辅助人员 ' || shown(auxiliary), '') || '，合计所印 ' || shown(total)
        || if(fitting is null, '，可能另有未列人员', ''),
    '人员合计 ' || shown(total) || '人', '各类之和 ' || shown(coalesce(fitting, all_of_them)) || '人', part_place, printed.document_key,
    printed.position, printed.place
from best;

-- name: rates
-- Every stated rate against each basis; which basis reproduces it.
insert into checked_identity_store
with compared as (
    select
        c.*, b.basis, b.value, b.working,
        case c.sign
            when '=' then abs(b.value - c.claimed) <= c.step
            when '<' then b.value < c.claimed
            else b.value > c.claimed
        end as fits
    from rate_claim c
    join budget_rate_store b using (report_key, rate)
),
judged as (
    select
        report_key, ordinal, rate, sign, claimed, any_value(words) as words, any_value(mean) as mean,
        count(*) as bases, count(*) filter (fits) as fitting,
        string_agg(basis, '、' order by basis) filter (fits) as fitting_bases,
        string_agg(basis || '：' || working, '；' order by value desc, basis) as working,
        count(*) filter (basis in ('年初预算口径', '调整预算口径', '含上年结转口径')) as usual,
        max(value) filter (fits) as value,
        any_value(document_key) as document_key, any_value(position) as position, any_value(place) as place
    from compared
    group by report_key, ordinal, rate, sign, claimed
)
select
    report_key, '比率', rate || '（' || if(ordinal is null, '文', '表') || '）' || words,
    case
        when fitting > 0 then '相符'
        when mean or (rate = '预算执行率' and usual < 3) or (rate = '结转结余率' and bases < 3) then '未能核对'
        else '不符'
    end,
    claimed, value, '%',
    working || case when fitting = 0 then '；各口径均不能得出' else '；能得出所述的口径：' || fitting_bases end,
    words, coalesce('能得出的口径：' || fitting_bases, '各口径均不能得出'), null, document_key, position, place
from judged;

-- name: growth
-- 增减百分比 stated beside the two numbers it is made of.
insert into checked_identity_store
with said as (
    select
        report_key, document_key, position, place,
        unnest(regexp_extract_all(
            words,
            '\d+(?:\.\d+)?[^\d,。;:()%]{1,4}[,(]?(?:较|比|与)?(?:去年|上年|上年度|上一年)(?:同期)?(?:数|为)?\(?\d+(?:\.\d+)?[^\d,。;:()%]{1,4}\)?,?(?:同比|相比)?(?:上升|增长|增加|提高|下降|减少|降低)(?:了|约)?\d+(?:\.\d+)?%'
        )) as words
    from checked_narrative
),
part as (
    select
        *,
        regexp_extract(
            words,
            '^(\d+(?:\.\d+)?)([^\d,。;:()%]{1,4}?)[,(]?(?:较|比|与)?(?:去年|上年|上年度|上一年)(?:同期)?(?:数|为)?\(?(\d+(?:\.\d+)?)([^\d,。;:()%]{1,4})\)?,?(?:同比|相比)?(上升|增长|增加|提高|下降|减少|降低)(?:了|约)?(\d+(?:\.\d+)?)%$',
            ['now', 'unit', 'before', 'unit_before', 'way', 'percent']
        ) as p
    from said
),
figure as (
    select
        * exclude (p), p.unit as unit_now, p.unit_before, p.now::double as now, p.before::double as before, p.percent::double / 100 as stated,
        if(p.way in ('下降', '减少', '降低'), -1, 1) as sign,
        pow(10, -2 - length(split_part(p.percent, '.', 2))) as step
    from part
    where p.now <> '' and p.before::double > 0
)
select
    report_key, '正文比例', words, if(abs(sign * (now / before - 1) - stated) <= step + 0.000001, '相符', '不符'), sign * stated,
    now / before - 1, '%',
    shown(now) || ' ÷ ' || shown(before) || ' − 1 = ' || hundredths(now / before - 1), '所述 ' || hundredths(sign * stated),
    '算得 ' || hundredths(now / before - 1), place, document_key, position, place
from figure
where unit_now = unit_before;

-- name: share
-- 占比 stated beside the whole and the part: N家(其中 n家,占 r%).
insert into checked_identity_store
with said as (
    select
        report_key, document_key, position, place,
        unnest(regexp_extract_all(
            words,
            '\d+(?:\.\d+)?[^\d,。;:()%]{1,4}(?:\(|,?其中)[^\d,。;:()%]{0,12}\d+(?:\.\d+)?[^\d,。;:()%]{1,4},?占(?:比|比重|比例)?(?:为|达|约)?\d+(?:\.\d+)?%'
        )) as words
    from checked_narrative
),
part as (
    select
        *,
        regexp_extract(
            words,
            '^(\d+(?:\.\d+)?)([^\d,。;:()%]{1,4}?)(?:\(|,?其中)[^\d,。;:()%]{0,12}?(\d+(?:\.\d+)?)([^\d,。;:()%]{1,4}?),?占(?:比|比重|比例)?(?:为|达|约)?(\d+(?:\.\d+)?)%$',
            ['whole', 'unit', 'part', 'unit_part', 'percent']
        ) as p
    from said
),
figure as (
    select
        * exclude (p), p.unit as unit_whole, p.unit_part, p.whole::double as whole, p.part::double as part,
        p.percent::double / 100 as stated, pow(10, -2 - length(split_part(p.percent, '.', 2))) as step
    from part
    where p.whole <> '' and p.whole::double > 0
)
select
    report_key, '正文比例', words, if(abs(part / whole - stated) <= step + 0.000001, '相符', '不符'), stated, part / whole, '%',
    shown(part) || ' ÷ ' || shown(whole) || ' = ' || hundredths(part / whole), '所述 ' || hundredths(stated),
    '算得 ' || hundredths(part / whole), place, document_key, position, place
from figure
where part <= whole and unit_whole = unit_part;

-- name: deductions
-- 扣分 written under an item of the prose against the points that item lost; conditions (每, 如, 应 …) are no deductions.
insert into checked_identity_store
with item as (
    select
        n.report_key, n.document_key, n.position, n.place,
        unnest(string_split(
            regexp_replace(
                translate(regexp_replace(n.text, '[ \t]+', '', 'g'), '（）：，；．', '():,;.'),
                '(^|\n)[-·•]?\(?\d{1,2}[.、)]([^\n,。;:()]{2,20}\((?:总分|满分|分值)?\d+(?:\.\d+)?分\))', chr(1) || '\2', 'g'
            ),
            chr(1)
        )[2:]) as words
    from checked_narrative n
),
clause as (
    select
        report_key, document_key, position, place,
        regexp_extract(words, '^([^(]+)\(', 1) as label,
        regexp_replace(words, '\n\(?[一二三四五六七八九十]+[)、](?s:.*)$', '') as words
    from item
),
stated as (
    select
        *,
        regexp_extract_all(words, '[^,。;\n]*扣(?:了|除|减)?\d+(?:\.\d+)?分[^,。;\n]*') as said
    from clause
),
summed as (
    select
        *,
        list_sum(list_transform(said, lambda s: regexp_extract(s, '扣(?:了|除|减)?(\d+(?:\.\d+)?)分', 1)::double)) as deducted
    from stated
    where len(said) > 0
      and len(list_filter(said, lambda s: regexp_matches(s, '每|如|若|应|可|按|标准|规则|不扣|未扣|最多|上限|扣完|的扣'))) = 0
)
select
    d.report_key, '扣分', d.label, if(abs(d.deducted - (s.out_of - s.value)) <= 0.005, '相符', '不符'), d.deducted, s.out_of - s.value,
    '分', '写明扣分 ' || array_to_string(list_transform(d.said, lambda x: regexp_extract(x, '扣(?:了|除|减)?(\d+(?:\.\d+)?)分', 1)), ' + ')
        || ' = ' || shown(d.deducted) || '；满分 ' || shown(s.out_of) || ' − 得分 ' || shown(s.value) || ' = ' || shown(s.out_of - s.value),
    '写明扣分 ' || shown(d.deducted), '失分 ' || shown(s.out_of - s.value), s.place, d.document_key, d.position, d.place
from summed d
join stated_figure_store s on s.report_key = d.report_key and s.scope = 'level2' and s.source = '文' and bare(s.label) = bare(d.label)
where s.out_of is not null
qualify row_number() over (partition by d.report_key, d.label order by s.ordinal) = 1;
