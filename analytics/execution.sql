-- 预算执行: rates of spending on a chosen basis ($basis: adjusted, initial, carry_in, approved, average).
-- A rate without its amounts is 自填·口径不明 and enters no sum. Amounts are yuan.

-- name: years
-- One row a year: pooled rate, spread over units, and the pooled rate of the units that have one in every year shown. $scopes
-- are the whole provinces of which a view is made ([0]: everything), else null: what is prepared of them serves. Quantiles are
-- prepared of one alone.
with based as (
    select 0 as key, *
    from execution_in_view($years, $region_prefixes, $own_level_codes, $departments, $units, $basis)
    where $scopes is null or len($scopes) > 1
),
loose as (
    select * from based where $scopes is null
),
summed as (
    select * from execution_sums('based')
    union all
    select *
    from execution_summary
    where basis = $basis and $scopes = [key] and (len($years) = 0 or list_contains($years, fiscal_year))
),
spans as (
    select * from execution_spans('loose')
    union all
    select * exclude (province) from execution_span where basis = $basis and ($scopes = [0] or list_contains($scopes, province))
),
rated as (
    select bitstring_agg(fiscal_year, 1949, 2199) as years from summed where rated > 0
),
steady as (
    select
        s.fiscal_year, sum(s.reports) as units,
        pooled(sum(s.numerator), sum(s.denominator), sum(s.rates) / sum(s.reports), $basis) as rate
    from spans s
    join rated r on s.years & r.years = r.years
    group by s.fiscal_year
)
select
    s.fiscal_year, s.reports, s.rated, s.stated_only, s.numerator::double as numerator, s.denominator::double as denominator,
    pooled(s.numerator, s.denominator, s.mean_rate, $basis) as rate, s.tenths[1] as low_rate, s.tenths[2] as middle_rate,
    s.tenths[3] as high_rate, coalesce(t.units, 0)::bigint as steady_units, t.rate as steady_rate
from summed s
left join steady t using (fiscal_year)
order by s.fiscal_year

-- name: breaks
-- What makes a year not comparable with the one before in view: units that came or went and that the 应报名单 had not before
-- or has no longer; districts where most of the units that report 部门整体 in both years changed its form.
with alike as (
    select region_key, history_key, count(*) as units
    from reporting_in_view($region_prefixes, $own_level_codes, $departments, $units)
    group by region_key, history_key
),
history as (
    select history_key, accepted & year_bits($years) as reported, listed, forms
    from history_prepared
    where history_key in (select history_key from alike)
),
year as (
    select year as fiscal_year, lag(year) over (order by year) as before
    from range(1949, 2200) t(year)
    where in_year((select bit_or(reported) from history), year)
),
moved as (
    select
        y.fiscal_year, y.before, h.history_key,
        in_year(h.reported, y.fiscal_year) and not before_year(h.reported, y.fiscal_year)
            and not before_year(h.listed, y.fiscal_year) as entered,
        in_year(h.reported, y.before) and not after_year(h.reported, y.before) and not after_year(h.listed, y.before) as gone,
        len(list_filter(h.forms, lambda years: in_year(years, y.fiscal_year))) > 0
            and len(list_filter(h.forms, lambda years: in_year(years, y.before))) > 0 as compared,
        len(list_filter(h.forms, lambda years: in_year(years, y.fiscal_year) and in_year(years, y.before))) > 0 as kept
    from year y
    cross join history h
    where y.before is not null
),
place as (
    select
        m.fiscal_year, m.before, a.region_key, sum(a.units) filter (m.entered) as entered,
        sum(a.units) filter (m.gone) as gone,
        sum(a.units) filter (m.compared) > 2 * coalesce(sum(a.units) filter (m.kept), 0) as renewed
    from moved m
    join alike a using (history_key)
    group by m.fiscal_year, m.before, a.region_key
)
select
    fiscal_year::smallint as fiscal_year, before::smallint as before, coalesce(sum(entered), 0)::bigint as entered,
    coalesce(sum(gone), 0)::bigint as gone, count(*) filter (renewed) as renewed
from place
group by fiscal_year, before
order by fiscal_year

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
