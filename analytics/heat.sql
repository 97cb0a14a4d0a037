-- 对照表: score rates of rows in each dimension; rates and groups as in distribution.sql.

-- name: heat
-- Score rate of a row ($by: region, department, unit) in each dimension, over scored leaves; at most $most rows, lowest first.
with summed as not materialized (
    select key, dimension, reports, score, weight
    from rate_summary
    where $year is not null and kind = $by and fiscal_year = $year
      and ($by <> 'region' or key in (select region_key from regions_in_view($region_prefixes, $own_level_codes)))
),
rated as not materialized (
    select
        case $by when 'region' then region_key when 'department' then department_key else unit_key end as key, dimension,
        score, weight
    from rate_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where $year is null
),
kept as (
    select key
    from (
        select key, score, weight from summed where dimension = '全部'
        union all
        select key, sum(score), sum(weight) from rated where dimension = '全部' group by key
    )
    order by score / weight, key
    limit $most
),
viewed as (
    select key, s.dimension, s.reports, s.score, s.weight from summed s join kept using (key)
    union all
    select key, r.dimension, count(*), sum(r.score), sum(r.weight) from rated r join kept using (key) group by key, r.dimension
),
named as (
    select
        k.key, g.full_name as region, case $by when 'unit' then u.unit_id else group_item($by, k.key, '', u.department) end
            as code, case $by
            when 'region' then coalesce(g.full_name || own_level(k.key), '区划未知')
            when 'department' then coalesce(u.department, '主管部门未载明')
            else u.unit end as item
    from kept k
    left join unit_store u on $by <> 'region' and u.unit_key = k.key
    left join region g on g.region_code = case when $by = 'region' then k.key::varchar else u.region_code end
),
labelled as (
    select key, code, item || case when count(*) over (partition by item) > 1 then '（' || coalesce(region, '区划未知') || '）' else '' end
        as item
    from named
)
select
    n.code, n.item, v.dimension, sum(v.reports)::bigint as reports, sum(v.score)::double as score,
    sum(v.weight)::double as weight, (sum(v.score) / sum(v.weight))::double as score_rate
from viewed v
join labelled n using (key)
group by n.code, n.item, v.dimension
order by n.item, n.code, v.dimension
