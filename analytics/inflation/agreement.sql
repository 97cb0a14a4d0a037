-- name: pairs
-- One row a report of the year and level1 (null: all) with re-checked leaves: points of the department and of the
-- re-checker over the same leaves, and their weight. Reports re-checked in total only stand there by their total.
with leaf as (
    select
        l.report_id, l.unit_id, l.unit, l.level1, coalesce(l.score, l.score_inferred) as own, v.score as reviewed, l.weight
    from leaf_score l
    join review_score v on v.report_id = l.report_id and v.ordinal = l.ordinal
    where l.fiscal_year = $year and v.score is not null and l.weight > 0 and coalesce(l.score, l.score_inferred) is not null
),
whole as (
    select r.report_id, r.unit_id, r.unit, r.leaf_total as own, v.score as reviewed, r.weight_total as weight
    from report r
    join review_score v on v.report_id = r.report_id and v.ordinal = 0
    where r.fiscal_year = $year and v.score is not null and r.leaf_total is not null and r.weight_total > 0
      and r.report_id not in (select report_id from leaf)
)
select
    report_id, unit_id, unit, level1, count(*)::integer as leaves, sum(own)::double as own, sum(reviewed)::double as reviewed,
    sum(weight)::double as weight
from leaf
group by grouping sets ((report_id, unit_id, unit, level1), (report_id, unit_id, unit))
union all
select report_id, unit_id, unit, null, null, own::double, reviewed::double, weight::double
from whole
order by level1 nulls first, unit, report_id
