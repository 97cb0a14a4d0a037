-- 得分分布: how score rates spread. A report's rate is Σ得分 / Σ权重 over its scored leaves of $dimension, or of all.
-- Reports with a leaf that has no score count with what they have, as in 指标下钻. Groups ($by: region, department,
-- fiscal_year, dimension) are formed by key; names are looked up for what is returned. $year is set where prepared rows serve.

-- name: groups
-- One row a group: n, mean, quantiles, Tukey whiskers. Units are the observations; quantiles are exact. At most $most groups,
-- those with the lowest medians; all_… is said of all groups, of medians and outliers only where there are $fewest reports.
with grouped as (
    select *
    from groups_in_view($by, $dimension, $year, $counted, $years, $region_prefixes, $own_level_codes, $departments, $units)
),
counted as (
    select
        count(*) as all_groups, count(*) filter (reports < $fewest) as all_small, sum(reports)::bigint as all_reports,
        max(reports) as all_largest, min(mean_rate) as all_low_mean, max(mean_rate) as all_high_mean,
        min(middle_rate) filter (reports >= $fewest) as all_low_middle,
        max(middle_rate) filter (reports >= $fewest) as all_high_middle, min(lowest_rate) as all_lowest,
        max(highest_rate) as all_highest, coalesce(sum(outliers) filter (reports >= $fewest), 0)::bigint as all_outliers
    from grouped
),
shown as (
    select * from grouped order by middle_rate, key, dimension limit $most
)
select
    group_item($by, s.key, s.dimension, u.department) as item,
    group_label($by, s.key, s.dimension, u.department, g.full_name) as label, s.reports, s.units, s.mean_rate,
    s.middle_rate, s.q1_rate, s.q3_rate, s.lowest_rate, s.highest_rate, s.low_rate, s.high_rate, s.outliers,
    s.full_reports, c.*
from shown s
cross join counted c
left join region g on $by = 'region' and g.region_code = s.key::varchar
left join unit_store u on $by = 'department' and u.unit_key = s.key
order by
    case when $by = 'dimension'
        then coalesce(list_position(['决策', '过程', '履职产出', '效益', '满意度', '可持续发展'], s.dimension), 99) end,
    case when $by = 'fiscal_year' then s.key end, s.middle_rate, s.key

-- name: reach
-- The rates between which no report is among the $listed that are furthest from the middle of their group. So many reports are at
-- least so far (upto): the furthest outlier of each group, and of all regions as many as the counts tell.
with fenced as (
    select *, greatest(
            case when lowest_rate < low_rate then middle_rate - lowest_rate end,
            case when highest_rate > high_rate then highest_rate - middle_rate end
        ) as distance
    from groups_in_view($by, $dimension, $year, $counted, $years, $region_prefixes, $own_level_codes, $departments, $units)
    where reports >= $fewest and outliers > 0
),
placed as (
    select distance, row_number() over (order by distance desc) as upto from fenced
    union all
    select abs(c.rate - f.middle_rate), sum(c.reports) over (order by abs(c.rate - f.middle_rate) desc)
    from rate_count c
    join fenced f
        on f.dimension = c.dimension and f.key = case when $by = 'fiscal_year' then c.fiscal_year else 0 end
        and (c.rate < f.low_rate or c.rate > f.high_rate)
    where $everywhere and $by in ('fiscal_year', 'dimension') and (len($years) = 0 or list_contains($years, c.fiscal_year))
)
select max(middle_rate - d.distance) + 1e-9 as low, min(middle_rate + d.distance) - 1e-9 as high
from fenced, (select max(distance) filter (upto >= $listed) as distance from placed) d

-- name: outliers
-- The reports beyond the whiskers of their group, of $fewest reports or more, the furthest first; none is between $low and
-- $high.
with fenced as (
    select dimension, key, low_rate, middle_rate, high_rate
    from groups_in_view($by, $dimension, $year, $counted, $years, $region_prefixes, $own_level_codes, $departments, $units)
    where reports >= $fewest and outliers > 0
),
far as materialized (
    select r.unit_key, r.fiscal_year, r.dimension, r.key, r.rate, f.middle_rate, abs(r.rate - f.middle_rate) as distance
    from rated_in_view($by, $dimension, $years, $region_prefixes, $own_level_codes, $departments, $units) r
    join fenced f on f.dimension = r.dimension and f.key = r.key and (r.rate < f.low_rate or r.rate > f.high_rate)
    where r.rate <= $low or r.rate >= $high
),
furthest as (
    select distance from far order by distance desc limit $listed
)
select
    u.unit_id || ':' || f.fiscal_year as item, group_item($by, f.key, f.dimension, d.department) as grouped,
    group_label($by, f.key, f.dimension, d.department, g.full_name) as label, u.unit, f.fiscal_year, g.full_name as region,
    f.rate, f.middle_rate
from far f
join unit_store u using (unit_key)
left join region g on g.region_code = u.region_code
left join unit_store d on $by = 'department' and d.unit_key = f.key
where f.distance >= (select min(distance) from furthest)
order by f.distance desc, u.unit, f.fiscal_year, item, grouped
limit $listed

-- name: points
-- Every report of the groups too small to summarise, fewer than $fewest reports, among the $most groups shown.
with shown as (
    select dimension, key, reports
    from groups_in_view($by, $dimension, $year, $counted, $years, $region_prefixes, $own_level_codes, $departments, $units)
    order by middle_rate, key, dimension
    limit $most
),
small as (
    select r.*
    from rated_in_view($by, $dimension, $years, $region_prefixes, $own_level_codes, $departments, $units) r
    join shown s on s.dimension = r.dimension and s.key = r.key and s.reports < $fewest
)
select
    u.unit_id || ':' || r.fiscal_year as item, u.unit, r.fiscal_year, g.full_name as region, r.rate,
    group_item($by, r.key, r.dimension, d.department) as grouped
from small r
join unit_store u using (unit_key)
left join region g on g.region_code = u.region_code
left join unit_store d on $by = 'department' and d.unit_key = r.key
order by grouped, r.rate, u.unit

-- name: ecdf
-- Share of reports at or below a rate, at the rate that each hundredth, twentieth of the reports reaches.
with cumulated as (
    select
        rate, reports, sum(reports) over (order by rate)::bigint as upto, sum(reports) over ()::bigint as total
    from counts_in_view($everywhere, $dimension, $years, $region_prefixes, $own_level_codes, $departments, $units)
)
select rate::varchar as item, rate, upto as reports, upto / total as share_rate
from cumulated
where upto = reports
   or len(list_filter(
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 99, 100],
        lambda step: (upto - reports) * 100 < step * total and step * total <= upto * 100
   )) > 0
order by rate

-- name: lowest
-- The $most reports with the lowest rates among those of a 分数段 ($band), or at or below $upto.
with band as (
    select lowest, below from score_band where kind = '分数段' and item = $band
),
near as (
    select rate, fiscal_year, region_key, unit_key
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where dimension = $dimension and rate <= coalesce($upto, (select below from band) / 100 + 1e-6)
      and rate >= coalesce((select lowest from band) / 100 - 1e-6, '-infinity'::double)
),
lowest as (
    select *
    from near
    where $band is null
       or (round(rate * 100, 6) >= (select lowest from band) and round(rate * 100, 6) < (select below from band))
    order by rate, fiscal_year desc, region_key, unit_key
    limit $most
)
select u.unit_id || ':' || l.fiscal_year as item, u.unit, l.fiscal_year, g.full_name as region, l.rate
from lowest l
join unit_store u using (unit_key)
left join region g on g.region_code = u.region_code
order by l.rate, l.fiscal_year desc, l.region_key, l.unit_key

-- name: columns
-- 分数段 of the score rate × 100.
with banded as (
    select c.rate, c.reports, b.place
    from counts_in_view($everywhere, $dimension, $years, $region_prefixes, $own_level_codes, $departments, $units) c
    join score_band b
        on b.kind = '分数段' and round(c.rate * 100, 6) >= b.lowest and round(c.rate * 100, 6) < b.below
),
placed as (
    select r.unit_key, bit_or(1::bigint << b.place) as places
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
    join banded b using (rate)
    where r.dimension = $dimension
    group by r.unit_key
),
alike as (
    select places, count(*) as units from placed group by places
)
select
    item, coalesce((select sum(reports) from banded where banded.place = b.place), 0)::bigint as reports,
    coalesce((select sum(units) from alike where places & (1::bigint << b.place) <> 0), 0)::bigint as units
from score_band b
where kind = '分数段'
order by place

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
-- Leaves that nearly every unit scores full: by year, template and name, at least $fewest reports. Where a name stands is
-- looked up for those that are returned.
with chosen as (
    select * from full_prepared
    where (len($years) = 0 or list_contains($years, fiscal_year))
      and region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
),
summed as (
    select
        fiscal_year, template_key, level3, sum(leaves)::bigint as reports,
        sum(full_leaves)::bigint as full_reports, sum(full_leaves) / sum(leaves) as full_rate,
        sum(weight)::double / sum(leaves) as weight
    from chosen
    group by fiscal_year, template_key, level3
    having sum(leaves) >= $fewest and sum(full_leaves) / sum(leaves) >= $share
),
listed as (
    select * from summed order by fiscal_year desc, full_rate desc, weight desc, level3, template_key limit 500
),
placed as (
    select fiscal_year, template_key, level3, min(level1) as level1, min(level2) as level2, min(dimension) as dimension,
        min(dimension) = max(dimension) and min(level2) = max(level2) as one_place
    from chosen join listed using (fiscal_year, template_key, level3)
    group by fiscal_year, template_key, level3
)
select
    s.fiscal_year || ':' || s.template_key || ':' || s.level3 as item, s.fiscal_year, t.name, t.template, t.region_code,
    p.level1, p.level2, s.level3, p.dimension, p.one_place, s.reports, s.full_reports, s.full_rate, s.weight
from listed s
join placed p using (fiscal_year, template_key, level3)
join template_store t using (template_key)
order by s.fiscal_year desc, s.full_rate desc, s.weight desc, s.level3, s.template_key

-- name: undiscriminating_of_units
-- The same over the leaves of some departments or units.
select
    r.fiscal_year || ':' || r.template_key || ':' || i.level3 as item, r.fiscal_year, any_value(t.name) as name,
    any_value(t.template) as template, any_value(t.region_code) as region_code, min(i.level1) as level1,
    min(i.level2) as level2, i.level3, min(coalesce(i.dimension, '未映射')) as dimension,
    min(coalesce(i.dimension, '未映射')) = max(coalesce(i.dimension, '未映射')) and min(i.level2) = max(i.level2) as one_place,
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
