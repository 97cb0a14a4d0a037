-- One item printed with amounts that no rounding makes equal.
with printed as (
    select b.report_key, b.item, b.ordinal, coalesce(b.amount_yuan, b.amount) as figure, b.printed, b.printed_unit, b.document_key,
        b.position, b.place, a.name
    from budget_figure_store b
    join checked_amount a using (report_key, item, source)
    where a.conflicting and b.source = '自评报告' and a.item not in ('staff_establishment', 'staff_on_post', 'staff_total')
)
select
    a.report_key, null::smallint as ordinal, a.item as subject, '中性' as direction, null::decimal(12, 6) as points,
    a.name || '：' || a.printed || a.printed_unit || '，另一处 ' || b.printed || b.printed_unit as message,
    '同一项目两处所印不同' as working, a.printed || a.printed_unit as reading, b.printed || b.printed_unit as against,
    b.place as against_place, a.document_key, a.position, a.place
from printed a
join printed b on b.report_key = a.report_key and b.item = a.item and b.figure <> a.figure and b.ordinal > a.ordinal
qualify row_number() over (partition by a.report_key, a.item order by abs(a.figure - b.figure) desc, a.ordinal, b.ordinal) = 1
