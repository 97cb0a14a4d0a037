-- A rate of doing or spending that is 0: nothing to do, or nothing done. Changes, adjustments and carry-over are good at 0.
select
    report_key, ordinal, path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”完成值 ' || value_text || '，得分 ' || shown(counted) || '/' || shown(weight) || '：可能没有该项业务（不适用），也可能有而未执行'
        as message,
    '完成值为 0，按所印得分计；如不适用，可说明后不计入权重' as working, '完成值 ' || value_text as reading,
    '得分 ' || shown(counted) || '/' || shown(weight) as against, place as against_place, document_key, position, place
from checked_leaf
where is_stale and value = 0 and value_unit = '%' and counted is not null and applicability <> 'na'
  and regexp_matches(level3, '(执行|完成|办结|利用|覆盖|及时|达标|公用经费控制)率$')
  and (target is null or target > 0)
