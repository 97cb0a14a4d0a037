-- Totals are the sums of their leaves (tolerance 0.000001 points): returns reports whose stored total differs.
-- A report with a missing score must have no total; otherwise it would pass silently with a sum that leaves it out.
with sums as (
    select
        report_key,
        sum(coalesce(score, score_inferred)) as leaf_total,
        sum(score) as printed,
        count(*) filter (score is null and score_inferred is null) as missing
    from leaf_fact
    group by report_key
)
select r.report_key, r.leaf_total, s.leaf_total as summed, s.missing
from report_store r
join sums s using (report_key)
where (s.missing > 0 and r.leaf_total is not null)
   or (s.missing = 0 and abs(r.leaf_total - s.leaf_total) > 0.000001)
   or (s.missing = 0 and r.leaf_total is null)
   or abs(r.leaf_total_printed - coalesce(s.printed, 0)) > 0.000001
