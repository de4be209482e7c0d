"""质保金 that stands in 保留: what of it there is, on which condition, and whether it may be given back now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.security.permissions import P
from app.security.predicates import may
from app.security.settlement_terms import ForfeitState
from app.services.act import Refused
from app.services.settlement.blocking import Blocker
from app.services.settlement.plan import PlanView, plan_of
from app.services.workbench.bench import Bench
from app.services.workbench.waiting import Waiting
from app.store import money, settlement
from app.store.contracts import ContractScope
from kpi.quantities import Money


@dataclass(frozen=True)
class Retained:
    """What is held back for one line of the plan. `state` and `word` as in the plan; `blockers`: why it waits."""

    line: str
    title: str
    clause: str
    amount: Money
    text: str
    state: str
    word: str
    blockers: tuple[Blocker, ...]

    @property
    def again(self) -> bool:
        """Whether the line was stated already: what has come back since (a revoked 不予返还) is stated anew."""
        return self.state not in {"ready", "blocked", "later"}


def retained(plan: PlanView | None) -> list[Retained]:
    """Every sum that stands there, in the order of the plan; nothing is asked of the plan where there is none."""
    kept = plan.past.forfeited.left if plan is not None else {}
    lines = plan.lines if plan is not None else ()
    return [
        Retained(
            one.line.id, one.line.title, one.line.clause, kept[one.line.id], one.line.explanation, one.state, one.word, one.blockers
        )
        for one in lines if one.line.id in kept
    ]  # fmt: skip


def releasable(bench: Bench) -> Iterator[Waiting]:
    """What may be given back: its condition holds, nothing stands against stating it."""
    for contract_id in money.retaining(bench.session, bench.where(P.SCORE)):
        scope = ContractScope(bench.session, contract_id)
        try:
            listed = retained(plan_of(scope))
        except Refused:
            continue
        for one in listed:
            if one.state == "ready" or one.again:
                title = f"应付款核定：返还{one.title}"
                yield Waiting(contract_id, "重新核定" if one.again else "核定", title, "settlement.plan", note=str(one.amount))


def forfeits_waiting(bench: Bench) -> Iterator[Waiting]:
    """What is not to be given back: for the signer to decide, for the contractor to take note of."""
    person = bench.person
    for row in settlement.forfeits_waiting(bench.session, bench.where(P.SIGN, P.PAYMENT_REQUEST)):
        contract, at, note = bench.by_id[row.contract_id], {"forfeit_id": row.id}, str(Money(row.amount_fen))
        if person.organisation_id == contract.supplier_id:
            if row.state != ForfeitState.PROPOSED and row.seen_at is None and may(person, P.PAYMENT_REQUEST, contract.id):
                word = "已撤销" if row.state == ForfeitState.REVOKED else "不予返还"
                yield Waiting(contract.id, "知悉", f"{row.title}：{word}", "settlement.forfeit", at, note=note, signs=True)
        elif person.user_id != row.proposed_by and may(person, P.SIGN, contract.id):
            if row.state == ForfeitState.PROPOSED:
                yield Waiting(contract.id, "认定", f"{row.title}：不予返还", "settlement.forfeit", at, note=note, signs=True)
            elif row.state == ForfeitState.AGREED and row.seen_at is not None:
                yield Waiting(contract.id, "答复异议", f"{row.title}：不予返还", "settlement.forfeit", at, note=note, signs=True)
