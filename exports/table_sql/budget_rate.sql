select * from budget_rate order by report_id, rate, basis
