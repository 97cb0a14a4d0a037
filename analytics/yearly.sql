-- 较上年: one unit against the year before, over the leaves both years have. A unit is followed through confirmed names.

-- name: leaves
with year as (
    select $fiscal_year::integer as this
),
mine as (
    select i.roster_unit_id from unit_identity i where i.unit_id = $unit_id
),
seen as (
    select
        l.fiscal_year, coalesce(l.canonical_leaf, l.level3) as name, l.mapped, l.weight, l.counted, l.value_text,
        l.ordinal, l.report_id || ':' || l.ordinal as item
    from leaf_in_view([], [], [], [], []) l
    join unit_identity i using (unit_id)
    join year y on l.fiscal_year in (y.this, y.this - 1)
    where i.roster_unit_id in (select roster_unit_id from mine) and l.form = '部门整体'
    qualify count(*) over (partition by l.fiscal_year, l.report_id, coalesce(l.canonical_leaf, l.level3), l.mapped) = 1
)
select
    coalesce(n.item, b.item) as item, coalesce(n.name, b.name) as name, coalesce(n.mapped, b.mapped) as mapped,
    b.weight::double as weight_before, n.weight::double as weight, b.counted::double as score_before,
    n.counted::double as score, (b.counted / nullif(b.weight, 0))::double as before_rate,
    (n.counted / nullif(n.weight, 0))::double as score_rate, b.value_text as value_before, n.value_text,
    case when b.name is null then '新增' when n.name is null then '取消' else '共有' end as kind
from (select * from seen where fiscal_year = (select this from year)) n
full join (select * from seen where fiscal_year = (select this - 1 from year)) b using (name, mapped)
order by
    case when b.name is null or n.name is null then 1 else 0 end,
    abs(n.counted / nullif(n.weight, 0) - b.counted / nullif(b.weight, 0)) desc nulls last,
    coalesce(n.ordinal, b.ordinal)
