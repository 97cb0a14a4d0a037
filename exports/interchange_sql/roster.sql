select
    fiscal_year, region_code, unit, unit_code, $dataset as dataset, short_names, department, sector, budget_wan, classified
from roster
order by fiscal_year, region_code, unit
