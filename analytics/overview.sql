-- 总览: where the year stands. 可比得分 is compared, the printed total stands beside it.

-- name: units
with doubts as (
    select report_key, count(*) filter (severity <> 'info') as doubts
    from problem_store
    group by report_key
),
proved as (
    select report_key, count(*) filter (score_inferred is not null) as inferred
    from leaf_fact
    group by report_key
)
select
    r.unit_id || ':' || r.fiscal_year as item,
    r.unit, r.fiscal_year, r.region, r.comparable_score::double as comparable_score,
    r.stated_total::double as stated_total, r.grade, r.leaves, coalesce(p.inferred, 0) as inferred,
    coalesce(d.doubts, 0) as doubts, r.form, r.template_name
from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
left join doubts d using (report_key)
left join proved p using (report_key)
order by r.fiscal_year desc, r.comparable_score desc nulls last, r.region_code, r.unit

-- name: bands
with band as (
    select * from (
        values (1, '98以上', 98.0, 1e9), (2, '95–98', 95.0, 98.0), (3, '90–95', 90.0, 95.0), (4, '80–90', 80.0, 90.0),
               (5, '60–80', 60.0, 80.0), (6, '60以下', -1e9, 60.0)
    ) t (place, item, lowest, below)
)
select b.item, count(r.report_id) as reports, count(distinct r.unit_id) as units, b.lowest::double as lowest,
    b.below::double as below
from band b
left join report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
    on r.comparable_score >= b.lowest and r.comparable_score < b.below
group by b.place, b.item, b.lowest, b.below
order by b.place

-- name: summary
select
    count(*) as reports,
    count(distinct unit_id) as units,
    count(comparable_score) as scored,
    avg(comparable_score)::double as average,
    min(comparable_score)::double as lowest,
    max(comparable_score)::double as highest,
    (select count(*) from problem_store p
     semi join report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) v using (report_key)
     where p.severity <> 'info') as doubts,
    (select count(*) from report where status = 'review') as in_review
from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
