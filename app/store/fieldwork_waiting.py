"""Fieldwork that waits, over several contracts, in one query: rounds under way, inspections, complaints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.field_terms import ComplaintState, InspectionState
from app.store.models import Complaint, Inspection, SpotCheck, SpotRound

ROUND, INSPECTION, COMPLAINT = "round", "inspection", "complaint"


class Waits(NamedTuple):
    """`state`: of an inspection or a complaint; `left`: drawn entries without a record; `no`: who may not decide.

    `stated`: whether the contractor has told its side.
    """

    kind: str
    id: int
    contract_id: int
    number: int
    title: str
    state: str
    due: date | None
    left: int
    no: int
    second: int
    stated: bool


def waits(session: Session, contract_ids: Collection[int], soon: date) -> Sequence[Waits]:
    """Everything that is under way; inspections that are planned by then."""
    if not contract_ids:
        return []
    parts = (_rounds(contract_ids), _inspections(contract_ids, soon), _complaints(contract_ids))
    rows = session.execute(sa.union_all(*parts))
    return [Waits(*row)._replace(stated=bool(row.stated)) for row in rows]


def _kind(name: str) -> sa.ColumnElement[str]:
    return sa.literal(name).label("kind")


def _rounds(contract_ids: Collection[int]) -> sa.Select[tuple[object, ...]]:
    done = (
        sa.select(sa.func.count(sa.distinct(SpotCheck.entry_id)))
        .where(SpotCheck.contract_id == SpotRound.contract_id, SpotCheck.round_id == SpotRound.id)
        .scalar_subquery()
    )
    return sa.select(
        _kind(ROUND), SpotRound.id, SpotRound.contract_id, SpotRound.number, SpotRound.ledger.label("title"),
        sa.literal("").label("state"), sa.null().cast(sa.Date()).label("due"), (SpotRound.size - done).label("left"),
        sa.literal(0).label("no"), sa.literal(0).label("second"), sa.literal(0).label("stated"),
    ).where(
        SpotRound.contract_id.in_(contract_ids), SpotRound.drawn_at.is_not(None), SpotRound.concluded_at.is_(None)
    )  # fmt: skip


def _inspections(contract_ids: Collection[int], soon: date) -> sa.Select[tuple[object, ...]]:
    return sa.select(
        _kind(INSPECTION), Inspection.id, Inspection.contract_id, Inspection.number, Inspection.title, Inspection.state,
        Inspection.planned_on, sa.literal(0), Inspection.inspector_id, sa.func.coalesce(Inspection.second_id, 0), sa.literal(0),
    ).where(
        Inspection.contract_id.in_(contract_ids), Inspection.planned_on <= soon,
        Inspection.state.in_([InspectionState.PLANNED.value, InspectionState.UNDER_WAY.value]),
    )  # fmt: skip


def _complaints(contract_ids: Collection[int]) -> sa.Select[tuple[object, ...]]:
    stated = sa.case((Complaint.stated_by.is_(None), 0), else_=1)
    return sa.select(
        _kind(COMPLAINT), Complaint.id, Complaint.contract_id, Complaint.number, sa.func.substr(Complaint.account, 1, 40),
        Complaint.state, Complaint.reply_due, sa.literal(0), Complaint.received_by, sa.literal(0), stated,
    ).where(Complaint.contract_id.in_(contract_ids), Complaint.state != ComplaintState.DECIDED.value)  # fmt: skip
