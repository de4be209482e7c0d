"""What a statement as a whole does to the ledger: priced, reduced, offset, owed; and how all of it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.money_terms import Account, SourceKind
from app.security.money_terms import PostingKind as K
from app.services.act import Act, Refused
from app.services.money import postings, retention
from app.services.money.postings import Said, Source
from app.services.money.writing import Entry
from app.store.contracts import ContractScope
from app.store.money import Books, MoneyBatch, Move
from kpi.payments.decision import NOTHING
from kpi.quantities import Money, total


@dataclass(frozen=True)
class Part:
    """One reduction, or one advance that is offset: its id in the rulebook, what it is, its clause, the sum."""

    id: str
    title: str
    clause: str
    amount: Money


@dataclass(frozen=True)
class Sums:
    """A signed statement. `net`: the line's amount after offsets, before reductions (as PaymentDecision has it).

    `reductions` of this period and `carried_in` of earlier ones are taken as far as `payable` says; what is beyond
    is carried on to the next statement. `held`: what later lines are to give back, by their ids; `line`: its own.
    """

    statement_id: int
    title: str
    clause: str
    advance: bool
    net: Money
    payable: Money
    offsets: Sequence[Part] = ()
    reductions: Sequence[Part] = ()
    carried_in: Money = NOTHING
    held: Sequence[Part] = ()
    line: str = ""

    @property
    def gross(self) -> Money:
        """What was earned before offsets."""
        return self.net + total(part.amount for part in self.offsets)


def statement_signed(act: Act, scope: ContractScope, sums: Sums, on: date) -> list[MoneyBatch]:
    """Posts the statement; the batches, in order. Refused where its sums do not meet."""
    source = Source(SourceKind.STATEMENT, sums.statement_id)
    said = Said(on, sums.title, sums.clause)
    if sums.advance:
        return [postings.advance_approved(act, scope, source, sums.payable, said)] if sums.payable.fen > 0 else []
    back, made = retention.release(act, scope, sums.statement_id, sums.line, sums.gross, Said(on, f"{sums.title}：解除保留", sums.clause))
    if (fresh := sums.gross - back).fen > 0:
        made.append(postings.earned(act, scope, source, fresh, Said(on, f"{sums.title}：计价", sums.clause)))
    made += _offsets(act, scope, sums, on)
    made += _reductions(act, scope, sums, on)
    if sums.payable.fen > 0:
        made.append(postings.approved(act, scope, source, sums.payable, Said(on, f"{sums.title}：核定应付款", sums.clause)))
    return made + held_back(act, scope, sums, on)


def held_back(act: Act, scope: ContractScope, sums: Sums, on: date) -> list[MoneyBatch]:
    """What later lines are to give back stands in 保留 from this statement on."""
    wanted = {part.id: (part.amount, part.title, part.clause) for part in sums.held}
    return retention.hold(act, scope, sums.statement_id, wanted, on)


def named(part: Part) -> str:
    """The advance that is offset, as people call it."""
    return part.title.removeprefix("抵扣")


def _offsets(act: Act, scope: ContractScope, sums: Sums, on: date) -> list[MoneyBatch]:
    """Advances are offset as far as something was earned; what is beyond is to be paid back."""
    left, made = sums.gross, []
    for part in sums.offsets:
        source = Source(SourceKind.STATEMENT, sums.statement_id, part.id)
        taken = min(left, part.amount)
        if taken.fen > 0:
            made.append(postings.offset(act, scope, source, taken, Said(on, f"{sums.title}：抵扣{named(part)}", part.clause)))
        left -= taken
        if (beyond := part.amount - taken).fen > 0:
            said = Said(on, f"{sums.title}：{named(part)}超过计价的部分应收回", part.clause)
            made.append(postings.claimed_back(act, scope, source, beyond, said))
    return made


def _reductions(act: Act, scope: ContractScope, sums: Sums, on: date) -> list[MoneyBatch]:
    carried = Part("carried_in", "上期结转的扣款", sums.clause, sums.carried_in)
    left, made = sums.net - sums.payable, []
    if sums.net.fen <= 0:
        return [_claimed(act, scope, sums, left, on)] if left.fen > 0 else []
    for part in (carried, *sums.reductions):
        taken = min(left, part.amount)
        if taken.fen <= 0:
            continue
        source = Source(SourceKind.STATEMENT, sums.statement_id, part.id)
        said = Said(on, f"{sums.title}：扣款，{part.title}", part.clause, part.title)
        made.append(postings.reduced(act, scope, source, taken, said))
        left -= taken
    if sums.net.fen > 0 and left.fen:
        raise Refused(
            f"结算单的数对不上：应得 {sums.net}，应付 {sums.payable}，相差的 {sums.net - sums.payable} 里有 {left} 没有列明是什么扣款。"
            "请重新核定应付款"
        )
    return made


def _claimed(act: Act, scope: ContractScope, sums: Sums, amount: Money, on: date) -> MoneyBatch:
    """Nothing is left to take reductions from: they are to be paid back out of what was paid."""
    source = Source(SourceKind.STATEMENT, sums.statement_id, "reductions")
    said = Said(on, f"{sums.title}：扣款超过应得，应收回", sums.clause, "扣款")
    return postings.claimed_back(act, scope, source, amount, said, of=Account.PAID)


def statement_withdrawn(act: Act, scope: ContractScope, statement_id: int, reason: str) -> list[MoneyBatch]:
    """Takes back everything that rests on a statement, the last first. Refused once something of it was paid."""
    books = Books(act.session, scope.contract_id)
    rows = books.of_source(SourceKind.STATEMENT, statement_id)
    gone = books.reversals([row.id for row in rows])
    live = [row for row in rows if row.id not in gone and row.reverses_id is None]
    return [postings.undone(act, scope, row, reason) for row in reversed(live)]


def dispute_lost(act: Act, scope: ContractScope, source: Source, amount: Money, said: Said) -> MoneyBatch:
    """A part of what was approved is not to be paid after all."""
    move = Move(Account.REDUCTIONS, Account.PAYABLE, amount.fen)
    return postings.post(act, scope, Entry(K.REDUCTION, source, said.on, said.summary, (move,), said.clause, said.cause))
