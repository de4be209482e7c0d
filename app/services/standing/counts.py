"""What the rollups hold of a contract's running period and of its term, where they say how things are today."""

from __future__ import annotations

from app.security.terms import Side
from app.services.act import Act, Refused, found
from app.services.ledger import rollup_rows, rollups
from app.services.standing.inputs import Inputs, gather
from app.services.standing.measuring import Kept
from app.store import rollups as stored
from app.store import standing
from app.store.contracts import ContractScope
from kpi.quantities import Period

#: So many entries are counted anew at once where the rollups are outdated; more of them at night.
AT_ONCE = 50_000


def held(scope: ContractScope, inputs: Inputs) -> tuple[Kept, Kept] | None:
    """The counts of the period and of the term.

    None where a plan is missing or outdated, or an entry is dated after today: it is counted, but not yet due.
    """
    if standing.dated_after(scope.session, scope.contract_id, inputs.ledgers, inputs.as_of, trial=inputs.trial):
        return None
    period = _kept(scope, inputs, inputs.span)
    if period is None:
        return None
    whole = period if _days(inputs.span) == _days(inputs.term) else _kept(scope, inputs, inputs.term)
    return None if whole is None else (period, whole)


def _days(span: Period) -> tuple[object, object]:
    return span.start, span.end


def _kept(scope: ContractScope, inputs: Inputs, span: Period) -> Kept | None:
    plan = stored.plan(scope.session, scope.contract_id, span.start, span.end)
    if plan is None or plan.trial is not inputs.trial or plan.drift:
        return None
    told = rollups.counted(scope.session, scope, inputs.contract, span.start, span.end, data=inputs.data)
    if plan.signature != told.signature:
        return None
    rows = stored.held(scope.session, scope.contract_id, plan.id)
    made = rollups.machine(scope.session, told)
    return Kept(
        made.collectors,
        {side: rollup_rows.state_of(rows, side) for side in Side},
        {side: rows.get(rollup_rows.every(side), 0) for side in Side},
        rollup_rows.reasons(rows),
        rollup_rows.behind(rows, Side.VERIFIED),
    )


def prepare(act: Act, scope: ContractScope) -> None:
    """Counts anew what is missing or outdated, where that does not keep others waiting."""
    contract = found(scope.contract())
    try:
        inputs = gather(scope, contract, act.today)
    except Refused:
        return  # it has not begun, or has no rulebook
    if standing.more_than(act.session, scope.contract_id, AT_ONCE):
        return
    for first, last in dict.fromkeys([_days(inputs.span), _days(inputs.term)]):
        rollups.ensure(act, scope, first, last)  # type: ignore[arg-type]
