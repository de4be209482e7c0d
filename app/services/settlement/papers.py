"""要件: the papers that a payment needs, as the rulebook lists them; what is missing blocks, a waiver has a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.security.settlement_terms import Checked, RequestState, SettlementDeed
from app.services.act import Act, Refused, found
from app.services.books import loaded
from app.services.settlement.basis import tranche_of
from app.services.settlement.common import (
    ASKS,
    CONFIRMS,
    SIGNS,
    Done,
    checked_text,
    contract_of,
    for_buyer,
    holds,
    note,
    once,
)
from app.services.settlement.requests import EARLY, about, held, standing_invoice, turn
from app.store import payments, rulebooks, settlement
from app.store.contracts import ContractScope
from app.store.evidence import links
from app.store.payments import PaymentRequest, RequestPaper
from app.store.settlement import SettlementStatement
from kpi.rulebook.payments import Paper

D = SettlementDeed
#: Papers that the console itself holds, by the names that rulebooks give them.
INVOICE, REQUEST, ASSESSMENT, ACCEPTANCE = "invoice", ("request", "application"), "assessment", "acceptance_report"
LETTER = "account_letter"
#: Each request has its own.
ANEW = (INVOICE, LETTER)


@dataclass(frozen=True)
class Required:
    """One paper. `held`: what the console itself has of it; `kept`: files and waivers."""

    id: str
    title: str
    clause: str
    held: str
    kept: tuple[RequestPaper, ...]

    @property
    def missing(self) -> bool:
        return not self.held and not self.kept

    @property
    def waiver(self) -> RequestPaper | None:
        return next((one for one in self.kept if one.file_id is None), None)


def required(scope: ContractScope, row: PaymentRequest) -> list[Required]:
    """What the request needs, in the order of the rulebook. Files of an earlier request for the same line need not be brought again."""
    statement = found(settlement.find(scope.session, SettlementStatement, scope.contract_id, row.statement_id))
    kept = _by_paper(payments.papers(scope.session, scope.contract_id, row.id))
    needed = [(one, _held(scope, row, statement, one.id)) for one in listed(scope, row, statement)]
    before: dict[str, list[RequestPaper]] = {}
    none: list[RequestPaper] = []
    if row.number > 1 and any(not has and one.id not in kept and one.id not in ANEW for one, has in needed):
        before = _by_paper(payments.papers_before(scope.session, row))
    return [
        Required(one.id, one.title, one.clause, has, tuple(kept.get(one.id) or (none if one.id in ANEW else before.get(one.id, none))))
        for one, has in needed
    ]


def _by_paper(rows: Sequence[RequestPaper]) -> dict[str, list[RequestPaper]]:
    found_rows: dict[str, list[RequestPaper]] = {}
    for one in rows:
        found_rows.setdefault(one.paper, []).append(one)
    return found_rows


def listed(scope: ContractScope, row: PaymentRequest, statement: SettlementStatement) -> list[Paper]:
    """Papers of the tranche; a changed account needs its letter."""
    text = rulebooks.text(scope.session, statement.rulebook_text_id).text
    payment = loaded(text).rulebook.payment
    plan = next((one for one in payment.plans if one.id == statement.plan), None) if payment is not None else None
    found_papers = list(found(tranche_of(plan, row.line)).papers)
    if INVOICE not in {one.id for one in found_papers}:
        found_papers.append(Paper(id=INVOICE, title="发票"))
    if row.account_changed:
        found_papers.append(Paper(id=LETTER, title="变更收款账户的盖章函件"))
    return found_papers


def _held(scope: ContractScope, row: PaymentRequest, statement: SettlementStatement, paper: str) -> str:
    if paper == INVOICE:
        invoice = standing_invoice(scope, row)
        return f"发票 {invoice.number}，查验一致" if invoice is not None and invoice.checked == Checked.TRUE else ""
    if paper in REQUEST:
        return f"付款申请第 {row.number} 号"
    if paper == ASSESSMENT and statement.capsule_id is not None:
        return f"双方签字的考核，存档 {statement.content['basis']['capsule'][:12]}"
    if paper == ACCEPTANCE and statement.acceptance_id is not None:
        return "履约验收书，验收合格"
    return ""


# -- acts -----------------------------------------------------------------------------------------


def _check_person(act: Act, scope: ContractScope) -> None:
    if not holds(act.person(), contract_of(scope), ASKS, supplier=True):
        for_buyer(act, scope, CONFIRMS)


def add(act: Act, scope: ContractScope, request_id: int, paper: str, files: Sequence[int], seen: int, key: str) -> Done:
    """Files for one of the papers."""
    _check_person(act, scope)
    return once(act, scope, key, D.PAPER_ADDED, lambda: _add(act, scope, request_id, paper, files, seen, key))


def _add(act: Act, scope: ContractScope, request_id: int, paper: str, files: Sequence[int], seen: int, key: str) -> Done:
    row = held(scope, request_id, seen, *EARLY, todo="补充材料")
    one = _of(scope, row, paper)
    here = links.digests(act.session, scope.contract_id, set(files))
    if not files or len(here) < len(set(files)):
        raise Refused("请上传材料；已上传的没有找到的，请重新上传", "files")
    before = {each.file_id for each in one.kept}
    for file_id in dict.fromkeys(files):
        if file_id not in before:
            settlement.add(act.session, _paper(act, row, one, file_id=file_id))
    turn(act, row, RequestState.of(row.state))
    return note(act, scope, D.PAPER_ADDED, key, about(row), one.title, paper=paper)


def _paper(act: Act, row: PaymentRequest, one: Required, *, file_id: int | None = None, waiver: str = "") -> RequestPaper:
    return RequestPaper(
        contract_id=row.contract_id, request_id=row.id, paper=one.id, title=one.title[:120], file_id=file_id, waiver=waiver,
        by=act.person().user_id, at=act.now,
    )  # fmt: skip


def _of(scope: ContractScope, row: PaymentRequest, paper: str) -> Required:
    return found(next((one for one in required(scope, row) if one.id == paper), None))


def waive(act: Act, scope: ContractScope, request_id: int, paper: str, reason: str, seen: int, key: str) -> Done:
    """The buyer lets a missing paper pass: who, and why. An invoice is never waived."""
    for_buyer(act, scope, CONFIRMS, SIGNS)
    return once(act, scope, key, D.PAPER_WAIVED, lambda: _waive(act, scope, request_id, paper, reason, seen, key))


def _waive(act: Act, scope: ContractScope, request_id: int, paper: str, reason: str, seen: int, key: str) -> Done:
    row = held(scope, request_id, seen, *EARLY, todo="免交材料")
    one = _of(scope, row, paper)
    if paper in {INVOICE, LETTER}:
        raise Refused(f"“{one.title}”不能免交")
    if not one.missing:
        raise Refused(f"“{one.title}”已经有了，不用免交")
    text = checked_text(reason, "reason", "免交的理由")
    settlement.add(act.session, _paper(act, row, one, waiver=text))
    turn(act, row, RequestState.of(row.state))
    return note(act, scope, D.PAPER_WAIVED, key, about(row), f"{one.title}：{text}", paper=paper)
