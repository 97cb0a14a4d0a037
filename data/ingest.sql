-- What an ingest asks of the current version.

-- name: received
with newest as (
    select document_id, max(document_key) as document_key from document_store group by document_id
),
regionless as (
    select distinct r.document_key from report_store r join unit_store u using (unit_key) where u.region_code is null
)
select d.document_id, d.outcome, d.reason_code, d.reason, g.document_key is not null as regionless
from newest n
join document_store d using (document_key)
left join regionless g using (document_key)

-- name: holds_reports
select count(*) > 0 from report
