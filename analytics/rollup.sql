-- 主管部门汇总: a department with its subordinate units, the simple mean and the mean weighted by budget side by side.

-- name: departments
with summed as (
    select
        department_key, fiscal_year, min(region_key) as region_key, count(*) as reports,
        count(*) filter (first_of_unit) as units, count(comparable_score) as scored,
        avg(comparable_score)::double as simple_score,
        (sum(comparable_score * adjusted_budget) filter (adjusted_budget > 0)
            / sum(adjusted_budget) filter (comparable_score is not null and adjusted_budget > 0))::double as weighted_score,
        count(*) filter (comparable_score is not null and adjusted_budget > 0) as with_budget,
        (sum(adjusted_budget) / 1e4)::double as budget_wan,
        min(comparable_score)::double as lowest, max(comparable_score)::double as highest
    from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where department_key > 0 and form = '部门整体'
    group by department_key, fiscal_year
)
select
    u.department || ':' || s.fiscal_year as item, u.department, s.fiscal_year, g.full_name as region,
    s.units, s.scored, s.simple_score, s.weighted_score, s.with_budget, s.budget_wan, s.lowest, s.highest
from summed s
join unit_store u on u.unit_key = s.department_key
left join region g on g.region_code = s.region_key::varchar
order by s.fiscal_year desc, s.units desc, u.department
limit 2000

-- name: unnamed
select count(*) from prepared_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
where department_key = 0
