-- name: sums
-- S16: sums of accepted reports of a year that do not hold as printed, bonus rows taken into account.
select r.report_id, i.kind, i.subject, i.stated::double as stated, i.computed::double as computed, i.working
from checked_identity i
join report r using (report_key)
where r.fiscal_year = $year and r.status = 'accepted' and i.status = '不符' and i.unit = '分'
  and i.kind in ('总分', '指标得分', '权重')
order by r.report_id, i.kind, i.subject

-- name: trees
-- What a report is made of: leaves with their weights.
select r.report_id, list(hash(i.level3, f.weight) order by f.ordinal) as parts
from report r
join leaf_fact f using (report_key)
join indicator_dim i using (indicator_key)
where r.fiscal_year = $year and r.status = 'accepted'
group by r.report_id
order by r.report_id

-- name: prose
-- Prose of reports of a year, and that of the same unit and form the year before.
with prose as (
    select r.report_id, r.unit_id, r.form, r.subject, r.fiscal_year, string_agg(n.text, '' order by n.ordinal) as text
    from report r
    join narrative n using (report_id)
    where r.fiscal_year in ($year, $year - 1) and r.status = 'accepted' and n.state = 'text'
    group by all
)
select n.report_id, n.text, b.text as before
from prose n
left join prose b on b.fiscal_year = $year - 1 and (b.unit_id, b.form, b.subject) = (n.unit_id, n.form, n.subject)
where n.fiscal_year = $year
order by n.report_id
