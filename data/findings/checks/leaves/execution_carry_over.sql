-- An execution rate below 100 % beside a carry-over rate of 0.
select
    e.report_key, e.ordinal, e.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    e.level3 || ' ' || e.value_text || '，未执行 ' || shown(100 - e.value) || '%，而' || c.level3 || ' ' || c.value_text as message,
    '100% − ' || shown(e.value) || '% = ' || shown(100 - e.value) || '%，与结转结余率 0 并列；收回、视同支出的部分报告未列明' as working,
    e.level3 || ' ' || e.value_text as reading, c.level3 || ' ' || c.value_text as against, c.place as against_place, e.document_key,
    e.position, e.place
from checked_leaf e
join checked_leaf c on c.report_key = e.report_key and regexp_matches(c.level3, '^(结转结余|结余结转)率$')
where e.is_stale and e.value_unit = '%' and e.value between 0 and 100 and c.value = 0 and c.value_unit = '%'
  and regexp_matches(e.level3, '^(部门|整体|部门整体|年度|本年)?预算(执行|完成)率$')
  and 1 - e.value::double / 100 >= limit_of('execution_carry_over.unspent')
