"""付款计划: every line of the chosen plan with where it stands and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from app.security.settlement_terms import DisputeOutcome, RequestState
from app.services.settlement import blocking
from app.services.settlement.basis import Past, computed, past_of
from app.services.settlement.blocking import Blocker
from app.services.settlement.preparing import Prepared, prepared
from app.store import payments, settlement
from app.store.contracts import ContractScope
from app.store.payments import PaymentRecord, PaymentRequest
from app.store.settlement import SettlementDispute, SettlementStatement, StatementSigning
from kpi.payments import Line
from kpi.payments.decision import NOTHING
from kpi.quantities import Money, total
from kpi.rulebook.payments import Tranche

#: State of a line → the words for it; the key is what pages choose their sign by.
STATES = {
    "before": "上线以前已付", "paid": "已支付", "returned": "应收回", "part": "部分已支付", "asked": "付款办理中",
    "signed": "等供应商申请", "stated": "等签发核定单", "ready": "可以核定", "blocked": "不能核定", "later": "以后",
    "nothing": "无须支付", "disputed": "争议部分未付", "kept": "不予返还",
}  # fmt: skip


@dataclass(frozen=True)
class Account:
    """What has become of a line's statement, in fen."""

    statement: SettlementStatement
    signing: StatementSigning | None = None
    requests: Sequence[PaymentRequest] = ()
    records: Sequence[PaymentRecord] = ()
    disputes: Sequence[SettlementDispute] = ()

    @property
    def disputed(self) -> int:
        """Held back: what is still in dispute, and what was found not payable."""
        held = [one for one in self.disputes if one.outcome != DisputeOutcome.PAYABLE.value]
        return sum(one.amount_fen for one in held if one.statement_id == self.statement.id)

    @property
    def in_dispute(self) -> int:
        waiting = [one for one in self.disputes if one.outcome is None and one.statement_id == self.statement.id]
        return sum(one.amount_fen for one in waiting)

    @property
    def requested(self) -> int:
        return sum(one.amount_fen for one in self.requests if one.state != RequestState.WITHDRAWN)

    @property
    def paid(self) -> int:
        return sum(one.amount_fen for one in self.records)

    @property
    def open(self) -> PaymentRequest | None:
        """The request that is under way."""
        return next((one for one in self.requests if one.state not in payments.OVER), None)

    @property
    def outstanding(self) -> int:
        """What may still be requested: the payable less what is held back and what was requested. May be negative."""
        return self.statement.payable_fen - self.disputed - self.requested

    @property
    def state(self) -> str:
        if self.signing is None:
            return "stated"
        if self.statement.payable_fen < self.paid:
            return "returned"
        if self.open is not None:
            return "asked"
        if self.outstanding > 0:
            return "part" if self.paid else "signed"
        if self.in_dispute:
            return "disputed"
        return "paid" if self.paid else "nothing"


@dataclass(frozen=True)
class LineView:
    """A line of the plan. `amount` and `payable` are None where they cannot be computed yet."""

    line: Line
    tranche: Tranche
    state: str
    amount: Money | None
    payable: Money | None
    account: Account | None = None
    blockers: tuple[Blocker, ...] = ()
    forfeited: Money = NOTHING

    @property
    def word(self) -> str:
        return STATES[self.state]

    @property
    def reduced(self) -> int | None:
        """What was taken off it, in fen; None where nothing of it was stated or kept yet."""
        stated = self.account.statement.reduction_fen if self.account is not None else 0
        return stated + self.forfeited.fen if self.account is not None or self.forfeited.fen else None

    @property
    def paid(self) -> int | None:
        """What was paid on it, in fen, before the console too; None where nothing of it was settled yet."""
        if self.account is not None:
            return self.account.paid
        return self.payable.fen if self.state == "before" and self.payable is not None else None


@dataclass(frozen=True)
class PlanView:
    """The whole plan. `next`: the line that is to be settled now, as it would be."""

    past: Past
    title: str
    lines: tuple[LineView, ...] = ()
    next: Prepared | None = None
    blockers: tuple[Blocker, ...] = ()
    sums: dict[str, int] = field(default_factory=dict)


def plan_of(scope: ContractScope) -> PlanView:
    """Everything of it; Refused where the rulebook has no payments."""
    past = past_of(scope)
    first = computed(scope, past, None)
    if first.plan is None:
        unknown = Blocker("plan", "；".join(first.decision.reasons), "采购人主管人员")
        return PlanView(past, "", blockers=(*blocking.standing(scope, past), unknown))
    accounts = accounts_of(scope, past.live.values())
    waiting = next((one for one in first.plan.lines if one.id not in past.over), None)
    now = prepared(scope, past, waiting.id, first=first) if waiting is not None else None
    made = now.made if now is not None else first
    lines = tuple(_line(made.tranche(one.id), one, past, accounts, now) for one in (made.plan or first.plan).lines)
    view = PlanView(past, first.plan.title, lines, now)
    return replace(view, sums=_sums(view, accounts.values()))


def _line(tranche: Tranche, line: Line, past: Past, accounts: dict[str, Account], now: Prepared | None) -> LineView:
    account, gone = accounts.get(line.id), past.forfeited.of(line.id)
    if account is not None:
        row = account.statement
        return LineView(line, tranche, account.state, Money(row.amount_fen) + gone, Money(row.payable_fen), account, forfeited=gone)
    if line.id in past.forfeited.whole:
        return LineView(line, tranche, "kept", gone, Money(0), forfeited=gone)
    if line.id in past.opened:
        return LineView(line, tranche, "before", line.amount, past.opened[line.id])
    if now is not None and now.line.id == line.id:
        state = "blocked" if now.blockers or now.payable is None else "ready"
        if (held := past.forfeited.left.get(line.id)) is not None and state == "blocked":
            return LineView(now.line, tranche, state, held + gone, None, blockers=now.blockers, forfeited=gone)
        return LineView(now.line, tranche, state, now.line.amount, now.payable, blockers=now.blockers, forfeited=gone)
    return LineView(line, tranche, "later", line.amount, None, forfeited=gone)


def _sums(view: PlanView, accounts: Iterable[Account]) -> dict[str, int]:
    """In fen: the price, what was settled and paid, what was held back."""
    listed = list(accounts)
    before = sum(one.fen for one in view.past.opened.values())
    return {
        "price": view.past.contract.price_fen or 0, "stated": sum(one.statement.payable_fen for one in listed) + before,
        "paid": sum(one.paid for one in listed) + before, "disputed": sum(one.in_dispute for one in listed),
        "reduced": sum(one.statement.reduction_fen for one in listed) + total(view.past.forfeited.sums.values()).fen,
        "forfeited": total(view.past.forfeited.sums.values()).fen,
    }  # fmt: skip


def accounts_of(scope: ContractScope, rows: Iterable[SettlementStatement]) -> dict[str, Account]:
    """What has become of these statements, by line; a few queries for any number of them."""
    session, contract_id = scope.session, scope.contract_id
    signings, disputes = settlement.signings(session, contract_id), settlement.disputes(session, contract_id)
    requests, returned = payments.requests(session, contract_id), payments.returns(session, contract_id)
    records = [one for one in payments.records(session, contract_id) if one.id not in returned]
    found = {}
    for row in rows:
        own = [one for one in requests if one.line == row.line]
        ids = {one.id for one in own}
        found[row.line] = Account(
            row, signings.get(row.id), own, [one for one in records if one.request_id in ids],
            [one for one in disputes if one.statement_id == row.id],
        )  # fmt: skip
    return found


def account_of(scope: ContractScope, row: SettlementStatement) -> Account:
    return accounts_of(scope, [row])[row.line]
