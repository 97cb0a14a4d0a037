-- What the filters offer.

-- name: years
select fiscal_year, count(*) as reports, count(*) filter (not accepted) as in_review
from report_prepared
group by fiscal_year
order by fiscal_year desc

-- name: other_years
-- How many years with reports the filters leave out.
select count(distinct fiscal_year) from year_prepared where not list_contains($years::integer[], fiscal_year)

-- name: region_codes
select distinct region_key::varchar as region_code from prepared_scope where region_key > 0 order by region_code

-- name: regions
select region_code, full_name
from region
where region_code in (select unnest($codes::varchar[]))
order by region_code

-- name: reporting
-- How many units have reports.
select count(*) from unit_prepared where years is not null

-- name: departments
-- The departments of units that have reports, in these regions, at most $most, and those named.
select distinct u.department
from unit_prepared p
join unit_store u using (unit_key)
where p.years is not null and u.department is not null
  and (
    list_contains($named::varchar[], u.department)
    or not $only_named and p.region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
  )
order by u.department
limit $most

-- name: units
-- The units that have reports, in these regions, at most $most, and those named, by code or name.
with wanted as (
    select p.unit_key
    from unit_prepared p
    join unit_store u using (unit_key)
    where p.years is not null
      and (
        list_contains($named::varchar[], u.unit_id) or list_contains($named::varchar[], u.unit)
        or not $only_named and p.region_key in (select region_key from regions_in_view($region_prefixes, $own_level_codes))
      )
    order by not list_contains($named::varchar[], u.unit_id), p.region_key, u.unit
    limit $most
),
listed as (
    select o.unit_id, arg_max(unit_code, fiscal_year) as unit_code, arg_max(short_names, fiscal_year) as short_names
    from roster_store o
    where (unit_code is not null or short_names is not null)
      and o.unit_id in (select unit_id from unit_store join wanted using (unit_key))
    group by o.unit_id
)
select u.unit_id, u.unit, u.region_code, u.department, o.unit_code, o.short_names
from wanted w
join unit_store u using (unit_key)
left join listed o using (unit_id)
order by u.region_code, u.unit, u.unit_id

-- name: unit_years
select distinct r.fiscal_year
from report_prepared r
join unit_store u using (unit_key)
where u.unit_id = $unit_id
order by fiscal_year desc

-- name: first_unit
-- The last year of these years in which one of these units reports, and the first of the units that do.
with fitting as (
    select r.unit_key, r.fiscal_year
    from report_prepared r
    where (len($years) = 0 or list_contains($years, r.fiscal_year))
      and (len($units) = 0 or r.unit_key in (select unit_key from units_in_view([], $units)))
)
select u.unit_id, f.fiscal_year
from fitting f
join unit_store u using (unit_key)
where f.fiscal_year = (select max(fiscal_year) from fitting)
order by u.region_code, u.unit, u.unit_id
limit 1
