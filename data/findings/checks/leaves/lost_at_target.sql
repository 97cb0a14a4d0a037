-- Points lost at or above the stated target, with no reason printed.
select
    report_key, ordinal, path as subject, '偏低' as direction, (weight - score)::decimal(12, 6) as points,
    '“' || level3 || '”完成值 ' || value_text || '，达到年度指标值 ' || target_text || '，得分 ' || shown(score) || '/' || shown(weight) as message,
    '完成值 ' || shown(value) || '，指标值 ' || sign || shown(target) || '：达到；失分 ' || shown(weight - score) as working,
    '得分 ' || shown(score) || '/' || shown(weight) as reading, '年度指标值 ' || target_text as against, place as against_place, document_key,
    position, place
from checked_leaf
where is_stale and value is not null and target is not null and score < weight - 0.005 and recomputed_low is null
  and coalesce(regexp_replace(deviation_reason, '[\s无/\-—]', '', 'g'), '') = ''
  and (value_unit is not distinct from null or contains(target_text, value_unit))
  and (value_unit is not null or not regexp_matches(target_text, '[%\x{4e00}-\x{9fff}]'))
  and ((sign in ('≥', '>=') and value >= target) or (sign in ('≤', '<=') and value <= target))
