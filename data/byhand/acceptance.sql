-- Reports in review that a person accepts.

-- name: record
insert into acceptance (report_id, figures, state, reason, decided_by, decided_at)
values (:report_id, :figures, :state, :reason, :decided_by, :decided_at)

-- name: latest
select report_id, figures, state, reason, decided_by
from acceptance
where acceptance_id in (select max(acceptance_id) from acceptance group by report_id)

-- name: figures
-- What a person accepts of a report: its printed total and every leaf with its names, points and value, as one hash.
select
    r.report_key, r.report_id, r.status, r.accepted_by,
    sha256(
        coalesce(r.stated_total::varchar, '-') || chr(30)
        || string_agg(
            concat_ws(
                chr(31), f.ordinal, i.level1, i.level2, i.level3, coalesce(f.weight::varchar, '-'),
                coalesce(f.score::varchar, '-'), coalesce(v.value_text, '-')
            ),
            chr(30) order by f.ordinal
        )
    ) as figures
from report_store r
join leaf_fact f using (report_key)
join indicator_dim i using (indicator_key)
join value_dim v using (value_key)
where r.is_current and list_contains($report_ids, r.report_id)
group by r.report_key, r.report_id, r.status, r.accepted_by, r.stated_total

-- name: accept
update report_store
set status = 'accepted', accepted_by = $decided_by, accepted_reason = $reason
where report_key = $report_key

-- name: withdraw
update report_store
set status = 'review', accepted_by = null, accepted_reason = null
where report_key = $report_key
