-- Leaf rows back in the order that makes drill-down cheap: year, region, unit, submission, ordinal.

-- name: sorted
create temp table leaf_sorted as
select f.*
from leaf_fact f
join report_store r using (report_key)
join unit_store u using (unit_key)
order by r.fiscal_year, u.region_code, u.unit_key, r.form, r.subject, r.submission, f.ordinal;

-- name: clear
delete from leaf_fact;

-- name: refill
insert into leaf_fact select * from leaf_sorted;

-- name: forget
drop table leaf_sorted;
