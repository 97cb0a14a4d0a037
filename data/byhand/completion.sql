-- What a 待补录表 that comes back is held against.

-- name: document
select outcome
from document_store
where document_id = $document_id
order by document_key desc
limit 1

-- name: current
-- The current submission of a report, and the original it rests on: the file it was read from, or completed for.
select
    u.unit_normalised, r.fiscal_year, r.form, r.subject, u.region_code, r.year_basis,
    coalesce(o.document_id, d.document_id) as original_id
from report_store r
join unit_store u using (unit_key)
join document_store d using (document_key)
left join report_document_store x on x.report_key = r.report_key and x.role = '原件'
left join document_store o on o.document_key = x.document_key
where r.is_current and r.report_id = $report_id

-- name: stated_figures
-- What the prose states: it is reconciled with what was entered.
select s.scope, s.label, s.source, s.value, s.out_of, s.position, s.place, d.document_id
from stated_figure_store s
join report_store r using (report_key)
join document_store d on d.document_key = s.document_key
where r.is_current and r.report_id = $report_id and s.source = '文'
order by s.ordinal

-- name: budget_figures
select b.item, b.amount, b.amount_yuan, b.printed, b.printed_unit, b.source, b.position, b.place, d.document_id
from budget_figure_store b
join report_store r using (report_key)
join document_store d on d.document_key = b.document_key
where r.is_current and r.report_id = $report_id
order by b.ordinal

-- name: narratives
select n.section, n.heading, n.text, n.state, n.position, n.place, d.document_id
from narrative_store n
join report_store r using (report_key)
join document_store d on d.document_key = n.document_key
where r.is_current and r.report_id = $report_id
order by n.ordinal

-- name: problems
-- Doubts about amounts, sections and year; those about the table fall away with the table.
select p.code, p.severity, p.message, p.position, p.place, d.document_id
from problem_store p
join report_store r using (report_key)
join document_store d on d.document_key = p.document_key
where r.is_current and r.report_id = $report_id and p.severity <> 'error'
  and (starts_with(p.code, 'AMOUNT_') or starts_with(p.code, 'NARRATIVE_') or starts_with(p.code, 'YEAR_'))
order by p.number

-- name: completed
-- Reports that are completed by hand now, with the original they were completed for.
select r.report_id, o.document_id
from report_store r
join report_document_store x on x.report_key = r.report_key and x.role = '原件'
join document_store o on o.document_key = x.document_key
where r.is_current
