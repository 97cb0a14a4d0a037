select * from adjustment order by report_id, ordinal
