select * from stated_figure order by report_id, ordinal
