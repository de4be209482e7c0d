"""The register of official documents: rows, numbers, service, papers, and what was done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from app.security.case_terms import CaseDeed, DocumentKind, DocumentState, PaperOf
from app.store.models import CaseEvent, CasePaper, DocumentSequence, DocumentService, OfficialDocument

__all__ = ["CaseEvent", "CasePaper", "DocumentService", "OfficialDocument"]

UPSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def next_number(session: Session, issuer_id: int, kind: DocumentKind, year: int) -> int:
    """Draws the next number of an issuer, a kind and a year; two transactions never draw the same."""
    key = {"issuer_id": issuer_id, "kind": kind.value, "year": year}
    insert = UPSERT[session.get_bind().dialect.name](DocumentSequence)
    session.execute(insert.values(**key, next_number=1).on_conflict_do_nothing())
    advance = sa.update(DocumentSequence).filter_by(**key).values(next_number=DocumentSequence.next_number + 1)
    drawn: int = session.execute(advance.returning(DocumentSequence.next_number)).scalar_one()
    return drawn - 1


def hold_numbers(session: Session, issuer_id: int, kind: DocumentKind, year: int) -> None:
    """Keeps others from drawing numbers of an issuer, a kind and a year until the transaction ends; none is drawn."""
    key = {"issuer_id": issuer_id, "kind": kind.value, "year": year}
    insert = UPSERT[session.get_bind().dialect.name](DocumentSequence)
    session.execute(insert.values(**key, next_number=1).on_conflict_do_nothing())
    session.execute(sa.update(DocumentSequence).filter_by(**key).values(next_number=DocumentSequence.next_number))


def number_taken(session: Session, issuer_id: int, number: str) -> bool:
    """Whether the issuer has used the number in any contract, also on a document that became void."""
    same = sa.and_(OfficialDocument.issuer_id == issuer_id, OfficialDocument.number == number)
    return session.scalar(sa.select(sa.exists().where(same))) or False


def add(session: Session, row: OfficialDocument | DocumentService | CaseEvent) -> None:
    session.add(row)
    session.flush()


def find(session: Session, contract_id: int, document_id: int, *, hold: bool = False) -> OfficialDocument | None:
    """A document of the contract; `hold`: nobody else changes it meanwhile."""
    query = sa.select(OfficialDocument).where(
        OfficialDocument.contract_id == contract_id, OfficialDocument.id == document_id
    )
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    else:
        query = query.options(joinedload(OfficialDocument.issuer), joinedload(OfficialDocument.drafter))
    return session.scalars(query).one_or_none()


def by_ids(session: Session, contract_id: int, ids: Collection[int]) -> dict[int, OfficialDocument]:
    """Documents of the contract by id."""
    if not ids:
        return {}
    query = sa.select(OfficialDocument).where(OfficialDocument.contract_id == contract_id, OfficialDocument.id.in_(ids))
    query = query.options(joinedload(OfficialDocument.issuer), joinedload(OfficialDocument.drafter))
    return {row.id: row for row in session.scalars(query)}


def register(
    session: Session, contract_id: int, kind: str | None = None, state: str | None = None,
    before: int | None = None, size: int = 51, *, drafts: bool = True,
) -> Sequence[OfficialDocument]:  # fmt: skip
    """The register, the newest first; void documents included, drafts where they are wanted."""
    query = sa.select(OfficialDocument).where(OfficialDocument.contract_id == contract_id)
    if not drafts:
        query = query.where(OfficialDocument.number.is_not(None))
    if kind:
        query = query.where(OfficialDocument.kind == kind)
    if state:
        query = query.where(OfficialDocument.state == state)
    if before is not None:
        query = query.where(OfficialDocument.id < before)
    query = query.options(joinedload(OfficialDocument.drafter)).order_by(OfficialDocument.id.desc())
    return session.scalars(query.limit(size)).all()


def drafts_of(session: Session, contract_id: int, document_id: int) -> Sequence[CaseEvent]:
    """How often the document was drafted: each time its text was written or changed, oldest first."""
    query = sa.select(CaseEvent).where(
        CaseEvent.contract_id == contract_id, CaseEvent.document_id == document_id, CaseEvent.deed == CaseDeed.DRAFTED.value
    )
    return session.scalars(query.options(joinedload(CaseEvent.actor)).order_by(CaseEvent.id)).all()


def by_hash(session: Session, contract_id: int, digest: str) -> OfficialDocument | None:
    """The numbered document of the contract that has this hash."""
    query = sa.select(OfficialDocument).where(
        OfficialDocument.contract_id == contract_id, OfficialDocument.content_hash == digest
    )
    return session.scalars(query.limit(1)).first()


def by_number(session: Session, contract_id: int, number: str) -> OfficialDocument | None:
    """The document of the contract that has this number."""
    query = sa.select(OfficialDocument).where(
        OfficialDocument.contract_id == contract_id, OfficialDocument.number == number
    )
    return session.scalars(query.limit(1)).first()


def unsealed(session: Session, contract_id: int) -> int:
    """How many numbered documents wait for their sealed scan."""
    query = sa.select(sa.func.count()).where(
        OfficialDocument.contract_id == contract_id,
        OfficialDocument.state.in_([DocumentState.NUMBERED.value, DocumentState.PRINTED.value]),
    )
    return session.scalar(query) or 0


# -- service ------------------------------------------------------------------------------------


def services(session: Session, contract_id: int, document_ids: Collection[int]) -> Sequence[DocumentService]:
    """How these documents were served, in order."""
    query = (
        sa.select(DocumentService)
        .where(DocumentService.contract_id == contract_id, DocumentService.document_id.in_(document_ids))
        .options(joinedload(DocumentService.server))
        .order_by(DocumentService.id)
    )
    return session.scalars(query).all()


# -- what was done ------------------------------------------------------------------------------


def note(
    session: Session, contract_id: int, deed: CaseDeed, by: int, at: datetime, text: str = "", **about: int | None
) -> None:
    """Adds one deed; `about`: finding_id, case_id, document_id, incident_id."""
    add(session, CaseEvent(contract_id=contract_id, deed=deed.value, by=by, at=at, note=text, **about))


def past(
    session: Session, contract_id: int, *, findings: Collection[int] = (), case_id: int | None = None,
    documents: Collection[int] = (), incident_id: int | None = None,
) -> Sequence[CaseEvent]:  # fmt: skip
    """What was done to any of these, oldest first."""
    about = sa.or_(
        CaseEvent.finding_id.in_(findings), CaseEvent.document_id.in_(documents),
        CaseEvent.case_id == (case_id or 0), CaseEvent.incident_id == (incident_id or 0),
    )  # fmt: skip
    query = sa.select(CaseEvent).where(CaseEvent.contract_id == contract_id, about)
    return session.scalars(query.options(joinedload(CaseEvent.actor)).order_by(CaseEvent.id)).all()


# -- files --------------------------------------------------------------------------------------


def attach(session: Session, contract_id: int, use: PaperOf, about_id: int, file_ids: Sequence[int]) -> None:
    """Ties files to what they are about, in this order."""
    for position, key in enumerate(dict.fromkeys(file_ids), 1):
        row = CasePaper(contract_id=contract_id, use=use.value, about_id=about_id, file_id=key, position=position)
        session.add(row)
    session.flush()


def papers(session: Session, contract_id: int, wanted: Collection[tuple[PaperOf, int]]) -> dict[tuple[str, int], list[int]]:
    """File ids by what they are beside."""
    by_use: dict[PaperOf, list[int]] = {}
    for use, about_id in wanted:
        by_use.setdefault(use, []).append(about_id)
    if not by_use:
        return {}
    either = [sa.and_(CasePaper.use == use.value, CasePaper.about_id.in_(ids)) for use, ids in by_use.items()]
    query = sa.select(CasePaper).where(CasePaper.contract_id == contract_id, sa.or_(*either))
    found: dict[tuple[str, int], list[int]] = {}
    for row in session.scalars(query.order_by(CasePaper.position, CasePaper.id)):
        found.setdefault((row.use, row.about_id), []).append(row.file_id)
    return found
