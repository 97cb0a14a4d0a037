-- A leaf is printed once per submission: returns every (report, ordinal) that stands twice.
select report_key, ordinal, count(*) as n from leaf_fact group by all having count(*) > 1
