-- name: reports
-- The reports of units in a year for which a 复核工作底稿 is written.
select r.report_id, r.unit_id, r.unit, r.region, r.fiscal_year, r.form, r.subject
from report_in_scope($years, $region_prefixes, $own_level_codes, $departments, $units) r
order by r.region_code, r.unit, r.unit_id, r.form, r.subject
