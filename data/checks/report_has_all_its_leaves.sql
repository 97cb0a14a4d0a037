-- A report is loaded wholly or not at all: returns reports whose leaf rows are not as many as were read.
select r.report_key, r.leaves, count(f.ordinal) as loaded
from report_store r
left join leaf_fact f using (report_key)
group by r.report_key, r.leaves
having count(f.ordinal) <> r.leaves
