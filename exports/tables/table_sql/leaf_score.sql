select * exclude (report_key, template_key) from leaf_score
where not list_contains($hidden, unit_id)
order by fiscal_year, region_code, unit, form, report_id, ordinal
