-- Scores and their working from a rule (a row of rule_parsed) and what a leaf prints (rule_given): scalar macros, so that
-- leaves that are stored and readings that are only tried (口径试算) go through the same arithmetic.
-- x: the value, of a rate in percent. t: the target. w: the weight. A list of one element is how a macro names a value.

create macro rule_given(value, value_unit, value_text, target, target_text, direction, weight, applicability) as {
    'x': case value_unit when '‰' then value::double / 10 when '成' then value::double * 10 else value::double end,
    'rate': coalesce(value_unit in ('%', '‰', '成'), false),
    'unit': value_unit,
    'text': regexp_replace(coalesce(value_text, ''), '\s', '', 'g'),
    't': case
        when contains(coalesce(target_text, ''), '%') = coalesce(value_unit in ('%', '‰', '成'), false)
        then nullif(target::double, 0)
    end,
    'sense': case
        when direction in ('≥', '>', '>=', '≧') or direction like '正向%' then 'up'
        when direction in ('≤', '<', '<=', '≦') or direction like '反向%' or direction like '逆向%' then 'down'
        when direction = '=' or direction like '等于%' then 'equal'
        else ''
    end,
    'w': weight::double,
    'applies': applicability <> 'na'
};

-- How well a value fits a piece: 1 inside or at an end that the text includes, 2 at an end of which it says nothing,
-- 3 whatever is left (否则), 4 at an end that it excludes (used only where no piece fits); null: not at all.

create macro piece_at(p, g) as case when p.of_target then 100 * g.x / g.t else g.x end;

create macro piece_rank(p, g) as case
    when p.sense <> '' and p.sense <> g.sense then null
    when p.grades <> '' then case
        when not regexp_matches(g.text, '[0-9]') and len(list_filter(
            string_split(p.grades, '|'),
            lambda word: case when length(word) = 1 then g.text = word else starts_with(g.text, word) end
        )) > 0 then 1
    end
    when p.otherwise then 3
    when (p.low is null or piece_at(p, g) > p.low) and (p.high is null or piece_at(p, g) < p.high) then 1
    when (p.low is null or piece_at(p, g) >= p.low) and (p.high is null or piece_at(p, g) <= p.high) then greatest(
        case when piece_at(p, g) = p.low then p.low_rank else 1 end,
        case when piece_at(p, g) = p.high then p.high_rank else 1 end
    )
end;

create macro pieces_that_fit(rule, g) as list_transform(
    [list_min(list_transform(rule.pieces, lambda p: piece_rank(p, g)))],
    lambda best: list_filter(rule.pieces, lambda p: piece_rank(p, g) = best)
)[1];

-- What a piece gives.

create macro piece_score(p, g) as
    p.points + p.share * g.w
    + case
        when p.x_points = 0 and p.x_share = 0 then 0
        else (case when g.rate then g.x / 100 else g.x end) * (p.x_points + p.x_share * g.w)
    end
    + case when p.ratio_points = 0 and p.ratio_share = 0 then 0 else g.x / g.t * (p.ratio_points + p.ratio_share * g.w) end
    + case
        when p.inverse_points = 0 and p.inverse_share = 0 then 0
        else g.t / nullif(g.x, 0) * (p.inverse_points + p.inverse_share * g.w)
    end;

create macro piece_distance(p, g) as case
    when p.from_target and p.step_percent and not g.rate then 100 * abs(g.x - g.t) / abs(g.t)
    when p.from_target then abs(g.x - g.t)
    else abs(g.x - p.reference)
end;

create macro piece_steps(p, g) as list_transform(
    [piece_distance(p, g) / p.step],
    lambda n: case p.rounding
        when 'down' then [floor(n + 1e-9)]
        when 'up' then [ceil(n - 1e-9)]
        when 'exact' then [n]
        else [n, floor(n + 1e-9)]
    end
)[1];

create macro piece_scores(p, g) as case
    when p.step is not null then list_transform(
        piece_steps(p, g), lambda n: piece_score(p, g) - n * (p.per_points + p.per_share * g.w)
    )
    when p.band then [piece_score(p, g), p.high_points + p.high_share * g.w]
    else [piece_score(p, g)]
end;

create macro rule_bounded(rule, g, scores) as list_sort(list_distinct(list_transform(
    list_filter(scores, lambda s: isfinite(s)),
    lambda s: round(greatest(0, least(s, coalesce(rule.top_points, g.w))), 6)
)));

-- What can be had where words decide: one of the choices, sums of the parts, so much for every item.

create macro rule_every(rule, g) as rule.every_points + rule.every_share * g.w;

create macro rule_choices(rule, g) as case
    when rule.every_from = 'full' then list_append(list_transform(
        generate_series(0, floor(g.w / rule_every(rule, g) + 1e-9)::bigint), lambda k: g.w - k * rule_every(rule, g)
    ), 0)
    when rule.every_from = 'zero' then list_append(list_transform(
        generate_series(0, floor(coalesce(rule.top_points, g.w) / rule_every(rule, g) + 1e-9)::bigint),
        lambda k: k * rule_every(rule, g)
    ), coalesce(rule.top_points, g.w))
    when len(rule.sums) > 0 and abs(rule.sums[-1] - g.w) < 1e-6 and abs(rule.top_points - g.w) > 1e-6 then rule.sums
    when len(rule.sums) > 0 and abs(rule.top_points - g.w) > 1e-6 then list_concat(rule.choices_points, rule.sums)
    else list_concat(rule.choices_points, list_transform(rule.choices_shares, lambda s: s * g.w))
end;

-- Why there is no score, or null.

create macro rule_obstacle(rule, g) as case
    when g.w is null then 'no_weight'
    when rule.rule_key is null then 'no_rule'
    when rule.form is null then 'unparsed'
    when not g.applies then 'not_applicable'
    when rule.top_points > 2 * g.w then 'points_unfit'
    when rule.every_from is not null then case
        when rule_every(rule, g) <= 0 or coalesce(rule.top_points, g.w) / rule_every(rule, g) > 1000 then 'points_unfit'
    end
    when len(rule.pieces) = 0 then null
    when rule.pieces[1].grades <> '' then case
        when len(rule.choices_points) + len(rule.choices_shares) > 0 then null
        when g.text = '' then 'no_value'
        when len(list_filter(rule.pieces, lambda p: piece_rank(p, g) is not null)) = 0 then 'value_unfit'
    end
    when g.x is null then case
        when len(rule.choices_points) + len(rule.choices_shares) > 0 and g.text = '' then null
        when g.text = '' then 'no_value'
        else 'value_unfit'
    end
    when g.rate and abs(g.x) > 1000 then 'value_doubtful'
    when rule.unit = '%' and not g.rate and coalesce(g.unit, '') = '' then 'no_unit'
    when rule.unit = '%' and not g.rate then 'value_unfit'
    when rule.unit <> '%' and rule.unit <> coalesce(g.unit, '') then case
        when coalesce(g.unit, '') = '' then 'no_unit' else 'value_unfit'
    end
    when rule.needs_target and g.t is null then 'no_target'
    when len(list_filter(rule.pieces, lambda p: piece_rank(p, g) is not null)) = 0 then 'outside'
end;

-- Numbers in words.

create macro rule_plain(number) as regexp_replace(regexp_replace(format('{:.6f}', number::double), '0+$', ''), '\.$', '');

create macro rule_percent(share) as case
    when abs(share * 1000 - round(share * 1000)) < 1e-6 then format('{:.1f}%', share * 100)
    else rule_plain(round(share * 100, 4)) || '%'
end;

create macro rule_points(number) as regexp_replace(format('{:.4f}', number::double), '(\.\d\d\d*?)0+$', '\1');

create macro rule_printed(g) as case when g.text <> '' then g.text else rule_plain(g.x) || case when g.rate then '%' else '' end end;

create macro rule_unit(g) as case when g.rate then '%' when regexp_matches(coalesce(g.unit, ''), '^\D+$') then g.unit else '' end;

-- 测算过程 of one piece.

create macro deduction_working(p, g, steps, scores) as concat_ws('；',
    case
        when p.from_target then '|' || rule_printed(g) || ' − ' || rule_plain(g.t) || rule_unit(g) || '| = '
            || case when p.step_percent and not g.rate then '目标的' || rule_plain(round(piece_distance(p, g), 4)) || '%'
               else rule_plain(round(piece_distance(p, g), 4)) || rule_unit(g) end
        when p.reference <> 0 then '|' || rule_printed(g) || ' − ' || rule_plain(p.reference) || rule_unit(g) || '| = '
            || rule_plain(round(piece_distance(p, g), 4)) || rule_unit(g)
    end,
    case when p.reference = 0 then rule_printed(g)
         else rule_plain(round(piece_distance(p, g), 4)) || case when p.step_percent then '%' else rule_unit(g) end end
        || ' × ' || case when p.per_share > 0 then rule_plain(p.per_share * 100) || '%' else rule_plain(p.per_points) end
        || '/' || rule_plain(p.step) || case when p.step_percent then '%' else rule_unit(g) end || ' = '
        || case when p.per_share > 0 then rule_percent(steps[1] * p.per_share) else rule_plain(round(steps[1] * p.per_points, 6)) || '分' end
        || case p.rounding when 'down' then '(只计整档)' when 'up' then '(不足一档按一档)' else '' end,
    case
        when steps[1] * (p.per_points + p.per_share * g.w) > piece_score(p, g) + 1e-9 then '扣完，得 0.00'
        when p.per_share > 0 and p.points = 0
        then rule_plain(piece_score(p, g)) || ' × (1 − ' || rule_percent(steps[1] * p.per_share / p.share) || ') = ' || rule_points(scores[1])
        else rule_plain(piece_score(p, g)) || ' − ' || rule_plain(round(steps[1] * (p.per_points + p.per_share * g.w), 6)) || ' = '
            || rule_points(scores[1])
    end,
    case when len(steps) > 1 and abs(steps[1] - steps[2]) > 1e-9
         then case when p.step_percent and p.step = 1 then '按整百分点计为 ' else '按整档计为 ' end || rule_points(scores[2]) end
);

create macro piece_working(p, g, scores) as case
    when p.step is not null then deduction_working(p, g, piece_steps(p, g), scores)
    when p.band then rule_printed(g) || ' 属' || p.words || '：' || rule_plain(g.w) || ' × ' || rule_plain(p.share * 100) || '% = '
        || rule_points(scores[1]) || ' 至 ' || rule_plain(g.w) || ' × ' || rule_plain(p.high_share * 100) || '% = ' || rule_points(scores[2])
    when p.template <> '' then
        replace(replace(replace(p.template, '{x}', rule_printed(g)), '{w}', rule_plain(g.w)), '{t}', coalesce(rule_plain(g.t) || rule_unit(g), ''))
        || ' = ' || rule_points(piece_score(p, g))
        || case when abs(piece_score(p, g) - scores[1]) > 1e-6 then '，计 ' || rule_points(scores[1]) else '' end
    else rule_printed(g) || case when p.otherwise then ' 属' else ' 符合' end || p.words || '：'
        || case when p.points = 0 and p.share = 0 then '不得分' when p.share = 1 and p.points = 0 then '得满分 ' || rule_points(scores[1])
           else '得 ' || rule_points(scores[1]) end
end;

create macro pieces_working(rule, g, fitting) as array_to_string(list_distinct(list_transform(
    fitting, lambda p: piece_working(p, g, list_transform(
        piece_scores(p, g), lambda s: round(greatest(0, least(s, coalesce(rule.top_points, g.w))), 6)))
)), '；或 ');

create macro choices_working(rule, g, points) as
    case
        when rule.every_from = 'full' then '每项扣 ' || rule_plain(rule_every(rule, g)) || ' 分，'
        when rule.every_from = 'zero' then '每项得 ' || rule_plain(rule_every(rule, g)) || ' 分，'
        else ''
    end
    || '规则可得 '
    || array_to_string(list_transform(points[:6], lambda s: rule_points(s)), '、')
    || case when len(points) > 6 then ' … ' || rule_points(points[-1]) else '' end;

-- The whole: status, lower and upper score, the scores where they are single ones, and the working.

create macro rule_result(rule, g, fitting, points) as case
    when len(points) = 0 then {'status': 'outside', 'low': null::double, 'high': null::double, 'points': null::double[], 'working': null::varchar}
    else {
        'status': case
            when len(fitting) > 0 and fitting[1].band then 'range'
            when len(points) = 1 then 'exact'
            else 'several'
        end,
        'low': points[1],
        'high': points[-1],
        'points': case when len(points) > 1 and not (len(fitting) > 0 and fitting[1].band) then points end,
        'working': case when len(fitting) > 0 then pieces_working(rule, g, fitting) else choices_working(rule, g, points) end
    }
end;

create macro rule_outcome(rule, g) as case
    when rule_obstacle(rule, g) is not null then {
        'status': rule_obstacle(rule, g), 'low': null::double, 'high': null::double, 'points': null::double[], 'working': null::varchar
    }
    else list_transform(
        [case when g.x is null and g.text = '' then [] else pieces_that_fit(rule, g) end],
        lambda fitting: rule_result(rule, g, fitting, rule_bounded(rule, g, case
            when len(fitting) > 0 then flatten(list_transform(fitting, lambda p: piece_scores(p, g)))
            else rule_choices(rule, g)
        end))
    )[1]
end;

-- 差异: how far a score lies from what its rule admits, above (+) or below (-); 0 within the rounding of printed points.

create macro rule_gap(score, low, high, points) as case
    when score is null or low is null then null
    else list_transform([case
        when points is null then greatest(score - high, 0) + least(score - low, 0)
        else list_transform(
            [list_min(list_transform(points, lambda s: abs(score - s)))],
            lambda nearest: score - list_filter(points, lambda s: abs(score - s) = nearest)[1]
        )[1]
    end], lambda gap: case when abs(gap) <= 0.005 then 0 else gap end)[1]::decimal(12, 6)
end;
