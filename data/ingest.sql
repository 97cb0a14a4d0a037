-- What an ingest asks of the current version.

-- name: received
with newest as (
    select document_id, max(document_key) as document_key from document_store group by document_id
),
reports as (
    select
        r.document_key,
        list(r.report_id order by r.report_id) as report_ids,
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

-- name: holds_reports
select count(*) > 0 from report
