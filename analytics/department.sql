-- 部门画像: one unit in one year, its whole tree, its documents and submissions. A unit may have reports of several forms or
-- projects in a year: what is shown is of one of them ($report_id), never of all together.

-- name: units
select distinct unit_id, unit, fiscal_year, region_code
from report
order by fiscal_year desc, region_code, unit

-- name: report
select
    r.report_id, r.unit, r.unit_id, r.fiscal_year, r.year_basis, r.region, r.form, r.subject, r.template, r.submission,
    r.comparable_score::double as comparable_score, r.stated_total::double as stated_total,
    r.leaf_total::double as leaf_total, r.weight_total::double as weight_total, r.grade, r.status, r.leaves,
    r.source, r.entered_by, r.entered_at, r.accepted_by
from report r
where r.unit_id = $unit_id and r.fiscal_year = $fiscal_year
order by r.form, r.subject

-- name: leaves
with mine as (
    select * from reports_of_unit($unit_id, $fiscal_year) where report_id = $report_id
),
leaf as (
    select f.*, m.report_id, coalesce(f.score, f.score_inferred) as counted from leaf_fact f join mine m using (report_key)
)
select
    l.report_id || ':' || l.ordinal as item,
    i.level1, i.level2, i.level3, i.dimension, v.value_text, l.weight::double as weight, l.score::double as score,
    l.score_inferred::double as score_inferred, l.counted::double as counted, (l.weight - l.counted)::double as lost,
    (l.counted / nullif(l.weight, 0))::double as score_rate, d.file_name || ' ' || l.place as place, l.ordinal
from leaf l
join indicator_dim i using (indicator_key)
join value_dim v using (value_key)
join document_store d on d.document_key = l.document_key
order by lost desc nulls first, l.ordinal

-- name: submissions
select
    r.form, r.subject, r.submission, r.is_current, d.file_name, d.received_at, r.status, r.stated_total::double as stated_total,
    r.comparable_score::double as comparable_score, d.document_id,
    case when r.entered_by is null then '自动读取' else '人工补录（' || r.entered_by || '）' end as source
from report_store r
join unit_store u using (unit_key)
join document_store d on d.document_key = r.document_key
where u.unit_id = $unit_id and r.fiscal_year = $fiscal_year
order by r.form, r.subject, r.submission desc

-- name: budget
select n.name as item_name, b.printed, b.printed_unit, d.file_name || ' ' || b.place as place
from budget_figure_store b
join reports_of_unit($unit_id, $fiscal_year) r using (report_key)
join document_store d on d.document_key = b.document_key
left join budget_item n on n.item = b.item
where r.report_id = $report_id
order by b.ordinal

-- name: problems
select p.severity, p.code, p.message, d.file_name || ' ' || p.place as place
from problem_store p
join reports_of_unit($unit_id, $fiscal_year) r using (report_key)
join document_store d on d.document_key = p.document_key
where r.report_id = $report_id
order by list_position(['error', 'warning', 'info'], p.severity), p.number
