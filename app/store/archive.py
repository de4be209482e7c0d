"""Deliverables that the console does not make, and files (案卷) with what lies in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.security.case_terms import DocumentState
from app.store.models import (
    Deliverable,
    DeliverableDeed,
    Dossier,
    DossierItem,
    EvidenceFile,
    OfficialDocument,
    Report,
    ReportFile,
    ReportVersion,
)

__all__ = ["Deliverable", "DeliverableDeed", "Dossier", "DossierItem"]


def deliverables(session: Session, contract_id: int) -> Sequence[Deliverable]:
    """The register, by number."""
    query = sa.select(Deliverable).where(Deliverable.contract_id == contract_id)
    return session.scalars(query.order_by(Deliverable.number)).all()


def deliverable(session: Session, contract_id: int, row_id: int, *, hold: bool = False) -> Deliverable | None:
    query = sa.select(Deliverable).where(Deliverable.contract_id == contract_id, Deliverable.id == row_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def deeds(session: Session, contract_id: int, ids: Collection[int]) -> Sequence[DeliverableDeed]:
    """What was done with these deliverables, oldest first, with who did it."""
    query = sa.select(DeliverableDeed).where(DeliverableDeed.contract_id == contract_id, DeliverableDeed.deliverable_id.in_(ids))
    return session.scalars(query.options(joinedload(DeliverableDeed.actor)).order_by(DeliverableDeed.id)).all()


def scans(session: Session, contract_id: int, ids: Collection[int]) -> dict[int, str]:
    """SHA-256 of the latest scan of each."""
    together = sa.and_(EvidenceFile.id == DeliverableDeed.file_id, EvidenceFile.contract_id == DeliverableDeed.contract_id)
    query = sa.select(DeliverableDeed.deliverable_id, EvidenceFile.sha256).join(EvidenceFile, together)
    query = query.where(DeliverableDeed.contract_id == contract_id, DeliverableDeed.deliverable_id.in_(ids))
    return dict(session.execute(query.order_by(DeliverableDeed.id)).tuples().all())


def unaccepted(session: Session, contract_ids: Collection[int]) -> Sequence[Deliverable]:
    """Deliverables that nobody has accepted yet, the earliest deadline first."""
    query = sa.select(Deliverable).where(Deliverable.contract_id.in_(contract_ids), Deliverable.accepted_on.is_(None))
    return session.scalars(query.order_by(Deliverable.due_on, Deliverable.id).limit(200)).all() if contract_ids else []


def dossiers(session: Session, contract_id: int) -> Sequence[Dossier]:
    """Files, the newest first."""
    query = sa.select(Dossier).where(Dossier.contract_id == contract_id)
    return session.scalars(query.order_by(Dossier.number.desc())).all()


def dossier(session: Session, contract_id: int, dossier_id: int, *, hold: bool = False) -> Dossier | None:
    query = sa.select(Dossier).where(Dossier.contract_id == contract_id, Dossier.id == dossier_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def items(session: Session, contract_id: int, dossier_id: int) -> Sequence[DossierItem]:
    """What lies in a file, in its order."""
    query = sa.select(DossierItem).where(DossierItem.contract_id == contract_id, DossierItem.dossier_id == dossier_id)
    return session.scalars(query.order_by(DossierItem.position)).all()


def clear(session: Session, contract_id: int, dossier_id: int) -> None:
    """Takes everything out of an open file, before it is filled anew."""
    session.execute(
        sa.delete(DossierItem).where(DossierItem.contract_id == contract_id, DossierItem.dossier_id == dossier_id)
    )


def files(session: Session, contract_id: int, ids: Collection[int]) -> dict[int, ReportFile]:
    """Files of reports by id."""
    query = sa.select(ReportFile).where(ReportFile.contract_id == contract_id, ReportFile.id.in_(ids))
    return {one.id: one for one in session.scalars(query)}


def latest_files(session: Session, contract_id: int, kind: str) -> dict[int, ReportFile]:
    """The file of a kind of each report's latest version, by report."""
    together = sa.and_(ReportVersion.id == ReportFile.version_id, ReportVersion.contract_id == ReportFile.contract_id)
    own = sa.and_(
        Report.id == ReportVersion.report_id, Report.contract_id == ReportVersion.contract_id,
        Report.revision == ReportVersion.revision,
    )  # fmt: skip
    query = sa.select(Report.id, ReportFile).join(ReportVersion, together).join(Report, own)
    query = query.where(ReportFile.contract_id == contract_id, ReportFile.kind == kind)
    return dict(session.execute(query).tuples().all())


def next_number(session: Session, model: type[Deliverable] | type[Dossier], contract_id: int) -> int:
    query = sa.select(sa.func.max(model.number)).where(model.contract_id == contract_id)
    return (session.scalar(query) or 0) + 1


def sealed_between(session: Session, contract_id: int, start: date, end: date) -> Sequence[OfficialDocument]:
    """Documents whose sealed scan is dated in the span, in the order of their dates."""
    query = sa.select(OfficialDocument).where(
        OfficialDocument.contract_id == contract_id, OfficialDocument.state == DocumentState.SEALED.value,
        OfficialDocument.sealed_on >= start, OfficialDocument.sealed_on <= end,
    )  # fmt: skip
    query = query.options(joinedload(OfficialDocument.issuer)).order_by(OfficialDocument.sealed_on, OfficialDocument.id)
    return session.scalars(query).all()
