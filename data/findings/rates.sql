-- Rates that the printed amounts imply, each with its basis (口径), numerator and denominator.

-- name: clear
delete from budget_rate_store where report_key in (select report_key from checked_report where is_stale);

-- name: rates
insert into budget_rate_store
with wide as (
    select
        report_key,
        stated['initial_budget'].figure as initial, stated['adjusted_budget'].figure as adjusted, stated['expenditure'].figure as spent,
        stated['basic_expenditure'].figure as basic_spent, stated['project_expenditure'].figure as project_spent,
        stated['adjusted_basic_budget'].figure as basic_budget, stated['adjusted_project_budget'].figure as project_budget,
        stated['carried_in'].figure as carried_in, stated['carried_out'].figure as carried_out,
        stated['staff_on_post'].figure as staff, stated['staff_establishment'].figure as establishment
    from stated_by_item
),
source_change as (
    select
        report_key, kind, name,
        max(figure) filter (stage = 'initial') as before, max(figure) filter (stage = 'adjusted') as after
    from (
        select
            a.report_key, a.figure, split_part(a.item, '_', 1) as stage,
            regexp_replace(a.item, '^(initial|adjusted)_', '') as kind,
            regexp_replace(n.name, '^.*·', '') as name
        from stated_amount a join budget_item n using (item)
        where n.parent in ('initial_budget', 'adjusted_budget') and not regexp_matches(a.item, '_(basic|project)_budget$')
    )
    group by report_key, kind, name
),
moved as (
    -- The gross adjustment, where the sources of both budgets come to their totals.
    select c.report_key, sum(abs(coalesce(c.after, 0) - coalesce(c.before, 0))) as gross
    from source_change c
    join wide w using (report_key)
    group by c.report_key, w.initial, w.adjusted
    having abs(sum(coalesce(c.before, 0)) - w.initial) < 1 and abs(sum(coalesce(c.after, 0)) - w.adjusted) < 1
),
rate as (
    select report_key, '预算执行率' as rate, '年初预算口径' as basis, spent as numerator, initial as denominator, '元' as unit from wide
    union all select report_key, '预算执行率', '调整预算口径', spent, adjusted, '元' from wide
    union all select report_key, '预算执行率', '含上年结转口径', spent, adjusted + carried_in, '元' from wide
    union all select report_key, '基本支出执行率', '调整预算口径', basic_spent, basic_budget, '元' from wide
    union all select report_key, '项目支出执行率', '调整预算口径', project_spent, project_budget, '元' from wide
    union all select report_key, '结转结余率', '调整预算口径', carried_out, adjusted, '元' from wide
    union all select report_key, '结转结余率', '含上年结转口径', carried_out, adjusted + carried_in, '元' from wide
    union all select report_key, '结转结余率', '支出口径', carried_out, spent, '元' from wide
    union all select report_key, '结转结余变动率', '上年结转口径', carried_out - carried_in, carried_in, '元' from wide
    union all select report_key, '预算调整率', '净额口径', adjusted - initial, initial, '元' from wide
    union all select m.report_key, '预算调整率', '总额口径', m.gross, w.initial, '元' from moved m join wide w using (report_key)
    union all select report_key, '在职人员控制率', '编制口径', staff, establishment, '人' from wide
    union all select report_key, name || '变动率', '年初预算口径', coalesce(after, 0) - before, before, '元'
        from source_change where before > 0 and (after is not null or report_key in (select report_key from moved))
)
select
    report_key, rate, basis, numerator, denominator, unit, (numerator / denominator)::decimal(18, 6),
    case unit
        when '元' then ten_thousands(numerator) || ' ÷ ' || ten_thousands(denominator)
        else shown(numerator) || '人 ÷ ' || shown(denominator) || '人'
    end || ' = ' || hundredths(numerator / denominator)
from rate
where numerator is not null and denominator > 0 and abs(numerator / denominator) < 1000000;

-- name: mean
-- The mean of the two execution rates, which is not the rate of the sums.
insert into budget_rate_store
select
    b.report_key, '预算执行率', '两项平均口径', b.value + p.value, 2, '元', (b.value + p.value) / 2,
    '（' || hundredths(b.value) || ' + ' || hundredths(p.value) || '） ÷ 2 = ' || hundredths((b.value + p.value) / 2)
from budget_rate_store b
join budget_rate_store p using (report_key)
join checked_report r using (report_key)
where r.is_stale and b.rate = '基本支出执行率' and p.rate = '项目支出执行率';
