-- What a rule admits for a value and a weight: from the temporary table case_input (case_key, rule_key, value, value_unit,
-- value_text, target, target_text, direction, weight, applicability) to case_outcome (case_key, status, low, high, points,
-- working). Stored leaves and readings that are only tried (口径试算) go through this one statement.
-- x: the value, of a rate in percent. t: the target. w: the weight.

-- name: outcomes
create temp table case_outcome as
with given as (
    select
        case_key, rule_key,
        case value_unit when '‰' then value::double / 10 when '成' then value::double * 10 else value::double end as x,
        coalesce(value_unit in ('%', '‰', '成'), false) as rate,
        coalesce(value_unit, '') as unit,
        regexp_replace(coalesce(value_text, ''), '\s', '', 'g') as text,
        case
            when contains(coalesce(target_text, ''), '%') = coalesce(value_unit in ('%', '‰', '成'), false)
            then nullif(target::double, 0)
        end as t,
        case
            when direction in ('≥', '>', '>=', '≧') or direction like '正向%' then 'up'
            when direction in ('≤', '<', '<=', '≦') or direction like '反向%' or direction like '逆向%' then 'down'
            when direction = '=' or direction like '等于%' then 'equal'
            else ''
        end as sense,
        weight::double as w,
        applicability
    from case_input
),
-- How well the value fits a piece: 1 inside or at an end that the text includes, 2 at the end of 以上 or 以下, 3 at an end
-- of which it says nothing, 4 whatever is left (否则), 5 at an end that it excludes; null: not at all. The best fit holds.
placed as (
    select g.*, p.* exclude (rule_key, sense), case when p.of_target then 100 * g.x / g.t else g.x end as place
    from given g
    join rule_piece p using (rule_key)
    where p.sense = '' or p.sense = g.sense
),
ranked as (
    select
        *,
        case
            when grades <> '' then case
                when not regexp_matches(text, '[0-9]') and len(list_filter(
                    string_split(grades, '|'),
                    lambda word: case when length(word) = 1 then text = word else starts_with(text, word) end
                )) > 0 then 1
            end
            when x is null then null
            when otherwise then 4
            when place is null and (low is not null or high is not null) then null
            when (low is null or place > low) and (high is null or place < high) then 1
            when (low is null or place >= low) and (high is null or place <= high) then greatest(
                case when place = low then low_rank else 1 end, case when place = high then high_rank else 1 end
            )
        end as rank
    from placed
),
fitting as (
    select r.*
    from ranked r
    join (select case_key, min(rank) as best from ranked group by case_key) b using (case_key)
    where r.rank = b.best
),
reckoned as (
    select
        *,
        points + share * w
            + case when x_points = 0 and x_share = 0 then 0 else case when rate then x / 100 else x end * (x_points + x_share * w) end
            + case when ratio_points = 0 and ratio_share = 0 then 0 else x / t * (ratio_points + ratio_share * w) end
            + case when inverse_points = 0 and inverse_share = 0 then 0 else t / nullif(x, 0) * (inverse_points + inverse_share * w) end
            as base,
        case
            when from_target and step_percent and not rate then 100 * abs(x - t) / abs(t)
            when from_target then abs(x - t)
            else abs(x - reference)
        end as distance,
        per_points + per_share * w as per
    from fitting
),
stepped as (
    select
        r.*,
        case rounding
            when 'down' then floor(distance / step + 1e-9) when 'up' then ceil(distance / step - 1e-9) else distance / step
        end as steps,
        case when rounding = 'open' then floor(distance / step + 1e-9) end as whole_steps,
        -- a bound of the weight, or what the text names beyond it
        case
            when x_share <> 0 or ratio_share <> 0 or inverse_share <> 0 then least(coalesce(u.top_points, w), w)
            else coalesce(u.top_points, w * case when step is null then greatest(share, 1) else 1 end)
        end as most
    from reckoned r
    join rule_parsed u using (rule_key)
),
scored as (
    select
        *,
        round(greatest(0, least(base - coalesce(steps * per, 0), most)), 6) as score,
        case
            when whole_steps is not null then round(greatest(0, least(base - whole_steps * per, most)), 6)
            when band then round(least(high_points + high_share * w, most), 6)
        end as other,
        case when text <> '' then text else rule_plain(x) || case when rate then '%' else unit end end as printed,
        case when rate then '%' when regexp_matches(unit, '^\D+$') then unit else '' end as shown_unit
    from stepped
),
worded as (
    select
        case_key, score, other, band,
        case
            when step is not null then concat_ws('；',
                case when from_target or reference <> 0 then
                    '|' || printed || ' − ' || rule_plain(coalesce(reference, t)) || shown_unit || '| = '
                    || case when from_target and step_percent and not rate then '目标值的' || rule_plain(round(distance, 4)) || '%'
                       else rule_plain(round(distance, 4)) || shown_unit end
                end,
                case when reference = 0 then printed
                     else rule_plain(round(distance, 4)) || case when step_percent then '%' else shown_unit end end
                    || ' × ' || case when per_share > 0 then rule_plain(per_share * 100) || '%' else rule_plain(per_points) end
                    || '/' || rule_plain(step) || case when step_percent then '%' else shown_unit end
                    || case rounding when 'down' then '（只计整档）' when 'up' then '（不足一档按一档）' else '' end
                    || ' = '
                    || case when per_share > 0 then rule_percent(steps * per_share) else rule_plain(round(steps * per_points, 6)) || '分' end,
                case
                    when steps * per > base + 1e-9 then '扣完，得 0.00'
                    when per_share > 0 and share > 0
                    then rule_plain(base) || ' × (1 − ' || rule_percent(steps * per_share / share) || ') = ' || rule_points(score)
                    else rule_plain(base) || ' − ' || rule_plain(round(steps * per, 6)) || ' = ' || rule_points(score)
                end,
                case when abs(whole_steps - steps) > 1e-9 then
                    case when step_percent and step = 1 then '按整百分点计为 ' else '按整档计为 ' end || rule_points(other)
                end
            )
            when band then printed || ' 属' || words || '：'
                || case when high_share > 0 then
                    rule_plain(w) || ' × ' || rule_plain(share * 100) || '% = ' || rule_points(score) || ' 至 '
                    || rule_plain(w) || ' × ' || rule_plain(high_share * 100) || '% = ' || rule_points(other)
                   else rule_points(score) || ' 至 ' || rule_points(other) end
            when template <> '' then
                replace(replace(replace(template, '{x}', printed), '{w}', rule_plain(w)), '{t}', coalesce(rule_plain(t) || shown_unit, ''))
                || ' = ' || rule_points(base)
                || case when abs(base - score) > 1e-6 then '，计 ' || rule_points(score) else '' end
            else printed || case when otherwise then ' 属' else ' 符合' end || words || '：'
                || case when points = 0 and share = 0 then '不得分'
                   when share = 1 and points = 0 then '得满分 ' || rule_points(score)
                   else '得 ' || rule_points(score) end
        end as working
    from scored
    where isfinite(score)
),
by_value as (
    select
        case_key,
        list_sort(list_distinct(list_concat(list(score), list(other) filter (other is not null)))) as points,
        bool_or(band) as band,
        string_agg(distinct working, '；或 ' order by working) as working
    from worded
    group by case_key
),
-- What can be had where words decide: one of the choices, sums of the parts, so much for every item.
offered as (
    select
        g.*, u.form, u.unit as rule_unit, u.needs_target, u.top_points, u.every_from, u.every_most, u.pieces, u.graded,
        u.every_points + u.every_share * g.w as every,
        len(u.choices_points) + len(u.choices_shares) > 0 or u.every_from is not null as open,
        list_concat(u.choices_points, list_transform(u.choices_shares, lambda s: s * g.w)) as choices,
        u.sums, list_max(u.choices_points) as most_chosen
    from given g
    left join rule_parsed u using (rule_key)
),
judged as (
    select
        o.*, case when not (o.needs_target and o.t is null) then v.points end as by_value, v.band, v.working,
        case
            when o.w is null then 'no_weight'
            when o.rule_key is null then 'no_rule'
            when o.form is null then 'unparsed'
            when o.applicability = 'na' then 'not_applicable'
            when greatest(o.top_points, o.most_chosen) > 2 * o.w then 'points_unfit'
            when o.every_from is not null and (o.every <= 0 or coalesce(o.top_points, o.w) / o.every > 1000) then 'points_unfit'
            when o.pieces = 0 then null
            when o.graded then case
                when o.open or v.points is not null then null when o.text = '' then 'no_value' else 'value_unfit'
            end
            when o.x is null then case when o.text <> '' then 'value_unfit' when o.open then null else 'no_value' end
            when o.rate and abs(o.x) > 1000 then 'value_doubtful'
            when o.rule_unit = '%' and not o.rate or o.rule_unit <> '%' and o.rule_unit <> o.unit
            then case when o.unit = '' then 'no_unit' else 'value_unfit' end
            when o.needs_target and o.t is null then case when not o.open then 'no_target' end
            when v.points is null then 'outside'
        end as obstacle
    from offered o
    left join by_value v using (case_key)
),
reached as (
    select
        case_key, form, band, working, obstacle, every_from, every,
        case
            when obstacle is not null then null
            when by_value is not null then by_value
            else list_sort(list_distinct(list_transform(
                case
                    when every_from = 'full' then list_append(
                        list_transform(
                            generate_series(0, floor(least(every_most, w) / every + 1e-9)::bigint),
                            lambda k: w - k * every
                        ),
                        w - least(every_most, w)
                    )
                    when every_from = 'zero' then list_append(list_transform(
                        generate_series(0, floor(coalesce(top_points, w) / every + 1e-9)::bigint), lambda k: k * every),
                        coalesce(top_points, w))
                    when len(sums) = 0 or abs(top_points - w) < 1e-6 then choices
                    when abs(sums[-1] - w) < 1e-6 then sums
                    else list_concat(choices, sums)
                end,
                lambda s: round(greatest(0, s), 6)
            )))
        end as points,
        by_value is not null as decided
    from judged
)
select
    case_key,
    case when obstacle is not null then obstacle when band and decided then 'range' when len(points) = 1 then 'exact' else 'several' end
        as status,
    points[1] as low,
    points[-1] as high,
    case when len(points) > 1 and not (decided and band) then points end as points,
    case
        when obstacle is not null then null
        when decided then working
        else case every_from when 'full' then '每项扣 ' || rule_plain(every) || ' 分，' when 'zero' then '每项得 ' || rule_plain(every) || ' 分，' else '' end
            || '规则可得 ' || array_to_string(list_transform(points[:6], lambda s: rule_points(s)), '、')
            || case when len(points) > 6 then ' … ' || rule_points(points[-1]) else '' end
    end as working
from reached;
