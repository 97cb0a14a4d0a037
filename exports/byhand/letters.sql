-- What a 核查意见单 lists.

-- name: items
-- One row a finding of the reports in scope: those whose self-score its own rule does not yield (kind 1) first, leaf by
-- leaf, then the others.
select
    r.unit_id, r.fiscal_year, r.unit, r.region, r.subject, f.check_id in ('rule_gap', 'score_not_admissible') as by_rule,
    f.finding_id, f.check_name, f.direction, f.points::double as points, f.message, f.working, f.reading, f.against,
    f.place, f.against_place, l.level3, l.value_text, l.score::double as score, l.recomputed_low::double as low,
    l.recomputed_high::double as high, l.recomputed_points::double[] as admitted, l.rule_gap::double as gap, l.rule_text
from finding f
join report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
left join leaf_score l on l.report_key = f.report_key and l.ordinal = f.ordinal
order by
    r.fiscal_year desc, r.region_code, r.unit, r.unit_id, r.form, r.subject, by_rule desc,
    case when by_rule then 0 else list_position(['重点', '一般', '提示'], f.severity) end,
    f.ordinal nulls last, f.check_id, f.finding_id
