-- Names of units that wait for a person.

-- name: decide
update unit_alias set status = $status
where status = '待确认' and unit_id = $unit_id and alias_normalised = $alias
  and region_code is not distinct from $region_code
returning unit_id
