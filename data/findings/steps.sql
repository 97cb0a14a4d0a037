-- The catalogue and thresholds into the version, findings into their store, and which reports were checked.

-- name: clear_catalogue
delete from check_catalogue;

-- name: catalogue
insert into check_catalogue select * from batch_check;

-- name: clear_thresholds
delete from threshold;

-- name: thresholds
insert into threshold select * from batch_threshold;

-- name: stale
select count(*) from due_report where is_stale;

-- name: clear_findings
delete from finding_store
where report_key in (select report_key from due_report where is_stale)
   or (starts_with(check_id, 'sister_') and report_key in (select report_key from due_report))
   or check_id not in (select check_id from check_catalogue);

-- name: store
-- finding_id: report, check, leaf path or subject, and the number among equals; it outlives re-ingest and resubmission.
insert into finding_store
with numbered as (
    select
        b.*, r.report_id,
        row_number() over (partition by b.report_key, b.subject order by b.ordinal, b.position, b.message) as n
    from batch_finding b
    join checked_report r using (report_key)
)
select
    'F' || substr(sha256(concat_ws('|', report_id, $check_id, subject, n)), 1, 16), report_key, ordinal, $check_id, direction,
    points::decimal(12, 6), message, working, document_key, position, place, reading, against, against_place
from numbered
where message is not null and working is not null;

-- name: forget_runs
delete from finding_run where report_key in (select report_key from checked_report);

-- name: runs
insert into finding_run select report_key, run_hash from checked_report;
