"""质保金 that stands in 保留: what of it there is, on which condition, and whether it may be given back now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.security.permissions import P
from app.services.act import Refused
from app.services.money import retention
from app.services.settlement.blocking import Blocker
from app.services.settlement.plan import PlanView, plan_of
from app.services.workbench.bench import Bench
from app.services.workbench.waiting import Waiting
from app.store import money
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


def retained(scope: ContractScope, plan: PlanView | None) -> list[Retained]:
    """Every sum that stands there, in the order of the plan; nothing is asked of the plan where there is none."""
    kept = retention.kept(scope)
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
            listed = retained(scope, plan_of(scope))
        except Refused:
            continue
        for one in listed:
            if one.state == "ready":
                title = f"应付款核定：返还{one.title}"
                yield Waiting(contract_id, "核定", title, "settlement.plan", note=str(one.amount))
