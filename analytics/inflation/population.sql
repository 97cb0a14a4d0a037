-- name: templates
-- One row a template of accepted reports of the year. A leaf is silent if it is scored full and neither value nor remark
-- holds a number.
with report_sum as (
    select
        l.report_key, l.template_key, count(*) as leaves, max(l.weight)::double as largest,
        sum(l.weight)::double as weight, 1 / sum(pow(l.weight::double / nullif(w.weight_total::double, 0), 2)) as effective,
        coalesce(sum(l.weight) filter (coalesce(l.score, l.score_inferred) >= l.weight), 0)::double as full_weight,
        coalesce(sum(l.weight) filter (
            coalesce(l.score, l.score_inferred) >= l.weight
            and not regexp_matches(concat(l.value_text, l.deviation_reason), '[0-9０-９]')
        ), 0)::double as silent_weight
    from leaf_score l
    join report w using (report_key)
    where l.fiscal_year = $year and l.status = 'accepted' and l.weight > 0
    group by l.report_key, l.template_key
)
select
    coalesce(t.name, t.template) as template_name, g.full_name as region, count(*) as reports,
    median(r.comparable_score::double) as comparable_score, median(s.leaves) as leaves, median(s.effective) as effective,
    median(s.largest) as largest, median(s.full_weight / s.weight) as full_rate,
    median(s.silent_weight / s.weight) as silent_rate
from report_sum s
join report r using (report_key)
join template_store t on t.template_key = s.template_key
left join region g on g.region_code = t.region_code
group by t.template_key, t.name, t.template, g.full_name
order by reports desc, template_name
limit 100
