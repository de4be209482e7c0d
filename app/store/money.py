"""The ledger of a contract: its batches, its balances, and the one way to add to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload, selectinload

from app.security.money_terms import SOURCES, Account, PostingKind, SourceKind
from app.store.models import MoneyBalance, MoneyBatch, MoneyPosting, SizeDeclaration

__all__ = ["Books", "MoneyBalance", "MoneyBatch", "MoneyPosting", "Move", "SizeDeclaration"]

INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Move:
    """`fen` (more than 0) debited to one account, credited to another."""

    debit: Account
    credit: Account
    fen: int


def effects(moves: Collection[Move]) -> dict[Account, int]:
    """What the moves do to each account's balance: a credit raises a source, a debit everything else."""
    found: dict[Account, int] = {}
    for move in moves:
        for account, sign in ((move.debit, 1), (move.credit, -1)):
            found[account] = found.get(account, 0) + (-sign if account in SOURCES else sign) * move.fen
    return found


@dataclass(frozen=True)
class Books:
    """The ledger of one contract. Every query is bound to it."""

    session: Session
    contract_id: int

    # -- balances -------------------------------------------------------------------------------

    def balances(self) -> dict[Account, int]:
        """What each account holds, in fen; empty where the books are not open."""
        query = sa.select(MoneyBalance.account, MoneyBalance.balance_fen)
        rows = self.session.execute(query.where(MoneyBalance.contract_id == self.contract_id))
        return {Account.of(name): fen for name, fen in rows}

    def hold(self) -> dict[Account, MoneyBalance]:
        """The balances; nobody else posts to this contract before the transaction ends.

        The rows are made where they are missing: two that begin at once wait for each other here.
        """
        insert = INSERT[self.session.get_bind().dialect.name](MoneyBalance)
        rows = [{"contract_id": self.contract_id, "account": each.value, "balance_fen": 0} for each in Account]
        self.session.execute(insert.values(rows).on_conflict_do_nothing(index_elements=["contract_id", "account"]))
        query = sa.select(MoneyBalance).where(MoneyBalance.contract_id == self.contract_id)
        query = query.order_by(MoneyBalance.id).with_for_update().execution_options(populate_existing=True)
        return {Account.of(row.account): row for row in self.session.scalars(query)}

    def turnover(self) -> dict[Account, tuple[int, int]]:
        """All that was ever debited and credited to each account, reversals included."""
        found = dict.fromkeys(Account, (0, 0))
        query = sa.select(MoneyPosting.debit, MoneyPosting.credit, sa.func.sum(MoneyPosting.amount_fen))
        query = query.where(MoneyPosting.contract_id == self.contract_id)
        for debit, credit, fen in self.session.execute(query.group_by(MoneyPosting.debit, MoneyPosting.credit)):
            one, other = Account.of(debit), Account.of(credit)
            found[one] = (found[one][0] + int(fen), found[one][1])
            found[other] = (found[other][0], found[other][1] + int(fen))
        return found

    def moved(self, kinds: Collection[PostingKind], account: Account) -> int:
        """What batches of these kinds, less their reversals, have done to an account's balance."""
        reversed_by = sa.orm.aliased(MoneyBatch)
        gone = sa.exists().where(
            reversed_by.contract_id == self.contract_id, reversed_by.reverses_id == MoneyBatch.id
        )
        query = (
            sa.select(MoneyPosting.debit, MoneyPosting.credit, sa.func.sum(MoneyPosting.amount_fen))
            .join(MoneyBatch, MoneyBatch.id == MoneyPosting.batch_id)
            .where(MoneyBatch.contract_id == self.contract_id, MoneyBatch.kind.in_([each.value for each in kinds]), ~gone)
            .group_by(MoneyPosting.debit, MoneyPosting.credit)
        )
        moves = [Move(Account.of(debit), Account.of(credit), int(fen)) for debit, credit, fen in self.session.execute(query)]
        return effects(moves).get(account, 0)

    # -- batches --------------------------------------------------------------------------------

    def add(self, batch: MoneyBatch, moves: Sequence[Move], held: Mapping[Account, MoneyBalance]) -> MoneyBatch:
        """Writes a batch with its lines and the new balances; the caller holds them."""
        batch.contract_id = self.contract_id
        batch.number = 1 + (self.session.scalar(sa.select(sa.func.max(MoneyBatch.number)).filter_by(contract_id=self.contract_id)) or 0)
        self.session.add(batch)
        self.session.flush()
        for position, move in enumerate(moves, start=1):
            for account, change in effects([move]).items():
                held[account].balance_fen += change
            self.session.add(
                MoneyPosting(
                    contract_id=self.contract_id, batch_id=batch.id, position=position,
                    debit=move.debit.value, credit=move.credit.value, amount_fen=move.fen,
                    debit_after=held[move.debit].balance_fen, credit_after=held[move.credit].balance_fen,
                )
            )  # fmt: skip
        self.session.flush()
        return batch

    def find(self, batch_id: int) -> MoneyBatch | None:
        query = sa.select(MoneyBatch).where(MoneyBatch.contract_id == self.contract_id, MoneyBatch.id == batch_id)
        return self.session.scalars(query.options(joinedload(MoneyBatch.poster), selectinload(MoneyBatch.lines))).one_or_none()

    def by_key(self, source_key: str) -> MoneyBatch | None:
        query = sa.select(MoneyBatch).where(MoneyBatch.contract_id == self.contract_id, MoneyBatch.source_key == source_key)
        return self.session.scalars(query.options(selectinload(MoneyBatch.lines))).one_or_none()

    def posted(self, *kinds: PostingKind) -> dict[str, tuple[MoneyBatch, bool]]:
        """The batches of these kinds by their source's key, each with whether it was reversed."""
        reversal = sa.orm.aliased(MoneyBatch)
        same = sa.and_(reversal.contract_id == MoneyBatch.contract_id, reversal.reverses_id == MoneyBatch.id)
        query = sa.select(MoneyBatch, reversal.id).outerjoin(reversal, same).options(selectinload(MoneyBatch.lines))
        query = query.where(MoneyBatch.contract_id == self.contract_id, MoneyBatch.kind.in_([each.value for each in kinds]))
        return {row.source_key: (row, gone is not None) for row, gone in self.session.execute(query)}

    def kept_by_line(self, beside: int | None = None) -> dict[str, int]:
        """In fen: what stands in 保留 for each line of the plan. `beside`: as it was without one statement's postings."""
        kinds, found = PostingKind, dict[str, int]()
        for key, (row, gone) in self.posted(kinds.RETENTION, kinds.RELEASE, kinds.REDUCTION).items():
            own = row.source_kind == SourceKind.STATEMENT.value and row.source_id == beside
            other = row.kind == kinds.REDUCTION.value and row.source_kind != SourceKind.FORFEIT.value
            if not gone and not own and not other:
                line, sign = key.split(":", 3)[3], 1 if row.kind == kinds.RETENTION.value else -1
                found[line] = found.get(line, 0) + sign * sum(one.amount_fen for one in row.lines)
        return {line: fen for line, fen in found.items() if fen > 0}

    def of_source(self, kind: SourceKind, source_id: int) -> Sequence[MoneyBatch]:
        """Everything that rests on one statement, payment, record, in order."""
        query = sa.select(MoneyBatch).where(
            MoneyBatch.contract_id == self.contract_id, MoneyBatch.source_kind == kind.value, MoneyBatch.source_id == source_id
        )
        return self.session.scalars(query.options(selectinload(MoneyBatch.lines)).order_by(MoneyBatch.number)).all()

    def batches(
        self, *, kinds: Collection[PostingKind] | None = None, before: int | None = None, size: int | None = None
    ) -> Sequence[MoneyBatch]:
        """Batches, the newest first."""
        query = sa.select(MoneyBatch).where(MoneyBatch.contract_id == self.contract_id)
        if kinds is not None:
            query = query.where(MoneyBatch.kind.in_([each.value for each in kinds]))
        if before is not None:
            query = query.where(MoneyBatch.number < before)
        query = query.options(joinedload(MoneyBatch.poster), selectinload(MoneyBatch.lines))
        return self.session.scalars(query.order_by(MoneyBatch.number.desc()).limit(size)).all()

    def reversals(self, batch_ids: Collection[int]) -> dict[int, MoneyBatch]:
        """The batch that reverses each of these, where there is one."""
        query = sa.select(MoneyBatch).where(MoneyBatch.contract_id == self.contract_id, MoneyBatch.reverses_id.in_(batch_ids))
        return {row.reverses_id: row for row in self.session.scalars(query) if row.reverses_id is not None}


def retaining(session: Session, contract_ids: Collection[int]) -> Sequence[int]:
    """The contracts of these whose ledgers hold something back."""
    query = sa.select(MoneyBalance.contract_id).where(
        MoneyBalance.contract_id.in_(contract_ids), MoneyBalance.account == Account.RETAINED.value, MoneyBalance.balance_fen > 0
    )
    return session.scalars(query.order_by(MoneyBalance.contract_id)).all() if contract_ids else []


# -- 企业规模声明 -----------------------------------------------------------------------------------


def declaration(session: Session, contract_id: int) -> SizeDeclaration | None:
    """The latest declaration of the supplier's size."""
    query = sa.select(SizeDeclaration).where(SizeDeclaration.contract_id == contract_id)
    query = query.options(joinedload(SizeDeclaration.recorder)).order_by(SizeDeclaration.revision.desc())
    return session.scalars(query.limit(1)).one_or_none()


def add_declaration(session: Session, row: SizeDeclaration) -> SizeDeclaration:
    """Adds a declaration behind those that are there."""
    last = session.scalar(sa.select(sa.func.max(SizeDeclaration.revision)).filter_by(contract_id=row.contract_id))
    row.revision = (last or 0) + 1
    session.add(row)
    session.flush()
    return row
