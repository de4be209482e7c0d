"""Statements, acceptances, disputes of a contract's payments, and what was done on the way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.security.money_terms import Account
from app.security.settlement_terms import AcceptanceState, ForfeitState, SettlementDeed
from app.store import locks
from app.store.models import (
    Acceptance,
    AcceptanceMember,
    MoneyBalance,
    PaymentRequest,
    RetentionForfeit,
    SettlementDispute,
    SettlementEvent,
    SettlementFile,
    SettlementStatement,
    StatementSigning,
)
from app.store.models.base import Base

__all__ = [
    "Acceptance", "AcceptanceMember", "RetentionForfeit", "SettlementDispute", "SettlementEvent", "SettlementFile",
    "SettlementStatement", "StatementSigning",
]  # fmt: skip

Row = TypeVar("Row", bound=Base)


def add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def hold(session: Session, contract_id: int) -> None:
    """Acts on the money of a contract take turns until the transaction ends."""
    locks.hold(session, contract_id, alone=True)


def find(session: Session, model: type[Row], contract_id: int, row_id: int, *, hold: bool = False) -> Row | None:
    """A row of this contract; `hold`: as it is now, kept from others."""
    query = sa.select(model).where(model.id == row_id, model.contract_id == contract_id)  # type: ignore[attr-defined]
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


# -- statements -----------------------------------------------------------------------------------


def statements(session: Session, contract_id: int, line: str | None = None) -> Sequence[SettlementStatement]:
    """All revisions, oldest first."""
    query = sa.select(SettlementStatement).where(SettlementStatement.contract_id == contract_id)
    if line is not None:
        query = query.where(SettlementStatement.line == line)
    return session.scalars(query.options(joinedload(SettlementStatement.maker)).order_by(SettlementStatement.id)).all()


def live(session: Session, contract_id: int) -> dict[str, SettlementStatement]:
    """The statement of each line that counts: its last revision."""
    return {row.line: row for row in statements(session, contract_id)}


def of_assessment(session: Session, contract_id: int, assessment_id: int) -> list[SettlementStatement]:
    """Statements that count and rest on an assessment."""
    return [row for row in live(session, contract_id).values() if row.assessment_id == assessment_id]


def signings(session: Session, contract_id: int) -> dict[int, StatementSigning]:
    """Signatures by statement."""
    query = sa.select(StatementSigning).where(StatementSigning.contract_id == contract_id)
    return {row.statement_id: row for row in session.scalars(query.options(joinedload(StatementSigning.signer)))}


class Pending(NamedTuple):
    """Whether there is anything of a kind at all: on most days there is not, and then nothing more is asked."""

    statements: bool
    requests: bool
    applications: bool
    retained: bool
    forfeits: bool


def pending(session: Session, contract_ids: Collection[int]) -> Pending:
    """What there is in these contracts, as one question."""
    event, request, held = SettlementEvent, PaymentRequest, MoneyBalance
    query = sa.select(
        sa.exists().where(SettlementStatement.contract_id.in_(contract_ids)),
        sa.exists().where(request.contract_id.in_(contract_ids), request.state.not_in(("paid", "withdrawn"))),
        sa.exists().where(event.contract_id.in_(contract_ids), event.deed == SettlementDeed.APPLIED.value),
        sa.exists().where(held.contract_id.in_(contract_ids), held.account == Account.RETAINED.value, held.balance_fen > 0),
        sa.exists().where(RetentionForfeit.contract_id.in_(contract_ids), _waits(RetentionForfeit)),
    )
    return Pending(*session.execute(query).one())


class Unsettled(NamedTuple):
    """A statement that counts and leaves something to do. `left_fen`: payable, not held back, not asked for."""

    id: int
    contract_id: int
    title: str
    made_by: int
    signed: bool
    asked: bool
    left_fen: int


def unsettled(session: Session, contract_ids: Collection[int]) -> list[Unsettled]:
    """Of these contracts: statements to be signed, and those that can still be asked for; one question for all."""
    later = aliased(SettlementStatement)
    row, over = SettlementStatement, ("paid", "withdrawn")
    same = sa.and_(PaymentRequest.contract_id == row.contract_id, PaymentRequest.line == row.line)
    asked = sa.select(sa.func.coalesce(sa.func.sum(PaymentRequest.amount_fen), 0)).where(same, PaymentRequest.state != "withdrawn")
    held = sa.select(sa.func.coalesce(sa.func.sum(SettlementDispute.amount_fen), 0)).where(
        SettlementDispute.statement_id == row.id, sa.func.coalesce(SettlementDispute.outcome, "") != "payable"
    )
    query = sa.select(
        row.id, row.contract_id, row.title, row.made_by, sa.exists().where(StatementSigning.statement_id == row.id),
        sa.exists().where(same, PaymentRequest.state.not_in(over)),
        row.payable_fen - asked.scalar_subquery() - held.scalar_subquery(),
    ).where(
        row.contract_id.in_(contract_ids),
        ~sa.exists().where(later.contract_id == row.contract_id, later.line == row.line, later.revision > row.revision),
    )  # fmt: skip
    rows = session.execute(query.order_by(row.id))
    return [Unsettled(key, at, title, by, signed, open_one, int(left)) for key, at, title, by, signed, open_one, left in rows]


def applications(session: Session, contract_ids: Collection[int]) -> Sequence[SettlementEvent]:
    """Applications for acceptance of these contracts that nobody has taken up."""
    event, counts = SettlementEvent, (AcceptanceState.DRAFT.value, AcceptanceState.PASSED.value)
    later = aliased(SettlementEvent)
    same = sa.and_(later.contract_id == event.contract_id, later.line == event.line, later.deed == event.deed, later.id > event.id)
    taken = sa.exists().where(
        Acceptance.contract_id == event.contract_id, Acceptance.line == event.line, Acceptance.state.in_(counts)
    )
    query = sa.select(event).where(
        event.contract_id.in_(contract_ids), event.deed == SettlementDeed.APPLIED.value, ~taken, ~sa.exists().where(same)
    )
    return session.scalars(query.order_by(event.id)).all()


# -- disputes -------------------------------------------------------------------------------------


def disputes(session: Session, contract_id: int, statement_id: int | None = None) -> Sequence[SettlementDispute]:
    """Disputes, oldest first."""
    query = sa.select(SettlementDispute).where(SettlementDispute.contract_id == contract_id)
    if statement_id is not None:
        query = query.where(SettlementDispute.statement_id == statement_id)
    people = (joinedload(SettlementDispute.raiser), joinedload(SettlementDispute.decider))
    return session.scalars(query.options(*people).order_by(SettlementDispute.id)).all()


# -- 质保金不予返还 ----------------------------------------------------------------------------------


def forfeits(session: Session, contract_id: int) -> Sequence[RetentionForfeit]:
    """What was proposed not to be given back, oldest first."""
    row = RetentionForfeit
    people = (joinedload(row.proposer), joinedload(row.decider), joinedload(row.reader))
    return session.scalars(sa.select(row).where(row.contract_id == contract_id).options(*people).order_by(row.id)).all()


def forfeits_waiting(session: Session, contract_ids: Collection[int]) -> Sequence[RetentionForfeit]:
    """Of these contracts: what waits for a decision, or for the contractor to take note of it."""
    row = RetentionForfeit
    return session.scalars(sa.select(row).where(row.contract_id.in_(contract_ids), _waits(row)).order_by(row.id)).all()


def _waits(row: type[RetentionForfeit]) -> sa.ColumnElement[bool]:
    told = row.state.in_([ForfeitState.AGREED.value, ForfeitState.REVOKED.value])
    return sa.or_(row.state == ForfeitState.PROPOSED.value, sa.and_(told, row.seen_at.is_(None)), _contested(row))


def _contested(row: type[RetentionForfeit]) -> sa.ColumnElement[bool]:
    """The contractor objects to it, and nobody has answered."""

    def done(deed: SettlementDeed) -> sa.ColumnElement[bool]:
        event = aliased(SettlementEvent)
        return sa.exists().where(event.contract_id == row.contract_id, event.forfeit_id == row.id, event.deed == deed.value)

    agreed = row.state == ForfeitState.AGREED.value
    return sa.and_(agreed, done(SettlementDeed.DISPUTED), ~done(SettlementDeed.DISPUTE_DECIDED))


def files_of(session: Session, contract_id: int, event_ids: Collection[int]) -> dict[int, list[int]]:
    """Ids of the files that were handed in with these acts, by act."""
    query = sa.select(SettlementFile.event_id, SettlementFile.file_id).where(
        SettlementFile.contract_id == contract_id, SettlementFile.event_id.in_(event_ids)
    )
    found: dict[int, list[int]] = {}
    for event, file in session.execute(query.order_by(SettlementFile.id)) if event_ids else ():
        found.setdefault(event, []).append(file)
    return found


# -- acceptances ----------------------------------------------------------------------------------


def acceptances(session: Session, contract_id: int, line: str | None = None) -> Sequence[Acceptance]:
    """Acceptances, oldest first."""
    query = sa.select(Acceptance).where(Acceptance.contract_id == contract_id)
    if line is not None:
        query = query.where(Acceptance.line == line)
    return session.scalars(query.options(joinedload(Acceptance.maker)).order_by(Acceptance.id)).all()


def standing(session: Session, contract_id: int, line: str) -> Acceptance | None:
    """The acceptance of a line that is under way or passed."""
    counts = {AcceptanceState.DRAFT.value, AcceptanceState.PASSED.value}
    return next((row for row in acceptances(session, contract_id, line) if row.state in counts), None)


def members(session: Session, contract_id: int, acceptance_id: int) -> Sequence[AcceptanceMember]:
    """The group, its head first."""
    query = sa.select(AcceptanceMember).where(
        AcceptanceMember.contract_id == contract_id, AcceptanceMember.acceptance_id == acceptance_id
    )
    order = (AcceptanceMember.head.desc(), AcceptanceMember.id)
    return session.scalars(query.options(joinedload(AcceptanceMember.user)).order_by(*order)).all()


def member_ids(session: Session, contract_id: int, acceptance_ids: Collection[int]) -> set[int]:
    """Who sat in these groups and did not recuse."""
    query = sa.select(AcceptanceMember.user_id).where(
        AcceptanceMember.contract_id == contract_id, AcceptanceMember.acceptance_id.in_(acceptance_ids),
        AcceptanceMember.recused_at.is_(None),
    )  # fmt: skip
    return set(session.scalars(query))


# -- numbers, history -----------------------------------------------------------------------------


def next_number(session: Session, model: type[Acceptance | RetentionForfeit | SettlementStatement], contract_id: int) -> int:
    """The next number of a contract; the caller holds the contract."""
    query = sa.select(sa.func.max(model.number)).where(model.contract_id == contract_id)
    return (session.scalar(query) or 0) + 1


def by_key(session: Session, contract_id: int, key: str) -> SettlementEvent | None:
    """What was done under a key of a form."""
    query = sa.select(SettlementEvent).where(SettlementEvent.contract_id == contract_id, SettlementEvent.key == key)
    return session.scalars(query).one_or_none()


def past(session: Session, contract_id: int, line: str) -> Sequence[SettlementEvent]:
    """What was done about a line, oldest first."""
    query = sa.select(SettlementEvent).where(SettlementEvent.contract_id == contract_id, SettlementEvent.line == line)
    return session.scalars(query.options(joinedload(SettlementEvent.actor)).order_by(SettlementEvent.id)).all()
