-- Self-scores between two scores of the rule, neither of which they are.
select
    report_key, ordinal, path as subject, '中性' as direction, null::decimal(12, 6) as points,
    '“' || level3 || '”自评 ' || printf('%.2f', score::double) || '，评分规则只可得 '
        || array_to_string(list_transform(admissible, lambda s: printf('%.2f', s::double)), '、') as message,
    rule_working as working, '自评 ' || printf('%.2f', score::double) as reading, '规则：' || left(rule_text, 120) as against,
    place as against_place, document_key, position, place
from checked_leaf
where is_stale and rule_text is not null and gap <> 0 and rule_working is not null and len(admissible) between 1 and 12
  and score between recomputed_low and recomputed_high
