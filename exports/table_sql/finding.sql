select * from finding order by report_id, ordinal, check_id
