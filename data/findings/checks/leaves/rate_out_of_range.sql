-- Percentages below zero or absurdly large. Changes and adjustments may be negative.
select
    report_key, ordinal, path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”完成值 ' || value_text as message, '常见范围为 0 至 ' || shown(limit_of('rate_out_of_range.most')) || '%' as working,
    '完成值 ' || value_text as reading, '0 至 ' || shown(limit_of('rate_out_of_range.most')) || '%' as against, null as against_place,
    document_key, position, place
from checked_leaf
where is_stale and value_unit = '%'
  and (value > limit_of('rate_out_of_range.most')
    or (value < 0 and not regexp_matches(level3 || coalesce(definition_text, '') || coalesce(rule_text, ''), '变动|增长|增幅|调整|增减|降低|下降|同比|偏差')))
