-- One satisfaction value in nearly all units of a region and year. 0 and 100 % are common and do not count.
with leaf as (
    select l.*, r.fiscal_year, coalesce(r.region_code, '') as region_code, r.unit_key
    from checked_leaf l
    join checked_report r using (report_key)
    where r.is_current and (l.dimension = '满意度' or regexp_matches(l.level3, '满意(度|率)$')) and l.value_unit = '%'
),
whole as (
    select fiscal_year, region_code, form, count(distinct unit_key) as units from leaf group by all
),
same as (
    select fiscal_year, region_code, form, value, count(distinct unit_key) as units,
        string_agg(distinct place, '、' order by place) as places
    from leaf where value > 0 and value < 100 group by all
)
select
    l.report_key, l.ordinal, l.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '同区 ' || w.units || ' 个印有满意度的单位中，' || s.units || ' 个的完成值均为 ' || shown(l.value) || '%' as message,
    s.units || ' ÷ ' || w.units || ' = ' || hundredths(s.units / w.units) || '，参照值 ' || hundredths(limit_of('sister_same_value.share')) as working,
    '完成值 ' || l.value_text as reading, '其余 ' || (s.units - 1) || ' 个单位相同' as against, null as against_place, l.document_key, l.position, l.place
from leaf l
join whole w on w.fiscal_year = l.fiscal_year and w.region_code = l.region_code and w.form = l.form
join same s on s.fiscal_year = l.fiscal_year and s.region_code = l.region_code and s.form = l.form and s.value = l.value
where s.units >= limit_of('sister_same_value.units') and s.units / w.units >= limit_of('sister_same_value.share')
