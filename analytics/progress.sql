-- 报送进度: the units of 应报名单 in a year, and what of theirs arrived. Classified units (涉密) are counted, never listed.

-- name: years
select distinct fiscal_year from roster order by fiscal_year desc

-- name: units
-- One row a unit that should report: what is current of it under any of its confirmed names.
with arrived as (
    select
        i.roster_unit_id as unit_id,
        count(*) filter (r.form = '部门整体' and r.status = 'accepted') as accepted,
        count(*) filter (r.form = '部门整体' and r.status = 'review') as in_review,
        count(*) filter (r.form <> '部门整体') as projects,
        string_agg(distinct r.unit, '、' order by r.unit) filter (r.unit <> o.unit) as reported_as
    from report r
    join unit_identity i using (unit_id)
    join roster o on o.unit_id = i.roster_unit_id and o.fiscal_year = r.fiscal_year
    where list_contains($years, r.fiscal_year)
    group by i.roster_unit_id
)
select
    o.unit_id, o.region_code, coalesce(g.full_name, '区划未载明') as region,
    coalesce(o.department, '主管部门未载明') as department, o.unit_code, o.unit, o.sector,
    o.budget_wan::double as budget_wan, coalesce(a.accepted, 0) as accepted, coalesce(a.in_review, 0) as in_review,
    coalesce(a.projects, 0) as projects, a.reported_as
from roster o
semi join due_in_view($years, $region_prefixes, $own_level_codes, $departments, $units) d
    on d.fiscal_year = o.fiscal_year and d.unit_id = o.unit_id
left join arrived a using (unit_id)
left join region g on g.region_code = o.region_code
order by o.region_code nulls last, department, o.unit

-- name: classified
select count(*) from roster where fiscal_year = $year and classified

-- name: names
-- Every confirmed name of a unit of the year's roster.
select distinct a.alias_normalised, a.unit_id
from unit_alias a
join roster o on o.unit_id = a.unit_id and o.fiscal_year = $year
where a.status = '已确认' and a.kind <> '编码'

-- name: refused
-- Documents that were refused and that no report completed by hand rests on.
select d.document_id, d.file_name, d.reason_code, d.reason
from document d
where d.outcome = 'refused'
  and not exists (
    select 1
    from report_document x
    join report r using (report_id, submission)
    where x.document_id = d.document_id and x.role = '原件'
  )
order by d.received_at desc, d.file_name, d.document_id

-- name: unknown_names
-- Reporting units that the roster of their year and region does not know, with the units they may be.
select
    u.fiscal_year, u.unit_id as reporting_id, u.unit, u.region_code, g.full_name as region, a.unit_id as candidate_id,
    o.unit as candidate, o.unit_code, a.likeness::double / 100 as likeness_rate
from unit_unmatched u
left join region g on g.region_code = u.region_code
left join unit_store s on s.unit_id = u.unit_id
left join unit_alias a
    on a.alias_normalised = s.unit_normalised and a.region_code is not distinct from u.region_code
    and a.status = '待确认'
left join roster_store o on o.unit_id = a.unit_id and o.fiscal_year = u.fiscal_year and not o.classified
where u.fiscal_year = $year and (a.unit_id is null or o.unit_id is not null)
order by u.region_code nulls last, u.unit, likeness_rate desc nulls last, candidate
