-- 总览: where a year stands. 可比得分 is compared, the printed total stands beside it.

-- name: units
-- The reports in view, of one 分数段 where $band names it, at most $most (null: all); all_… are over all of them.
with viewed as (
    select p.*, r.report_id, r.stated_total, r.grade, r.leaves
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) p
    join report_store r using (report_key)
    where $band::varchar is null or exists (
        select 1 from score_band b
        where b.kind = '分数段' and b.item = $band and p.comparable_score::double >= b.lowest
          and p.comparable_score::double < b.below
    )
),
whole as (
    select
        count(*) as all_reports, count(distinct unit_key) as all_units, count(*) - count(stated_total) as all_unprinted,
        count(*) filter (abs(comparable_score - stated_total) > 0.005) as all_differing,
        min(comparable_score)::double as all_lowest, max(comparable_score)::double as all_highest
    from viewed
),
listed as (
    select * from viewed order by fiscal_year desc, comparable_score desc nulls last, region_key, unit_key limit $most
)
select
    u.unit_id || ':' || p.fiscal_year as item,
    u.unit, p.fiscal_year, g.full_name as region, p.comparable_score::double as comparable_score,
    p.stated_total::double as stated_total, p.grade, p.leaves, p.inferred, p.doubts::bigint as doubts,
    p.findings::bigint as findings, p.form, coalesce(t.name, t.template) as template_name, w.*
from listed p
join unit_store u on u.unit_key = p.unit_key
join template_store t on t.template_key = p.template_key
left join region g on g.region_code = u.region_code
cross join whole w
order by p.fiscal_year desc, p.comparable_score desc nulls last, u.region_code, u.unit

-- name: bands
with banded as (
    select b.item, count(*) as reports, count(distinct p.unit_key) as units, count(*) filter (p.form = '项目') as projects
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) p
    asof join (select * from score_band where kind = '分数段') b on p.comparable_score::double >= b.lowest
    where p.comparable_score::double < b.below
    group by b.item
)
select
    b.item, coalesce(n.reports, 0) as reports, coalesce(n.units, 0) as units, coalesce(n.projects, 0) as projects, b.lowest,
    b.below
from score_band b
left join banded n using (item)
where b.kind = '分数段'
order by b.place

-- name: summary
-- One row a year in view: sums of years and regions, of the reports themselves where departments or units are named.
-- due and arrived: without 涉密 units, by 部门整体 reports. excellent counts the reports whose 可比得分 reaches 优.
with narrow as (
    select *
    from report_prepared
    where (len($departments) > 0 or len($units) > 0)
      and unit_key in (select unit_key from units_in_view($departments, $units))
),
summed as (
    select * from year_prepared where len($departments) = 0 and len($units) = 0
    union all by name
    select * from year_sums('narrow')
),
viewed as (
    select *
    from summed
    where region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
),
due as (
    select fiscal_year, count(*) as due, count(*) filter (arrived) as arrived
    from due_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    group by fiscal_year
)
select
    v.fiscal_year, any_value(d.due) as due, any_value(d.arrived) as arrived, sum(v.reports)::bigint as reports,
    sum(v.units)::bigint as units, sum(v.scored)::bigint as scored,
    (sum(v.score) / nullif(sum(v.scored), 0))::double as average, min(v.lowest)::double as lowest,
    max(v.highest)::double as highest, sum(v.excellent)::bigint as excellent,
    (select lowest from score_band where kind = '等级' and item = '优') as excellent_from,
    sum(v.whole_reports)::bigint as whole_reports, sum(v.with_amounts)::bigint as with_amounts,
    sum(v.expenditure)::double as expenditure, sum(v.adjusted_budget)::double as adjusted_budget,
    sum(v.findings)::bigint as findings, sum(v.finding_units)::bigint as finding_units,
    sum(v.finding_budget)::double as finding_budget, sum(v.finding_budget_units)::bigint as finding_budget_units,
    sum(v.doubts)::bigint as doubts, sum(v.in_review)::bigint as in_review, (select max(fiscal_year) from due) as due_until
from viewed v
left join due d using (fiscal_year)
where len($years) = 0 or list_contains($years, v.fiscal_year)
group by v.fiscal_year
having sum(v.reports) > 0
order by v.fiscal_year
