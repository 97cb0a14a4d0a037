-- Stated totals that no sum of the leaves gives. Both readings: the stated total, the sum nearest to it.
select
    i.report_key, null::smallint as ordinal, i.subject, if(i.stated > i.computed, '偏高', '偏低') as direction,
    abs(i.stated - i.computed) as points, i.subject || shown(i.stated) || '，指标得分合计为' || shown(i.computed) as message,
    i.working, i.reading, i.against, i.against_place, i.document_key, i.position, i.place
from checked_identity_store i
join checked_report r using (report_key)
where r.is_stale and i.kind = '总分' and i.status = '不符'
