-- The score rate of all other leaves against the execution rate; and a large unspent share.
with execution as (
    select *, count(*) over (partition by report_key) as n
    from checked_leaf
    where is_stale and value_unit = '%' and value between 0 and 100
      and regexp_matches(level3, '^(部门|整体|部门整体|年度|本年)?预算(执行|完成)率$')
),
other as (
    select
        e.report_key, e.ordinal, e.path, e.level3, e.value_text, e.value::double / 100 as rate, e.document_key, e.position, e.place,
        sum(l.counted)::double / nullif(sum(l.weight), 0)::double as share, sum(l.counted) as score, sum(l.weight) as weight
    from execution e
    join checked_leaf l on l.report_key = e.report_key and l.ordinal <> e.ordinal and l.counted is not null
    where e.n = 1
    group by all
)
select
    report_key, ordinal, path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '其余指标得分率 ' || hundredths(share) || '，' || level3 || ' ' || hundredths(rate)
        || if((share - rate) / share > limit_of('execution_gap.gap'), '，背离 ' || hundredths((share - rate) / share), '')
        || if(1 - rate > limit_of('execution_gap.unspent'), '，未执行 ' || hundredths(1 - rate), '') as message,
    '（' || hundredths(share) || ' − ' || hundredths(rate) || '）÷ ' || hundredths(share) || ' = ' || hundredths((share - rate) / share)
        || '，参照值 ' || hundredths(limit_of('execution_gap.gap')) as working,
    level3 || ' ' || value_text as reading, '其余指标得分 ' || shown(score) || ' / 权重 ' || shown(weight) as against, place as against_place,
    document_key, position, place
from other
where share > 0
  and ((share - rate) / share > limit_of('execution_gap.gap') or 1 - rate > limit_of('execution_gap.unspent'))
