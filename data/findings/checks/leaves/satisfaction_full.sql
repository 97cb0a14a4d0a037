-- Full marks for a satisfaction below the reference, where neither a rule nor a target says what is full.
select
    report_key, ordinal, path as subject, '偏高' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”完成值 ' || value_text || '，得满分 ' || shown(score) || '；未印评分规则和年度指标值' as message,
    '未印计分办法，如按比例计为 ' || shown(value) || '% × ' || shown(weight) || ' = ' || shown(value * weight / 100) || '，相差 ' || shown(weight * (1 - value / 100))
        || '；参照值 ' || shown(limit_of('satisfaction_full.reference')) || '%' as working,
    '得分 ' || shown(score) || '/' || shown(weight) as reading, '完成值 ' || value_text as against, place as against_place, document_key,
    position, place
from checked_leaf
where is_stale and weight > 0 and score >= weight and value_unit = '%' and value >= 0 and value < limit_of('satisfaction_full.reference')
  and (dimension = '满意度' or regexp_matches(level3, '满意(度|率)$')) and rule_text is null and target_text is null
