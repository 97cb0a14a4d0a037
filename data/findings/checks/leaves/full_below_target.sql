-- Full marks below the stated target, where value and target have one unit and a printed direction.
select
    report_key, ordinal, path as subject, '偏高' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”完成值 ' || value_text || '，年度指标值 ' || target_text || '，得满分 ' || shown(score) as message,
    '完成值 ' || shown(value) || '，指标值 ' || sign || shown(target) || '：未达到' as working, '完成值 ' || value_text as reading,
    '年度指标值 ' || target_text as against, place as against_place, document_key, position, place
from checked_leaf
where is_stale and value is not null and target is not null and score >= weight and weight > 0 and recomputed_low is null
  and (value_unit is not distinct from null or contains(target_text, value_unit))
  and (value_unit is not null or not regexp_matches(target_text, '[%\x{4e00}-\x{9fff}]'))
  and ((sign in ('≥', '>', '>=') and value < target) or (sign in ('≤', '<', '<=') and value > target))
