-- 预算执行: rates of spending on a chosen basis ($basis: adjusted, initial, carry_in, approved, average).
-- A rate without its amounts is 自填·口径不明 and enters no sum. Amounts are yuan.

-- name: years
-- One row a year: pooled rate, spread over units, and the pooled rate of the units that have one in every year shown.
with based as (
    select * from execution_in_view($years, $region_prefixes, $own_level_codes, $departments, $units, $basis)
),
counted as (
    select count(distinct fiscal_year) as years from based where rate is not null
),
steady as (
    select unit_id
    from based
    where rate is not null
    group by unit_id
    having count(distinct fiscal_year) = (select years from counted)
)
select
    fiscal_year,
    count(*) as reports,
    count(rate) as rated,
    count(*) filter (rate is null and stated_rate is not null) as stated_only,
    (sum(numerator) filter (rate is not null))::double as numerator,
    (sum(denominator) filter (rate is not null))::double as denominator,
    pooled(sum(numerator) filter (rate is not null), sum(denominator) filter (rate is not null), avg(rate), $basis) as rate,
    quantile_cont(rate, 0.1) as low_rate,
    quantile_cont(rate, 0.5) as middle_rate,
    quantile_cont(rate, 0.9) as high_rate,
    count(*) filter (rate is not null and unit_id in (select unit_id from steady)) as steady_units,
    pooled(
        sum(numerator) filter (rate is not null and unit_id in (select unit_id from steady)),
        sum(denominator) filter (rate is not null and unit_id in (select unit_id from steady)),
        avg(rate) filter (unit_id in (select unit_id from steady)), $basis
    ) as steady_rate
from based
group by fiscal_year
order by fiscal_year

-- name: breaks
-- What makes a year not comparable with the one before: units that came or went, districts with another usual form.
with seen as (
    select distinct fiscal_year, unit_id, region_code, template
    from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
),
known as (
    select unit_id, min(fiscal_year) as first_year, max(fiscal_year) as last_year from seen group by unit_id
),
form as (
    select fiscal_year, region_code, mode(template) as template from seen group by fiscal_year, region_code
),
year as (
    select fiscal_year, lag(fiscal_year) over (order by fiscal_year) as before
    from (select distinct fiscal_year from seen)
),
came as (
    select k.first_year as fiscal_year, count(*) as entered
    from known k
    where not exists (select 1 from roster o where o.unit_id = k.unit_id and o.fiscal_year < k.first_year)
    group by k.first_year
),
went as (
    select k.last_year as before, count(*) as gone
    from known k
    where not exists (select 1 from roster o where o.unit_id = k.unit_id and o.fiscal_year > k.last_year)
    group by k.last_year
),
renewed as (
    select y.fiscal_year, count(*) as renewed
    from year y
    join form f on f.fiscal_year = y.fiscal_year
    join form p on p.fiscal_year = y.before and p.region_code is not distinct from f.region_code
    where f.template <> p.template
    group by y.fiscal_year
)
select
    y.fiscal_year, y.before, coalesce(c.entered, 0) as entered, coalesce(w.gone, 0) as gone,
    coalesce(r.renewed, 0) as renewed
from year y
left join came c using (fiscal_year)
left join went w using (before)
left join renewed r using (fiscal_year)
where y.before is not null
order by y.fiscal_year

-- name: units
-- One row a report of one year, the lowest rate first.
select
    unit_id || ':' || fiscal_year as item, unit, fiscal_year, region, department, comparable_score, numerator,
    denominator, rate, source, stated_rate, own_rate, adjustment_rate, carry_over_rate, carry_over_change as carry_over_change_rate, staff_rate,
    three_public_rate
from execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, $basis)
order by rate nulls last, region_code, unit

-- name: bridge
-- From initial budget to carried out, over the reports of one year that state all five amounts.
select
    count(*) as reports, sum(initial_budget)::double as initial_budget, sum(adjusted_budget)::double as adjusted_budget,
    sum(carried_in)::double as carried_in, sum(expenditure)::double as expenditure,
    sum(carried_out)::double as carried_out, sum(basic_expenditure)::double as basic_expenditure,
    sum(project_expenditure)::double as project_expenditure
from execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, 'adjusted')
where initial_budget is not null and adjusted_budget is not null and carried_in is not null
  and expenditure is not null and carried_out is not null

-- name: revenue
-- Revenue by kind over the reports of one year that state it.
select n.name as item, count(distinct b.report_key) as reports, sum(b.amount_yuan)::double as amount
from budget_figure_store b
semi join report_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
join budget_item n using (item)
where n.parent = 'revenue'
group by n.item, n.name
order by amount desc
