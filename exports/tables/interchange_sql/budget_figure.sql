with figure as (
    select
        r.fiscal_year, r.region_code, r.unit, r.unit_id, r.form, r.subject, b.ordinal, b.item, b.amount, b.printed,
        b.printed_unit, b.source
    from budget_figure b
    join report r using (report_id)
    where b.source = '自评报告'
    union all
    select
        fiscal_year, region_code, unit, unit_id, form, subject, ordinal, item, amount, printed, printed_unit, '财政数据'
    from finance_figure_store
)
select
    r.fiscal_year, r.region_code, r.unit, k.unit_code, r.form, nullif(r.subject, '') as subject, $dataset as dataset,
    r.ordinal, r.item, r.amount, r.printed, r.printed_unit, r.source
from figure r
left join (
    select unit_id, min(alias) as unit_code from unit_alias where kind = '编码' and status = '已确认' group by unit_id
) k using (unit_id)
where not list_contains($hidden, r.unit_id)
order by r.fiscal_year, r.region_code, r.unit, r.form, r.subject, r.source, r.ordinal
