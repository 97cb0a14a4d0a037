-- Synthetic warehouses of any size, made in SQL: regions × units × years × 50 leaves. Every value is a hash of its place and
-- the seed. 36 leaf names are common to all units, 14 belong to the n-th department of every region.

-- name: region
create temp table size_region as
select row_number() over (order by region_code) - 1 as a, region_code, full_name
from region
where level = '县级' and region_code < '710000'
order by region_code
limit $regions

-- name: leaf
create temp table size_leaf as
select
    i, case when i < 6 then '决策' when i < 22 then '过程' when i < 36 then '履职' when i < 44 then '效益'
        when i < 48 then '可持续发展' else '满意度' end as level1,
    case when i < 2 then '目标设定' when i < 4 then '预算编制' when i < 6 then '计划制定' when i < 12 then '预算执行'
        when i < 17 then '预算管理' when i < 22 then '资产管理' when i < 27 then '数量指标' when i < 32 then '质量指标'
        when i < 36 then '时效指标' when i < 40 then '社会效益' when i < 44 then '经济效益' when i < 48 then '可持续影响'
        else '服务对象满意度' end as level2,
    case when i < 6 then '决策' when i < 22 then '过程' when i < 36 then '履职产出' when i < 44 then '效益'
        when i < 48 then '可持续发展' else '满意度' end as dimension,
    i between 22 and 35 as own
from range(50) t(i)

-- name: indicators
insert into indicator_dim
select i + 1, level1, level2, '指标' || i, dimension, case when i = 6 then '预算执行率' end from size_leaf where not own
union all
select 51 + d * 14 + i - 22, level1, level2, '业务' || d || '指标' || i, dimension, null
from size_leaf, range($units) u(d) where own
order by 1

-- name: labels
insert into label_dim values (1, '', '', 'span')

-- name: rules
insert into rule_dim values
    (1, '根据工作完成情况酌情计分', null), (2, '完成率达到5%得满分，每低1个百分点扣0.5分，扣完为止', null)

-- name: values
insert into value_dim
select v + 1, (v / 10)::decimal(5, 1) || '%', (v / 10)::decimal(24, 6), '%', null, null, null, null from range(1001) t(v)

-- name: documents
insert into document_store
select y + 1, sha256('size' || y), (first + y) || '.parquet', 1, timestamp '2026-01-01', 'accepted', null, null
from (select $first_year::integer as first), range($years) t(y)

-- name: units
insert into unit_store
select
    a * $units + d + 1, 'U' || substr(sha256(region_code || chr(31) || full_name || '单位' || d), 1, 12), full_name || '单位' || d, full_name || '单位' || d, region_code,
    full_name || '部门' || (d - (d % 3 = 2)::integer)
from size_region, range($units) u(d)
order by 1

-- name: aliases
insert into unit_alias
select unit_id, unit, unit_normalised, region_code, '全称', '已确认', null from unit_store

-- name: templates
insert into template_store
select e * $regions + a + 1, '部门整体', region_code, '决策 过程 履职 效益 可持续发展 满意度 ' || e, null
from size_region, range(2) t(e)

-- The rows of the y-th year.

-- name: year_leaves
-- Two thirds are full (of every sixth name nearly all), the others lose up to 40 % in steps of a hundredth; one in a thousand
-- has no score, half of these a proved one. Leaves of one report stand together, by region, as loading leaves them.
insert into leaf_fact
with place as (
    select
        $y * $regions * $units + n // 50 + 1 as report_key, n // 50 % $units as d, l.i, l.own,
        case when $y < $years // 2 then 2 when l.i < 25 then 1.5 else 2.5 end::decimal(12, 6) as weight
    from range($regions * $units * 50) t(n)
    join size_leaf l on l.i = n % 50
),
drawn as (
    select *, hash(report_key * 64 + i + $seed * 1000003) as h from place
),
scored as (
    select
        *, h % 1009 = 0 as missing,
        case when (h >> 12) % 1000 < case when i % 6 = 3 then 970 else 660 end then weight
            else weight - round(weight::double * 0.4 * pow(((h >> 12) % 1000 - 660) / 340.0, 2), 2)::decimal(12, 6) end as points
    from drawn
)
select
    report_key, i + 1, case when own then 51 + d * 14 + i - 22 else i + 1 end, 1, (h >> 40) % 1001 + 1,
    case when (h >> 50) % 20 = 0 then 2 else 1 end, weight,
    case when not missing then points end, case when missing and (h >> 30) % 2 = 0 then weight end, 'yes', null,
    $y + 1, 'L' || (i + 1), '第 ' || (i + 1) || ' 行'
from scored
order by report_key, i

-- name: year_reports
insert into report_store
with summed as (
    select
        report_key, sum(weight) as weight, sum(coalesce(score, score_inferred)) as total, sum(score) as printed,
        count(*) filter (coalesce(score, score_inferred) is null) as missing
    from leaf_fact
    where report_key > $y * $regions * $units and report_key <= ($y + 1) * $regions * $units
    group by report_key
)
select
    report_key, 'R' || substr(sha256(concat_ws(chr(31), u.unit_id, $first_year::integer + $y, '部门整体', '')), 1, 12), 1, true,
    u.unit_key, $first_year::integer + $y, 'title', '部门整体', '',
    ($y >= $years // 2)::integer * $regions + (report_key - 1) % ($regions * $units) // $units + 1, $y + 1, 'L1',
    printed, case when missing = 0 then total end, printed, weight, case when missing = 0 then total / weight * 100 end, null,
    case when hash(report_key + $seed) % 1000 = 0 then 'review' else 'accepted' end, 50, null, null, null, null
from summed
join unit_store u on u.unit_key = (report_key - 1) % ($regions * $units) + 1
order by report_key

-- name: year_amounts
insert into budget_figure_store
with amount as (
    select
        report_key, 1000000 + hash(unit_key + $seed) % 90000000 as initial, hash(report_key * 3 + $seed) % 21 / 100.0 as grown,
        0.8 + hash(report_key * 5 + $seed) % 201 / 1000.0 as spent
    from report_store where fiscal_year = $first_year::integer + $y
),
item as (
    select report_key, unnest([
        {'ordinal': 1, 'item': 'initial_budget', 'yuan': initial},
        {'ordinal': 2, 'item': 'adjusted_budget', 'yuan': initial * (1 + grown)},
        {'ordinal': 3, 'item': 'carried_in', 'yuan': initial * 0.1},
        {'ordinal': 4, 'item': 'expenditure', 'yuan': initial * (1 + grown) * spent},
        {'ordinal': 5, 'item': 'carried_out', 'yuan': initial * (0.1 + (1 + grown) * (1 - spent))},
        {'ordinal': 6, 'item': 'basic_expenditure', 'yuan': initial * (1 + grown) * spent * 0.6},
        {'ordinal': 7, 'item': 'project_expenditure', 'yuan': initial * (1 + grown) * spent * 0.4}
    ], recursive := true)
    from amount
)
select
    report_key, ordinal, item, yuan / 10000, round(yuan, 2), '', '万元',
    case when item in ('adjusted_budget', 'expenditure') then '财政数据' else '自评报告' end, $y + 1, 'L1', '第 1 行'
from item

-- name: year_finance
insert into finance_figure_store
select
    u.unit_id, u.unit, u.region_code, r.fiscal_year, r.form, r.subject, b.ordinal, b.item, b.amount, b.amount_yuan, b.printed,
    b.printed_unit, b.document_key, b.position, b.place
from budget_figure_store b
join report_store r using (report_key)
join unit_store u using (unit_key)
where b.source = '财政数据' and r.fiscal_year = $first_year::integer + $y

-- name: year_rates
insert into budget_rate_store
select report_key, '预算调整率', '总额口径', 5, 100, '元', 0.05, '' from report_store where fiscal_year = $first_year::integer + $y

-- name: year_problems
insert into problem_store
select report_key, $y + 1, 1, 1, 'SCORE_INFERRED', 'warning', '', 'L1', '第 1 行'
from report_store where fiscal_year = $first_year::integer + $y and hash(report_key * 13 + $seed) % 50 = 0

-- name: year_roster
insert into roster_store
select
    $first_year::integer + $y, unit_id, null, unit, null, department, region_code, '条线' || (unit_key - 1) % $units, 100, false
from unit_store

-- The raw rows for the other engines: the columns that the questions read of the warehouse's tables, row for row in their
-- order; decimals as doubles.

-- name: frame_leaf
select
    report_key, indicator_key, ordinal, weight::double as weight, score::double as score,
    score_inferred::double as score_inferred
from leaf_fact

-- name: frame_report
select
    report_key, is_current, unit_key, fiscal_year, template_key, comparable_score::double as comparable_score, status
from report_store

-- name: frame_unit
select unit_key, unit_id, region_code from unit_store

-- name: frame_amount
select report_key, item, amount_yuan::double as amount_yuan from budget_figure_store

-- name: frame_indicator
select indicator_key, level2, level3, dimension from indicator_dim

-- The same prepared tables for the other engines.

-- name: prepared_report
select
    report_key, unit_key, fiscal_year, region_key, comparable_score::double as comparable_score,
    expenditure::double as expenditure, adjusted_budget::double as adjusted_budget
from report_prepared where accepted

-- name: prepared_rate
select dimension, fiscal_year, region_key, unit_key, rate from rate_prepared

-- name: prepared_label
select
    fiscal_year, region_key, dimension, leaves, weight_scored::double as weight, score::double as score
from label_prepared

-- name: prepared_span
select
    region_key, dimension, units,
    list_sum([1 << (y - $first_year::integer) for y in range($first_year::integer, $first_year::integer + $years::integer)
        if get_bit(years, (y - 1949)::integer) = 1])::bigint as mask
from unit_span where level2 is null and dimension is not null

-- name: prepared_full
select fiscal_year, region_key, template_key, level3, leaves, full_leaves from full_prepared

-- name: prepared_execution
select
    key, fiscal_year, rated, numerator::double as expenditure, denominator::double as adjusted_budget,
    tenths[2] as middle_rate
from execution_summary where basis = 'adjusted'
