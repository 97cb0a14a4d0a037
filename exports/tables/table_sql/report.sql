select * exclude (report_key, template_key) from report
where not list_contains($hidden, unit_id)
order by fiscal_year, region_code, unit, form
