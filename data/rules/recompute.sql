-- Every leaf measured by its rule: lower and upper admissible score, status, gap. Each statement is one step.

-- name: unread_rules
select rule_key, rule_text from rule_dim anti join rule_parsed using (rule_key) order by rule_key

-- name: rules
insert into rule_parsed select * from batch_rule;

-- name: pending
-- Leaves not yet measured; all of them where the rules were read anew.
create temp table leaf_pending as
select report_key, ordinal, rule_key, value_key, weight, score, applicability
from leaf_fact
where recomputed_status is null or $everything;

-- name: scales
-- The scale of tiers a report prints for its qualitative leaves, if it prints just one: it measures the leaf without a
-- rule whose value is one of its grades.
create temp table report_scale as
select report_key, min(rule_key) as scale_key
from (
    select distinct l.report_key, p.rule_key, list_transform(p.pieces, lambda s: [s.share, s.high_share]) as bands
    from leaf_pending l
    join rule_parsed p using (rule_key)
    where p.form = '定性'
)
group by report_key
having count(distinct bands) = 1;

-- name: cases
-- Leaves of one rule, value and weight are one case.
create temp table leaf_case as
with scored as (
    select
        l.*,
        coalesce(case when d.rule_text is not null then l.rule_key end, case
            when v.value is null and v.value_text is not null then s.scale_key
        end) as scored_by
    from leaf_pending l
    join rule_dim d using (rule_key)
    join value_dim v using (value_key)
    left join report_scale s using (report_key)
)
select
    report_key, ordinal, score, scored_by, value_key, weight, applicability,
    dense_rank() over (order by scored_by, value_key, weight, applicability) as case_number
from scored;

-- name: outcomes
create temp table case_outcome as
with cases as (
    select distinct case_number, scored_by, value_key, weight, applicability from leaf_case
),
measured as (
    select
        c.case_number, c.scored_by,
        rule_outcome(p, rule_given(v.value, v.value_unit, v.value_text, v.target, v.target_text, v.direction, c.weight, c.applicability)) as outcome
    from cases c
    join value_dim v using (value_key)
    left join rule_parsed p on p.rule_key = c.scored_by
)
select case_number, scored_by, outcome.status as status, outcome.low as low, outcome.high as high, outcome.points as points
from measured;

-- name: measure
update leaf_fact f
set
    scored_by = m.scored_by,
    recomputed_low = m.low::decimal(12, 6),
    recomputed_high = m.high::decimal(12, 6),
    recomputed_status = m.status,
    rule_gap = m.gap
from (
    select l.report_key, l.ordinal, o.scored_by, o.low, o.high, o.status, rule_gap(l.score::double, o.low, o.high, o.points) as gap
    from leaf_case l
    join case_outcome o using (case_number)
) m
where f.report_key = m.report_key and f.ordinal = m.ordinal;

-- name: forget
drop table leaf_pending;

-- name: forget_scales
drop table report_scale;

-- name: forget_cases
drop table leaf_case;

-- name: forget_outcomes
drop table case_outcome;
