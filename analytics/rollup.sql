-- 主管部门汇总: a department with its subordinate units, the simple mean and the mean weighted by budget side by side.

-- name: departments
with viewed as (
    select r.*, b.adjusted_budget
    from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) r
    left join report_budget b using (report_key)
    where r.department is not null and r.form = '部门整体'
)
select
    department || ':' || fiscal_year as item, department, fiscal_year, any_value(region) as region,
    count(distinct unit_id) as units, count(comparable_score) as scored,
    avg(comparable_score)::double as simple_score,
    (sum(comparable_score * adjusted_budget) filter (adjusted_budget > 0)
        / sum(adjusted_budget) filter (comparable_score is not null and adjusted_budget > 0))::double as weighted_score,
    count(*) filter (comparable_score is not null and adjusted_budget > 0) as with_budget,
    (sum(adjusted_budget) / 1e4)::double as budget_wan,
    min(comparable_score)::double as lowest, max(comparable_score)::double as highest
from viewed
group by department, fiscal_year
order by fiscal_year desc, units desc, department
limit 2000

-- name: unnamed
select count(*) from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
where department is null
