-- Qualitative leaves without a rule outside their band. Both ends of a band count as inside and a leaf
-- with a rule of its own is measured by it (rule_gap).
with banded as (
    select
        *,
        case
            when regexp_matches(value_text, '^(全部|已|基本)?(达成|达到|完成)(年度|预期)?(预期)?(目标|指标)?$') and not regexp_matches(value_text, '基本') then '达成'
            when regexp_matches(value_text, '^部分(达成|完成|达到)') then '部分达成'
            when regexp_matches(value_text, '^未(达成|完成|达到)') then '未达成'
        end as tier
    from checked_leaf
    where is_stale and value is null and score is not null and weight > 0 and score <= weight and score >= 0
      and rule_text is null
),
ranged as (
    select
        *,
        weight * case tier when '达成' then limit_of('tier_band.achieved') when '部分达成' then limit_of('tier_band.partial') else 0 end as low,
        weight * case tier when '达成' then 1 when '部分达成' then limit_of('tier_band.achieved') else limit_of('tier_band.partial') end as high
    from banded
    where tier is not null
)
select
    report_key, ordinal, path as subject, if(score > high, '偏高', '偏低') as direction,
    if(score > high, score - high, low - score)::decimal(12, 6) as points,
    '“' || level3 || '”完成值为' || value_text || '，得分 ' || shown(score) || '，所在档位为 ' || shown(low) || ' 至 ' || shown(high) as message,
    '权重 ' || shown(weight) || ' × ' || shown(low / weight * 100) || '% 至 ' || shown(high / weight * 100) || '% = ' || shown(low) || ' 至 '
        || shown(high) as working,
    '得分 ' || shown(score) as reading, tier || '档 ' || shown(low) || ' 至 ' || shown(high) as against, place as against_place, document_key,
    position, place
from ranged
where score < low - 0.005 or score > high + 0.005
