"""Inspections, complaints and surveys as rows of one contract."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.security.case_terms import PaperOf
from app.store.models import CasePaper, Complaint, Inspection, InspectionItem, Poll, PollAnswer
from app.store.of_contract import OfContract
from app.store.of_contract import Row as Own

__all__ = ["Complaint", "Inspection", "InspectionItem", "Poll", "PollAnswer"]

Row = TypeVar("Row", Inspection, InspectionItem, Complaint, Poll, PollAnswer)
MOST = 500
PEOPLE = {
    Inspection: (Inspection.inspector, Inspection.second, Inspection.outlet),
    Complaint: (Complaint.receiver, Complaint.investigator, Complaint.second, Complaint.decider),
    Poll: (Poll.opener, Poll.closer),
    PollAnswer: (PollAnswer.enterer,),
}


@dataclass(frozen=True)
class Fieldwork(OfContract):
    """Everything of this kind in one contract. Every query is bound to it."""

    def find(self, model: type[Own], row_id: int) -> Own | None:
        """The row with its people."""
        query = self.one(model, row_id).options(*(joinedload(each) for each in PEOPLE.get(model, ())))
        return self.session.scalars(query).one_or_none()

    def numbered(self, model: type[Row], number: int) -> Row | None:
        """The inspection or complaint of this number."""
        query = sa.select(model).where(model.contract_id == self.contract_id, sa.column("number") == number)
        return self.session.scalars(query).one_or_none()

    def register(self, model: type[Row], size: int = MOST) -> Sequence[Row]:
        """Rows with their people, the newest first."""
        query = sa.select(model).where(model.contract_id == self.contract_id)
        query = query.options(*(joinedload(each) for each in PEOPLE.get(model, ())))
        return self.session.scalars(query.order_by(model.id.desc()).limit(size)).all()

    # -- inspections ----------------------------------------------------------------------------

    def items(self, inspection_ids: Collection[int]) -> Sequence[InspectionItem]:
        """The items of these inspections, in their order."""
        if not inspection_ids:
            return []
        query = sa.select(InspectionItem).where(
            InspectionItem.contract_id == self.contract_id, InspectionItem.inspection_id.in_(inspection_ids)
        )
        return self.session.scalars(query.order_by(InspectionItem.inspection_id, InspectionItem.position)).all()

    def visited(self, from_on: date, until_on: date) -> Sequence[tuple[Inspection, InspectionItem]]:
        """Closed inspections with each of their items, by day."""
        query = (
            sa.select(Inspection, InspectionItem)
            .join(
                InspectionItem,
                sa.and_(
                    InspectionItem.contract_id == Inspection.contract_id, InspectionItem.inspection_id == Inspection.id
                ),
            )
            .where(
                Inspection.contract_id == self.contract_id, Inspection.closed_at.is_not(None),
                Inspection.visited_on >= from_on, Inspection.visited_on <= until_on,
            )
        )  # fmt: skip
        order = (Inspection.visited_on, Inspection.id, InspectionItem.position)
        return [tuple(row) for row in self.session.execute(query.order_by(*order))]

    # -- complaints and surveys -----------------------------------------------------------------

    def complained(self, from_on: date, until_on: date) -> Sequence[Complaint]:
        """Complaints that were received in these days."""
        query = sa.select(Complaint).where(
            Complaint.contract_id == self.contract_id, Complaint.received_on >= from_on,
            Complaint.received_on <= until_on,
        )  # fmt: skip
        return self.session.scalars(query.order_by(Complaint.received_on, Complaint.id)).all()

    def polled(self, from_on: date, until_on: date) -> Sequence[Poll]:
        """Surveys that were closed and ended in these days."""
        query = sa.select(Poll).where(
            Poll.contract_id == self.contract_id, Poll.closed_at.is_not(None), Poll.until_on >= from_on,
            Poll.until_on <= until_on,
        )  # fmt: skip
        return self.session.scalars(query.order_by(Poll.until_on, Poll.id)).all()

    def answers(self, poll_id: int) -> Sequence[PollAnswer]:
        """Everybody who was asked, the latest first, struck rows included."""
        query = sa.select(PollAnswer).where(PollAnswer.contract_id == self.contract_id, PollAnswer.poll_id == poll_id)
        query = query.options(joinedload(PollAnswer.enterer)).order_by(PollAnswer.number.desc())
        return self.session.scalars(query).all()

    def next_answer(self, poll_id: int) -> int:
        """The number of the next row; the poll is held."""
        query = sa.select(sa.func.max(PollAnswer.number)).where(
            PollAnswer.contract_id == self.contract_id, PollAnswer.poll_id == poll_id
        )
        return (self.session.scalar(query) or 0) + 1

    def asked(self, poll_id: int, key: str) -> PollAnswer | None:
        """The row of somebody who was asked before."""
        query = sa.select(PollAnswer).where(
            PollAnswer.contract_id == self.contract_id, PollAnswer.poll_id == poll_id, PollAnswer.respondent_key == key
        )
        return self.session.scalars(query).one_or_none()

    # -- files ----------------------------------------------------------------------------------

    def put_files(self, use: PaperOf, about_id: int, file_ids: Sequence[int]) -> None:
        """The files beside something are these, in this order."""
        self.session.execute(
            sa.delete(CasePaper).where(
                CasePaper.contract_id == self.contract_id, CasePaper.use == use.value, CasePaper.about_id == about_id
            )
        )
        for position, key in enumerate(dict.fromkeys(file_ids), 1):
            row = CasePaper(
                contract_id=self.contract_id, use=use.value, about_id=about_id, file_id=key, position=position
            )
            self.session.add(row)
        self.session.flush()
