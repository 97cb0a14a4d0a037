-- 一级 and 二级指标 scores in prose that are not the sums of their leaves.
select
    i.report_key, null::smallint as ordinal, i.subject, if(i.stated > i.computed, '偏高', '偏低') as direction,
    abs(i.stated - i.computed) as points, '“' || i.subject || '”正文所述得分 ' || shown(i.stated) || '，表内合计 ' || shown(i.computed) as message,
    i.working, i.reading, i.against, i.against_place, i.document_key, i.position, i.place
from checked_identity_store i
join checked_report r using (report_key)
where r.is_stale and i.kind = '指标得分' and i.status = '不符'
