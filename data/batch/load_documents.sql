-- The documents of a batch, before its reports.

-- name: documents
insert into document_store
select
    (select coalesce(max(document_key), 0) from document_store) + row_number() over (order by number),
    document_id, file_name, size_bytes, received_at, outcome, reason_code, reason
from batch_document;

-- name: waiting
insert into waiting_store
select d.document_key, b.unit, b.region_code, b.fiscal_year, b.form, b.subject
from batch_waiting b
join (select document_id, max(document_key) as document_key from document_store group by document_id) d
    using (document_id);

-- name: earlier_reports
create or replace temp table batch_earlier as select report_key from report_store where is_current;

-- name: newest_documents
create or replace temp table batch_newest as
select document_id, max(document_key) as document_key from document_store group by document_id;
