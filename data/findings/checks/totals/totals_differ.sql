-- Two different totals in one report, and what makes the difference where a bonus or the budget row does.
with total as (
    select s.*, r.is_stale
    from stated_figure_store s join checked_report r using (report_key)
    where r.is_stale and s.scope = 'total'
),
adjusted as (
    select
        report_key, sum(case when kind = '加分' then score when kind = '减分' then -abs(score) end) as bonus,
        sum(score) filter (kind = '预算执行') as budget_row
    from adjustment_store group by report_key
)
select
    a.report_key, null::smallint as ordinal, '总分' as subject, '中性' as direction, null::decimal(12, 6) as points,
    if(a.source = '表', '表内', '正文') || '总分 ' || shown(a.value) || '，' || if(b.source = '表', '表内', '正文') || '总分 ' || shown(b.value)
        || case
            when abs(a.value - b.value - coalesce(j.bonus, 0)) <= 0.005 and j.bonus <> 0 then '，差额等于加减分 ' || shown(j.bonus)
            when abs(a.value - b.value - coalesce(j.budget_row, 0)) <= 0.005 and j.budget_row <> 0
                then '，差额等于预算执行一行 ' || shown(j.budget_row)
            else ''
        end as message,
    shown(a.value) || ' − ' || shown(b.value) || ' = ' || shown(a.value - b.value) as working,
    if(a.source = '表', '表内总分 ', '正文总分 ') || shown(a.value) as reading,
    if(b.source = '表', '表内总分 ', '正文总分 ') || shown(b.value) as against, b.place as against_place,
    a.document_key, a.position, a.place
from total a
join total b on b.report_key = a.report_key and b.value < a.value - 0.005
left join adjusted j on j.report_key = a.report_key
qualify row_number() over (partition by a.report_key order by a.value - b.value desc, a.ordinal, b.ordinal) = 1
