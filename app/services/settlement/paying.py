"""支付: what was paid, by which voucher and bank reference; a returned payment reopens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.clock import business_day
from app.security.settlement_terms import RequestState, SettlementDeed
from app.services.act import Act, Refused, found
from app.services.money import spending
from app.services.settlement import blocking, ledger
from app.services.settlement.common import PAYS, Done, checked_text, for_buyer, for_supplier, note, once
from app.services.settlement.requests import ACCOUNT, about, held, turn
from app.services.settlement.statements import check_live, standing_against
from app.store import payments, settlement
from app.store.contracts import ContractScope
from app.store.payments import PaymentRecord, PaymentRequest, PaymentReturn
from app.store.settlement import SettlementStatement
from kpi.quantities import Money

R, D = RequestState, SettlementDeed


@dataclass(frozen=True)
class Paid:
    """A payment as it was made."""

    paid_on: date | None
    voucher: str
    bank_reference: str


def record(act: Act, scope: ContractScope, request_id: int, paid: Paid, seen: int, key: str) -> Done:
    """登记支付: the whole amount of an approved request, once."""
    for_buyer(act, scope, PAYS)
    return once(act, scope, key, D.PAID, lambda: _record(act, scope, request_id, paid, seen, key))


def _record(act: Act, scope: ContractScope, request_id: int, paid: Paid, seen: int, key: str) -> Done:
    row = held(scope, request_id, seen, R.APPROVED, R.BOUNCED, todo="登记支付")
    check_person(scope, row, act.person().user_id)
    statement = found(settlement.find(act.session, SettlementStatement, scope.contract_id, row.statement_id))
    check_live(scope, statement)
    if why := standing_against(scope, statement):
        raise Refused("现在不能支付。" + blocking.words(why))
    parts = spending.draw(act, scope, row.line, Money(row.amount_fen), paid.paid_on or act.today)
    made = _payment(act, scope, row, paid)
    ledger.paid(act, scope, statement, made)
    turn(act, row, R.PAID)
    text = f"{Money(made.amount_fen)}，{made.paid_on}，凭证 {made.voucher}，银行流水 {made.bank_reference}，指标 {spending.words(parts)}"
    taken = [[source.id, amount.fen] for source, amount in parts]
    return note(act, scope, D.PAID, key, about(row), text, record=made.id, amount_fen=made.amount_fen, funds=taken)


def check_person(scope: ContractScope, row: PaymentRequest, user_id: int) -> None:
    """Who approved last does not pay: approving and paying are two people's."""
    said = [one for one in payments.approvals(scope.session, scope.contract_id, [row.id]) if one.round == row.round]
    if said and user_id in {said[-1].user_id, said[-1].for_id}:
        raise Refused("最后一步是您审批的，支付由另一名财务人员登记")
    if user_id in {row.requested_by, row.submitted_by}:
        raise Refused("自己经办的付款不能自己登记支付")


def _payment(act: Act, scope: ContractScope, row: PaymentRequest, paid: Paid) -> PaymentRecord:
    if paid.paid_on is None or paid.paid_on > act.today:
        raise Refused("支付日期应为今天或更早", "paid_on")
    since = business_day(row.submitted_at) if row.submitted_at is not None else paid.paid_on
    if paid.paid_on < since:
        raise Refused(f"支付日期早于报送审批的 {since}，请核对", "paid_on")
    voucher = checked_text(paid.voucher, "voucher", "记账凭证号", least=1, most=60)
    reference = checked_text(paid.bank_reference, "bank_reference", "银行流水号", least=1, most=60)
    if payments.reference_used(act.session, scope.contract_id, reference):
        raise Refused("这个银行流水号已经登记过一笔支付，请核对，不要重复登记", "bank_reference")
    before = payments.records(act.session, scope.contract_id, row.id)
    return settlement.add(
        act.session,
        PaymentRecord(
            contract_id=scope.contract_id, request_id=row.id, attempt=len(before) + 1, amount_fen=row.amount_fen,
            paid_on=paid.paid_on, voucher=voucher, bank_reference=reference, recorded_by=act.person().user_id, recorded_at=act.now,
        ),
    )  # fmt: skip


def bounce(act: Act, scope: ContractScope, request_id: int, on: date | None, reason: str, seen: int, key: str) -> Done:
    """退票: the bank sent it back; the request is to be paid again."""
    for_buyer(act, scope, PAYS)
    return once(act, scope, key, D.BOUNCED, lambda: _bounce(act, scope, request_id, on, reason, seen, key))


def _bounce(act: Act, scope: ContractScope, request_id: int, on: date | None, reason: str, seen: int, key: str) -> Done:
    row = held(scope, request_id, seen, R.PAID, todo="登记退票")
    latest = payments.records(act.session, scope.contract_id, row.id)[-1]
    if on is None or not latest.paid_on <= on <= act.today:
        raise Refused("退票日期应在支付日期与今天之间", "returned_on")
    text = checked_text(reason, "reason", "退票的原因")
    if payments_after(scope, row):
        raise Refused("这一期后来又申请了付款，请先撤回那一笔，再登记退票")
    settlement.add(
        act.session,
        PaymentReturn(
            contract_id=scope.contract_id, record_id=latest.id, returned_on=on, reason=text, recorded_by=act.person().user_id,
            recorded_at=act.now,
        ),
    )  # fmt: skip
    ledger.bounced(act, scope, row.statement, latest, text)
    turn(act, row, R.BOUNCED)
    return note(act, scope, D.BOUNCED, key, about(row), text, record=latest.id)


def payments_after(scope: ContractScope, row: PaymentRequest) -> Sequence[PaymentRequest]:
    """Requests of the same line that are under way beside it: of a line one at a time is."""
    rows = payments.requests(scope.session, scope.contract_id, row.line)
    return [one for one in rows if one.id != row.id and one.state not in payments.OVER]


def change_account(
    act: Act, scope: ContractScope, request_id: int, payee: tuple[str, str, str], seen: int, key: str
) -> Done:
    """After a returned payment the contractor names another account; the letter and the approvals come anew."""
    for_supplier(act, scope)
    return once(act, scope, key, D.PAPER_ADDED, lambda: _change_account(act, scope, request_id, payee, seen, key))


def _change_account(act: Act, scope: ContractScope, request_id: int, payee: tuple[str, str, str], seen: int, key: str) -> Done:
    row = held(scope, request_id, seen, R.BOUNCED, todo="变更收款账户")
    name, bank, account = (one.strip() for one in payee)
    if not ACCOUNT.fullmatch(account):
        raise Refused("银行账号应为 8 至 40 位数字", "payee_account")
    row.payee_name = checked_text(name, "payee_name", "收款单位", least=2, most=120)
    row.payee_bank = checked_text(bank, "payee_bank", "开户银行", least=2, most=120)
    row.payee_account, row.account_changed = account.replace(" ", "").replace("-", ""), True
    turn(act, row, R.CHECKED)
    return note(act, scope, D.PAPER_ADDED, key, about(row), "变更收款账户，须补盖章函件并重新审批")
