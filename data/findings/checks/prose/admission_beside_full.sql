-- Sentences of 存在问题 that name a matter and its shortcoming, beside a full-mark leaf about that matter.
with sentence as (
    select report_key, document_key, position, place, unnest(string_split_regex(words, '[。;]')) as words
    from checked_narrative
    where section = '存在问题'
),
admitted as (
    select s.*, a.matter
    from sentence s
    join admission a on regexp_matches(s.words, a.problem_words)
    where regexp_matches(s.words, '不足|薄弱|尚未|未能|不够|有待|欠缺|滞后|不完善|不健全|两张皮|亟待|不到位|不规范|不及时|偏低|较低|较慢|需进一步|仍需')
),
-- Distinct texts are matched once, however many leaves print them.
leaf_text as (
    select distinct level3, rule_text, definition_text from checked_leaf where is_stale
),
about as (
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
join checked_leaf l using (report_key)
join about t
    on t.matter = a.matter and t.level3 = l.level3 and coalesce(t.rule_text, '') = coalesce(l.rule_text, '')
    and coalesce(t.definition_text, '') = coalesce(l.definition_text, '')
where l.is_stale and l.weight > 0 and l.counted >= l.weight
qualify row_number() over (partition by l.report_key, l.ordinal order by a.matter, a.words) = 1
