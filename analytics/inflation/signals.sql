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
-- One row a leaf of an accepted report of the year, with the same leaf of the same unit a year before beside it.
-- key: what the leaf is called in every report; copies of a name in one report are counted.
with leaf as (
    select
        l.report_key, l.unit_id, l.form, r.subject, l.fiscal_year, l.ordinal, l.level2, l.level3, l.weight::double as weight,
        coalesce(l.score, l.score_inferred)::double as score, l.value::double as value, l.value_unit, l.target::double as target,
        l.direction, l.applicability = 'na' as is_na, l.rule_text, l.recomputed_status as status,
        l.recomputed_low::double as low, l.rule_gap::double as gap,
        regexp_matches(concat(l.value_text, l.deviation_reason), '[0-9０-９]') as has_number,
        coalesce(l.canonical_leaf, concat(l.level2, '|', replace(l.level3, ' ', ''))) as name
    from leaf_score l
    join report r using (report_key)
    where l.fiscal_year in ($year, $year - 1) and l.status = 'accepted'
),
keyed as (
    select *, concat(name, '#', row_number() over (partition by report_key, name order by ordinal)) as key
    from leaf
)
select
    n.report_key, n.ordinal, n.key, n.level2, n.level3, n.weight, n.score, n.value, n.value_unit, n.target, n.direction, n.is_na,
    coalesce(n.rule_text, n.key) as scored_alike, n.status, n.low, n.gap, n.has_number,
    p.weight as before_weight, p.score as before_score, p.value as before_value, p.target as before_target,
    p.status as before_status, p.low as before_low
from keyed n
left join keyed p
    on p.fiscal_year = $year - 1 and p.unit_id = n.unit_id and p.form = n.form and p.subject = n.subject and p.key = n.key
where n.fiscal_year = $year and n.weight > 0 and n.score is not null
order by n.report_key, n.ordinal

-- name: admitted
-- level2 groups that 存在问题 names, by report; and reports whose 存在问题 says 无.
with section as (
    select n.report_key, string_agg(replace(n.text, ' ', ''), '。') as text,
        bool_and(n.state = 'none' or regexp_matches(n.text, '^\s*(无|没有|暂无)[。.]?\s*$')) as says_none
    from narrative_store n
    join report_store r using (report_key)
    where r.is_current and r.fiscal_year = $year and n.section = '存在问题'
    group by n.report_key
),
grouped as (
    select distinct f.report_key, i.level2
    from leaf_fact f
    join indicator_dim i using (indicator_key)
    join report_store r using (report_key)
    where r.is_current and r.fiscal_year = $year and i.level2 is not null
)
select
    s.report_key, g.level2,
    contains(s.text, coalesce(nullif(regexp_replace(replace(g.level2, ' ', ''), '指标$', ''), ''), g.level2)) as is_named, s.says_none
from section s
join grouped g using (report_key)
