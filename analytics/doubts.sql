-- 提取存疑 of current reports, and what was refused.

-- name: doubts
select
    r.report_id || ':' || p.code as item, p.number, p.report_id, p.severity, p.code, p.message, p.ordinal, l.level3, p.place,
    p.locator, p.document_id, d.file_name, r.unit, r.unit_id, r.fiscal_year, r.subject, r.region, r.status, r.source,
    r.entered_by, r.accepted_by, r.accepted_reason
from report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r
join problem p using (report_id)
left join leaf_score l on l.report_id = p.report_id and l.ordinal = p.ordinal
left join document d on d.document_id = p.document_id
order by
    r.status = 'accepted',
    min(list_position(['error', 'warning', 'info'], p.severity)) over (partition by p.report_id),
    r.fiscal_year desc, r.region_code, r.unit, p.report_id,
    list_position(['error', 'warning', 'info'], p.severity), p.code, p.number

-- name: refused
select d.document_id as item, d.file_name, d.received_at, d.reason_code, d.reason, c.entered_by
from document d
left join (
    select x.document_id, string_agg(distinct r.entered_by, '、' order by r.entered_by) as entered_by
    from report_document x
    join report r using (report_id, submission)
    where x.role = '原件'
    group by x.document_id
) c using (document_id)
where d.outcome = 'refused'
order by c.entered_by is not null, d.received_at desc, d.file_name
