-- Prepared tables: what pages ask for again and again, made once for a version. The public views stay what they are;
-- every figure here is a plain sum over them.

-- name: forget_dimensions
delete from report_dimension

-- name: dimensions
insert into report_dimension
select
    f.report_key, coalesce(i.dimension, '未映射'), count(*), count(*) filter (coalesce(f.score, f.score_inferred) is null),
    count(*) filter (coalesce(f.score, f.score_inferred) >= f.weight and f.weight > 0),
    count(*) filter (f.score_inferred is not null), sum(f.weight),
    sum(f.weight) filter (coalesce(f.score, f.score_inferred) is not null), sum(coalesce(f.score, f.score_inferred))
from leaf_fact f
join indicator_dim i using (indicator_key)
semi join report_store r on r.report_key = f.report_key and r.is_current
group by f.report_key, coalesce(i.dimension, '未映射')
order by f.report_key

-- name: forget_budgets
delete from report_budget

-- name: budgets
-- One row a report; an item from 财政数据 where the finance side gave it, else from the report. The first printed wins.
insert into report_budget
with figure as (
    select b.report_key, b.item, b.amount_yuan, b.amount, b.source
    from budget_figure_store b
    semi join report_store r on r.report_key = b.report_key and r.is_current
    qualify row_number() over (
        partition by b.report_key, b.item order by case b.source when '财政数据' then 1 else 2 end, b.ordinal
    ) = 1
),
own as (
    select report_key,
        min(amount_yuan) filter (item = 'expenditure') as expenditure,
        min(amount_yuan) filter (item = 'adjusted_budget') as adjusted_budget
    from budget_figure_store
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
    semi join report_store r on r.report_key = f.report_key and r.is_current
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
)
select
    coalesce(w.report_key, s.report_key), w.* exclude (report_key), o.expenditure, o.adjusted_budget, s.rate, s.three_public_rate
from wide w
full join stated s using (report_key)
left join own o on o.report_key = w.report_key
order by 1
