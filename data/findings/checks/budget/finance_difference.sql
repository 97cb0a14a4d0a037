-- The same item in the report and in the finance data, differing by more than they round to.
select
    s.report_key, null::smallint as ordinal, s.item as subject, '中性' as direction, null::decimal(12, 6) as points,
    s.name || '：自评报告 ' || s.printed || s.printed_unit || '，财政数据 ' || f.printed || f.printed_unit as message,
    if(s.persons, shown(s.figure) || ' − ' || shown(f.figure) || ' = ' || shown(s.figure - f.figure) || '人',
        ten_thousands(s.figure) || ' − ' || ten_thousands(f.figure) || ' = ' || ten_thousands(s.figure - f.figure)) as working,
    '自评报告 ' || s.printed || s.printed_unit as reading, '财政数据 ' || f.printed || f.printed_unit as against,
    d.file_name || ' ' || f.place as against_place, s.document_key, s.position, s.place
from checked_amount s
join checked_amount f on f.report_key = s.report_key and f.item = s.item and f.source = '财政数据'
join document_store d on d.document_key = f.document_key
where s.source = '自评报告' and not s.conflicting and not f.conflicting and s.persons = f.persons
  and abs(s.figure - f.figure) > greatest(s.step, f.step)
