"""争议: a part of a statement is held back until somebody else has decided; the rest is paid."""

from __future__ import annotations

from app.security.settlement_terms import DisputeOutcome, SettlementDeed
from app.security.terms import Party
from app.services.act import Act, Refused, found
from app.services.settlement import ledger
from app.services.settlement.common import (
    ASKS,
    CONFIRMS,
    SIGNS,
    Done,
    checked_text,
    contract_of,
    for_buyer,
    holds,
    note,
    once,
)
from app.services.settlement.plan import account_of
from app.services.settlement.statements import check_live
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.settlement import SettlementDispute, SettlementStatement
from kpi.quantities import Money, QuantityError

D = SettlementDeed


def raise_one(act: Act, scope: ContractScope, statement_id: int, amount: str, reason: str, key: str) -> Done:
    """Either side holds a part of the payable back, with the reason."""
    person, contract = act.person(), contract_of(scope)
    supplier = holds(person, contract, ASKS, supplier=True)
    if not supplier:
        for_buyer(act, scope, CONFIRMS, SIGNS)
    side = Party.SUPPLIER if supplier else Party.BUYER
    return once(act, scope, key, D.DISPUTED, lambda: _raise(act, scope, statement_id, (side, amount, reason), key))


def _raise(act: Act, scope: ContractScope, statement_id: int, said: tuple[Party, str, str], key: str) -> Done:
    row = found(settlement.find(act.session, SettlementStatement, scope.contract_id, statement_id))
    check_live(scope, row)
    if row.id not in settlement.signings(act.session, scope.contract_id):
        raise Refused("核定单还没有签发，对金额有意见的请在签发以前提出，由核定人重新核定")
    side, typed, reason = said
    fen = amount_of(typed)
    if fen > (left := account_of(scope, row).outstanding):
        raise Refused(f"争议金额不能超过还没有申请支付的 {Money(max(left, 0))}", "amount")
    settlement.add(
        act.session,
        SettlementDispute(
            contract_id=scope.contract_id, statement_id=row.id, side=side.value, amount_fen=fen,
            reason=checked_text(reason, "reason", "争议的事由"), raised_by=act.person().user_id, raised_at=act.now,
        ),
    )  # fmt: skip
    return note(act, scope, D.DISPUTED, key, Done(row.line, statement_id=row.id), reason.strip(), amount_fen=fen)


def amount_of(typed: str, field: str = "amount") -> int:
    """Fen of a sum as typed, more than nothing."""
    try:
        money = Money.parse(typed.strip().replace("，", ",").removeprefix("￥"))
    except QuantityError as error:
        raise Refused("请填写金额（元），最多两位小数，例如 120000.00", field) from error
    if not 0 < money.fen < 10**15:
        raise Refused("金额应大于 0", field)
    return money.fen


def decide(act: Act, scope: ContractScope, dispute_id: int, outcome: DisputeOutcome, answer: str, key: str) -> Done:
    """The buyer's signer decides, not who raised it: the part is paid, or it is not."""
    for_buyer(act, scope, SIGNS, CONFIRMS)
    return once(act, scope, key, D.DISPUTE_DECIDED, lambda: _decide(act, scope, dispute_id, outcome, answer, key))


def _decide(act: Act, scope: ContractScope, dispute_id: int, outcome: DisputeOutcome, answer: str, key: str) -> Done:
    row = found(settlement.find(act.session, SettlementDispute, scope.contract_id, dispute_id, hold=True))
    if row.outcome is not None:
        raise Refused("这项争议已经处理过了，请刷新页面")
    if row.raised_by == act.person().user_id:
        raise Refused("自己提出的争议不能自己处理，请采购人的另一人处理")
    row.answer = checked_text(answer, "answer", "处理的理由")
    row.outcome, row.decided_by, row.decided_at = outcome.value, act.person().user_id, act.now
    act.session.flush()
    about = found(settlement.find(act.session, SettlementStatement, scope.contract_id, row.statement_id))
    if outcome is DisputeOutcome.NOT_PAYABLE and about.id in settlement.signings(act.session, scope.contract_id):
        ledger.dispute_lost(act, scope, about, row)
    done = Done(about.line, statement_id=about.id)
    return note(act, scope, D.DISPUTE_DECIDED, key, done, f"{outcome.label}：{row.answer}", amount_fen=row.amount_fen)
