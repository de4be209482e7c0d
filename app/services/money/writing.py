"""One batch into the ledger: once per source, balanced, no account below nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.security.money_terms import Account, PostingKind, SourceKind
from app.services.act import Act, Refused
from app.services.money.refusals import below_nothing
from app.store.contracts import ContractScope
from app.store.money import Books, MoneyBatch, Move
from kpi.quantities import Money


@dataclass(frozen=True)
class Source:
    """What a posting rests on. `part` tells several postings of one kind from one source apart."""

    kind: SourceKind
    id: int
    part: str = ""

    def key(self, kind: PostingKind) -> str:
        """Unique in a contract."""
        return f"{kind.value}:{self.kind.value}:{self.id}:{self.part}"


@dataclass(frozen=True)
class Entry:
    """A batch to be written."""

    kind: PostingKind
    source: Source
    on: date
    summary: str
    moves: tuple[Move, ...] = ()
    clause: str = ""
    cause: str = ""
    reverses_id: int | None = None


def write(act: Act, scope: ContractScope, entry: Entry) -> MoneyBatch:
    """Writes the batch with its audit row. The one that is there already, where the source is known; Refused where
    it says something else."""
    books = Books(act.session, scope.contract_id)
    if any(move.fen <= 0 for move in entry.moves) or not entry.moves:
        raise Refused("记账的金额要大于 0；这次没有金额可记，请核对")
    held = books.hold()
    key = entry.source.key(entry.kind)
    if (known := books.by_key(key)) is not None:
        return same(books, known, entry)
    if entry.reverses_id is not None and (gone := books.reversals([entry.reverses_id])):
        raise Refused(f"这笔分录已经由第 {gone[entry.reverses_id].number} 号冲回，不能再冲一次")
    if why := below_nothing({account: row.balance_fen for account, row in held.items()}, entry.moves):
        raise Refused(why)
    row = MoneyBatch(
        kind=entry.kind.value, happened_on=entry.on, summary=entry.summary[:300], source_kind=entry.source.kind.value,
        source_id=entry.source.id, source_key=key, clause=entry.clause[:80], cause=entry.cause[:120],
        reverses_id=entry.reverses_id, posted_by=act.actor.user_id if act.actor else None, posted_at=act.now,
    )  # fmt: skip
    books.add(row, entry.moves, held)
    total = sum(move.fen for move in entry.moves)
    act.record("money.posted", "posting", row.id, scope.contract_id, kind=entry.kind.label, amount_fen=total, source=key)
    return row


def same(books: Books, known: MoneyBatch, entry: Entry) -> MoneyBatch:
    """The batch that stands for the source, where it says the same sums and was not taken back."""
    if gone := books.reversals([known.id]):
        raise Refused(
            f"{entry.kind.label}（第 {known.number} 号）已由第 {gone[known.id].number} 号冲回，不能照原样再记。"
            "请按新的结算单或付款记录办理"
        )
    there = [(line.debit, line.credit, line.amount_fen) for line in known.lines]
    if there != [(move.debit.value, move.credit.value, move.fen) for move in entry.moves]:
        sum_there = Money(known.lines[0].amount_fen)
        raise Refused(
            f"{entry.kind.label}已按 {sum_there} 记过账（第 {known.number} 号），不能改成 {Money(entry.moves[0].fen)}。"
            "请先冲销原来的分录，再重新办理"
        )
    return known


def backwards(act: Act, scope: ContractScope, row: MoneyBatch, entry: Entry) -> MoneyBatch:
    """The sums of a batch the other way round, as `entry` says of itself."""
    moves = tuple(Move(Account.of(line.credit), Account.of(line.debit), line.amount_fen) for line in reversed(row.lines))
    return write(act, scope, replace(entry, moves=moves, reverses_id=row.id))
