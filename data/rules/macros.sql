-- How numbers and gaps are written and reckoned wherever a rule's arithmetic is shown.

create macro rule_plain(number) as rtrim(rtrim(printf('%.6f', number::double), '0'), '.');

create macro rule_points(number) as regexp_replace(printf('%.4f', number::double), '(\.\d\d\d*?)0+$', '\1');

create macro rule_percent(share) as case
    when abs(share * 1000 - round(share * 1000)) < 1e-6 then printf('%.1f', share * 100) || '%'
    else rule_plain(round(share * 100, 4)) || '%'
end;

-- 差异: how far a score lies from what its rule admits, above (+) or below (-); 0 within the rounding of printed points.
-- A score midway between two admissible ones counts from the lower.

create macro rule_gap(score, low, high, points) as case when score is not null and low is not null then list_transform(
    [case
        when points is null then greatest(score - high, 0) + least(score - low, 0)
        else score - points[list_position(
            list_transform(points, lambda s: abs(score - s)), list_min(list_transform(points, lambda s: abs(score - s)))
        )]
    end],
    lambda gap: case when abs(gap) <= 0.005 then 0 else gap end
)[1]::decimal(12, 6) end;
