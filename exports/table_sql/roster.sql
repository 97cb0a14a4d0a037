select * from roster order by fiscal_year, region_code, unit
