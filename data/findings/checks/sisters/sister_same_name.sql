-- 履职产出 and 效益 names shared with a few units of the region. Names that half of the units share are a template; a unit
-- and those below it (the name of one begins with the other's) do the same work and count as one.
with leaf as (
    select l.report_key, l.ordinal, l.level3, l.document_key, l.position, l.place, r.fiscal_year, coalesce(r.region_code, '') as region_code, r.form, r.unit_key, r.unit
    from checked_leaf l
    join checked_report r using (report_key)
    where r.is_current and l.dimension in ('履职产出', '效益') and l.canonical_leaf is null and length(l.level3) >= 4
),
size as (
    select fiscal_year, region_code, form, count(distinct unit_key) as units from leaf group by all
),
present as (
    select distinct fiscal_year, region_code, form, unit_key, regexp_replace(unit, '[(（]本级[)）]$', '') as unit from leaf
),
family as (
    select a.fiscal_year, a.region_code, a.form, a.unit_key, min_by(b.unit_key, length(b.unit)) as head
    from present a
    join present b
        on b.fiscal_year = a.fiscal_year and b.region_code = a.region_code and b.form = a.form and starts_with(a.unit, b.unit)
    group by all
),
name as (
    select fiscal_year, region_code, form, level3, count(distinct head) as units
    from leaf join family using (fiscal_year, region_code, form, unit_key)
    group by all
),
shared as (
    select l.*, n.units as sharing, z.units, n.units > 1 and n.units * 2 < z.units as is_shared
    from leaf l
    join name n on n.fiscal_year = l.fiscal_year and n.region_code = l.region_code and n.form = l.form and n.level3 = l.level3
    join size z on z.fiscal_year = l.fiscal_year and z.region_code = l.region_code and z.form = l.form
),
own as (
    select
        report_key, any_value(unit_key) as unit_key, any_value(fiscal_year) as fiscal_year, any_value(region_code) as region_code,
        any_value(units) as units, count(*) as leaves, count(*) filter (is_shared) as shared,
        string_agg(level3, '、' order by ordinal) filter (is_shared) as names,
        min_by(document_key, ordinal) filter (is_shared) as document_key, min_by(position, ordinal) filter (is_shared) as position,
        min_by(place, ordinal) filter (is_shared) as place
    from shared
    where units >= limit_of('sister_same_name.units')
    group by report_key
)
select
    report_key, null::smallint as ordinal, '指标名称' as subject, '中性' as direction, null::decimal(12, 6) as points,
    leaves || ' 项履职产出、效益指标中 ' || shared || ' 项名称与同区个别单位相同' as message,
    shared || ' ÷ ' || leaves || ' = ' || hundredths(shared / leaves) || '，参照值 ' || hundredths(limit_of('sister_same_name.share')) as working,
    left(names, 120) as reading, '同区共 ' || units || ' 个单位' as against, null as against_place, document_key, position, place
from own
where shared >= 3 and shared / leaves >= limit_of('sister_same_name.share')
