select * from report_document order by report_id, submission, document_id
