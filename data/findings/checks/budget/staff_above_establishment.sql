-- More persons on post than the establishment, where one establishment is printed.
select
    b.report_key, null::smallint as ordinal, 'staff_on_post' as subject, '中性' as direction, null::decimal(12, 6) as points,
    '在职 ' || shown(b.numerator) || ' 人，编制 ' || shown(b.denominator) || ' 人，在职人员控制率 ' || hundredths(b.value) as message,
    b.working, '在职 ' || s.printed || s.printed_unit as reading, '编制 ' || e.printed || e.printed_unit as against, e.place as against_place,
    s.document_key, s.position, s.place
from budget_rate_store b
join checked_report r using (report_key)
join stated_amount s on s.report_key = b.report_key and s.item = 'staff_on_post'
join stated_amount e on e.report_key = b.report_key and e.item = 'staff_establishment'
where r.is_stale and b.rate = '在职人员控制率' and b.value > 1
