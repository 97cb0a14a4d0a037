-- name: in_view
select report_id
from report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units)

-- name: leaves
-- What a report prints on its leaves, and how they were scored again.
select ordinal, level2, level3, value_text, weight, score, rule_text, working, place
from leaf_score
where report_id = $report_id
order by ordinal

-- name: admissions
select text, place from narrative where report_id = $report_id and section = '存在问题' order by ordinal
