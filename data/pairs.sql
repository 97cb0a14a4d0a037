-- Two years of one unit, like for like (同口径): the sums over the leaves that both reports have. Prepared for the pages.
-- A unit is followed through confirmed names; a leaf by its canonical or printed name and its dimension, where that name
-- stands once in each of the two reports and is scored in both. Two reports of a unit and year cannot be told apart: none.
-- The pairs of a year and province (of the later report) stay until one of their reports changes or is followed otherwise.

-- name: seen
create temp table pair_seen as
select
    r.report_key, r.fiscal_year, r.unit_key, coalesce(try_cast(u.region_code as integer), 0) as region_key, i.follow_key,
    hash(r.report_key, r.unit_key, u.region_code, i.follow_key, r.comparable_score, r.leaf_total_printed, r.leaves) as digest
from report_store r
join unit_store u using (unit_key)
join unit_prepared i using (unit_key)
where r.is_current and r.status = 'accepted' and r.form = '部门整体'
qualify count(*) over (partition by i.follow_key, r.fiscal_year) = 1

-- name: scopes
-- The years and provinces whose pairs are not those that were made; fingerprint is null where there are none any more.
create temp table pair_scope as
with now as (
    select
        n.fiscal_year, n.region_key // 10000 as province, bit_xor(hash(n.digest, b.digest)) as fingerprint
    from pair_seen n
    join pair_seen b on b.follow_key = n.follow_key and b.fiscal_year = n.fiscal_year - 1
    group by n.fiscal_year, n.region_key // 10000
)
select fiscal_year, province, n.fingerprint
from now n
full join paired_scope p using (fiscal_year, province)
where n.fingerprint is distinct from p.fingerprint

-- name: names
-- indicator_key -> its names, the lowest indicator_key of its dimension, level2 and level3, and what a leaf is followed by.
create temp table pair_name as
with named as (
    select *, coalesce(dimension, '未映射') as mapped, coalesce(canonical_leaf, level3) as name from indicator_dim
)
select
    indicator_key, mapped as dimension, level2, name, min(indicator_key) over (partition by mapped, level2, level3) as name_key,
    dense_rank() over (order by name, mapped) as followed_key
from named

-- name: made
-- The pairs of the provinces of a year, until the last of them is made.
create temp table pair_made as from report_pair limit 0

-- name: years
select fiscal_year as year, province, province = max(province) over (partition by fiscal_year) as last
from pair_scope
order by year, province

-- The steps of one year and province.

-- name: year_pairs
create or replace temp table pair_part as
select n.fiscal_year, n.region_key, n.unit_key, n.report_key, b.report_key as before_key
from pair_seen n
join pair_seen b on b.follow_key = n.follow_key and b.fiscal_year = n.fiscal_year - 1
where n.fiscal_year = $year and n.region_key // 10000 = $province

-- name: year_now
-- The leaves of the later reports whose name stands once.
create or replace temp table pair_now as
select
    f.report_key, n.followed_key, any_value(f.indicator_key) as indicator_key, any_value(f.weight) as weight,
    any_value(coalesce(f.score, f.score_inferred)) as counted
from leaf_fact f
join pair_part p on p.report_key = f.report_key
join pair_name n using (indicator_key)
group by f.report_key, n.followed_key
having count(*) = 1

-- name: year_before
-- The same of the reports before, under the key of the later one.
create or replace temp table pair_before as
select
    p.report_key, n.followed_key, any_value(f.indicator_key) as indicator_key, any_value(f.weight) as weight,
    any_value(coalesce(f.score, f.score_inferred)) as counted
from leaf_fact f
join pair_part p on p.before_key = f.report_key
join pair_name n using (indicator_key)
group by p.report_key, n.followed_key
having count(*) = 1

-- name: year_match
create or replace temp table pair_match as
select
    report_key, coalesce(n.indicator_key, b.indicator_key) as indicator_key, n.weight, n.counted as score,
    b.weight as weight_before, b.counted as score_before, b.indicator_key is null as entered, n.indicator_key is null as gone,
    coalesce(n.weight > 0 and b.weight > 0 and n.counted is not null and b.counted is not null, false) as common
from pair_now n
full join pair_before b using (report_key, followed_key)

-- name: year_forget
delete from report_pair where fiscal_year = $year and region_key // 10000 = $province

-- name: year_fill
insert into pair_made
select
    p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key, coalesce(n.dimension, '全部'), count(*),
    sum(m.weight), sum(m.score), sum(m.weight_before), sum(m.score_before)
from pair_match m
join pair_part p using (report_key)
join pair_name n using (indicator_key)
where m.common
group by grouping sets (
    (p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key, n.dimension),
    (p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key)
)

-- name: year_keep
insert into report_pair from pair_made where $last order by dimension, region_key, unit_key

-- name: year_kept
delete from pair_made where $last

-- name: year_forget_steps
delete from step_prepared where fiscal_year = $year and province = $province

-- name: year_steps
insert into step_prepared
select
    $year, $province, n.dimension, n.level2, n.name_key, count(distinct m.report_key) filter (m.common),
    count(*) filter (m.common), sum(m.weight) filter (m.common), sum(m.score) filter (m.common),
    sum(m.weight_before) filter (m.common), sum(m.score_before) filter (m.common), count(*) filter (m.entered),
    count(*) filter (m.gone), list_sort(list(distinct n.name) filter (m.entered))[:$most],
    list_sort(list(distinct n.name) filter (m.gone))[:$most]
from pair_match m
join pair_name n using (indicator_key)
where m.report_key in (select report_key from pair_match where common)
group by grouping sets ((n.dimension), (n.dimension, n.level2), (n.dimension, n.level2, n.name_key))
order by n.dimension, n.level2 nulls first, n.name_key nulls first

-- name: year_forget_scope
delete from paired_scope where fiscal_year = $year and province = $province

-- name: year_remember
insert into paired_scope
select fiscal_year, province, fingerprint from pair_scope
where fiscal_year = $year and province = $province and fingerprint is not null

-- The step after the last part.

-- name: forget
drop table if exists pair_seen;
drop table if exists pair_scope;
drop table if exists pair_name;
drop table if exists pair_made;
drop table if exists pair_part;
drop table if exists pair_now;
drop table if exists pair_before;
drop table if exists pair_match;
