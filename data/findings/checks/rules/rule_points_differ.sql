-- Rules that name other points than the weight. Which of the two holds, the report does not say.
select
    report_key, ordinal, path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”评分规则写 ' || shown(top_points) || ' 分，权重 ' || shown(weight) || ' 分' as message,
    shown(weight) || ' − ' || shown(top_points) || ' = ' || shown(weight - top_points) || ' 分；以哪个为准，报告未载明' as working,
    '权重 ' || shown(weight) || '，自评 ' || coalesce(shown(counted), '未印') as reading, '规则：' || left(rule_text, 120) as against,
    place as against_place, document_key, position, place
from checked_leaf
where is_stale and rule_text is not null and top_points > 0 and abs(top_points - weight) > 0.005
