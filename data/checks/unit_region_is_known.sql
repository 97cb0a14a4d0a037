-- Returns units whose region code is not in the table of regions (simulated regions start with 99).
select u.unit_id, u.region_code
from unit_store u
left join region g using (region_code)
where u.region_code is not null and g.region_code is null and u.region_code not like '99%'
