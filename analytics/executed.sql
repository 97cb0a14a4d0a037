-- 各单位预算执行: the reports of one year on a basis (execution_in_view), each against its 可比得分.

-- name: units
-- At most $most reports (null: all), the lowest rate first; all_… are over all of them. Where there are more: by turns two of
-- those with the lowest rates up to 100 %, one of those above it with the highest, and one of those without a rate.
-- A quarter of the reports with a score has the lower rates, another the higher ones: where more reports have the rate at its
-- bound than still fit in, they enter with their mean score. quantile_disc finds the last rate of a quarter or the first
-- beyond it, which give the same mean.
with viewed as (
    select
        report_key, unit_key, region_key, comparable_score, denominator, rate, own_rate, staff_rate, three_public_rate,
        case
            when rate is not null then source
            when denominator = 0 then '预算数为 0'
            when denominator < 0 then '预算数为负数'
            when stated_rate is not null and expenditure is null then '自填·口径不明'
            else '未列所需金额'
        end as source
    from execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, $basis)
),
whole as (
    select
        count(*) as all_reports, count(rate) as all_rated, min(rate) as all_lowest, median(rate) as all_middle,
        max(rate) as all_highest, count(*) filter (rate > 1) as all_over, count(*) filter (denominator = 0) as all_zero,
        count(*) filter (denominator < 0) as all_negative,
        count(*) filter (source = '未列所需金额') as all_unstated,
        count(*) filter (source = '自填·口径不明') as all_stated_only,
        count(*) filter (source like '%财政数据%' and abs(rate - own_rate) * 100 >= 0.005 and $basis = 'adjusted')
            as all_differing,
        count(staff_rate) as all_staff, count(*) filter (staff_rate > 1) as all_staff_over,
        count(three_public_rate) as all_three_public, count(*) filter (three_public_rate > 0) as all_three_public_up,
        count(rate) filter (comparable_score is not null) as all_scored, all_scored // 4 as all_quarter,
        quantile_disc(rate, [0.25, 0.75]) filter (comparable_score is not null) as bounds
    from viewed
),
quarter as (
    select
        (coalesce(sum(comparable_score) filter (rate < bounds[1]), 0)
            + (any_value(all_quarter) - count(*) filter (rate < bounds[1])) * avg(comparable_score) filter (rate = bounds[1])
        ) / nullif(any_value(all_quarter), 0) as all_low_score,
        (coalesce(sum(comparable_score) filter (rate > bounds[2]), 0)
            + (any_value(all_quarter) - count(*) filter (rate > bounds[2])) * avg(comparable_score) filter (rate = bounds[2])
        ) / nullif(any_value(all_quarter), 0) as all_high_score
    from viewed cross join whole
    where comparable_score is not null
),
turn as (
    select report_key, row_number() over (order by rate, region_key, unit_key) as place
    from (select * from viewed where rate <= 1 order by rate, region_key, unit_key limit $most)
    union all
    select report_key, 2 * row_number() over (order by rate desc, region_key, unit_key)
    from (select * from viewed where rate > 1 order by rate desc, region_key, unit_key limit $most)
    union all
    select report_key, 2 * row_number() over (order by region_key, unit_key)
    from (select * from viewed where rate is null order by region_key, unit_key limit $most)
),
listed as (
    select report_key from turn order by place, report_key limit $most
)
select
    u.unit_id || ':' || x.fiscal_year as item, u.unit, x.fiscal_year, g.full_name as region, u.department,
    x.comparable_score, x.numerator::double as numerator, x.denominator::double as denominator, x.rate, v.source,
    x.stated_rate, x.own_rate, x.adjustment_rate, x.gross_adjustment_rate, x.carry_over_rate,
    x.carry_over_change as carry_over_change_rate, x.staff_rate, x.three_public_rate,
    case when $basis = 'adjusted' and v.source like '%财政数据%' then (x.rate - x.own_rate) * 100 end as own_gap_points,
    w.* exclude (bounds), q.*
from execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, $basis) x
join viewed v using (report_key)
semi join listed using (report_key)
join unit_store u on u.unit_key = x.unit_key
left join region g on g.region_code = u.region_code
cross join whole w
cross join quarter q
order by x.rate nulls last, u.region_code, u.unit

-- name: dots
-- At most $most of the reports with a rate and a score, at even distances in the order of their rates.
with placed as (
    select
        unit_key, fiscal_year, rate, comparable_score, count(*) over () as reports,
        row_number() over (order by rate, region_key, unit_key) - 1 as place
    from execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, $basis)
    where rate is not null and comparable_score is not null
)
select u.unit_id || ':' || p.fiscal_year as item, u.unit, p.rate, p.comparable_score
from placed p
join unit_store u using (unit_key)
where (p.place * $most + p.reports - 1) // p.reports * p.reports < (p.place + 1) * $most
order by p.place
