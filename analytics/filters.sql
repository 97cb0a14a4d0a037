-- What the filters offer.

-- name: reports
with seen as (
    select fiscal_year, unit_key, count(*) as reports, count(*) filter (not accepted) as in_review
    from report_prepared
    group by fiscal_year, unit_key
),
listed as (
    select fiscal_year, unit_id, any_value(unit_code) as unit_code, any_value(short_names) as short_names
    from roster_store
    where unit_code is not null or short_names is not null
    group by fiscal_year, unit_id
)
select
    s.fiscal_year, u.region_code, u.department, u.unit_id, u.unit, s.reports, s.in_review, o.unit_code, o.short_names
from seen s
join unit_store u using (unit_key)
left join listed o on o.unit_id = u.unit_id and o.fiscal_year = s.fiscal_year
order by s.fiscal_year desc, u.region_code, u.unit

-- name: regions
select region_code, full_name
from region
where region_code in (select unnest($codes::varchar[]))
order by region_code
