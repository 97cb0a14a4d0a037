-- Rules that print an interval no value can lie in; they are read as intended, the printed text stands beside.
select
    report_key, ordinal, path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”评分规则所印区间为空' as message, '测算时按原意对调区间的上下限' as working,
    '规则：' || left(rule_text, 160) as reading, '完成值 ' || coalesce(value_text, '未印') as against, place as against_place, document_key,
    position, place
from checked_leaf
where is_stale and rule_text is not null and list_contains(rule_notes, 'INTERVAL_REVERSED')
