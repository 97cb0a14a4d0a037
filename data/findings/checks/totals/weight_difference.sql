-- Weights that do not come to the printed full marks.
select
    i.report_key, null::smallint as ordinal, i.subject, '中性' as direction, null::decimal(12, 6) as points,
    '三级指标权重合计 ' || shown(i.computed) || '，' || i.reading as message, i.working, i.reading, i.against, i.against_place,
    i.document_key, i.position, i.place
from checked_identity_store i
join checked_report r using (report_key)
where r.is_stale and i.kind = '权重' and i.status = '不符'
