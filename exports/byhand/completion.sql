-- What a 待补录表 is prefilled with.

-- name: doubtful
-- Current reports that a person has something to do for: in review, or with doubts beyond hints.
select r.report_id
from report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r
where r.status = 'review'
   or exists (select 1 from problem p where p.report_id = r.report_id and p.severity <> 'info')
order by r.fiscal_year, r.region_code, r.unit, r.form, r.subject

-- name: refused
-- Documents that were refused and that no report completed by hand rests on; a refused 待补录表, 核查意见单 or 底稿 is corrected, not completed.
select d.document_id, d.file_name, d.reason_code, d.reason
from document d
where d.outcome = 'refused' and d.reason_code not in ('E30', 'E35', 'E45', 'E47', 'E48')
  and not exists (
    select 1
    from report_document x
    join report r using (report_id, submission)
    where x.document_id = d.document_id and x.role = '原件'
  )
order by d.file_name, d.document_id

-- name: refused_document
select document_id, file_name, reason_code, reason
from document
where document_id = $document_id and outcome = 'refused' and reason_code not in ('E30', 'E35', 'E45', 'E47', 'E48')

-- name: report
select
    r.report_id, coalesce(o.document_id, d.document_id) as document_id, r.unit, r.region_code, r.fiscal_year, r.form,
    r.subject, r.stated_total, r.grade, r.report_key, r.unit_id
from report r
join report_store s using (report_key)
join document_store d using (document_key)
left join report_document_store x on x.report_key = r.report_key and x.role = '原件'
left join document_store o on o.document_key = x.document_key
where r.report_id = $report_id

-- name: leaves
select
    l.level1, l.level2, l.level3, l.weight, l.score, l.target_text, l.value_text, l.rule_text, l.direction,
    l.value_unit, l.deviation_reason, l.definition_text, l.place, l.ordinal
from leaf_score l
where l.report_key = $report_key
order by l.ordinal

-- name: adjustments
select a.kind, a.label as level3, a.cap as weight, a.score, a.rule_text, a.place
from adjustment a
where a.report_id = $report_id
order by a.ordinal

-- name: problems
select p.severity, p.code, p.message, p.place, p.ordinal
from problem p
where p.report_id = $report_id
order by list_position(['error', 'warning', 'info'], p.severity), p.number

-- name: loaded
select report_id
from report
where report_id = $report_id
