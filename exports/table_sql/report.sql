select * exclude (report_key, template_key) from report order by fiscal_year, region_code, unit, form
