-- 同条线对比: units of one sector side by side, leaf by leaf.

-- name: leaves
-- The leaves of 2 to 12 units in one year, common names side by side; the widest difference of rates first.
with leaf as (
    select l.unit_id, l.unit, coalesce(l.canonical_leaf, l.level3) as name, l.mapped, l.value_text,
        (l.counted / nullif(l.weight, 0))::double as rate, l.report_id || ':' || l.ordinal as item, l.ordinal
    from leaf_in_view([$fiscal_year], [], [], [], $compared) l
),
spread as (
    select name, max(rate) - min(rate) as difference, count(distinct unit_id) as units
    from leaf group by name
)
select l.*, s.difference as difference_rate, s.units
from leaf l
join spread s using (name)
order by s.units desc, s.difference desc nulls last, l.name, l.unit

-- name: choices
-- 条线 of a year with the units that report in it.
select o.sector, r.unit_id, r.unit, r.region
from report_in_view([$fiscal_year], $region_prefixes, $own_level_codes, $departments, $units) r
left join roster o on o.unit_id = r.unit_id and o.fiscal_year = r.fiscal_year
order by o.sector nulls last, r.region_code, r.unit
