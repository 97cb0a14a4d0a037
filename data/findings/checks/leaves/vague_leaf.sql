-- One leaf that holds a large share of the weight without rule or number, in tables that print rules or values at all.
with total as (
    select report_key, sum(weight) as weight, count(*) as leaves, count(*) filter (supported) as supported
    from checked_leaf
    where is_stale
    group by report_key
)
select
    l.report_key, l.ordinal, l.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || l.level3 || '”一项权重 ' || shown(l.weight) || '，占 ' || hundredths(l.weight / t.weight) || '，未印评分规则和数值' as message,
    shown(l.weight) || ' ÷ ' || shown(t.weight) || ' = ' || hundredths(l.weight / t.weight) || '，参照值 ' || hundredths(limit_of('vague_leaf.share'))
        as working,
    '权重 ' || shown(l.weight) as reading, '权重合计 ' || shown(t.weight) || '，共 ' || t.leaves || ' 项' as against, null as against_place,
    l.document_key, l.position, l.place
from checked_leaf l
join total t using (report_key)
where l.is_stale and t.weight > 0 and not l.supported
  and l.weight / t.weight >= limit_of('vague_leaf.share') and t.leaves > 3 and t.supported > 0
