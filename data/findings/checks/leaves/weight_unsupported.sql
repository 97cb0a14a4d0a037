-- The share of weight that has neither a rule nor a number, in tables that print rules or values at all.
with summed as (
    select
        report_key, sum(weight) as weight,
        sum(weight) filter (not supported) as unsupported,
        count(*) filter (not supported) as leaves,
        count(*) filter (rule_text is not null) as ruled,
        min(ordinal) filter (not supported) as first,
        string_agg(level3, '、' order by weight desc, ordinal) filter (not supported) as names
    from checked_leaf
    where is_stale and form = '部门整体'
    group by report_key
)
select
    s.report_key, null::smallint as ordinal, '权重' as subject, '中性' as direction, null::decimal(12, 6) as points,
    s.leaves || ' 项三级指标共 ' || shown(s.unsupported) || ' 分，既无评分规则也无数值' as message,
    shown(s.unsupported) || ' ÷ ' || shown(s.weight) || ' = ' || hundredths(s.unsupported / s.weight) || '，参照值 '
        || hundredths(limit_of('weight_unsupported.share')) as working,
    shown(s.unsupported) || ' 分无规则和数值' as reading, '权重合计 ' || shown(s.weight) || '；' || left(s.names, 80) as against, null as against_place,
    l.document_key, l.position, l.place
from summed s
join checked_leaf l on l.report_key = s.report_key and l.ordinal = s.first
where s.weight > 0 and s.ruled > 0 and s.unsupported / s.weight >= limit_of('weight_unsupported.share')
