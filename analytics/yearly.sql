-- 较上年: one unit against the year before, over the leaves both years have. A unit is followed through confirmed names.

-- name: leaves
with year as (
    select $fiscal_year::integer as this
),
mine as (
    select unit_key
    from unit_prepared
    where follow_key = (select f.follow_key from unit_prepared f join unit_store u using (unit_key) where u.unit_id = $unit_id)
),
reports as (
    select r.report_key, r.fiscal_year, s.report_id
    from report_prepared r
    join mine using (unit_key)
    join report_store s using (report_key)
    where r.form = '部门整体' and r.accepted and r.fiscal_year in ($fiscal_year::integer, $fiscal_year::integer - 1)
),
-- Each year by itself: the report keys of two years are far apart, and what stands between them need not be read.
leaf as (
    select f.*, r.fiscal_year, r.report_id
    from leaf_fact f
    join (select * from reports where fiscal_year = (select this from year)) r using (report_key)
    union all
    select f.*, r.fiscal_year, r.report_id
    from leaf_fact f
    join (select * from reports where fiscal_year = (select this - 1 from year)) r using (report_key)
),
seen as (
    select
        f.fiscal_year, coalesce(i.canonical_leaf, i.level3) as name, coalesce(i.dimension, '未映射') as mapped, f.weight,
        coalesce(f.score, f.score_inferred) as counted, v.value_text, f.ordinal, f.report_id || ':' || f.ordinal as item
    from leaf f
    join indicator_dim i using (indicator_key)
    join value_dim v using (value_key)
    qualify count(*) over (partition by f.report_key, coalesce(i.canonical_leaf, i.level3), i.dimension) = 1
)
select
    coalesce(n.item, b.item) as item, coalesce(n.name, b.name) as name, coalesce(n.mapped, b.mapped) as mapped,
    b.weight::double as weight_before, n.weight::double as weight, b.counted::double as score_before,
    n.counted::double as score, (b.counted / nullif(b.weight, 0))::double as before_rate,
    (n.counted / nullif(n.weight, 0))::double as score_rate, b.value_text as value_before, n.value_text,
    case when b.name is null then '新增' when n.name is null then '取消' else '共有' end as kind
from (select * from seen where fiscal_year = (select this from year)) n
full join (select * from seen where fiscal_year = (select this - 1 from year)) b using (name, mapped)
order by
    case when b.name is null or n.name is null then 1 else 0 end,
    abs(n.counted / nullif(n.weight, 0) - b.counted / nullif(b.weight, 0)) desc nulls last,
    coalesce(n.ordinal, b.ordinal)

-- name: alike
-- One row a year in view: the reports that have a report of the same unit the year before, over the leaves both have.
with rated as (
    select fiscal_year, leaves, (score / weight)::double as rate, (score_before / weight_before)::double as before_rate
    from pair_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where dimension = $dimension
)
select
    fiscal_year, count(*) as alike_units, sum(leaves)::bigint as alike_leaves, avg(rate) as alike_rate,
    avg(before_rate) as alike_before_rate
from rated
group by fiscal_year
order by fiscal_year

-- name: steps
-- A step of 指标下钻 down to the level3 in $fiscal_year beside the year before: one row an item of the step. Leaves of both
-- years stand under the labels of this year; entered and gone are leaves of the units that report in both.
with pair as (
    select report_key, before_key
    from pair_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units)
    where dimension = '全部'
),
side as (
    select report_key, report_key as held, $fiscal_year::integer as fiscal_year from pair
    union all
    select report_key, before_key, $fiscal_year - 1 from pair
),
seen as (
    select
        s.report_key, s.fiscal_year, coalesce(i.canonical_leaf, i.level3) as name,
        coalesce(i.dimension, '未映射') as mapped, i.level2, i.level3, f.weight, coalesce(f.score, f.score_inferred) as counted
    from leaf_fact f
    join side s on s.held = f.report_key
    join indicator_dim i using (indicator_key)
    where $dimension is null or coalesce(i.dimension, '未映射') = $dimension
    qualify count(*) over (partition by s.held, coalesce(i.canonical_leaf, i.level3), i.dimension) = 1
),
matched as (
    select
        coalesce(n.report_key, b.report_key) as report_key, coalesce(n.name, b.name) as name,
        coalesce(n.mapped, b.mapped) as mapped, coalesce(n.level2, b.level2) as level2,
        coalesce(n.level3, b.level3) as level3, n.weight, n.counted as score, b.weight as weight_before,
        b.counted as score_before,
        case when b.name is null then '新增' when n.name is null then '取消' else '共有' end as kind
    from (select * from seen where fiscal_year = $fiscal_year) n
    full join (select * from seen where fiscal_year = $fiscal_year - 1) b using (report_key, name, mapped)
),
chosen as (
    select
        *, kind = '共有' and score is not null and score_before is not null and weight > 0 and weight_before > 0 as common,
        case $step when 'dimension' then mapped when 'level2' then level2 else level3 end as item
    from matched
    where $level2 is null or level2 = $level2
)
select
    item, count(distinct report_key) filter (common) as units, count(*) filter (common) as leaves,
    (sum(score_before) filter (common) / sum(weight_before) filter (common))::double as before_rate,
    (sum(score) filter (common) / sum(weight) filter (common))::double as score_rate,
    count(*) filter (kind = '新增') as entered, count(*) filter (kind = '取消') as gone,
    array_to_string(list_sort(list(distinct name) filter (kind = '新增'))[:$most], '、') as entered_names,
    array_to_string(list_sort(list(distinct name) filter (kind = '取消'))[:$most], '、') as gone_names,
    (sum(weight_before) filter (common))::double as weight_before, (sum(weight) filter (common))::double as weight,
    (sum(score_before) filter (common))::double as score_before, (sum(score) filter (common))::double as score
from chosen
group by item
order by abs(score_rate - before_rate) desc nulls last, item

-- name: unit_steps
-- The same of one name, one row a unit, the largest changes first, at most $listed; all_… are over all of them. A leaf is
-- followed by its name among all that are named like it in the dimension, and its name stands once in a report.
with named as (
    select
        indicator_key, coalesce(canonical_leaf, level3) as name, level2 = $level2 and level3 = $level3 as wanted,
        min(indicator_key) over (partition by coalesce(canonical_leaf, level3)) as name_key
    from indicator_dim
    where coalesce(dimension, '未映射') = $dimension
),
followed as (
    select * from named where name_key in (select name_key from named where wanted)
),
pair as (
    select report_key, before_key, unit_key
    from pair_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units)
    where dimension = '全部'
),
leaf as (
    select
        p.report_key, f.indicator_key, f.indicator_key as later_key, f.weight, f.counted as score, null::integer as earlier_key,
        null::decimal(12, 6) as weight_before, null::decimal(12, 6) as score_before
    from leaf_prepared f
    join pair p on p.report_key = f.report_key
    where f.fiscal_year = $fiscal_year and f.indicator_key in (select indicator_key from followed)
    union all
    select p.report_key, f.indicator_key, null, null, null, f.indicator_key, f.weight, f.counted
    from leaf_prepared f
    join pair p on p.before_key = f.report_key
    where f.fiscal_year = $fiscal_year - 1 and f.indicator_key in (select indicator_key from followed)
),
matched as (
    select
        report_key, name_key, count(later_key) as later, count(earlier_key) as earlier, min(later_key) as later_key,
        min(earlier_key) as earlier_key, min(weight) as weight, min(score) as score, min(weight_before) as weight_before,
        min(score_before) as score_before
    from leaf
    join followed using (indicator_key)
    group by report_key, name_key
),
sided as (
    select
        m.report_key, i.name, m.later = 1 and m.earlier <> 1 as entered, m.earlier = 1 and m.later <> 1 as gone,
        m.later = 1 and m.earlier = 1 and m.weight > 0 and m.weight_before > 0 and m.score is not null
            and m.score_before is not null as common,
        m.weight, m.score, m.weight_before, m.score_before
    from matched m
    join followed i on i.indicator_key = if(m.later = 1, m.later_key, m.earlier_key) and i.wanted
    where m.later = 1 or m.earlier = 1
),
chosen as (
    select
        report_key, if(common, weight, null) as weight, if(common, score, null) as score,
        if(common, weight_before, null) as weight_before, if(common, score_before, null) as score_before,
        if(entered, name, null) as entered_name, if(gone, name, null) as gone_name
    from sided
),
-- Nearly always one name is followed, and each report has it once: then there is nothing to add up.
alone as (
    select count(distinct name_key) = 1 as alone from followed
),
unit as (
    select
        report_key, (weight is not null)::bigint as leaves, weight_before, weight, score_before, score,
        (entered_name is not null)::bigint as entered, (gone_name is not null)::bigint as gone
    from chosen
    cross join alone a
    where a.alone
    union all
    select
        report_key, count(weight), sum(weight_before), sum(weight), sum(score_before), sum(score), count(entered_name),
        count(gone_name)
    from chosen
    cross join alone a
    where not a.alone
    group by report_key
),
rated as (
    select *, (score_before / weight_before)::double as before_rate, (score / weight)::double as score_rate from unit
),
whole as (
    select
        count(*) as all_rows, sum(leaves)::bigint as all_leaves, sum(entered)::bigint as all_entered,
        sum(gone)::bigint as all_gone, sum(weight_before)::double as all_weight_before, sum(weight)::double as all_weight,
        sum(score_before)::double as all_score_before, sum(score)::double as all_score
    from rated
),
listed as (
    select * from rated order by abs(score_rate - before_rate) desc nulls last, report_key limit $listed
),
told as (
    select
        report_key, list(distinct entered_name) filter (entered_name is not null) as entered_names,
        list(distinct gone_name) filter (gone_name is not null) as gone_names
    from chosen
    semi join listed using (report_key)
    where entered_name is not null or gone_name is not null
    group by report_key
)
select
    u.unit as item, (l.leaves > 0)::bigint as units, l.leaves, l.before_rate, l.score_rate, l.entered, l.gone,
    array_to_string(list_sort(t.entered_names)[:$most], '、') as entered_names,
    array_to_string(list_sort(t.gone_names)[:$most], '、') as gone_names, l.weight_before::double as weight_before,
    l.weight::double as weight, l.score_before::double as score_before, l.score::double as score, w.*
from listed l
join pair using (report_key)
left join told t using (report_key)
join unit_store u using (unit_key)
cross join whole w
order by abs(l.score_rate - l.before_rate) desc nulls last, u.unit, l.report_key

-- name: steps_of_provinces
-- The same over whole provinces ($scopes), down to the level3.
with chosen as (
    select s.*, case $step when 'dimension' then s.dimension when 'level2' then s.level2 else i.level3 end as item
    from step_prepared s
    left join indicator_dim i on i.indicator_key = s.name_key
    where s.fiscal_year = $fiscal_year
      and (list_contains($scopes, 0) or list_contains($scopes, s.province))
      and ($dimension is null or s.dimension = $dimension)
      and ($level2 is null or s.level2 = $level2)
      and (s.level2 is null) = ($step = 'dimension')
      and (s.name_key is null) = ($step <> 'level3')
),
summed as (
    select
        item, sum(units)::bigint as units, sum(leaves)::bigint as leaves,
        (sum(score_before) / sum(weight_before))::double as before_rate, (sum(score) / sum(weight))::double as score_rate,
        sum(entered)::bigint as entered, sum(gone)::bigint as gone,
        nullif(array_to_string(list_sort(list_distinct(flatten(list(entered_names))))[:$most], '、'), '') as entered_names,
        nullif(array_to_string(list_sort(list_distinct(flatten(list(gone_names))))[:$most], '、'), '') as gone_names,
        sum(weight_before)::double as weight_before, sum(weight)::double as weight,
        sum(score_before)::double as score_before, sum(score)::double as score
    from chosen
    group by item
)
from summed
order by abs(score_rate - before_rate) desc nulls last, item
