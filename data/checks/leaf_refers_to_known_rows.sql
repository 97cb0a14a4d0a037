-- Every key of a leaf leads to its row: returns leaves whose report, indicator, label, value, rule, case or document is
-- missing.
select f.report_key, f.ordinal
from leaf_fact f
left join report_store r using (report_key)
left join indicator_dim i using (indicator_key)
left join label_dim l using (label_key)
left join value_dim v using (value_key)
left join rule_dim k using (rule_key)
left join rule_case c using (case_key)
left join document_store d on d.document_key = f.document_key
where r.report_key is null or i.indicator_key is null or l.label_key is null
   or v.value_key is null or k.rule_key is null or c.case_key is null or d.document_key is null
