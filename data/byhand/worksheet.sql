-- 复核工作底稿: what it prints, and what a filled one brings.

-- name: rows
-- The leaves of reports as a 底稿 prints them, with what is known of a re-check. 指标性质 is the printed sign, else
-- whether a number stands in target or value.
select
    l.report_id, l.ordinal, l.level1, l.level2, l.level3,
    coalesce(l.direction, case when coalesce(l.value, l.target) is null then '定性' else '定量' end) as nature,
    l.target, l.target_text, l.value_unit, l.weight, l.value, l.value_text, coalesce(l.score, l.score_inferred) as score,
    l.score is null and l.score_inferred is not null as inferred,
    v.value as review_value, v.score as review_score, v.reason as review_reason
from leaf_score l
left join review_score v on v.report_id = l.report_id and v.ordinal = l.ordinal
where list_contains($report_ids::varchar[], l.report_id)
order by l.report_id, l.ordinal

-- name: replaced
delete from review_score_store
where exists (
    select 1 from batch_review b
    where b.report_id = review_score_store.report_id and b.ordinal = review_score_store.ordinal
)

-- name: added
insert into review_score_store select report_id, ordinal, value, score, reason from batch_review

-- name: totals
-- A report whose every leaf has been scored again has a total, the sum; what stood as its total gives way.
create or replace temp table reviewed_whole as
select l.report_id, sum(v.score) as score
from leaf_score l
left join review_score_store v on v.report_id = l.report_id and v.ordinal = l.ordinal
where l.report_id in (select report_id from batch_review)
group by l.report_id
having count(*) = count(v.score);
delete from review_score_store where ordinal = 0 and report_id in (select report_id from reviewed_whole);
insert into review_score_store select report_id, 0, null, score, '各三级指标复核得分之和' from reviewed_whole;
drop table reviewed_whole
