select * from review_score order by report_id, ordinal
