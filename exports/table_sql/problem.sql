select * from problem order by report_id, number
