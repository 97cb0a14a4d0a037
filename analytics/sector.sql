-- 同条线对比: units of one sector side by side, leaf by leaf.

-- name: leaves
-- The leaves of 2 to 12 units in one year, common names side by side; the widest difference of rates first.
with leaf as (
    select
        u.unit_id, u.unit, coalesce(g.full_name, '区划未知') as region, coalesce(i.canonical_leaf, i.level3) as name, coalesce(i.dimension, '未映射') as mapped,
        v.value_text, (coalesce(f.score, f.score_inferred) / nullif(f.weight, 0))::double as rate,
        s.report_id || ':' || f.ordinal as item, f.ordinal
    from leaf_fact f
    join prepared_in_view([$fiscal_year], [], [], [], $compared) r using (report_key)
    join report_store s using (report_key)
    join unit_store u on u.unit_key = r.unit_key
    join indicator_dim i using (indicator_key)
    join value_dim v using (value_key)
    left join region g on g.region_code = u.region_code
    where r.first_of_unit
),
spread as (
    select name, max(rate) - min(rate) as difference, count(distinct unit_id) as units
    from leaf group by name
)
select l.*, s.difference as difference_rate, s.units
from leaf l
join spread s using (name)
order by s.units desc, s.difference desc nulls last, l.name, l.unit, l.region, l.ordinal

-- name: choices
-- 条线 of a year with the units that report in it.
select o.sector, r.unit_id, r.unit, r.region
from report_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units) r
left join unit_identity i on i.unit_id = r.unit_id
left join roster o on o.unit_id = i.roster_unit_id and o.fiscal_year = r.fiscal_year
order by o.sector nulls last, r.region_code, r.unit
