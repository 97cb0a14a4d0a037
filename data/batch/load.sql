-- Submissions -> rows of the star. The batch arrives as tables or views batch_…; each statement is one step.
-- batch_attached names reports that are there already: rows of the batch are added to them.

-- name: units
insert into unit_store
select
    (select coalesce(max(unit_key), 0) from unit_store) + row_number() over (order by unit_id),
    unit_id, any_value(unit), any_value(unit_normalised), any_value(region_code), null
from batch_report b
where not exists (select 1 from unit_store u where u.unit_id = b.unit_id)
group by unit_id;

-- name: templates
insert into template_store
select
    (select coalesce(max(template_key), 0) from template_store) + row_number() over (order by form, region_code, template),
    form, region_code, template, null
from (select distinct form, region_code, template from batch_report) b
where not exists (
    select 1 from template_store t
    where t.form = b.form and t.region_code is not distinct from b.region_code and t.template = b.template
);

-- name: retire
update report_store set is_current = false
where report_key in (select report_key from batch_earlier)
  and is_current
  and (
    report_id in (select report_id from batch_report where is_current)
    or report_id in (select replaces from batch_report where is_current)
    or document_key in (
        select document_key
        from document_store
        where document_id in (select document_id from batch_report)
          and document_id in (select document_id from batch_document)
    )
  );

-- name: reports
insert into report_store
with earlier as (
    select report_id, max(submission) as submission from report_store group by report_id
),
numbered as (
    select *, row_number() over (partition by report_id order by number) as later from batch_report
)
select
    (select coalesce(max(report_key), 0) from report_store)
        + row_number() over (order by b.fiscal_year, b.region_code, u.unit_key, b.form, b.subject, b.number),
    b.report_id, coalesce(e.submission, 0) + b.later, b.is_current, u.unit_key, b.fiscal_year, b.year_basis, b.form,
    b.subject, t.template_key, d.document_key, b.position, b.stated_total, b.leaf_total, b.leaf_total_printed,
    b.weight_total, b.comparable_score, b.grade, b.status, b.leaves, b.entered_by, b.entered_at, null, null
from numbered b
join unit_store u using (unit_id)
join template_store t
    on t.form = b.form and t.template = b.template and t.region_code is not distinct from b.region_code
join batch_newest d using (document_id)
left join earlier e using (report_id);

-- name: batch_keys
create or replace temp table batch_key as
select b.number, max(r.report_key) as report_key, max(r.document_key) as document_key
from batch_report b
join report_store r using (report_id)
join document_store d on d.document_key = r.document_key and d.document_id = b.document_id
where r.position = b.position
group by b.number
union all
select a.number, r.report_key, r.document_key
from batch_attached a
join report_store r using (report_id)
where r.is_current;

-- name: report_documents
insert into report_document_store
select k.report_key, d.document_key, b.role
from batch_report_document b
join batch_key k using (number)
join batch_newest d using (document_id);

-- name: indicators
insert into indicator_dim
select
    (select coalesce(max(indicator_key), 0) from indicator_dim)
        + row_number() over (order by level1, level2, level3, dimension, canonical_leaf),
    *
from (
    select distinct level1, level2, level3, dimension, canonical_leaf from batch_leaf
    except
    select level1, level2, level3, dimension, canonical_leaf from indicator_dim
);

-- name: labels
insert into label_dim
select
    (select coalesce(max(label_key), 0) from label_dim) + row_number() over (order by level1_raw, level2_raw, hierarchy_method),
    *
from (
    select distinct level1_raw, level2_raw, hierarchy_method from batch_leaf
    except
    select level1_raw, level2_raw, hierarchy_method from label_dim
);

-- name: values
insert into value_dim
select
    (select coalesce(max(value_key), 0) from value_dim) + row_number() over (order by value_text, target_text, deviation_reason),
    *
from (
    select distinct value_text, value, value_unit, target_text, target, direction, deviation_reason from batch_leaf
    except
    select value_text, value, value_unit, target_text, target, direction, deviation_reason from value_dim
);

-- name: rules
insert into rule_dim
select (select coalesce(max(rule_key), 0) from rule_dim) + row_number() over (order by rule_text, definition_text), *
from (
    select distinct rule_text, definition_text from batch_leaf
    except
    select rule_text, definition_text from rule_dim
);

-- name: leaves
insert into leaf_fact
select
    k.report_key, b.ordinal, i.indicator_key, l.label_key, v.value_key, r.rule_key, b.weight, b.score, b.score_inferred,
    b.applicability, null, k.document_key, b.position, b.place
from batch_leaf b
join batch_key k using (number)
join indicator_dim i
    on i.level1 = b.level1 and i.level2 = b.level2 and i.level3 = b.level3
    and i.dimension is not distinct from b.dimension and i.canonical_leaf is not distinct from b.canonical_leaf
join label_dim l
    on l.level1_raw = b.level1_raw and l.level2_raw = b.level2_raw and l.hierarchy_method = b.hierarchy_method
join value_dim v
    on v.value_text is not distinct from b.value_text and v.value is not distinct from b.value
    and v.value_unit is not distinct from b.value_unit and v.target_text is not distinct from b.target_text
    and v.target is not distinct from b.target and v.direction is not distinct from b.direction
    and v.deviation_reason is not distinct from b.deviation_reason
join rule_dim r
    on r.rule_text is not distinct from b.rule_text and r.definition_text is not distinct from b.definition_text
order by k.report_key, b.ordinal;

-- name: adjustments
insert into adjustment_store
select k.report_key, b.ordinal, b.kind, b.label, b.score, b.cap, b.rule_text, coalesce(d.document_key, k.document_key), b.position, b.place
from batch_adjustment b join batch_key k using (number) left join batch_newest d using (document_id);

-- name: stated_figures
insert into stated_figure_store
select k.report_key, b.ordinal, b.scope, b.label, b.source, b.value, b.out_of, coalesce(d.document_key, k.document_key), b.position, b.place
from batch_stated_figure b join batch_key k using (number) left join batch_newest d using (document_id);

-- name: budget_figures
insert into budget_figure_store
select
    k.report_key, b.ordinal, b.item, b.amount, b.amount_yuan, b.printed, b.printed_unit, b.source,
    coalesce(d.document_key, k.document_key), b.position, b.place
from batch_budget_figure b join batch_key k using (number) left join batch_newest d using (document_id);

-- name: narratives
insert into narrative_store
select k.report_key, b.ordinal, b.section, b.heading, b.text, b.state, coalesce(d.document_key, k.document_key), b.position, b.place
from batch_narrative b join batch_key k using (number) left join batch_newest d using (document_id);

-- name: problems
insert into problem_store
select
    k.report_key, coalesce(d.document_key, k.document_key), b.ordinal, b.leaf, b.code, b.severity, b.message, b.position,
    b.place
from batch_problem b join batch_key k using (number) left join batch_newest d using (document_id);
