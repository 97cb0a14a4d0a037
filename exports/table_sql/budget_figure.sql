select * from budget_figure order by report_id, ordinal
