-- Two years of one unit, like for like (同口径): the sums over the leaves that both reports have. Prepared for the pages.
-- A unit is followed through confirmed names; a leaf by its canonical or printed name and its dimension, where that name
-- stands once in each of the two reports and is scored in both. Two reports of a unit and year cannot be told apart: none.

-- name: forget
delete from report_pair

-- name: fill
insert into report_pair
with seen as (
    select
        r.report_key, r.fiscal_year, r.unit_key, coalesce(try_cast(u.region_code as integer), 0) as region_key,
        i.roster_unit_id
    from report_store r
    join unit_store u using (unit_key)
    join unit_identity i using (unit_id)
    where r.is_current and r.status = 'accepted' and r.form = '部门整体'
    qualify count(*) over (partition by i.roster_unit_id, r.fiscal_year) = 1
),
pair as (
    select n.report_key, b.report_key as before_key, n.fiscal_year, n.region_key, n.unit_key
    from seen n
    join seen b on b.roster_unit_id = n.roster_unit_id and b.fiscal_year = n.fiscal_year - 1
),
named as (
    select
        indicator_key, coalesce(dimension, '未映射') as dimension,
        dense_rank() over (order by coalesce(canonical_leaf, level3), coalesce(dimension, '未映射')) as name_key
    from indicator_dim
),
leaf as (
    select
        f.report_key, n.name_key, any_value(n.dimension) as dimension, any_value(f.weight) as weight,
        any_value(coalesce(f.score, f.score_inferred)) as counted
    from leaf_fact f
    join named n using (indicator_key)
    semi join seen using (report_key)
    group by f.report_key, n.name_key
    having count(*) = 1
)
select
    p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key, coalesce(n.dimension, '全部'), count(*),
    sum(n.weight), sum(n.counted), sum(b.weight), sum(b.counted)
from pair p
join leaf n on n.report_key = p.report_key
join leaf b on b.report_key = p.before_key and b.name_key = n.name_key
where n.counted is not null and b.counted is not null and n.weight > 0 and b.weight > 0
group by grouping sets (
    (p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key, n.dimension),
    (p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key)
)
order by 6, p.fiscal_year, p.region_key, p.unit_key
