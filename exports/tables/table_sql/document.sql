select * from document
where document_id not in (select document_id from report_document)
   or document_id in (
        select document_id from report_document join report using (report_id) where not list_contains($hidden, unit_id)
    )
order by received_at, file_name
