-- The same achievements or shortcomings in two units of one year.
with text as (
    select
        n.report_key, n.section, n.document_key, n.position, n.place, md5(bare(n.text)) as same, length(bare(n.text)) as length,
        r.unit, r.unit_key, r.fiscal_year, left(bare(n.text), 60) as start, d.file_name || ' ' || n.place as whole_place
    from narrative_store n
    join checked_report r using (report_key)
    join document_store d on d.document_key = n.document_key
    where r.is_current and n.state = 'text' and n.section in ('主要绩效', '存在问题')
      and length(bare(n.text)) >= limit_of('sister_same_text.length')
)
select
    a.report_key, null::smallint as ordinal, a.section as subject, '中性' as direction, null::decimal(12, 6) as points,
    a.section || '一节与' || min(b.unit) || if(count(distinct b.unit_key) > 1, '等 ' || count(distinct b.unit_key) || ' 个单位', '') || '文字相同' as message,
    '不计空白逐字比较，共 ' || any_value(a.length) || ' 字' as working, '“' || any_value(a.start) || '…”' as reading,
    min(b.unit || ' ' || b.whole_place) as against, null as against_place, any_value(a.document_key) as document_key,
    any_value(a.position) as position, any_value(a.place) as place
from text a
join text b on b.same = a.same and b.section = a.section and b.fiscal_year = a.fiscal_year and b.unit_key <> a.unit_key
group by a.report_key, a.section
