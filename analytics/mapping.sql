-- 维度对照表: which printed labels of which form stand for which 指标维度.

-- name: labels
select
    t.form, coalesce(g.full_name, '区划未知') as region, coalesce(t.name, t.template) as template, l.level1, l.level2,
    l.dimension, sum(l.reports)::bigint as reports, sum(l.leaves)::bigint as leaves,
    (sum(l.weight) / sum(l.reports))::double as weight
from label_prepared l
join template_store t using (template_key)
left join region g on g.region_code = t.region_code
where (len($years) = 0 or list_contains($years, l.fiscal_year))
  and l.region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
group by t.form, g.full_name, t.name, t.template, l.level1, l.level2, l.dimension
order by t.form, region, template, min(l.first_ordinal), l.level1, l.level2
limit 1000

-- name: labels_of_units
-- The same over the leaves of some departments or units.
select
    t.form, coalesce(g.full_name, '区划未知') as region, coalesce(t.name, t.template) as template, i.level1, i.level2,
    coalesce(i.dimension, '未映射') as dimension, count(distinct r.report_key) as reports, count(*) as leaves,
    (sum(f.weight) / count(distinct r.report_key))::double as weight
from leaf_fact f
join prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r using (report_key)
join indicator_dim i using (indicator_key)
join template_store t on t.template_key = r.template_key
left join region g on g.region_code = t.region_code
group by t.form, g.full_name, t.name, t.template, i.level1, i.level2, i.dimension
order by t.form, region, template, min(f.ordinal), i.level1, i.level2
limit 1000
