-- Draws in decisions.sqlite (SQLite).

-- name: add
insert into draw (fiscal_year, version, digest, seed, parameters, frame, list_hash, drawn_by, drawn_at)
values (:fiscal_year, :version, :digest, :seed, :parameters, :frame, :list_hash, :drawn_by, :drawn_at)

-- name: add_unit
insert into drawn (draw_id, place, unit_id, unit, arm, reason, stratum, probability, classified)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: is_there
-- Files made before draws were kept have no such table.
select name from sqlite_master where type = 'table' and name = 'draw'

-- name: of_year
select draw_id, fiscal_year, version, digest, seed, parameters, list_hash, drawn_by, drawn_at
from draw
where fiscal_year = ?
order by draw_id desc

-- name: frame
select frame from draw where draw_id = ?

-- name: units
select unit_id, unit, arm, reason, stratum, probability, classified from drawn where draw_id = ? order by place
