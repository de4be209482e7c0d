"""Rows of evidence files, what they prove, and which pictures look the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from app.security.terms import EntryState
from app.store.models import (
    Base,
    EntryDraft,
    EntryEvidence,
    EvidenceFile,
    EvidenceLikeness,
    ImportBatch,
    LedgerEntry,
)

__all__ = ["EntryEvidence", "Evidence", "EvidenceFile", "Use", "every", "unused"]

SOME = 500  # ids in one IN list
BANDS = 4
BAND_BITS = 16
MOST_LIKE = 20
MOST_USES = 20  # of one file; more would not be read
UPSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Use:
    """An entry that a file (or one that looks like it) proves. `root` is the activity that it belongs to.

    `imported`: the entry was a row of this very file, so that it rightly proves many.
    """

    file_id: int
    used_file_id: int
    entry_id: int
    ledger: str
    number: int
    business_date: date
    root: int
    imported: bool = False


def bands(look: str) -> list[int]:
    """The four quarters of a perceptual hash."""
    bits = int(look, 16)
    return [bits >> (BAND_BITS * place) & 0xFFFF for place in range(BANDS)]


def near(band: int) -> list[int]:
    """The band and its neighbours one bit away: looks at most seven bits apart share one such band."""
    return [band, *(band ^ (1 << bit) for bit in range(BAND_BITS))]


def in_some(ids: Collection[int]) -> Iterator[list[int]]:
    """The ids in lists that a statement can carry."""
    every_id = sorted(set(ids))
    for start in range(0, len(every_id), SOME):
        yield every_id[start : start + SOME]


@dataclass(frozen=True)
class Evidence:
    """The evidence of one contract. Every query is bound to it."""

    session: Session
    contract_id: int

    def find(self, file_id: int) -> EvidenceFile | None:
        query = sa.select(EvidenceFile).where(
            EvidenceFile.contract_id == self.contract_id, EvidenceFile.id == file_id
        )
        return self.session.scalars(query).one_or_none()

    def by_ids(self, ids: Collection[int]) -> dict[int, EvidenceFile]:
        """Those of the files that are in this contract."""
        found: dict[int, EvidenceFile] = {}
        for some in in_some(ids):
            query = sa.select(EvidenceFile).where(
                EvidenceFile.contract_id == self.contract_id, EvidenceFile.id.in_(some)
            )
            found |= {row.id: row for row in self.session.scalars(query)}
        return found

    def is_free(self, file: EvidenceFile) -> bool:
        """Whether nothing refers to this file yet."""
        query = sa.select(EvidenceFile.id).where(EvidenceFile.id == file.id, is_free())
        return self.session.scalar(query) is not None

    def by_sha256(self, sha256: str) -> EvidenceFile | None:
        query = sa.select(EvidenceFile).where(
            EvidenceFile.contract_id == self.contract_id, EvidenceFile.sha256 == sha256
        )
        return self.session.scalars(query).one_or_none()

    def add(self, **values: Any) -> tuple[EvidenceFile, bool]:
        """The row of these bytes, and whether it is new: two senders at once get the same one."""
        insert = UPSERT[self.session.get_bind().dialect.name](EvidenceFile)
        statement = (
            insert.values(contract_id=self.contract_id, **values)
            .on_conflict_do_nothing(index_elements=["contract_id", "sha256"])
            .returning(EvidenceFile.id)
        )
        made = self.session.scalar(statement)
        row = self.by_sha256(values["sha256"])
        if row is None:
            raise LookupError("the row that was in the way is gone again")
        return row, made is not None

    # -- what looks the same --------------------------------------------------------------------

    def alike(self, file: EvidenceFile) -> Sequence[EvidenceFile]:
        """Other pictures of which a quarter of the hash is the same but for one bit."""
        if file.look is None:
            return []
        columns = (EvidenceFile.look_0, EvidenceFile.look_1, EvidenceFile.look_2, EvidenceFile.look_3)
        quarters = [
            sa.select(EvidenceFile.id).where(
                EvidenceFile.contract_id == self.contract_id, column.in_(near(band))
            )
            for column, band in zip(columns, bands(file.look), strict=True)
        ]
        ids = sa.union(*quarters).subquery()
        query = sa.select(EvidenceFile).where(
            EvidenceFile.contract_id == self.contract_id,
            EvidenceFile.id.in_(sa.select(ids.c.id)),
            EvidenceFile.id != file.id,
        )
        return self.session.scalars(query).all()

    def note_likeness(self, file_id: int, others: Iterable[tuple[int, int]]) -> None:
        """Notes the nearest of the others (id, distance), each way."""
        nearest = sorted(others, key=lambda each: (each[1], each[0]))[:MOST_LIKE]
        rows = [
            {"contract_id": self.contract_id, "file_id": one, "like_id": two, "distance": distance}
            for other, distance in nearest
            for one, two in ((file_id, other), (other, file_id))
        ]
        if rows:
            insert = UPSERT[self.session.get_bind().dialect.name](EvidenceLikeness)
            self.session.execute(insert.on_conflict_do_nothing(), rows)

    # -- what they prove ------------------------------------------------------------------------

    def of_entries(self, entry_ids: Collection[int]) -> list[tuple[EntryEvidence, int]]:
        """What proves these entries, by entry, kind and place: the link with its file, and the entry's activity."""
        found: list[tuple[EntryEvidence, int]] = []
        for some in in_some(entry_ids):
            query = (
                sa.select(EntryEvidence, sa.func.coalesce(LedgerEntry.activity_id, LedgerEntry.id))
                .join(LedgerEntry, LedgerEntry.id == EntryEvidence.entry_id)
                .where(EntryEvidence.contract_id == self.contract_id, EntryEvidence.entry_id.in_(some))
                .options(joinedload(EntryEvidence.file))
                .order_by(
                    EntryEvidence.entry_id, EntryEvidence.kind, EntryEvidence.position, EntryEvidence.id
                )
            )
            found += self.session.execute(query).tuples().all()
        return found

    def uses(self, file_ids: Collection[int]) -> list[Use]:
        """The entries that these files, or pictures that look like them, prove; withdrawn ones left out."""
        found: list[Use] = []
        for some in in_some(file_ids):
            found += self.uses_of(
                sa.select(EvidenceFile.id.label("file_id"), EvidenceFile.id.label("used_id")).where(
                    EvidenceFile.contract_id == self.contract_id, EvidenceFile.id.in_(some)
                ),
                sa.select(
                    EvidenceLikeness.file_id.label("file_id"), EvidenceLikeness.like_id.label("used_id")
                ).where(EvidenceLikeness.contract_id == self.contract_id, EvidenceLikeness.file_id.in_(some)),
            )
        return found

    def uses_of(self, same: sa.Select[Any], alike: sa.Select[Any]) -> list[Use]:
        """Carries `uses` out: one statement for the files themselves and those that look like them."""
        pair = sa.union_all(same, alike).subquery()
        numbered = (
            sa.select(
                pair.c.file_id,
                pair.c.used_id,
                LedgerEntry.id.label("entry_id"),
                LedgerEntry.ledger,
                LedgerEntry.number,
                LedgerEntry.business_date,
                sa.func.coalesce(LedgerEntry.activity_id, LedgerEntry.id).label("root"),
                sa.exists()
                .where(
                    ImportBatch.contract_id == self.contract_id,
                    ImportBatch.id == LedgerEntry.batch_id,
                    ImportBatch.file_id == pair.c.used_id,
                )
                .label("imported"),
                sa.func.row_number()
                .over(partition_by=pair.c.file_id, order_by=(LedgerEntry.business_date, LedgerEntry.id))
                .label("place"),
            )
            .join(
                EntryEvidence,
                sa.and_(
                    EntryEvidence.contract_id == self.contract_id, EntryEvidence.file_id == pair.c.used_id
                ),
            )
            .join(
                LedgerEntry,
                sa.and_(
                    LedgerEntry.contract_id == self.contract_id, LedgerEntry.id == EntryEvidence.entry_id
                ),
            )
            .where(LedgerEntry.state != EntryState.WITHDRAWN.value)
            .subquery()
        )
        query = (
            sa.select(numbered)
            .where(numbered.c.place <= MOST_USES)
            .order_by(numbered.c.file_id, numbered.c.place)
        )
        return [Use(*row[:-1]) for row in self.session.execute(query)]

    def drop(self, file_ids: Collection[int]) -> None:
        """Takes rows away that nothing refers to, with what was noted of their looks."""
        for some in in_some(file_ids):
            here = EvidenceLikeness.contract_id == self.contract_id
            either = sa.or_(EvidenceLikeness.file_id.in_(some), EvidenceLikeness.like_id.in_(some))
            self.session.execute(sa.delete(EvidenceLikeness).where(here, either))
            self.session.execute(
                sa.delete(EvidenceFile).where(
                    EvidenceFile.contract_id == self.contract_id, EvidenceFile.id.in_(some)
                )
            )


def referring() -> list[sa.ForeignKeyConstraint]:
    """Every reference to an evidence file, of whatever table, likeness left out."""
    return [
        constraint
        for table in Base.metadata.sorted_tables
        for constraint in table.foreign_key_constraints
        if constraint.referred_table is EvidenceFile.__table__ and table is not EvidenceLikeness.__table__
    ]


def is_free() -> sa.ColumnElement[bool]:
    """Nothing refers to the file."""
    free = []
    for constraint in referring():
        (contract, file) = constraint.columns
        free.append(~sa.exists().where(contract == EvidenceFile.contract_id, file == EvidenceFile.id))
    return sa.and_(*free)


def unused(session: Session, before: datetime, size: int = SOME) -> Sequence[EvidenceFile]:
    """Files that came in before then and that nothing refers to, of every contract.

    Drafts are sealed: while the uploader has one in the contract, it may name the file.
    """
    draft = sa.exists().where(
        EntryDraft.contract_id == EvidenceFile.contract_id, EntryDraft.user_id == EvidenceFile.uploaded_by
    )
    query = (
        sa.select(EvidenceFile)
        .where(EvidenceFile.uploaded_at < before, is_free(), ~draft)
        .order_by(EvidenceFile.contract_id, EvidenceFile.id)
        .limit(size)
    )
    return session.scalars(query).all()


def every(session: Session) -> Iterator[tuple[int, int, str, int, bool]]:
    """Contract, id, SHA-256, size and whether there is a copy to show, of every file."""
    query = sa.select(
        EvidenceFile.contract_id, EvidenceFile.id, EvidenceFile.sha256, EvidenceFile.size, EvidenceFile.shown
    ).order_by(EvidenceFile.id)
    for row in session.execute(query.execution_options(yield_per=SOME)):
        yield tuple(row)
