"""Imports of one contract: batches with their staged rows, mappings of columns, entries that came with a batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.security.terms import BatchState, EntryDeed, EntryState
from app.store.models import ColumnMapping, EntryEvent, EvidenceFile, ImportBatch, ImportRow, LedgerEntry

__all__ = ["ColumnMapping", "ImportBatch", "ImportRow"]

SOME = 1000  # rows at a time
#: States in which a batch has put nothing into the ledger and never will by itself.
IDLE = frozenset({BatchState.UPLOADED.value, BatchState.CHECKED.value, BatchState.FAILED.value, BatchState.UNDONE.value})


class Staged(NamedTuple):
    """A row in staging. `sealed`: its cells and what is wrong with it."""

    id: int
    line: int
    sealed: bytes
    good: bool


class LastImport(NamedTuple):
    """When a ledger was last filled by a mapping from a platform."""

    ledger: str
    mapping_id: int
    name: str
    columns: dict[str, Any]
    at: datetime

    @property
    def traced(self) -> bool:
        """Whether the mapping is for files that a platform has written."""
        return bool(self.columns.get("trace"))


@dataclass(frozen=True)
class Imports:
    """The imports of one contract. Every query is bound to it."""

    session: Session
    contract_id: int

    # -- batches --------------------------------------------------------------------------------

    def find(self, batch_id: int, *, lock: bool = False) -> ImportBatch | None:
        """The batch; `lock` keeps it for this transaction."""
        query = sa.select(ImportBatch).where(
            ImportBatch.contract_id == self.contract_id, ImportBatch.id == batch_id
        )
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        return self.session.scalars(query).one_or_none()

    def add(self, **columns: Any) -> ImportBatch:
        row = ImportBatch(contract_id=self.contract_id, **columns)
        self.session.add(row)
        self.session.flush()
        return row

    def batches(
        self, ledgers: Collection[str] | None = None, before: int | None = None, size: int = 50
    ) -> Sequence[ImportBatch]:
        """Batches with who sent them, latest first."""
        query = sa.select(ImportBatch).where(ImportBatch.contract_id == self.contract_id)
        if ledgers is not None:
            query = query.where(ImportBatch.ledger.in_(ledgers))
        if before is not None:
            query = query.where(ImportBatch.id < before)
        query = query.options(joinedload(ImportBatch.uploader)).order_by(ImportBatch.id.desc())
        return self.session.scalars(query.limit(size)).all()

    def same_file(self, batch: ImportBatch) -> Sequence[ImportBatch]:
        """Other batches of the same file in the same ledger, latest first; one that was given up left out."""
        query = sa.select(ImportBatch).where(
            ImportBatch.contract_id == self.contract_id,
            ImportBatch.ledger == batch.ledger,
            ImportBatch.file_id == batch.file_id,
            ImportBatch.id != batch.id,
            ImportBatch.state != BatchState.FAILED.value,
        )
        query = query.options(joinedload(ImportBatch.uploader)).order_by(ImportBatch.id.desc())
        return self.session.scalars(query.limit(20)).all()

    def retries(self, batch_id: int) -> Sequence[ImportBatch]:
        """The batches that took up what was wrong in this one."""
        query = sa.select(ImportBatch).where(
            ImportBatch.contract_id == self.contract_id, ImportBatch.retry_of == batch_id
        )
        return self.session.scalars(query.order_by(ImportBatch.id)).all()

    def file(self, batch: ImportBatch) -> EvidenceFile:
        """The original."""
        query = sa.select(EvidenceFile).where(
            EvidenceFile.contract_id == self.contract_id, EvidenceFile.id == batch.file_id
        )
        return self.session.scalars(query).one()

    def ledgers_of_file(self, file_id: int) -> list[str]:
        """The ledgers that a file was sent to be imported into."""
        query = sa.select(ImportBatch.ledger).where(
            ImportBatch.contract_id == self.contract_id, ImportBatch.file_id == file_id
        )
        return list(self.session.scalars(query.distinct()))

    # -- mappings -------------------------------------------------------------------------------

    def mapping(self, mapping_id: int) -> ColumnMapping | None:
        query = sa.select(ColumnMapping).where(
            ColumnMapping.contract_id == self.contract_id, ColumnMapping.id == mapping_id
        )
        return self.session.scalars(query).one_or_none()

    def mapping_for(self, ledger: str, headings: str) -> ColumnMapping | None:
        """The latest mapping for files with these headings."""
        query = sa.select(ColumnMapping).where(
            ColumnMapping.contract_id == self.contract_id,
            ColumnMapping.ledger == ledger,
            ColumnMapping.headings == headings,
        )
        return self.session.scalars(query.order_by(ColumnMapping.made_at.desc(), ColumnMapping.id.desc()).limit(1)).first()

    def mappings(self, ledger: str) -> Sequence[ColumnMapping]:
        """The mappings of a ledger by name."""
        query = sa.select(ColumnMapping).where(
            ColumnMapping.contract_id == self.contract_id, ColumnMapping.ledger == ledger
        )
        return self.session.scalars(query.order_by(ColumnMapping.name)).all()

    def keep_mapping(
        self, ledger: str, name: str, headings: str, columns: Mapping[str, Any], user_id: int, now: datetime
    ) -> ColumnMapping:
        """Keeps a mapping under its name, over an earlier one of the same name."""
        query = sa.select(ColumnMapping).where(
            ColumnMapping.contract_id == self.contract_id, ColumnMapping.ledger == ledger, ColumnMapping.name == name
        )
        row = self.session.scalars(query).one_or_none()
        if row is None:
            row = ColumnMapping(contract_id=self.contract_id, ledger=ledger, name=name, made_by=user_id)
            self.session.add(row)
        row.headings, row.columns, row.made_by, row.made_at = headings, dict(columns), user_id, now
        self.session.flush()
        return row

    def drop_mapping(self, mapping: ColumnMapping) -> None:
        """Takes a mapping away; batches that used it keep what they were mapped by."""
        same = sa.and_(ImportBatch.contract_id == self.contract_id, ImportBatch.mapping_id == mapping.id)
        self.session.execute(sa.update(ImportBatch).where(same).values(mapping_id=None))
        self.session.delete(mapping)
        self.session.flush()

    def last_from_platforms(self) -> list[LastImport]:
        """The last import through each mapping that a batch which stands was made with."""
        batch, mapping = ImportBatch, ColumnMapping
        last = (
            sa.select(batch.mapping_id, sa.func.max(batch.imported_at).label("at"))
            .where(batch.contract_id == self.contract_id, batch.state == BatchState.IMPORTED.value)
            .group_by(batch.mapping_id)
            .subquery()
        )
        query = (
            sa.select(mapping.ledger, mapping.id, mapping.name, mapping.columns, last.c.at)
            .join(last, last.c.mapping_id == mapping.id)
            .where(mapping.contract_id == self.contract_id)
            .order_by(mapping.ledger, mapping.name)
        )
        return [LastImport(*row) for row in self.session.execute(query)]

    # -- staging --------------------------------------------------------------------------------

    def stage(self, batch_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts rows into staging, many at once: line, sealed, problems, good."""
        if rows:
            given = [{"contract_id": self.contract_id, "batch_id": batch_id, **row} for row in rows]
            self.session.execute(sa.insert(ImportRow), given)

    def drop_staged(self, batch_ids: Sequence[int]) -> int:
        """Empties the staging of batches; how many rows there were."""
        here = sa.and_(ImportRow.contract_id == self.contract_id, ImportRow.batch_id.in_(batch_ids))
        return int(getattr(self.session.execute(sa.delete(ImportRow).where(here)), "rowcount", 0))

    def staged(self, batch_id: int, good: bool | None = None, size: int = SOME) -> Iterator[Sequence[Staged]]:
        """The staged rows in the order of their lines, some at a time."""
        after = 0
        while True:
            query = sa.select(ImportRow.id, ImportRow.line, ImportRow.sealed, ImportRow.good).where(
                ImportRow.contract_id == self.contract_id, ImportRow.batch_id == batch_id, ImportRow.line > after
            )
            if good is not None:
                query = query.where(ImportRow.good.is_(good))
            rows = [Staged(*row) for row in self.session.execute(query.order_by(ImportRow.line).limit(size))]
            if not rows:
                return
            after = rows[-1].line
            yield rows

    def some_bad(self, batch_id: int, size: int, after: int = 0) -> Sequence[Staged]:
        """The next rows with something wrong."""
        query = sa.select(ImportRow.id, ImportRow.line, ImportRow.sealed, ImportRow.good).where(
            ImportRow.contract_id == self.contract_id,
            ImportRow.batch_id == batch_id,
            ImportRow.good.is_(False),
            ImportRow.line > after,
        )
        return [Staged(*row) for row in self.session.execute(query.order_by(ImportRow.line).limit(size))]

    def spoil(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Marks rows as bad that were good before: id, sealed, problems."""
        if rows:
            self.session.execute(sa.update(ImportRow), [{**row, "good": False} for row in rows])

    # -- what came with a batch -----------------------------------------------------------------

    def entry_states(self, batch_id: int) -> dict[str, int]:
        """How many entries of the batch stand in which state."""
        query = sa.select(LedgerEntry.state, sa.func.count()).where(self.of_batch(batch_id))
        return dict(self.session.execute(query.group_by(LedgerEntry.state)).tuples().all())

    def of_batch(self, batch_id: int) -> sa.ColumnElement[bool]:
        return sa.and_(LedgerEntry.contract_id == self.contract_id, LedgerEntry.batch_id == batch_id)

    def days(self, batch_id: int) -> list[date]:
        """The business dates of the batch's entries that stand."""
        standing = LedgerEntry.state != EntryState.WITHDRAWN.value
        query = sa.select(LedgerEntry.business_date).where(self.of_batch(batch_id), standing)
        return list(self.session.scalars(query.distinct()))

    def ever_verified(self, batch_id: int) -> int:
        """How many entries of the batch were verified, whether or not they still are."""
        event = aliased(EntryEvent)
        verified = sa.exists().where(
            event.contract_id == LedgerEntry.contract_id,
            event.entry_id == LedgerEntry.id,
            event.deed == EntryDeed.VERIFIED.value,
        )
        query = sa.select(sa.func.count()).where(
            self.of_batch(batch_id), sa.or_(LedgerEntry.state == EntryState.VERIFIED.value, verified)
        )
        return self.session.scalar(query) or 0

    def standing_ids(self, batch_id: int) -> list[int]:
        """The entries of the batch that are not withdrawn."""
        standing = sa.and_(self.of_batch(batch_id), LedgerEntry.state != EntryState.WITHDRAWN.value)
        return list(self.session.scalars(sa.select(LedgerEntry.id).where(standing).order_by(LedgerEntry.id)))

    def withdraw(self, ids: Sequence[int]) -> None:
        """Withdraws entries, many at once."""
        for start in range(0, len(ids), SOME):
            some = sa.and_(LedgerEntry.contract_id == self.contract_id, LedgerEntry.id.in_(ids[start : start + SOME]))
            self.session.execute(
                sa.update(LedgerEntry)
                .where(some)
                .values(
                    state=EntryState.WITHDRAWN.value, version=LedgerEntry.version + 1, verifier_id=None,
                    verified_at=None, validated=None,
                )
                .execution_options(synchronize_session=False)
            )  # fmt: skip
        self.session.expire_all()

    def versions(self, ids: Sequence[int]) -> dict[int, int]:
        """The versions of entries, for their histories."""
        found: dict[int, int] = {}
        for start in range(0, len(ids), SOME):
            query = sa.select(LedgerEntry.id, LedgerEntry.version).where(
                LedgerEntry.contract_id == self.contract_id, LedgerEntry.id.in_(ids[start : start + SOME])
            )
            found |= dict(self.session.execute(query).tuples().all())
        return found


def settled(session: Session, before: datetime, size: int = 200) -> list[tuple[int, int]]:
    """(contract, batch) of batches sent before then that still have rows in staging and will not need them."""
    there = sa.exists().where(
        ImportRow.contract_id == ImportBatch.contract_id, ImportRow.batch_id == ImportBatch.id
    )
    ended = (*IDLE, BatchState.IMPORTED.value)
    query = sa.select(ImportBatch.contract_id, ImportBatch.id).where(
        ImportBatch.uploaded_at < before, ImportBatch.state.in_(ended), there
    )
    return [(contract, batch) for contract, batch in session.execute(query.order_by(ImportBatch.id).limit(size))]
