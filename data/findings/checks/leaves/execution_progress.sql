-- Payment progress that meets its plan beside a low execution rate: the plan it implies.
select
    e.report_key, p.ordinal, p.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    p.level3 || ' ' || p.value_text || '，' || e.level3 || ' ' || e.value_text || '：计划支付进度约为 '
        || hundredths(e.value / p.value) as message,
    shown(e.value) || '% ÷ ' || shown(p.value) || '% = ' || hundredths(e.value / p.value) || '（两率的时点和口径可能不同）' as working,
    p.level3 || ' ' || p.value_text as reading, e.level3 || ' ' || e.value_text as against, e.place as against_place, p.document_key,
    p.position, p.place
from checked_leaf e
join checked_leaf p on p.report_key = e.report_key and regexp_matches(p.level3, '^支付进度(符合)?率$')
where e.is_stale and e.value_unit = '%' and e.value between 0 and 100 and p.value_unit = '%' and p.value >= 100
  and regexp_matches(e.level3, '^(部门|整体|部门整体|年度|本年)?预算(执行|完成)率$')
  and e.value::double / p.value::double < limit_of('execution_progress.planned')
