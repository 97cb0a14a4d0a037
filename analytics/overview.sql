-- 总览: where a year stands. 可比得分 is compared, the printed total stands beside it.

-- name: units
with doubts as (
    select report_key, count(*) filter (severity <> 'info') as doubts
    from problem_store
    group by report_key
),
found as (
    select report_id, count(*) as findings from finding group by report_id
),
proved as (
    select report_key, sum(inferred) as inferred from report_dimension group by report_key
)
select
    r.unit_id || ':' || r.fiscal_year as item,
    r.unit, r.fiscal_year, r.region, r.comparable_score::double as comparable_score,
    r.stated_total::double as stated_total, r.grade, r.leaves, coalesce(p.inferred, 0)::integer as inferred,
    coalesce(d.doubts, 0) as doubts, coalesce(f.findings, 0) as findings, r.form, r.template_name
from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
left join doubts d using (report_key)
left join found f using (report_id)
left join proved p using (report_key)
order by r.fiscal_year desc, r.comparable_score desc nulls last, r.region_code, r.unit

-- name: bands
select b.item, count(r.report_id) as reports, count(distinct r.unit_id) as units, b.lowest, b.below
from score_band b
left join report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
    on r.comparable_score >= b.lowest and r.comparable_score < b.below
where b.kind = '分数段'
group by b.place, b.item, b.lowest, b.below
order by b.place

-- name: summary
-- One row a year in view. due and arrived are counted as in 报送进度: without 涉密 units, by 部门整体 reports. excellent counts the reports whose 可比得分 reaches 优.
with viewed as (
    select r.*, b.expenditure, b.adjusted_budget
    from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
    left join report_budget b using (report_key)
),
due as (
    select o.fiscal_year, count(*) as due, count(*) filter (o.unit_id in (
        select i.roster_unit_id from report p join unit_identity i using (unit_id)
        where p.fiscal_year = o.fiscal_year and p.form = '部门整体'
    )) as arrived
    from roster o
    where not o.classified and (len($years) = 0 or list_contains($years, o.fiscal_year))
      and (len($departments) = 0 or list_contains($departments, o.department))
      and (len($units) = 0 or list_contains($units, o.unit_id))
      and (
        (len($region_prefixes) = 0 and len($own_level_codes) = 0)
        or list_contains($own_level_codes, o.region_code)
        or len(list_filter($region_prefixes, lambda prefix: starts_with(o.region_code, prefix))) > 0
      )
    group by o.fiscal_year
),
found as (
    select v.fiscal_year, count(*) as findings, count(distinct v.unit_id) as finding_units
    from finding f
    join viewed v using (report_id)
    group by v.fiscal_year
),
at_stake as (
    select v.fiscal_year, sum(v.adjusted_budget)::double as finding_budget
    from viewed v
    where v.report_id in (select report_id from finding)
    group by v.fiscal_year
),
doubted as (
    select v.fiscal_year, count(*) as doubts
    from problem_store p
    join viewed v using (report_key)
    where p.severity <> 'info'
    group by v.fiscal_year
),
waiting as (
    select fiscal_year, count(*) as in_review from report where status = 'review' group by fiscal_year
)
select
    v.fiscal_year, any_value(d.due) as due, any_value(d.arrived) as arrived, count(*) as reports,
    count(distinct v.unit_id) as units, count(v.comparable_score) as scored,
    avg(v.comparable_score)::double as average, min(v.comparable_score)::double as lowest,
    max(v.comparable_score)::double as highest,
    count(*) filter (v.comparable_score >= (select lowest from score_band where kind = '等级' and item = '优'))
        as excellent,
    (select lowest from score_band where kind = '等级' and item = '优') as excellent_from,
    count(*) filter (v.expenditure is not null and v.adjusted_budget > 0) as with_amounts,
    (sum(v.expenditure) filter (v.adjusted_budget > 0))::double as expenditure,
    (sum(v.adjusted_budget) filter (v.expenditure is not null and v.adjusted_budget > 0))::double as adjusted_budget,
    coalesce(any_value(f.findings), 0) as findings, coalesce(any_value(f.finding_units), 0) as finding_units,
    any_value(s.finding_budget) as finding_budget, coalesce(any_value(u.doubts), 0) as doubts,
    coalesce(any_value(w.in_review), 0) as in_review
from viewed v
left join due d using (fiscal_year)
left join found f using (fiscal_year)
left join at_stake s using (fiscal_year)
left join doubted u using (fiscal_year)
left join waiting w using (fiscal_year)
group by v.fiscal_year
order by v.fiscal_year
