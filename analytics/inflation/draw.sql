-- Units that can be drawn for a re-check.

-- name: units
-- One row a unit with a report of the year in view; last_review: latest fiscal year up to this one that was re-checked.
with member as (
    select unit_id, min(unit) as unit, min(region) as region, min(region_code) as region_code
    from report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units)
    group by unit_id
),
listed as (
    select
        i.unit_id, min(o.sector) filter (o.fiscal_year = $fiscal_year) as sector,
        min(o.budget_wan) filter (o.fiscal_year = $fiscal_year)::double as budget_wan, bool_or(o.classified) as classified
    from unit_identity i
    join roster o on o.unit_id = i.roster_unit_id
    group by i.unit_id
),
reviewed as (
    select r.unit_id, max(r.fiscal_year) as last_review
    from report r
    semi join review_score v using (report_id)
    where r.fiscal_year <= $fiscal_year
    group by r.unit_id
)
select m.unit_id, m.unit, m.region, l.sector, l.budget_wan, coalesce(l.classified, false) as classified, v.last_review
from member m
left join listed l using (unit_id)
left join reviewed v using (unit_id)
order by m.region_code, m.unit, m.unit_id
