-- name: schema_hash
select schema_hash from schema_info

-- name: base_tables
select table_name from duckdb_tables() where not internal and not temporary order by table_name
