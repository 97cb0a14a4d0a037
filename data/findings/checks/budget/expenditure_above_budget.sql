-- Expenditure above the adjusted budget and all that was carried in.
with wide as (
    select
        report_key, stated['adjusted_budget'].figure as adjusted, stated['carried_in'].figure as carried_in,
        stated['expenditure'].figure as spent,
        greatest(stated['adjusted_budget'].step, stated['carried_in'].step, stated['expenditure'].step) as step,
        stated['adjusted_budget'].place as budget_place, stated['expenditure'] as printed
    from stated_by_item
)
select
    report_key, null::smallint as ordinal, 'expenditure' as subject, '中性' as direction, null::decimal(12, 6) as points,
    '支出 ' || ten_thousands(spent) || '，大于调整后预算与年初结转结余之和 ' || ten_thousands(adjusted + carried_in) as message,
    ten_thousands(adjusted) || ' + ' || ten_thousands(carried_in) || ' = ' || ten_thousands(adjusted + carried_in) as working,
    '支出 ' || ten_thousands(spent) as reading, '可用预算 ' || ten_thousands(adjusted + carried_in) as against,
    budget_place as against_place, printed.document_key, printed.position, printed.place
from wide
where spent > adjusted + carried_in + step * 2
