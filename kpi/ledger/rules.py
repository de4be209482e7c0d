"""What a row must fulfil as a whole, compiled: conditions, cross rules, defaults, states, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kpi.expressions import Expression, ExpressionError
from kpi.ledger.characters import text_of
from kpi.ledger.conversions import Convert
from kpi.ledger.entries import STATES, Evidence, FieldError, Severity, State
from kpi.ledger.options import texts, unknown_choice
from kpi.rulebook.ledgers import CrossRule, Ledger

Row = Mapping[str, Any]
Condition = Callable[[Row], Any]


def condition(expression: Expression) -> Condition:
    """The expression over a row; what cannot be computed there counts as not holding."""
    run = expression.row_function()

    def holds(values: Row) -> bool:
        try:
            return bool(run(values))
        except ExpressionError:
            return False

    return holds


def compiled(rule: CrossRule) -> tuple[Condition, str, Severity]:
    """Whether a row breaks the rule. A blank that leaves it undecided breaks nothing: see `required`.

    A rule that cannot be computed over the row lets nothing through.
    """
    when = condition(rule.when) if rule.when is not None else None
    require = rule.require.row_function()

    def broken(values: Row) -> bool:
        if when is not None and not when(values):
            return False
        try:
            held = require(values)
        except ExpressionError:
            return True
        return held is not None and not held

    return broken, rule.message, rule.severity


def defaults_of(ledger: Ledger, converters: Mapping[str, Convert]) -> list[tuple[str, Any]]:
    known = ((name, value) for name, value in ledger.defaults.items() if name in converters)
    return [(name, converters[name](value)) for name, value in known]


def state_of(raw: Any) -> State:
    state = STATES.get(raw) if isinstance(raw, str) else None
    if state is None:
        raise FieldError(unknown_choice(text_of(raw), STATES))
    return state


def pieces_of(raw: Any) -> Iterator[Evidence]:
    """`照片:a.jpg;签到表:b.pdf`, a list of such texts, or of `{kind, name}`; without a kind it is blank."""
    for piece in raw if isinstance(raw, list | tuple) else texts(raw):
        if isinstance(piece, Mapping):
            yield Evidence(str(piece.get("kind", "")), str(piece.get("name") or piece.get("sha256") or ""))
        else:
            kind, colon, name = text_of(piece).replace("\uff1a", ":").partition(":")
            yield Evidence(kind if colon else "", name if colon else kind)
