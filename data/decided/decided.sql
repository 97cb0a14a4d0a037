-- Decisions in decisions.sqlite (SQLite), and the working of a finding in a version (DuckDB).

-- name: working
select working from finding where finding_id = $finding_id

-- name: add
insert into decision (finding_id, working_hash, state, reason, decided_by, decided_at) values (?, ?, ?, ?, ?, ?)

-- name: newest
select coalesce(max(decision_id), 0) from decision

-- name: latest
select decision_id, finding_id, working_hash, state, reason, decided_by, decided_at
from decision
where decision_id in (select max(decision_id) from decision group by finding_id)

-- name: history
select decision_id, finding_id, working_hash, state, reason, decided_by, decided_at
from decision
where finding_id = ?
order by decision_id desc
