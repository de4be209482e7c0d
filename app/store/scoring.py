"""What stands on a sheet: decisions, facts stated by hand, self scores, the group and its marks, appeals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.security.terms import AssessmentState, PaperUse
from app.store.models import (
    Assessment,
    AssessmentAppeal,
    AssessmentDecision,
    AssessmentFact,
    AssessmentGroup,
    AssessmentMark,
    AssessmentMember,
    AssessmentPaper,
    AssessmentSelfScore,
    EvidenceFile,
    LedgerEntry,
)

__all__ = [
    "AssessmentAppeal", "AssessmentDecision", "AssessmentFact", "AssessmentGroup", "AssessmentMark",
    "AssessmentMember", "AssessmentPaper", "AssessmentSelfScore",
]  # fmt: skip

Revised = TypeVar("Revised", AssessmentDecision, AssessmentFact, AssessmentSelfScore, AssessmentMark)
Answered = TypeVar("Answered", AssessmentAppeal, AssessmentFact)


def revise(session: Session, row: Revised, *same: sa.ColumnElement[bool]) -> Revised:
    """Adds the next revision of what is `same`; the earlier ones stay."""
    model = type(row)
    newest = sa.select(sa.func.max(model.revision)).where(model.assessment_id == row.assessment_id, *same)
    row.revision = (session.scalar(newest) or 0) + 1
    session.add(row)
    session.flush()
    return row


# -- decisions ------------------------------------------------------------------------------------


def decide(session: Session, row: AssessmentDecision) -> AssessmentDecision:
    return revise(session, row, AssessmentDecision.key == row.key)


def decisions(session: Session, contract_id: int) -> list[tuple[AssessmentDecision, Assessment]]:
    """Every revision of every decision of the contract, oldest first, with its assessment and who decided.

    One look serves the sheet that is open and what was decided on the same clauses before.
    """
    query = (
        sa.select(AssessmentDecision, Assessment)
        .join(Assessment, Assessment.id == AssessmentDecision.assessment_id)
        .where(
            AssessmentDecision.contract_id == contract_id, Assessment.contract_id == contract_id,
            Assessment.state != AssessmentState.DROPPED.value,
        )
        .options(joinedload(AssessmentDecision.decider))
        .order_by(AssessmentDecision.id)
    )  # fmt: skip
    return [(decision, row) for decision, row in session.execute(query)]


def entry_numbers(session: Session, contract_id: int, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Ids of those entries (ledger and number) that there are."""
    found: dict[tuple[str, int], int] = {}
    ledgers = {ledger for ledger, _ in wanted}
    for ledger in sorted(ledgers):
        query = sa.select(LedgerEntry.number, LedgerEntry.id).where(
            LedgerEntry.contract_id == contract_id, LedgerEntry.ledger == ledger,
            LedgerEntry.number.in_([number for each, number in wanted if each == ledger]),
        )  # fmt: skip
        found |= {(ledger, number): key for number, key in session.execute(query)}
    return found


# -- facts, self scores ---------------------------------------------------------------------------


def state(session: Session, row: AssessmentFact) -> AssessmentFact:
    return revise(session, row, AssessmentFact.clause == row.clause)


def facts(session: Session, contract_id: int, assessment_id: int) -> Sequence[AssessmentFact]:
    """Every revision of what was stated by hand, oldest first, with who stated and confirmed it."""
    query = _of(AssessmentFact, contract_id, assessment_id).options(
        joinedload(AssessmentFact.stater), joinedload(AssessmentFact.confirmer)
    )
    return session.scalars(query.order_by(AssessmentFact.id)).all()


def self_score(session: Session, row: AssessmentSelfScore) -> AssessmentSelfScore:
    return revise(session, row, AssessmentSelfScore.item == row.item)


def self_scores(session: Session, contract_id: int, assessment_id: int) -> dict[str, AssessmentSelfScore]:
    """The latest self score of each item."""
    query = _of(AssessmentSelfScore, contract_id, assessment_id)
    return {row.item: row for row in session.scalars(query.order_by(AssessmentSelfScore.id))}


# -- the group ------------------------------------------------------------------------------------


def group(session: Session, contract_id: int, assessment_id: int) -> AssessmentGroup | None:
    return session.scalars(_of(AssessmentGroup, contract_id, assessment_id)).one_or_none()


def members(session: Session, contract_id: int, assessment_id: int) -> Sequence[AssessmentMember]:
    """The members, the head first."""
    query = _of(AssessmentMember, contract_id, assessment_id).options(joinedload(AssessmentMember.user))
    return session.scalars(query.order_by(AssessmentMember.head.desc(), AssessmentMember.id)).all()


def mark(session: Session, row: AssessmentMark) -> AssessmentMark:
    return revise(session, row, AssessmentMark.key == row.key, AssessmentMark.user_id == row.user_id)


def marks(session: Session, contract_id: int, assessment_id: int) -> dict[str, dict[int, AssessmentMark]]:
    """The latest mark of each member, by clause."""
    query = _of(AssessmentMark, contract_id, assessment_id).options(joinedload(AssessmentMark.marker))
    found: dict[str, dict[int, AssessmentMark]] = {}
    for row in session.scalars(query.order_by(AssessmentMark.id)):
        found.setdefault(row.key, {})[row.user_id] = row
    return found


# -- appeals ------------------------------------------------------------------------------


def appeals(session: Session, contract_id: int, assessment_id: int) -> Sequence[AssessmentAppeal]:
    """Appeals, oldest first, with who raised and answered them."""
    query = _of(AssessmentAppeal, contract_id, assessment_id).options(
        joinedload(AssessmentAppeal.raiser), joinedload(AssessmentAppeal.answerer)
    )
    return session.scalars(query.order_by(AssessmentAppeal.id)).all()


def held(session: Session, contract_id: int, model: type[Answered], row_id: int) -> Answered | None:
    """A row that somebody is to answer; nobody else does so meanwhile."""
    query = sa.select(model).where(model.contract_id == contract_id, model.id == row_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


# -- papers ---------------------------------------------------------------------------------------


def papers(session: Session, contract_id: int, assessment_id: int) -> dict[tuple[str, int], list[tuple[int, str]]]:
    """Id and name of the files beside each thing (use and id), in order."""
    query = (
        sa.select(AssessmentPaper.use, AssessmentPaper.about_id, EvidenceFile.id, EvidenceFile.name)
        .join(EvidenceFile, EvidenceFile.id == AssessmentPaper.file_id)
        .where(
            AssessmentPaper.contract_id == contract_id, AssessmentPaper.assessment_id == assessment_id,
            EvidenceFile.contract_id == contract_id,
        )
        .order_by(AssessmentPaper.position, AssessmentPaper.id)
    )  # fmt: skip
    found: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for use, about, file_id, name in session.execute(query):
        found.setdefault((use, about), []).append((file_id, name))
    return found


def attach(
    session: Session, contract_id: int, assessment_id: int, use: PaperUse, about_id: int, file_ids: Sequence[int]
) -> None:
    """Puts files beside something."""
    session.add_all(
        AssessmentPaper(
            contract_id=contract_id, assessment_id=assessment_id, use=use.value, about_id=about_id, file_id=file_id,
            position=place,
        )
        for place, file_id in enumerate(dict.fromkeys(file_ids), 1)
    )  # fmt: skip
    session.flush()


Model = TypeVar(
    "Model", AssessmentFact, AssessmentSelfScore, AssessmentGroup, AssessmentMember, AssessmentMark, AssessmentAppeal,
)  # fmt: skip


def _of(model: type[Model], contract_id: int, assessment_id: int) -> sa.Select[tuple[Model]]:
    """The rows of one assessment."""
    contract: InstrumentedAttribute[Any] = model.contract_id
    return sa.select(model).where(contract == contract_id, model.assessment_id == assessment_id)
