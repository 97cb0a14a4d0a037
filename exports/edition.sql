-- Names that an edition does not print.

-- name: classified
-- Names of units marked 涉密: another unit's sentence may mention them.
with hidden as (
    select unit_id from roster where classified
    union
    select i.unit_id from unit_identity i join roster o on o.unit_id = i.roster_unit_id where o.classified
)
select unit as name from roster semi join hidden using (unit_id)
union
select unit from unit_store semi join hidden using (unit_id)
union
select alias from unit_alias semi join hidden using (unit_id) where status = '已确认' and kind <> '编码'

-- name: low
-- Names of the units with a report below a 可比得分, and the unit they belong to.
with low as (
    select distinct unit_id
    from report_in_view($years, $region_prefixes, $own_level_codes, $departments, $units)
    where comparable_score < $below
)
select unit_id, unit as name from unit_store semi join low using (unit_id)
union
select unit_id, alias from unit_alias semi join low using (unit_id) where status = '已确认' and kind <> '编码'
