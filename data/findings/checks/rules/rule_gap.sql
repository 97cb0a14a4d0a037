-- Self-scores outside what the leaf's own rule admits for its own value; the distance is to the nearest admissible score.
select
    report_key, ordinal, path as subject, if(gap > 0, '偏高', '偏低') as direction, abs(gap)::decimal(12, 6) as points,
    '“' || level3 || '”自评 ' || printf('%.2f', score::double) || '，按评分规则测算得分 '
        || if(recomputed_low = recomputed_high, '', printf('%.2f', recomputed_low::double) || ' 至 ')
        || printf('%.2f', recomputed_high::double) as message,
    rule_working as working, '自评 ' || printf('%.2f', score::double) as reading,
    '完成值 ' || coalesce(value_text, '未印') || '；规则：' || left(rule_text, 120) as against, place as against_place, document_key,
    position, place
from checked_leaf
where is_stale and rule_text is not null and gap <> 0 and rule_working is not null
  and (score > recomputed_high or score < recomputed_low)
