-- Sentences of 存在问题 that name a matter and its shortcoming, beside a full-mark leaf about that matter.
with sentence as (
    select report_key, document_key, position, place, unnest(string_split_regex(words, '[。;]')) as words
    from checked_narrative
    where section = '存在问题'
),
-- Words that come from a table are compiled for every row they meet: only the few sentences of a shortcoming get there.
short as materialized (
    select * from sentence
    where regexp_matches(words, '不足|薄弱|尚未|未能|不够|有待|欠缺|滞后|不完善|不健全|两张皮|亟待|不到位|不规范|不及时|偏低|较低|较慢|需进一步|仍需')
),
meant as materialized (
    select w.words, a.matter
    from (select distinct words from short) w
    join admission a on regexp_matches(w.words, a.problem_words)
),
admitted as materialized (
    select s.*, m.matter from short s join meant m using (words)
),
full_leaf as (
    select * from checked_leaf
    where is_stale and weight > 0 and counted >= weight and report_key in (select report_key from admitted)
),
-- Distinct texts are matched once, however many leaves print them.
leaf_text as (
    select distinct level3, rule_text, definition_text from full_leaf
),
about as materialized (
    select t.*, a.matter
    from leaf_text t
    join admission a on regexp_matches(t.level3 || coalesce(t.rule_text, '') || coalesce(t.definition_text, ''), a.leaf_words)
)
select
    l.report_key, l.ordinal, l.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '存在问题一节提到' || a.matter || '，“' || l.level3 || '”得满分 ' || shown(l.counted) as message,
    '按词语对照，供人工判断' as working, '得分 ' || shown(l.counted) || '/' || shown(l.weight) as reading, '“' || left(a.words, 80) || '”' as against,
    a.place as against_place, l.document_key, l.position, l.place
from admitted a
join full_leaf l using (report_key)
join about t
    on t.matter = a.matter and t.level3 = l.level3 and coalesce(t.rule_text, '') = coalesce(l.rule_text, '')
    and coalesce(t.definition_text, '') = coalesce(l.definition_text, '')
qualify row_number() over (partition by l.report_key, l.ordinal order by a.matter, a.words) = 1
