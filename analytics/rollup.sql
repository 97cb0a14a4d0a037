-- 主管部门汇总: a department with its subordinate units, the simple mean and the mean weighted by budget side by side.
-- Districts may name their departments alike, so a department is a name in a district.

-- name: departments
with viewed as (
    select department_key, region_key, fiscal_year, first_of_unit, comparable_score, adjusted_budget
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where department_key > 0 and form = '部门整体'
),
counted as (
    select department_key, region_key, fiscal_year, count(*) filter (first_of_unit) as units
    from viewed group by department_key, region_key, fiscal_year
),
whole as (
    select count(*) as all_departments, count(*) filter (most > 1) as all_several, sum(years)::bigint as all_rows
    from (select max(units) as most, count(*) as years from counted group by department_key, region_key)
),
listed as (
    select c.*, u.department
    from (select * from counted order by fiscal_year desc, units desc, department_key, region_key limit 2000) c
    join unit_store u on u.unit_key = c.department_key
)
select
    l.department || ':' || l.fiscal_year || ':' || coalesce(nullif(l.region_key, 0)::varchar, '') as item, l.department,
    l.fiscal_year, any_value(g.full_name) as region, l.units, count(v.comparable_score) as scored,
    avg(v.comparable_score)::double as simple_score,
    (sum(v.comparable_score * v.adjusted_budget) filter (v.adjusted_budget > 0)
        / sum(v.adjusted_budget) filter (v.comparable_score is not null and v.adjusted_budget > 0))::double as weighted_score,
    count(*) filter (v.comparable_score is not null and v.adjusted_budget > 0) as with_budget,
    (sum(v.adjusted_budget) / 1e4)::double as budget_wan,
    min(v.comparable_score)::double as lowest, max(v.comparable_score)::double as highest, any_value(w.all_rows) as all_rows,
    any_value(w.all_departments) as all_departments, any_value(w.all_several) as all_several
from viewed v
join listed l using (department_key, region_key, fiscal_year)
cross join whole w
left join region g on g.region_code = l.region_key::varchar
group by l.department, l.region_key, l.fiscal_year, l.units
order by l.fiscal_year desc, l.units desc, l.department, l.region_key

-- name: unnamed
select count(*) from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
where department_key = 0 and form = '部门整体'
