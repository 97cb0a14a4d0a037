-- The questions of the pages over the warehouse's raw rows, without prepared tables.

-- What is counted: a filter that names nothing is none at all, years are a range first, for the least and highest of the
-- rows' groups; units of the regions asked for are found in their own small table.

-- name: all_years
create or replace temp macro in_years(years, year) as true

-- name: some_years
create or replace temp macro in_years(years, year) as
    year between list_min(years) and list_max(years) and list_contains(years, year)

-- name: all_regions
create or replace temp macro in_regions(prefixes, unit) as true

-- name: some_regions
create or replace temp macro in_regions(prefixes, unit) as unit in (
    select unit_key from unit_store
    where len(list_filter(prefixes, lambda prefix: starts_with(region_code, prefix))) > 0
)

-- name: reports
create or replace temp macro raw_reports(years, prefixes) as table
select report_key, unit_key, fiscal_year, template_key, comparable_score
from report_store
where is_current and status = 'accepted' and in_years(years, fiscal_year) and in_regions(prefixes, unit_key)

-- Keys of reports follow year, region and unit, as rows do: where whole ranges of keys are out of view, a scan by ranges
-- leaves the rows of other reports unread. It takes 2 ms more to be planned.

-- name: blocks
select min(report_key), max(report_key) from raw_reports($years, $prefixes) group by report_key // $block

-- name: scan
create or replace temp macro scanned(source, lows, highs) as table
select * from query_table(source)

-- name: scan_by_ranges
create or replace temp macro scanned(source, lows, highs) as table
select * from query_table(source) where report_key between lows[1] and highs[1]
union all
select * from query_table(source) where report_key between lows[2] and highs[2]
union all
select * from query_table(source) where report_key between lows[3] and highs[3]
union all
select * from query_table(source) where report_key between lows[4] and highs[4]
union all
select * from query_table(source) where report_key between lows[5] and highs[5]
union all
select * from query_table(source) where report_key between lows[6] and highs[6]
union all
select * from query_table(source) where report_key between lows[7] and highs[7]
union all
select * from query_table(source) where report_key between lows[8] and highs[8]
union all
select * from query_table(source) where report_key between lows[9] and highs[9]
union all
select * from query_table(source) where report_key between lows[10] and highs[10]
union all
select * from query_table(source) where report_key between lows[11] and highs[11]
union all
select * from query_table(source) where report_key between lows[12] and highs[12]

-- name: leaves
create or replace temp macro raw_leaves(years, prefixes, lows, highs) as table
select
    report_key, unit_key, fiscal_year, template_key, indicator_key, f.weight, coalesce(f.score, f.score_inferred) as score
from scanned('leaf_fact', lows, highs) f
join raw_reports(years, prefixes) using (report_key)

-- Unit keys are small numbers in a row: a bit each counts the distinct ones of few groups three times as fast.

-- name: years
select
    fiscal_year, count(*) as reports, bit_count(bitstring_agg(unit_key, 1, $last_unit)) as units,
    avg(comparable_score) as average, count(*) filter (comparable_score >= 90) as excellent
from raw_reports($years, $prefixes)
group by fiscal_year

-- name: lost
select
    dimension as item, count(*) as leaves, bit_count(bitstring_agg(unit_key, 1, $last_unit)) as units,
    (sum(weight) filter (score is not null))::double as weight_scored, sum(score)::double as score
from raw_leaves($years, $prefixes, $lows, $highs)
join indicator_dim using (indicator_key)
group by dimension

-- name: names
select
    level3 as item, count(*) as leaves, count(distinct unit_key) as units,
    (sum(weight) filter (score is not null))::double as weight_scored, sum(score)::double as score
from raw_leaves($years, $prefixes, $lows, $highs)
join indicator_dim using (indicator_key)
where dimension = $dimension and level2 = $level2
group by level3

-- name: spread
with rated as (
    select any_value(unit_key) as unit_key, (sum(score) / sum(weight) filter (score is not null))::double as rate
    from raw_leaves($years, $prefixes, $lows, $highs)
    where indicator_key in (select indicator_key from indicator_dim where dimension = $dimension)
    group by report_key
),
spread as (
    select
        region_code, count(*) as reports, avg(rate) as mean_rate, quantile_cont(rate, [0.25, 0.5, 0.75]) as quarters
    from rated
    join unit_store using (unit_key)
    where rate is not null
    group by region_code
)
select
    region_code as item, reports, mean_rate, quarters[1] as q1_rate, quarters[2] as middle_rate, quarters[3] as q3_rate
from spread

-- What does not count is left out while counting: a condition on leaves would be tried on every leaf of the warehouse.

-- name: full
select
    fiscal_year || ':' || template_key || ':' || level3 as item,
    count(*) filter (weight > 0 and score is not null) as reports,
    count(*) filter (weight > 0 and score >= weight) as full_reports
from raw_leaves($years, $prefixes, $lows, $highs)
join indicator_dim using (indicator_key)
group by fiscal_year, template_key, level3
having reports >= 30 and full_reports >= $share * reports

-- name: spent
with amount as (
    select
        report_key, any_value(fiscal_year) as fiscal_year, min(amount_yuan) filter (item = 'expenditure') as spent,
        min(amount_yuan) filter (item = 'adjusted_budget') as budget
    from scanned('budget_figure_store', $lows, $highs)
    join raw_reports($years, $prefixes) using (report_key)
    where item in ('expenditure', 'adjusted_budget')
    group by report_key
)
select
    fiscal_year, count(*) as rated, (sum(spent) / sum(budget))::double as rate,
    quantile_cont((spent / budget)::double, 0.5) as middle_rate
from amount
where spent is not null and budget > 0
group by fiscal_year

-- name: tree
select f.ordinal, f.weight::double as weight, coalesce(f.score, f.score_inferred)::double as score
from leaf_fact f
join report_store r using (report_key)
join unit_store u using (unit_key)
where u.unit_id = $unit_id and r.fiscal_year = $fiscal_year and r.is_current and r.status = 'accepted'
