select * exclude (report_key, template_key) from leaf_score order by fiscal_year, region_code, unit, form, report_id, ordinal
