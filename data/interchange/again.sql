-- Reports that were there before, to which the batch added stated figures or adjustments.

-- name: touched
select r.report_key, r.position
from batch_attached a
join report_store r using (report_id)
where r.is_current
  and (a.number in (select number from batch_stated_figure) or a.number in (select number from batch_adjustment))
order by r.report_key

-- name: leaves
select f.ordinal, i.level1, i.level2, i.level3, f.weight, f.score, f.position, f.place
from leaf_fact f
join indicator_dim i using (indicator_key)
where f.report_key = $report_key
order by f.ordinal

-- name: adjustments
select kind, label, score, cap, rule_text, position, place
from adjustment_store
where report_key = $report_key
order by ordinal

-- name: stated
select scope, label, source, value, out_of, position, place
from stated_figure_store
where report_key = $report_key
order by ordinal

-- name: problems
select code, severity, message, position, place, ordinal
from problem_store
where report_key = $report_key
order by number

-- name: forget_problems
delete from problem_store where report_key = $report_key and list_contains($codes::varchar[], code)

-- name: new_problems
insert into problem_store
select
    r.report_key, r.document_key,
    (select coalesce(max(p.number), 0) from problem_store p where p.report_key = r.report_key) + b.ordinal, b.leaf, b.code,
    b.severity, b.message, b.position, b.place
from again_problem b
join report_store r on r.report_key = b.number

-- name: inferred
update leaf_fact set score_inferred = i.score_inferred
from (
    select f.report_key, f.ordinal, n.score_inferred
    from leaf_fact f left join again_inferred n on n.number = f.report_key and n.ordinal = f.ordinal
    where f.report_key = $report_key
) i
where i.report_key = leaf_fact.report_key and i.ordinal = leaf_fact.ordinal
  and leaf_fact.score_inferred is distinct from i.score_inferred

-- name: report
update report_store
set stated_total = $stated_total, leaf_total = $leaf_total, comparable_score = $comparable_score, status = $status
where report_key = $report_key
