-- 总览: where a year stands. 可比得分 is compared, the printed total stands beside it.

-- name: units
select
    u.unit_id || ':' || p.fiscal_year as item,
    u.unit, p.fiscal_year, g.full_name as region, p.comparable_score::double as comparable_score,
    r.stated_total::double as stated_total, r.grade, r.leaves, p.inferred, p.doubts::bigint as doubts,
    p.findings::bigint as findings, p.form, coalesce(t.name, t.template) as template_name
from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) p
join report_store r using (report_key)
join unit_store u on u.unit_key = p.unit_key
join template_store t on t.template_key = p.template_key
left join region g on g.region_code = u.region_code
order by p.fiscal_year desc, p.comparable_score desc nulls last, u.region_code, u.unit

-- name: bands
with banded as (
    select b.item, count(*) as reports, count(distinct p.unit_key) as units
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) p
    asof join (select * from score_band where kind = '分数段') b on p.comparable_score::double >= b.lowest
    where p.comparable_score::double < b.below
    group by b.item
)
select b.item, coalesce(n.reports, 0) as reports, coalesce(n.units, 0) as units, b.lowest, b.below
from score_band b
left join banded n using (item)
where b.kind = '分数段'
order by b.place

-- name: summary
-- One row a year in view. due and arrived: without 涉密 units, by 部门整体 reports. excellent counts the reports whose 可比得分 reaches 优.
with viewed as (
    select
        fiscal_year, unit_key, first_of_unit, form = '部门整体' as whole, comparable_score, findings, doubts,
        case when form = '部门整体' then expenditure end as expenditure,
        case when form = '部门整体' then adjusted_budget end as adjusted_budget
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
),
due as (
    select fiscal_year, count(*) as due, count(*) filter (arrived) as arrived
    from due_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    group by fiscal_year
),
waiting as (
    select fiscal_year, count(*) as in_review
    from report_prepared
    where not accepted
      and region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
      and ((len($departments) = 0 and len($units) = 0) or unit_key in (select unit_key from units_in_view($departments, $units)))
    group by fiscal_year
)
select
    v.fiscal_year, any_value(d.due) as due, any_value(d.arrived) as arrived, count(*) as reports,
    count(*) filter (v.first_of_unit) as units, count(v.comparable_score) as scored,
    avg(v.comparable_score)::double as average, min(v.comparable_score)::double as lowest,
    max(v.comparable_score)::double as highest,
    count(*) filter (v.comparable_score >= (select lowest from score_band where kind = '等级' and item = '优'))
        as excellent,
    (select lowest from score_band where kind = '等级' and item = '优') as excellent_from,
    count(*) filter (v.whole) as whole_reports,
    count(*) filter (v.expenditure is not null and v.adjusted_budget > 0) as with_amounts,
    (sum(v.expenditure) filter (v.adjusted_budget > 0))::double as expenditure,
    (sum(v.adjusted_budget) filter (v.expenditure is not null and v.adjusted_budget > 0))::double as adjusted_budget,
    sum(v.findings)::bigint as findings, count(distinct v.unit_key) filter (v.findings > 0) as finding_units,
    (sum(v.adjusted_budget) filter (v.findings > 0))::double as finding_budget,
    count(distinct v.unit_key) filter (v.findings > 0 and v.adjusted_budget is not null) as finding_budget_units, sum(v.doubts)::bigint as doubts,
    coalesce(any_value(w.in_review), 0) as in_review, (select max(fiscal_year) from due) as due_until
from viewed v
left join due d using (fiscal_year)
left join waiting w using (fiscal_year)
group by v.fiscal_year
order by v.fiscal_year
