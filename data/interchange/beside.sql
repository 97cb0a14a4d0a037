-- What interchange tables say outside of a batch's reports. The batch_… views of load.sql are there.

-- name: leaves_held
select count(*) from leaf_fact

-- name: replaced_adjustments
delete from adjustment_store where report_key in (
    select r.report_key from report_store r join batch_attached a using (report_id)
    where r.is_current and a.number in (select number from batch_adjustment)
);

-- name: replaced_stated_figures
delete from stated_figure_store where report_key in (
    select r.report_key from report_store r join batch_attached a using (report_id)
    where r.is_current and a.number in (select number from batch_stated_figure)
);

-- name: replaced_budget_figures
delete from budget_figure_store where report_key in (
    select r.report_key from report_store r join batch_attached a using (report_id)
    where r.is_current and a.number in (select number from batch_budget_figure)
);

-- name: replaced_narratives
delete from narrative_store where report_key in (
    select r.report_key from report_store r join batch_attached a using (report_id)
    where r.is_current and a.number in (select number from batch_narrative)
);

-- name: replaced_finance_figures
delete from finance_figure_store where exists (
    select 1
    from incoming_named n
    join batch_amount b using (number)
    where b.source = '财政数据' and n.unit_id = finance_figure_store.unit_id
      and n.fiscal_year = finance_figure_store.fiscal_year and n.form = finance_figure_store.form
      and n.subject = finance_figure_store.subject
);

-- name: finance_figures
insert into finance_figure_store
select
    n.unit_id, n.unit, n.region_code, n.fiscal_year, n.form, n.subject, b.ordinal, b.item, b.amount, b.amount_yuan, b.printed, b.printed_unit,
    d.document_key, b.position, b.place
from batch_amount b
join batch_newest d using (document_id)
join incoming_named n using (number)
where b.source = '财政数据';

-- name: replaced_review_scores
delete from review_score_store where report_id in (
    select n.report_id from incoming_named n join incoming_review_score s using (number) join incoming_file f using (file)
);

-- name: review_scores
insert into review_score_store
select n.report_id, s.ordinal, s.value, s.score, s.reason
from incoming_review_score s
join incoming_file f using (file)
join incoming_named n using (number);

-- name: codes
insert into unit_alias
select distinct n.unit_id, n.unit_code, n.unit_code_normalised, n.region_code, '编码', '已确认', null
from incoming_named n
where n.unit_code is not null
  and n.number not in (select number from incoming_roster)
  and not exists (
    select 1 from unit_alias a
    where a.unit_id = n.unit_id and a.kind = '编码' and a.alias_normalised = n.unit_code_normalised
      and a.region_code is not distinct from n.region_code
  );

-- name: departments
update unit_store set department = n.department
from (select unit_id, any_value(department) as department from incoming_named where department is not null group by unit_id) n
where n.unit_id = unit_store.unit_id and unit_store.department is null;

-- name: roster
select
    n.fiscal_year, n.region_code, n.unit, n.unit_code, r.short_names, r.department, r.sector, r.budget_wan, r.classified
from incoming_roster r
join incoming_file f using (file)
join incoming_named n using (number)
order by r.file, r.row;
