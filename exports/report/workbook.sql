-- Tables of the workbook that no page shows in this form.

-- name: units
-- 自评情况一览表, one row a report. 预算规模 is the roster's, else the report's 全年预算数; the grade of a reviewed score is
-- that of its 分数段, the grade of the self-score is the printed one.
with problems as (
    select report_key, string_agg(check_name || ' ' || n || ' 条', '；' order by number) as said
    from (
        select *, row_number() over (
            partition by report_key order by list_position(['重点', '一般', '提示'], severity), n desc, check_name
        ) as number
        from (select report_key, check_name, severity, count(*) as n from finding group by all)
    )
    where number <= 3
    group by report_key
),
listed as (
    select i.unit_id, o.fiscal_year, max(o.budget_wan)::double as budget_wan
    from unit_identity i
    join roster o on o.unit_id = i.roster_unit_id
    group by all
)
select
    r.unit, r.department, r.region, r.fiscal_year, coalesce(l.budget_wan, b.adjusted_budget::double / 1e4) as budget_wan,
    r.stated_total::double as stated_total, r.grade, r.comparable_score::double as comparable_score,
    v.score::double as review_score, g.item as review_grade,
    (r.stated_total - v.score)::double as difference, p.said as problems
from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
left join listed l using (unit_id, fiscal_year)
left join report_budget b using (report_key)
left join review_score v on v.report_id = r.report_id and v.ordinal = 0
left join score_band g on g.kind = '等级' and v.score >= g.lowest and v.score < g.below
left join problems p using (report_key)
order by r.fiscal_year desc, r.region_code, r.unit, r.form, r.subject

-- name: regions
-- 分区汇总: counts, 可比得分 (mean over reports), money of the reports that state both amounts, findings.
select
    r.region, count(distinct r.unit_id) as units, count(*) as reports, avg(r.comparable_score)::double as average,
    min(r.comparable_score)::double as lowest, max(r.comparable_score)::double as highest,
    count(*) filter (r.comparable_score >= (select lowest from score_band where kind = '等级' and item = '优')) as excellent,
    (sum(b.adjusted_budget) filter (b.expenditure is not null and b.adjusted_budget > 0))::double / 1e4 as budget_wan,
    (sum(b.expenditure) filter (b.adjusted_budget > 0))::double / 1e4 as spent_wan,
    (sum(b.expenditure) filter (b.adjusted_budget > 0)
        / sum(b.adjusted_budget) filter (b.expenditure is not null and b.adjusted_budget > 0))::double as spent_rate,
    coalesce(sum(f.findings), 0)::integer as findings
from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
left join report_budget b using (report_key)
left join (select report_key, count(*) as findings from finding group by report_key) f using (report_key)
group by r.region, r.region_code
order by r.region_code nulls last

-- name: leaves
select
    l.fiscal_year, r.region, r.unit, l.level1, l.level2, l.level3, l.dimension, l.weight::double as weight,
    l.score::double as score, l.score_inferred::double as score_inferred, l.value_text, l.target_text,
    l.recomputed_low::double as low, l.recomputed_high::double as high, l.rule_gap::double as gap, l.rule_text, l.place
from leaf_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) l
join report r using (report_key)
order by l.fiscal_year desc, r.region_code, r.unit, l.report_key, l.ordinal
