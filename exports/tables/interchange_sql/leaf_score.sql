select
    r.fiscal_year, r.region_code, r.unit, k.unit_code, r.form, nullif(r.subject, '') as subject, $dataset as dataset,
    r.department, r.year_basis, r.stated_total, r.grade, r.status, l.ordinal, l.level1, l.level2, l.level3, l.weight,
    l.score, l.value_text, l.value, l.value_unit, l.target_text, l.target, l.direction, l.deviation_reason,
    l.applicability, l.rule_text, l.definition_text, l.dimension, l.canonical_leaf, l.score_inferred, l.level1_raw,
    l.level2_raw, l.hierarchy_method
from leaf_score l
join report r using (report_key)
left join (
    select unit_id, min(alias) as unit_code from unit_alias where kind = '编码' and status = '已确认' group by unit_id
) k on k.unit_id = r.unit_id
where not list_contains($hidden, r.unit_id)
order by r.fiscal_year, r.region_code, r.unit, r.form, r.subject, l.ordinal
