-- Rules that calculate another leaf's matter, or that are another leaf's text and cannot measure this leaf's value.
select
    l.report_key, l.ordinal, l.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || l.level3 || '”的评分规则与“' || o.level3 || '”相同，所计对象不是本指标' as message,
    if(list_contains(l.rule_notes, 'SUBJECT_DIFFERS'), '规则计算的是“' || coalesce(l.rule_subject, o.level3) || '”',
        '规则不能计量本指标的完成值 ' || coalesce(l.value_text, '未印')) as working,
    '规则：' || left(l.rule_text, 160) as reading, o.level3 || '：' || left(o.rule_text, 160) as against, o.place as against_place,
    l.document_key, l.position, l.place
from checked_leaf l
join checked_leaf o
    on o.report_key = l.report_key and o.ordinal <> l.ordinal
    and (
        (l.recomputed_status = 'value_unfit' and o.rule_text = l.rule_text and coalesce(o.recomputed_status, '') <> 'value_unfit')
        or (list_contains(l.rule_notes, 'SUBJECT_DIFFERS') and contains(bare(l.rule_text), bare(o.level3)))
    )
where l.is_stale and l.rule_text is not null
qualify row_number() over (partition by l.report_key, l.ordinal order by abs(o.ordinal - l.ordinal), o.ordinal) = 1
