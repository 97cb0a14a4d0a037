-- Rates stated as 小于, 大于 … whose truth depends on the basis, with the basis that reproduces them.
with compared as (
    select
        c.*, b.basis, b.value, b.working, if(c.sign = '<', b.value < c.claimed, b.value > c.claimed) as fits
    from rate_claim c
    join budget_rate_store b using (report_key, rate)
    where c.sign in ('<', '>') and not regexp_matches(c.words, '口径')
)
select
    report_key, null::smallint as ordinal, rate || sign || percent as subject, '中性' as direction,
    null::decimal(12, 6) as points,
    '所述“' || any_value(words) || '”：' || string_agg(basis || ' ' || hundredths(value), '，' order by value desc, basis)
        || '；与所述相符的为' || string_agg(basis, '、' order by basis) filter (fits) as message,
    string_agg(basis || '：' || working, '；' order by value desc, basis) as working, any_value(words) as reading,
    string_agg(basis || ' ' || hundredths(value), '，' order by value desc, basis) as against, null as against_place,
    any_value(document_key) as document_key, any_value(position) as position, any_value(place) as place
from compared
group by report_key, rate, sign, percent
having bool_or(fits) and not bool_and(fits)
