-- Incoming interchange tables -> the batch_… tables of data/batch/load.sql, and what stands outside of reports.
-- incoming_file: one row for each table of each document that is not refused as a whole. Rows of refused reports find no report.

-- name: leaves
create temp view batch_leaf as
select
    l.* exclude (file, row, score_inferred), i.score_inferred, f.position || l.row as position,
    f.place || l.row || '行' as place, f.document_id
from incoming_leaf_score l
join incoming_file f using (file)
left join incoming_inferred i using (number, ordinal);

-- name: adjustments
create temp view batch_adjustment as
select a.* exclude (file, row), f.position || a.row as position, f.place || a.row || '行' as place, f.document_id
from incoming_adjustment a
join incoming_file f using (file);

-- name: stated_figures
create temp view batch_stated_figure as
select s.* exclude (file, row), f.position || s.row as position, f.place || s.row || '行' as place, f.document_id
from incoming_stated_figure s
join incoming_file f using (file)
union all by name
select a.* exclude (file, row), f.position || a.row as position, f.place || a.row || '行' as place, f.document_id
from incoming_added_total a
join incoming_file f using (file);

-- name: amounts
create temp view batch_amount as
select
    b.* exclude (file, row), b.amount * u.yuan as amount_yuan, f.position || b.row as position,
    f.place || b.row || '行' as place, f.document_id
from incoming_budget_figure b
join incoming_file f using (file)
left join incoming_unit_of_money u on u.name = b.printed_unit;

-- name: own_amounts
create temp view batch_budget_figure as
select * from batch_amount where source = '自评报告';

-- name: narratives
create temp view batch_narrative as
select n.* exclude (file, row), f.position || n.row as position, f.place || n.row || '行' as place, f.document_id
from incoming_narrative n
join incoming_file f using (file);
