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

-- Lists of units drawn for a re-check (抽查), each with all it came from, so that the draw can be repeated: parameters,
-- the frame (every unit that could be drawn, as it stood), seed and data version. Append-only: a second draw stands
-- beside the first.
create table if not exists draw (
    draw_id integer primary key autoincrement,
    fiscal_year integer not null,
    version text not null,
    digest text not null check (length(digest) = 64),
    seed text not null,
    parameters text not null,
    frame text not null,
    list_hash text not null check (length(list_hash) = 64),
    drawn_by text not null check (length(drawn_by) > 0),
    drawn_at text not null
);
create table if not exists drawn (
    draw_id integer not null,
    place integer not null,
    unit_id text not null,
    unit text not null,
    arm text not null check (arm in ('随机', '证据', '指定')),
    reason text not null,
    stratum text not null,
    probability real check (probability > 0 and probability <= 1),
    classified integer not null check (classified in (0, 1)),
    primary key (draw_id, place),
    unique (draw_id, unit_id),
    check ((arm = '随机') = (probability is not null))
);
create trigger if not exists draw_is_never_changed before update on draw
begin
    select raise(abort, 'draws are append-only');
end;
create trigger if not exists draw_is_never_removed before delete on draw
begin
    select raise(abort, 'draws are append-only');
end;
create trigger if not exists drawn_is_never_changed before update on drawn
begin
    select raise(abort, 'draws are append-only');
end;
create trigger if not exists drawn_is_never_removed before delete on drawn
begin
    select raise(abort, 'draws are append-only');
end;
