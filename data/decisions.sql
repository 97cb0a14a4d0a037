-- What people decided on findings (存疑事项). Append-only: the latest row of a finding is its state.
create table if not exists decision (
    decision_id integer primary key autoincrement,
    finding_id text not null,
    working_hash text not null,
    state text not null check (state in ('待核', '已退回', '部门已说明', '采纳', '不采纳', '已整改')),
    reason text not null,
    decided_by text not null,
    decided_at text not null
);
create trigger if not exists decision_is_never_changed before update on decision
begin
    select raise(abort, 'decisions are append-only');
end;
create trigger if not exists decision_is_never_removed before delete on decision
begin
    select raise(abort, 'decisions are append-only');
end;

-- Reports in review that a person accepted, or the acceptance withdrawn. Append-only: the latest row of a report counts,
-- and only while its figures are the ones that were accepted.
create table if not exists acceptance (
    acceptance_id integer primary key autoincrement,
    report_id text not null,
    figures text not null,
    state text not null check (state in ('确认', '撤销')),
    reason text not null check (length(reason) > 0),
    decided_by text not null check (length(decided_by) > 0),
    decided_at text not null
);
create trigger if not exists acceptance_is_never_changed before update on acceptance
begin
    select raise(abort, 'decisions are append-only');
end;
create trigger if not exists acceptance_is_never_removed before delete on acceptance
begin
    select raise(abort, 'decisions are append-only');
end;
