-- What the filters offer.

-- name: reports
select
    r.fiscal_year, r.region_code, r.department, r.unit_id, r.unit, count(*) as reports,
    count(*) filter (r.status = 'review') as in_review, any_value(o.unit_code) as unit_code,
    any_value(o.short_names) as short_names
from report r
left join roster o on o.unit_id = r.unit_id and o.fiscal_year = r.fiscal_year
group by r.fiscal_year, r.region_code, r.department, r.unit_id, r.unit
order by r.fiscal_year desc, r.region_code, r.unit

-- name: regions
select region_code, full_name
from region
where region_code in (select unnest($codes::varchar[]))
order by region_code
