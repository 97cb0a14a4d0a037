select * from narrative order by report_id, ordinal
