-- 主管部门汇总: a department with its subordinate units, the simple mean and the mean weighted by budget side by side.
-- Districts may name their departments alike, so a department is a name in a district.

-- name: whole
-- How many departments, departments that have several units in a year, and years of departments there are, and the year down
-- to which the latest $most of these lie. Departments whose units have the same histories are counted together.
with department as (
    select list_sort(list(history_key)) as histories
    from reporting_in_view($region_prefixes, $own_level_codes, $departments, $units)
    where department_key > 0
    group by department_key, region_key
),
alike as (
    select row_number() over () as number, histories, count(*) as departments from department group by histories
),
history as (
    select history_key, list_reduce(forms, lambda years, others: years | others) & year_bits($years) as years
    from history_prepared
    where len(forms) > 0
),
seen as (
    select any_value(a.departments) as departments, bit_or(h.years) as years, sum(bit_count(h.years)) as unit_years
    from (select number, departments, unnest(histories) as history_key from alike) a
    join history h using (history_key)
    where bit_count(h.years) > 0
    group by a.number
),
latest as (
    select year, sum(sum(departments)) over (order by year desc) as upto
    from range(1949, 2200) t(year)
    join seen on in_year(years, year)
    group by year
)
select
    (select coalesce(max(year) filter (upto >= $most), min(year)) from latest) as from_year,
    coalesce(sum(departments * bit_count(years)), 0)::bigint as all_rows,
    coalesce(sum(departments), 0)::bigint as all_departments,
    coalesce(sum(departments) filter (unit_years > bit_count(years)), 0)::bigint as all_several
from seen

-- name: departments
with viewed as (
    select department_key, region_key, fiscal_year, first_of_unit, comparable_score, adjusted_budget
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where department_key > 0 and form = '部门整体' and fiscal_year >= $from_year
),
listed as (
    select department_key, region_key, fiscal_year, count(*) filter (first_of_unit) as units
    from viewed
    group by department_key, region_key, fiscal_year
    order by fiscal_year desc, units desc, department_key, region_key
    limit $most
)
select
    u.department || ':' || l.fiscal_year || ':' || coalesce(nullif(l.region_key, 0)::varchar, '') as item, u.department,
    l.fiscal_year, any_value(g.full_name) as region, l.units, count(v.comparable_score) as scored,
    avg(v.comparable_score)::double as simple_score,
    (sum(v.comparable_score * v.adjusted_budget::decimal(24, 2)) filter (v.adjusted_budget > 0)
        / sum(v.adjusted_budget) filter (v.comparable_score is not null and v.adjusted_budget > 0))::double as weighted_score,
    count(*) filter (v.comparable_score is not null and v.adjusted_budget > 0) as with_budget,
    (sum(v.adjusted_budget) / 1e4)::double as budget_wan,
    min(v.comparable_score)::double as lowest, max(v.comparable_score)::double as highest
from viewed v
join listed l using (department_key, region_key, fiscal_year)
join unit_store u on u.unit_key = l.department_key
left join region g on g.region_code = l.region_key::varchar
group by u.department, l.region_key, l.fiscal_year, l.units
order by l.fiscal_year desc, l.units desc, u.department, l.region_key

-- name: unnamed
select count(*) from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
where department_key = 0 and form = '部门整体'
