-- Returns reports whose unit, template or document is missing.
select r.report_key
from report_store r
left join unit_store u using (unit_key)
left join template_store t using (template_key)
left join document_store d on d.document_key = r.document_key
where u.unit_key is null or t.template_key is null or d.document_key is null
