-- The questions of the pages over the warehouse's raw rows, without prepared tables.

-- name: view
create or replace temp macro raw_in_view(years, prefixes) as table
select r.report_key, r.unit_key, r.fiscal_year, r.template_key, r.comparable_score, u.region_code
from report_store r
join unit_store u using (unit_key)
where r.is_current and r.status = 'accepted' and (len(years) = 0 or list_contains(years, r.fiscal_year))
  and u.region_code in (
    select region_code from (select distinct region_code from unit_store)
    where len(prefixes) = 0 or len(list_filter(prefixes, lambda prefix: starts_with(region_code, prefix))) > 0
  )

-- name: years
select
    fiscal_year, count(*) as reports, count(distinct unit_key) as units, avg(comparable_score)::double as average,
    count(*) filter (comparable_score >= 90) as excellent
from raw_in_view($years, $prefixes)
group by fiscal_year

-- name: lost
select
    i.dimension as item, count(*) as leaves, count(distinct r.unit_key) as units,
    (sum(f.weight) filter (coalesce(f.score, f.score_inferred) is not null))::double as weight_scored,
    sum(coalesce(f.score, f.score_inferred))::double as score
from leaf_fact f
join raw_in_view($years, $prefixes) r using (report_key)
join indicator_dim i using (indicator_key)
group by i.dimension

-- name: names
select
    i.level3 as item, count(*) as leaves, count(distinct r.unit_key) as units,
    (sum(f.weight) filter (coalesce(f.score, f.score_inferred) is not null))::double as weight_scored,
    sum(coalesce(f.score, f.score_inferred))::double as score
from leaf_fact f
join raw_in_view($years, $prefixes) r using (report_key)
join indicator_dim i using (indicator_key)
where i.dimension = $dimension and i.level2 = $level2
group by i.level3

-- name: spread
with rated as (
    select
        r.report_key, any_value(r.region_code) as item,
        (sum(coalesce(f.score, f.score_inferred))
            / sum(f.weight) filter (coalesce(f.score, f.score_inferred) is not null))::double as rate
    from leaf_fact f
    join raw_in_view($years, $prefixes) r using (report_key)
    join indicator_dim i using (indicator_key)
    where i.dimension = $dimension
    group by r.report_key
)
select
    item, count(*) as reports, avg(rate) as mean_rate, quantile_cont(rate, 0.25) as q1_rate,
    quantile_cont(rate, 0.5) as middle_rate, quantile_cont(rate, 0.75) as q3_rate
from rated
where rate is not null
group by item

-- name: full
select
    r.fiscal_year || ':' || r.template_key || ':' || i.level3 as item, count(*) as reports,
    count(*) filter (coalesce(f.score, f.score_inferred) >= f.weight) as full_reports
from leaf_fact f
join raw_in_view($years, $prefixes) r using (report_key)
join indicator_dim i using (indicator_key)
where coalesce(f.score, f.score_inferred) is not null and f.weight > 0
group by r.fiscal_year, r.template_key, i.level3
having count(*) >= 30 and count(*) filter (coalesce(f.score, f.score_inferred) >= f.weight) >= $share * count(*)

-- name: spent
with amount as (
    select
        b.report_key, any_value(r.fiscal_year) as fiscal_year, min(b.amount_yuan) filter (b.item = 'expenditure') as spent,
        min(b.amount_yuan) filter (b.item = 'adjusted_budget') as budget
    from budget_figure_store b
    join raw_in_view($years, $prefixes) r using (report_key)
    where b.item in ('expenditure', 'adjusted_budget')
    group by b.report_key
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
where f.report_key in (
    select r.report_key from raw_in_view([$fiscal_year], []) r join unit_store u using (unit_key) where u.unit_id = $unit_id
)
