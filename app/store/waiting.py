"""What waits to be decided or signed over several contracts: each question is one query, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.case_terms import DocumentState
from app.security.terms import Party
from app.store.assessments import FINAL
from app.store.models import (
    Assessment,
    AssessmentSignature,
    ContractEvent,
    Exemption,
    Finding,
    OfficialDocument,
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
