-- Units that never leave, and what stands for names.

-- name: classified
-- By the ids reports carry, and by those of the roster itself.
select i.unit_id
from unit_identity i
join roster o on o.unit_id = i.roster_unit_id
where o.classified
union
select unit_id from roster where classified

-- name: classified_documents
-- Files that hold a report of such a unit.
select distinct x.document_id
from report_document x
join report_store r using (report_id)
join unit_store u using (unit_key)
where list_contains($hidden, u.unit_id)

-- name: units
select unit_id from report union select unit_id from roster

-- name: names
-- Numbers follow a hash, so that they say nothing of the order of names. A unit goes by all names known of it.
with unit_name as (
    select unit_id, unit as name from unit_store
    union select unit_id, unit from roster
    union select unit_id, unit from report
    union select unit_id, alias from unit_alias where status = '已确认' and length(alias) >= 3
    union select unit_id, trim(unnest(string_split_regex(short_names, '[;；,，、]'))) from roster where short_names is not null
),
unit_known as (
    select distinct u.unit_id, coalesce(i.roster_unit_id, u.unit_id) as known
    from unit_name u
    left join unit_identity i using (unit_id)
),
unit_number as (
    select k.unit_id, '单位' || printf('%03d', dense_rank() over (order by sha256(k.known))) as stands from unit_known k
),
department as (
    select department as name from unit_store union select department from roster
),
place as (
    -- The places of the reports and the places above them; 市 and 县 are left off too, where two characters are left.
    select distinct g.region_code, g.name, g.full_name
    from region g
    join (select region_code from unit_store union select region_code from roster) r
        on g.region_code in (r.region_code, r.region_code[1:4] || '00', r.region_code[1:2] || '0000')
),
place_number as (
    select region_code, '区划' || printf('%02d', row_number() over (order by sha256(region_code))) as stands
    from (select distinct region_code from place)
),
place_name as (
    select region_code, full_name as name from place
    union select region_code, name from place
    union select region_code, regexp_replace(name, '(省|市|区|县|自治区|自治县)$', '') from place
    union select region_code, region_code from place
),
named as (
    select 1 as rank, name, stands from unit_name join unit_number using (unit_id)
    union all
    select 2, name, '部门' || printf('%02d', row_number() over (order by sha256(name))) from department where name is not null
    union all
    select 3, file_name, '文件' || printf('%03d', row_number() over (order by sha256(file_name)))
    from (select distinct file_name from document_store)
    union all
    select 4, name, stands from place_name join place_number using (region_code)
)
select name, arg_min(stands, (rank, stands)) from named where length(name) >= 2 group by name
