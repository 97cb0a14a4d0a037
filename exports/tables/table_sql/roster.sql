select * from roster
where not list_contains($hidden, unit_id)
order by fiscal_year, region_code, unit
