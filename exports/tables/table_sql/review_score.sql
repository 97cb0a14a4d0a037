select * from review_score
where report_id not in (select report_id from report where list_contains($hidden, unit_id))
order by report_id, ordinal
