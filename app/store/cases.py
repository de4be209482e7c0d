"""Findings, rectifications, exemptions and contract events as rows of one contract."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.security.case_terms import CaseState, FindingState
from app.store.models import (
    ContractEvent,
    Exemption,
    Finding,
    RectificationCase,
    RectificationReport,
    Reinspection,
)
from app.store.of_contract import OfContract

__all__ = [
    "ContractEvent",
    "Exemption",
    "Finding",
    "RectificationCase",
    "RectificationReport",
    "Reinspection",
]

RUNNING = (CaseState.ISSUED.value, CaseState.SERVED.value, CaseState.REPORTED.value)
MOST = 500


@dataclass(frozen=True)
class Cases(OfContract):
    """Everything of this kind in one contract. Every query is bound to it."""

    # -- findings -------------------------------------------------------------------------------

    def findings(self, state: FindingState | None = None, before: int | None = None, size: int = MOST) -> Sequence[Finding]:
        """Findings, the newest first."""
        query = sa.select(Finding).where(Finding.contract_id == self.contract_id)
        if state is not None:
            query = query.where(Finding.state == state.value)
        if before is not None:
            query = query.where(Finding.number < before)
        query = query.options(joinedload(Finding.finder), joinedload(Finding.second))
        return self.session.scalars(query.order_by(Finding.number.desc()).limit(size)).all()

    def found_between(self, first: date, last: date) -> Sequence[Finding]:
        """Every finding of these days, however many, the newest first."""
        return self.session.scalars(self._findings(Finding.found_on.between(first, last))).all()

    def numbered(self, numbers: Collection[int]) -> Sequence[Finding]:
        """The findings that have these numbers."""
        return self.session.scalars(self._findings(Finding.number.in_(numbers))).all() if numbers else []

    def _findings(self, which: sa.ColumnElement[bool]) -> sa.Select[tuple[Finding]]:
        query = sa.select(Finding).where(Finding.contract_id == self.contract_id, which)
        return query.options(joinedload(Finding.finder), joinedload(Finding.second)).order_by(Finding.number.desc())

    def findings_by_ids(self, ids: Collection[int], *, hold: bool = False) -> Sequence[Finding]:
        """These findings, those that are in the contract, by number."""
        query = sa.select(Finding).where(Finding.contract_id == self.contract_id, Finding.id.in_(ids))
        if hold:
            query = query.with_for_update().execution_options(populate_existing=True)
        else:
            query = query.options(joinedload(Finding.finder), joinedload(Finding.second))
        return self.session.scalars(query.order_by(Finding.number)).all()

    def of_cases(self, case_ids: Collection[int]) -> Sequence[Finding]:
        """The findings that the cases are about, by number."""
        query = sa.select(Finding).where(Finding.contract_id == self.contract_id, Finding.case_id.in_(case_ids))
        query = query.options(joinedload(Finding.finder), joinedload(Finding.second))
        return self.session.scalars(query.order_by(Finding.number)).all()

    # -- cases ----------------------------------------------------------------------------------

    def cases(self, *, running: bool | None = None, size: int = MOST) -> Sequence[RectificationCase]:
        """Rectifications with their notices, the newest first; `running`: those that have not ended, or have."""
        query = sa.select(RectificationCase).where(RectificationCase.contract_id == self.contract_id)
        if running is not None:
            state = RectificationCase.state
            query = query.where(state.in_(RUNNING) if running else state.not_in(RUNNING))
        query = query.options(joinedload(RectificationCase.notice), joinedload(RectificationCase.opener))
        return self.session.scalars(query.order_by(RectificationCase.number.desc()).limit(size)).all()

    def by_notice(self, document_id: int) -> RectificationCase | None:
        """The rectification that this document is the notice of; nobody else changes it meanwhile."""
        query = sa.select(RectificationCase).where(
            RectificationCase.contract_id == self.contract_id, RectificationCase.notice_id == document_id
        )
        query = query.with_for_update().execution_options(populate_existing=True)
        return self.session.scalars(query).one_or_none()

    def case_id_of_notice(self, document_id: int) -> int | None:
        """The id of the rectification that this document is the notice of."""
        return self.session.scalar(
            sa.select(RectificationCase.id).where(
                RectificationCase.contract_id == self.contract_id, RectificationCase.notice_id == document_id
            )
        )

    def reports(self, case_id: int) -> Sequence[RectificationReport]:
        query = sa.select(RectificationReport).where(
            RectificationReport.contract_id == self.contract_id, RectificationReport.case_id == case_id
        )
        query = query.options(joinedload(RectificationReport.reporter)).order_by(RectificationReport.revision)
        return self.session.scalars(query).all()

    def reinspections(self, case_id: int) -> Sequence[Reinspection]:
        query = sa.select(Reinspection).where(
            Reinspection.contract_id == self.contract_id, Reinspection.case_id == case_id
        )
        query = query.options(joinedload(Reinspection.checker), joinedload(Reinspection.second))
        return self.session.scalars(query.order_by(Reinspection.id)).all()

    def reinspection(self, row_id: int) -> Reinspection | None:
        query = sa.select(Reinspection).where(Reinspection.contract_id == self.contract_id, Reinspection.id == row_id)
        return self.session.scalars(query.options(joinedload(Reinspection.checker), joinedload(Reinspection.second))).one_or_none()

    # -- exemptions and contract events ---------------------------------------------------------

    def exemptions(self, finding_ids: Collection[int] | None = None, *, waiting: bool = False) -> Sequence[Exemption]:
        """Applications, oldest first; of these findings, or all."""
        query = sa.select(Exemption).where(Exemption.contract_id == self.contract_id)
        if finding_ids is not None:
            query = query.where(Exemption.finding_id.in_(finding_ids))
        if waiting:
            query = query.where(Exemption.decided_by.is_(None))
        query = query.options(joinedload(Exemption.applicant), joinedload(Exemption.decider))
        return self.session.scalars(query.order_by(Exemption.id)).all()

    def events(self, *, waiting: bool = False) -> Sequence[ContractEvent]:
        """Contract events, the newest first."""
        query = sa.select(ContractEvent).where(ContractEvent.contract_id == self.contract_id)
        if waiting:
            query = query.where(ContractEvent.decided_by.is_(None))
        query = query.options(joinedload(ContractEvent.recorder), joinedload(ContractEvent.decider))
        return self.session.scalars(query.order_by(ContractEvent.number.desc())).all()
