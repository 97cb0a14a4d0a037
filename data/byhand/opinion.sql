-- name: held
select finding_id from finding where list_contains($finding_ids::varchar[], finding_id)
