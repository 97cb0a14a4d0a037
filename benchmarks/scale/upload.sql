-- name: file
-- The interchange table of one region's last year, as its units would send it again with one score changed.
select
    r.fiscal_year, r.region_code, r.unit, r.form, r.department, l.ordinal, l.level1, l.level2,
    l.level3, l.weight, case when l.ordinal = 1 then l.weight / 2 else l.score end as score, l.value_text, l.rule_text
from leaf_score l
join report r using (report_key)
where r.region_code = $region and r.fiscal_year = $year
order by r.unit, l.ordinal

-- name: region
select min(region_code) from unit_store
