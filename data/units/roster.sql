-- 应报名单 -> roster_store and the names units go by. Rows arrive as batch_roster and batch_alias.

-- name: codes
select region_code, alias, unit_id
from unit_alias
where kind = '编码' and status = '已确认'
order by unit_id in (select unit_id from roster_store)

-- name: names
select distinct unit_id, region_code, unit from roster_store

-- name: forget_earlier
delete from roster_store
where exists (
    select 1 from batch_roster b
    where b.fiscal_year = roster_store.fiscal_year and b.region_code is not distinct from roster_store.region_code
);

-- name: rows
insert into roster_store
select fiscal_year, unit_id, unit_code, unit, short_names, department, region_code, sector, budget_wan, classified
from batch_roster;

-- name: no_longer_open
delete from unit_alias
where exists (
    select 1 from batch_alias b
    where b.unit_id = unit_alias.unit_id and b.alias_normalised = unit_alias.alias_normalised
      and b.region_code is not distinct from unit_alias.region_code
);

-- name: aliases
insert into unit_alias
select unit_id, alias, alias_normalised, region_code, kind, '已确认', null from batch_alias;

-- name: departments
update unit_store set department = newest.department
from (
    select i.unit_id, arg_max(o.department, o.fiscal_year) as department
    from unit_identity i
    join roster_store o on o.unit_id = i.roster_unit_id
    where o.department is not null
    group by i.unit_id
) newest
where newest.unit_id = unit_store.unit_id and unit_store.department is distinct from newest.department;

-- name: forget_candidates
delete from unit_alias where status = '待确认';

-- name: unmatched
select unit_id, unit, region_code, list(fiscal_year order by fiscal_year) as years
from unit_unmatched
group by unit_id, unit, region_code
order by unit_id

-- name: open
select distinct o.fiscal_year, o.region_code, o.unit_id, o.unit
from roster_store o
where not exists (
    select 1
    from report_store r
    join unit_store u using (unit_key)
    join unit_identity i using (unit_id)
    where r.is_current and r.fiscal_year = o.fiscal_year and i.roster_unit_id = o.unit_id
)
order by o.unit_id

-- name: same_code
select distinct u.unit_id, o.unit_id as roster_unit_id
from unit_alias u
join unit_alias o using (alias_normalised, region_code)
join roster_store r on r.unit_id = o.unit_id
where u.kind = '编码' and o.kind = '编码' and u.unit_id <> o.unit_id

-- name: ruled_out
select unit_id, alias_normalised, region_code from unit_alias where status = '已排除'

-- name: candidates
insert into unit_alias
select unit_id, alias, alias_normalised, region_code, '曾用名', '待确认', likeness from batch_alias;

-- name: finance_wanted
-- What the finance side says of a unit and year, beside the report of that unit and year.
create or replace temp table finance_wanted as
select
    r.report_key, f.ordinal::integer as ordinal, f.item, f.amount, f.amount_yuan, f.printed, f.printed_unit, '财政数据' as source,
    f.document_key, f.position, f.place
from finance_figure_store f
left join unit_identity fi on fi.unit_id = f.unit_id
join unit_identity ri on ri.roster_unit_id = coalesce(fi.roster_unit_id, f.unit_id)
join unit_store u on u.unit_id = ri.unit_id
join report_store r
    on r.unit_key = u.unit_key and r.fiscal_year = f.fiscal_year and r.form = f.form and r.subject = f.subject
where r.is_current;

-- name: finance_changed
-- The reports whose finance figures are not those that stand: the rows of others are neither removed nor written again.
create or replace temp table finance_changed as
with wanted as (
    select
        report_key,
        sum(hash(ordinal, item, amount, amount_yuan, printed, printed_unit, document_key, position, place)) as digest
    from finance_wanted
    group by report_key
),
held as (
    select
        report_key,
        sum(hash(ordinal, item, amount, amount_yuan, printed, printed_unit, document_key, position, place)) as digest
    from budget_figure_store
    where source = '财政数据'
    group by report_key
)
select report_key
from wanted w
full join held h using (report_key)
where w.digest is distinct from h.digest;

-- name: forget_finance_figures
delete from budget_figure_store
where source = '财政数据' and report_key in (select report_key from finance_changed);

-- name: finance_figures
insert into budget_figure_store
select * from finance_wanted where report_key in (select report_key from finance_changed);

-- name: finance_done
drop table finance_wanted;
drop table finance_changed;
