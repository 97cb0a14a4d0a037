-- Full marks for a satisfaction that no number in the table supports; a number in prose is the second reading.
with said as (
    select
        report_key, place,
        unnest(regexp_extract_all(words, '[\x{4e00}-\x{9fff}"]{0,10}满意(?:度|率)[\x{4e00}-\x{9fff}]{0,6}\d+(?:\.\d+)?%')) as words
    from checked_narrative
)
select
    l.report_key, l.ordinal, l.path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || any_value(l.level3) || '”得满分 ' || shown(any_value(l.score)) || '，表内无调查数值'
        || coalesce('；正文另有：' || string_agg(distinct s.words, '、' order by s.words), '') as message,
    '满分需要的满意度数值表内未印' as working, '得分 ' || shown(any_value(l.score)) || '/' || shown(any_value(l.weight)) as reading,
    coalesce(string_agg(distinct s.words, '、' order by s.words), '未印数值') as against, min(s.place) as against_place,
    any_value(l.document_key) as document_key, any_value(l.position) as position, any_value(l.place) as place
from checked_leaf l
left join said s using (report_key)
where l.is_stale and l.weight > 0 and l.score >= l.weight and l.value is null
  and not regexp_matches(coalesce(l.value_text, ''), '\d') and (l.dimension = '满意度' or regexp_matches(l.level3, '满意(度|率)$'))
group by l.report_key, l.ordinal, l.path
