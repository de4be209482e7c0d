"""What an act does to the ledger of its contract, within the act's own transaction.

Each function takes the amount as Money (more than 0) and a `Source`; called again with the same source it changes
nothing, called with another amount it is refused. Nothing is posted that would leave an account below nothing:
no plan can pay more than the price (the ceiling), no payment more than what was approved.

In order for an ordinary tranche: `earned`, `reduced`, `offset`, `approved`, `paid`. For an advance: `advance_approved`,
`advance_paid`. What a later line is to give back (质保金): `earned`, `retained`; with that line `released`, then as any.
A returned payment: `returned`, then `paid` again with the new record's source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.security.money_terms import Account, SourceKind
from app.security.money_terms import PostingKind as K
from app.services.act import Act, Refused, found
from app.services.money.refusals import below_nothing
from app.services.money.syncing import keep_up
from app.services.money.writing import Entry, Source, backwards, write
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.money import Books, MoneyBatch, Move
from app.store.payments import PaymentRecord
from app.store.settlement import SettlementStatement
from kpi.payments.decision import NOTHING
from kpi.quantities import Money, plain

__all__ = [
    "Said", "Source", "advance_approved", "advance_paid", "approved", "by_count", "claimed_back", "earned", "fits", "fixed",
    "forfeited", "offset", "open_books", "paid", "reduced", "refunded", "released", "rest_claimed_back", "retained", "returned",
    "reverse", "taken_back", "undone",
]  # fmt: skip
#: Batches that follow the contract and its opening records.
FOLLOWING = frozenset({K.PRICE, K.AMENDMENT, K.OPENING})
#: What rests on a decision is taken back by revoking the decision, or the two would disagree.
DECIDED = frozenset({SourceKind.FORFEIT.value})


@dataclass(frozen=True)
class Said:
    """What a posting says of itself. `clause` and `cause` (扣款 of what) are for reductions above all."""

    on: date
    summary: str
    clause: str = ""
    cause: str = ""


def open_books(act: Act, scope: ContractScope) -> None:
    """Posts the price, its changes since and earlier payments. Every other function does it first by itself.

    Refused where the contract has no price yet.
    """
    keep_up(act, scope)


def post(act: Act, scope: ContractScope, entry: Entry) -> MoneyBatch:
    keep_up(act, scope)
    return write(act, scope, entry)


def _one(act: Act, scope: ContractScope, kind: K, source: Source, move: tuple[Account, Account, Money], said: Said) -> MoneyBatch:
    debit, credit, amount = move
    entry = Entry(kind, source, said.on, said.summary, (Move(debit, credit, amount.fen),), said.clause, said.cause)
    return post(act, scope, entry)


def earned(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """计价: a statement's gross sum (base × share), before reductions and offsets."""
    return _one(act, scope, K.EARNED, source, (Account.EARNED, Account.OUTSTANDING, amount), said)


def reduced(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """扣款 from what was earned; one call for each reduction, told apart by the source's `part`."""
    return _one(act, scope, K.REDUCTION, source, (Account.REDUCTIONS, Account.EARNED, amount), said)


def retained(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """A part of what was earned is kept back until later (质保金)."""
    return _one(act, scope, K.RETENTION, source, (Account.RETAINED, Account.EARNED, amount), said)


def released(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said, *, rest: Money = NOTHING) -> MoneyBatch:
    """What was kept back is settled: `amount` is priced as anything earned, `rest` is not settled any more."""
    moves = (Move(Account.EARNED, Account.RETAINED, amount.fen), Move(Account.OUTSTANDING, Account.RETAINED, rest.fen))
    entry = Entry(K.RELEASE, source, said.on, said.summary, tuple(one for one in moves if one.fen), said.clause, said.cause)
    return post(act, scope, entry)


def forfeited(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """What was kept back is not given back: a reduction out of 保留."""
    return _one(act, scope, K.REDUCTION, source, (Account.REDUCTIONS, Account.RETAINED, amount), said)


def taken_back(act: Act, scope: ContractScope, source: Source, reason: str) -> MoneyBatch:
    """Everything that a decision moved, moved back: the decision was revoked."""
    rows = [row for row in Books(act.session, scope.contract_id).of_source(source.kind, source.id) if row.reverses_id is None]
    row = found(rows[-1] if rows else None)
    entry = Entry(K.REVERSAL, Source(SourceKind.BATCH, row.id), act.today, f"冲销第 {row.number} 号：{reason}", (), row.clause, row.cause)
    return backwards(act, scope, row, entry)


def offset(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """What was earned covers an advance: it counts as paid, and the advance no longer takes from the price."""
    moves = (Move(Account.PAID, Account.ADVANCES, amount.fen), Move(Account.OUTSTANDING, Account.EARNED, amount.fen))
    return post(act, scope, Entry(K.OFFSET, source, said.on, said.summary, moves, said.clause, said.cause))


def approved(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """应付款核定单: what remains of the sum earned is owed."""
    return _one(act, scope, K.APPROVED, source, (Account.PAYABLE, Account.EARNED, amount), said)


def advance_approved(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """An advance is owed before anything was earned."""
    return _one(act, scope, K.APPROVED, source, (Account.PAYABLE, Account.OUTSTANDING, amount), said)


def advance_paid(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """The approved advance has left the account."""
    return _one(act, scope, K.ADVANCE, source, (Account.ADVANCES, Account.PAYABLE, amount), said)


def paid(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """An approved sum has left the account."""
    return _one(act, scope, K.PAYMENT, source, (Account.PAID, Account.PAYABLE, amount), said)


def returned(act: Act, scope: ContractScope, payment: Source, said: Said) -> MoneyBatch:
    """退票: the bank sent a payment (or an advance) back; it is owed again."""
    books = Books(act.session, scope.contract_id)
    for kind in (K.PAYMENT, K.ADVANCE):
        if (row := books.by_key(payment.key(kind))) is not None:
            return backwards(act, scope, row, Entry(K.RETURNED, payment, said.on, said.summary))
    raise Refused("总账里没有这笔付款，不能登记退票。请先登记付款，或核对选的是哪一笔")


def claimed_back(
    act: Act, scope: ContractScope, source: Source, amount: Money, said: Said, *, of: Account = Account.ADVANCES
) -> MoneyBatch:
    """多付的要收回: an advance beyond what was earned, or (`of` PAID) what was paid beyond it."""
    return _one(act, scope, K.CLAWBACK, source, (Account.RECEIVABLE, of, amount), said)


def rest_claimed_back(act: Act, scope: ContractScope, source: Source, said: Said) -> MoneyBatch | None:
    """Once nothing more will be earned: whatever of the advances was not offset is to be paid back; None if nothing."""
    keep_up(act, scope)
    books = Books(act.session, scope.contract_id)
    rest = books.hold()[Account.ADVANCES].balance_fen
    if rest == 0:
        return books.by_key(source.key(K.CLAWBACK))
    return claimed_back(act, scope, source, Money(rest), said)


def refunded(
    act: Act, scope: ContractScope, source: Source, amount: Money, said: Said, *, to: Account = Account.OUTSTANDING
) -> MoneyBatch:
    """The contractor has paid back: to what is not settled yet, or (`to` REDUCTIONS) for good."""
    return _one(act, scope, K.REFUND, source, (to, Account.RECEIVABLE, amount), said)


def by_count(
    act: Act, scope: ContractScope, source: Source, unit_price: Fraction, count: int, said: Said
) -> MoneyBatch | None:
    """按实际数量结算: the price becomes unit price (yuan) × verified count; None where it was that already.

    Refused above the ceiling: what the contract and its amendments state.
    """
    keep_up(act, scope)
    books = Books(act.session, scope.contract_id)
    books.hold()
    ceiling = books.balances()[Account.PRICE] + books.moved([K.AMENDMENT], Account.AMENDMENTS)
    settled = Money.of(unit_price * count)
    if settled.fen > ceiling:
        raise Refused(
            f"{plain(unit_price)} 元 × {count:,} = {settled}，超过合同价款 {Money(ceiling)}。"
            "按实际数量结算不能超过合同价款；确要增加，请先签补充协议并修改合同价款"
        )
    change = settled.fen - ceiling - books.moved([K.COUNT], Account.AMENDMENTS)
    if change == 0:
        return None
    move = Move(Account.OUTSTANDING, Account.AMENDMENTS, change) if change > 0 else Move(Account.AMENDMENTS, Account.OUTSTANDING, -change)
    return write(act, scope, Entry(K.COUNT, source, said.on, said.summary, (move,), said.clause, said.cause))


def reverse(act: Act, scope: ContractScope, batch_id: int, reason: str, on: date | None = None) -> MoneyBatch:
    """冲销: the same sums the other way round. What rests on the batch has to be reversed first."""
    row = found(Books(act.session, scope.contract_id).find(batch_id))
    if not reason.strip():
        raise Refused("请写明冲销的理由", "reason")
    if why := fixed(scope, row):
        raise Refused(why)
    return undone(act, scope, row, reason, on)


def undone(act: Act, scope: ContractScope, row: MoneyBatch, reason: str, on: date | None = None) -> MoneyBatch:
    """The same for what the batch rests on: whoever takes that back takes its postings back too."""
    if row.reverses_id is not None:
        raise Refused("冲回的分录不能再冲销；要恢复原来的账，请重新办理原来的业务")
    summary = f"冲销第 {row.number} 号：{reason.strip()}"
    entry = Entry(K.REVERSAL, Source(SourceKind.BATCH, row.id), on or act.today, summary, (), row.clause, row.cause)
    return backwards(act, scope, row, entry)


def fixed(scope: ContractScope, row: MoneyBatch) -> str:
    """Why this batch is not reversed by itself: the books would say other than what it rests on. Empty where it can be."""
    if row.kind in FOLLOWING:
        return "这笔分录跟着合同价款和补登记录走，不能单独冲销；请到“合同设置”更正价款，或撤回补登"
    if row.source_kind in DECIDED:
        return "这笔分录跟着“不予返还”的认定走，不能单独冲销；请由分管领导在“结算”里撤销认定"
    session, contract_id = scope.session, scope.contract_id
    if row.source_kind == SourceKind.PAYMENT.value and settlement.find(session, PaymentRecord, contract_id, row.source_id):
        return "这笔分录跟着支付记录走，不能单独冲销，否则总账和结算对不上；钱退回来的、登记错的，请在付款审批单上登记退票，自动冲回"
    if row.source_kind == SourceKind.STATEMENT.value and settlement.find(session, SettlementStatement, contract_id, row.source_id):
        return "这笔分录跟着应付款核定单走，不能单独冲销，否则总账和结算对不上；金额有变化的，请主管人员重新核定，差额自动入账"
    return ""


def fits(scope: ContractScope, moves: Sequence[Move]) -> str:
    """Why these moves could not be posted now; empty where they could. For a look before the act."""
    return below_nothing(Books(scope.session, scope.contract_id).balances(), moves)
