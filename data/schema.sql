-- The data contract: storage tables (…_store, …_dim, …_fact), checks on values, and the public views.
--
-- Storage is a star: leaf-level rows carry integer keys and are clustered by year, region and unit. There is no PRIMARY
-- or FOREIGN KEY on leaf-level tables (at 20 million rows a key cost 30 times the space); uniqueness and references are
-- the queries in data/checks/, which must return nothing before a version is published.
-- The views are the public names. They show current submissions; the rows of older submissions stay in storage.
-- Points are decimals, money is yuan, rates are 0 to 1, null means "not printed or not readable".

create table schema_info (
    schema_hash varchar not null
);

create table region (
    region_code varchar primary key check (length(region_code) = 6),
    name varchar not null,
    full_name varchar not null,
    level varchar not null
);

create table unit_store (
    unit_key integer primary key,
    unit_id varchar not null unique,
    unit varchar not null,
    unit_normalised varchar not null,
    region_code varchar,
    department varchar
);

create table unit_alias (
    unit_id varchar not null,
    alias varchar not null,
    alias_normalised varchar not null,
    region_code varchar,
    kind varchar not null check (kind in ('全称', '简称', '编码', '曾用名')),
    status varchar not null check (status in ('已确认', '待确认', '已排除')),
    likeness decimal(5, 2) check (likeness between 0 and 100)
);

create table roster_store (
    fiscal_year smallint not null check (fiscal_year between 1949 and 2199),
    unit_id varchar not null,
    unit_code varchar,
    unit varchar not null,
    short_names varchar,
    department varchar,
    region_code varchar,
    sector varchar,
    budget_wan decimal(18, 6),
    classified boolean not null default false
);

create table document_store (
    document_key integer primary key,
    document_id varchar not null check (length(document_id) = 64),
    file_name varchar not null,
    size_bytes bigint not null check (size_bytes >= 0),
    received_at timestamp not null,
    outcome varchar not null check (outcome in ('accepted', 'review', 'refused')),
    reason_code varchar,
    reason varchar,
    check (outcome <> 'refused' or reason_code is not null)
);

create table waiting_store (
    document_key integer not null,
    unit varchar not null,
    region_code varchar,
    fiscal_year smallint not null,
    form varchar not null,
    subject varchar not null
);

create table template_store (
    template_key integer primary key,
    form varchar not null,
    region_code varchar,
    template varchar not null,
    name varchar
);

create table report_store (
    report_key integer primary key,
    report_id varchar not null,
    submission smallint not null check (submission >= 1),
    is_current boolean not null,
    unit_key integer not null,
    fiscal_year smallint not null check (fiscal_year between 1949 and 2199),
    year_basis varchar not null check (year_basis in ('title', 'prose', 'inherited', 'given')),
    form varchar not null check (form in ('部门整体', '项目')),
    subject varchar not null default '',
    template_key integer not null,
    document_key integer not null,
    position varchar not null,
    stated_total decimal(12, 6),
    leaf_total decimal(12, 6),
    leaf_total_printed decimal(12, 6) not null,
    weight_total decimal(12, 6),
    comparable_score decimal(12, 6),
    grade varchar,
    status varchar not null check (status in ('accepted', 'review')),
    leaves smallint not null check (leaves >= 0),
    entered_by varchar,
    entered_at date,
    accepted_by varchar,
    accepted_reason varchar,
    unique (report_id, submission)
);

create table report_document_store (
    report_key integer not null,
    document_key integer not null,
    role varchar not null
);

create table indicator_dim (
    indicator_key integer primary key,
    level1 varchar not null,
    level2 varchar not null,
    level3 varchar not null,
    dimension varchar,
    canonical_leaf varchar
);

create table label_dim (
    label_key integer primary key,
    level1_raw varchar not null,
    level2_raw varchar not null,
    hierarchy_method varchar not null
);

create table value_dim (
    value_key integer primary key,
    value_text varchar,
    value decimal(24, 6),
    value_unit varchar,
    target_text varchar,
    target decimal(24, 6),
    direction varchar,
    deviation_reason varchar
);

create table rule_dim (
    rule_key integer primary key,
    rule_text varchar,
    definition_text varchar
);

-- What data/rules/ reads in a rule; form is null for no text and for a text it does not read (why says what stopped it).

create table rule_parsed (
    rule_key integer primary key,
    form varchar,
    why varchar,
    unit varchar,
    needs_target boolean,
    pieces smallint not null,
    graded boolean not null,
    choices_points double[] not null,
    choices_shares double[] not null,
    sums double[] not null,
    every_points double,
    every_share double,
    every_from varchar check (every_from in ('full', 'zero')),
    every_most double,
    top_points double,
    subject varchar,
    notes varchar[] not null,
    note varchar
);

-- A condition and what it gives. Scores are points + share × weight, and the like for what is multiplied by the value (x),
-- by value/target (ratio), by target/value (inverse); a deduction takes per_… for every step away from the reference.

create table rule_piece (
    rule_key integer not null,
    number smallint not null,
    words varchar not null,
    template varchar not null,
    low double,
    low_rank tinyint not null,
    high double,
    high_rank tinyint not null,
    of_target boolean not null,
    grades varchar not null,
    otherwise boolean not null,
    sense varchar not null check (sense in ('', 'up', 'down', 'equal')),
    points double not null,
    share double not null,
    x_points double not null,
    x_share double not null,
    ratio_points double not null,
    ratio_share double not null,
    inverse_points double not null,
    inverse_share double not null,
    band boolean not null,
    high_points double not null,
    high_share double not null,
    step double check (step > 0),
    per_points double not null,
    per_share double not null,
    reference double,
    from_target boolean not null,
    step_percent boolean not null,
    rounding varchar not null check (rounding in ('down', 'up', 'exact', 'open'))
);

-- One rule, value and weight, and what comes of them: measured once, however many leaves print it. rule_key is null where
-- a leaf has no rule; it is the report's scale of tiers where that measures a leaf without one.

create table rule_case (
    case_key integer not null,
    rule_key integer,
    value_key integer not null,
    weight decimal(12, 6),
    applicability varchar not null,
    status varchar not null,
    low decimal(12, 6),
    high decimal(12, 6),
    points decimal(12, 6)[],
    working varchar,
    check (low is null or low <= high)
);

create table leaf_fact (
    report_key integer not null,
    ordinal smallint not null check (ordinal >= 1),
    indicator_key integer not null,
    label_key integer not null,
    value_key integer not null,
    rule_key integer not null,
    weight decimal(12, 6) check (weight >= 0),
    score decimal(12, 6),
    score_inferred decimal(12, 6),
    applicability varchar not null check (applicability in ('yes', 'na', 'unknown')),
    case_key integer,
    document_key integer not null,
    position varchar not null,
    place varchar not null,
    check (score is null or score_inferred is null)
);

create table adjustment_store (
    report_key integer not null,
    ordinal integer not null,
    kind varchar not null check (kind in ('加分', '减分', '预算执行')),
    label varchar not null,
    score decimal(12, 6),
    cap decimal(12, 6),
    rule_text varchar,
    document_key integer not null,
    position varchar not null,
    place varchar not null
);

create table stated_figure_store (
    report_key integer not null,
    ordinal integer not null,
    scope varchar not null check (scope in ('total', 'level1', 'level2', 'adjustment', 'weight_total')),
    label varchar not null,
    source varchar not null check (source in ('表', '文')),
    value decimal(12, 6) not null,
    out_of decimal(12, 6),
    document_key integer not null,
    position varchar not null,
    place varchar not null
);

create table budget_item (
    item varchar primary key,
    name varchar not null,
    parent varchar
);

create table budget_figure_store (
    report_key integer not null,
    ordinal integer not null,
    item varchar not null,
    amount decimal(24, 6) not null,
    amount_yuan decimal(18, 2) check (abs(amount_yuan) <= 1000000000000000),
    printed varchar not null,
    printed_unit varchar not null,
    source varchar not null check (source in ('自评报告', '财政数据')),
    document_key integer not null,
    position varchar not null,
    place varchar not null
);

create table finance_figure_store (
    unit_id varchar not null,
    unit varchar not null,
    region_code varchar,
    fiscal_year smallint not null check (fiscal_year between 1949 and 2199),
    form varchar not null check (form in ('部门整体', '项目')),
    subject varchar not null default '',
    ordinal smallint not null,
    item varchar not null,
    amount decimal(24, 6) not null,
    amount_yuan decimal(18, 2) check (abs(amount_yuan) <= 1000000000000000),
    printed varchar not null,
    printed_unit varchar not null,
    document_key integer not null,
    position varchar not null,
    place varchar not null
);

create table narrative_store (
    report_key integer not null,
    ordinal integer not null,
    section varchar not null,
    heading varchar not null,
    text varchar not null,
    state varchar not null check (state in ('text', 'none', 'unreadable')),
    document_key integer not null,
    position varchar not null,
    place varchar not null
);

create table problem_store (
    report_key integer not null,
    document_key integer not null,
    number integer not null,
    ordinal smallint,
    code varchar not null,
    severity varchar not null check (severity in ('info', 'warning', 'error')),
    message varchar not null,
    position varchar,
    place varchar
);

create table finding_store (
    finding_id varchar not null,
    report_key integer not null,
    ordinal smallint,
    check_id varchar not null,
    direction varchar not null check (direction in ('偏高', '偏低', '中性')),
    points decimal(12, 6),
    message varchar not null,
    working varchar not null,
    document_key integer,
    position varchar,
    place varchar,
    reading varchar,
    against varchar,
    against_place varchar,
    check (points is null or points >= 0),
    check (points is null or direction <> '中性')
);

create table finding_run (
    report_key integer not null,
    run_hash varchar not null
);

create table check_catalogue (
    check_id varchar primary key,
    name varchar not null,
    explanation varchar not null,
    severity varchar not null check (severity in ('重点', '一般', '提示')),
    when_empty varchar not null
);

create table checked_identity_store (
    report_key integer not null,
    kind varchar not null,
    subject varchar not null,
    status varchar not null check (status in ('相符', '不符', '未能核对')),
    stated decimal(24, 6),
    computed decimal(24, 6),
    unit varchar not null check (unit in ('分', '元', '人', '%')),
    working varchar not null,
    reading varchar not null,
    against varchar not null,
    against_place varchar,
    document_key integer,
    position varchar,
    place varchar
);

create table budget_rate_store (
    report_key integer not null,
    rate varchar not null,
    basis varchar not null,
    numerator decimal(24, 6) not null,
    denominator decimal(24, 6) not null check (denominator > 0),
    unit varchar not null check (unit in ('元', '人')),
    value decimal(18, 6) not null,
    working varchar not null
);

create table review_score_store (
    report_id varchar not null,
    ordinal smallint not null check (ordinal >= 0),
    value varchar,
    score decimal(12, 6),
    reason varchar
);

create table threshold (
    name varchar primary key,
    value decimal(18, 6) not null,
    source varchar not null
);

create table score_band (
    kind varchar not null check (kind in ('分数段', '等级')),
    place smallint not null,
    item varchar not null,
    lowest double not null,
    below double not null
);

-- Prepared for the pages (data/prepare.sql): plain sums over the rows above, for current submissions, clustered by year and
-- region. region_key is the region code as a number, 0 where the region is unknown; department_key the lowest unit_key
-- under the same 主管部门, 0 where that is unknown.

create table prepared_scope (
    fiscal_year smallint not null,
    region_key integer not null,
    fingerprint ubigint not null
);

create table report_prepared (
    report_key integer not null,
    unit_key integer not null,
    fiscal_year smallint not null,
    region_key integer not null,
    department_key integer not null,
    template_key integer not null,
    form varchar not null,
    accepted boolean not null,
    first_of_unit boolean not null,
    comparable_score decimal(12, 6),
    inferred integer not null,
    findings integer not null,
    doubts integer not null,
    initial_budget decimal(18, 2),
    adjusted_budget decimal(18, 2),
    approved_budget decimal(18, 2),
    carried_in decimal(18, 2),
    expenditure decimal(18, 2),
    basic_expenditure decimal(18, 2),
    project_expenditure decimal(18, 2),
    adjusted_basic_budget decimal(18, 2),
    adjusted_project_budget decimal(18, 2),
    carried_out decimal(18, 2),
    staff_establishment decimal(24, 6),
    staff_on_post decimal(24, 6),
    source varchar,
    own_expenditure decimal(18, 2),
    own_adjusted_budget decimal(18, 2),
    stated_rate decimal(18, 6),
    three_public_rate decimal(18, 6),
    gross_adjustment_rate decimal(18, 6)
);

-- What 总览 sums of the accepted reports of a year and region (macro year_sums), and the reports in review. Money is that of
-- 部门整体.

create table year_prepared (
    fiscal_year smallint not null,
    region_key integer not null,
    reports integer not null,
    units integer not null,
    scored integer not null,
    score decimal(24, 6),
    lowest decimal(12, 6),
    highest decimal(12, 6),
    excellent integer not null,
    whole_reports integer not null,
    with_amounts integer not null,
    expenditure decimal(24, 2),
    adjusted_budget decimal(24, 2),
    findings bigint not null,
    finding_units integer not null,
    finding_budget decimal(24, 2),
    finding_budget_units integer not null,
    doubts bigint not null,
    in_review integer not null
);

-- Units: those of one follow_key (the lowest unit_key among them) are one under confirmed names, as unit_identity has it;
-- the years they have reports of, accepted or not, and their history (null: no reports).

create table unit_prepared (
    unit_key integer not null,
    follow_key integer not null,
    region_key integer not null,
    department_key integer not null,
    years bit,
    history_key integer
);

-- In which years a unit has accepted reports, in which the 应报名单 has it under a confirmed name, and those of each form of its
-- 部门整体 (templates that read alike are one): units that are alike in this share a row, by the lowest unit_key among them.

create table history_prepared (
    history_key integer not null,
    accepted bit,
    listed bit,
    forms bit[] not null
);

-- The 应报名单 without 涉密 units, and whether a report of 部门整体 has arrived from each.

create table due_prepared (
    fiscal_year smallint not null,
    unit_id varchar not null,
    region_code varchar,
    department varchar,
    arrived boolean not null
);

-- The units that have accepted reports of a year, by their 条线 in the 应报名单 of that year (null: not known).

create table sector_prepared (
    fiscal_year smallint not null,
    sector varchar,
    region_key integer not null,
    unit_key integer not null
);

-- The accepted reports' score rates over their scored leaves: one row a report and dimension, and one for 全部.

create table rate_prepared (
    dimension varchar not null,
    fiscal_year smallint not null,
    region_key integer not null,
    unit_key integer not null,
    department_key integer not null,
    template_key integer not null,
    report_key integer not null,
    weight decimal(12, 6) not null,
    score decimal(12, 6) not null,
    rate double not null
);

-- How the rates of a group of reports spread (macro summarised): of a region in a year and over all years (fiscal_year 0), of a
-- department over all years, and of a province (kind scope, key the first two digits) and everything (key 0) in a year and
-- over all years.

create table rate_summary (
    kind varchar not null check (kind in ('region', 'department', 'scope')),
    fiscal_year smallint not null,
    dimension varchar not null,
    key integer not null,
    reports integer not null,
    units integer not null,
    weight decimal(18, 6) not null,
    score decimal(18, 6) not null,
    mean_rate double not null,
    q1_rate double not null,
    middle_rate double not null,
    q3_rate double not null,
    lowest_rate double not null,
    highest_rate double not null,
    low_rate double not null,
    high_rate double not null,
    outliers integer not null,
    full_reports integer not null
);

-- How rates of execution on a basis (macro executed_on_each) spread over the reports of a year: of all regions (key 0) and of a
-- province. tenths are the quantiles of 10, 50 and 90 %, exact.

create table execution_summary (
    basis varchar not null,
    key tinyint not null,
    fiscal_year smallint not null,
    reports integer not null,
    rated integer not null,
    stated_only integer not null,
    numerator decimal(24, 2),
    denominator decimal(24, 2),
    mean_rate double,
    tenths double[]
);

-- The reports of a province's units that have a rate on a basis in the same years, of each of these years, summed. What the
-- units with a rate in some years have in common is in the rows that hold all of them.

create table execution_span (
    basis varchar not null,
    province tinyint not null,
    years bit not null,
    fiscal_year smallint not null,
    reports integer not null,
    numerator decimal(24, 2),
    denominator decimal(24, 2),
    rates double not null
);

-- How many reports of all regions have a score rate, exactly.

create table rate_count (
    fiscal_year smallint not null,
    dimension varchar not null,
    rate double not null,
    reports integer not null
);

-- How many units of a region have rates of a dimension in the same years.

create table rate_span (
    region_key integer not null,
    dimension varchar not null,
    years bit not null,
    units integer not null
);

-- The leaves of accepted reports under each printed label.

create table label_prepared (
    fiscal_year smallint not null,
    region_key integer not null,
    template_key integer not null,
    dimension varchar not null,
    level1 varchar not null,
    level2 varchar not null,
    reports integer not null,
    leaves integer not null,
    unscored integer not null,
    inferred integer not null,
    weight decimal(18, 6),
    weight_scored decimal(18, 6),
    score decimal(18, 6),
    first_ordinal smallint not null
);

-- How many units have leaves in the same years: over all labels, under a dimension, under a level2 of a dimension.

create table unit_span (
    region_key integer not null,
    dimension varchar,
    level2 varchar,
    years bit not null,
    units integer not null
);

-- The leaves of accepted reports, clustered by indicator first (then year and region): a name is read without the others.

create table leaf_prepared (
    indicator_key integer not null,
    fiscal_year smallint not null,
    region_key integer not null,
    unit_key integer not null,
    report_key integer not null,
    ordinal smallint not null,
    weight decimal(12, 6),
    counted decimal(12, 6),
    inferred boolean not null,
    value_key integer not null,
    document_key integer not null,
    position varchar not null,
    place varchar not null
);

-- The leaves of accepted reports under each indicator, by province (the first two digits of a region_key).

create table name_prepared (
    fiscal_year smallint not null,
    province tinyint not null,
    indicator_key integer not null,
    leaves integer not null,
    unscored integer not null,
    inferred integer not null,
    weight decimal(18, 6),
    weight_scored decimal(18, 6),
    score decimal(18, 6),
    first_ordinal smallint not null
);

-- How many units of a province have a name in the same years; name_key is the lowest indicator_key of that dimension,
-- level2 and level3.

create table name_span (
    province tinyint not null,
    name_key integer not null,
    years bit not null,
    units integer not null
);

-- Scored leaves of accepted reports with a weight, and how many are full. Names a form has in too few reports stay out, and
-- those that no region has full nearly everywhere: then no regions together have.

create table full_prepared (
    fiscal_year smallint not null,
    region_key integer not null,
    template_key integer not null,
    dimension varchar not null,
    level1 varchar not null,
    level2 varchar not null,
    level3 varchar not null,
    leaves integer not null,
    full_leaves integer not null,
    weight decimal(18, 6) not null
);

-- The years and provinces whose pairs are made, with what tells them from other reports of that year and the year before.

create table paired_scope (
    fiscal_year smallint not null,
    province tinyint not null,
    fingerprint ubigint not null
);

-- A report beside that of the year before, over their common leaves (data/pairs.sql): by dimension, and 全部.

create table report_pair (
    fiscal_year smallint not null,
    region_key integer not null,
    unit_key integer not null,
    report_key integer not null,
    before_key integer not null,
    dimension varchar not null,
    leaves smallint not null,
    weight decimal(12, 6) not null,
    score decimal(12, 6) not null,
    weight_before decimal(12, 6) not null,
    score_before decimal(12, 6) not null
);

-- The leaves of these pairs under the labels of the later year, by province: a dimension (level2 null), a level2 (name_key
-- null), a name. Sums are over the common leaves; entered and gone stand in one of the two reports, their first names beside.

create table step_prepared (
    fiscal_year smallint not null,
    province tinyint not null,
    dimension varchar not null,
    level2 varchar,
    name_key integer,
    units integer not null,
    leaves integer not null,
    weight decimal(18, 6),
    score decimal(18, 6),
    weight_before decimal(18, 6),
    score_before decimal(18, 6),
    entered integer not null,
    gone integer not null,
    entered_names varchar[],
    gone_names varchar[]
);

-- The public names.

create view roster as
select fiscal_year, unit_id, unit_code, unit, short_names, department, region_code, sector, budget_wan, classified
from roster_store;

create view document as
select document_id, file_name, received_at, outcome, reason_code, reason, size_bytes
from document_store
qualify row_number() over (partition by document_id order by document_key desc) = 1;

create view report as
select
    r.report_id, u.unit_id, u.region_code, g.full_name as region, u.department, u.unit, r.fiscal_year, r.year_basis,
    r.form, r.subject, t.template, r.submission, r.stated_total, r.leaf_total, r.comparable_score, r.grade, r.status,
    r.leaf_total_printed, r.weight_total, r.leaves, coalesce(t.name, t.template) as template_name, r.template_key,
    r.report_key, substr(d.document_id, 1, 8) || '#' || r.position as locator,
    case when r.entered_by is null then '自动读取' else '人工补录' end as source, r.entered_by, r.entered_at,
    r.accepted_by, r.accepted_reason
from report_store r
join unit_store u using (unit_key)
join template_store t using (template_key)
join document_store d using (document_key)
left join region g on g.region_code = u.region_code
where r.is_current;

create view report_document as
select r.report_id, r.submission, d.document_id, x.role
from report_document_store x
join report_store r using (report_key)
join document_store d on d.document_key = x.document_key;

create view leaf_score as
select
    r.report_id, f.ordinal, i.level1, i.level2, i.level3, l.level1_raw, l.level2_raw, l.hierarchy_method, i.dimension,
    i.canonical_leaf, f.weight, f.score, f.score_inferred, v.value_text, v.value, v.value_unit, v.target_text, v.target,
    v.direction, v.deviation_reason, f.applicability, k.rule_text, c.low as recomputed_low,
    c.high as recomputed_high, c.status as recomputed_status, substr(d.document_id, 1, 8) || '#' || f.position as locator,
    d.file_name || ' ' || f.place as place,
    k.definition_text, r.fiscal_year, u.region_code, u.unit_id, u.unit, r.form, r.submission, r.status, d.document_id,
    r.report_key, r.template_key, p.form as rule_form, p.note as rule_note,
    rule_gap(f.score, c.low, c.high, c.points) as rule_gap, c.points as recomputed_points, c.working, c.rule_key as scored_by
from leaf_fact f
join report_store r using (report_key)
join unit_store u using (unit_key)
join indicator_dim i using (indicator_key)
join label_dim l using (label_key)
join value_dim v using (value_key)
join rule_dim k using (rule_key)
join document_store d on d.document_key = f.document_key
left join rule_case c using (case_key)
left join rule_parsed p on p.rule_key = c.rule_key
where r.is_current;

-- What is odd about the rule of a leaf, or keeps it from being measured. A rule is copied if it scores a measure that is
-- another leaf of the report, or repeats the text of a leaf that it fits while this one's value does not fit it.

create view rule_doubt as
with leaf as (
    select l.*, p.subject, p.notes, p.top_points, p.sums
    from leaf_score l
    left join rule_parsed p on p.rule_key = l.scored_by
),
named_elsewhere as (
    select a.report_key, a.ordinal, min(b.level3) as other
    from leaf a
    join leaf b
        on b.report_key = a.report_key and b.ordinal <> a.ordinal and a.subject <> ''
        and replace(b.level3, ' ', '') = a.subject and replace(a.level3, ' ', '') <> a.subject
    group by all
),
repeated as (
    select a.report_key, a.ordinal, min(b.level3) as other
    from leaf a
    join leaf b
        on b.report_key = a.report_key and b.ordinal <> a.ordinal and b.rule_text = a.rule_text
        and coalesce(b.recomputed_status, '') <> 'value_unfit'
    where a.recomputed_status = 'value_unfit'
    group by all
),
found as (
    select report_key, ordinal, 'RULE_INTERVAL' as code, rule_note as detail from leaf where list_contains(notes, 'INTERVAL_REVERSED')
    union all
    select report_key, ordinal, 'RULE_COPIED', '与“' || other || '”的规则相同' from named_elsewhere
    union all
    select report_key, ordinal, 'RULE_COPIED', '与“' || other || '”的规则相同' from repeated
    union all
    select report_key, ordinal, 'RULE_SUBJECT', '规则计算的是“' || subject || '”' from leaf where list_contains(notes, 'SUBJECT_DIFFERS')
    union all
    select report_key, ordinal, 'RULE_POINTS', '规则最高 ' || rule_plain(top_points) || ' 分，权重 ' || rule_plain(weight) || ' 分'
    from leaf
    where abs(top_points - weight) > 0.005 and (len(sums) = 0 or abs(sums[-1] - weight) > 0.005)
    union all
    select report_key, ordinal, 'RULE_UNREAD', null from leaf where recomputed_status = 'unparsed'
    union all
    select report_key, ordinal, 'VALUE_WITHOUT_UNIT', value_text from leaf where recomputed_status = 'no_unit'
    union all
    select report_key, ordinal, 'VALUE_UNFIT', value_text from leaf where recomputed_status = 'value_unfit'
    union all
    select report_key, ordinal, 'VALUE_ABOVE_1000', value_text from leaf where value_unit = '%' and abs(value) > 1000
    union all
    select report_key, ordinal, 'SCORE_ABOVE_WEIGHT', rule_plain(score) || ' > ' || rule_plain(weight) from leaf where score > weight
)
select l.report_id, f.ordinal, f.code, f.detail, l.level3, l.locator, l.place, f.report_key
from found f
join leaf l using (report_key, ordinal);

create view adjustment as
select
    r.report_id, a.ordinal, a.label, a.score, a.cap, substr(d.document_id, 1, 8) || '#' || a.position as locator,
    a.kind, a.rule_text, d.file_name || ' ' || a.place as place
from adjustment_store a
join report_store r using (report_key)
join document_store d on d.document_key = a.document_key
where r.is_current;

create view stated_figure as
select
    r.report_id, s.scope, s.label, s.source, s.value, substr(d.document_id, 1, 8) || '#' || s.position as locator,
    s.out_of, s.ordinal, d.file_name || ' ' || s.place as place
from stated_figure_store s
join report_store r using (report_key)
join document_store d on d.document_key = s.document_key
where r.is_current;

create view unit_identity as
with known as (
    select u.unit_id, a.unit_id as alias_of
    from unit_store u
    join unit_alias a on a.alias_normalised = u.unit_normalised and a.region_code is not distinct from u.region_code
    where a.status = '已确认' and a.kind <> '编码'
),
resolved as (
    select
        unit_id,
        case
            when bool_or(alias_of = unit_id) then unit_id
            when count(distinct alias_of) = 1 then any_value(alias_of)
        end as roster_unit_id
    from known
    group by unit_id
)
select u.unit_id, coalesce(k.roster_unit_id, u.unit_id) as roster_unit_id
from unit_store u
left join resolved k using (unit_id);

create view unit_unmatched as
select distinct r.fiscal_year, u.region_code, u.unit_id, u.unit
from report_store r
join unit_store u using (unit_key)
join unit_identity i using (unit_id)
semi join roster_store listed
    on listed.fiscal_year = r.fiscal_year and listed.region_code is not distinct from u.region_code
anti join roster_store o on o.fiscal_year = r.fiscal_year and o.unit_id = i.roster_unit_id
where r.is_current;

create view budget_figure as
select
    r.report_id, b.item, b.amount_yuan, b.printed, b.printed_unit, b.source,
    substr(d.document_id, 1, 8) || '#' || b.position as locator, n.name as item_name, b.amount, b.ordinal,
    d.file_name || ' ' || b.place as place
from budget_figure_store b
join report_store r using (report_key)
join document_store d on d.document_key = b.document_key
left join budget_item n on n.item = b.item
where r.is_current;

create view budget_disagreement as
with figure as (
    select
        *,
        abs(amount_yuan / nullif(amount, 0)) * 0.5
            / pow(10, length(regexp_extract(printed, '[.](\d+)', 1))) as half_a_digit
    from budget_figure
    where amount_yuan is not null
)
select
    own.report_id, own.item, own.item_name, own.amount_yuan as own_yuan, finance.amount_yuan as finance_yuan,
    finance.amount_yuan - own.amount_yuan as difference_yuan, own.locator as own_locator,
    finance.locator as finance_locator, own.place as own_place, finance.place as finance_place
from figure own
join figure finance using (report_id, item)
where own.source = '自评报告' and finance.source = '财政数据'
  and abs(finance.amount_yuan - own.amount_yuan)
      > greatest(coalesce(own.half_a_digit, 0), coalesce(finance.half_a_digit, 0), 0.005);

create view report_budget as
select
    report_key, initial_budget, adjusted_budget, approved_budget, carried_in, expenditure, basic_expenditure,
    project_expenditure, adjusted_basic_budget, adjusted_project_budget, carried_out, staff_establishment, staff_on_post,
    source, own_expenditure, own_adjusted_budget, stated_rate, three_public_rate
from report_prepared;

create view narrative as
select
    r.report_id, n.section, n.text, substr(d.document_id, 1, 8) || '#' || n.position as locator, n.heading, n.state,
    n.ordinal, d.file_name || ' ' || n.place as place
from narrative_store n
join report_store r using (report_key)
join document_store d on d.document_key = n.document_key
where r.is_current;

create view problem as
select
    r.report_id, d.document_id, p.ordinal, p.code, p.severity, p.message,
    substr(d.document_id, 1, 8) || '#' || p.position as locator, p.number, d.file_name || ' ' || p.place as place
from problem_store p
join report_store r using (report_key)
join document_store d on d.document_key = p.document_key
where r.is_current;

create view finding as
select
    f.finding_id, r.report_id, f.ordinal, f.check_id, f.direction, f.points, f.message, f.working,
    substr(d.document_id, 1, 8) || '#' || f.position as locator, d.file_name || ' ' || f.place as place,
    k.name as check_name, k.severity, f.reading, f.against, f.against_place,
    d.document_id, r.report_key
from finding_store f
join report_store r using (report_key)
join check_catalogue k using (check_id)
left join document_store d on d.document_key = f.document_key
where r.is_current;

create view checked_identity as
select
    r.report_id, i.kind, i.subject, i.status, i.stated, i.computed, i.unit, i.working, i.reading, i.against,
    i.against_place, substr(d.document_id, 1, 8) || '#' || i.position as locator,
    d.file_name || ' ' || i.place as place, r.report_key
from checked_identity_store i
join report_store r using (report_key)
left join document_store d on d.document_key = i.document_key
where r.is_current;

create view budget_rate as
select r.report_id, b.rate, b.basis, b.numerator, b.denominator, b.unit, b.value, b.working, r.report_key
from budget_rate_store b
join report_store r using (report_key)
where r.is_current;

create view review_score as
select report_id, ordinal, value, score, reason
from review_score_store;

comment on view roster is '应报名单:某年应报送自评价报告的单位';
comment on column roster.budget_wan is '预算规模,万元';
comment on column roster.sector is '条线';
comment on column roster.classified is '涉密单位,任何导出均不含';
comment on view document is '收到的文件，一份一行，最近一次处理的结果';
comment on column document.document_id is '文件内容的 SHA-256';
comment on column document.outcome is '处理结果:accepted 已入库,review 待复核,refused 退回';
comment on column document.reason is '退回或待复核的原因';
comment on view report is '自评价报告(当前报送):一个单位、一个年度、一种表式、一个项目名称';
comment on column report.report_id is '由单位、年度、表式、项目名称算出的固定编号';
comment on column report.unit_id is '单位的固定编号,首次出现时产生';
comment on column report.region_code is '区划代码(GB/T 2260)';
comment on column report.unit is '填报单位,按原文';
comment on column report.department is '主管部门,未知为空';
comment on column report.year_basis is '年度依据:title 标题,prose 正文,inherited 同一文件的其他单位,given 入库人指定';
comment on column report.template is '一级指标及其权重合计';
comment on column report.submission is '第几次报送';
comment on column report.stated_total is '报告所印总计';
comment on column report.leaf_total is '三级指标得分合计,含推定得分;有得分缺失时为空';
comment on column report.leaf_total_printed is '三级指标得分合计,只计所印得分';
comment on column report.weight_total is '三级指标权重合计';
comment on column report.comparable_score is '可比得分:得分合计/权重合计×100,不含加减分';
comment on column report.grade is '所印等级';
comment on column report.status is '状态:accepted 已入库,review 待复核(不参与比较)';
comment on column report.source is '来源:自动读取,或人工补录(由待补录表填报)';
comment on column report.entered_by is '填报人,仅人工补录';
comment on column report.entered_at is '填报日期,仅人工补录';
comment on column report.accepted_by is '确认人:待复核的报告经人工确认后参与比较';
comment on column report.accepted_reason is '确认理由';
comment on view report_document is '报告由哪些文件组成';
comment on column report_document.role is '文件作用:自评表、报告、盖章件、副本、人工补录(待补录表)、原件(补录所依据的文件)等';
comment on view leaf_score is '三级指标得分(当前报送)';
comment on column leaf_score.ordinal is '指标在表中的次序';
comment on column leaf_score.level1 is '一级指标,不含分值和空格';
comment on column leaf_score.level2 is '二级指标,不含分值和空格';
comment on column leaf_score.level3 is '三级指标';
comment on column leaf_score.level1_raw is '本行一级指标单元格原文';
comment on column leaf_score.level2_raw is '本行二级指标单元格原文';
comment on column leaf_score.hierarchy_method is '一级、二级归属的依据';
comment on column leaf_score.dimension is '指标维度,未映射为空';
comment on column leaf_score.canonical_leaf is '规范指标名称,未收录为空';
comment on column leaf_score.weight is '权重(分)';
comment on column leaf_score.score is '自评得分,按原文;未印为空';
comment on column leaf_score.score_inferred is '推定得分,仅在所印得分缺失且可由合计推定时有值';
comment on column leaf_score.value_text is '完成值原文';
comment on column leaf_score.value is '完成值的数值,85% 记作 85';
comment on column leaf_score.value_unit is '完成值的单位';
comment on column leaf_score.target_text is '年度指标值原文';
comment on column leaf_score.applicability is '是否适用:yes 是,na 不适用,unknown 未知';
comment on column leaf_score.rule_text is '评分规则原文';
comment on column leaf_score.recomputed_low is '按评分规则测算得分的下限';
comment on column leaf_score.recomputed_high is '按评分规则测算得分的上限';
comment on column leaf_score.recomputed_status is '测算结果:exact 一个得分,several 几个可得的得分,range 一个区间;其余为未测算的原因';
comment on column leaf_score.rule_form is '评分规则的类型,未能解析为空';
comment on column leaf_score.rule_note is '评分规则文字本身的疑点和未写明之处';
comment on column leaf_score.rule_gap is '差异(分):自评得分与按评分规则测算得分的距离,高为正,低为负,在印数进位以内为 0';
comment on column leaf_score.recomputed_points is '可得的各个得分;只有一个得分或为一个区间时为空';
comment on column leaf_score.working is '测算过程';
comment on column leaf_score.locator is '原文位置:文件编号前八位#行号';
comment on column leaf_score.place is '原文位置:文件名与行';
comment on view rule_doubt is '评分规则和完成值的疑点,含义见 data/rules/rule.py';
comment on column rule_doubt.code is '疑点代码';
comment on view adjustment is '加分、减分行,在 100 分之外';
comment on column adjustment.cap is '加减分上限(分)';
comment on view stated_figure is '报告另行表述的总分、一级和二级指标得分';
comment on column stated_figure.scope is '所指:total 总分,level1 一级指标,level2 二级指标,adjustment 加减分,weight_total 权重合计';
comment on column stated_figure.source is '出处:表、文';
comment on column stated_figure.out_of is '所印满分';
comment on view budget_figure is '报告所述预算金额、资产和人员';
comment on column budget_figure.item is '项目代码,见 budget_item';
comment on column budget_figure.amount_yuan is '金额(元);人数为空';
comment on column budget_figure.amount is '所印单位下的数值';
comment on column budget_figure.printed is '所印数字';
comment on column budget_figure.printed_unit is '所印单位';
comment on view narrative is '报告正文的各节';
comment on column narrative.state is 'text 有内容,none 原文为“无”,unreadable 不可辨读';
comment on view problem is '提取存疑:读取中的修复、推定和疑问(属本系统)';
comment on column problem.ordinal is '涉及的指标次序,不涉及指标为空';
comment on column problem.severity is '程度:info 提示,warning 待核,error 须人工确认';
comment on view finding is '存疑事项:报告自身的疑点';
comment on column finding.check_id is '核对项目,见 check_catalogue';
comment on column finding.direction is '自评得分相对于测算或表述:偏高、偏低、中性';
comment on column finding.points is '与最近的可得分相差的分值,不分方向,中性为空';
comment on column finding.working is '测算过程';
comment on column finding.reading is '所印的读数';
comment on column finding.against is '与之对照的读数';
comment on column finding.against_place is '对照读数的原文位置:未写文件名的与所印读数在同一报告内';
comment on view checked_identity is '勾稽核对:每条勾稽关系及其结果,相符的也在内';
comment on column checked_identity.kind is '类别:总分、指标得分、权重、预算、人员、比率、正文比例、扣分';
comment on column checked_identity.status is '结果:相符、不符、未能核对(所印项目不足以核对)';
comment on column checked_identity.unit is '单位:分、元、人、%';
comment on view budget_rate is '由所印金额和人数算得的比率,分子、分母和口径一并列出';
comment on column budget_rate.value is '比率,85% 记作 0.85';
comment on table check_catalogue is '核对项目目录';
comment on column check_catalogue.when_empty is '没有查出时说明什么';
comment on view review_score is '财政复评得分';
comment on column review_score.ordinal is '指标次序,0 为总分';
comment on table region is '区划(GB/T 2260)';
comment on table unit_alias is '单位的全称、简称、编码、曾用名：已确认的用于对应单位，待确认的由人判断，已排除的不再提出';
comment on column unit_alias.region_code is '使用该名称的区划';
comment on column unit_alias.likeness is '待确认名称与应报名单单位名称的相似程度，0 至 100';
comment on view unit_identity is '填报单位与应报名单单位的对应，按已确认的名称；未对应的为其自身';
comment on view unit_unmatched is '当年该区划有应报名单、而名单中没有的填报单位';
comment on table finance_figure_store is '财政部门提供的预算执行数据，按单位和年度；每次入库后写入对应报告的预算金额';
comment on view budget_disagreement is '自评报告所述金额与财政数据不一致之处（允差为所印最末一位的一半）';
comment on column budget_disagreement.difference_yuan is '财政数据减自评报告，元';
comment on table threshold is '本数据版本所用的阈值及其出处';
comment on table budget_item is '预算项目清单';
comment on table leaf_fact is '三级指标得分的存储表,按年度、区划、单位聚集';

-- What a view looks at: reports that are current (in_scope) and accepted too (in_view), of some years, regions,
-- departments and units (an empty list: all). region_prefixes are codes without their trailing zero pairs, so that a region holds everything below it;
-- own_level_codes are whole codes, for 仅本级.

create macro report_in_scope(years, region_prefixes, own_level_codes, departments, units) as table
select *
from report
where (len(years) = 0 or list_contains(years, fiscal_year))
  and (len(departments) = 0 or list_contains(departments, department))
  and (len(units) = 0 or list_contains(units, unit_id))
  and (
    (len(region_prefixes) = 0 and len(own_level_codes) = 0)
    or list_contains(own_level_codes, region_code)
    or len(list_filter(region_prefixes, lambda prefix: starts_with(region_code, prefix))) > 0
  );

create macro report_in_view(years, region_prefixes, own_level_codes, departments, units) as table
select *
from report_in_scope(years, region_prefixes, own_level_codes, departments, units)
where status = 'accepted';

create macro leaf_in_view(years, region_prefixes, own_level_codes, departments, units) as table
select l.*, coalesce(l.score, l.score_inferred) as counted, coalesce(l.dimension, '未映射') as mapped
from leaf_score l
semi join report_in_view(years, region_prefixes, own_level_codes, departments, units) r using (report_key);

-- The same over the prepared tables, by keys. The years, regions and units that filters name are few: each is found in a
-- small table first, and an empty list costs nothing.

create macro regions_in_view(region_prefixes, own_level_codes) as table
select region_key
from (select distinct region_key from prepared_scope)
where (len(region_prefixes) = 0 and len(own_level_codes) = 0)
   or list_contains(own_level_codes, region_key::varchar)
   or len(list_filter(region_prefixes, lambda prefix: starts_with(region_key::varchar, prefix))) > 0;

create macro units_in_view(departments, units) as table
select unit_key
from unit_store
where (len(departments) > 0 or len(units) > 0)
  and (len(departments) = 0 or list_contains(departments, department))
  and (len(units) = 0 or list_contains(units, unit_id));

create macro reporting_in_view(region_prefixes, own_level_codes, departments, units) as table
select *
from unit_prepared
where history_key is not null
  and region_key in (select region_key from regions_in_view(region_prefixes, own_level_codes))
  and ((len(departments) = 0 and len(units) = 0) or unit_key in (select unit_key from units_in_view(departments, units)));

create macro prepared_in_view(years, region_prefixes, own_level_codes, departments, units) as table
select *
from report_prepared
where accepted
  and (len(years) = 0 or list_contains(years, fiscal_year))
  and region_key in (select region_key from regions_in_view(region_prefixes, own_level_codes))
  and ((len(departments) = 0 and len(units) = 0) or unit_key in (select unit_key from units_in_view(departments, units)));

-- The units that are due, found also by a name under which they report.

create macro due_in_view(years, region_prefixes, own_level_codes, departments, units) as table
select *
from due_prepared
where (len(years) = 0 or list_contains(years, fiscal_year))
  and (len(departments) = 0 or list_contains(departments, department))
  and (
    len(units) = 0
    or list_contains(units, unit_id)
    or unit_id in (
      select i.roster_unit_id from unit_identity i where len(units) > 0 and list_contains(units, i.unit_id)
    )
  )
  and (
    (len(region_prefixes) = 0 and len(own_level_codes) = 0)
    or list_contains(own_level_codes, region_code)
    or len(list_filter(region_prefixes, lambda prefix: starts_with(region_code, prefix))) > 0
  );

create macro sector_in_view(year, region_prefixes, own_level_codes, departments) as table
select sector, unit_key
from sector_prepared
where fiscal_year = year
  and region_key in (select region_key from regions_in_view(region_prefixes, own_level_codes))
  and (len(departments) = 0 or unit_key in (select unit_key from units_in_view(departments, [])));

-- Rates are many: the first and last year skip the others unread, and a view of all regions looks up none.

create macro rate_in_years(years, departments, units) as table
select *
from rate_prepared
where fiscal_year between coalesce(list_min(years), 0) and coalesce(list_max(years), 9999)
  and (len(years) = 0 or list_contains(years, fiscal_year))
  and ((len(departments) = 0 and len(units) = 0) or unit_key in (select unit_key from units_in_view(departments, units)));

create macro reports_of_unit(wanted_unit, wanted_year) as table
select r.report_key, r.report_id
from report_store r
join unit_store u using (unit_key)
where r.is_current and u.unit_id = wanted_unit and r.fiscal_year = wanted_year;

-- Years as bits: those of a list (empty: all), whether a year is among them, and whether one before it or after it is.

create macro year_bits(years) as (
    select bitstring_agg(year, 1949, 2199) from unnest(if(len(years) = 0, range(1949, 2200), years::bigint[])) t(year)
);

create macro in_year(years, year) as coalesce(get_bit(years, (year - 1949)::integer) = 1, false);
create macro before_year(years, year) as coalesce(bit_count(years >> (2200 - year)::integer) > 0, false);
create macro after_year(years, year) as coalesce(bit_count(years << (year - 1948)::integer) > 0, false);

create macro year_sums(source) as table
with viewed as (
    select
        fiscal_year, region_key, unit_key, accepted, first_of_unit, form = '部门整体' as whole, comparable_score, findings,
        doubts, case when form = '部门整体' then expenditure end as expenditure,
        case when form = '部门整体' then adjusted_budget end as adjusted_budget
    from query_table(source)
)
select
    fiscal_year, region_key, count(*) filter (accepted) as reports, count(*) filter (accepted and first_of_unit) as units,
    count(comparable_score) filter (accepted) as scored, sum(comparable_score) filter (accepted) as score,
    min(comparable_score) filter (accepted) as lowest, max(comparable_score) filter (accepted) as highest,
    count(*) filter (
        accepted and comparable_score >= (select lowest from score_band where kind = '等级' and item = '优')
    ) as excellent,
    count(*) filter (accepted and whole) as whole_reports,
    count(*) filter (accepted and expenditure is not null and adjusted_budget > 0) as with_amounts,
    sum(expenditure) filter (accepted and adjusted_budget > 0) as expenditure,
    sum(adjusted_budget) filter (accepted and expenditure is not null and adjusted_budget > 0) as adjusted_budget,
    coalesce(sum(findings) filter (accepted), 0) as findings,
    count(distinct unit_key) filter (accepted and findings > 0) as finding_units,
    sum(adjusted_budget) filter (accepted and findings > 0) as finding_budget,
    count(distinct unit_key) filter (accepted and findings > 0 and adjusted_budget is not null) as finding_budget_units,
    coalesce(sum(doubts) filter (accepted), 0) as doubts, count(*) filter (not accepted) as in_review
from viewed
group by fiscal_year, region_key;

create macro rate_in_view(years, region_prefixes, own_level_codes, departments, units) as table
select *
from rate_in_years(years, departments, units)
where len(region_prefixes) = 0 and len(own_level_codes) = 0
union all
select *
from rate_in_years(years, departments, units)
where (len(region_prefixes) > 0 or len(own_level_codes) > 0)
  and region_key in (select region_key from regions_in_view(region_prefixes, own_level_codes));

create macro leaf_prepared_in_years(years, departments, units) as table
select *
from leaf_prepared
where fiscal_year between coalesce(list_min(years), 0) and coalesce(list_max(years), 9999)
  and (len(years) = 0 or list_contains(years, fiscal_year))
  and ((len(departments) = 0 and len(units) = 0) or unit_key in (select unit_key from units_in_view(departments, units)));

create macro leaf_prepared_in_view(years, region_prefixes, own_level_codes, departments, units) as table
select *
from leaf_prepared_in_years(years, departments, units)
where len(region_prefixes) = 0 and len(own_level_codes) = 0
union all
select *
from leaf_prepared_in_years(years, departments, units)
where (len(region_prefixes) > 0 or len(own_level_codes) > 0)
  and region_key in (select region_key from regions_in_view(region_prefixes, own_level_codes));

-- The leaves of one name in view; its indicator may be given where it is one, as it nearly always is: that is faster.

create macro indicators_named(wanted_dimension, wanted_level2, wanted_level3) as table
select indicator_key
from indicator_dim
where coalesce(dimension, '未映射') = wanted_dimension and level2 = wanted_level2 and level3 = wanted_level3;

create macro leaf_named_in_view(
    only_one, wanted_dimension, wanted_level2, wanted_level3, years, region_prefixes, own_level_codes, departments, units
) as table
select *
from leaf_prepared_in_view(years, region_prefixes, own_level_codes, departments, units)
where indicator_key = only_one
union all
select *
from leaf_prepared_in_view(years, region_prefixes, own_level_codes, departments, units)
where only_one is null
  and indicator_key in (select indicator_key from indicators_named(wanted_dimension, wanted_level2, wanted_level3));

create macro pair_in_view(years, region_prefixes, own_level_codes, departments, units) as table
select *
from report_pair
where (len(years) = 0 or list_contains(years, fiscal_year))
  and region_key in (select region_key from regions_in_view(region_prefixes, own_level_codes))
  and ((len(departments) = 0 and len(units) = 0) or unit_key in (select unit_key from units_in_view(departments, units)));

-- How rates spread, by key and dimension, of a table or CTE with key, dimension, unit_key, weight, score and rate. Quantiles are
-- exact, linear between neighbours. A rate is an outlier (Tukey) if it is more than 1.5 times the distance of the quartiles
-- beyond one of them, by more than the last digits of a sum; low_rate and high_rate are the outermost others.

create macro ranked(rates, place) as
rates[floor(place)::bigint + 1] + (rates[ceil(place)::bigint + 1] - rates[floor(place)::bigint + 1]) * (place - floor(place));

create macro summarised(source) as table
with listed as (
    select
        key, dimension, count(*) as reports, count(distinct unit_key) as units, sum(weight) as weight, sum(score) as score,
        list_sort(list(rate)) as rates
    from query_table(source)
    group by key, dimension
),
placed as (
    select
        *, ranked(rates, 0.25::double * (reports - 1)) as q1_rate, ranked(rates, 0.5::double * (reports - 1)) as middle_rate,
        ranked(rates, 0.75::double * (reports - 1)) as q3_rate
    from listed
),
fenced as (
    select
        *, list_filter(
            rates, lambda rate: rate >= q1_rate - 1.5 * (q3_rate - q1_rate) - 1e-9
                and rate <= q3_rate + 1.5 * (q3_rate - q1_rate) + 1e-9
        ) as inner_rates
    from placed
)
select
    dimension, key, reports, units, weight, score, list_avg(rates) as mean_rate, q1_rate, middle_rate, q3_rate,
    rates[1] as lowest_rate, rates[-1] as highest_rate, inner_rates[1] as low_rate, inner_rates[-1] as high_rate,
    reports - len(inner_rates) as outliers, len(list_filter(rates, lambda rate: rate >= 1)) as full_reports
from fenced;

-- How the rates of all regions spread in some years, by dimension, from how many reports have each: the same as summarised.

create macro counted_in_years(wanted_years) as table
with counted as (
    select dimension, rate, sum(reports)::bigint as reports
    from rate_count
    where list_contains(wanted_years, fiscal_year) and dimension <> '全部'
    group by dimension, rate
),
cumulated as (
    select
        *, sum(reports) over (partition by dimension order by rate) as upto,
        sum(reports) over (partition by dimension) - 1 as last
    from counted
),
quartile as (
    select
        c.dimension, q.share, min(c.rate) filter (c.upto > floor(q.share * c.last)) as below,
        min(c.rate) filter (c.upto > ceil(q.share * c.last)) as above, any_value(q.share * c.last) as place
    from cumulated c
    cross join (select unnest([0.25, 0.5, 0.75])::double as share) q
    group by c.dimension, q.share
),
placed as (
    select
        dimension, min(below + (above - below) * (place - floor(place))) filter (share = 0.25) as q1_rate,
        min(below + (above - below) * (place - floor(place))) filter (share = 0.5) as middle_rate,
        min(below + (above - below) * (place - floor(place))) filter (share = 0.75) as q3_rate
    from quartile
    group by dimension
),
fenced as (
    select
        *, c.rate >= p.q1_rate - 1.5 * (p.q3_rate - p.q1_rate) - 1e-9
            and c.rate <= p.q3_rate + 1.5 * (p.q3_rate - p.q1_rate) + 1e-9 as within
    from counted c
    join placed p using (dimension)
),
span as (
    select dimension, sum(s.units)::bigint as units
    from rate_span s
    where bit_count(s.years & year_bits(wanted_years)) > 0
    group by dimension
)
select
    dimension, 0 as key, sum(f.reports)::bigint as reports, any_value(s.units) as units,
    sum(f.rate * f.reports) / sum(f.reports) as mean_rate, any_value(f.q1_rate) as q1_rate,
    any_value(f.middle_rate) as middle_rate, any_value(f.q3_rate) as q3_rate, min(f.rate) as lowest_rate,
    max(f.rate) as highest_rate, min(f.rate) filter (f.within) as low_rate, max(f.rate) filter (f.within) as high_rate,
    coalesce(sum(f.reports) filter (not f.within), 0)::bigint as outliers,
    coalesce(sum(f.reports) filter (f.rate >= 1), 0)::bigint as full_reports
from fenced f
join span s using (dimension)
group by dimension;

-- Groups of 得分分布 (grouped_by: region, department, fiscal_year, dimension) in a view. rated_in_view: their reports, of one
-- dimension, or of each if they are grouped by it. groups_in_view: how they spread, from the prepared rows of $year (0: all
-- years) where the view is made of whole groups, else from the rates, or from how many reports have each (counted).

create macro rated_in_view(grouped_by, wanted, years, region_prefixes, own_level_codes, departments, units) as table
select
    dimension, fiscal_year, unit_key, weight, score, rate, case grouped_by
        when 'region' then region_key when 'department' then department_key when 'fiscal_year' then fiscal_year else 0
    end as key
from rate_in_view(years, region_prefixes, own_level_codes, departments, units)
where case when grouped_by = 'dimension' then dimension <> '全部' else dimension = wanted end;

create macro groups_in_view(
    grouped_by, wanted, year, counted, years, region_prefixes, own_level_codes, departments, units
) as table
with rated as (
    select *
    from rated_in_view(grouped_by, wanted, years, region_prefixes, own_level_codes, departments, units)
    where year is null and not counted
)
select * exclude (weight, score) from summarised('rated')
union all by name
select * from counted_in_years(years) where counted
union all by name
select
    * exclude (kind, fiscal_year, weight, score)
    replace (case grouped_by when 'fiscal_year' then fiscal_year when 'dimension' then 0 else key end as key)
from rate_summary
where year is not null
  and kind = case when grouped_by in ('region', 'department') then grouped_by else 'scope' end
  and (kind <> 'scope' or key = coalesce(region_prefixes[1]::integer, 0))
  and case when grouped_by = 'dimension' then dimension <> '全部' else dimension = wanted end
  and case
    when grouped_by <> 'fiscal_year' then fiscal_year = year
    else fiscal_year <> 0 and (len(years) = 0 or list_contains(years, fiscal_year))
  end
  and (grouped_by <> 'region' or key in (select region_key from regions_in_view(region_prefixes, own_level_codes)));

-- How many reports in view have a rate; of all regions from the prepared counts.

create macro counts_in_view(everywhere, wanted, years, region_prefixes, own_level_codes, departments, units) as table
select rate, sum(reports)::bigint as reports
from rate_count
where everywhere and dimension = wanted and (len(years) = 0 or list_contains(years, fiscal_year))
group by rate
union all
select rate, count(*) as reports
from rate_in_view(years, region_prefixes, own_level_codes, departments, units)
where not everywhere and dimension = wanted
group by rate;

-- A group of 得分分布 by its key: what a link names it by, and its name.

create macro group_item(kind, key, dimension, department) as
case kind
    when 'region' then coalesce(nullif(key, 0)::varchar, '')
    when 'department' then coalesce(department, '')
    when 'fiscal_year' then key::varchar
    else dimension
end;

-- A region that others lie in stands for its own level: its districts are groups of their own.
create macro own_level(region_key) as case when try_cast(region_key as bigint) % 100 = 0 then '（本级）' else '' end;

create macro group_label(kind, key, dimension, department, region) as
case kind
    when 'region' then coalesce(region || own_level(key), '区划未知')
    when 'department' then coalesce(department, '主管部门未载明')
    else group_item(kind, key, dimension, department)
end;

-- A share of a budget; none of a budget of 0 or below.

create macro of_budget(amount, budget) as case when budget > 0 then amount / budget end;

-- Execution of reports (a table or CTE with rows of report_prepared) on a basis: adjusted 全年预算数, initial 年初预算数, carry_in 全年预算数加年初结转,
-- approved 财政批复 (the adjusted budget as the finance side gives it), average (mean of the basic and project rates).
-- Of 部门整体 only: the money of a project is part of its unit's.

create macro executed(reports, basis) as table
select
    basis as basis, report_key, unit_key, fiscal_year, region_key, comparable_score::double as comparable_score,
    case when basis <> 'average' then expenditure end as numerator,
    case basis
        when 'adjusted' then adjusted_budget
        when 'initial' then initial_budget
        when 'carry_in' then adjusted_budget + carried_in
        when 'approved' then approved_budget
    end as denominator,
    case basis
        when 'adjusted' then of_budget(expenditure, adjusted_budget)
        when 'initial' then of_budget(expenditure, initial_budget)
        when 'carry_in' then of_budget(expenditure, adjusted_budget + carried_in)
        when 'approved' then of_budget(expenditure, approved_budget)
        when 'average' then (
            of_budget(basic_expenditure, adjusted_basic_budget) + of_budget(project_expenditure, adjusted_project_budget)
        ) / 2
    end::double as rate,
    source, stated_rate::double as stated_rate, of_budget(own_expenditure, own_adjusted_budget)::double as own_rate,
    initial_budget, adjusted_budget, carried_in, expenditure, basic_expenditure, project_expenditure, carried_out,
    of_budget(adjusted_budget - initial_budget, initial_budget)::double as adjustment_rate,
    of_budget(carried_out, adjusted_budget)::double as carry_over_rate,
    ((carried_out - carried_in) / nullif(carried_in, 0))::double as carry_over_change,
    (staff_on_post / nullif(staff_establishment, 0))::double as staff_rate, three_public_rate::double as three_public_rate,
    gross_adjustment_rate::double as gross_adjustment_rate
from query_table(reports)
where accepted and form = '部门整体';

create macro execution_in_view(years, region_prefixes, own_level_codes, departments, units, basis) as table
with viewed as not materialized (
    select * from prepared_in_view(years, region_prefixes, own_level_codes, departments, units)
)
select * from executed('viewed', basis);

create macro executed_on_each(reports) as table
select * from executed(reports, 'adjusted')
union all
select * from executed(reports, 'initial')
union all
select * from executed(reports, 'carry_in')
union all
select * from executed(reports, 'approved')
union all
select * from executed(reports, 'average');

-- Of a table or CTE with rows of executed: how their rates spread over the reports of a year, by key; and the reports of units
-- that have a rate in the same years, of each of these years, summed.

create macro execution_sums(source) as table
select
    basis, key, fiscal_year, count(*) as reports, count(rate) as rated,
    count(*) filter (rate is null and stated_rate is not null and expenditure is null) as stated_only,
    sum(numerator) filter (rate is not null) as numerator, sum(denominator) filter (rate is not null) as denominator,
    avg(rate) as mean_rate, quantile_cont(rate, [0.1, 0.5, 0.9]) as tenths
from query_table(source)
group by basis, key, fiscal_year;

create macro execution_spans(source) as table
with rated as (
    select basis, unit_key, fiscal_year, numerator, denominator, rate from query_table(source) where rate is not null
),
seen as (
    select basis, unit_key, bitstring_agg(fiscal_year, 1949, 2199) as years from rated group by basis, unit_key
)
select
    basis, years, fiscal_year, count(*) as reports, sum(numerator) as numerator, sum(denominator) as denominator,
    sum(rate) as rates
from rated
join seen using (basis, unit_key)
group by basis, years, fiscal_year;

create macro pooled(numerator, denominator, mean, basis) as
case when basis = 'average' then mean else numerator / nullif(denominator, 0) end::double;

comment on table schema_info is '生成本数据版本的数据结构标识';
comment on table unit_store is '填报单位，按首次出现登记';
comment on table roster_store is '应报名单的存储表';
comment on table document_store is '收到的文件及每次处理的结果';
comment on table waiting_store is '没有指标表的报告正文，等待同一单位、年度的自评表';
comment on table template_store is '表式：表类、发布区划、一级指标及权重合计';
comment on table report_store is '自评价报告的每次报送';
comment on table report_document_store is '报送与文件的对应';
comment on table indicator_dim is '指标名称：一级、二级、三级及维度';
comment on table label_dim is '一级、二级指标单元格原文及归属依据';
comment on table value_dim is '完成值、指标值及偏差原因';
comment on table rule_dim is '评分规则与指标说明';
comment on table rule_parsed is '评分规则的解析结果，一条文字一行';
comment on table rule_piece is '评分规则的条件与得分，一个条件一行';
comment on table rule_case is '规则、完成值、权重的一种组合及其测算结果';
comment on table adjustment_store is '加分、减分行的存储表';
comment on table stated_figure_store is '另行表述的得分的存储表';
comment on table budget_figure_store is '预算金额、资产和人员的存储表';
comment on table narrative_store is '正文各节的存储表';
comment on table problem_store is '提取存疑的存储表';
comment on table finding_store is '存疑事项的存储表';
comment on table review_score_store is '财政复评得分的存储表';
comment on table report_pair is '同一单位相邻两年共有指标的权重、得分合计，按指标维度（预先汇总）';
comment on table year_prepared is '每年各区划的报告数、得分、金额和存疑事项合计（预先汇总）';
comment on table unit_prepared is '填报单位的区划、主管部门、有报告的年度，及按已确认名称视为同一单位者（预先汇总）';
comment on table history_prepared is '有已入库报告、列入应报名单、使用各表式的年度，相同的单位合为一行（预先汇总）';
comment on table paired_scope is '已逐年对照的年度和省份，及其资料的标识';
comment on table step_prepared is '相邻两年共有指标的权重、得分合计及新增、取消的指标，按省份和指标（预先汇总）';
comment on table prepared_scope is '已预先汇总的年度和区划，及其资料的标识';
comment on table report_prepared is '每份当前报告的得分、预算金额（财政数据优先，元）和存疑事项数（预先汇总）';
comment on table due_prepared is '应报单位（不含涉密单位）及其是否已报（预先汇总）';
comment on table sector_prepared is '各年度有报告的单位及其条线（预先汇总）';
comment on table rate_prepared is '每份报告各指标维度及全部指标的得分率（预先汇总）';
comment on table label_prepared is '各年度、区划、表式的一级、二级指标的权重、得分合计（预先汇总）';
comment on table unit_span is '各区划、指标维度、二级指标的单位数，按有数据的年度（预先汇总）';
comment on table leaf_prepared is '已入库报告的三级指标得分，按指标、年度、区划聚集（预先汇总）';
comment on table name_prepared is '各年度、省份各指标名称的权重、得分合计（预先汇总）';
comment on table name_span is '各省份、指标名称的单位数，按有数据的年度（预先汇总）';
comment on table rate_summary is '各区划、省、主管部门和全部报告得分率的分布，按年度和指标维度（预先汇总）';
comment on table execution_summary is '每年全部报告和各省报告预算执行率的分布，按口径（预先汇总）';
comment on table execution_span is '各省同样年度有预算执行率的单位的执行数、预算数合计，按年度和口径（预先汇总）';
comment on table rate_span is '各区划、指标维度的单位数，按有得分率的年度（预先汇总）';
comment on table rate_count is '每年各指标维度取得某一得分率的报告数（预先汇总）';
comment on table full_prepared is '各年度、区划、表式的三级指标的满分数（预先汇总）';
comment on table finding_run is '各报送最近一次核对所用的核对项目、阈值和资料';
comment on table checked_identity_store is '勾稽核对结果的存储表';
comment on table budget_rate_store is '比率的存储表';
comment on table score_band is '分数段和等级的界限，含下限、不含上限';
