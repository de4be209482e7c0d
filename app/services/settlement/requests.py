"""付款申请: the contractor asks for what is payable, with an invoice for exactly that amount."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.settlement_terms import InvoiceKind, InvoiceState, RequestState, SettlementDeed
from app.services.act import Act, Refused, found
from app.services.money import payees
from app.services.settlement import blocking
from app.services.settlement.common import Done, Moved, checked_text, for_supplier, note, once
from app.services.settlement.disputes import amount_of
from app.services.settlement.electronic import completed
from app.services.settlement.plan import account_of
from app.services.settlement.statements import check_live, standing_against
from app.services.settlement.typed import InvoiceTyped
from app.store import payments, settlement
from app.store.contracts import ContractScope
from app.store.engine import IntegrityError
from app.store.evidence import links
from app.store.payments import Invoice, PaymentRequest
from app.store.settlement import SettlementStatement
from kpi.quantities import Money

R, D = RequestState, SettlementDeed
NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{5,39}")
ACCOUNT = re.compile(r"[0-9][0-9 -]{7,39}")


@dataclass(frozen=True)
class Asked:
    """What the contractor asks for, and where it is to be paid."""

    statement_id: int
    invoice: InvoiceTyped
    payee_name: str
    payee_bank: str
    payee_account: str
    note: str = ""


def held(scope: ContractScope, request_id: int, seen: int, *states: RequestState, todo: str = "办理") -> PaymentRequest:
    """The request, where it is the version that was seen and stands where it must."""
    row = found(settlement.find(scope.session, PaymentRequest, scope.contract_id, request_id, hold=True))
    now = R.of(row.state)
    if row.version != seen:
        raise Moved("这笔付款申请", f"第 {seen} 版", f"第 {row.version} 版（{now.label}）")
    if states and now not in states:
        raise Refused(f"这笔付款申请现在是“{now.label}”，不能{todo}；{'、'.join(f'“{one.label}”' for one in states)}时才可以")
    return row


def about(row: PaymentRequest) -> Done:
    return Done(row.line, statement_id=row.statement_id, request_id=row.id)


def turn(act: Act, row: PaymentRequest, state: RequestState) -> None:
    """The state that follows; whoever saw the version before sees an old one, even where the state stays."""
    row.state = state.value
    payments.touch(act.session, row)


# -- asking ---------------------------------------------------------------------------------------


def ask(act: Act, scope: ContractScope, asked: Asked, key: str) -> Done:
    """The request; with an invoice for another amount it waits for the red-letter correction."""
    for_supplier(act, scope)
    return once(act, scope, key, D.REQUESTED, lambda: _ask(act, scope, asked, key))


def _ask(act: Act, scope: ContractScope, asked: Asked, key: str) -> Done:
    statement = found(settlement.find(act.session, SettlementStatement, scope.contract_id, asked.statement_id))
    check_live(scope, statement)
    account = account_of(scope, statement)
    if account.signing is None:
        raise Refused("应付款核定单还没有签发，请等采购人分管领导签发")
    if account.open is not None:
        raise Refused(f"这一期已有一笔付款申请在办理（{R.of(account.open.state).label}），办完以后才能再申请")
    if account.outstanding <= 0:
        raise Refused("这一期没有可以申请的款项了")
    if why := standing_against(scope, statement):
        raise Refused("现在不能申请付款。" + blocking.words(why))
    row = PaymentRequest(
        contract_id=scope.contract_id, number=payments.next_number(act.session, scope.contract_id), statement_id=statement.id,
        line=statement.line, amount_fen=account.outstanding, state=R.SENT.value, **_payee(asked), note=asked.note.strip(),
        requested_by=act.person().user_id, requested_at=act.now,
    )  # fmt: skip
    row.account_changed = _is_new(act, scope, row.payee_account)
    settlement.add(act.session, row)
    note(act, scope, D.REQUESTED, key, about(row), "", amount_fen=row.amount_fen, number=row.number)
    take_invoice(act, scope, row, asked.invoice, f"{key}-v")
    return about(row)


def _is_new(act: Act, scope: ContractScope, account: str) -> bool:
    """Whether it is to be paid elsewhere than before, and no letter that two people have seen stands behind it."""
    known = payees.current(scope)
    registered = {known.account.replace(" ", "").replace("-", "")} if known is not None else set()
    before = payments.account_before(act.session, scope.contract_id)
    return before not in {None, account} and account not in registered


def _payee(asked: Asked) -> dict[str, str]:
    account = unicodedata.normalize("NFKC", asked.payee_account).strip()
    if not ACCOUNT.fullmatch(account):
        raise Refused("银行账号应为 8 至 40 位数字", "payee_account")
    return {
        "payee_name": checked_text(asked.payee_name, "payee_name", "收款单位", least=2, most=120),
        "payee_bank": checked_text(asked.payee_bank, "payee_bank", "开户银行", least=2, most=120),
        "payee_account": account.replace(" ", "").replace("-", ""),
    }


# -- invoices -------------------------------------------------------------------------------------


def take_invoice(act: Act, scope: ContractScope, row: PaymentRequest, typed: InvoiceTyped, key: str) -> Invoice:
    """Keeps the invoice; one for another amount stays as wrong until its red-letter correction."""
    typed = completed(act, scope, typed)
    fen = amount_of(typed.amount, "invoice_amount")
    fits = fen == row.amount_fen
    invoice = _keep(act, scope, row, typed, fen, InvoiceKind.BLUE, InvoiceState.STANDING if fits else InvoiceState.WRONG)
    turn(act, row, R.SENT if fits else R.WRONG)
    if not fits:
        text = f"发票 {invoice.number} 金额 {Money(fen)}，应为 {Money(row.amount_fen)}；请红字冲销后重开"
        note(act, scope, D.INVOICE_WRONG, key, about(row), text, invoice=invoice.id)
    return invoice


def _keep(
    act: Act, scope: ContractScope, row: PaymentRequest, typed: InvoiceTyped, fen: int, kind: InvoiceKind, state: InvoiceState,
    corrects: Invoice | None = None, field: str = "invoice_number",
) -> Invoice:  # fmt: skip
    number = checked_number(act, scope, typed.number, field)
    if typed.issued_on is None or typed.issued_on > act.today:
        raise Refused("开票日期应为今天或更早", "issued_on" if kind is InvoiceKind.BLUE else "red_on")
    if typed.file_id is not None and typed.file_id not in links.digests(act.session, scope.contract_id, {typed.file_id}):
        raise Refused("上传的发票没有找到，请重新上传", "files")
    invoice = Invoice(
        contract_id=scope.contract_id, request_id=row.id, kind=kind.value, number=number, amount_fen=fen, state=state.value,
        issued_on=typed.issued_on, corrects_id=corrects.id if corrects is not None else None, file_id=typed.file_id,
        entered_by=act.person().user_id, entered_at=act.now,
    )  # fmt: skip
    try:
        return settlement.add(act.session, invoice)
    except IntegrityError as error:  # the number came in for another contract at the same moment
        raise Refused("这个发票号码刚刚在别处登记过，请核对", field) from error


def checked_number(act: Act, scope: ContractScope, typed: str, field: str) -> str:
    """The number as it is kept; one that stands in any contract is refused."""
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).upper()
    if not NUMBER.fullmatch(number):
        raise Refused("发票号码应为 6 至 40 位数字或字母（数电发票 20 位）", field)
    if (used := payments.number_used(act.session, number)) is not None:
        where = "本合同" if used[0] == scope.contract_id else "另一份合同"
        raise Refused(f"发票号码 {number} 已在{where}登记过，一张发票只能用一次，请核对", field)
    return number


def standing_invoice(scope: ContractScope, row: PaymentRequest) -> Invoice | None:
    """The invoice that counts."""
    counts = (one for one in payments.invoices(scope.session, scope.contract_id, row.id) if one.state == InvoiceState.STANDING)
    return next((one for one in counts if one.kind == InvoiceKind.BLUE), None)


def open_invoices(scope: ContractScope, row: PaymentRequest) -> Sequence[Invoice]:
    """Invoices that no red-letter one has taken back."""
    rows = payments.invoices(scope.session, scope.contract_id, row.id)
    return [one for one in rows if one.kind == InvoiceKind.BLUE and one.state != InvoiceState.CANCELLED]


@dataclass(frozen=True)
class Correction:
    """The red-letter invoice and the new one."""

    red_number: str
    red_on: date | None
    invoice: InvoiceTyped


def correct(act: Act, scope: ContractScope, request_id: int, what: Correction, seen: int, key: str) -> Done:
    """The wrong invoice is taken back by a red-letter one, and a new one comes in."""
    for_supplier(act, scope)
    return once(act, scope, key, D.CORRECTED, lambda: _correct(act, scope, request_id, what, seen, key))


def _correct(act: Act, scope: ContractScope, request_id: int, what: Correction, seen: int, key: str) -> Done:
    row = held(scope, request_id, seen, R.WRONG, todo="登记红字更正")
    wrong = found(next((one for one in open_invoices(scope, row) if one.state == InvoiceState.WRONG), None))
    red = cancel(act, scope, row, wrong, what.red_number, what.red_on)
    note(act, scope, D.CORRECTED, key, about(row), f"{wrong.number} 由红字发票 {red.number} 冲销", invoice=wrong.id, red=red.id)
    take_invoice(act, scope, row, what.invoice, f"{key}-v")
    return about(row)


def cancel(act: Act, scope: ContractScope, row: PaymentRequest, wrong: Invoice, number: str, on: date | None) -> Invoice:
    """A red-letter invoice over the whole amount takes an invoice back."""
    typed = InvoiceTyped(number, Money(wrong.amount_fen).plain(), on)
    red = _keep(act, scope, row, typed, wrong.amount_fen, InvoiceKind.RED, InvoiceState.STANDING, wrong, "red_number")
    wrong.state = InvoiceState.CANCELLED.value
    act.session.flush()
    return red


# -- withdrawing ----------------------------------------------------------------------------------

EARLY = (R.WRONG, R.SENT, R.CHECKED, R.APPROVING, R.DECLINED)


def withdraw(
    act: Act, scope: ContractScope, request_id: int, reason: str, red: tuple[str, date | None], seen: int, key: str
) -> Done:
    """The contractor takes the request back before it is approved; its invoice is taken back with it."""
    for_supplier(act, scope)
    return once(act, scope, key, D.WITHDRAWN, lambda: _withdraw(act, scope, request_id, reason, red, seen, key))


def _withdraw(
    act: Act, scope: ContractScope, request_id: int, reason: str, red: tuple[str, date | None], seen: int, key: str
) -> Done:
    row = held(scope, request_id, seen, *EARLY, todo="撤回")
    text = checked_text(reason, "reason", "撤回的理由")
    for invoice in open_invoices(scope, row):
        cancel(act, scope, row, invoice, *red)
    turn(act, row, R.WITHDRAWN)
    return note(act, scope, D.WITHDRAWN, key, about(row), text)
