-- At most one submission of a report is current: returns reports with more.
select report_id, count(*) as n from report_store where is_current group by report_id having count(*) > 1
