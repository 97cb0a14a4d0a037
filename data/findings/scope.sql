-- What is looked at in this run: reports never checked with these checks, thresholds, rules and figures, and their sisters.
-- They are looked at part by part, a part being whole regions of a year, so that memory does not grow with their number.

-- name: forget
drop table if exists due_report;
drop table if exists due_text;
drop table if exists checked_report;
drop table if exists checked_leaf;
drop table if exists stated_by_item;
drop view if exists stated_amount;
drop table if exists checked_amount;
drop table if exists checked_narrative;
drop table if exists rate_claim;

-- name: limit_of
create or replace temp macro limit_of(wanted) as (select value::double from threshold where name = wanted);

-- name: bare
-- Prose without white space and with half-width signs.
create or replace temp macro bare(words) as
    translate(regexp_replace(words, '\s+', '', 'g'), '（）：，；％“”', '():,;%""');

-- name: shown
-- A number as the reader sees it: without trailing zeros.
create or replace temp macro shown(number) as
    case
        when number is null then null
        else regexp_replace(regexp_replace(printf('%.4f', number::double), '(\.\d*?)0+$', '\1'), '\.$', '')
    end;

-- name: ten_thousands
-- Yuan as 万元.
create or replace temp macro ten_thousands(yuan) as shown(yuan::double / 10000) || '万元';

-- name: hundredths
-- A rate of 0 to 1 as a percentage with two decimals.
create or replace temp macro hundredths(rate) as printf('%.2f%%', rate::double * 100);

-- name: due_report
create temp table due_report as
with wanted as (
    select
        r.report_key, r.is_current, r.fiscal_year, r.leaves, u.region_code,
        md5(concat_ws(
            '|', $run, r.status, r.leaf_total, r.stated_total, r.comparable_score,
            (select sum(hash(b.item, b.ordinal, b.amount, b.printed_unit, b.source))
             from budget_figure_store b where b.report_key = r.report_key),
            (select sum(hash(s.scope, s.label, s.source, s.ordinal, s.value))
             from stated_figure_store s where s.report_key = r.report_key),
            (select sum(hash(a.kind, a.label, a.ordinal, a.score, a.cap))
             from adjustment_store a where a.report_key = r.report_key),
            (select sum(hash(n.section, n.text)) from narrative_store n where n.report_key = r.report_key)
        )) as run_hash
    from report_store r
    join unit_store u using (unit_key)
),
judged as (
    select w.*, f.report_key is null as is_stale
    from wanted w
    left join finding_run f using (report_key, run_hash)
),
sister as (
    select distinct fiscal_year, region_code from judged where is_stale and is_current
),
due as (
    select * from judged w
    where is_stale
       or (is_current and exists (
            select 1 from sister s
            where s.fiscal_year = w.fiscal_year and s.region_code is not distinct from w.region_code
       ))
),
place as (
    select fiscal_year, region_code, sum(sum(leaves)) over (order by fiscal_year, region_code) // $most as part
    from due
    group by fiscal_year, region_code
)
select d.report_key, d.run_hash, d.is_stale, p.part
from due d
join place p on p.fiscal_year = d.fiscal_year and p.region_code is not distinct from d.region_code;

-- name: due_text
-- The texts that units of one year might share, each as its digest.
create temp table due_text as
select n.report_key, n.section, n.ordinal, md5(bare(n.text)) as same, length(bare(n.text)) as length
from narrative_store n
join report_store r using (report_key)
semi join due_report d using (report_key)
where r.is_current and n.state = 'text' and n.section in ('主要绩效', '存在问题');

-- name: parts
select distinct part from due_report order by part

-- name: part_report
-- A report is certain if its reading is not in doubt: accepted, or read from a table whose cells cover their rows.
create or replace temp table checked_report as
select
    r.report_key, r.report_id, d.run_hash, r.is_current, r.fiscal_year, r.form, r.template_key, r.stated_total,
    r.leaf_total, r.weight_total, r.document_key, r.position, u.unit_key, u.unit, u.region_code, d.is_stale,
    r.status = 'accepted' or coalesce((
        select bool_and(l.hierarchy_method = 'span')
        from leaf_fact f join label_dim l using (label_key)
        where f.report_key = r.report_key
    ), false) as certain
from due_report d
join report_store r using (report_key)
join unit_store u using (unit_key)
where d.part = $part;

-- name: part_leaf
-- Leaves of these reports whose own row was read without an error.
create or replace temp table checked_leaf as
select
    r.report_id, r.form, r.certain, r.is_stale, f.report_key, f.ordinal, i.level1, i.level2, i.level3, i.dimension,
    i.canonical_leaf, coalesce(i.canonical_leaf, i.level3) as name, f.weight, f.score,
    coalesce(f.score, f.score_inferred) as counted, f.score_inferred is not null as inferred, v.value_text, v.value,
    v.value_unit, v.target_text, v.target, v.direction as sign, v.deviation_reason, k.rule_text, k.definition_text,
    k.rule_text is not null or regexp_matches(coalesce(v.value_text, '') || coalesce(v.target_text, ''), '\d') as supported,
    f.applicability, c.low as recomputed_low, c.high as recomputed_high, c.status as recomputed_status,
    rule_gap(f.score, c.low, c.high, c.points) as gap, c.points as admissible, c.working as rule_working,
    p.notes as rule_notes, p.top_points, p.subject as rule_subject, f.document_key, f.position, f.place,
    concat_ws('/', i.level1, i.level2, i.level3) as path
from leaf_fact f
join checked_report r using (report_key)
join indicator_dim i using (indicator_key)
join value_dim v using (value_key)
join rule_dim k using (rule_key)
left join rule_case c using (case_key)
left join rule_parsed p on p.rule_key = c.rule_key
where not exists (
    select 1 from problem_store p
    where p.report_key = f.report_key and p.ordinal = f.ordinal and p.severity = 'error'
      and p.code not in ('SCORE_ABOVE_WEIGHT', 'SCORE_NEGATIVE')
);

-- name: part_amount
-- One value an item and source: the most precise printing, where all printings agree within what they round to.
create or replace temp table checked_amount as
with printed as (
    select
        b.*, coalesce(b.amount_yuan, b.amount)::decimal(24, 6) as figure,
        case b.printed_unit
            when '元' then 1 when '千元' then 1000 when '万元' then 10000 when '百万元' then 1000000
            when '亿元' then 100000000 else 1
        end / pow(10, length(split_part(replace(b.printed, ',', ''), '.', 2))) as step
    from budget_figure_store b
    join checked_report r using (report_key)
    where r.is_stale
),
spread as (
    select report_key, item, source, max(figure) - min(figure) as spread, max(step) as coarsest
    from printed group by report_key, item, source
)
select
    p.report_key, p.item, p.source, n.name, p.figure, p.step, p.amount_yuan is null as persons, p.printed, p.printed_unit,
    p.document_key, p.position, p.place, s.spread > s.coarsest as conflicting
from printed p
join spread s using (report_key, item, source)
left join budget_item n using (item)
qualify row_number() over (partition by p.report_key, p.item, p.source order by p.step, p.ordinal) = 1;

-- name: part_stated
-- What a report states of itself, one value an item, where its printings agree.
create or replace temp view stated_amount as
select * from checked_amount where source = '自评报告' and not conflicting;

-- name: part_by_item
-- The same, a row a report: item -> what is stated of it, and where.
create or replace temp table stated_by_item as
select
    report_key,
    map_from_entries(list({
        'item': item,
        'value': {'figure': figure, 'step': step, 'document_key': document_key, 'position': position, 'place': place}
    })) as stated
from stated_amount
group by report_key;

-- name: part_narrative
create or replace temp table checked_narrative as
select n.*, bare(n.text) as words
from narrative_store n
join checked_report r using (report_key)
where r.is_stale and n.state = 'text';

-- name: part_claim
-- Rates the report states of itself, in prose outside goals and suggestions, or as the value of a leaf.
create or replace temp table rate_claim as
with said as (
    select
        n.report_key, n.document_key, n.position, n.place,
        unnest(regexp_extract_all(
            n.words,
            '[^,。;:()]*(?:预算执行率|预算完成率|结转结余率|结余结转率|在职人员控制率)[^,。;:()0-9]{0,6}\d+(?:\.\d+)?%[^,。;:()]{0,6}'
        )) as words,
        r.fiscal_year
    from checked_narrative n
    join checked_report r using (report_key)
    where n.section not in ('部门概况', '有关建议')
),
taken as (
    select
        *,
        regexp_extract(
            words,
            '^(.*?)(预算执行率|预算完成率|结转结余率|结余结转率|在职人员控制率)([^0-9]*)(\d+(?:\.\d+)?)%(.*)$',
            ['before', 'rate', 'sign', 'percent', 'after']
        ) as part
    from said
),
prose as (
    select
        report_key, null::smallint as ordinal, document_key, position, place, words,
        case when part.rate in ('预算执行率', '预算完成率') then '预算执行率'
             when part.rate = '结余结转率' then '结转结余率' else part.rate end as rate,
        part.percent,
        case
            when regexp_matches(part.sign, '小于|低于|不足|未达|不到|未超|<') then '<'
            when regexp_matches(part.sign, '大于|高于|超过|>') or part.after[1:2] = '以上' then '>'
            when part.after[1:2] = '以下' then '<'
            when regexp_matches(part.sign, '^(为|是|达|达到|约|约为|=|:|仅|仅为)?$') then '='
        end as sign,
        false as mean
    from taken
    where not regexp_matches(
            part.before,
            '项目|基本|专项|采购|上年|去年|同期|季|月|半年|一般公共|三公|基金|目标|要求|应|力争|确保|计划|若|如|评分|未列|\d+个|各'
        )
      and not regexp_matches(part.after, '得|扣|满分|的')
      and coalesce(try_cast(regexp_extract(part.before, '(20\d\d)', 1) as integer), fiscal_year) = fiscal_year
),
leaf as (
    select
        report_key, ordinal, document_key, position, place, level3 || ' ' || value_text as words,
        case when regexp_matches(level3, '预算(执行|完成)率$') then '预算执行率'
             when regexp_matches(level3, '(结转结余|结余结转)率$') then '结转结余率' else '在职人员控制率' end as rate,
        value::varchar as percent, '=' as sign,
        regexp_matches(coalesce(rule_text, '') || coalesce(definition_text, ''), '50%|1/2|平均|均值|视同') as mean
    from checked_leaf
    where is_stale and value_unit = '%' and value is not null
      and regexp_matches(level3, '^(部门|整体|部门整体|年度|本年)?(预算(执行|完成)率|结转结余率|结余结转率|在职人员控制率)$')
)
select *, percent::double / 100 as claimed, pow(10, -2 - coalesce(length(nullif(split_part(rtrim(percent, '0'), '.', 2), '')), 0)) as step
from (select * from prose union all select * from leaf)
where sign is not null
qualify row_number() over (partition by report_key, ordinal, rate, sign, percent order by position) = 1;
