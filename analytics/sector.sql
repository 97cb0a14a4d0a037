-- 同条线对比: units of one sector side by side, leaf by leaf.

-- name: leaves
-- The leaves of 2 to 12 units in one year, common names side by side; the widest difference of rates first.
with leaf as (
    select
        u.unit_id, u.unit, coalesce(g.full_name, '区划未知') as region, coalesce(i.canonical_leaf, i.level3) as name, coalesce(i.dimension, '未映射') as mapped,
        v.value_text, round((coalesce(f.score, f.score_inferred) / nullif(f.weight, 0))::double, 12) as rate,
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

-- name: sectors
-- 条线 of a year (null: not known) with their units in view, those first that hold a unit of these ids.
select sector, count(*) as units
from sector_in_view($fiscal_year, $region_prefixes, $own_level_codes, $departments)
group by sector
order by bool_or(unit_key in (select unit_key from units_in_view([], $units))) desc, sector nulls last

-- name: units
-- The units of a 条线 (null: those of none known), these ids first; none but these if there are more than $most.
with chosen as (
    select unit_key
    from sector_in_view($fiscal_year, $region_prefixes, $own_level_codes, $departments)
    where sector is not distinct from $sector
)
select u.unit_id, u.unit, g.full_name as region
from chosen
join unit_store u using (unit_key)
left join region g on g.region_code = u.region_code
where (select count(*) from chosen) <= $most or list_contains($units, u.unit_id)
order by not list_contains($units, u.unit_id), u.region_code, u.unit, u.unit_id
