-- 存疑事项 of the reports in scope (those for review too), and what was checked.

-- name: summary
with scope as (
    select report_key from report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units)
),
found as (
    select f.* from finding f semi join scope using (report_key)
),
apart as (
    -- One distance a leaf and direction, where several findings speak of the same leaf.
    select report_key, ordinal, direction, max(points) as points
    from found
    where direction <> '中性' and ordinal is not null
    group by all
    union all
    select report_key, ordinal, direction, points from found where direction <> '中性' and ordinal is null
)
select
    (select count(*) from scope) as reports,
    (select count(distinct report_key) from found) as with_findings,
    (select count(*) from found) as findings,
    (select count(*) from found where direction = '偏高') as over,
    (select count(*) from found where direction = '偏低') as under,
    (select coalesce(sum(points), 0)::double from apart where direction = '偏高') as over_points,
    (select coalesce(sum(points), 0)::double from apart where direction = '偏低') as under_points,
    (select count(*) from checked_identity i semi join scope using (report_key)) as identities,
    (select count(*) from checked_identity i semi join scope using (report_key) where status = '相符') as holding,
    (select count(*) from checked_identity i semi join scope using (report_key) where status = '未能核对') as unknown

-- name: by_check
select
    c.check_id as item, c.name, c.severity, count(f.finding_id) as findings, count(distinct f.report_key) as reports,
    count(f.finding_id) filter (f.direction = '偏高') as over, count(f.finding_id) filter (f.direction = '偏低') as under,
    (sum(f.points) filter (f.direction = '偏高'))::double as over_points,
    (sum(f.points) filter (f.direction = '偏低'))::double as under_points, c.explanation, c.when_empty
from check_catalogue c
left join (
    select f.*
    from finding f
    semi join report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
) f using (check_id)
group by all
order by list_position(['重点', '一般', '提示'], any_value(c.severity)), findings desc, item

-- name: rows
select
    f.finding_id as item, r.unit, r.fiscal_year, r.region, f.check_id, f.check_name, f.severity, f.direction, f.points::double as points,
    l.level3, f.message, f.reading, f.against, f.place, f.against_place, f.working, r.status, r.unit_id,
    count(*) over () as total
from finding f
join report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
left join leaf_score l on l.report_key = f.report_key and l.ordinal = f.ordinal
where ($check is null or f.check_id = $check)
  and ($direction is null or f.direction = $direction)
  and ($only is null or list_contains($only::varchar[], f.finding_id))
  and not list_contains($without::varchar[], f.finding_id)
order by
    list_position(['重点', '一般', '提示'], f.severity), f.points desc nulls last, r.fiscal_year desc, r.region_code, r.unit,
    f.check_id, f.ordinal
limit $most

-- name: one
select
    f.finding_id, r.unit, r.fiscal_year, f.check_id, f.check_name, f.severity, f.direction, f.points::double as points, f.message, f.working,
    f.reading, f.against, f.place, f.against_place, f.locator, f.document_id, d.file_name, r.unit_id, r.report_id, f.ordinal,
    l.level3, c.explanation
from finding f
join report r using (report_key)
join check_catalogue c using (check_id)
left join leaf_score l on l.report_key = f.report_key and l.ordinal = f.ordinal
left join document d on d.document_id = f.document_id
where f.finding_id = $finding_id

-- name: of_leaf
select f.finding_id, f.check_name, f.direction, f.points::double as points, f.message, f.working
from finding f
where f.report_id = $report_id and f.ordinal = $ordinal
order by list_position(['重点', '一般', '提示'], f.severity), f.check_id

-- name: of_unit
with mine as (
    select report_key from reports_of_unit($unit_id, $fiscal_year)
),
named as (
    select f.report_key, f.ordinal, i.level3
    from leaf_fact f
    join mine using (report_key)
    join indicator_dim i using (indicator_key)
)
select
    f.finding_id as item, k.name as check_name, k.severity, f.direction, f.points::double as points, l.level3, f.message,
    f.working, d.file_name || ' ' || f.place as place
from finding_store f
join mine using (report_key)
join check_catalogue k using (check_id)
left join named l on l.report_key = f.report_key and l.ordinal = f.ordinal
left join document_store d on d.document_key = f.document_key
order by list_position(['重点', '一般', '提示'], k.severity), f.points desc nulls last, f.check_id, f.ordinal

-- name: identities
select
    r.unit, r.fiscal_year, i.kind, i.subject, i.status, i.working, i.reading, i.against, i.place, i.against_place,
    count(*) over () as total
from checked_identity i
join report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
order by list_position(['不符', '未能核对', '相符'], i.status), r.fiscal_year desc, r.region_code, r.unit, i.kind, i.subject
limit $most

-- name: rates
select r.unit, r.fiscal_year, b.rate as ratio, b.basis, b.value::double as score_rate, b.working, count(*) over () as total
from budget_rate b
join report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
order by r.fiscal_year desc, r.region_code, r.unit, b.rate, b.value desc
limit $most

-- name: thresholds
select c.name as "核对项目", t.name as "代码", t.value::double as "数值", t.source as "出处"
from threshold t
left join check_catalogue c on c.check_id = split_part(t.name, '.', 1)
order by t.name
