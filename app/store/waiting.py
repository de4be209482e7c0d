"""What waits to be decided or signed over several contracts: each question is one query, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.security.case_terms import DocumentState, FindingState
from app.security.terms import Party
from app.store.assessments import FINAL
from app.store.models import (
    Assessment,
    AssessmentReopening,
    AssessmentSignature,
    ContractEvent,
    Exemption,
    Finding,
    OfficialDocument,
    RectificationCase,
)

Ids = Collection[int]
UNSEALED = (DocumentState.NUMBERED.value, DocumentState.PRINTED.value)


class Sheet(NamedTuple):
    """An assessment that is under way. `own`: the contractor scored itself; `buyer` and `supplier`: that side has signed."""

    id: int
    contract_id: int
    label: str
    state: str
    summary: dict[str, Any]
    measured: bool
    own: bool
    scored_by: int | None
    appeal_until: date | None
    buyer: bool
    supplier: bool


class Pending(NamedTuple):
    """Whether there is anything of a kind at all: on most days there is not, and then nothing more is asked."""

    unsealed: bool
    exemptions: bool
    events: bool
    findings: bool
    cases: bool
    reopenings: bool = False


class Asked(NamedTuple):
    """An exemption that was applied for, or a contract event, that nobody has decided. `no`: who may not."""

    id: int
    contract_id: int
    number: int
    text: str
    no: frozenset[int]


def sheets(session: Session, contract_ids: Ids) -> list[Sheet]:
    """Assessments that are not over, the earliest period first."""
    query = (
        sa.select(
            Assessment.id, Assessment.contract_id, Assessment.label, Assessment.state, Assessment.summary,
            Assessment.measured_at.is_not(None), Assessment.self_scored_at.is_not(None), Assessment.scored_by,
            Assessment.appeal_until, _signed(Party.BUYER), _signed(Party.SUPPLIER),
        )
        .where(Assessment.contract_id.in_(contract_ids), Assessment.state.not_in(FINAL))
        .order_by(Assessment.until_on, Assessment.number)
    )  # fmt: skip
    return [Sheet(*each) for each in session.execute(query)] if contract_ids else []


def _signed(side: Party) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        AssessmentSignature.contract_id == Assessment.contract_id, AssessmentSignature.assessment_id == Assessment.id,
        AssessmentSignature.side == side.value,
    )  # fmt: skip


def pending(session: Session, contract_ids: Ids) -> Pending:
    """What waits in these contracts, as one question."""
    if not contract_ids:
        return Pending(False, False, False, False, False)

    def any_of(model: Any, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return sa.exists().where(model.contract_id.in_(contract_ids), *where)

    query = sa.select(
        any_of(OfficialDocument, OfficialDocument.state.in_(UNSEALED)), any_of(Exemption, Exemption.decided_by.is_(None)),
        any_of(ContractEvent, ContractEvent.decided_by.is_(None)), any_of(Finding, Finding.state == FindingState.OPEN.value),
        any_of(RectificationCase, RectificationCase.ended_on.is_(None)), any_of(AssessmentReopening, AssessmentReopening.agreed.is_(None)),
    )  # fmt: skip
    return Pending(*session.execute(query).one())


def unsealed(session: Session, contract_ids: Ids) -> Sequence[OfficialDocument]:
    """Numbered documents that wait for signature and seal, the oldest first."""
    query = sa.select(OfficialDocument).where(
        OfficialDocument.contract_id.in_(contract_ids), OfficialDocument.state.in_(UNSEALED)
    )
    return session.scalars(query.order_by(OfficialDocument.id)).all() if contract_ids else []


def exemptions(session: Session, contract_ids: Ids) -> list[Asked]:
    """Applications for exemption that wait; whoever found the matter does not decide on it."""
    query = (
        sa.select(Exemption.id, Exemption.contract_id, Finding.number, Finding.found, Finding.found_by, Finding.second_id)
        .join(Finding, sa.and_(Finding.id == Exemption.finding_id, Finding.contract_id == Exemption.contract_id))
        .where(Exemption.contract_id.in_(contract_ids), Exemption.decided_by.is_(None))
        .order_by(Exemption.id)
    )
    rows = session.execute(query) if contract_ids else ()
    return [Asked(key, at, number, text, frozenset({one, two})) for key, at, number, text, one, two in rows]


def events(session: Session, contract_ids: Ids) -> list[Asked]:
    """Contract events that wait; whoever recorded one does not decide on it."""
    query = (
        sa.select(ContractEvent.id, ContractEvent.contract_id, ContractEvent.number, ContractEvent.title, ContractEvent.recorded_by)
        .where(ContractEvent.contract_id.in_(contract_ids), ContractEvent.decided_by.is_(None))
        .order_by(ContractEvent.id)
    )
    rows = session.execute(query) if contract_ids else ()
    return [Asked(key, at, number, title, frozenset({by})) for key, at, number, title, by in rows]


def reopenings(session: Session, contract_ids: Ids) -> list[tuple[int, int, str, str, int]]:
    """Signed assessments that somebody asks to open again: id, contract, label, why, who asked."""
    query = (
        sa.select(
            Assessment.id, Assessment.contract_id, Assessment.label, AssessmentReopening.reason, AssessmentReopening.asked_by
        )
        .join(
            AssessmentReopening,
            sa.and_(
                AssessmentReopening.assessment_id == Assessment.id, AssessmentReopening.contract_id == Assessment.contract_id
            ),
        )
        .where(Assessment.contract_id.in_(contract_ids), AssessmentReopening.agreed.is_(None))
        .order_by(AssessmentReopening.id)
    )
    return [(key, at, label, why, by) for key, at, label, why, by in session.execute(query)] if contract_ids else []


def open_findings(session: Session, contract_ids: Ids) -> list[tuple[int, int, date]]:
    """By contract: how many findings wait for a notice, and since when the oldest."""
    query = (
        sa.select(Finding.contract_id, sa.func.count(), sa.func.min(Finding.found_on))
        .where(Finding.contract_id.in_(contract_ids), Finding.state == FindingState.OPEN.value)
        .group_by(Finding.contract_id)
        .order_by(Finding.contract_id)
    )
    return [(key, count, since) for key, count, since in session.execute(query)] if contract_ids else []


def running_cases(session: Session, contract_ids: Ids) -> Sequence[RectificationCase]:
    """Rectifications that have not ended, with their notices, the oldest first."""
    query = sa.select(RectificationCase).where(RectificationCase.contract_id.in_(contract_ids), RectificationCase.ended_on.is_(None))
    query = query.options(joinedload(RectificationCase.notice)).order_by(RectificationCase.id)
    return session.scalars(query).all() if contract_ids else []
