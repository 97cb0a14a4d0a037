-- What an ingest asks of the current version.

-- name: received
select document_key, outcome, reason_code, reason
from document_store
where document_id = $document_id
order by document_key desc
limit 1

-- name: open_in_file
-- Whether a file's reports have a region or year that a person may give.
select
    coalesce(bool_or(u.region_code is null or exists (
        select 1 from problem_store p where p.report_key = r.report_key and p.code = 'REGION_GIVEN'
    )), false),
    coalesce(bool_or(r.year_basis = 'given'), false)
from report_store r
join unit_store u using (unit_key)
where r.document_key = $document_key

-- name: reports_of_file
select distinct report_id from report_store where document_key = $document_key order by report_id

-- name: kin
with wanted as materialized (
    select r.*, u.unit, u.region_code
    from report_store r
    join unit_store u using (unit_key)
    where r.is_current
      and (
        list_contains($units, u.unit_normalised)
        or len(list_filter($names, lambda name: contains(name, u.unit_normalised))) > 0
      )
),
files as (
    select x.report_key, list(d.document_id) as document_ids, list(x.role) as roles
    from report_document_store x
    join document_store d using (document_key)
    where x.role not in ('自评表', '人工补录', '原件') and x.report_key in (select report_key from wanted)
    group by x.report_key
)
select
    w.report_id, d.document_id, w.unit, w.region_code, w.fiscal_year, w.form, w.subject, w.year_basis = 'given',
    exists (select 1 from problem_store p where p.report_key = w.report_key and p.code = 'REGION_GIVEN'),
    coalesce(f.document_ids, []), coalesce(f.roles, []), w.entered_by is not null
from wanted w
join document_store d on d.document_key = w.document_key
left join files f using (report_key)
order by w.report_id

-- name: waiting
-- Files that are refused now.
select d.document_id, d.file_name, d.size_bytes, w.unit, w.region_code, w.fiscal_year, w.form, w.subject
from document_store d
left join waiting_store w using (document_key)
where d.outcome = 'refused'
  and not exists (
    select 1 from document_store n where n.document_id = d.document_id and n.document_key > d.document_key
  )
  and (
    list_contains($units, w.unit)
    or (
        d.reason_code = 'E22'
        and len(list_filter($units, lambda unit: contains(regexp_replace(lower(d.file_name), '\s', '', 'g'), unit))) > 0
    )
  )
order by d.document_id

-- name: holds_reports
select count(*) > 0 from report

-- name: known_reports
select report_id from report where report_id in (select unnest($report_ids::varchar[]))
