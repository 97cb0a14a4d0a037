-- Scores above their weight or below zero, where the cells are certain.
select
    report_key, ordinal, path as subject, if(score > weight, '偏高', '偏低') as direction,
    if(score > weight, score - weight, -score) as points,
    '“' || level3 || '”得分 ' || shown(score) || '，权重 ' || shown(weight) as message,
    '得分应在 0 至 ' || shown(weight) || ' 之间' as working, '得分 ' || shown(score) as reading, '权重 ' || shown(weight) as against,
    place as against_place, document_key, position, place
from checked_leaf
where is_stale and certain and (score > weight + 0.005 or score < -0.005)
