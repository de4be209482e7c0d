"""What of the settlement waits for a person: statements to sign, requests to make, check, submit, approve and pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.clock import business_day
from app.security.permissions import P
from app.security.predicates import may
from app.security.settlement_terms import RequestState
from app.services.money.due import Rules, acceptance_until, due_payments
from app.services.settlement import papers
from app.services.settlement.releasing import forfeits_waiting, releasable
from app.services.verification.deadlines import Due, due_of
from app.services.workbench.bench import Bench
from app.services.workbench.waiting import Waiting, register
from app.store import payments, settlement
from app.store.contracts import Contract, ContractScope
from app.store.payments import PaymentRequest, Progress
from app.store.settlement import Unsettled
from kpi.calendar import Deadline
from kpi.quantities import Money

R = RequestState
#: As long as papers can still be wanting.
BRINGS = (R.SENT, R.CHECKED, R.DECLINED)


def page_of(name: str) -> str:
    """The endpoint of one of the settlement's pages."""
    return f"settlement.{name}"


@register
def settlements(bench: Bench) -> Iterator[Waiting]:
    """One question for all contracts of the person, and a few more where there is something."""
    ids = bench.payers
    if not ids:
        return
    there = bench.pending
    if there.applications:
        yield from _applied(bench)
    if there.retained:
        yield from releasable(bench)
    if there.forfeits:
        yield from forfeits_waiting(bench)
    rows = payments.progress(bench.session, ids) if there.requests else []
    for one in settlement.unsettled(bench.session, ids) if there.statements else ():
        contract = bench.by_id[one.contract_id]
        yield from _statement(bench, contract, one)
    roles = payments.roles_of(bench.session, bench.person.user_id, ids, bench.today) if rows else {}
    due = deadlines(bench, rows) if rows else {}
    for row in rows:
        yield from _request(bench, row, roles.get(row.contract_id, ()), due.get(row.statement_id), _missing(bench, row))


def _missing(bench: Bench, row: Progress) -> list[str]:
    """Papers that a request still lacks, as long as they can be brought; asked for whoever brings or waits for them."""
    if R.of(row.state) not in BRINGS or not any(may(bench.person, one, row.contract_id) for one in (P.SCORE, P.PAYMENT_REQUEST)):
        return []
    made = settlement.find(bench.session, PaymentRequest, row.contract_id, row.id)
    needed = papers.required(ContractScope(bench.session, row.contract_id), made) if made is not None else []
    return [one.title for one in needed if one.missing and one.id != papers.INVOICE]


def _applied(bench: Bench) -> Iterator[Waiting]:
    """Stages that the contractor has reported as done."""
    ids = [key for key in bench.where(P.SCORE) if bench.by_id[key].buyer_id == bench.person.organisation_id]
    for one in settlement.applications(bench.session, ids) if ids else ():
        day, days, due = business_day(one.at), one.detail["days"], None
        if days is not None:
            due = due_of(bench.calendar, acceptance_until(bench.calendar, day, one.detail), bench.today)
        title = f"{one.detail['stage']}：{one.detail['title']}"
        yield Waiting(one.contract_id, "组织验收", title, page_of("appoint"), {"line": one.line}, due=due, note=f"{day} 申请")


def _statement(bench: Bench, contract: Contract, one: Unsettled) -> Iterator[Waiting]:
    person, at, note = bench.person, {"statement_id": one.id}, str(Money(one.left_fen))
    buys = person.organisation_id == contract.buyer_id
    if not one.signed and buys and may(person, P.SIGN, contract.id) and person.user_id != one.made_by:
        yield Waiting(contract.id, "签发", f"应付款核定单：{one.title}", page_of("statement"), at, note=note, signs=True)
    elif one.signed and not one.asked and one.left_fen > 0 and not buys and may(person, P.PAYMENT_REQUEST, contract.id):
        yield Waiting(contract.id, "申请付款", one.title, page_of("request_payment"), at, note=note)


def _request(bench: Bench, row: Progress, roles: Sequence[int], due: Due | None, missing: Sequence[str]) -> Iterator[Waiting]:
    """The next step of a request, where it is this person's."""
    person, state, contract = bench.person, R.of(row.state), bench.by_id[row.contract_id]
    holds = {each for each in (P.SCORE, P.PAYMENT_APPROVE, P.PAYMENT_REQUEST) if may(person, each, contract.id)}
    buys = person.organisation_id == contract.buyer_id
    word, page, signs = _step(state, row, holds, roles, person.user_id) if buys else _own(state, holds, missing)
    if word:
        title = f"付款申请第 {row.number} 号：{row.title}"
        lacks = f"，缺{'、'.join(missing)}" if missing and page == "request" else ""
        note, at = f"{Money(row.amount_fen)}{lacks}", {"request_id": row.id}
        yield Waiting(contract.id, word, title, page_of(page), at, due=due, note=note, signs=signs)


def _own(state: RequestState, holds: set[P], missing: Sequence[str]) -> tuple[str, str, bool]:
    """What the contractor is to do."""
    if state is R.WRONG and P.PAYMENT_REQUEST in holds:
        return "登记红字更正", "correct", False
    if missing and P.PAYMENT_REQUEST in holds:
        return "补交付款材料", "request", False
    return "", "", False


def _step(state: RequestState, row: Progress, holds: set[P], roles: Sequence[int], me: int) -> tuple[str, str, bool]:
    """What the buyer's people are to do."""
    if state is R.SENT and P.PAYMENT_APPROVE in holds:
        return "查验发票", "check", False
    if state in {R.CHECKED, R.DECLINED} and P.SCORE in holds:
        return "报送审批", "request", False
    if state is R.APPROVING and P.PAYMENT_APPROVE in holds and row.next_role in roles and me not in row.spoken:
        return "审批付款", "approve", True
    if state in {R.APPROVED, R.BOUNCED} and P.PAYMENT_APPROVE in holds and P.SCORE not in holds and me not in row.spoken[-1:]:
        return "登记支付", "pay", False
    return "", "", False


def deadlines(bench: Bench, rows: Sequence[Progress]) -> dict[int, Due]:
    """The last day of each statement by the clock that binds, of the contract or of the law."""
    owed = due_payments(bench.session, {row.contract_id for row in rows}, Rules.of(bench), bench.today)
    last = {one.owed.statement_id: one.clocks.binding for one in owed}
    return {key: due_of(bench.calendar, Deadline(day), bench.today) for key, day in last.items() if day is not None}
