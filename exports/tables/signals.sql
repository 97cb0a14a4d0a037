-- name: signals
select * from signals
