-- 指标下钻: dimension -> 二级指标 -> 三级指标 -> every unit's leaf. Rates are Σ得分 / Σ权重 over leaves that have a score.

-- name: labels
-- One row an item of the first two steps: the dimensions, or the level2 of a dimension; over whole years and regions.
with chosen as (
    select *, case $step when 'dimension' then dimension else level2 end as item
    from label_prepared
    where (len($years) = 0 or list_contains($years, fiscal_year))
      and region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
      and ($dimension is null or dimension = $dimension)
),
span as (
    select dimension, level2, sum(units)::bigint as units
    from unit_span
    where region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
      and dimension is not distinct from coalesce($dimension, dimension)
      and (len($years) = 0 or bit_count(years & (select bitstring_agg(y, 1949, 2199) from unnest($years::smallint[]) t(y))) > 0)
    group by dimension, level2
),
summed as (
    select
        item, string_agg(distinct level1, '、' order by level1) as printed, sum(leaves)::bigint as leaves,
        sum(inferred)::bigint as inferred, sum(unscored)::bigint as unscored, sum(weight)::double as weight,
        sum(weight_scored)::double as weight_scored, sum(score)::double as score,
        (sum(weight_scored) - sum(score))::double as lost,
        (sum(score) / nullif(sum(weight_scored), 0))::double as score_rate, min(first_ordinal) as first_ordinal
    from chosen
    group by item
)
select
    s.item, s.printed, s.leaves, u.units, a.units as all_units, s.inferred, s.unscored, s.weight, s.weight_scored, s.score,
    s.lost, s.score_rate
from summed s
join span u
    on case $step when 'dimension' then u.dimension = s.item and u.level2 is null
        else u.dimension = $dimension and u.level2 = s.item end
join span a on a.dimension is not distinct from $dimension and a.level2 is null
order by
    case
        when $step = 'dimension'
        then coalesce(list_position(['决策', '过程', '履职产出', '效益', '满意度', '可持续发展'], s.item), 99)
    end,
    s.lost desc nulls last, s.first_ordinal, s.item

-- name: names
-- One row a level3 of a level2, over whole provinces ($scopes).
with named as (
    select indicator_key, level1, level3, min(indicator_key) over (partition by level3) as name_key
    from indicator_dim
    where coalesce(dimension, '未映射') = $dimension and level2 = $level2
),
chosen as (
    select n.level3 as item, n.level1, n.name_key, p.*
    from name_prepared p
    join named n using (indicator_key)
    where (len($years) = 0 or list_contains($years, p.fiscal_year))
      and (list_contains($scopes, 0) or list_contains($scopes, p.province))
),
seen as (
    select bitstring_agg(y, 1949, 2199) as years from unnest($years::smallint[]) t(y)
),
span as (
    select s.name_key, sum(s.units)::bigint as units
    from name_span s
    where s.name_key in (select name_key from named)
      and (list_contains($scopes, 0) or list_contains($scopes, s.province))
      and (len($years) = 0 or bit_count(s.years & (select years from seen)) > 0)
    group by s.name_key
),
whole as (
    select sum(units)::bigint as units
    from unit_span
    where dimension = $dimension and level2 = $level2
      and (list_contains($scopes, 0) or list_contains($scopes, region_key // 10000))
      and (len($years) = 0 or bit_count(years & (select years from seen)) > 0)
),
summed as (
    select
        item, any_value(name_key) as name_key, string_agg(distinct level1, '、' order by level1) as printed,
        sum(leaves)::bigint as leaves, sum(inferred)::bigint as inferred, sum(unscored)::bigint as unscored,
        sum(weight)::double as weight, sum(weight_scored)::double as weight_scored, sum(score)::double as score,
        (sum(weight_scored) - sum(score))::double as lost,
        (sum(score) / nullif(sum(weight_scored), 0))::double as score_rate, min(first_ordinal) as first_ordinal
    from chosen
    group by item
)
select
    s.item, s.printed, s.leaves, u.units, w.units as all_units, s.inferred, s.unscored, s.weight, s.weight_scored, s.score,
    s.lost, s.score_rate
from summed s
join span u using (name_key)
cross join whole w
order by s.lost desc nulls last, s.first_ordinal, s.item

-- name: groups
-- One row an item of the open step, over the leaves themselves: the level3 of a level2 in some regions, which stand together
-- by indicator, and every step of some departments or units.
with named as (
    select
        indicator_key, level1,
        case $step when 'dimension' then coalesce(dimension, '未映射') when 'level2' then level2 else level3 end as item
    from indicator_dim
    where ($dimension is null or coalesce(dimension, '未映射') = $dimension)
      and ($level2 is null or level2 = $level2)
),
leaf as (
    select indicator_key, unit_key, ordinal, weight, inferred, counted
    from leaf_prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where $step = 'level3'
    union all
    select
        f.indicator_key, r.unit_key, f.ordinal, f.weight, f.score_inferred is not null, coalesce(f.score, f.score_inferred)
    from leaf_fact f
    join prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
    where $step <> 'level3'
),
chosen as (
    select n.item, n.level1, l.* from leaf l join named n using (indicator_key)
)
select
    item,
    string_agg(distinct level1, '、' order by level1) as printed,
    count(*) as leaves,
    count(distinct unit_key) as units,
    (select count(distinct unit_key) from chosen) as all_units,
    count(*) filter (inferred) as inferred,
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

-- name: unit_keys
-- The indicator of one name, if it is one, and the last of the units.
select if(count(*) = 1, min(indicator_key), null) as only_one, (select coalesce(max(unit_key), 1) from unit_store) as last_unit
from indicators_named($dimension, $level2, $level3)

-- name: unit_sums
-- What the leaves of one name add up to. Units are counted as bits, up to $last_unit: half the time of count(distinct).
select
    count(*) as all_leaves, bit_count(bitstring_agg(unit_key, 1, $last_unit)) as all_units,
    coalesce(bit_count(bitstring_agg(unit_key, 1, $last_unit) filter (counted < weight)), 0) as all_losing,
    count(*) filter (inferred) as all_inferred, count(*) - count(counted) as all_unscored,
    (sum(weight) filter (counted is not null))::double as all_weight, sum(counted)::double as all_score,
    count(*) filter (counted < weight) as below
from leaf_named_in_view(
    $only_one, $dimension, $level2, $level3, $years, $region_prefixes, $own_level_codes, $departments, $units
)

-- name: unit
-- The leaves of one name, the lowest score rate first, at most $most; of equal rates the later year, then by region and unit.
-- $below: there are so many that are not full, and no others are looked at.
with lowest as (
    select *, coalesce((counted / nullif(weight, 0))::double, '-infinity'::double) as low
    from leaf_named_in_view(
        $only_one, $dimension, $level2, $level3, $years, $region_prefixes, $own_level_codes, $departments, $units
    )
    where not $below or coalesce(counted < weight or weight = 0, true)
    order by low, fiscal_year desc, coalesce(nullif(region_key, 0), 1000000), unit_key, ordinal
    limit $most
)
select
    s.report_id || ':' || l.ordinal as item, u.unit, l.fiscal_year, g.full_name as region, v.value_text,
    l.weight::double as weight, (case when not l.inferred then l.counted end)::double as score,
    (case when l.inferred then l.counted end)::double as score_inferred, l.counted::double as counted,
    nullif(l.low, '-infinity'::double) as score_rate,
    d.file_name || ' ' || l.place as place, substr(d.document_id, 1, 8) || '#' || l.position as locator
from lowest l
join report_store s using (report_key)
join unit_store u on u.unit_key = l.unit_key
join value_dim v using (value_key)
join document_store d on d.document_key = l.document_key
left join region g on g.region_code = u.region_code
order by l.low, l.fiscal_year desc, u.region_code, u.unit, l.ordinal

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
