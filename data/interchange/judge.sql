-- What interchange tables say of each report, for the decision whether it reconciles. Rows: incoming_…

-- name: repeated
select l.file, l.number, l.ordinal, max(l.row) as row
from incoming_leaf_score l
group by l.file, l.number, l.ordinal
having count(*) > 1 or l.ordinal < 1
order by row
limit 5

-- name: lone
-- Reports that only other tables speak of: what they say needs a report in the warehouse.
select file, number, min(row) as row
from (
    select file, number, row from incoming_adjustment
    union all select file, number, row from incoming_stated_figure
    union all select file, number, row from incoming_narrative
    union all select file, number, row from incoming_budget_figure where source = '自评报告'
)
group by file, number
order by file, number

-- name: sums
with level as (
    select number, level1, min(ordinal) as first, sum(coalesce(weight, 0)) as points
    from incoming_leaf_score
    group by number, level1
),
template as (
    select number, string_agg(level1 || rtrim(rtrim(points::varchar, '0'), '.'), ' ' order by first) as template
    from level
    group by number
)
select
    l.number, t.template, count(*)::integer as leaves,
    count(*) filter (l.weight is null)::integer as without_weight, sum(l.weight) as weight_total,
    count(*) filter (l.score is null)::integer as without_score, coalesce(sum(l.score), 0) as printed,
    count(*) filter (l.score > l.weight + $tolerance or l.score < 0)::integer as odd,
    count(*) filter (l.dimension is null)::integer as unmapped,
    arg_min(l.row, l.ordinal) filter (l.dimension is null) as unmapped_row
from incoming_leaf_score l
join template t using (number)
group by l.number, t.template
order by l.number

-- name: parts_off
with stated as (
    select number, scope, label, value from incoming_stated_figure where scope in ('level1', 'level2')
),
one as (
    select number, level1 as label, sum(score) as total
    from incoming_leaf_score semi join stated using (number) group by all
),
two as (
    select number, level2 as label, sum(score) as total
    from incoming_leaf_score semi join stated using (number) group by all
)
select s.number
from stated s join one o using (number, label)
where s.scope = 'level1' and abs(o.total - s.value) > $tolerance
union
select s.number
from stated s join two t using (number, label)
where s.scope = 'level2' and abs(t.total - s.value) > $tolerance

-- name: stated
select number, file, row, scope, label, source, value, out_of
from incoming_stated_figure
order by number, ordinal, row

-- name: adjustments
select number, file, row, kind, label, score, cap, rule_text
from incoming_adjustment
order by number, ordinal, row

-- name: leaves
select number, file, row, ordinal, level1, level2, level3, weight, score
from incoming_leaf_score
where number in (select unnest($numbers::integer[]))
order by number, ordinal
