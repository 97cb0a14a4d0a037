-- What an ingest asks of the current version.

-- name: received
with newest as (
    select document_id, max(document_key) as document_key from document_store group by document_id
),
reports as (
    select
        r.document_key,
        list(distinct r.report_id order by r.report_id) as report_ids,
        bool_or(u.region_code is null or exists (
            select 1 from problem_store p where p.report_key = r.report_key and p.code = 'REGION_GIVEN'
        )) as region_open,
        bool_or(r.year_basis = 'given') as year_open
    from report_store r
    join unit_store u using (unit_key)
    group by r.document_key
)
select
    d.document_id, d.outcome, d.reason_code, d.reason, coalesce(r.report_ids, []) as report_ids,
    coalesce(r.region_open, false) as region_open, coalesce(r.year_open, false) as year_open
from newest n
join document_store d using (document_key)
left join reports r using (document_key)

-- name: kin
with files as (
    select x.report_key, list(d.document_id) as document_ids, list(x.role) as roles
    from report_document_store x
    join document_store d using (document_key)
    where x.role not in ('自评表', '人工补录', '原件')
    group by x.report_key
)
select
    r.report_id, d.document_id, u.unit, u.region_code, r.fiscal_year, r.form, r.subject, r.year_basis = 'given',
    exists (select 1 from problem_store p where p.report_key = r.report_key and p.code = 'REGION_GIVEN'),
    coalesce(f.document_ids, []), coalesce(f.roles, []), r.entered_by is not null
from report_store r
join unit_store u using (unit_key)
join document_store d on d.document_key = r.document_key
left join files f using (report_key)
where r.is_current
  and (
    list_contains($units, u.unit_normalised)
    or len(list_filter($names, lambda name: contains(name, u.unit_normalised))) > 0
  )
order by r.report_id

-- name: waiting
with newest as (
    select *
    from document_store
    qualify row_number() over (partition by document_id order by document_key desc) = 1
)
select d.document_id, d.file_name, d.size_bytes, w.unit, w.region_code, w.fiscal_year, w.form, w.subject
from newest d
left join waiting_store w using (document_key)
where d.outcome = 'refused'
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
