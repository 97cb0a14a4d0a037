-- A leaf that units without a matter need not set has points, while the matter's other leaf is 0.
with conditional as (
    select
        *, regexp_extract(coalesce(rule_text, '') || coalesce(definition_text, ''), '无([\x{4e00}-\x{9fff}]{2,10}?)的(?:部门|单位)', 1) as matter
    from checked_leaf
    where is_stale
      and regexp_matches(coalesce(rule_text, '') || coalesce(definition_text, ''), '无[\x{4e00}-\x{9fff}]{2,10}的(部门|单位)(\(单位\))?(,)?(无需|不需|无须)设置')
)
select
    c.report_key, c.ordinal, c.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || z.level3 || '”完成值 ' || z.value_text || '，“' || c.level3 || '”得分 ' || shown(c.counted) || '/' || shown(c.weight) as message,
    '评分规则写明无' || c.matter || '的单位无需设置；如无' || c.matter || '，两项均可不计' as working,
    c.level3 || ' 得分 ' || shown(c.counted) || '/' || shown(c.weight) as reading, z.level3 || ' ' || z.value_text as against,
    z.place as against_place, c.document_key, c.position, c.place
from conditional c
join checked_leaf z
    on z.report_key = c.report_key and z.ordinal <> c.ordinal and z.value = 0 and length(c.matter) > 1 and contains(z.level3, c.matter)
where c.counted > 0 and contains(c.level3, c.matter) and c.value is null
