select
    fiscal_year, region_code, unit, unit_code, $dataset as dataset, short_names, department, sector, budget_wan, classified
from roster
where not list_contains($hidden, unit_id)
order by fiscal_year, region_code, unit
