-- 得分分布: how score rates spread. A report's rate is Σ得分 / Σ权重 over its scored leaves of $dimension, or of all.
-- Reports with a leaf that has no score count with what they have, as in 指标下钻.

-- name: groups
-- One row a group ($by: region, department, fiscal_year, dimension): n, mean, quantiles, Tukey whiskers. Units are the
-- observations; quantiles are exact.
with rated as (
    select *, group_of($by, region_code, department, fiscal_year, dimension) as item
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where ($by = 'dimension' and dimension <> '全部') or ($by <> 'dimension' and dimension = $dimension)
),
fenced as (
    select item, quantile_cont(rate, 0.25) as q1, quantile_cont(rate, 0.75) as q3 from rated group by item
)
select
    r.item,
    case $by
        when 'region' then coalesce(any_value(r.region), '区划未知')
        when 'department' then coalesce(any_value(r.department), '主管部门未载明')
        else r.item end as label,
    count(*) as reports, count(distinct r.unit_id) as units, avg(r.rate) as mean_rate,
    quantile_cont(r.rate, 0.5) as middle_rate, f.q1 as q1_rate, f.q3 as q3_rate, min(r.rate) as lowest_rate,
    max(r.rate) as highest_rate,
    min(r.rate) filter (r.rate >= f.q1 - 1.5 * (f.q3 - f.q1)) as low_rate,
    max(r.rate) filter (r.rate <= f.q3 + 1.5 * (f.q3 - f.q1)) as high_rate,
    count(*) filter (r.rate < f.q1 - 1.5 * (f.q3 - f.q1) or r.rate > f.q3 + 1.5 * (f.q3 - f.q1)) as outliers,
    count(*) filter (r.rate >= 1) as full_reports
from rated r
join fenced f using (item)
group by r.item, f.q1, f.q3
order by
    case when $by = 'dimension'
        then coalesce(list_position(['决策', '过程', '履职产出', '效益', '满意度', '可持续发展'], r.item), 99) end,
    case when $by = 'fiscal_year' then r.item end, middle_rate, r.item

-- name: outliers
-- The reports beyond the whiskers of their group, the furthest first.
with rated as (
    select *, group_of($by, region_code, department, fiscal_year, dimension) as grouped
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where ($by = 'dimension' and dimension <> '全部') or ($by <> 'dimension' and dimension = $dimension)
),
fenced as (
    select grouped, quantile_cont(rate, 0.25) as q1, quantile_cont(rate, 0.75) as q3, quantile_cont(rate, 0.5) as middle
    from rated group by grouped
)
select
    r.unit_id || ':' || r.fiscal_year as item, r.grouped, r.unit, r.fiscal_year, r.region, r.rate,
    f.middle as middle_rate
from rated r
join fenced f using (grouped)
where r.rate < f.q1 - 1.5 * (f.q3 - f.q1) or r.rate > f.q3 + 1.5 * (f.q3 - f.q1)
order by abs(r.rate - f.middle) desc, r.unit, r.fiscal_year
limit 200

-- name: points
-- Every report, for groups too small to summarise.
select
    unit_id || ':' || fiscal_year as item, unit, fiscal_year, region, rate,
    group_of($by, region_code, department, fiscal_year, dimension) as grouped
from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
where ($by = 'dimension' and dimension <> '全部') or ($by <> 'dimension' and dimension = $dimension)
order by grouped, rate, unit
limit 2000

-- name: ecdf
-- Share of reports at or below a rate, at the rate that each hundredth, twentieth of the reports reaches.
with rated as (
    select rate, cume_dist() over (order by rate) as share_rate
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where dimension = $dimension
),
listed as (
    select unnest(quantile_disc(rate, [0.00, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.15, 0.20,
        0.25, 0.30, 0.35, 0.40, 0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 0.99, 1.00])) as rate
    from rated
)
select distinct r.rate, r.share_rate
from rated r
semi join listed l using (rate)
order by r.rate

-- name: columns
-- 分数段 of the score rate × 100.
select b.item, count(r.report_key) as reports, count(distinct r.unit_id) as units
from score_band b
left join (
    select * from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where dimension = $dimension
) r on r.rate * 100 >= b.lowest and r.rate * 100 < b.below
where b.kind = '分数段'
group by b.place, b.item
order by b.place

-- name: heat
-- Score rate of a row ($by: region, department, unit) in each dimension, over scored leaves; at most 60 rows, lowest first.
with rated as (
    select *, case $by
        when 'region' then coalesce(region, '区划未知')
        when 'department' then coalesce(department, '主管部门未载明')
        else unit end as item
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
),
kept as (
    select item from rated where dimension = '全部'
    group by item order by sum(score) / nullif(sum(weight), 0), item limit 60
)
select
    item, dimension, count(*) as reports, sum(score)::double as score, sum(weight)::double as weight,
    (sum(score) / nullif(sum(weight), 0))::double as score_rate
from rated
semi join kept using (item)
group by item, dimension
order by item, dimension

-- name: position
-- One unit and year on its peer base: all reports of the same fiscal year and template, whatever the filters are.
with mine as (
    select report_key, fiscal_year, template_key from report
    where unit_id = $unit_id and fiscal_year = $fiscal_year and status = 'accepted'
    order by form limit 1
),
base as (
    select d.dimension, d.score / nullif(d.weight_scored, 0) as rate, d.report_key
    from report_dimension d
    join report r using (report_key)
    join mine m on m.fiscal_year = r.fiscal_year and m.template_key = r.template_key
    where r.status = 'accepted' and d.weight_scored > 0
),
own as (
    select b.dimension, b.rate from base b join mine using (report_key)
)
select
    o.dimension as item, o.rate::double as rate, count(b.report_key) as reports,
    count(*) filter (b.rate < o.rate) as below, count(*) filter (b.rate = o.rate) as same,
    quantile_cont(b.rate::double, 0.25) as q1_rate, quantile_cont(b.rate::double, 0.5) as middle_rate,
    quantile_cont(b.rate::double, 0.75) as q3_rate
from own o
join base b using (dimension)
group by o.dimension, o.rate
order by coalesce(list_position(['决策', '过程', '履职产出', '效益', '满意度', '可持续发展'], o.dimension), 99)

-- name: undiscriminating
-- Leaves that nearly every unit scores full: by year, template and name, at least $fewest reports.
select
    l.fiscal_year || ':' || l.template_key || ':' || l.level3 as item, l.fiscal_year, any_value(t.name) as name,
    any_value(t.template) as template, any_value(l.level1) as level1, any_value(l.level2) as level2, l.level3,
    count(*) as reports, sum((l.counted >= l.weight)::int) as full_reports,
    avg((l.counted >= l.weight)::int)::double as full_rate, avg(l.weight)::double as weight
from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) l
join template_store t using (template_key)
where l.counted is not null and l.weight > 0
group by l.fiscal_year, l.template_key, l.level3
having count(*) >= $fewest and avg((l.counted >= l.weight)::int) >= $share
order by l.fiscal_year desc, full_rate desc, weight desc, l.level3
limit 500
