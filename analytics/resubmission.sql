-- 退回重报前后对照: an earlier submission of a report beside a later one.

-- name: submissions
select r.report_id, r.submission, r.is_current, d.file_name, d.received_at, r.form, r.subject
from report_store r
join unit_store u using (unit_key)
join document_store d on d.document_key = r.document_key
where u.unit_id = $unit_id and r.fiscal_year = $fiscal_year
order by r.report_id, r.submission

-- name: totals
select
    b.submission as before_submission, a.submission as after_submission, b.stated_total::double as before_total,
    a.stated_total::double as after_total, b.comparable_score::double as before_comparable,
    a.comparable_score::double as after_comparable, b.leaves as before_leaves, a.leaves as after_leaves
from report_store b
join report_store a on a.report_id = b.report_id
where b.report_id = $report_id and b.submission = $before and a.submission = $after

-- name: leaves
-- Leaves are matched by their names and their number among equals, so that a row put before them changes nothing.
with leaf as (
    select
        r.submission, i.level1, i.level2, i.level3, f.ordinal, f.weight, coalesce(f.score, f.score_inferred) as score, v.value_text,
        row_number() over (partition by r.submission, i.level1, i.level2, i.level3 order by f.ordinal) as n
    from leaf_fact f
    join report_store r using (report_key)
    join indicator_dim i using (indicator_key)
    join value_dim v using (value_key)
    where r.report_id = $report_id and r.submission in ($before, $after)
),
pair as (
    select
        coalesce(a.level1, b.level1) as level1, coalesce(a.level2, b.level2) as level2, coalesce(a.level3, b.level3) as level3,
        b.weight as before_weight, a.weight as after_weight, b.score as before_score, a.score as after_score,
        b.value_text as before_value, a.value_text as after_value,
        case when b.level3 is null then '新增' when a.level3 is null then '删去' else '改动' end as change,
        coalesce(a.ordinal, b.ordinal) as ordinal
    from (select * from leaf where submission = $before) b
    full join (select * from leaf where submission = $after) a
        on a.level1 = b.level1 and a.level2 = b.level2 and a.level3 = b.level3 and a.n = b.n
)
select
    level1, level2, level3, change, before_value, after_value, before_weight::double as before_weight,
    after_weight::double as after_weight, before_score::double as before_score, after_score::double as after_score,
    (after_score - before_score)::double as moved
from pair
where change <> '改动' or before_score is distinct from after_score or before_weight is distinct from after_weight
   or before_value is distinct from after_value
order by ordinal, change

-- name: findings
-- Findings that went, came, stayed with another working, or stayed as they were.
with found as (
    select f.*, k.name as check_name, r.submission
    from finding_store f
    join report_store r using (report_key)
    join check_catalogue k using (check_id)
    where r.report_id = $report_id and r.submission in ($before, $after)
)
select
    coalesce(a.finding_id, b.finding_id) as finding_id, coalesce(a.check_name, b.check_name) as check_name,
    case
        when b.finding_id is null then '新出现' when a.finding_id is null then '已消除'
        when a.working <> b.working then '有变化' else '未变'
    end as change,
    b.message as before_message, a.message as after_message
from (select * from found where submission = $before) b
full join (select * from found where submission = $after) a using (finding_id)
order by list_position(['新出现', '有变化', '未变', '已消除'], change), check_name, finding_id
