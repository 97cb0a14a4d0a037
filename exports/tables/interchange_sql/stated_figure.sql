select
    r.fiscal_year, r.region_code, r.unit, k.unit_code, r.form, nullif(r.subject, '') as subject, $dataset as dataset,
    s.ordinal, s.scope, s.label, s.source, s.value, s.out_of
from stated_figure s
join report r using (report_id)
left join (
    select unit_id, min(alias) as unit_code from unit_alias where kind = '编码' and status = '已确认' group by unit_id
) k using (unit_id)
where not list_contains($hidden, r.unit_id)
order by r.fiscal_year, r.region_code, r.unit, r.form, r.subject, s.ordinal
