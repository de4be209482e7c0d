"""The lines of a contract's payment plan as the money sees them: what was stated, what is still to be paid."""

from __future__ import annotations

from dataclasses import dataclass

from app.services import books
from app.store import payments, settlement
from app.store.contracts import ContractScope
from app.store.settlement import SettlementStatement
from kpi.quantities import Money
from kpi.rulebook.payments import Instalments, Tranche


@dataclass(frozen=True)
class PlanLine:
    """One payment of the plan. `open`: what is stated and not paid; 0 where nothing is stated yet."""

    id: str
    title: str
    advance: bool
    statement: SettlementStatement | None
    paid: Money
    open: Money

    @property
    def said(self) -> str:
        """How it stands, in a few words."""
        if self.statement is None:
            return "还没有核定"
        return f"应付 {Money(self.statement.payable_fen)}，已付 {self.paid}"


def lines_of(scope: ContractScope) -> list[PlanLine]:
    """Every line of the plans, in order; those stated under other names (an instalment of several) behind."""
    live = settlement.live(scope.session, scope.contract_id)
    paid = paid_by_line(scope)
    listed = {one.id: one for one in tranches(scope)}
    titles = {line: one.title for line, one in listed.items()} | {line: row.title for line, row in live.items()}
    found = []
    for line, title in titles.items():
        row, sum_ = live.get(line), paid.get(line, 0)
        still = Money(max(row.payable_fen - sum_, 0)) if row is not None else Money(0)
        advance = row.advance if row is not None else listed[line].advance
        found.append(PlanLine(line, title, advance, row, Money(sum_), still))
    return found


def tranches(scope: ContractScope) -> list[Tranche]:
    """The tranches that the rulebook pays; those in equal instalments stand by their instalments once stated."""
    contract = scope.contract()
    if contract is None or contract.rulebook_text_id is None:
        return []
    payment = books.book_of(scope, contract).rulebook.payment
    if payment is None:
        return []
    every = [one for plan in payment.plans for one in plan.tranches]
    return [one for one in every if not isinstance(one.amount, Instalments)] or every


def paid_by_line(scope: ContractScope) -> dict[str, int]:
    """Fen that were paid and did not come back, by line."""
    session, contract_id = scope.session, scope.contract_id
    requests = {one.id: one.line for one in payments.requests(session, contract_id)}
    returned = payments.returns(session, contract_id)
    found: dict[str, int] = {}
    for one in payments.records(session, contract_id):
        if one.id not in returned:
            line = requests[one.request_id]
            found[line] = found.get(line, 0) + one.amount_fen
    return found
