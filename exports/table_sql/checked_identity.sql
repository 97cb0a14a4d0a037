select * from checked_identity order by report_id, kind, subject
