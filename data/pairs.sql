-- Two years of one unit, like for like (同口径): the sums over the leaves that both reports have. Prepared for the pages.
-- A unit is followed through confirmed names; a leaf by its canonical or printed name and its dimension, where that name
-- stands once in each of the two reports and is scored in both. Two reports of a unit and year cannot be told apart: none.
-- The pairs of a year stay until a report of it or of the year before changes, or is followed otherwise.

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
-- The years whose pairs are not those that were made; fingerprint is null where there are no reports of two years any more.
create temp table pair_scope as
with year as (
    select fiscal_year, bit_xor(digest) as digest from pair_seen group by fiscal_year
),
now as (
    select n.fiscal_year, hash(n.digest, b.digest) as fingerprint
    from year n
    join year b on b.fiscal_year = n.fiscal_year - 1
)
select fiscal_year, n.fingerprint
from now n
full join pair_year p using (fiscal_year)
where n.fingerprint is distinct from p.fingerprint

-- name: names
-- indicator_key -> what a leaf is followed by.
create temp table pair_name as
select
    indicator_key, coalesce(dimension, '未映射') as dimension,
    dense_rank() over (order by coalesce(canonical_leaf, level3), coalesce(dimension, '未映射')) as name_key
from indicator_dim

-- name: years
select fiscal_year as year from pair_scope order by year

-- The steps of one year.

-- name: year_forget
delete from report_pair where fiscal_year = $year

-- name: year_fill
insert into report_pair
with pair as (
    select n.report_key, b.report_key as before_key, n.fiscal_year, n.region_key, n.unit_key
    from pair_seen n
    join pair_seen b on b.follow_key = n.follow_key and b.fiscal_year = n.fiscal_year - 1
    where n.fiscal_year = $year
),
paired as (
    select report_key from pair
    union all
    select before_key from pair
),
leaf as (
    select
        f.report_key, n.name_key, any_value(n.dimension) as dimension, any_value(f.weight) as weight,
        any_value(coalesce(f.score, f.score_inferred)) as counted
    from leaf_fact f
    join pair_name n using (indicator_key)
    semi join paired using (report_key)
    group by f.report_key, n.name_key
    having count(*) = 1
)
select
    p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key, coalesce(n.dimension, '全部'), count(*),
    sum(n.weight), sum(n.counted), sum(b.weight), sum(b.counted)
from pair p
join leaf n on n.report_key = p.report_key
join leaf b on b.report_key = p.before_key and b.name_key = n.name_key
where n.counted is not null and b.counted is not null and n.weight > 0 and b.weight > 0
group by grouping sets (
    (p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key, n.dimension),
    (p.fiscal_year, p.region_key, p.unit_key, p.report_key, p.before_key)
)
order by 6, p.region_key, p.unit_key

-- name: year_forget_scope
delete from pair_year where fiscal_year = $year

-- name: year_remember
insert into pair_year select fiscal_year, fingerprint from pair_scope where fiscal_year = $year and fingerprint is not null

-- The step after the last year.

-- name: forget
drop table if exists pair_seen;
drop table if exists pair_scope;
drop table if exists pair_name;
