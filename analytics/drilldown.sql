-- 指标下钻: dimension -> 二级指标 -> 三级指标 -> every unit's leaf. Rates are Σ得分 / Σ权重 over leaves that have a score.

-- name: groups
-- One row an item of the open step: the dimensions, or the level2 of a dimension, or the level3 of a level2.
with chosen as (
    select *, case $step when 'dimension' then mapped when 'level2' then level2 else level3 end as item
    from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where ($dimension is null or mapped = $dimension)
      and ($level2 is null or level2 = $level2)
)
select
    item,
    string_agg(distinct level1, '、' order by level1) as printed,
    count(*) as leaves,
    count(distinct unit_id) as units,
    (select count(distinct unit_id) from chosen) as all_units,
    count(*) filter (score_inferred is not null) as inferred,
    count(*) filter (counted is null) as unscored,
    sum(weight)::double as weight,
    (sum(weight) filter (counted is not null))::double as weight_scored,
    sum(counted)::double as score,
    (sum(weight) filter (counted is not null) - sum(counted))::double as lost,
    (sum(counted) / nullif(sum(weight) filter (counted is not null), 0))::double as score_rate
from chosen
group by item
order by
    case
        when $step = 'dimension'
        then coalesce(list_position(['决策', '过程', '履职产出', '效益', '满意度', '可持续发展'], item), 99)
    end,
    lost desc nulls last, min(ordinal), item

-- name: unit
with leaf as (
    select *
    from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where mapped = $dimension and level2 = $level2 and level3 = $level3
)
select
    leaf.report_id || ':' || leaf.ordinal as item,
    leaf.unit, leaf.fiscal_year, g.full_name as region, leaf.value_text, leaf.weight::double as weight,
    leaf.score::double as score, leaf.score_inferred::double as score_inferred, leaf.counted::double as counted,
    (leaf.counted / nullif(leaf.weight, 0))::double as score_rate, leaf.place, leaf.locator
from leaf
left join region g on g.region_code = leaf.region_code
order by score_rate nulls first, leaf.fiscal_year desc, leaf.region_code, leaf.unit, leaf.ordinal

-- name: leaf
select
    leaf.unit, leaf.fiscal_year, leaf.level1, leaf.level2, leaf.level3, leaf.dimension, leaf.weight::double as weight,
    leaf.score::double as score, leaf.score_inferred::double as score_inferred, leaf.value_text, leaf.rule_text,
    leaf.working, leaf.definition_text, leaf.locator, leaf.place, leaf.document_id, leaf.hierarchy_method, leaf.ordinal,
    leaf.report_id, leaf.status, d.file_name, r.entered_by, o.document_id as original_id, o.file_name as original_name
from leaf_score leaf
join report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
left join document d on d.document_id = leaf.document_id
left join report_document x on x.report_id = r.report_id and x.submission = r.submission and x.role = '原件'
left join document o on o.document_id = x.document_id
where leaf.report_id = $report_id and leaf.ordinal = $ordinal

-- name: leaf_problems
select code, severity, message, place
from problem
where report_id = $report_id and ordinal = $ordinal
order by number
