"""Keeps the ledger up with the settlement: signed statements, payments, returned payments, decided disputes.

Whatever is posted already is left alone, so it may run after every act; an act of the settlement ends with it, in its
own transaction. A statement that replaces a paid one posts the difference; what was paid beyond it is claimed back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.clock import business_day
from app.security.money_terms import Account, SourceKind
from app.security.money_terms import PostingKind as K
from app.security.settlement_terms import DisputeOutcome
from app.services.act import Act, found
from app.services.money import effects, postings
from app.services.money.effects import Part, Sums
from app.services.money.postings import Said, Source
from app.services.money.writing import Entry
from app.store import payments, settlement
from app.store.contracts import ContractScope
from app.store.money import Books, MoneyBatch, Move
from app.store.payments import PaymentRecord
from app.store.settlement import SettlementStatement
from kpi.quantities import Money

Pair = tuple[Account, Account]


def follow(act: Act, scope: ContractScope) -> None:
    """Posts what the settlement has done since; nothing where the contract states no price to go by."""
    if found(scope.contract()).price_fen is None:
        return
    session, contract_id = act.session, scope.contract_id
    signings = settlement.signings(session, contract_id)
    signed = [row for row in settlement.statements(session, contract_id) if row.id in signings]
    if not signed:
        return
    postings.open_books(act, scope)
    posted = posted_statements(Books(session, contract_id))
    for row in signed:
        if row.id not in posted:
            _statement(act, scope, row, [one for one in signed if one.line == row.line and one.id < row.id])
    _disputes(act, scope, {row.id: row for row in signed})
    _payments(act, scope, {row.id: row for row in signed})


def posted_statements(books: Books) -> set[int]:
    """The statements that something rests on, also where it was taken back."""
    return {row.source_id for row in books.batches() if row.source_kind == SourceKind.STATEMENT.value}


def sums_of(row: SettlementStatement) -> Sums:
    """A stored statement as the ledger takes it."""
    lines: list[dict[str, object]] = row.content["lines"]

    def parts(kind: str) -> list[Part]:
        return [
            Part(f"{kind}{number}", str(one["title"]).removeprefix("抵扣"), str(one["clause"]), Money(-int(str(one["fen"]))))
            for number, one in enumerate(lines, 1)
            if one["kind"] == kind and one["fen"]
        ]

    return Sums(
        row.id, row.title, str(row.content["clause"]), row.advance, Money(row.amount_fen), Money(row.payable_fen),
        parts("offset"), parts("reduction"), Money(row.carried_in_fen),
    )  # fmt: skip


def _statement(act: Act, scope: ContractScope, row: SettlementStatement, earlier: list[SettlementStatement]) -> None:
    books = Books(act.session, scope.contract_id)
    for one in earlier:
        if _paid_something(act, scope, row.line):
            continue
        effects.statement_withdrawn(act, scope, one.id, f"由第 {row.revision} 版取代：{row.reason}")
    standing = _standing(books, [one.id for one in earlier])
    if standing:
        _adjust(act, scope, row, standing)
        return
    effects.statement_signed(act, scope, sums_of(row), business_day(row.made_at))


def _paid_something(act: Act, scope: ContractScope, line: str) -> bool:
    returned = payments.returns(act.session, scope.contract_id)
    own = {one.id for one in payments.requests(act.session, scope.contract_id, line)}
    return any(one.request_id in own and one.id not in returned for one in payments.records(act.session, scope.contract_id))


def _standing(books: Books, statement_ids: Iterable[int]) -> Counter[Pair]:
    """What earlier revisions of a line have moved, and nobody has taken back."""
    found_moves: Counter[Pair] = Counter()
    for statement_id in statement_ids:
        rows = books.of_source(SourceKind.STATEMENT, statement_id)
        gone = books.reversals([row.id for row in rows])
        for row in rows:
            if row.id not in gone and row.reverses_id is None:
                found_moves.update(pairs(row))
    return found_moves


def pairs(row: MoneyBatch) -> Counter[Pair]:
    moved: Counter[Pair] = Counter()
    for line in row.lines:
        moved[Account.of(line.debit), Account.of(line.credit)] += line.amount_fen
    return moved


def _adjust(act: Act, scope: ContractScope, row: SettlementStatement, standing: Counter[Pair]) -> None:
    """One batch with the difference between what stands and what the new revision says."""
    wanted = Counter({(move.debit, move.credit): move.fen for move in effects.moves_of(sums_of(row))})
    change = Counter(wanted)
    change.subtract(standing)
    payable = Books(act.session, scope.contract_id).balances()[Account.PAYABLE]
    short = -(payable + sum(fen if pair[0] is Account.PAYABLE else 0 for pair, fen in change.items()))
    if short > 0:
        claim(change, short)
    moves = tuple(Move(debit, credit, fen) if fen > 0 else Move(credit, debit, -fen) for (debit, credit), fen in change.items() if fen)
    if moves:
        said = f"{row.title}：第 {row.revision} 版核定单与前一版的差额"
        source = Source(SourceKind.STATEMENT, row.id)
        postings.post(act, scope, Entry(K.ADJUSTED, source, business_day(row.made_at), said, moves, str(row.content["clause"])))


def claim(change: Counter[Pair], short: int) -> None:
    """What was paid beyond the new sum is to be paid back; it is no reduction (nor unearned) before it is."""
    change[Account.PAYABLE, Account.EARNED] += short
    for pair, sign in (((Account.REDUCTIONS, Account.EARNED), 1), ((Account.EARNED, Account.OUTSTANDING), -1)):
        cut = min(short, max(sign * change[pair], 0))
        change[pair] -= sign * cut
        change[Account.RECEIVABLE, Account.PAID] += cut
        short -= cut


def _disputes(act: Act, scope: ContractScope, signed: dict[int, SettlementStatement]) -> None:
    for one in settlement.disputes(act.session, scope.contract_id):
        if one.outcome == DisputeOutcome.NOT_PAYABLE.value and one.statement_id in signed:
            row = signed[one.statement_id]
            source = Source(SourceKind.STATEMENT, row.id, f"dispute{one.id}")
            decided = business_day(one.decided_at or act.now)
            said = Said(decided, f"{row.title}：争议部分不予支付", str(row.content["clause"]), "争议不予支付")
            if Books(act.session, scope.contract_id).by_key(source.key(K.REDUCTION)) is None:
                effects.dispute_lost(act, scope, source, Money(one.amount_fen), said)


def _payments(act: Act, scope: ContractScope, signed: dict[int, SettlementStatement]) -> None:
    books, returned = Books(act.session, scope.contract_id), payments.returns(act.session, scope.contract_id)
    requests = {one.id: one for one in payments.requests(act.session, scope.contract_id)}
    for one in payments.records(act.session, scope.contract_id):
        row = signed.get(requests[one.request_id].statement_id)
        if row is None:
            continue
        source = Source(SourceKind.PAYMENT, one.id)
        if books.by_key(source.key(K.ADVANCE if row.advance else K.PAYMENT)) is None:
            pay = postings.advance_paid if row.advance else postings.paid
            pay(act, scope, source, Money(one.amount_fen), Said(one.paid_on, said_of(row, one), str(row.content["clause"])))
        back = returned.get(one.id)
        if back is not None and books.by_key(source.key(K.RETURNED)) is None:
            postings.returned(act, scope, source, Said(back.returned_on, f"退票：{row.title}，{back.reason}"))


def said_of(row: SettlementStatement, one: PaymentRecord) -> str:
    again = f"第 {one.attempt} 次支付" if one.attempt > 1 else "支付"
    return f"{again}{row.title}，凭证 {one.voucher}"
