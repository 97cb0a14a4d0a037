-- 预算执行: rates of spending on a chosen basis ($basis: adjusted, initial, carry_in, approved, average).
-- A rate without its amounts is 自填·口径不明 and enters no sum. Amounts are yuan.

-- name: years
-- One row a year: pooled rate, spread over units, and the pooled rate of the units that have one in every year shown.
with based as (
    select * from execution_in_view($years, $region_prefixes, $own_level_codes, $departments, $units, $basis)
),
counted as (
    select count(distinct fiscal_year) as years, min(fiscal_year) as first from based where rate is not null
),
steady as (
    select unit_key
    from based
    where rate is not null
    group by unit_key
    having bit_count(bit_or(1::bigint << least(fiscal_year - (select first from counted), 62))) = (select years from counted)
),
marked as (
    select b.*, s.unit_key is not null as steady from based b left join steady s using (unit_key)
),
summed as (
    select
        fiscal_year, count(*) as reports, count(rate) as rated,
        count(*) filter (rate is null and stated_rate is not null and expenditure is null) as stated_only,
        (sum(numerator) filter (rate is not null))::double as numerator,
        (sum(denominator) filter (rate is not null))::double as denominator,
        pooled(sum(numerator) filter (rate is not null), sum(denominator) filter (rate is not null), avg(rate), $basis)
            as rate,
        quantile_cont(rate, [0.1, 0.5, 0.9]) as tenths,
        count(*) filter (rate is not null and steady) as steady_units,
        pooled(
            sum(numerator) filter (rate is not null and steady), sum(denominator) filter (rate is not null and steady),
            avg(rate) filter (steady), $basis
        ) as steady_rate
    from marked
    group by fiscal_year
)
select
    fiscal_year, reports, rated, stated_only, numerator, denominator, rate, tenths[1] as low_rate, tenths[2] as middle_rate,
    tenths[3] as high_rate, steady_units, steady_rate
from summed
order by fiscal_year

-- name: breaks
-- What makes a year not comparable with the one before: units that came or went, districts where most of the units that
-- report in both years changed their form.
with kind as (
    select template_key, min(template_key) over (partition by template) as kind from template_store
),
-- A unit's first report of a year is its 部门整体, if it has one.
seen as (
    select v.fiscal_year, v.unit_key, v.region_key, case when v.form = '部门整体' then k.kind end as kind
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) v
    join kind k using (template_key)
    where v.first_of_unit
),
year as (
    select fiscal_year, lag(fiscal_year) over (order by fiscal_year) as before, lead(fiscal_year) over (order by fiscal_year) as after
    from (select distinct fiscal_year from seen)
),
known as (
    select unit_key, min(fiscal_year) as first_year, max(fiscal_year) as last_year from seen group by unit_key
),
came as (
    select k.first_year as fiscal_year, count(*) as entered
    from known k
    join year y on y.fiscal_year = k.first_year and y.before is not null
    join unit_store u using (unit_key)
    where not exists (select 1 from roster o where o.unit_id = u.unit_id and o.fiscal_year < k.first_year)
    group by k.first_year
),
went as (
    select k.last_year as before, count(*) as gone
    from known k
    join year y on y.fiscal_year = k.last_year and y.after is not null
    join unit_store u using (unit_key)
    where not exists (select 1 from roster o where o.unit_id = u.unit_id and o.fiscal_year > k.last_year)
    group by k.last_year
),
-- Districts in which all reports of both years have one form need no look at their units.
place as (
    select fiscal_year, region_key, min(kind) as lowest, max(kind) as highest from seen group by fiscal_year, region_key
),
mixed as (
    select n.fiscal_year, y.before, n.region_key
    from year y
    join place n on n.fiscal_year = y.fiscal_year
    join place p on p.fiscal_year = y.before and p.region_key = n.region_key
    where n.lowest <> n.highest or p.lowest <> p.highest or n.lowest <> p.lowest
),
later as materialized (
    select m.fiscal_year, m.region_key, n.unit_key, n.kind
    from mixed m
    join seen n on n.fiscal_year = m.fiscal_year and n.region_key = m.region_key
    where n.kind is not null
),
earlier as materialized (
    select m.fiscal_year, p.unit_key, p.kind
    from mixed m
    join seen p on p.fiscal_year = m.before and p.region_key = m.region_key
    where p.kind is not null
),
changed as (
    select n.fiscal_year, n.region_key
    from later n
    join earlier p using (fiscal_year, unit_key)
    group by n.fiscal_year, n.region_key
    having 2 * count(*) filter (n.kind <> p.kind) > count(*)
),
renewed as (
    select fiscal_year, count(*) as renewed from changed group by fiscal_year
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
    u.unit_id || ':' || x.fiscal_year as item, u.unit, x.fiscal_year, g.full_name as region, u.department,
    x.comparable_score, x.numerator, x.denominator, x.rate, x.expenditure is not null as spent, x.source, x.stated_rate,
    x.own_rate, x.adjustment_rate,
    x.gross_adjustment_rate, x.carry_over_rate, x.carry_over_change as carry_over_change_rate,
    x.staff_rate, x.three_public_rate
from execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, $basis) x
join unit_store u using (unit_key)
left join region g on g.region_code = u.region_code
order by x.rate nulls last, u.region_code, u.unit

-- name: bridge
-- From initial budget to carried out, over the reports of one year that state all five amounts.
select
    count(*) as reports, sum(initial_budget)::double as initial_budget, sum(adjusted_budget)::double as adjusted_budget,
    sum(carried_in)::double as carried_in, sum(expenditure)::double as expenditure,
    sum(carried_out)::double as carried_out
from execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, 'adjusted')
where initial_budget is not null and adjusted_budget is not null and carried_in is not null
  and expenditure is not null and carried_out is not null

-- name: revenue
-- Budget and revenue by source over the reports of one year that state them; 财政数据 first, each source of a report once.
-- Each column has reports of its own: a report may state the sources of its budget and not those of its revenue.
with stated as (
    select b.report_key, n.parent, split_part(n.name, '·', 2) as item, b.amount_yuan as amount
    from budget_figure_store b
    semi join execution_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units, 'adjusted') r
        using (report_key)
    join budget_item n using (item)
    where n.parent in ('initial_budget', 'adjusted_budget', 'revenue') and b.amount_yuan is not null
      and not (n.item like '%_basic_budget' or n.item like '%_project_budget')
    qualify row_number() over (
        partition by b.report_key, b.item order by case b.source when '财政数据' then 1 else 2 end, b.ordinal
    ) = 1
),
counted as (
    select
        count(distinct report_key) filter (parent = 'initial_budget') as initial_reports,
        count(distinct report_key) filter (parent = 'adjusted_budget') as adjusted_reports,
        count(distinct report_key) filter (parent = 'revenue') as revenue_reports
    from stated
)
select
    s.item, (sum(amount) filter (parent = 'initial_budget'))::double as initial,
    (sum(amount) filter (parent = 'adjusted_budget'))::double as adjusted,
    (sum(amount) filter (parent = 'revenue'))::double as revenue, any_value(c.initial_reports) as initial_reports,
    any_value(c.adjusted_reports) as adjusted_reports, any_value(c.revenue_reports) as revenue_reports
from stated s
cross join counted c
group by s.item
order by coalesce(revenue, adjusted, initial) desc, s.item

-- name: spending
-- 基本支出 and 项目支出 over the reports of one year that state both; rates over those of them that state its budget.
with stated as (
    select basic_expenditure, project_expenditure, adjusted_basic_budget, adjusted_project_budget
    from prepared_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units)
    where form = '部门整体' and basic_expenditure is not null and project_expenditure is not null
),
kind as (
    select '基本支出' as item, 1 as place, basic_expenditure as spent, adjusted_basic_budget as budget from stated
    union all
    select '项目支出', 2, project_expenditure, adjusted_project_budget from stated
)
select
    item, count(*) as reports, sum(spent)::double as spent, count(*) filter (budget > 0) as rated,
    (sum(spent) filter (budget > 0))::double as numerator, (sum(budget) filter (budget > 0))::double as denominator
from kind
group by item, place
order by place
