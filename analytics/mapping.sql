-- 维度对照表: which printed labels of which form stand for which 指标维度.

-- name: labels
select
    t.form, coalesce(g.full_name, '区划未知') as region, coalesce(t.name, t.template) as template, l.level1, l.level2,
    l.mapped as dimension, count(distinct l.report_id) as reports, count(*) as leaves,
    (sum(l.weight) / count(distinct l.report_id))::double as weight
from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) l
join template_store t using (template_key)
left join region g on g.region_code = t.region_code
group by all
order by t.form, region, template, min(l.ordinal)
limit 1000
