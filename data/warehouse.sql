-- name: schema_hash
select schema_hash from schema_info

-- name: base_tables
select table_name from duckdb_tables() where not internal and not temporary order by table_name

-- name: amounts_too_large
-- batch_too_large: rows of budget_figure_store that were not carried over.
insert into problem_store
select
    b.report_key, b.document_key,
    coalesce((select max(p.number) from problem_store p where p.report_key = b.report_key), 0)
        + row_number() over (partition by b.report_key order by b.ordinal),
    null, $code, $severity, $message || '：' || coalesce(i.name, b.item) || ' ' || b.printed || b.printed_unit, b.position, b.place
from batch_too_large b
left join budget_item i using (item)
