-- name: years
select distinct fiscal_year from report

-- name: reports
-- Reports of a year. base: form and names of level1 in their order, without their weights: moving weight to another
-- level1 must not take a report away from its peers.
select
    r.report_key, r.report_id, r.unit_id, r.unit, r.region, r.fiscal_year, r.status, r.comparable_score::double as total,
    r.form || ' ' || regexp_replace(r.template, '[0-9.]+', '', 'g') as base
from report r
where r.fiscal_year = $year
order by r.report_key

-- name: leaves
-- One row a leaf of an accepted report of the year, with the same leaf of the unit's newest earlier report beside it.
-- key: what the leaf is called in every report; copies of a name in one report are counted. has_number: a number stands
-- in its value or note, or the prose names the leaf in a sentence with a figure and its measure.
with scored as (
    select report_key, unit_id, form, subject, fiscal_year from report where fiscal_year <= $year and status = 'accepted'
),
now as (
    select * from scored where fiscal_year = $year
),
earlier as (
    select n.report_key as later_key, s.report_key
    from now n
    join scored s using (unit_id, form, subject)
    where s.fiscal_year < $year
    qualify row_number() over (partition by n.report_key order by s.fiscal_year desc) = 1
),
wanted as (
    select report_key, report_key as later_key, true as is_now from now
    union all
    select report_key, later_key, false from earlier
),
name as (
    select *, dense_rank() over (order by name) as name_key
    from (
        select indicator_key, level2, level3, replace(level3, ' ', '') as told,
            coalesce(canonical_leaf, concat(level2, '|', replace(level3, ' ', ''))) as name
        from indicator_dim
    )
),
leaf as (
    select
        w.later_key, w.is_now, f.report_key, f.ordinal, f.indicator_key, f.value_key, f.rule_key, f.weight::double as weight,
        coalesce(f.score, f.score_inferred)::double as score, f.score as printed, f.applicability = 'na' as is_na, f.case_key,
        i.name_key, row_number() over (partition by f.report_key, i.name_key order by f.ordinal) as copy
    from leaf_fact f
    join wanted w using (report_key)
    join name i using (indicator_key)
),
sentence as (
    select n.report_key, unnest(string_split_regex(replace(n.text, ' ', ''), '[。；;\n]')) as sentence
    from narrative_store n
    join now using (report_key)
    where not regexp_matches(n.section, '问题')
),
proof as (
    select report_key, string_agg(sentence, '。') as text
    from sentence
    where regexp_matches(sentence, '[0-9]\s*([%％‰万亿元件个次人户家场处份起批吨天倍分名条篇期亩台套例所座册米]|项([^目]|$)|公里|平方|小时)')
    group by report_key
)
select
    n.report_key, n.ordinal, concat(i.name, '#', n.copy) as key, i.level2, i.level3, n.weight, n.score, v.value::double as value, v.value_unit,
    v.target::double as target, v.direction, n.is_na, coalesce(r.rule_text, key) as scored_alike, c.status,
    c.low::double as low, rule_gap(n.printed, c.low, c.high, c.points)::double as gap,
    v.value is not null or regexp_matches(concat(v.value_text, v.deviation_reason), '[0-9０-９]')
        or coalesce(contains(p.text, i.told), false) as has_number,
    b.weight as before_weight, b.score as before_score, bv.value::double as before_value, bv.target::double as before_target,
    bc.status as before_status, bc.low::double as before_low
from leaf n
join name i using (indicator_key)
join value_dim v on v.value_key = n.value_key
join rule_dim r on r.rule_key = n.rule_key
left join rule_case c on c.case_key = n.case_key
left join proof p on p.report_key = n.report_key
left join leaf b on b.later_key = n.later_key and not b.is_now and b.name_key = n.name_key and b.copy = n.copy
left join value_dim bv on bv.value_key = b.value_key
left join rule_case bc on bc.case_key = b.case_key
where n.is_now and n.weight > 0 and n.score is not null
order by n.report_key, n.ordinal

-- name: admitted
-- What 存在问题 names, by report and level2: the group itself (is_named), or a leaf of it (ordinal of that leaf); and
-- whether 存在问题 says 无.
with section as (
    select n.report_key, string_agg(replace(n.text, ' ', ''), '。') as text,
        bool_and(n.state = 'none' or regexp_matches(n.text, '^\s*(无|没有|暂无)[。.]?\s*$')) as says_none
    from narrative_store n
    join report_store r using (report_key)
    where r.is_current and r.fiscal_year = $year and regexp_matches(n.section, '问题')
    group by n.report_key
)
select
    s.report_key, f.ordinal, i.level2, s.says_none,
    contains(s.text, coalesce(nullif(regexp_replace(replace(i.level2, ' ', ''), '指标$', ''), ''), i.level2)) as is_named,
    length(i.level3) >= 4 and contains(s.text, replace(i.level3, ' ', '')) as is_leaf_named
from section s
join leaf_fact f using (report_key)
join indicator_dim i using (indicator_key)
where i.level2 is not null
