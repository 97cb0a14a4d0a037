-- 规则复算: what the printed rule of each leaf yields, and other readings that are only tried.

-- name: recomputed
select
    r.fiscal_year, r.region, r.unit, l.level1, l.level2, l.level3, l.value_text, l.weight::double as weight,
    l.score::double as score, l.recomputed_low::double as low, l.recomputed_high::double as high,
    l.recomputed_status as status, l.rule_gap::double as gap,
    case when l.rule_gap > 0 then '偏高' when l.rule_gap < 0 then '偏低' end as direction,
    l.working, l.rule_form, l.rule_text, l.rule_note, l.report_id, l.ordinal, l.locator, l.place
from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) l
join report r using (report_key)
where l.recomputed_status in ('exact', 'several', 'range')
order by r.fiscal_year desc, r.region_code, r.unit, l.ordinal

-- name: coverage
-- Leaves of the reports in view at each step from a rule to a score, one row a report. A score between two that its rule
-- admits is neither above nor below.
select
    r.fiscal_year, r.region, r.unit, r.report_id,
    count(*) as leaves,
    count(l.rule_text) as with_rule,
    count(*) filter (l.rule_form is not null and l.rule_text is not null) as parsed,
    count(l.value_text) as with_value,
    count(*) filter (l.recomputed_status in ('exact', 'several') and l.value_text is not null) as recomputed,
    count(*) filter (l.recomputed_status = 'range') as ranged,
    count(*) filter (l.recomputed_status = 'several' and l.value_text is null) as offered,
    coalesce(sum(l.weight) filter (l.recomputed_status in ('exact', 'several', 'range')), 0)::double as weight_measured,
    sum(l.weight)::double as weight,
    coalesce(sum(l.rule_gap) filter (l.score > l.recomputed_high), 0)::double as above,
    coalesce(-sum(l.rule_gap) filter (l.score < l.recomputed_low), 0)::double as below
from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) l
join report r using (report_key)
group by r.fiscal_year, r.region, r.region_code, r.unit, r.report_id
order by r.fiscal_year desc, r.region_code, r.unit

-- name: satisfaction
-- 满意度 scored in proportion to its printed value, or in full from 90% and not at all below.
with leaf as (
    select
        report_key, score, weight,
        case when dimension = '满意度' and value_unit = '%' and value between 0 and 100 then case $reading
            when 'proportional' then value / 100 * weight
            when 'full_from_90' then case when value >= 90 then weight else 0 end
        end end as tried
    from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
)
select
    r.fiscal_year, r.region, r.unit, count(l.tried) as leaves,
    (sum(l.score) filter (l.tried is not null))::double as score,
    sum(l.tried)::double as tried,
    sum(l.tried - l.score)::double as difference,
    r.comparable_score::double as comparable_score,
    (r.comparable_score + sum(l.tried - l.score) / r.weight_total * 100)::double as tried_score
from leaf l
join report r using (report_key)
group by r.report_key, r.fiscal_year, r.region, r.unit, r.comparable_score, r.weight_total
having count(l.tried) > 0
order by r.fiscal_year desc, r.unit

-- name: not_applicable
-- Without the leaves that say 不适用, or that print 0 and score 0 and may mean it; the rest carries the whole weight.
with leaf as (
    select
        report_key, weight, counted,
        applicability = 'na' or (value = 0 and counted = 0 and applicability = 'unknown') as dropped
    from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
)
select
    r.fiscal_year, r.region, r.unit, count(*) filter (l.dropped) as leaves,
    (sum(l.weight) filter (l.dropped))::double as weight_dropped,
    r.comparable_score::double as comparable_score,
    (sum(l.counted) filter (not l.dropped) / nullif(sum(l.weight) filter (not l.dropped), 0) * 100)::double as tried_score
from leaf l
join report r using (report_key)
group by r.report_key, r.fiscal_year, r.region, r.unit, r.comparable_score
having count(*) filter (l.dropped) > 0 and count(*) = count(l.counted)
order by r.fiscal_year desc, r.unit

-- name: execution_leaves
create or replace temp table case_input as
select
    row_number() over (order by l.report_key, l.ordinal)::integer as case_key, l.scored_by as rule_key, l.report_key,
    l.ordinal, l.weight, 'yes' as applicability, round(x.rate * 100, 4)::decimal(24, 6) as value, '%' as value_unit,
    printf('%.2f%%', x.rate * 100) as value_text, l.target, l.target_text, l.direction
from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) l
join execution_in_view($years, $region_prefixes, $own_level_codes, $departments, $units, $basis) x using (report_key)
join rule_parsed p on p.rule_key = l.scored_by
where x.rate is not null
  and (ends_with(p.subject, '预算执行率') or ends_with(l.level3, '预算执行率'))
  and p.pieces > 0

-- name: execution
select
    r.fiscal_year, r.region, r.unit, l.level3, i.value_text as tried_value, l.weight::double as weight,
    l.score::double as score, o.low::double as tried_low, o.high::double as tried_high,
    rule_gap(l.score::double, o.low, o.high, o.points)::double as gap, o.working, r.comparable_score::double as comparable_score,
    (r.comparable_score + sum(o.low::double - l.score::double) over report / r.weight_total::double * 100) as tried_score,
    (r.comparable_score + sum(o.high::double - l.score::double) over report / r.weight_total::double * 100) as tried_most
from case_input i
join case_outcome o using (case_key)
join leaf_score l using (report_key, ordinal)
join report r using (report_key)
where o.low is not null
window report as (partition by r.report_key)
order by r.fiscal_year desc, r.unit, l.ordinal

-- name: forget_input
drop table case_input

-- name: forget_outcome
drop table case_outcome

-- name: measured
-- The measured leaves whose self-score is farthest from what the rule admits, in either direction, first.
select
    l.report_id || ':' || l.ordinal as item, r.unit_id, r.fiscal_year, r.unit, l.level3, l.value_text, l.weight::double as weight,
    l.score::double as score,
    case when l.recomputed_low = l.recomputed_high then printf('%.2f', l.recomputed_low::double)
        else printf('%.2f', l.recomputed_low::double) || ' 至 ' || printf('%.2f', l.recomputed_high::double) end as admitted,
    l.rule_gap::double as gap,
    case
        when l.rule_gap = 0 or l.rule_gap is null then null
        when l.score > l.recomputed_high then '偏高' when l.score < l.recomputed_low then '偏低' else '不在可得分之列'
    end as direction,
    l.working, l.rule_note, l.place, count(*) over () as total
from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) l
join report r using (report_key)
where l.recomputed_status in ('exact', 'several', 'range')
order by abs(l.rule_gap) desc nulls last, r.fiscal_year desc, r.region_code, r.unit, l.ordinal
limit $most
