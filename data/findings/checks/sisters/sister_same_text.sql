-- The same achievements or shortcomings in two units of one year; one other unit with the same text is named.
with text as (
    select
        t.report_key, t.section, t.same, t.length, left(bare(n.text), 60) as start, n.document_key, n.position, n.place, r.unit_key, u.unit, r.fiscal_year,
        d.file_name || ' ' || n.place as whole_place
    from due_text t
    join narrative_store n using (report_key, section, ordinal)
    join report_store r using (report_key)
    join unit_store u using (unit_key)
    join document_store d on d.document_key = n.document_key
    where t.length >= limit_of('sister_same_text.length') and r.fiscal_year in (select fiscal_year from checked_report)
),
shared as (
    select
        section, fiscal_year, same, count(distinct unit_key) as units, min_by(unit_key, unit) as first_key, min(unit) as first,
        min_by(whole_place, unit) as first_place, max(unit) as last, max_by(whole_place, unit) as last_place
    from text
    group by section, fiscal_year, same
    having count(distinct unit_key) > 1
)
select
    t.report_key, null::smallint as ordinal, t.section as subject, '中性' as direction, null::decimal(12, 6) as points,
    t.section || '一节与' || if(t.unit_key = s.first_key, s.last, s.first)
        || if(s.units > 2, '等 ' || (s.units - 1) || ' 个单位', '') || '文字相同' as message,
    '不计空白逐字比较，共 ' || t.length || ' 字' as working, '“' || t.start || '…”' as reading,
    if(t.unit_key = s.first_key, s.last || ' ' || s.last_place, s.first || ' ' || s.first_place) as against, null as against_place,
    t.document_key, t.position, t.place
from text t
join shared s using (section, fiscal_year, same)
semi join checked_report c on c.report_key = t.report_key
