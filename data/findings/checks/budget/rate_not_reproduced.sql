-- Stated rates that no basis gives, where every usual basis can be calculated.
select
    i.report_key, null::smallint as ordinal, i.subject, '中性' as direction, null::decimal(12, 6) as points,
    '所述“' || i.reading || '”不能由所印金额得出' as message, i.working, i.reading, i.against, i.against_place,
    i.document_key, i.position, i.place
from checked_identity_store i
join checked_report r using (report_key)
where r.is_stale and i.kind = '比率' and i.status = '不符'
