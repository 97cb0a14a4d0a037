-- Full-mark leaves of 履职产出 and 可持续发展 none of whose naming words occurs in 主要绩效 or 评价结论: quoted words
-- first, else the name without general words, of which every run of four characters must be missing.
with achievement as (
    select
        report_key, string_agg(words, '' order by ordinal) as words,
        min(place) filter (section = '主要绩效') as place, sum(length(words)) filter (section = '主要绩效') as length
    from checked_narrative
    where section in ('主要绩效', '评价结论')
    group by report_key
    having sum(length(words)) filter (section = '主要绩效') >= limit_of('subject_absent.length')
),
leaf as (
    select l.*, a.words, a.place as against_place, a.length, bare(l.level3) as bare_name,
        flatten(list_transform(
            [l.level3, coalesce(l.definition_text, ''), coalesce(l.rule_text, '')],
            lambda field: regexp_extract_all(bare(field), '"[^"]*"')
        )) as phrases
    from checked_leaf l
    join achievement a using (report_key)
    where l.is_stale and l.dimension in ('履职产出', '可持续发展') and l.weight > 0 and l.counted >= l.weight
),
named as (
    select *,
        list_distinct(list_filter(
            list_transform(phrases, lambda phrase: trim(phrase, '"')),
            lambda phrase: length(phrase) between 2 and 12 and not regexp_matches(phrase, '[,。;、]')
        )) as quoted,
        regexp_replace(
            bare_name, (select string_agg(word, '|' order by length(word) desc, word) from general_word) || '|[^\x{4e00}-\x{9fff}\w]', '', 'g'
        ) as core
    from leaf
),
runs as (
    select *,
        case when len(quoted) > 0 then quoted
            when length(core) >= 4 then list_transform(range(1, length(core) - 2), lambda i: substr(core, i::integer, 4))
        end as terms
    from named
)
select
    report_key, ordinal, path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”得满分 ' || shown(counted) || '，其专门用语未见于主要绩效和评价结论' as message,
    '对照的用语：' || if(len(quoted) > 0, array_to_string(quoted, '、'), core) || '；主要绩效 ' || length || ' 字，按词语对照，供人工判断' as working,
    '得分 ' || shown(counted) || '/' || shown(weight) as reading, '主要绩效和评价结论未见“' || if(len(quoted) > 0, array_to_string(quoted, '、'), core) || '”'
        as against,
    against_place, document_key, position, place
from runs
where terms is not null and len(list_filter(terms, lambda term: contains(words, term))) = 0
