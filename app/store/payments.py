"""Payment requests, their invoices, papers and approvals, what was paid and what came back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.orm.attributes import flag_modified

from app.security.settlement_terms import RequestState
from app.store.models import (
    Contract,
    Delegation,
    Invoice,
    Membership,
    PaymentApproval,
    PaymentRecord,
    PaymentRequest,
    PaymentReturn,
    RequestPaper,
    RetentionForfeit,
    SettlementStatement,
    StatementSigning,
)
from app.store.roles import in_force

__all__ = ["Invoice", "PaymentApproval", "PaymentRecord", "PaymentRequest", "PaymentReturn", "RequestPaper"]

OVER = (RequestState.PAID.value, RequestState.WITHDRAWN.value)


def requests(session: Session, contract_id: int, line: str | None = None) -> Sequence[PaymentRequest]:
    """Requests, oldest first."""
    query = sa.select(PaymentRequest).where(PaymentRequest.contract_id == contract_id)
    if line is not None:
        query = query.where(PaymentRequest.line == line)
    people = (joinedload(PaymentRequest.requester), joinedload(PaymentRequest.submitter))
    return session.scalars(query.options(*people).order_by(PaymentRequest.id)).all()


def under_way(session: Session, contract_ids: Collection[int]) -> Sequence[PaymentRequest]:
    """Requests of these contracts that wait for somebody, oldest first."""
    query = sa.select(PaymentRequest).where(PaymentRequest.contract_id.in_(contract_ids), PaymentRequest.state.not_in(OVER))
    return session.scalars(query.options(joinedload(PaymentRequest.statement)).order_by(PaymentRequest.id)).all()


def next_number(session: Session, contract_id: int) -> int:
    query = sa.select(sa.func.max(PaymentRequest.number)).where(PaymentRequest.contract_id == contract_id)
    return (session.scalar(query) or 0) + 1


class Progress(NamedTuple):
    """A request that waits for somebody. `spoken`: who has approved in this round; `next_role`: whose word is next."""

    id: int
    contract_id: int
    statement_id: int
    number: int
    title: str
    state: str
    amount_fen: int
    next_role: int | None
    spoken: tuple[int, ...]


def progress(session: Session, contract_ids: Collection[int]) -> list[Progress]:
    """Of these contracts, with where the approval stands."""
    query = (
        sa.select(PaymentRequest, SettlementStatement.title)
        .join(SettlementStatement, SettlementStatement.id == PaymentRequest.statement_id)
        .where(PaymentRequest.contract_id.in_(contract_ids), PaymentRequest.state.not_in(OVER))
        .order_by(PaymentRequest.id)
    )
    rows = session.execute(query).all()
    said: dict[tuple[int, int], list[int]] = {}
    if rows:
        every = sa.select(PaymentApproval).where(PaymentApproval.request_id.in_([row.id for row, _ in rows]))
        for one in session.scalars(every.order_by(PaymentApproval.id)):
            said.setdefault((one.request_id, one.round), []).append(one.user_id)
    return [_progress(row, title, tuple(said.get((row.id, row.round), ()))) for row, title in rows]


def _progress(row: PaymentRequest, title: str, spoken: tuple[int, ...]) -> Progress:
    approving = row.state == RequestState.APPROVING and len(spoken) < len(row.chain)
    next_role = row.chain[len(spoken)]["role_id"] if approving else None
    return Progress(row.id, row.contract_id, row.statement_id, row.number, title, row.state, row.amount_fen, next_role, spoken)


class Stated(NamedTuple):
    """Where a line that has been stated is. `request_id`, `state`: the request under way; sums in fen, returned payments left out."""

    contract_id: int
    line: str
    statement_id: int
    payable_fen: int
    signed: bool
    request_id: int | None
    state: str | None
    paid_fen: int


def stated(session: Session, contract_ids: Collection[int]) -> dict[int, dict[str, Stated]]:
    """The lines of these contracts that have a statement, by contract and line; one question for all."""
    row, later, request = SettlementStatement, aliased(SettlementStatement), PaymentRequest
    sent = aliased(PaymentRequest)
    same = sa.and_(sent.contract_id == row.contract_id, sent.line == row.line)
    paid = (
        sa.select(sa.func.coalesce(sa.func.sum(PaymentRecord.amount_fen), 0))
        .join(sent, sent.id == PaymentRecord.request_id)
        .outerjoin(PaymentReturn, PaymentReturn.record_id == PaymentRecord.id)
        .where(same, PaymentReturn.id.is_(None))
    )
    open_one = sa.and_(request.contract_id == row.contract_id, request.line == row.line, request.state.not_in(OVER))
    query = (
        sa.select(
            row.contract_id, row.line, row.id, row.payable_fen, sa.exists().where(StatementSigning.statement_id == row.id),
            request.id, request.state, paid.scalar_subquery(),
        )
        .outerjoin(request, open_one)
        .where(
            row.contract_id.in_(contract_ids),
            ~sa.exists().where(later.contract_id == row.contract_id, later.line == row.line, later.revision > row.revision),
        )
    )  # fmt: skip
    found: dict[int, dict[str, Stated]] = {}
    for at, line, key, payable, signed, sent_id, state, fen in session.execute(query):
        found.setdefault(at, {})[line] = Stated(at, line, key, payable, signed, sent_id, state, int(fen))
    return found


def roles_of(session: Session, user_id: int, contract_ids: Collection[int], day: date) -> dict[int, list[int]]:
    """Roles that a person holds in these contracts on a day, as a delegate too."""
    lent = sa.select(Delegation.giver_id).where(
        Delegation.contract_id == Membership.contract_id, Delegation.taker_id == user_id, Delegation.revoked_at.is_(None),
        Delegation.from_on <= day, Delegation.until_on >= day,
    )  # fmt: skip
    query = sa.select(Membership.contract_id, Membership.role_id).where(
        Membership.contract_id.in_(contract_ids), in_force(Membership, day),
        sa.or_(Membership.user_id == user_id, Membership.user_id.in_(lent)),
    )  # fmt: skip
    found: dict[int, list[int]] = {}
    for contract_id, role_id in session.execute(query):
        found.setdefault(contract_id, []).append(role_id)
    return found


def touch(session: Session, row: PaymentRequest | RetentionForfeit) -> None:
    """Writes the row, so that its version goes up even where nothing of it changed: something beside it did."""
    flag_modified(row, "state")
    session.flush()


def account_before(session: Session, contract_id: int) -> str | None:
    """The account that was paid to last."""
    query = (
        sa.select(PaymentRequest.payee_account)
        .join(PaymentRecord, PaymentRecord.request_id == PaymentRequest.id)
        .where(PaymentRequest.contract_id == contract_id)
    )
    return session.scalar(query.order_by(PaymentRecord.id.desc()).limit(1))


def invoices(session: Session, contract_id: int, request_id: int | None = None) -> Sequence[Invoice]:
    """Invoices, oldest first."""
    query = sa.select(Invoice).where(Invoice.contract_id == contract_id)
    if request_id is not None:
        query = query.where(Invoice.request_id == request_id)
    people = (joinedload(Invoice.enterer), joinedload(Invoice.checker))
    return session.scalars(query.options(*people).order_by(Invoice.id)).all()


def number_used(session: Session, number: str) -> tuple[int, str] | None:
    """Contract and title where an invoice number was used, over all contracts."""
    query = sa.select(Contract.id, Contract.title).join(Invoice, Invoice.contract_id == Contract.id)
    row = session.execute(query.where(Invoice.number == number)).first()
    return (row[0], row[1]) if row is not None else None


def papers(session: Session, contract_id: int, request_id: int) -> Sequence[RequestPaper]:
    query = sa.select(RequestPaper).where(
        RequestPaper.contract_id == contract_id, RequestPaper.request_id == request_id
    )
    return session.scalars(query.options(joinedload(RequestPaper.person)).order_by(RequestPaper.id)).all()


def papers_before(session: Session, row: PaymentRequest) -> Sequence[RequestPaper]:
    """Files that the latest earlier requests for the same line came with; waivers were for those requests alone."""
    query = (
        sa.select(RequestPaper)
        .join(PaymentRequest, PaymentRequest.id == RequestPaper.request_id)
        .where(
            PaymentRequest.contract_id == row.contract_id, PaymentRequest.line == row.line, PaymentRequest.id < row.id,
            RequestPaper.file_id.is_not(None),
        )
    )  # fmt: skip
    return session.scalars(query.options(joinedload(RequestPaper.person)).order_by(RequestPaper.id)).all()


def approvals(session: Session, contract_id: int, request_ids: Collection[int]) -> Sequence[PaymentApproval]:
    """What the stations said, oldest first."""
    query = sa.select(PaymentApproval).where(
        PaymentApproval.contract_id == contract_id, PaymentApproval.request_id.in_(request_ids)
    )
    people = (joinedload(PaymentApproval.user), joinedload(PaymentApproval.giver))
    return session.scalars(query.options(*people).order_by(PaymentApproval.id)).all()


def records(session: Session, contract_id: int, request_id: int | None = None) -> Sequence[PaymentRecord]:
    """Payments, oldest first, those returned by the bank among them."""
    query = sa.select(PaymentRecord).where(PaymentRecord.contract_id == contract_id)
    if request_id is not None:
        query = query.where(PaymentRecord.request_id == request_id)
    return session.scalars(query.options(joinedload(PaymentRecord.recorder)).order_by(PaymentRecord.id)).all()


def paid_by_line(session: Session, contract_id: int) -> dict[str, int]:
    """In fen: what has been paid on each line and was not returned."""
    query = (
        sa.select(PaymentRequest.line, sa.func.sum(PaymentRecord.amount_fen))
        .join(PaymentRecord, PaymentRecord.request_id == PaymentRequest.id)
        .outerjoin(PaymentReturn, PaymentReturn.record_id == PaymentRecord.id)
        .where(PaymentRequest.contract_id == contract_id, PaymentReturn.id.is_(None))
        .group_by(PaymentRequest.line)
    )
    return {line: int(fen) for line, fen in session.execute(query)}


def returns(session: Session, contract_id: int) -> dict[int, PaymentReturn]:
    """Returned payments by the payment."""
    query = sa.select(PaymentReturn).where(PaymentReturn.contract_id == contract_id)
    return {row.record_id: row for row in session.scalars(query.options(joinedload(PaymentReturn.recorder)))}


def reference_used(session: Session, contract_id: int, reference: str) -> bool:
    query = sa.select(PaymentRecord.id).where(
        PaymentRecord.contract_id == contract_id, PaymentRecord.bank_reference == reference
    )
    return session.scalar(query) is not None
