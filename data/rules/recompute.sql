-- Every leaf measured by its rule. Each statement is one step.

-- name: unread_rules
select rule_key, rule_text from rule_dim anti join rule_parsed using (rule_key) order by rule_key

-- name: rules
insert into rule_parsed select * from batch_rule;

-- name: pieces
insert into rule_piece select * from batch_piece;

-- name: pending
-- Cases are not carried over into a version that reads rules otherwise, so a key may lead nowhere.
create temp table leaf_pending as
select report_key, ordinal, rule_key, value_key, weight, applicability
from leaf_fact
anti join rule_case using (case_key);

-- name: scales
-- The scale of tiers a report prints for its qualitative leaves, if it prints just one: it measures the leaf without a
-- rule whose value is in words.
create temp table report_scale as
with scale as (
    select rule_key, string_agg(concat_ws(':', grades, share, high_share), ';' order by number) as bands
    from rule_piece
    where grades <> '' and band
    group by rule_key
)
select report_key, min(rule_key) as scale_key
from leaf_pending
join scale using (rule_key)
group by report_key
having count(distinct bands) = 1;

-- name: scored
create temp table leaf_scored as
select
    l.report_key, l.ordinal, l.value_key, l.weight, l.applicability,
    case when d.rule_text is not null then l.rule_key when v.value is null and v.value_text is not null then s.scale_key end
        as rule_key
from leaf_pending l
join rule_dim d using (rule_key)
join value_dim v using (value_key)
left join report_scale s using (report_key);

-- name: cases
-- Leaves of one rule, value and weight are one case; those not met before get a number.
create temp table case_input as
with fresh as (
    select distinct rule_key, value_key, weight, applicability from leaf_scored
    except
    select rule_key, value_key, weight, applicability from rule_case
)
select
    (select coalesce(max(case_key), 0) from rule_case) + row_number() over (order by rule_key, value_key, weight, applicability)
        as case_key,
    f.rule_key, f.value_key, f.weight, f.applicability, v.value, v.value_unit, v.value_text, v.target, v.target_text,
    v.direction
from fresh f
join value_dim v using (value_key);

-- name: outcomes
insert into rule_case
select
    i.case_key, i.rule_key, i.value_key, i.weight, i.applicability, o.status, o.low::decimal(12, 6), o.high::decimal(12, 6),
    o.points::decimal(12, 6)[], o.working
from case_input i
join case_outcome o using (case_key);

-- name: measure
update leaf_fact f
set case_key = m.case_key
from (
    select l.report_key, l.ordinal, c.case_key
    from leaf_scored l
    join rule_case c
        on coalesce(c.rule_key, -1) = coalesce(l.rule_key, -1) and c.value_key = l.value_key
        and coalesce(c.weight, -1) = coalesce(l.weight, -1) and c.applicability = l.applicability
) m
where f.report_key = m.report_key and f.ordinal = m.ordinal;

-- name: forget_pending
drop table leaf_pending;

-- name: forget_scales
drop table report_scale;

-- name: forget_scored
drop table leaf_scored;

-- name: forget_input
drop table case_input;

-- name: forget_outcome
drop table case_outcome;
