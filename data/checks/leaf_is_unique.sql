-- A leaf is printed once per submission: returns reports in which an ordinal stands twice. A block of 32 ordinals is one
-- group with a bit for each, since a group for every leaf of a large warehouse would not fit in memory.
select report_key, (ordinal - 1) // 32 as block, count(*) as n
from leaf_fact
group by all
having count(*) > bit_count(bit_or(1::bigint << ((ordinal - 1) % 32)))
