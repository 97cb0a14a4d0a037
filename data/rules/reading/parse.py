"""Text of a rule -> ``Rule``, or ``Unparsed`` with the reason. Pure: nothing is read but the text."""

from __future__ import annotations

from data.rules.reading import tokens as lexer
from data.rules.reading.clauses import Clause, Clauses, Each, NotARule
from data.rules.reading.formula import Formula
from data.rules.reading.grammar import clauses
from data.rules.reading.numeric import by_value
from data.rules.reading.worded import by_tiers, by_words
from data.rules.rule import Rule, Unparsed


def parse(text: str | None) -> Rule | Unparsed | None:
    """The rule a text states; ``None`` for no text.

    Never raises, never guesses: what is not understood is ``Unparsed``.
    """
    if text is None or not text.strip():
        return None
    if len(text) > lexer.LONGEST:
        return Unparsed("规则文字过长")
    try:
        return _rule(clauses(lexer.tokens(text)))
    except NotARule as reason:
        return Unparsed(str(reason)[:120])


def _rule(said: Clauses) -> Rule:
    if said.tiers:
        return by_tiers(said)
    if not said.clauses:
        raise NotARule("no outcome")
    numeric = [
        c for c in said.clauses
        if c.intervals or isinstance(c.outcome, Formula) or c.outcome == "rate" or _is_numeric_each(c)
    ]  # fmt: skip
    if numeric:
        try:
            return by_value(said)
        except NotARule:
            if not all(_is_plain(c) for c in said.clauses):
                raise
    return by_words(said)


def _is_plain(clause: Clause) -> bool:
    """A fixed score under a condition, or so much for each item: words may decide it."""
    outcome = clause.outcome
    return isinstance(outcome, tuple) or (isinstance(outcome, Each) and outcome.unit != "%" and not outcome.of_target)


def _is_numeric_each(clause: Clause) -> bool:
    outcome = clause.outcome
    return isinstance(outcome, Each) and not outcome.adds and (outcome.unit == "%" or outcome.of_target)
