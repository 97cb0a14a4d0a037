-- Expenditure above the adjusted budget and all that was carried in.
with wide as (
    select
        report_key,
        max(figure) filter (item = 'adjusted_budget') as adjusted, max(figure) filter (item = 'carried_in') as carried_in,
        max(figure) filter (item = 'expenditure') as spent, max(step) as step,
        any_value(place) filter (item = 'adjusted_budget') as budget_place,
        any_value(document_key) filter (item = 'expenditure') as document_key,
        any_value(position) filter (item = 'expenditure') as position,
        any_value(place) filter (item = 'expenditure') as place
    from checked_amount
    where source = '自评报告' and not conflicting and item in ('adjusted_budget', 'carried_in', 'expenditure')
    group by report_key
)
select
    report_key, null::smallint as ordinal, 'expenditure' as subject, '中性' as direction, null::decimal(12, 6) as points,
    '支出 ' || ten_thousands(spent) || '，大于调整后预算与年初结转结余之和 ' || ten_thousands(adjusted + carried_in) as message,
    ten_thousands(adjusted) || ' + ' || ten_thousands(carried_in) || ' = ' || ten_thousands(adjusted + carried_in) as working,
    '支出 ' || ten_thousands(spent) as reading, '可用预算 ' || ten_thousands(adjusted + carried_in) as against,
    budget_place as against_place, document_key, position, place
from wide
where spent > adjusted + carried_in + step * 2
