-- 得分分布: how score rates spread. A report's rate is Σ得分 / Σ权重 over its scored leaves of $dimension, or of all.
-- Reports with a leaf that has no score count with what they have, as in 指标下钻. Groups ($by: region, department,
-- fiscal_year, dimension) are formed by key; names are looked up for what is returned.

-- name: groups
-- One row a group: n, mean, quantiles, Tukey whiskers. Units are the observations; quantiles are exact.
with rated as (
    select
        unit_key, rate,
        case $by when 'region' then region_key when 'department' then department_key when 'fiscal_year' then fiscal_year end
            as key,
        case when $by = 'dimension' then dimension end as kind
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where ($by = 'dimension' and dimension <> '全部') or ($by <> 'dimension' and dimension = $dimension)
),
counted as (
    select key, kind, rate, count(*) as n from rated group by key, kind, rate
),
placed as (
    select
        *, sum(n) over (partition by key, kind order by rate) as upto, sum(n) over (partition by key, kind) - 1 as last
    from counted
),
summed as (
    select
        key, kind, sum(n)::bigint as reports, sum(rate * n) / sum(n) as mean_rate,
        quantile_of(rate, upto, 0.25 * last) as q1_rate, quantile_of(rate, upto, 0.5 * last) as middle_rate,
        quantile_of(rate, upto, 0.75 * last) as q3_rate, min(rate) as lowest_rate, max(rate) as highest_rate,
        coalesce(sum(n) filter (rate >= 1), 0)::bigint as full_reports
    from placed
    group by key, kind
),
fenced as (
    select *, q1_rate - 1.5 * (q3_rate - q1_rate) as low_fence, q3_rate + 1.5 * (q3_rate - q1_rate) as high_fence
    from summed
),
reached as (
    select
        f.key, f.kind, min(c.rate) filter (c.rate >= f.low_fence) as low_rate,
        max(c.rate) filter (c.rate <= f.high_fence) as high_rate,
        coalesce(sum(c.n) filter (c.rate < f.low_fence or c.rate > f.high_fence), 0)::bigint as outliers
    from counted c
    join fenced f on f.key is not distinct from c.key and f.kind is not distinct from c.kind
    group by f.key, f.kind
),
seen as (
    select key, kind, count(distinct unit_key) as units from rated group by key, kind
),
named as (
    select
        f.*, n.units, w.low_rate, w.high_rate, w.outliers, group_item($by, f.key, f.kind, u.department) as item,
        group_label($by, f.key, f.kind, u.department, g.full_name) as label
    from fenced f
    join reached w on w.key is not distinct from f.key and w.kind is not distinct from f.kind
    join seen n on n.key is not distinct from f.key and n.kind is not distinct from f.kind
    left join region g on $by = 'region' and g.region_code = f.key::varchar
    left join unit_store u on $by = 'department' and u.unit_key = f.key
)
select
    item, label, reports, units, mean_rate, middle_rate, q1_rate, q3_rate, lowest_rate, highest_rate, low_rate, high_rate,
    outliers, full_reports
from named
order by
    case when $by = 'dimension'
        then coalesce(list_position(['决策', '过程', '履职产出', '效益', '满意度', '可持续发展'], item), 99) end,
    case when $by = 'fiscal_year' then item end, middle_rate, item

-- name: outliers
-- The reports beyond the whiskers of their group, the furthest first.
with rated as (
    select
        unit_key, fiscal_year, rate,
        case $by when 'region' then region_key when 'department' then department_key when 'fiscal_year' then fiscal_year end
            as key,
        case when $by = 'dimension' then dimension end as kind
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where ($by = 'dimension' and dimension <> '全部') or ($by <> 'dimension' and dimension = $dimension)
),
counted as (
    select key, kind, rate, count(*) as n from rated group by key, kind, rate
),
placed as (
    select
        *, sum(n) over (partition by key, kind order by rate) as upto, sum(n) over (partition by key, kind) - 1 as last
    from counted
),
fenced as (
    select
        key, kind, quantile_of(rate, upto, 0.25 * last) as q1, quantile_of(rate, upto, 0.5 * last) as middle_rate,
        quantile_of(rate, upto, 0.75 * last) as q3
    from placed
    group by key, kind
),
far as (
    select r.*, f.middle_rate
    from rated r
    join fenced f on f.key is not distinct from r.key and f.kind is not distinct from r.kind
    where r.rate < f.q1 - 1.5 * (f.q3 - f.q1) or r.rate > f.q3 + 1.5 * (f.q3 - f.q1)
)
select
    u.unit_id || ':' || f.fiscal_year as item, group_item($by, f.key, f.kind, d.department) as grouped, u.unit,
    f.fiscal_year, g.full_name as region, f.rate, f.middle_rate
from far f
join unit_store u using (unit_key)
left join region g on g.region_code = u.region_code
left join unit_store d on $by = 'department' and d.unit_key = f.key
order by abs(f.rate - f.middle_rate) desc, u.unit, f.fiscal_year, item, grouped
limit 200

-- name: points
-- Every report of the groups too small to summarise: fewer than $fewest reports.
with rated as (
    select
        unit_key, fiscal_year, rate,
        case $by when 'region' then region_key when 'department' then department_key when 'fiscal_year' then fiscal_year end
            as key,
        case when $by = 'dimension' then dimension end as kind
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where ($by = 'dimension' and dimension <> '全部') or ($by <> 'dimension' and dimension = $dimension)
),
small as (
    select key, kind from rated group by key, kind having count(*) < $fewest
)
select
    u.unit_id || ':' || r.fiscal_year as item, u.unit, r.fiscal_year, g.full_name as region, r.rate,
    group_item($by, r.key, r.kind, d.department) as grouped
from rated r
join small s on s.key is not distinct from r.key and s.kind is not distinct from r.kind
join unit_store u using (unit_key)
left join region g on g.region_code = u.region_code
left join unit_store d on $by = 'department' and d.unit_key = r.key
order by grouped, r.rate, u.unit
limit 2000

-- name: ecdf
-- Share of reports at or below a rate, at the rate that each hundredth, twentieth of the reports reaches.
with rated as (
    select rate
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where dimension = $dimension
),
listed as (
    select unnest(quantile_disc(rate, [0.00, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.15, 0.20,
        0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 0.99, 1.00])) as rate
    from rated
),
cumulated as (
    select rate, (sum(count(*)) over (order by rate) / sum(count(*)) over ())::double as share_rate from rated group by rate
)
select c.rate, c.share_rate
from cumulated c
semi join listed l using (rate)
order by c.rate

-- name: columns
-- 分数段 of the score rate × 100.
with banded as (
    select b.item, count(*) as reports, count(distinct r.unit_key) as units
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
    asof join (select * from score_band where kind = '分数段') b on round(r.rate * 100, 6) >= b.lowest
    where r.dimension = $dimension and round(r.rate * 100, 6) < b.below
    group by b.item
)
select b.item, coalesce(n.reports, 0) as reports, coalesce(n.units, 0) as units
from score_band b
left join banded n using (item)
where b.kind = '分数段'
order by b.place

-- name: heat
-- Score rate of a row ($by: region, department, unit) in each dimension, over scored leaves; at most 60 rows, lowest first.
with viewed as (
    select
        case $by when 'region' then region_key when 'department' then department_key else unit_key end as key, dimension,
        score, weight
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
),
kept as (
    select key from viewed where dimension = '全部' group by key order by sum(score) / sum(weight), key limit 60
),
named as (
    select
        k.key, g.full_name as region, case $by
            when 'region' then coalesce(g.full_name || own_level(k.key), '区划未知')
            when 'department' then coalesce(u.department, '主管部门未载明')
            else u.unit end as item
    from kept k
    left join unit_store u on $by <> 'region' and u.unit_key = k.key
    left join region g on g.region_code = case when $by = 'region' then k.key::varchar else u.region_code end
),
labelled as (
    select key, item || case when count(*) over (partition by item) > 1 then '（' || coalesce(region, '区划未知') || '）' else '' end
        as item
    from named
)
select
    n.item, v.dimension, count(*) as reports, sum(v.score)::double as score, sum(v.weight)::double as weight,
    (sum(v.score) / sum(v.weight))::double as score_rate
from viewed v
join labelled n using (key)
group by n.item, v.dimension
order by n.item, v.dimension

-- name: position
-- One unit and year on its peer base: all reports of the same fiscal year and template, whatever the filters are.
with mine as (
    select r.report_key, r.fiscal_year, r.template_key
    from report_prepared r
    join unit_store u using (unit_key)
    where u.unit_id = $unit_id and r.fiscal_year = $fiscal_year and r.accepted
    order by r.form limit 1
),
base as (
    select d.dimension, d.rate, d.report_key
    from rate_prepared d
    join mine m on m.fiscal_year = d.fiscal_year and m.template_key = d.template_key
    where d.fiscal_year = $fiscal_year and d.dimension <> '全部'
),
own as (
    select b.dimension, b.rate from base b join mine using (report_key)
)
select
    o.dimension as item, o.rate, count(b.report_key) as reports,
    count(*) filter (b.rate < o.rate) as below, count(*) filter (b.rate = o.rate) as same,
    quantile_cont(b.rate, 0.25) as q1_rate, quantile_cont(b.rate, 0.5) as middle_rate,
    quantile_cont(b.rate, 0.75) as q3_rate
from own o
join base b using (dimension)
group by o.dimension, o.rate
order by coalesce(list_position(['决策', '过程', '履职产出', '效益', '满意度', '可持续发展'], o.dimension), 99)

-- name: undiscriminating
-- Leaves that nearly every unit scores full: by year, template and name, at least $fewest reports.
with counted as (
    select fiscal_year, template_key, level1, level2, level3, leaves, full_leaves, weight
    from full_prepared
    where (len($years) = 0 or list_contains($years, fiscal_year))
      and region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
)
select
    c.fiscal_year || ':' || c.template_key || ':' || c.level3 as item, c.fiscal_year, any_value(t.name) as name,
    any_value(t.template) as template, min(c.level1) as level1, min(c.level2) as level2, c.level3,
    sum(c.leaves)::bigint as reports, sum(c.full_leaves)::bigint as full_reports,
    (sum(c.full_leaves) / sum(c.leaves))::double as full_rate, (sum(c.weight) / sum(c.leaves))::double as weight
from counted c
join template_store t using (template_key)
group by c.fiscal_year, c.template_key, c.level3
having sum(c.leaves) >= $fewest and sum(c.full_leaves) / sum(c.leaves) >= $share
order by c.fiscal_year desc, full_rate desc, weight desc, c.level3, c.template_key
limit 500

-- name: undiscriminating_of_units
-- The same over the leaves of some departments or units.
select
    r.fiscal_year || ':' || r.template_key || ':' || i.level3 as item, r.fiscal_year, any_value(t.name) as name,
    any_value(t.template) as template, min(i.level1) as level1, min(i.level2) as level2, i.level3,
    count(*) as reports, count(*) filter (coalesce(f.score, f.score_inferred) >= f.weight)::bigint as full_reports,
    avg((coalesce(f.score, f.score_inferred) >= f.weight)::int)::double as full_rate, avg(f.weight)::double as weight
from leaf_fact f
join prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
join indicator_dim i using (indicator_key)
join template_store t on t.template_key = r.template_key
where coalesce(f.score, f.score_inferred) is not null and f.weight > 0
group by r.fiscal_year, r.template_key, i.level3
having count(*) >= $fewest and avg((coalesce(f.score, f.score_inferred) >= f.weight)::int) >= $share
order by r.fiscal_year desc, full_rate desc, weight desc, i.level3, r.template_key
limit 500
