-- Prepared tables: what pages ask for again and again, made once for a version. The public views stay what they are; every
-- figure here is a plain sum over them. What is prepared for a year and region stays until something of it changes.

-- name: reports
-- The current reports with all that can change what is prepared of them.
create temp table prepare_report as
with department as (
    select department, min(unit_key) as department_key from unit_store where department is not null group by department
),
amount as (
    select report_key, sum(hash(ordinal, item, amount, amount_yuan, source)) as digest
    from budget_figure_store group by report_key
),
doubted as (
    select
        report_key, sum(hash(number, ordinal, code, severity)) as digest,
        count(*) filter (severity <> 'info') as doubts
    from problem_store group by report_key
),
found as (
    select report_key, count(*) as findings from finding_store group by report_key
)
select
    r.report_key, r.unit_key, r.fiscal_year, coalesce(try_cast(u.region_code as integer), 0) as region_key,
    coalesce(d.department_key, 0) as department_key, r.template_key, r.form, r.status = 'accepted' as accepted,
    r.comparable_score, coalesce(f.findings, 0) as findings, coalesce(x.doubts, 0) as doubts,
    hash(
        r.report_key, r.unit_key, u.region_code, d.department_key, r.template_key, r.form, r.status, r.comparable_score,
        r.leaf_total, r.stated_total, r.leaves, a.digest, x.digest, f.findings
    ) as fingerprint
from report_store r
join unit_store u using (unit_key)
left join department d on d.department = u.department
left join amount a using (report_key)
left join doubted x using (report_key)
left join found f using (report_key)
where r.is_current

-- name: scopes
-- The years and regions whose reports are not those that were prepared; fingerprint is null where none is left.
create temp table prepare_scope as
with now as (
    select fiscal_year, region_key, bit_xor(fingerprint) as fingerprint from prepare_report group by fiscal_year, region_key
)
select fiscal_year, region_key, n.fingerprint
from now n
full join prepared_scope p using (fiscal_year, region_key)
where n.fingerprint is distinct from p.fingerprint

-- name: departments
-- The departments of the reports that changed, as they were and as they are.
create temp table prepare_department as
select r.department_key from report_prepared r
semi join prepare_scope s on s.fiscal_year = r.fiscal_year and s.region_key = r.region_key
union
select r.department_key from prepare_report r
semi join prepare_scope s on s.fiscal_year = r.fiscal_year and s.region_key = r.region_key

-- name: labels
-- indicator_key -> the label it stands under.
create temp table prepare_label as
select
    indicator_key, coalesce(dimension, '未映射') as dimension, level1, level2, level3,
    dense_rank() over (order by coalesce(dimension, '未映射'), level1, level2) as label_key
from indicator_dim

-- name: forget_due
delete from due_prepared

-- name: due
insert into due_prepared
with arrived as (
    select distinct p.fiscal_year, i.roster_unit_id
    from report_store p
    join unit_store u using (unit_key)
    join unit_identity i using (unit_id)
    where p.is_current and p.form = '部门整体'
)
select o.fiscal_year, o.unit_id, o.region_code, o.department, a.roster_unit_id is not null
from roster_store o
left join arrived a on a.fiscal_year = o.fiscal_year and a.roster_unit_id = o.unit_id
where not o.classified
order by o.fiscal_year, o.region_code, o.unit_id

-- name: years
select distinct fiscal_year as year from prepare_scope order by year

-- The steps of one year.

-- name: year_stale
create or replace temp table prepare_stale as
select r.* from prepare_report r
semi join prepare_scope s on s.fiscal_year = r.fiscal_year and s.region_key = r.region_key
where r.fiscal_year = $year

-- name: year_sums
create or replace temp table prepare_sum as
select
    f.report_key, l.label_key, count(*) as leaves, count(*) filter (coalesce(f.score, f.score_inferred) is null) as unscored,
    count(*) filter (f.score_inferred is not null) as inferred, sum(f.weight) as weight,
    sum(f.weight) filter (coalesce(f.score, f.score_inferred) is not null) as weight_scored,
    sum(coalesce(f.score, f.score_inferred)) as score, min(f.ordinal) as first_ordinal
from leaf_fact f
join prepare_label l using (indicator_key)
semi join prepare_stale r on r.report_key = f.report_key
group by f.report_key, l.label_key

-- name: year_amounts
-- One row a report; an item from 财政数据 where the finance side gave it, else from the report. The first printed wins.
create or replace temp table prepare_budget as
with figure as (
    select b.report_key, b.item, b.amount_yuan, b.amount, b.source
    from budget_figure_store b
    semi join prepare_stale r using (report_key)
    qualify row_number() over (
        partition by b.report_key, b.item order by case b.source when '财政数据' then 1 else 2 end, b.ordinal
    ) = 1
),
own as (
    select report_key,
        arg_min(amount_yuan, ordinal) filter (item = 'expenditure') as expenditure,
        arg_min(amount_yuan, ordinal) filter (item = 'adjusted_budget') as adjusted_budget
    from budget_figure_store
    semi join prepare_stale r using (report_key)
    where source = '自评报告'
    group by report_key
),
stated as (
    select
        f.report_key, min(v.value) filter (i.canonical_leaf in ('预算执行率', '预算完成率')) / 100 as rate,
        min(v.value) filter (i.canonical_leaf like '%三公%变动率') / 100 as three_public_rate
    from leaf_fact f
    join indicator_dim i using (indicator_key)
    join value_dim v using (value_key)
    semi join prepare_stale r on r.report_key = f.report_key
    where (i.canonical_leaf in ('预算执行率', '预算完成率') or i.canonical_leaf like '%三公%变动率')
      and v.value_unit = '%' and v.value <= 1000
    group by f.report_key
),
wide as (
    select
        report_key,
        min(amount_yuan) filter (item = 'initial_budget') as initial_budget,
        min(amount_yuan) filter (item = 'adjusted_budget') as adjusted_budget,
        min(amount_yuan) filter (item = 'adjusted_budget' and source = '财政数据') as approved_budget,
        min(amount_yuan) filter (item = 'carried_in') as carried_in,
        min(amount_yuan) filter (item = 'expenditure') as expenditure,
        min(amount_yuan) filter (item = 'basic_expenditure') as basic_expenditure,
        min(amount_yuan) filter (item = 'project_expenditure') as project_expenditure,
        min(amount_yuan) filter (item = 'adjusted_basic_budget') as adjusted_basic_budget,
        min(amount_yuan) filter (item = 'adjusted_project_budget') as adjusted_project_budget,
        min(amount_yuan) filter (item = 'carried_out') as carried_out,
        min(amount) filter (item = 'staff_establishment') as staff_establishment,
        min(amount) filter (item = 'staff_on_post') as staff_on_post,
        string_agg(distinct source, '、' order by source desc)
            filter (item in ('expenditure', 'adjusted_budget', 'initial_budget')) as source
    from figure
    group by report_key
),
gross as (
    select report_key, min(value) as value
    from budget_rate_store
    semi join prepare_stale r using (report_key)
    where rate = '预算调整率' and basis = '总额口径'
    group by report_key
)
select
    r.report_key, w.* exclude (report_key), o.expenditure as own_expenditure, o.adjusted_budget as own_adjusted_budget,
    s.rate as stated_rate, s.three_public_rate, g.value as gross_adjustment_rate
from prepare_stale r
left join wide w using (report_key)
left join own o using (report_key)
left join stated s using (report_key)
left join gross g using (report_key)

-- name: year_forget_reports
delete from report_prepared
where fiscal_year = $year and region_key in (select region_key from prepare_scope where fiscal_year = $year)

-- name: year_reports
insert into report_prepared
with proved as (
    select report_key, sum(inferred) as inferred from prepare_sum group by report_key
)
select
    r.report_key, r.unit_key, r.fiscal_year, r.region_key, r.department_key, r.template_key, r.form, r.accepted,
    row_number() over (partition by r.unit_key, r.accepted order by r.form, r.report_key) = 1, r.comparable_score,
    coalesce(p.inferred, 0), r.findings, r.doubts, b.* exclude (report_key)
from prepare_stale r
join prepare_budget b using (report_key)
left join proved p using (report_key)
order by r.region_key, r.unit_key, r.form, r.report_key

-- name: year_forget_sums
delete from year_prepared
where fiscal_year = $year and region_key in (select region_key from prepare_scope where fiscal_year = $year)

-- name: year_year_sums
insert into year_prepared
with of_year as (
    select * from report_prepared
    where fiscal_year = $year and region_key in (select region_key from prepare_scope where fiscal_year = $year)
)
select * from year_sums('of_year') order by region_key

-- name: year_forget_rates
delete from rate_prepared
where fiscal_year = $year and region_key in (select region_key from prepare_scope where fiscal_year = $year)

-- name: year_rates
-- Rates are rounded, so that 19.12 of 20 and 14.34 of 15 are one rate.
insert into rate_prepared
with label as (
    select distinct label_key, dimension from prepare_label
),
summed as (
    select s.report_key, coalesce(l.dimension, '全部') as dimension, sum(s.weight_scored) as weight, sum(s.score) as score
    from prepare_sum s
    join label l using (label_key)
    group by grouping sets ((s.report_key, l.dimension), (s.report_key))
)
select
    s.dimension, r.fiscal_year, r.region_key, r.unit_key, r.department_key, r.template_key, r.report_key, s.weight, s.score,
    round((s.score / s.weight)::double, 12)
from summed s
join prepare_stale r using (report_key)
where r.accepted and s.weight > 0
order by s.dimension, r.region_key, r.unit_key, r.form, r.report_key

-- name: year_forget_counts
delete from rate_count where fiscal_year = $year

-- name: year_counts
insert into rate_count
select fiscal_year, dimension, rate, count(*)
from rate_prepared
where fiscal_year = $year
group by fiscal_year, dimension, rate
order by dimension, rate

-- name: year_forget_summaries
delete from rate_summary
where fiscal_year = $year
  and case kind
    when 'region' then key in (select region_key from prepare_scope where fiscal_year = $year)
    else key in (select region_key // 10000 from prepare_scope where fiscal_year = $year union all select 0)
  end

-- name: year_region_summaries
insert into rate_summary
with rated as (
    select *, region_key as key
    from rate_prepared
    where fiscal_year = $year and region_key in (select region_key from prepare_scope where fiscal_year = $year)
)
select 'region', $year, * from summarised('rated') order by dimension, key

-- name: year_province_summaries
insert into rate_summary
with rated as (
    select *, region_key // 10000 as key
    from rate_prepared
    where fiscal_year = $year and region_key <> 0
      and region_key // 10000 in (select region_key // 10000 from prepare_scope where fiscal_year = $year)
)
select 'scope', $year, * from summarised('rated') order by dimension, key

-- name: year_summaries
insert into rate_summary
with rated as (
    select *, 0 as key from rate_prepared where fiscal_year = $year
)
select 'scope', $year, * from summarised('rated') order by dimension

-- name: year_forget_executions
delete from execution_summary
where fiscal_year = $year
  and key in (select region_key // 10000 from prepare_scope where fiscal_year = $year union all select 0)

-- name: year_executions
-- Of each changed province, and of everything as well.
insert into execution_summary
with of_year as (
    select * from report_prepared where fiscal_year = $year
),
keyed as (
    select *, 0 as key from executed_on_each('of_year')
    union all
    select *, region_key // 10000
    from executed_on_each('of_year')
    where region_key <> 0
      and region_key // 10000 in (select region_key // 10000 from prepare_scope where fiscal_year = $year)
)
select * from execution_sums('keyed') order by basis, key

-- name: year_forget_labels
delete from label_prepared
where fiscal_year = $year and region_key in (select region_key from prepare_scope where fiscal_year = $year)

-- name: year_labels
insert into label_prepared
with label as (
    select distinct label_key, dimension, level1, level2 from prepare_label
)
select
    r.fiscal_year, r.region_key, r.template_key, l.dimension, l.level1, l.level2, count(*), sum(s.leaves), sum(s.unscored),
    sum(s.inferred), sum(s.weight), sum(s.weight_scored), sum(s.score), min(s.first_ordinal)
from prepare_sum s
join prepare_stale r using (report_key)
join label l using (label_key)
where r.accepted
group by r.fiscal_year, r.region_key, r.template_key, l.dimension, l.level1, l.level2
order by r.region_key, r.template_key, l.dimension, l.level1, l.level2

-- name: year_forget_leaves
delete from leaf_prepared
where fiscal_year = $year and region_key in (select region_key from prepare_scope where fiscal_year = $year)

-- name: year_leaves
insert into leaf_prepared
select
    f.indicator_key, r.fiscal_year, r.region_key, r.unit_key, f.report_key, f.ordinal, f.weight,
    coalesce(f.score, f.score_inferred), f.score_inferred is not null, f.value_key, f.document_key, f.position, f.place
from leaf_fact f
join prepare_stale r on r.report_key = f.report_key
where r.accepted
order by f.indicator_key, r.region_key, r.unit_key, f.report_key, f.ordinal

-- name: year_forget_names
delete from name_prepared
where fiscal_year = $year and province in (select region_key // 10000 from prepare_scope where fiscal_year = $year)

-- name: year_names
insert into name_prepared
select
    $year, region_key // 10000, indicator_key, count(*), count(*) - count(counted), count(*) filter (inferred), sum(weight),
    sum(weight) filter (counted is not null), sum(counted), min(ordinal)
from leaf_prepared
where fiscal_year = $year
  and region_key // 10000 in (select region_key // 10000 from prepare_scope where fiscal_year = $year)
group by region_key // 10000, indicator_key
order by indicator_key, region_key // 10000

-- name: year_forget_full
-- Whether a name is in enough reports of its form depends on all regions of the year.
delete from full_prepared where fiscal_year = $year

-- name: year_full
insert into full_prepared
with leaf as (
    select
        r.region_key, r.template_key, l.dimension, l.level1, l.level2, l.level3, count(*) as leaves,
        count(*) filter (coalesce(f.score, f.score_inferred) >= f.weight) as full_leaves, sum(f.weight) as weight
    from leaf_fact f
    join prepare_label l using (indicator_key)
    join prepare_report r on r.report_key = f.report_key
    where r.fiscal_year = $year and r.accepted and coalesce(f.score, f.score_inferred) is not null and f.weight > 0
    group by r.region_key, r.template_key, l.dimension, l.level1, l.level2, l.level3
),
named as (
    select
        *, sum(leaves) over (partition by template_key, level3) as all_leaves,
        sum(full_leaves) over own_region / sum(leaves) over own_region as full_rate
    from leaf
    window own_region as (partition by template_key, level3, region_key)
)
select $year, * exclude (all_leaves, full_rate)
from named
qualify all_leaves >= $fewest and max(full_rate) over (partition by template_key, level3) >= $share
order by region_key, template_key, level1, level2, level3

-- The steps after the last year.

-- name: forget_summaries
delete from rate_summary
where fiscal_year = 0 and case kind
    when 'region' then key in (select region_key from prepare_scope)
    when 'department' then key in (select department_key from prepare_department)
    else key in (select region_key // 10000 from prepare_scope union all select 0)
end

-- name: region_summaries
insert into rate_summary
with rated as (
    select *, region_key as key from rate_prepared where region_key in (select region_key from prepare_scope)
)
select 'region', 0, * from summarised('rated') order by dimension, key

-- name: department_summaries
insert into rate_summary
with rated as (
    select *, department_key as key
    from rate_prepared
    where department_key in (select department_key from prepare_department)
)
select 'department', 0, * from summarised('rated') order by dimension, key

-- name: summaries_of_provinces
insert into rate_summary
with rated as (
    select *, region_key // 10000 as key
    from rate_prepared
    where region_key <> 0 and region_key // 10000 in (select region_key // 10000 from prepare_scope)
)
select 'scope', 0, * from summarised('rated') order by dimension, key

-- name: summaries
insert into rate_summary
with rated as (
    select *, 0 as key from rate_prepared
)
select 'scope', 0, * from summarised('rated') order by dimension

-- name: forget_spans
delete from unit_span where region_key in (select region_key from prepare_scope)

-- name: spans
insert into unit_span
with seen as (
    select r.region_key, r.unit_key, l.label_key, bitstring_agg(r.fiscal_year, 1949, 2199) as years
    from leaf_fact f
    join prepare_label l using (indicator_key)
    join prepare_report r on r.report_key = f.report_key
    where r.accepted and r.region_key in (select region_key from prepare_scope)
    group by r.region_key, r.unit_key, l.label_key
),
label as (
    select distinct label_key, dimension, level2 from prepare_label
),
span as (
    select s.region_key, s.unit_key, l.dimension, l.level2, bit_or(s.years) as years
    from seen s
    join label l using (label_key)
    group by grouping sets (
        (s.region_key, s.unit_key, l.dimension, l.level2), (s.region_key, s.unit_key, l.dimension), (s.region_key, s.unit_key)
    )
)
select region_key, dimension, level2, years, count(*)
from span
group by region_key, dimension, level2, years
order by region_key, dimension nulls first, level2 nulls first, years

-- name: forget_rate_spans
delete from rate_span where region_key in (select region_key from prepare_scope)

-- name: rate_spans
insert into rate_span
with seen as (
    select region_key, dimension, unit_key, bitstring_agg(fiscal_year, 1949, 2199) as years
    from rate_prepared
    where region_key in (select region_key from prepare_scope)
    group by region_key, dimension, unit_key
)
select region_key, dimension, years, count(*)
from seen
group by region_key, dimension, years
order by region_key, dimension, years

-- name: unit_histories
create temp table prepare_history as
with kind as (
    select template_key, min(template_key) over (partition by template) as kind from template_store
),
reported as (
    select
        unit_key, bitstring_agg(fiscal_year, 1949, 2199) as years,
        bitstring_agg(fiscal_year, 1949, 2199) filter (accepted) as accepted
    from report_prepared
    group by unit_key
),
listed as (
    select u.unit_key, bitstring_agg(o.fiscal_year, 1949, 2199) as listed
    from roster_store o
    join unit_identity i on i.roster_unit_id = o.unit_id
    join unit_store u on u.unit_id = i.unit_id
    group by u.unit_key
),
formed as (
    select r.unit_key, k.kind, bitstring_agg(r.fiscal_year, 1949, 2199) as years
    from report_prepared r
    join kind k using (template_key)
    where r.accepted and r.first_of_unit and r.form = '部门整体'
    group by r.unit_key, k.kind
),
form as (
    select unit_key, list_sort(list(years)) as forms from formed group by unit_key
),
history as (
    select r.unit_key, r.years, r.accepted, l.listed, coalesce(f.forms, []) as forms
    from reported r
    left join listed l using (unit_key)
    left join form f using (unit_key)
)
select *, min(unit_key) over (partition by accepted, listed, forms) as history_key from history

-- name: forget_histories
delete from history_prepared

-- name: histories
insert into history_prepared
select history_key, accepted, listed, forms from prepare_history where unit_key = history_key order by history_key

-- name: forget_units
delete from unit_prepared

-- name: units
insert into unit_prepared
with department as (
    select department, min(unit_key) as department_key from unit_store where department is not null group by department
)
select
    u.unit_key, min(u.unit_key) over (partition by i.roster_unit_id), coalesce(try_cast(u.region_code as integer), 0),
    coalesce(d.department_key, 0), h.years, h.history_key
from unit_store u
join unit_identity i using (unit_id)
left join department d on d.department = u.department
left join prepare_history h using (unit_key)
order by u.unit_key

-- name: forget_sectors
delete from sector_prepared

-- name: sectors
insert into sector_prepared
with listed as (
    select fiscal_year, unit_id, min(sector) as sector from roster_store where sector is not null group by fiscal_year, unit_id
)
select r.fiscal_year, l.sector, r.region_key, r.unit_key
from report_prepared r
join unit_store u using (unit_key)
join unit_identity i using (unit_id)
left join listed l on l.fiscal_year = r.fiscal_year and l.unit_id = i.roster_unit_id
where r.accepted and r.first_of_unit
order by r.fiscal_year, l.sector, r.region_key, r.unit_key

-- name: provinces
select distinct region_key // 10000 as province from prepare_scope order by province

-- The steps of one province.

-- name: province_forget_names
delete from name_span where province = $province

-- name: province_names
insert into name_span
with named as (
    select
        indicator_key,
        min(indicator_key) over (partition by coalesce(dimension, '未映射'), level2, level3) as name_key
    from indicator_dim
),
seen as (
    select n.name_key, f.unit_key, bitstring_agg(f.fiscal_year, 1949, 2199) as years
    from leaf_prepared f
    join named n using (indicator_key)
    where f.region_key between $province * 10000 and $province * 10000 + 9999
    group by n.name_key, f.unit_key
)
select $province, name_key, years, count(*)
from seen
group by name_key, years
order by name_key, years

-- name: province_forget_executions
delete from execution_span where province = $province

-- name: province_executions
insert into execution_span
with of_province as (
    select * from report_prepared where region_key between $province * 10000 and $province * 10000 + 9999
),
based as (
    select * from executed_on_each('of_province')
)
select basis, $province, * exclude (basis) from execution_spans('based') order by basis, years, fiscal_year

-- The last steps.

-- name: forget_scopes
delete from prepared_scope
where exists (
    select 1 from prepare_scope s where s.fiscal_year = prepared_scope.fiscal_year and s.region_key = prepared_scope.region_key
)

-- name: remember_scopes
insert into prepared_scope
select fiscal_year, region_key, fingerprint from prepare_scope where fingerprint is not null order by fiscal_year, region_key

-- name: forget
drop table if exists prepare_report;
drop table if exists prepare_scope;
drop table if exists prepare_department;
drop table if exists prepare_label;
drop table if exists prepare_history;
drop table if exists prepare_stale;
drop table if exists prepare_sum;
drop table if exists prepare_budget;
